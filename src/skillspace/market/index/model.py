"""What the intermediary knows of the market: items of both kinds, and what a feed changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from skillspace.market.courses import Course, read_course
from skillspace.market.lines import BrokenLine, fingerprint
from skillspace.market.vacancies import Vacancy, read_vacancy


class MarketKind(StrEnum):
    """The two kinds of offer a person can move to."""

    JOB = "job"
    TRAINING = "training"


Offer = Vacancy | Course

READERS: Mapping[MarketKind, Callable[[bytes], Offer]] = {
    MarketKind.JOB: read_vacancy,
    MarketKind.TRAINING: read_course,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One offer as this node keeps it; ``id`` is ours, ``offer.id`` the provider's, ``provider`` a DID."""

    id: str
    kind: MarketKind
    provider: str
    offer: Offer


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """What one feed did: items added, changed, removed, kept, and lines that could not be read (the first of them)."""

    added: int
    changed: int
    removed: int
    kept: int
    broken: int
    examples: tuple[BrokenLine, ...] = ()

    @property
    def is_news(self) -> bool:
        """Tell whether anything is different now."""
        return bool(self.added or self.changed or self.removed)


def item_id(kind: MarketKind, provider: str, own_id: str) -> str:
    """Return our identifier of a provider's offer: the same every time, and never one of another provider's."""
    return f"{kind}-{fingerprint(f'{provider} {own_id}'.encode())[:24]}"


def last_day(offer: Offer) -> dt.date | None:
    """Return the last day an offer can be taken up: applications close, or the course has begun."""
    return offer.closes if isinstance(offer, Vacancy) else offer.starts
