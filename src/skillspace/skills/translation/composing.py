"""What two relations, one after the other, say together; None where nothing can be said.

Exact and the two hierarchical relations chain as in SSSOM's chaining rules (transitivity, and role chains over exact
matches). Those rules leave ``close`` and ``related`` out; here ``close`` chains with anything that keeps a direction,
and what that is worth is not assumed but measured, in ``confidence.py``. Up and then down again, or the other way
round, leads to a neighbour: related. Two loose steps in a row say nothing.
"""

from __future__ import annotations

from skillspace.skills.taxonomy import MatchKind

EXACT, CLOSE, BROAD, NARROW, RELATED = MatchKind

COMPOSED: dict[tuple[MatchKind, MatchKind], MatchKind] = {
    (CLOSE, CLOSE): CLOSE,
    (BROAD, BROAD): BROAD,
    (NARROW, NARROW): NARROW,
    (CLOSE, BROAD): BROAD,
    (BROAD, CLOSE): BROAD,
    (CLOSE, NARROW): NARROW,
    (NARROW, CLOSE): NARROW,
    (BROAD, NARROW): RELATED,
    (NARROW, BROAD): RELATED,
    (CLOSE, RELATED): RELATED,
    (RELATED, CLOSE): RELATED,
    **{(EXACT, any_kind): any_kind for any_kind in MatchKind},
    **{(any_kind, EXACT): any_kind for any_kind in MatchKind},
}


def compose(first: MatchKind, second: MatchKind) -> MatchKind | None:
    """Return the relation from A to C, given A's to B and B's to C, or None when the two together say nothing."""
    return COMPOSED.get((first, second))
