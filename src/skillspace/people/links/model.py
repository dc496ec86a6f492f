"""The word of links: one organisation that a person connected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Link:
    """An organisation that knows the person as `subject` and holds something in `datasets` (ids of offerings)."""

    person: str
    organisation: str
    name: str
    subject: str
    datasets: tuple[str, ...]
    linked: datetime
    refreshed: datetime
