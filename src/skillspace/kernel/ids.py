"""Identifiers: random, sortable by time of making, and never derived from a person's data."""

from __future__ import annotations

import secrets
import time
import uuid


def new_id(kind: str) -> str:
    """Return a fresh identifier such as ``grant-01912f…``: the kind, then 32 hexadecimal digits.

    The first twelve digits are milliseconds (as in UUIDv7, RFC 9562 §5.7), so rows made together lie together.
    """
    milliseconds = int(time.time() * 1000) & 0xFFFF_FFFF_FFFF
    return f"{kind}-{milliseconds:012x}{secrets.token_hex(10)}"


def new_urn() -> str:
    """Return a fresh ``urn:uuid:`` for messages and credentials that leave the node."""
    return f"urn:uuid:{uuid.uuid4()}"


def new_secret(bytes_of_entropy: int = 32) -> str:
    """Return an unguessable URL-safe token."""
    return secrets.token_urlsafe(bytes_of_entropy)
