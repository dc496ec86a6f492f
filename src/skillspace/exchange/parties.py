"""The two parties of every process: who has the data, and who asks for them."""

from __future__ import annotations

CONSUMER = "consumer"
PROVIDER = "provider"


def other(party: str) -> str:
    """Return the counter-party."""
    return PROVIDER if party == CONSUMER else CONSUMER
