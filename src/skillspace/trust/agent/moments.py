"""The times and places of a sentence: until when, how long, how often, on which days and hours, in which countries."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from skillspace.trust.agent.model import MOST_DAYS
from skillspace.trust.consent import Conditions
from skillspace.trust.consent.conditions import ALL_DAYS


class NotClear(Exception):
    """A time is said twice, or there is no such time."""


class Piece(Protocol):
    """One understood piece of a sentence: `wishes.Mark`."""

    @property
    def letter(self) -> str:
        """Its letter in the pattern."""

    @property
    def value(self) -> Any:
        """What it stands for."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What a sentence says of when, where, how long and how often."""

    until: datetime | None
    most_days: int | None
    most_uses: int | None
    conditions: Conditions | None


#: What may be said about times and places, as patterns over the letters of the pieces (`wishes.LETTERS`).
HOURS = "b(?:#|H)h?&(?:#|H)h?"
UNTIL = "U(?:S|I|L?M|#M#?)"
USES = "m?#xm?|O"
LONG = "[wi]?m?#dm?"
COUNTRIES = "iC(?:[,&]+C)*"
DAYS = "D(?:[,&]+D)*"

P = Sequence[Piece]


def bounds_of(pieces: Sequence[Any], here: datetime, zone: str) -> tuple[Bounds, list[Any]]:
    """Take the times and places out of a sentence; `here` is now, where the person lives.

    Returns them and the other pieces. Raises NotClear when one is said twice or cannot be.
    """
    hours, rest = _take(HOURS, pieces, _hours)
    until, rest = _take(UNTIL, rest, lambda found: _until(found, here))
    uses, rest = _take(USES, rest, lambda found: next((one.value for one in found if one.letter == "#"), 1))
    days_long, rest = _take(LONG, rest, _long)
    countries, rest = _take(COUNTRIES, rest, lambda found: frozenset(one.value for one in found if one.letter == "C"))
    days, rest = _take(
        DAYS, rest, lambda found: frozenset(day for one in found if one.letter == "D" for day in one.value)
    )
    conditions = None
    if hours or days or countries:
        start, end = hours or (time(0), time(0))
        conditions = Conditions(
            days=days or ALL_DAYS, start=start, end=end, zone=zone, countries=countries or frozenset()
        )
    return Bounds(until=until, most_days=days_long, most_uses=uses, conditions=conditions), rest


def _take(pattern: str, pieces: Sequence[Any], read: Callable[[P], Any]) -> tuple[Any, list[Any]]:
    """Find a pattern once, read it, and return what it says with the pieces around it."""
    letters = "".join(piece.letter for piece in pieces)
    found = list(re.finditer(pattern, letters))
    if len(found) > 1:
        raise NotClear
    if not found:
        return None, list(pieces)
    start, end = found[0].span()
    return read(pieces[start:end]), [*pieces[:start], *pieces[end:]]


def _hours(found: P) -> tuple[time, time]:
    said = [one for one in found if one.letter in "#H"]
    try:
        start, end = (time(one.value) if one.letter == "#" else time.fromisoformat(one.value.zfill(5)) for one in said)
    except ValueError:
        raise NotClear from None
    if start == end:
        raise NotClear
    return start, end


def _until(found: P, here: datetime) -> datetime:
    """The first moment after what is said: an end names its last day, a season or month its first."""
    by_letter = {one.letter: one for one in found}
    numbers = [one.value for one in found if one.letter == "#"]
    try:
        if "I" in by_letter:
            day = date.fromisoformat(by_letter["I"].value) + timedelta(days=1)
        elif "S" in by_letter:
            day = _next(here, *by_letter["S"].value)
        elif "L" in by_letter:
            month = by_letter["M"].value
            day = _next(here, month % 12 + 1, 1)
        elif numbers:
            day = _named_day(here, by_letter["M"].value, numbers)
        else:
            day = _next(here, by_letter["M"].value, 1)
        ends = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(str(here.tzinfo)))
    except (ValueError, OverflowError):
        raise NotClear from None
    if ends <= here:
        raise NotClear
    return ends.astimezone(UTC)


def _named_day(here: datetime, month: int, numbers: Sequence[int]) -> date:
    if len(numbers) == 2:
        return date(numbers[1], month, numbers[0]) + timedelta(days=1)
    this_year = date(here.year, month, numbers[0])
    last = this_year if this_year >= here.date() else date(here.year + 1, month, numbers[0])
    return last + timedelta(days=1)


def _next(here: datetime, month: int, day: int) -> date:
    """The next such day after today."""
    this_year = date(here.year, month, day)
    return this_year if this_year > here.date() else date(here.year + 1, month, day)


def _long(found: P) -> int:
    number = next(one.value for one in found if one.letter == "#")
    unit = next(one.value for one in found if one.letter == "d")
    if not 0 < int(number) * int(unit) <= MOST_DAYS:
        raise NotClear
    return int(number) * int(unit)
