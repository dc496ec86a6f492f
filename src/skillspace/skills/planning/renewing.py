"""A plan brought up to date: as skills arrive and days go by, steps that still help stay, and every change is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import numpy as np

from skillspace.kernel.errors import Conflict
from skillspace.skills.matching import Gap
from skillspace.skills.planning.catalogue import Catalogue
from skillspace.skills.planning.demands import Demands
from skillspace.skills.planning.frame import Frame
from skillspace.skills.planning.model import Ability, Bound, Bounds, Kind, Plan, Planning, Step
from skillspace.skills.planning.planner import SECONDS, Planner
from skillspace.skills.planning.target import LITTLE, Target


class Turn(StrEnum):
    """What became of a step. DONE, CLOSED (nothing is left for it to add), WITHDRAWN, MISSED (its days are over),
    OUT_OF_BOUNDS (now) and DISPLACED (it no longer fits beside the others) are gone; MOVED has another session."""

    KEPT = "kept"
    MOVED = "moved"
    ADDED = "added"
    DONE = "done"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MISSED = "missed"
    OUT_OF_BOUNDS = "out-of-bounds"
    DISPLACED = "displaced"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What became of one training of a plan; ``bounds`` are those its old session breaks now."""

    training_id: str
    turn: Turn
    bounds: tuple[Bound, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Replanning:
    """The plans from today on, and what became of every step: first those of the old plan, then what is new."""

    planning: Planning
    changes: tuple[Change, ...]


def replan(
    before: Plan,
    found: Gap,
    catalogue: Catalogue,
    bounds: Bounds,
    *,
    today: date,
    done: Collection[str] = (),
    held: Sequence[Ability] = (),
    levels: Mapping[str, int] | None = None,
    kinds: Collection[Kind] = (Kind.MOST_COVERED,),
    seconds: float = SECONDS,
) -> Replanning:
    """Return the plan anew for the gap as it is now, around the steps that still help.

    ``done`` are trainings whose skills count as learnt although nothing recorded says so yet. Bounds are for what is
    still to come: steps that stay count in full, steps that are done no more.
    """
    bounds = replace(bounds, earliest=max(bounds.earliest, today))
    learnt = [catalogue.trainings[catalogue.row(one)] for one in sorted(done) if one in catalogue]
    held = [*held, *(ability for training in learnt for ability in training.teaches)]
    frame = Frame.of(catalogue, bounds)
    target = Target.of(found, frame, levels or {}).after([catalogue.row(training.id) for training in learnt])
    planner = Planner(target=target, frame=frame, held=held, seconds=seconds)
    sorting = _Sorting(planner, set(done), today)
    gone = {step.training_id: change for step in before.steps if (change := sorting.gone(step))}
    staying = [sorting.session(step) for step in before.steps if step.training_id not in gone]
    needed = sorting.still_needed(staying)
    under_way = [one for one in needed if catalogue.starts[one] < bounds.earliest.toordinal()]
    planning = _around(planner, kinds, (needed, under_way))
    now = {step.training_id: step for step in planning.best.steps}
    changes = [_change(step, gone, now, sorting.session(step) in needed) for step in before.steps]
    fresh = now.keys() - {step.training_id for step in before.steps}
    changes += [Change(training_id=one, turn=Turn.ADDED) for one in now if one in fresh]
    return Replanning(planning=planning, changes=tuple(changes))


def _around(planner: Planner, kinds: Collection[Kind], wishes: Sequence[Sequence[int]]) -> Planning:
    """Return the plans around the first of these groups of sessions that can all stay; around none if none can."""
    for keep in wishes:
        with suppress(Conflict):
            return planner.planned(kinds, keep)
    return planner.planned(kinds, ())


def _change(step: Step, gone: Mapping[str, Change], now: Mapping[str, Step], is_needed: bool) -> Change:
    """Tell what became of a step of the old plan."""
    if step.training_id in now:
        is_same = now[step.training_id].session == step.session
        return Change(training_id=step.training_id, turn=Turn.KEPT if is_same else Turn.MOVED)
    if step.training_id in gone:
        return gone[step.training_id]
    return Change(training_id=step.training_id, turn=Turn.DISPLACED if is_needed else Turn.CLOSED)


class _Sorting:
    """Which steps of an old plan can stay, and which still have something to add."""

    def __init__(self, planner: Planner, done: Collection[str], today: date) -> None:
        self._planner, self._done, self._today = planner, done, today

    def session(self, step: Step) -> int | None:
        """Return the catalogue's number of a step's session; None where it is no longer offered."""
        catalogue = self._planner.frame.catalogue
        if step.training_id not in catalogue:
            return None
        row = catalogue.row(step.training_id)
        offered = range(int(catalogue.first[row]), int(catalogue.first[row + 1]))
        return next((one for one in offered if catalogue.sessions[one] == step.session), None)

    def gone(self, step: Step) -> Change | None:
        """Return why a step cannot stay as it is; None where it can."""
        if step.training_id in self._done:
            return Change(training_id=step.training_id, turn=Turn.DONE)
        session = self.session(step)
        if session is None:
            return Change(training_id=step.training_id, turn=Turn.WITHDRAWN)
        if self._planner.frame.catalogue.ends[session] < self._today.toordinal():
            return Change(training_id=step.training_id, turn=Turn.MISSED)
        broken = [bound for bound, breaks in self._planner.frame.breaks.items() if breaks[session]]
        if step.session.starts and step.session.starts < self._today:
            broken = [bound for bound in broken if bound is not Bound.EARLIEST]
        if broken:
            return Change(training_id=step.training_id, turn=Turn.OUT_OF_BOUNDS, bounds=tuple(broken))
        return None

    def still_needed(self, sessions: Sequence[int | None]) -> list[int]:
        """Return those that add something, or teach in time what one of them demands."""
        catalogue, target = self._planner.frame.catalogue, self._planner.target
        staying = [one for one in sessions if one is not None]
        rows = [int(catalogue.owner[one]) for one in staying]
        adds = {row for row in rows if target.gain(target.brings[[row]])[0] > LITTLE}
        demands = Demands(self._planner.frame, self._planner.held)
        needed = [one for one in staying if int(catalogue.owner[one]) in adds]
        waiting = list(needed)
        while waiting:
            session = waiting.pop()
            for demand in demands.of(session):
                teaching = np.intersect1d(catalogue.teaching(demand), staying).tolist()
                fresh = [one for one in teaching if one not in needed]
                needed += fresh
                waiting += fresh
        return needed
