"""All that can be inferred from one person's statements: a pure function of statements, rules and the moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from skillspace.records.analytics.deeds import read_deeds
from skillspace.records.analytics.inference import Family, Inference
from skillspace.records.analytics.mastery import mastery
from skillspace.records.analytics.progress import progress
from skillspace.records.analytics.rules import AnalyticsRules
from skillspace.records.analytics.sifting import Floors
from skillspace.records.analytics.signs import signs
from skillspace.records.analytics.timing import time_spent

#: Clocks of tools may be a little ahead; what is dated later than this is no deed yet.
AHEAD = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What was inferred, and from how many deeds; `first` and `last` are None where there are none."""

    inferences: tuple[Inference, ...]
    deeds: int
    first: datetime | None
    last: datetime | None

    def of(self, family: Family) -> tuple[Inference, ...]:
        """Return the inferences of one family, in their order."""
        return tuple(one for one in self.inferences if one.family is family)


def analyse(
    statements: Iterable[object], rules: AnalyticsRules, now: datetime, floors: Floors | None = None
) -> Analysis:
    """Return what statements of one person say by the rules, whatever order they come in.

    `floors` say for which inference (by its key) deeds up to which moment count no more. Never raises for what the
    statements hold.
    """
    deeds = [one for one in read_deeds(statements, rules) if one.when <= now + AHEAD]
    held = floors or {}
    inferences = [made for infer in (progress, time_spent, mastery, signs) for made in infer(deeds, rules, now, held)]
    return Analysis(
        inferences=tuple(inferences),
        deeds=len(deeds),
        first=deeds[0].when if deeds else None,
        last=deeds[-1].when if deeds else None,
    )
