"""Whether two conditions are ever open at the same time: the week as minutes, compared without a calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time

from skillspace.trust.consent import Conditions

DAY = 24 * 60
WEEK = 7 * DAY


def is_all_week(conditions: Conditions | None) -> bool:
    """Tell whether conditions leave out no minute of the week."""
    if conditions is None:
        return True
    covered = 0
    for start, end in sorted(_spans(conditions)):
        if start > covered:
            return False
        covered = max(covered, end)
    return covered >= WEEK


def overlap(first: Conditions | None, second: Conditions | None) -> bool:
    """Tell whether there may be a minute in which both are open; in two time zones there always may.

    Where they hold is not looked at: `Conditions.countries` says where the recipient is, not when.
    """
    if first is None or second is None or first.zone != second.zone:
        return True
    return any(a < d and c < b for a, b in _spans(first) for c, d in _spans(second))


def _spans(conditions: Conditions) -> Iterator[tuple[int, int]]:
    """Yield the open minutes of the week as half-open spans, counted from Monday midnight."""
    start, end = _minute(conditions.start), _minute(conditions.end)
    length = end - start if start < end else end + DAY - start
    for day in conditions.days:
        begins = (day - 1) * DAY + start
        ends = begins + length
        yield begins, min(ends, WEEK)
        if ends > WEEK:
            yield 0, ends - WEEK


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute
