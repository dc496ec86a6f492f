"""Early signs that help may be needed: declared rules on what somebody did themselves, never on who they are.

A sign is an invitation to ask somebody how it goes; nothing follows from it by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil

from skillspace.records.analytics.deeds import Deed, Thing
from skillspace.records.analytics.inference import Basis, Family, Inference, key_of
from skillspace.records.analytics.rules import AnalyticsRules
from skillspace.records.analytics.sifting import Floors, by_subject, since

PAUSE, FAILURES, DEADLINE = "sign-pause", "sign-failures", "sign-deadline"
SIGNS = (PAUSE, FAILURES, DEADLINE)


def signs(deeds: Sequence[Deed], rules: AnalyticsRules, now: datetime, floors: Floors) -> Iterator[Inference]:
    """Give the signs there are now."""
    yield from _pause(since(deeds, key_of(PAUSE), floors), rules, now)
    for activity, mine in by_subject(deeds, lambda one: (one.activity,)):
        yield from _failures(activity, mine, rules, now, floors)
        yield from _deadline(activity, mine, rules, now, floors)


def _pause(deeds: Sequence[Deed], rules: AnalyticsRules, now: datetime) -> Iterator[Inference]:
    last_of = {one.when.date(): one.id for one in deeds if one.when <= now}
    days = sorted(last_of)
    if len(days) < rules.pause.least_days or not _is_something_open(deeds):
        return
    pauses = sorted((later - day).days for day, later in pairwise(days))
    usual = pauses[ceil(0.9 * len(pauses)) - 1]
    silence = (now.date() - days[-1]).days
    is_long = silence > rules.pause.times * usual
    if is_long and rules.pause.least_silence <= silence <= rules.pause.most_silence:
        shorter = sum(one < silence for one in pauses)
        yield _sign(
            PAUSE,
            None,
            {"silence": silence, "usual": usual, "days": len(days)},
            # How often a pause of theirs was shorter than this one, with one more either way for what was not seen.
            (shorter + 1) / (len(pauses) + 2),
            [last_of[day] for day in days],
            rules,
            now,
        )


def _failures(
    activity: Thing | None, mine: Sequence[Deed], rules: AnalyticsRules, now: datetime, floors: Floors
) -> Iterator[Inference]:
    counted = since(mine, _key(FAILURES, activity), floors)
    judged = [one for one in counted if one.verdict is not None]
    row: list[Deed] = []
    for one in reversed(judged):
        if one.verdict:
            break
        row.append(one)
    if len(row) >= rules.failures.in_a_row and now - row[0].when <= timedelta(days=rules.failures.within_days):
        yield _sign(FAILURES, activity, {"failures": len(row)}, 1.0, [one.id for one in reversed(row)], rules, now)


def _deadline(
    activity: Thing | None, mine: Sequence[Deed], rules: AnalyticsRules, now: datetime, floors: Floors
) -> Iterator[Inference]:
    counted = since(mine, _key(DEADLINE, activity), floors)
    told = [one for one in counted if one.due is not None]
    if not told or _is_done(counted):
        return
    due = told[-1].due or now
    if now <= due <= now + timedelta(days=rules.deadline.within_days):
        yield _sign(DEADLINE, activity, {"days": (due.date() - now.date()).days}, 1.0, [told[-1].id], rules, now)


def _is_done(deeds: Sequence[Deed]) -> bool:
    return any(one.is_completed or one.verdict for one in deeds)


def _is_something_open(deeds: Sequence[Deed]) -> bool:
    return any(not _is_done(mine) for _, mine in by_subject(deeds, lambda one: (one.activity,)))


def _key(rule: str, activity: Thing | None) -> str:
    return key_of(rule, activity.id if activity else "")


def _sign(
    rule: str,
    about: Thing | None,
    numbers: Mapping[str, float],
    confidence: float,
    statements: Sequence[str],
    rules: AnalyticsRules,
    now: datetime,
) -> Inference:
    return Inference(
        key=_key(rule, about),
        rule=rule,
        version=rules.version,
        family=Family.SIGN,
        basis=Basis.DECLARED,
        about=about,
        numbers=numbers,
        confidence=confidence,
        statements=tuple(statements),
        computed=now,
    )
