"""Proposed mappings of an organisation's concepts to another scheme, and what people decided about them.

Without a model a proposal rests on names alone: an equal name is proposed as exact, a very similar one as close, a name
that holds the other as narrow or broad, and a weak likeness as related; scores are then likenesses between 0 and 1, not
probabilities. With a model (``translation.LinkedMappings``) it alone says what is proposed, as which relation and with
which calibrated chance, and what it says no to is not proposed however alike the names are; names are a reason to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from skillspace.kernel.errors import BadInput
from skillspace.skills.taxonomy.folding import fold
from skillspace.skills.taxonomy.model import SKILL_KINDS, Concept, ConceptKind, Correspondence, MatchKind
from skillspace.skills.taxonomy.taxonomies import Taxonomies

WEAKEST, CLOSE = 0.6, 0.85
OCCUPATIONS = frozenset({ConceptKind.OCCUPATION})
GROUPS = frozenset({ConceptKind.OCCUPATION_GROUP, ConceptKind.SKILL_GROUP})

LEARNED = "learned likeness"
"""The reason of a proposal that no name speaks for."""

Model = Callable[[str, str], Sequence[tuple[str, MatchKind, float]]]
"""From a concept and a scheme to (URI, relation, calibrated chance), the likeliest first; empty where none is."""


class Decision(StrEnum):
    """What a person says of a proposal."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A mapping that somebody is to look at; ``reason`` says what it rests on, in words to show."""

    source: str
    target: str
    relation: MatchKind
    score: float
    reason: str


@dataclass(frozen=True, kw_only=True)
class Review:
    """What one person decided about a proposal, and when; ``relation`` is theirs, and may differ from the proposed."""

    proposal: Proposal
    decision: Decision
    relation: MatchKind
    who: str
    when: datetime

    def __post_init__(self) -> None:
        if self.when.tzinfo is None:
            raise BadInput("The moment of a review needs a time zone.")

    def correspondence(self, version: str) -> Correspondence | None:
        """Return the mapping that an acceptance makes, with the reviewer as its author, or None for a rejection."""
        if self.decision is Decision.REJECTED:
            return None
        ends = self.proposal.source, self.proposal.target
        return Correspondence(source=ends[0], target=ends[1], relation=self.relation, author=self.who, version=version)


def propose(
    taxonomies: Taxonomies,
    scheme: str,
    to: str = "esco",
    *,
    model: Model | None = None,
    limit: int = 3,
) -> Iterator[Proposal]:
    """Give at most ``limit`` proposals for every concept of ``scheme`` that states no exact match in ``to`` itself.

    Best first within a concept, in URI order of concepts; a concept nothing resembles gets none. Raises BadInput when
    one of the schemes is not loaded or the two are the same.
    """
    loaded = {pack.scheme for pack in taxonomies.schemes}
    if scheme == to or not {scheme, to} <= loaded:
        raise BadInput(f"Proposals lead from one loaded scheme to another, not from {scheme!r} to {to!r}.")
    for uri in taxonomies.concepts(scheme=scheme):
        stated = taxonomies.correspondences(uri, to)
        if any(one.relation is MatchKind.EXACT for one in stated):
            continue
        known = {one.target for one in stated}
        found = _of(taxonomies, taxonomies.concept(uri), to, model)
        yield from [one for one in found if one.target not in known][:limit]


def _of(taxonomies: Taxonomies, concept: Concept, to: str, model: Model | None) -> list[Proposal]:
    found: dict[str, Proposal] = {}
    for one in _by_name(taxonomies, concept, to):
        if one.score >= WEAKEST and (one.target not in found or found[one.target].score < one.score):
            found[one.target] = one
    if model is not None and concept.kind is not ConceptKind.SKILL_GROUP:  # no model reads groups of skills
        reasons = {target: one.reason for target, one in found.items()}
        found = {
            target: Proposal(
                source=concept.uri,
                target=target,
                relation=relation,
                score=round(chance, 4),
                reason=reasons.get(target, LEARNED),
            )
            for target, relation, chance in model(concept.uri, to)
        }
    return sorted(found.values(), key=lambda one: (-one.score, one.target))


def _by_name(taxonomies: Taxonomies, concept: Concept, to: str) -> Iterator[Proposal]:
    kinds = next((kinds for kinds in (SKILL_KINDS, OCCUPATIONS, GROUPS) if concept.kind in kinds), SKILL_KINDS)
    names = [(language, text) for language, text in concept.labels.items()]
    names += [(language, text) for language, texts in concept.alternatives.items() for text in texts]
    for place, (language, text) in enumerate(names):
        is_preferred = place < len(concept.labels)
        for hit in taxonomies.search(text, language, kinds=kinds, scheme=to, limit=5):
            # another name says less than the preferred one
            score = round(hit.score if is_preferred else hit.score * 0.95, 4)
            yield Proposal(
                source=concept.uri,
                target=hit.uri,
                relation=_relation(text, hit.label, score),
                score=score,
                reason=f"{language}: “{text}” – “{hit.label}”",
            )


def _relation(ours: str, theirs: str, score: float) -> MatchKind:
    mine, other = fold(ours).split(), fold(theirs).split()
    if mine == other:
        return MatchKind.EXACT
    if set(other) < set(mine):  # more words mean fewer things: theirs is the broader concept
        return MatchKind.BROAD
    if set(mine) < set(other):
        return MatchKind.NARROW
    return MatchKind.CLOSE if score >= CLOSE else MatchKind.RELATED
