"""What one or two more skills would open: how many offers fit now, and how many would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import BadInput
from skillspace.skills.matching.model import DEFAULT, PersonSkill, Weights

if TYPE_CHECKING:
    from skillspace.skills.matching.offers import OfferIndex
    from skillspace.skills.matching.question import Question

FITS = 0.5
"""An offer fits from this score on."""


Changed = tuple[NDArray[np.int64], NDArray[np.float64]]


@dataclass(frozen=True, kw_only=True)
class More:
    """With this skill, and those named before it, so many offers fit."""

    skill: str
    offers: int


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How many offers fit now, and with which further skills how many more; ``least`` is the score that is fitting."""

    least: float
    now: int
    more: tuple[More, ...]


Parts = Sequence[tuple["OfferIndex", NDArray[np.bool_] | None]]
"""Indexes, each with which of its positions are still there (None: all)."""


def reach(
    parts: Parts, question: Question, *, skills: int = 2, least: float = FITS, weights: Weights = DEFAULT
) -> Reach:
    """Return which skills, one after the other, would let most further offers fit; ties go by URI.

    Counted exactly, on every offer that no wish shuts out, for the skills most missing in those that nearly fit. Each
    is the best beside those before it. Raises BadInput for a ``least`` outside of 0 to 1.
    """
    if not 0 < least <= 1:
        raise BadInput(f"A score of {least} cannot be reached; scores run from 0 to 1.")
    indexes = [index for index, _ in parts]
    scores = [index.scores_for(question, weights, alive) for index, alive in parts]
    now = reached = sum(int(np.count_nonzero(one >= least)) for one in scores)
    found: list[More] = []
    for _ in range(skills):
        missing = {
            skill
            for index, one in zip(indexes, scores, strict=True)
            for skill in index.missing_most(question, one, least, weights)
        }
        best: tuple[int, str, list[Changed]] = (0, "", [])
        for skill in sorted(missing):
            more = _with(question, skill)
            after = [index.rescored(more, skill, weights, one) for index, one in zip(indexes, scores, strict=True)]
            gain = sum(_gain(one, changed, least) for one, changed in zip(scores, after, strict=True))
            best = max(best, (gain, skill, after), key=lambda tried: tried[0])
        if not best[0]:
            break
        gain, skill, after = best
        for one, (positions, changed) in zip(scores, after, strict=True):
            one[positions] = changed
        reached += gain
        found.append(More(skill=skill, offers=reached))
        question = _with(question, skill)
    return Reach(least=least, now=now, more=tuple(found))


def _gain(scores: NDArray[np.float64], changed: Changed, least: float) -> int:
    positions, after = changed
    return int(np.count_nonzero((after >= least) & (scores[positions] < least)))


def _with(question: Question, skill: str) -> Question:
    return replace(question, skills=(*question.skills, PersonSkill(uri=skill)))
