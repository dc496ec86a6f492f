"""Packs cards into a full rectangle, side by side and stacked, so that the whole is as low as it can be.

Every cut goes straight through (a slice-and-dice treemap), in the order given: the first card is top left. As a card
is as high as what it holds, the least total height is the least empty space, and areas follow what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

_UNFAIR = 100.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a card lies: `index` in the order given, its left and top, `units` of the grid wide, and its height."""

    index: int
    left: int
    top: float
    units: int
    height: float


@dataclass(frozen=True, kw_only=True)
class _Block:
    """Cards `first` to `last` (not included) at a width: the height they need, how unfair, and where they are cut.

    `cut` is the index of the first card of the second half, 0 for a card alone; `beside` is the width of the first
    half where the halves stand side by side, 0 where they are stacked.
    """

    height: float
    unfairness: float
    cut: int = 0
    beside: int = 0


def pack(weights: Sequence[int], height_of: Callable[[int, int], float], *, units: int, gap: float) -> list[Place]:
    """Places for all cards on a grid `units` wide, `gap` between stacked ones; `height_of(index, units)` is a need.

    A card wider than its weight is unfair to the others, and is taken only where it saves much height.
    """

    @cache
    def block(first: int, last: int, width: int) -> _Block:
        if last - first == 1:
            return _Block(height=height_of(first, width), unfairness=_UNFAIR * max(0, width - weights[first]))
        ways = []
        for cut in range(first + 1, last):
            upper, lower = block(first, cut, width), block(cut, last, width)
            unfair = upper.unfairness + lower.unfairness
            ways.append(_Block(height=upper.height + gap + lower.height, unfairness=unfair, cut=cut))
            for at in range(1, width):
                left, right = block(first, cut, at), block(cut, last, width - at)
                unfair = left.unfairness + right.unfairness
                ways.append(_Block(height=max(left.height, right.height), unfairness=unfair, cut=cut, beside=at))
        return min(ways, key=lambda way: way.height + way.unfairness)

    def places(first: int, last: int, left: int, top: float, width: int, height: float) -> list[Place]:
        """The block stretched to `height`: what is spare is shared by need where cards are stacked."""
        way = block(first, last, width)
        if not way.cut:
            return [Place(index=first, left=left, top=top, units=width, height=height)]
        if way.beside:
            right = places(way.cut, last, left + way.beside, top, width - way.beside, height)
            return places(first, way.cut, left, top, way.beside, height) + right
        need = block(first, way.cut, width).height
        upper = need * (height - gap) / (way.height - gap)
        below = places(way.cut, last, left, top + upper + gap, width, height - gap - upper)
        return places(first, way.cut, left, top, width, upper) + below

    return places(0, len(weights), 0, 0.0, units, block(0, len(weights), units).height) if weights else []
