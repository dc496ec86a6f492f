"""The plan anybody would make: what adds most and still fits, again and again; no plan of the solver is worse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skillspace.skills.planning.catalogue import NO_DAY, Flags
from skillspace.skills.planning.demands import Demands
from skillspace.skills.planning.frame import Frame, week_hours
from skillspace.skills.planning.target import LITTLE, Target


def greedily(target: Target, frame: Frame, demands: Demands, fits: Flags, keep: Sequence[int] = ()) -> tuple[int, ...]:
    """Return sessions in the order they were taken: those to keep, then of all that fit the training that adds most.

    Of its sessions it takes the first to end that still fits; equal gains go to the lower price, then by identifier.
    """
    book = _Book(frame, demands, keep)
    owner, first = frame.catalogue.owner, frame.catalogue.first
    target = target.after(owner[list(keep)].tolist())
    price = np.nan_to_num(frame.price, nan=np.inf)
    left = np.logical_or.reduceat(fits, first[:-1]) if len(fits) else fits
    left[owner[list(keep)]] = False
    found = True
    while found:
        found = False
        gain = np.where(left, target.gain(target.brings), 0.0)
        helps = np.flatnonzero(gain > LITTLE)
        for row in helps[np.lexsort((helps, price[helps], -gain[helps]))].tolist():
            sessions = [one for one in range(int(first[row]), int(first[row + 1])) if fits[one]]
            if book.takes_one_of(sorted(sessions, key=lambda one: (frame.catalogue.ends[one], one))):
                left[row], found, target = False, True, target.after([row])
                break
    return tuple(book.taken)


class _Book:
    """What has been taken so far, and what is left of the bounds."""

    def __init__(self, frame: Frame, demands: Demands, keep: Sequence[int]) -> None:
        self._frame, self._demands = frame, demands
        self._cost = self._hours = 0.0
        self._weeks: dict[int, float] = {}
        self.taken: list[int] = []
        for session in keep:
            self._take(session)

    def takes_one_of(self, sessions: Sequence[int]) -> bool:
        """Take the first of these sessions that breaks no bound beside what is taken; tell whether one did not."""
        for session in sessions:
            if self._fits(session):
                self._take(session)
                return True
        return False

    def _fits(self, session: int) -> bool:
        bounds, row = self._frame.bounds, self._frame.catalogue.owner[session]
        if bounds.budget is not None and self._cost + _known(self._frame.price[row]) > float(bounds.budget) + LITTLE:
            return False
        hours = _known(self._frame.catalogue.hours[row])
        if bounds.hours is not None and self._hours + hours > bounds.hours + LITTLE:
            return False
        weeks = self._load(session)
        most = np.inf if bounds.hours_a_week is None else bounds.hours_a_week + LITTLE
        is_free = all(self._weeks.get(week, 0.0) + load <= most for week, load in weeks.items())
        return is_free and self._demands.can_follow(session, self.taken)

    def _take(self, session: int) -> None:
        row = self._frame.catalogue.owner[session]
        self.taken.append(session)
        self._cost += _known(self._frame.price[row])
        self._hours += _known(self._frame.catalogue.hours[row])
        for week, load in self._load(session).items():
            self._weeks[week] = self._weeks.get(week, 0.0) + load

    def _load(self, session: int) -> dict[int, float]:
        catalogue = self._frame.catalogue
        starts, hours = int(catalogue.starts[session]), _known(catalogue.hours[catalogue.owner[session]])
        return week_hours(starts, int(catalogue.ends[session]), hours) if starts != NO_DAY and hours else {}


def _known(amount: float) -> float:
    return 0.0 if np.isnan(amount) else float(amount)
