"""The clocks of the law: a month from the asking, two more when that is said in time, and a pause while in doubt.

GDPR Art. 12(3) and (6), counted as Regulation (EEC, Euratom) No 1182/71 Art. 3 says: a period in months ends with the
day of the same date, or with the month's last day where it has no such date; and where that is a Saturday, a Sunday or
a public holiday, with the next working day.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog

log = structlog.get_logger()

MONTHS, MONTHS_EXTENDED = 1, 3
_DAY = timedelta(days=1)
_SATURDAY = 5


def add_months(day: date, months: int) -> date:
    """Return the same date `months` later, or the last day of that month where it is shorter (Art. 3(2)(c))."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


class Deadlines:
    """The clocks in one country (ISO 3166, two letters): its days begin at its midnight, its public holidays count.

    A country without an entry in holidays.json has weekends only, and days of UTC.
    """

    def __init__(self, country: str) -> None:
        self.country = country
        self._rules: dict[str, Any] = _countries().get(country, {})
        self._zone = _zone(self._rules.get("zone"))

    def day(self, moment: datetime) -> date:
        """Return the day that a moment falls on there."""
        try:
            return moment.astimezone(self._zone).date()
        except OverflowError:  # a moment at the edge of the calendar, which only a peer would tell
            return moment.date()

    def is_working_day(self, day: date) -> bool:
        """Tell whether a day is neither a Saturday, a Sunday nor a public holiday."""
        return day.weekday() < _SATURDAY and day not in self._holidays(day.year)

    def due(
        self,
        asked: datetime,
        *,
        extended: bool = False,
        doubted: datetime | None = None,
        resumed: datetime | None = None,
    ) -> date | None:
        """Return the last day for an answer, None while the clock stands still (`doubted`, and not `resumed`).

        A pause adds as many days as lie between its two dates.
        """
        if doubted is not None and resumed is None:
            return None
        end = add_months(self.day(asked), MONTHS_EXTENDED if extended else MONTHS)
        if doubted is not None and resumed is not None:
            end += max(self.day(resumed) - self.day(doubted), timedelta())
        while not self.is_working_day(end):
            end += _DAY
        return end

    def is_over(self, due: date | None, at: datetime) -> bool:
        """Tell whether the last hour of the last day has passed."""
        return due is not None and self.day(at) > due

    def _holidays(self, year: int) -> frozenset[date]:
        return _holidays(self.country, year)


def may_extend(deadlines: Deadlines, facts: Mapping[str, Any], at: datetime) -> bool:
    """Tell whether two more months may still be taken of a part or request: once, within the first month.

    That counts from the asking or from the arrival, whichever ends later: nobody loses it because the line was cut.
    """
    pause = {"doubted": facts["doubted"], "resumed": facts["resumed"]}
    ends = [deadlines.due(start, **pause) for start in (facts["asked"], facts["received"] or facts["asked"])]
    return facts["extended"] is None and any(end is not None and not deadlines.is_over(end, at) for end in ends)


def due_of(facts: Mapping[str, Any], country: str, **changes: Any) -> date | None:
    """Return the last day for a part or a request (`asked`, `extended`, `doubted`, `resumed`), after `changes`."""
    now = {**facts, **changes}
    return Deadlines(country).due(
        now["asked"], extended=now["extended"] is not None, doubted=now["doubted"], resumed=now["resumed"]
    )


@lru_cache(maxsize=1)
def _countries() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(files(__package__).joinpath("holidays.json").read_text(encoding="utf-8"))
    return dict(content["countries"])


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    rules: dict[str, Any] = _countries().get(country, {})
    fixed = {date(year, *map(int, day.split("-"))) for day in rules.get("fixed", ())}
    sunday = easter(year)
    moving = {sunday + timedelta(days=after) for after in rules.get("easter", ())}
    mondays = {_monday(year, month, which) for month, which in rules.get("mondays", ())}
    return frozenset(fixed | moving | mondays)


def _monday(year: int, month: int, which: int) -> date:
    """Return the first, second … Monday of a month, or with -1 the last."""
    days = [
        day for number in range(monthrange(year, month)[1]) if (day := date(year, month, number + 1)).weekday() == 0
    ]
    return days[which - 1 if which > 0 else which]


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (the anonymous algorithm of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    x = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * x) // 451
    month, day = divmod(h + x - 7 * m + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def _zone(name: str | None) -> tzinfo:
    if name is None:
        return UTC
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        log.warning("rights.no_time_zones", zone=name, meaning="days are counted in UTC on this machine")
        return UTC
