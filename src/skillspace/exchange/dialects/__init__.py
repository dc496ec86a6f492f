"""Dialects: the versions of the Dataspace Protocol this connector speaks, each one file between wire and rooms.

Inside, every message has the canonical form: the compact plain JSON of 2025-1. A dialect reads its own wire form into
it and writes it back; state machines, stores and pages know none of them. Another version is another file, named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from skillspace.exchange.dialects.jsonld import ContextNotKnown
from skillspace.exchange.dialects.v2024_1 import V20241
from skillspace.exchange.dialects.v2025_1 import CONTEXT, V20251
from skillspace.kernel.errors import NotFound

__all__ = ["CONTEXT", "CURRENT", "SPOKEN", "ContextNotKnown", "Dialect", "dialect"]


class Dialect(Protocol):
    """One version of the protocol on the wire."""

    @property
    def version(self) -> str:
        """The version's name, also the last segment of its address."""

    @property
    def names_callback(self) -> frozenset[str]:
        """The actions whose messages name our address again, also when they are not the first of a process."""

    def read(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the canonical form of a message; raise BadInput for one this dialect cannot read."""

    def write(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Return the wire form of a canonical message."""


#: Every dialect, the one we prefer first.
SPOKEN: tuple[Dialect, ...] = (V20251(), V20241())
CURRENT: Dialect = SPOKEN[0]


def dialect(version: str) -> Dialect:
    """Return the dialect of a version; raise NotFound for one that is not spoken here."""
    for one in SPOKEN:
        if one.version == version:
            return one
    raise NotFound(f"This connector does not speak the Dataspace Protocol {version[:40]}.")
