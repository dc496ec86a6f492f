"""A plan as an integer programme: which sessions to take; solved by HiGHS, through scipy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds as Ranges
from scipy.optimize import LinearConstraint, milp

from skillspace.skills.planning.candidates import Candidates
from skillspace.skills.planning.catalogue import NO_DAY, Numbers
from skillspace.skills.planning.frame import Frame, week_hours
from skillspace.skills.planning.model import Kind
from skillspace.skills.planning.target import LITTLE, Target

SLIGHT = 0.001
"""What the other measures count beside the one a plan is to be best in. It breaks ties, and keeps out of the plan that
covers most what would add less than a thousandth of the target for all of a budget."""

NODES = 2_000
"""The solver gives up proving after so many nodes: a limit that, unlike one of time, answers the same every time."""

TOLERANCE = 1e-6

OPEN = 1.1
"""The day on which something without dates ends, as a share of the time there is: after everything that has dates."""


@dataclass(frozen=True, kw_only=True)
class Solution:
    """Sessions chosen (catalogue numbers), and how sure the solver is: the objective's distance to its bound."""

    sessions: tuple[int, ...]
    is_proven: bool
    gap: float


class Programme:
    """Variables: whether each session is taken; for each need and each part of it that can be brought, whether it is
    reached; and the last day, as a share of the time there is.

    A need counts once: its parts are a staircase, and a stair is reached where one taken training brings that much.
    """

    def __init__(self, target: Target, frame: Frame, candidates: Candidates, keep: Sequence[int] = ()) -> None:
        """Write the programme; ``keep`` are sessions that are taken in any case."""
        self._target, self._frame = target, frame
        self._sessions = candidates.sessions
        self._place = {one: at for at, one in enumerate(self._sessions.tolist())}
        self._owner = frame.catalogue.owner[self._sessions]
        self._of: dict[int, list[int]] = {}
        for at, row in enumerate(self._owner.tolist()):
            self._of.setdefault(row, []).append(at)
        self._rows = _Rows()
        stairs = self._write_stairs()
        self._last = len(self._sessions) + len(stairs)
        self._ends = self._days()
        self._measures = self._measure(stairs)
        self._write_bounds()
        for session, earlier in candidates.demands:
            terms = {self._place[one]: 1.0 for one in earlier.tolist()}
            self._rows.add({**terms, self._place[session]: -1.0}, least=0)
        self._low, self._high = np.zeros(self._last + 1), np.ones(self._last + 1)
        self._high[self._last] = OPEN
        self._low[[self._place[one] for one in keep]] = 1

    def solve(
        self, kind: Kind, *, least_gain: float = 0.0, most_steps: int | None = None, seconds: float
    ) -> Solution | None:
        """Return the best plan of a kind that adds at least so much coverage; None where the solver found none."""
        if not len(self._sessions):
            return Solution(sessions=(), is_proven=True, gap=0.0)
        is_session = np.arange(self._last + 1) < len(self._sessions)
        objective = SLIGHT * np.sum(list(self._measures.values()), axis=0)
        if kind is Kind.FASTEST:
            objective[self._last] = 1
        else:
            objective += (1 - SLIGHT) * self._measures[kind]
        constraints = [LinearConstraint(self._rows.matrix(self._last + 1), self._rows.least, self._rows.most)]
        if least_gain > 0:
            constraints.append(LinearConstraint(-self._measures[Kind.MOST_COVERED][None, :], least_gain - LITTLE))
        if most_steps is not None:
            constraints.append(LinearConstraint(is_session[None, :].astype(float), ub=most_steps))
        found = milp(
            objective,
            integrality=is_session,
            bounds=Ranges(self._low, self._high),
            constraints=constraints,
            options={"time_limit": seconds, "node_limit": NODES, "mip_rel_gap": TOLERANCE},
        )
        if found.x is None:
            return None
        taken = self._sessions[found.x[: len(self._sessions)] > 0.5]
        is_proven = found.status == 0
        gap = 0.0 if is_proven else max(float(found.fun - found.mip_dual_bound), 0.0)
        return Solution(sessions=tuple(taken.tolist()), is_proven=is_proven, gap=gap)

    def scores(self, sessions: Sequence[int]) -> dict[Kind, float]:
        """Return how a plan does by each measure; less is better."""
        places = [self._place[one] for one in sessions]
        scores = {kind: float(self._measures[kind][places].sum()) for kind in Kind}
        scores[Kind.MOST_COVERED] = -self.gain(sessions)
        scores[Kind.FASTEST] = float(self._ends[places].max(initial=0.0))
        return {kind: round(score, 9) for kind, score in scores.items()}

    def gain(self, sessions: Sequence[int]) -> float:
        """Return the coverage that these sessions add together."""
        rows = self._frame.catalogue.owner[list(sessions)]
        together = self._target.brings[rows].max(axis=0, initial=0.0)
        return float(self._target.gain(together[None, :])[0])

    def _write_stairs(self) -> list[float]:
        """Write the staircases; return the coverage that each stair adds."""
        stairs: list[float] = []
        rows = np.array(list(self._of), dtype=np.int64)
        for need, (share, met) in enumerate(zip(self._target.share.tolist(), self._target.met.tolist(), strict=True)):
            brings = np.round(self._target.brings[rows, need], 9)
            below = met
            for part in np.unique(brings[brings > met + LITTLE]).tolist():
                column = len(self._sessions) + len(stairs)
                stairs.append(share * (part - below))
                terms = {at: 1.0 for row in rows[brings >= part].tolist() for at in self._of[row]}
                self._rows.add({**terms, column: -1.0}, least=0)
                below = part
        return stairs

    def _days(self) -> Numbers:
        """Return when each session ends, as a share of the time there is; an unknown day comes after all of them."""
        begin = self._frame.bounds.earliest.toordinal()
        ends = self._frame.catalogue.ends[self._sessions]
        latest = self._frame.bounds.latest
        last = latest.toordinal() if latest else int(ends[ends != NO_DAY].max(initial=begin))
        share: Numbers = np.clip((ends - begin + 1) / max(last - begin + 1, 1), 0.0, 1.0)
        return np.where(ends == NO_DAY, OPEN, share)

    def _measure(self, stairs: Sequence[float]) -> dict[Kind, Numbers]:
        """Return what each variable adds to each measure, all to be made small and of like size.

        What is unknown counts as the worst that is known, never as nothing. Days are added up here, which lets each
        step be early; only for the fastest plan the last one counts.
        """
        sessions = slice(len(self._sessions))
        measures = {kind: np.zeros(self._last + 1) for kind in Kind}
        measures[Kind.MOST_COVERED][len(self._sessions) : self._last] = -np.array(stairs)
        price = _worst_for_unknown(self._frame.price[self._owner])
        budget = float(self._frame.bounds.budget or 0) or 10 * price.max(initial=0.0) or 1.0
        measures[Kind.CHEAPEST][sessions] = price / budget
        km = _worst_for_unknown(self._frame.km[self._sessions])
        measures[Kind.NEAREST][sessions] = km / (10 * km.max(initial=0.0) or 1.0)
        measures[Kind.FEWEST][sessions] = 0.1
        measures[Kind.FASTEST][sessions] = self._ends / 10
        return measures

    def _write_bounds(self) -> None:
        """Write one session a training, the last day, the budget, and the hours in all and in each week."""
        bounds = self._frame.bounds
        for places in self._of.values():
            self._rows.add(dict.fromkeys(places, 1.0), most=1)
            self._rows.add({**{at: float(self._ends[at]) for at in places}, self._last: -1.0}, most=0)
        hours = self._frame.catalogue.hours[self._owner]
        if bounds.budget is not None:
            self._rows.add(_known(self._frame.price[self._owner]), most=float(bounds.budget))
        if bounds.hours is not None:
            self._rows.add(_known(hours), most=bounds.hours)
        if bounds.hours_a_week is not None:
            for week in self._weeks(hours):
                if week.sum() > bounds.hours_a_week:
                    self._rows.add(_known(week), most=bounds.hours_a_week)

    def _weeks(self, hours: Numbers) -> Numbers:
        """Return the hours of each session in each week, without weeks that another one asks as much or more of."""
        catalogue = self._frame.catalogue
        touched: dict[int, Numbers] = {}
        for at, session in enumerate(self._sessions.tolist()):
            if catalogue.starts[session] != NO_DAY and hours[at] > 0:
                spread = week_hours(int(catalogue.starts[session]), int(catalogue.ends[session]), float(hours[at]))
                for week, load in spread.items():
                    touched.setdefault(week, np.zeros(len(self._sessions)))[at] = load
        weeks = np.unique(np.round(list(touched.values()), 9), axis=0) if touched else np.zeros((0, 0))
        is_within = [(weeks >= week).all(axis=1).sum() > 1 for week in weeks]
        filling: Numbers = weeks[~np.array(is_within, dtype=bool)]
        return filling


@dataclass(kw_only=True)
class _Rows:
    """Linear constraints as they are written, one after the other."""

    row: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)

    def add(self, terms: Mapping[int, float], *, least: float = -np.inf, most: float = np.inf) -> None:
        """Write ``least ≤ Σ value × variable ≤ most``."""
        self.row += [len(self.least)] * len(terms)
        self.column += terms.keys()
        self.value += terms.values()
        self.least.append(least)
        self.most.append(most)

    def matrix(self, columns: int) -> sparse.csr_array:
        """Return the left sides."""
        return sparse.csr_array((self.value, (self.row, self.column)), shape=(len(self.least), columns))


def _known(amounts: Numbers) -> dict[int, float]:
    """Return the amounts that are known, by place: where a bound looks at them, others are only here if allowed."""
    return {at: amount for at, amount in enumerate(amounts.tolist()) if amount > 0}


def _worst_for_unknown(amounts: Numbers) -> Numbers:
    known = amounts[~np.isnan(amounts)]
    filled: Numbers = np.nan_to_num(amounts, nan=float(known.max(initial=0.0)) or 1.0)
    return filled
