"""Mastery by skill: Bayesian knowledge tracing (Corbett and Anderson 1995, doi:10.1007/BF01099821).

Chosen because it can be told in three sentences and computed by hand: somebody knows a skill or does not yet; each
answer moves the chance that they do; with each answer they may have learnt it. Its parameters are stated in the rules
and the same for everybody. That they are not known exactly is not hidden: the chance is computed with all their outer
values too, and the range of what comes out is shown beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import product

from skillspace.records.analytics.deeds import Deed
from skillspace.records.analytics.inference import Basis, Family, Inference, key_of
from skillspace.records.analytics.rules import AnalyticsRules, Mastery
from skillspace.records.analytics.sifting import Floors, by_subject, since

RULE = "mastery"


def mastery(deeds: Sequence[Deed], rules: AnalyticsRules, now: datetime, floors: Floors) -> Iterator[Inference]:
    """Give one inference a skill that enough answers were about: its `chance` to be known, from `low` to `high`."""
    judged = [one for one in deeds if one.verdict is not None and one.skills]
    for skill, mine in by_subject(judged, lambda one: one.skills):
        key = key_of(RULE, skill.id if skill else "")
        counted = since(mine, key, floors)
        if len(counted) < rules.mastery.least_answers:
            continue
        answers = [bool(one.verdict) for one in counted]
        chance, low, high = chance_known(answers, rules.mastery)
        yield Inference(
            key=key,
            rule=RULE,
            version=rules.version,
            family=Family.MASTERY,
            basis=Basis.MODELLED,
            about=skill,
            numbers={"chance": chance, "low": low, "high": high, "answers": len(answers), "right": sum(answers)},
            confidence=max(chance, 1 - chance),
            statements=tuple(one.id for one in counted),
            computed=now,
        )


def chance_known(answers: Sequence[bool], model: Mastery) -> tuple[float, float, float]:
    """Return the chance that a skill is known after these answers (True: right), and its range."""
    parts = (model.start, model.learn, model.slip, model.guess)
    usual = traced(answers, *(one.usual for one in parts))
    outer = [traced(answers, *corner) for corner in product(*((one.low, one.high) for one in parts))]
    return usual, min(usual, *outer), max(usual, *outer)


def traced(answers: Iterable[bool], start: float, learn: float, slip: float, guess: float) -> float:
    """Return the chance that a skill is known after answers, by one set of parameters."""
    known = start
    for is_right in answers:
        by_knowing = known * ((1 - slip) if is_right else slip)
        otherwise = (1 - known) * (guess if is_right else 1 - guess)
        seen = by_knowing / (by_knowing + otherwise)
        known = seen + (1 - seen) * learn
    return known
