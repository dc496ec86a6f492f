"""Cubes: how many people hold what, where, how well proven; exact, private, and only ever counted from rows given in.

A cube is one table for each concept (a theme or a skill): territories that nest, times levels of validation. A person
counts once in a table, at the best level they show for the concept.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from skillspace.kernel.errors import BadInput

ALL = 0
LEVELS = (1, 2, 3, 4, 5, 6)
"""The levels of validation, weakest first; ``ALL`` is the column of everyone, whatever the level."""
COLUMNS = (ALL, *LEVELS)
ELSEWHERE = "/elsewhere"
"""Ends the code of the row for people of whom only the larger territory is known."""

Place = str
Concept = str
Key = tuple[Place, int]
"""A cell of one table: (territory, level or ALL)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contribution:
    """What one organisation contributes about one person: skills with their level of validation (1 to 6)."""

    person: str
    territory: str
    skills: tuple[tuple[str, int], ...]
    contributor: str | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One sum that holds in a table: the total's cell and the cells of its parts."""

    total: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """Counts of people for one concept. ``parents`` maps each territory to the one around it, None at the top.

    ``contributors`` tells how many organisations stand behind a cell, where that is known.
    """

    people: Mapping[Key, int]
    parents: Mapping[Place, Place | None]
    contributors: Mapping[Key, int] = field(default_factory=dict)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every sum that holds: a territory over its levels, a larger territory over those directly inside it."""
        over_levels = [
            Line(total=(place, ALL), parts=tuple((place, level) for level in LEVELS)) for place in self.parents
        ]
        over_places = [
            Line(total=(around, column), parts=tuple((place, column) for place in places))
            for around, places in self.inside.items()
            for column in COLUMNS
        ]
        return (*over_levels, *over_places)

    @cached_property
    def lines_of(self) -> Mapping[Key, tuple[Line, ...]]:
        """The sums each cell takes part in, as their total or one of their parts."""
        found: dict[Key, list[Line]] = {key: [] for key in self.people}
        for line in self.lines:
            for key in (line.total, *line.parts):
                found[key].append(line)
        return {key: tuple(lines) for key, lines in found.items()}

    @cached_property
    def inside(self) -> Mapping[Place, tuple[Place, ...]]:
        """The territories directly inside each larger one."""
        found: dict[Place, list[Place]] = defaultdict(list)
        for place, around in self.parents.items():
            if around is not None:
                found[around].append(place)
        return {around: tuple(places) for around, places in found.items()}


def supply_tables(
    rows: Iterable[Contribution],
    parents: Mapping[str, str | None],
    concept_of: Callable[[str], str],
    concepts: Iterable[str] = (),
) -> dict[Concept, Table]:
    """Count people by concept. ``parents`` maps each territory to the one around it, None at the top.

    ``concept_of`` leads from a skill to the concept it is counted under, for instance its theme; ``concepts`` get a
    table even if nobody has them. Someone whom several organisations contribute counts once, in the territory named
    first. Raises BadInput on an unknown territory.
    """
    home: dict[str, str] = {}
    best: dict[Concept, Counter[str]] = defaultdict(Counter, {concept: Counter() for concept in concepts})
    behind: dict[Concept, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        if row.territory not in parents:
            raise BadInput(f"The territory {row.territory} is not one of those the statistics are made for.")
        home.setdefault(row.person, row.territory)
        for skill, level in row.skills:
            concept = concept_of(skill)
            best[concept][row.person] = max(best[concept][row.person], level)
            if row.contributor is not None:
                behind[concept][row.person].add(row.contributor)
    leaves = _with_elsewhere(parents, set(home.values()))
    return {concept: _table(levels, behind[concept], home, leaves) for concept, levels in sorted(best.items())}


def demand_counts(
    rows: Iterable[tuple[str, Iterable[str]]], parents: Mapping[str, str | None], concept_of: Callable[[str], str]
) -> dict[tuple[Place, Concept], int]:
    """Count offers by territory, larger ones included, and concept; an offer counts once a concept.

    Rows are (territory, skills needed); offers outside the territories asked for are left out. Offers are public:
    these counts need no protection.
    """
    counts: Counter[tuple[Place, Concept]] = Counter()
    for territory, skills in rows:
        concepts = {concept_of(skill) for skill in skills}
        for around in _upwards(territory, parents):
            counts.update((around, concept) for concept in concepts)
    return dict(counts)


def _table(
    levels: Mapping[str, int],
    contributors: Mapping[str, set[str]],
    home: Mapping[str, str],
    parents: Mapping[str, str | None],
) -> Table:
    people: Counter[Key] = Counter({(place, level): 0 for place in parents for level in COLUMNS})
    behind: dict[Key, set[str]] = defaultdict(set)
    for person, level in levels.items():
        place = home[person]
        leaf = place + ELSEWHERE if place + ELSEWHERE in parents else place
        known = contributors.get(person, set())
        for around in _upwards(leaf, parents):
            for column in (ALL, level):
                people[around, column] += 1
                behind[around, column] |= known
    return Table(
        people=dict(people), parents=parents, contributors={key: len(who) for key, who in behind.items() if who}
    )


def _with_elsewhere(parents: Mapping[str, str | None], homes: set[str]) -> dict[str, str | None]:
    """Return the territories, with a row of their own for people known to live in a larger one and no more."""
    larger = {around for around in parents.values() if around is not None}
    return dict(parents) | {home + ELSEWHERE: home for home in sorted(homes & larger)}


def _upwards(place: str | None, parents: Mapping[str, str | None]) -> Iterator[str]:
    while place is not None and place in parents:
        yield place
        place = parents[place]
