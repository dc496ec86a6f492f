"""Disclosure control: which counts of people may be published, so that nobody can be singled out, not even by sums.

1. A cell is *sensitive* when fewer than ten people, or only one organisation, stand behind it (`primary`).
2. Sums give cells away: a region minus its other towns is the town. So further cells are hidden until the attack that
   anyone could run, every sum and every count published, no count below zero, leaves each hidden cell so wide a range
   that it might as well have been large enough to be shown (`_exposed`).
3. Days give people away: yesterday's count minus today's is whoever came. So a cell, shown or hidden, stays as it was
   published until at least ten people more or less have changed it, and so does what sums leave over (`_thin`).

What this does not keep out: someone who knows the contributions of one organisation can subtract them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from skillspace.insight.cubes import Key, Table
from skillspace.kernel.errors import SkillspaceError


class Reason(StrEnum):
    """Why a cell shows no number."""

    FEW_PEOPLE = "few-people"
    ONE_CONTRIBUTOR = "one-contributor"
    PROTECTS_ANOTHER = "protects-another"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How many people, and how many organisations where they are known, must stand behind a published count."""

    people: int = 10
    contributors: int = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """What is published of a cell: a count or None with the reason, and the day this was so."""

    value: int | None
    reason: Reason | None
    as_of: dt.date


@dataclass(frozen=True, kw_only=True)
class Protected:
    """A table as published. ``counted`` holds the true counts behind each cell's state and is never published."""

    cells: Mapping[Key, Cell]
    counted: Mapping[Key, int]


def protect(table: Table, as_of: dt.date, rule: Rule | None = None, before: Protected | None = None) -> Protected:
    """Return what may be published of a table, given what was published of it before.

    The answer always passes the attack described above; where nothing can be shown safely, nothing is.
    """
    rule = rule or Rule()
    case = _Case(table=table, rule=rule, before=before)
    sensitive = primary(table, rule)
    hidden = set(sensitive) | case.held
    while more := _thin(case, hidden) or _beside(case, hidden, _exposed(case, hidden)):
        hidden |= more
    cells: dict[Key, Cell] = {}
    counted: dict[Key, int] = {}
    for key, count in table.people.items():
        if before is not None and key in case.held:
            cells[key], counted[key] = before.cells[key], before.counted[key]
            continue
        reason = sensitive.get(key, Reason.PROTECTS_ANOTHER) if key in hidden else None
        cells[key] = Cell(value=None if reason else count, reason=reason, as_of=as_of)
        counted[key] = count
    return Protected(cells=cells, counted=counted)


def primary(table: Table, rule: Rule) -> dict[Key, Reason]:
    """Return the cells that are sensitive in themselves. Nobody at all counts as few."""
    reasons: dict[Key, Reason] = {}
    for key, count in table.people.items():
        if count < rule.people:
            reasons[key] = Reason.FEW_PEOPLE
        elif table.contributors.get(key, rule.contributors) < rule.contributors:
            reasons[key] = Reason.ONE_CONTRIBUTOR
    return reasons


