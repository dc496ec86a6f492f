"""The connector: its negotiations, its catalog and its transfers, each beside its peer."""

from __future__ import annotations

from bench import catalog, negotiation, transfer
from bench.figures import Figure, Tell, untold


def run(tell: Tell = untold) -> list[Figure]:
    """Measure the three, one after the other. Raises Unavailable when a side fails."""
    return [*negotiation.run(tell), *catalog.run(tell), *transfer.run(tell)]
