"""From a gap to what closes it: which trainings teach what is missing, and a short plan of several."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from skillspace.skills.matching.around import Where
from skillspace.skills.matching.holders import HolderIndex
from skillspace.skills.matching.model import (
    DEFAULT,
    Gap,
    Have,
    HolderMatch,
    LearningStep,
    Match,
    Missing,
    PersonSkill,
    TrainingFit,
    Weights,
)
from skillspace.skills.matching.needs import Stated, WeighedNeeds
from skillspace.skills.matching.proximity import Proximity
from skillspace.skills.matching.shelf import best
from skillspace.skills.matching.worth import Held, Worth
from skillspace.skills.taxonomy.model import Need

TEACHING = Weights(related=0, same_group=0, proof=0, recency=0, caution=0)
"""A training closes a need by teaching it or a special case of it, and comes near it by teaching the general skill;
teaching a neighbour of a need does not help with the need."""


def gap(
    skills: Sequence[PersonSkill], needs: Iterable[Stated], proximity: Proximity, weights: Weights = DEFAULT
) -> Gap:
    """Return where these skills stand towards any target needs. Raises BadInput on a weight that is not positive."""
    weighed = WeighedNeeds.of(needs, "The target", proximity, weights)
    if not weighed.uris:
        return Gap(coverage=0.0, have=(), close=(), missing=())
    (found,) = Worth.of(Held.of(skills, proximity, weights), proximity, weights).reasons(weighed, proximity, weights)
    unlinked = {skill.uri: skill.validation for skill in sorted(skills, key=lambda skill: skill.validation)}
    own = [miss for miss in found.missing if miss.need_uri in unlinked]
    have = [Have(need_uri=miss.need_uri, validation=unlinked[miss.need_uri], weight=miss.weight) for miss in own]
    return Gap(
        coverage=min(round(found.coverage + sum(one.weight for one in have), 6), 1.0),
        have=tuple(sorted((*found.have, *have), key=lambda one: (-one.weight, one.need_uri))),
        close=found.close,
        missing=tuple(miss for miss in found.missing if miss.need_uri not in unlinked),
    )


def trainings_for(
    found: Gap,
    trainings: HolderIndex,
    *,
    k: int = 10,
    places: Where | None = None,
    languages: Collection[str] | None = None,
    only: Collection[str] | None = None,
) -> list[TrainingFit]:
    """Return the trainings that add most to the coverage of a gap, best first.

    Of those that add as much one that teaches less beside comes first; then by identifier.
    """
    standing = _standing(found)
    return [
        _fit(match, standing)
        for match in _matches(standing, trainings, k=k, places=places, languages=languages, only=only)
    ]


def place_of(
    found: Gap, trainings: HolderIndex, training_id: str, *, places: Where | None = None
) -> tuple[int | None, int]:
    """Return a training's place (from 1) in `trainings_for`, None where it adds nothing, and how many add anything."""
    standing = _standing(found)
    scores = trainings.scores_weighed(
        _weighed(standing, trainings), already=_already(standing), places=places, weights=TEACHING
    )
    ids = trainings.ids()
    row = bisect_left(ids, training_id.encode(), key=str.encode)
    if row == len(ids) or ids[row] != training_id or not scores[row]:
        return None, int(np.count_nonzero(scores))
    order = best(scores, len(scores), trainings.sizes())
    return order.index(row) + 1, len(order)


def learning_steps(
    found: Gap,
    trainings: HolderIndex,
    *,
    most: int = 5,
    places: Where | None = None,
    languages: Collection[str] | None = None,
    only: Collection[str] | None = None,
) -> tuple[LearningStep, ...]:
    """Return a plan of at most ``most`` trainings, each the best once those before it are done.

    This is a greedy cover: it adds at least 63 % of what the best plan of that length would (Nemhauser, Wolsey and
    Fisher 1978, for monotone submodular gains); it looks at neither prices nor dates nor what requires what.
    """
    standing = _standing(found)
    coverage = found.coverage
    steps: list[LearningStep] = []
    while len(steps) < most:
        matches = _matches(standing, trainings, k=1, places=places, languages=languages, only=only)
        if not matches:
            break
        fit = _fit(matches[0], standing)
        coverage = min(round(coverage + fit.gain, 6), 1.0)
        steps.append(
            LearningStep(
                training_id=fit.training_id, closes=fit.closes, nearer=fit.nearer, gain=fit.gain, coverage=coverage
            )
        )
        standing = _after(standing, fit)
    return tuple(steps)


Standing = dict[str, tuple[float, float]]
"""For each need not yet fully met: its share of the target, and the credit it already has."""


def _standing(found: Gap) -> Standing:
    missing = {one.need_uri: (one.weight, 0.0) for one in found.missing}
    return missing | {one.need_uri: (one.weight, one.credit) for one in found.close}


def _matches(
    standing: Standing,
    trainings: HolderIndex,
    *,
    k: int,
    places: Where | None,
    languages: Collection[str] | None,
    only: Collection[str] | None,
) -> list[HolderMatch]:
    return trainings.match_weighed(
        _weighed(standing, trainings),
        k=k,
        already=_already(standing),
        places=places,
        languages=languages,
        only=only,
        weights=TEACHING,
        focused=True,
    )


def _weighed(standing: Standing, trainings: HolderIndex) -> WeighedNeeds:
    return WeighedNeeds(
        starts=np.array([0, len(standing)]),
        uris=tuple(standing),
        rows=trainings.proximity.rows(standing),
        weight=np.array([share for share, _ in standing.values()], dtype=np.float32),
        essential=np.ones(len(standing), dtype=bool),
    )


def _already(standing: Standing) -> list[float]:
    return [credit for _, credit in standing.values()]


def _fit(match: HolderMatch, standing: Standing) -> TrainingFit:
    """Keep what goes beyond where the person stands: closing a need, or bringing it nearer than it was."""
    closes = tuple(one.need_uri for one in match.have)
    nearer = tuple(one for one in match.close if one.credit > standing[one.need_uri][1])
    gain = sum(standing[uri][0] * (1 - standing[uri][1]) for uri in closes)
    gain += sum(standing[one.need_uri][0] * (one.credit - standing[one.need_uri][1]) for one in nearer)
    return TrainingFit(training_id=match.holder_id, gain=round(gain, 6), closes=closes, nearer=nearer)


def _after(standing: Standing, fit: TrainingFit) -> Standing:
    """Return where the person stands once a training is done."""
    credit = {one.need_uri: one.credit for one in fit.nearer}
    return {uri: (share, credit.get(uri, before)) for uri, (share, before) in standing.items() if uri not in fit.closes}


def lacking(ahead: Sequence[Match]) -> Gap:
    """Add up what the best jobs ask for and the person lacks: one target of it all, weighed by how often it comes."""
    wanted: Counter[str] = Counter()
    for match in ahead:
        for one in match.missing:
            wanted[one.need_uri] += round(one.weight * 1_000_000)
    total = sum(wanted.values()) or 1
    missing = (
        Missing(need_uri=uri, weight=weight / total, need=Need.ESSENTIAL) for uri, weight in wanted.most_common()
    )
    return Gap(coverage=0.0, have=(), close=(), missing=tuple(missing))