@dataclass(frozen=True, kw_only=True)
class _Case:
    """A table, the rule, and what was published before."""

    table: Table
    rule: Rule
    before: Protected | None

    @cached_property
    def held(self) -> frozenset[Key]:
        """The cells too few people have changed since they were published as they are."""
        if self.before is None:
            return frozenset()
        known = self.before.counted
        return frozenset(key for key in self.table.people if key in known and abs(self.change(key)) < self.rule.people)

    def change(self, key: Key) -> int:
        """Return by how many people a cell differs from the count behind its published state."""
        return self.table.people[key] - (self.before.counted.get(key, 0) if self.before else 0)

    def range_known(self, key: Key) -> tuple[float, float]:
        """Return what the rule itself tells of a hidden cell: one that still shows an old count is close to it."""
        shown = self.before.cells[key].value if self.before and key in self.held else None
        if shown is None:
            return 0, 10.0 * (max(self.table.people.values()) + 100)
        return max(0, shown - self.rule.people + 1), shown + self.rule.people - 1

    def range_owed(self, key: Key) -> tuple[float, float, float]:
        """Return (least at most this, most at least this, width) that an attacker must be left with.

        A hidden cell must seem able to have been large enough to show, and to be smaller than it is. A count that
        one organisation knows is guarded by a fifth of it. A cell that shows an old count need only stay vague.
        """
        count, enough = self.table.people[key], self.rule.people
        if key in self.held and self.before and self.before.cells[key].value is not None:
            return count, count, enough
        alone = self.table.contributors.get(key, self.rule.contributors) < self.rule.contributors
        return max(count - 1, 0), max(count + 1, enough), max(enough, count // 5) if alone else enough


def _thin(case: _Case, hidden: set[Key]) -> set[Key]:
    """Return one more cell to hide for each sum that leaves over too few people, or a change of too few.

    A shown total less its shown parts is a count in itself: that of all hidden parts together.
    """
    more: set[Key] = set()
    for line in case.table.lines:
        rest = [part for part in line.parts if part in hidden]
        shown = [part for part in line.parts if part not in hidden]
        if not rest or not shown or line.total in hidden:
            continue
        too_few = sum(case.table.people[part] for part in rest) < case.rule.people
        too_little = case.before is not None and abs(sum(map(case.change, rest))) < case.rule.people
        if too_few or too_little or len(rest) == 1:
            more.add(_smallest(case.table, shown))
    return more


def _beside(case: _Case, hidden: set[Key], exposed: set[Key]) -> set[Key]:
    """Return, for each exposed cell, the smallest shown cell that shares a sum with it; a total only at last."""
    more: set[Key] = set()
    for key in exposed:
        lines = case.table.lines_of[key]
        parts = {part for line in lines for part in line.parts} - hidden
        totals = {line.total for line in lines} - hidden
        if choice := parts or totals:
            more.add(_smallest(case.table, choice))
    if exposed and not more:
        more = set(case.table.people) - hidden  # what gives these away lies further off: show nothing new at all
    return more


def _smallest(table: Table, keys: Iterable[Key]) -> Key:
    return min(keys, key=lambda key: (table.people[key], key))


def _exposed(case: _Case, hidden: set[Key]) -> set[Key]:
    """Run the attack: return the hidden cells whose possible values the published ones narrow down too far.

    Linear programs give the least and the largest value a cell can have. Each solution is a table as possible as the
    true one, so it widens the known range of every cell at once, and few programs settle most cells.
    """
    attack = _Attack(case, hidden)
    waiting = attack.too_narrow()
    while len(waiting):
        attack.push(waiting)
        left = attack.too_narrow()
        if len(left) == len(waiting):
            break
        waiting = left
    exposed: set[Key] = set()
    for cell in waiting.tolist():
        if cell in attack.too_narrow():
            attack.push(np.array([cell]))
        if cell in attack.too_narrow():
            exposed.add(attack.keys[cell])
    return exposed


class _Attack:
    """Everything published about the hidden cells as equations, and the ranges found so far for each of them."""

    def __init__(self, case: _Case, hidden: set[Key]) -> None:
        self.keys = sorted(hidden)
        self._sums, self._known = _equations(case.table, self.keys)
        self._bounds = np.array([case.range_known(key) for key in self.keys], dtype=float).reshape(-1, 2)
        self._owed = np.array([case.range_owed(key) for key in self.keys], dtype=float).reshape(-1, 3)
        self._least = np.array([case.table.people[key] for key in self.keys], dtype=float)
        self._most = self._least.copy()

    def too_narrow(self) -> NDArray[np.intp]:
        """Return the positions of cells not yet seen to have the range they are owed; half a person is rounding."""
        floor, ceiling, width = self._owed.T
        spread = self._most - self._least
        return np.flatnonzero((self._least > floor + 0.5) | (self._most < ceiling - 0.5) | (spread < width - 0.5))

    def push(self, cells: NDArray[np.intp]) -> None:
        """Look for tables that fit with these cells together as small, then as large, as can be. Raises on none."""
        for sign in (1.0, -1.0):
            aim = np.zeros(len(self.keys))
            aim[cells] = sign
            answer = linprog(aim, A_eq=self._sums, b_eq=self._known, bounds=self._bounds, method="highs")
            if answer.status != 0:
                raise SkillspaceError(f"The disclosure check found no table that fits its own sums: {answer.message}")
            np.minimum(self._least, answer.x, out=self._least)
            np.maximum(self._most, answer.x, out=self._most)


def _equations(table: Table, keys: list[Key]) -> tuple[csr_array | None, NDArray[np.float64] | None]:
    """Return the sums among hidden cells as (matrix, right side): each hidden sum equals what the shown cells leave."""
    number = {key: position for position, key in enumerate(keys)}
    entries: dict[tuple[int, int], float] = defaultdict(float)
    known: list[float] = []
    for line in table.lines:
        cells = [(line.total, 1.0), *((part, -1.0) for part in line.parts)]
        if not any(key in number for key, _ in cells):
            continue
        for key, sign in cells:
            if key in number:
                entries[len(known), number[key]] += sign
        known.append(-sum(sign * table.people[key] for key, sign in cells if key not in number))
    if not known:
        return None, None
    rows, columns = zip(*entries, strict=True)
    return csr_array((list(entries.values()), (rows, columns)), shape=(len(known), len(keys))), np.array(known)
