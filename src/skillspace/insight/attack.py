"""The attack on a published table that anyone could run: every sum, every shown count, and that no count is negative.

It finds the least and the largest value each hidden cell can have. Disclosure control hides cells until it fails.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skillspace.insight.cubes import COLUMNS, Key, Place, Table
from skillspace.kernel.errors import SkillspaceError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

QUIET = "/quiet"
HALF = 0.5
"""Half a person: what linear programs may be off by."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspect:
    """A hidden cell. The attack must leave it a range from ``least`` or below to ``most`` or above, of this width.

    ``known`` is a range an attacker has beforehand, None for a cell of which nothing was ever published.
    """

    known: tuple[int, int] | None
    least: int
    most: int
    width: int


def exposed(table: Table, suspects: Mapping[Key, Suspect]) -> set[Key]:
    """Run the attack and return the hidden cells it narrows down further than they may be."""
    reduced, wanted, members = _reduced(table, suspects)
    attack = _Attack(reduced, wanted)
    waiting = attack.too_narrow()
    while len(waiting):
        attack.push(waiting)
        left = attack.too_narrow()
        if len(left) == len(waiting):
            break
        waiting = left
    for cell in waiting.tolist():
        attack.push(np.array([cell]))
    found = (attack.keys[cell] for cell in attack.too_narrow().tolist())
    return {member for key in found for member in members.get(key, (key,))}


def _reduced(
    table: Table, suspects: Mapping[Key, Suspect]
) -> tuple[Table, dict[Key, Suspect], dict[Key, tuple[Key, ...]]]:
    """Join neighbouring territories of which nothing was ever shown into one: (table, suspects, what was joined).

    Nothing published tells such neighbours apart, so each can be nobody while another takes all: the range of one is
    from zero to the largest value of their sum. The answer is the same and the programs are small.
    """
    silent = _silent(table, suspects)
    parents = {place: around for place, around in table.parents.items() if place not in silent}
    people = dict(table.people)
    wanted = {key: suspect for key, suspect in suspects.items() if key[0] not in silent}
    members: dict[Key, tuple[Key, ...]] = {}
    for around in parents.copy():
        joined = [place for place in table.inside.get(around, ()) if place in silent]
        if not joined:
            continue
        one = joined[0] if len(joined) == 1 and joined[0] not in table.inside else around + QUIET
        parents[one] = around
        for column in COLUMNS:
            inner = [suspects[place, column] for root in joined for place in _within(table, root)]
            people[one, column] = sum(table.people[place, column] for place in joined)
            if one == joined[0]:
                wanted[one, column] = suspects[one, column]
                continue
            # The count of one alone, or of one larger territory, has a lower end to watch; that of several has none.
            least = suspects[joined[0], column].least if len(joined) == 1 else people[one, column]
            most = max(max(suspect.most, suspect.width) for suspect in inner)
            wanted[one, column] = Suspect(known=None, least=least, most=most, width=0)
            members[one, column] = tuple((place, column) for place in joined)
    kept = {(place, column): people[place, column] for place in parents for column in COLUMNS}
    return Table(people=kept, parents=parents), wanted, members


def _silent(table: Table, suspects: Mapping[Key, Suspect]) -> set[Place]:
    """Return the territories of which no cell, nor any inside them, shows or ever showed a count."""
    silent: set[Place] = set()
    for place in _inside_first(table):
        cells = [suspects.get((place, column)) for column in COLUMNS]
        if all(cell is not None and cell.known is None for cell in cells) and silent.issuperset(
            table.inside.get(place, ())
        ):
            silent.add(place)
    return silent


def _inside_first(table: Table) -> Iterable[Place]:
    tops = [place for place, around in table.parents.items() if around is None]
    return reversed([place for top in tops for place in _within(table, top)])


def _within(table: Table, place: Place) -> list[Place]:
    """Return a territory and all inside it, larger ones first."""
    found = [place]
    for around in found:
        found.extend(table.inside.get(around, ()))
    return found


class _Attack:
    """The equations of the hidden cells, and the ranges found so far.

    Each solution is a table as possible as the true one, so it widens the range of every cell at once, and few
    programs settle most cells.
    """

    def __init__(self, table: Table, wanted: Mapping[Key, Suspect]) -> None:
        self.keys = sorted(wanted)
        self._sums, self._left = _equations(table, self.keys)
        most = 10 * (max(table.people.values(), default=0) + 100)
        owed = [wanted[key] for key in self.keys]
        self._bounds = np.array([suspect.known or (0, most) for suspect in owed], dtype=float).reshape(-1, 2)
        self._owed = np.array([(cell.least, cell.most, cell.width) for cell in owed], dtype=float).reshape(-1, 3)
        self._least = np.array([table.people[key] for key in self.keys], dtype=float)
        self._most = self._least.copy()

    def too_narrow(self) -> NDArray[np.intp]:
        """Return the positions of cells not yet seen to have the range they must be left with."""
        return np.flatnonzero(self._wants_less() | self._wants_more())

    def push(self, cells: NDArray[np.intp]) -> None:
        """Look for tables that fit with these cells together as large, then as small, as they still have to be seen."""
        self._solve(cells[self._wants_more()[cells]], -1.0)
        self._solve(cells[self._wants_less()[cells]], 1.0)

    def _wants_more(self) -> NDArray[np.bool_]:
        _, most, width = self._owed.T
        return np.asarray((self._most < most - HALF) | (self._most - self._least < width - HALF))

    def _wants_less(self) -> NDArray[np.bool_]:
        least, _, width = self._owed.T
        return np.asarray((self._least > least + HALF) | (self._most - self._least < width - HALF))

    def _solve(self, cells: NDArray[np.intp], sign: float) -> None:
        """Find a table that fits, these cells as small (sign 1) or as large (-1) as can be. Raises when none fits."""
        if not len(cells):
            return
        from scipy.optimize import linprog  # noqa: PLC0415 - large, and only counting statistics needs it

        aim = np.zeros(len(self.keys))
        aim[cells] = sign
        answer = linprog(aim, A_eq=self._sums, b_eq=self._left, bounds=self._bounds, method="highs")
        if answer.status != 0:
            raise SkillspaceError(f"The disclosure check found no table that fits its own sums: {answer.message}")
        np.minimum(self._least, answer.x, out=self._least)
        np.maximum(self._most, answer.x, out=self._most)


def _equations(table: Table, keys: list[Key]) -> tuple[csr_array | None, NDArray[np.float64] | None]:
    """Return the sums among hidden cells as (matrix, right side): each equals what the shown cells leave over."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - large, and only counting statistics needs it

    number = {key: position for position, key in enumerate(keys)}
    entries: dict[tuple[int, int], float] = defaultdict(float)
    left: list[float] = []
    for line in table.lines:
        cells = [(line.total, 1.0), *((part, -1.0) for part in line.parts)]
        if not any(key in number for key, _ in cells):
            continue
        for key, sign in cells:
            if key in number:
                entries[len(left), number[key]] += sign
        left.append(-sum(sign * table.people[key] for key, sign in cells if key not in number))
    if not left:
        return None, None
    rows, columns = zip(*entries, strict=True)
    return csr_array((list(entries.values()), (rows, columns)), shape=(len(left), len(keys))), np.array(left)
