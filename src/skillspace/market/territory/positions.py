"""Where something lies: a position that is stated, or else the middle of the municipality; and what lies around one.

Of a person only the municipality is known, so their position is its middle, never finer; it is told to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from skillspace.market.territory.places import Point, codes_within, place, territory_parents
from skillspace.skills.matching import Around, Where
from skillspace.skills.matching.conditions import great_circle

KILOMETRES = (10, 30, 50, 100)
"""How far from home somebody can say to look."""
_CIRCLE = re.compile(r"([1-9][0-9]{0,3})km", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """Degrees north and east; not stated ones are the middle of a municipality."""

    at: Point
    is_stated: bool


def position(stated: Point | None, code: str | None) -> Position | None:
    """Return where something lies that states a position, or else a municipality's code; None where neither tells."""
    if stated is not None:
        return Position(at=stated, is_stated=True)
    middle = middle_of(code)
    return None if middle is None else Position(at=middle, is_stated=False)


def middle_of(code: str | None) -> Point | None:
    """Return the middle of a municipality; None where no table knows it."""
    known = place(code) if code else None
    return known.middle if known else None


def kilometres(one: Point, other: Point) -> float:
    """Return how far two positions are apart over the ground."""
    return float(great_circle(*one, *other))


def circle(choice: str) -> int | None:
    """Return the kilometres of a choice such as ``30km``; None for any other, such as a territory's code."""
    read = _CIRCLE.fullmatch(choice)
    return int(read[1]) if read else None


def is_choice(choice: str) -> bool:
    """Tell whether somebody can choose to look there: in a territory, or so many kilometres around their home."""
    return choice in territory_parents() or circle(choice) in KILOMETRES


def chosen(choice: str, home: str | None) -> Where | None:
    """Return where to look: in a territory, or around the middle of the municipality `home`; None is everywhere.

    What states no position counts where it says no more than the region of `home`, or a place in that region.
    """
    km = circle(choice)
    if km is None:
        return codes_within(choice) if choice else None
    middle = middle_of(home)
    return None if middle is None else Around(at=middle, km=km, places=codes_within(region_of(home)))


def region_of(code: str | None) -> str:
    """Return the region of a municipality, itself for a region or a country; empty for none."""
    known = place(code) if code else None
    return known.region_code if known else code or ""


def lies(where: Where | None, found: Position | None, code: str | None) -> bool:
    """Tell whether one thing, by its position and the code of its place, is there."""
    if where is None:
        return True
    if not isinstance(where, Around):
        return code in where
    return code in where.places if found is None else kilometres(where.at, found.at) <= where.km


def choices(home: str | None) -> Iterator[str]:
    """Give the circles that somebody can choose: none where the middle of their home is not known."""
    if middle_of(home) is not None:
        yield from (f"{km}km" for km in KILOMETRES)
