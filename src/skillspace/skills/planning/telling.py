"""From chosen sessions to a plan one can read: steps with what each adds, sums, and what stays open and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import numpy as np

from skillspace.skills.planning.catalogue import NO_DAY, Numbers
from skillspace.skills.planning.demands import Demands
from skillspace.skills.planning.frame import Frame, week_hours
from skillspace.skills.planning.model import Bound, Break, Nearer, Open, Plan, Step
from skillspace.skills.planning.target import LITTLE, Target

LOOKED_AT = 5
"""For a need that stays open, so many sessions that break fewest bounds are held against the plan in full."""


def tell(chosen: Sequence[int], target: Target, frame: Frame, demands: Demands) -> Plan:
    """Return the plan of these sessions (catalogue numbers)."""
    catalogue = frame.catalogue
    ordered = sorted(chosen, key=lambda one: (catalogue.starts[one], catalogue.ends[one], catalogue.owner[one]))
    met, coverage = target.met, target.before
    steps: list[Step] = []
    for session in ordered:
        row = int(catalogue.owner[session])
        training = catalogue.trainings[row]
        after = np.maximum(met, target.brings[row])
        coverage += float((after - met) @ target.share)
        moved = np.flatnonzero(after > met + LITTLE).tolist()
        closed = [need for need in moved if after[need] >= 1 - LITTLE]
        steps.append(
            Step(
                training_id=training.id,
                session=catalogue.sessions[session],
                price=training.price if training.currency == frame.bounds.currency else None,
                hours=training.hours,
                km=None if np.isnan(frame.km[session]) else round(float(frame.km[session]), 1),
                closes=tuple(target.uris[need] for need in closed),
                nearer=tuple(
                    Nearer(need_uri=target.uris[need], before=_part(met[need]), after=_part(after[need]))
                    for need in moved
                    if need not in closed
                ),
                coverage=min(round(coverage, 6), 1.0),
            )
        )
        met = after
    ends = [date.fromordinal(int(catalogue.ends[one])) for one in ordered if catalogue.ends[one] != NO_DAY]
    return Plan(
        steps=tuple(steps),
        coverage=min(round(coverage, 6), 1.0),
        cost=sum((step.price for step in steps if step.price is not None), Decimal(0)),
        hours=sum(step.hours for step in steps if step.hours is not None),
        km=round(sum(step.km for step in steps if step.km is not None), 1),
        ends=max(ends, default=None),
        unknown=tuple((step.training_id, unknown) for step in steps for unknown in _unknown(step)),
        open=_Remainder(ordered, frame, demands).open(target, met),
    )


def _unknown(step: Step) -> list[Bound]:
    session = step.session
    is_unknown = {
        Bound.UNKNOWN_PRICE: step.price is None,
        Bound.UNKNOWN_HOURS: step.hours is None,
        Bound.UNKNOWN_DATES: not (session.starts and session.ends),
        Bound.UNKNOWN_DISTANCE: step.km is None,
    }
    return [bound for bound, is_so in is_unknown.items() if is_so]


def _part(met: float) -> float:
    return round(float(met), 6)


class _Remainder:
    """What a plan leaves of each bound, and what one more training would break of it."""

    def __init__(self, chosen: Sequence[int], frame: Frame, demands: Demands) -> None:
        self._chosen, self._frame, self._demands = chosen, frame, demands
        catalogue = frame.catalogue
        rows = catalogue.owner[list(chosen)]
        self._cost = float(np.nansum(frame.price[rows]))
        self._hours = float(np.nansum(catalogue.hours[rows]))
        self._weeks: dict[int, float] = {}
        for session in chosen:
            for week, load in self._load(session).items():
                self._weeks[week] = self._weeks.get(week, 0.0) + load
        bounds, owner = frame.bounds, catalogue.owner
        self._many = np.sum(list(frame.breaks.values()), axis=0)
        if bounds.budget is not None:
            self._many += (frame.price[owner] > float(bounds.budget) - self._cost) & ~frame.breaks[Bound.BUDGET]
        if bounds.hours is not None:
            self._many += (catalogue.hours[owner] > bounds.hours - self._hours) & ~frame.breaks[Bound.HOURS]

    def open(self, target: Target, met: Numbers) -> tuple[Open, ...]:
        """Return the needs not fully met, heaviest first, each with the training that comes nearest to fitting."""
        left = np.flatnonzero(met < 1 - LITTLE).tolist()
        left.sort(key=lambda need: (-float(target.share[need]), target.uris[need]))
        return tuple(self._open(need, target, met) for need in left)

    def _open(self, need: int, target: Target, met: Numbers) -> Open:
        catalogue = self._frame.catalogue
        helps = target.brings[:, need] > met[need] + LITTLE
        sessions = np.flatnonzero(helps[catalogue.owner])
        order = np.lexsort((sessions, catalogue.starts[sessions], self._many[sessions]))[:LOOKED_AT]
        tried = [(one, self._breaks(one)) for one in sessions[order].tolist()]
        nearest, breaks = min(tried, key=lambda each: len(each[1]), default=(None, ()))
        return Open(
            need_uri=target.uris[need],
            weight=_part(target.share[need]),
            met=_part(met[need]),
            training_id=None if nearest is None else catalogue.trainings[catalogue.owner[nearest]].id,
            breaks=tuple(breaks),
        )

    def _breaks(self, session: int) -> list[Break]:
        """Return every bound that a session breaks, by itself or beside the plan, and what that would take."""
        frame, catalogue = self._frame, self._frame.catalogue
        bounds, training = frame.bounds, catalogue.trainings[catalogue.owner[session]]
        alone = {bound for bound, broken in frame.breaks.items() if broken[session]}
        found: dict[Bound, Break] = {bound: Break(bound=bound) for bound in alone}
        dates = {Bound.EARLIEST: catalogue.starts[session], Bound.LATEST: catalogue.ends[session]}
        for bound in alone & dates.keys():
            found[bound] = Break(bound=bound, takes=date.fromordinal(int(dates[bound])))
        if Bound.DISTANCE in alone:
            found[Bound.DISTANCE] = Break(bound=Bound.DISTANCE, takes=round(float(frame.km[session]), 1))
        price = frame.price[catalogue.owner[session]]
        if bounds.budget is not None and price + self._cost > float(bounds.budget) + LITTLE:
            takes = Decimal(str(round(self._cost + float(price), 2)))
            found[Bound.BUDGET] = Break(bound=Bound.BUDGET, takes=takes)
        if bounds.hours is not None and (training.hours or 0) + self._hours > bounds.hours + LITTLE:
            found[Bound.HOURS] = Break(bound=Bound.HOURS, takes=round((training.hours or 0) + self._hours, 2))
        peak = max((load + self._weeks.get(week, 0.0) for week, load in self._load(session).items()), default=0.0)
        if bounds.hours_a_week is not None and peak > bounds.hours_a_week + LITTLE:
            found[Bound.HOURS_A_WEEK] = Break(bound=Bound.HOURS_A_WEEK, takes=round(peak, 2))
        if not self._demands.can_follow(session, self._chosen):
            found[Bound.PREREQUISITES] = Break(bound=Bound.PREREQUISITES)
        return [found[bound] for bound in Bound if bound in found]

    def _load(self, session: int) -> dict[int, float]:
        catalogue = self._frame.catalogue
        hours = catalogue.trainings[catalogue.owner[session]].hours
        if not hours or catalogue.starts[session] == NO_DAY:
            return {}
        return week_hours(int(catalogue.starts[session]), int(catalogue.ends[session]), hours)
