"""Disclosure control: which counts of people may be published, so that nobody can be singled out, not even by sums.

1. A cell is *sensitive* when fewer than ten people, or only one organisation, stand behind it (`primary`).
2. Sums give cells away: a region minus its other towns is the town. So further cells are hidden until the attack that
   anyone could run, every sum and every count published, no count below zero, leaves each hidden cell so wide a range
   that it might as well have been large enough to be shown (`attack.exposed`).
3. Days give people away: yesterday's count minus today's is whoever came. So a cell, shown or hidden, stays as it was
   published until at least ten people more or less have changed it, and so does what sums leave over (`_thin`).

What this does not keep out: someone who knows the contributions of one organisation can subtract them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from skillspace.insight.attack import Suspect, exposed
from skillspace.insight.cubes import Key, Table


class Reason(StrEnum):
    """Why a cell shows no number. For the operator only: which cells are small must not be published either."""

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
    while more := _thin(case, hidden) or _beside(case, hidden, exposed(table, case.suspects(hidden))):
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

    def old_count(self, key: Key) -> int | None:
        """Return the count a held cell still shows, from which anyone knows that it is not far away."""
        return self.before.cells[key].value if self.before and key in self.held else None

    def suspects(self, hidden: set[Key]) -> dict[Key, Suspect]:
        """Return what an attacker may know of each hidden cell beforehand, and what range they must be left with.

        A hidden cell must seem able to have been large enough to show, and to be smaller than it is. A count that
        one organisation knows is guarded by a fifth of it. A cell that shows an old count need only stay vague.
        """
        enough = self.rule.people
        found: dict[Key, Suspect] = {}
        for key in hidden:
            count, old = self.table.people[key], self.old_count(key)
            if old is not None:
                known = (max(0, old - enough + 1), old + enough - 1)
                found[key] = Suspect(known=known, least=count, most=count, width=enough)
            else:
                alone = self.table.contributors.get(key, self.rule.contributors) < self.rule.contributors
                width = max(enough, count // 5) if alone else enough
                found[key] = Suspect(known=None, least=max(count - 1, 0), most=max(count, enough), width=width)
        return found


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


def _beside(case: _Case, hidden: set[Key], given_away: set[Key]) -> set[Key]:
    """Return the nearest shown cell of each cell given away: the smallest part of a shared sum, a total only at last.

    Where everything around a cell is hidden already, what gives it away lies a sum further off.
    """
    more: set[Key] = set()
    for key in given_away:
        reached, lines = {key}, set(case.table.lines_of[key])
        while True:
            parts = {part for line in lines for part in line.parts} - hidden
            totals = {line.total for line in lines} - hidden
            if choice := parts or totals:
                more.add(_smallest(case.table, choice))
                break
            around = {each for line in lines for each in (line.total, *line.parts)} - reached
            if not around:
                break
            reached |= around
            lines = {line for each in around for line in case.table.lines_of[each]}
    return more


def _smallest(table: Table, keys: Iterable[Key]) -> Key:
    return min(keys, key=lambda key: (table.people[key], key))
