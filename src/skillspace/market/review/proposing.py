"""Proposals for an organisation's own concepts: by their names, and by what the linker makes of them, calibrated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby, takewhile

from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import SKILL_KINDS, Concept, ConceptKind, MatchKind, Taxonomies
from skillspace.skills.taxonomy.proposals import CLOSE, Proposal, propose

OpenLinker = Callable[[], Linker | None]
"""Opens a linker for one task, or says that this program has none: its weights are absent."""

MOST = 5
LEAST = 0.1
"""Chance below which the linker's candidates are not worth anybody's look."""
UNSEEN = 0.3
"""Likeness of names counts as this much at most where the linker does not see a link."""
LANGUAGES = 3
LEARNED = "learned likeness"


def proposals_for(taxonomies: Taxonomies, scheme: str, to: str, linker: Linker | None) -> Iterator[Proposal]:
    """Give at most MOST proposals for each concept of ``scheme``, best first within a concept, one after the other.

    With a linker scores are calibrated chances, without one likenesses of names (see ``taxonomy.proposals``).
    """
    seen: dict[str, dict[str, float]] = {}

    def similar(concept: Concept, target: str) -> list[tuple[str, float]]:
        if linker is None:
            return []
        seen[concept.uri] = _linked(taxonomies, linker, concept, target)
        return sorted(seen[concept.uri].items(), key=lambda pair: -pair[1])

    named = propose(taxonomies, scheme, to, similar=similar, limit=MOST)
    for source, found in groupby(named, key=lambda one: one.source):
        ours = list(found)
        # nothing sure is proposed for those that were looked at before this one
        for passed in takewhile(lambda uri: uri != source, list(seen)):  # noqa: B023 - used up at once
            yield from _merged(passed, [], seen.pop(passed))
        yield from _merged(source, ours, seen.pop(source, None))
    for source, chances in seen.items():
        yield from _merged(source, [], chances)


def _merged(source: str, named: list[Proposal], chances: dict[str, float] | None) -> list[Proposal]:
    """Return what is proposed for one concept by names and, where it was asked, by the linker."""
    found = {one.target: one for one in named}
    if chances is not None:
        found = {uri: replace(one, score=chances.get(uri, min(one.score, UNSEEN))) for uri, one in found.items()}
        for uri, chance in chances.items():
            if uri not in found and chance >= LEAST:
                found[uri] = _learned(source, uri, chance)
    return sorted(found.values(), key=lambda one: (-one.score, one.target))[:MOST]


def _linked(taxonomies: Taxonomies, linker: Linker, concept: Concept, to: str) -> dict[str, float]:
    """Return the chance of each concept the linker proposes for the names of one, the best of its languages."""
    kinds = {pack.scheme for pack in taxonomies.schemes}
    if concept.kind not in SKILL_KINDS | {ConceptKind.OCCUPATION} or to not in kinds:
        return {}
    scope = f"{to}-{'skill' if concept.kind in SKILL_KINDS else 'occupation'}"
    wanted = SKILL_KINDS if concept.kind in SKILL_KINDS else {ConceptKind.OCCUPATION}
    if not taxonomies.concepts(kinds=wanted, scheme=to):
        return {}
    chances: dict[str, float] = {}
    for language, text in sorted(concept.labels.items())[:LANGUAGES]:
        for one in linker.link(text, scope, language=language, k=2 * MOST):
            names = (one.concept, f"{to}:{one.concept}", f"{to}:{one.concept.replace(' ', '_')}")
            known = next((name for name in names if taxonomies.has(name)), None)
            if known is not None:
                uri = taxonomies.concept(known).uri
                chances[uri] = max(chances.get(uri, 0.0), one.score)
    return chances


def _learned(source: str, target: str, chance: float) -> Proposal:
    relation = MatchKind.CLOSE if chance >= CLOSE else MatchKind.RELATED
    return Proposal(source=source, target=target, relation=relation, score=round(chance, 4), reason=LEARNED)
