"""Why not this one: the exact place of one offer among all, and which further skills would bring it among the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.matching.model import DEFAULT, Match, PersonSkill, Weights

if TYPE_CHECKING:
    from skillspace.skills.matching.offers import OfferIndex
    from skillspace.skills.matching.question import Question

FIRST = 20


@dataclass(frozen=True, kw_only=True)
class Rank:
    """Where one offer stands for a question, with its reasons.

    ``place`` counts from 1 among the ``of`` offers that no wish shuts out, those of equal score by identifier; None
    where a wish shuts it out. ``enough`` are skills it asks for with which it would be among the first; none of them
    can be left out. It is empty where none are needed, and None where all it asks for would not do. ``then`` is its
    place with ``enough``, or with all.
    """

    match: Match
    place: int | None
    of: int
    enough: tuple[str, ...] | None
    then: int | None


def rank(
    index: OfferIndex, question: Question, offer_id: str, *, first: int = FIRST, weights: Weights = DEFAULT
) -> Rank:
    """Return where an offer stands among all. Counted exactly, also with what would be held more.

    Skills are added heaviest first, and those that prove needless are taken away again: few, though not always the
    fewest. Raises NotFound.
    """
    match = index.why(offer_id, question, weights)
    scores = index.scores_for(question, weights)
    among = int(np.count_nonzero(scores >= 0))
    place = index.place(offer_id, scores)
    if place is None or place <= first:
        return Rank(match=match, place=place, of=among, enough=() if place else None, then=place)
    gains = {one.need_uri: one.weight for one in match.missing}
    gains |= {one.need_uri: one.weight * (1 - one.credit) for one in match.close}
    held, then = question, place
    for skill in sorted(gains, key=lambda uri: (-gains[uri], uri)):
        held = _holding(question, [*_added(held, question), skill])
        scores, then = _changed(index, held, skill, offer_id, scores, weights)
        if then <= first:
            break
    if then > first:
        return Rank(match=match, place=place, of=among, enough=None, then=then)
    is_less = True
    while is_less:  # until none of those left can be left out
        is_less = False
        for skill in _added(held, question):
            fewer = _holding(question, [one for one in _added(held, question) if one != skill])
            left, found = _changed(index, fewer, skill, offer_id, scores, weights)
            if found <= first:
                held, scores, then, is_less = fewer, left, found, True
    return Rank(match=match, place=place, of=among, enough=tuple(_added(held, question)), then=then)


def _changed(
    index: OfferIndex, question: Question, skill: str, offer_id: str, scores: NDArray[np.float64], weights: Weights
) -> tuple[NDArray[np.float64], int]:
    """Return all scores, and the offer's place, once ``question`` holds one skill more or less than they were for."""
    positions, after = index.rescored(question, skill, weights, scores)
    changed = scores.copy()
    changed[positions] = after
    place = index.place(offer_id, changed)
    assert place is not None  # noqa: S101 - skills shut nothing out
    return changed, place


def _holding(question: Question, skills: Sequence[str]) -> Question:
    return replace(question, skills=(*question.skills, *(PersonSkill(uri=skill) for skill in skills)))


def _added(held: Question, question: Question) -> list[str]:
    return [one.uri for one in held.skills[len(question.skills) :]]
