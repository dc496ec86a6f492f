"""Time: how long somebody was at it, week by week: what tools say, and what lies between statements.

Both are spans, and what several spans cover counts once: a course that says two hours holds its exercises.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from skillspace.records.analytics.deeds import Deed
from skillspace.records.analytics.inference import Basis, Family, Inference, Row, key_of
from skillspace.records.analytics.rules import AnalyticsRules
from skillspace.records.analytics.sifting import Floors, since

RULE = "time"
Span = tuple[datetime, datetime]


def time_spent(deeds: Sequence[Deed], rules: AnalyticsRules, now: datetime, floors: Floors) -> Iterator[Inference]:
    """Give one inference with a row a week, in which there was any time: seconds `said` by tools, and `estimated`."""
    key = key_of(RULE)
    counted = since(deeds, key, floors)
    gap, longest = timedelta(minutes=rules.time.gap_minutes), rules.time.longest_minutes * 60
    said = [
        (one.when - timedelta(seconds=one.seconds), one.when)
        for one in counted
        if one.seconds and one.seconds <= longest
    ]
    between = [(one.when, other.when) for one, other in pairwise(counted) if other.when - one.when <= gap]
    told, whole = _by_week(said), _by_week([*said, *between])
    rows = [
        Row(day=week, numbers={"said": told.get(week, 0.0), "estimated": max(0.0, whole[week] - told.get(week, 0.0))})
        for week in sorted(whole)
        if whole[week] > 0
    ]
    if not rows:
        return
    numbers = {name: sum(row.numbers[name] for row in rows) for name in ("said", "estimated")}
    yield Inference(
        key=key,
        rule=RULE,
        version=rules.version,
        family=Family.TIME,
        basis=Basis.ESTIMATED,
        about=None,
        numbers=numbers,
        confidence=numbers["said"] / (numbers["said"] + numbers["estimated"]),
        statements=tuple(one.id for one in counted),
        computed=now,
        rows=tuple(rows),
    )


def _by_week(spans: Iterable[Span]) -> dict[date, float]:
    """Return the seconds that spans cover together, by the Monday of the week in which each stretch begins."""
    weeks: defaultdict[date, float] = defaultdict(float)
    start: datetime | None = None
    end = start
    for begins, ends in sorted(spans):
        if start is None or end is None or begins > end:
            _add(weeks, start, end)
            start, end = begins, ends
        else:
            end = max(end, ends)
    _add(weeks, start, end)
    return weeks


def _add(weeks: defaultdict[date, float], start: datetime | None, end: datetime | None) -> None:
    if start is not None and end is not None:
        day = start.date()
        weeks[day - timedelta(days=day.weekday())] += (end - start).total_seconds()
