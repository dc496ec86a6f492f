"""From the concept a document gives to the ESCO skill it means, by published correspondences only."""

from __future__ import annotations

from dataclasses import dataclass

from skillspace.kernel.errors import UnknownConcept
from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, MatchKind, Taxonomies

# Who can do the narrower thing can do the broader one; the other way round, and for what is merely related, a
# translation would claim more than the document says.
SAYS_NO_MORE = frozenset({MatchKind.EXACT, MatchKind.CLOSE, MatchKind.BROAD})


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What a concept is (None: no loaded taxonomy says), and the ESCO concept that says no more than it does."""

    kind: ConceptKind | None = None
    esco: str | None = None
    relation: MatchKind | None = None


def meaning_of(taxonomies: Taxonomies, concept: str | None) -> Meaning:
    """Return what `concept` means in ESCO; an unknown or untranslatable one has no ESCO concept, which is no fault."""
    if not concept:
        return Meaning()
    kind = _kind_of(taxonomies, concept)
    for match in taxonomies.to_esco(concept):
        found = _kind_of(taxonomies, match.target)
        if match.relation in SAYS_NO_MORE and (found in SKILL_KINDS or found is ConceptKind.OCCUPATION):
            return Meaning(kind=found, esco=match.target, relation=match.relation)
    return Meaning(kind=kind)


def _kind_of(taxonomies: Taxonomies, concept: str) -> ConceptKind | None:
    try:
        return taxonomies.kind(concept)
    except UnknownConcept:
        return None
