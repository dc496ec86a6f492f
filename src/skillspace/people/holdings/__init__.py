"""Holdings: what an organisation keeps about its own people, and how they connect it to their space."""

from skillspace.people.holdings.bundle import MAX_BUNDLE_BYTES, BundledRecord, RecordBundle, read_bundle, write_bundle
from skillspace.people.holdings.model import (
    AlreadyLinked,
    Connection,
    HeldDocument,
    HeldPerson,
    TooManyAttempts,
    WrongCode,
)
from skillspace.people.holdings.service import Holdings, Shelf

__all__ = [
    "MAX_BUNDLE_BYTES",
    "AlreadyLinked",
    "BundledRecord",
    "Connection",
    "HeldDocument",
    "HeldPerson",
    "Holdings",
    "RecordBundle",
    "Shelf",
    "TooManyAttempts",
    "WrongCode",
    "read_bundle",
    "write_bundle",
]
