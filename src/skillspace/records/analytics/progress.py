"""Progress: how much of a course was done, as tools report it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from skillspace.records.analytics.deeds import Deed
from skillspace.records.analytics.inference import Basis, Family, Inference, Row, key_of
from skillspace.records.analytics.rules import AnalyticsRules
from skillspace.records.analytics.sifting import Floors, by_subject, since

RULE = "progress"


def progress(deeds: Sequence[Deed], rules: AnalyticsRules, now: datetime, floors: Floors) -> Iterator[Inference]:
    """Give one inference a course, and one for all that belongs to none; its rows are the activities, latest first."""
    for course, mine in by_subject(deeds, lambda one: (one.course,)):
        key = key_of(RULE, course.id if course else "-")
        counted = since(mine, key, floors)
        if not counted:
            continue
        rows = sorted(
            (_row(own) for _, own in by_subject(counted, lambda one: (one.activity,))),
            key=lambda row: (row.day, row.about.id if row.about else ""),
            reverse=True,
        )
        numbers = {
            name: sum(row.numbers[name] for row in rows) for name in ("attempts", "completed", "passed", "failed")
        }
        yield Inference(
            key=key,
            rule=RULE,
            version=rules.version,
            family=Family.PROGRESS,
            basis=Basis.REPORTED,
            about=course,
            numbers={"activities": len(rows), "done": sum(_is_done(row) for row in rows), **numbers},
            confidence=1.0,
            statements=tuple(one.id for one in counted),
            computed=now,
            rows=tuple(rows),
        )


def _is_done(row: Row) -> bool:
    return bool(row.numbers["completed"] or row.numbers["passed"])


def _row(deeds: Sequence[Deed]) -> Row:
    """One activity: it was passed if it ever was, and failed only if it never was."""
    verdicts = [one.verdict for one in deeds if one.verdict is not None]
    begun = sum(one.is_attempt for one in deeds)
    return Row(
        about=deeds[-1].activity,
        day=deeds[-1].when.date(),
        numbers={
            # A tool that never says that something begins still says how it ended.
            "attempts": max(begun, len(verdicts)),
            "completed": any(one.is_completed for one in deeds),
            "passed": any(verdicts),
            "failed": bool(verdicts) and not any(verdicts),
        },
    )
