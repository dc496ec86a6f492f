"""The words of stories: the text, and each skill it suggests with the words that do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from skillspace.skills.enrichment import Mention
from skillspace.skills.taxonomy import ConceptKind

_JOBS = frozenset({ConceptKind.OCCUPATION, ConceptKind.OCCUPATION_GROUP})


@dataclass(frozen=True, kw_only=True)
class StorySkill:
    """A skill a story suggests: the stretches of the text that do, and the person's answer (None: not asked yet).

    `id` is the same for the same skill in every story. `spans` are (start, end) in characters of the text.
    """

    id: str
    concept: str
    label: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    score: float
    answer: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Story:
    """Something a person did, as they tell it. `note` says why nothing, or not all, was found in it."""

    id: str
    person: str
    text: str
    language: str
    note: str | None
    made: datetime
    skills: tuple[StorySkill, ...]


def found_in(mentions: Iterable[Mention]) -> tuple[StorySkill, ...]:
    """Return the skills that mentions speak of, surest first, each once with all the words that suggest it.

    Jobs are left out: to have heard of one is no skill.
    """
    by_concept: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.kind not in _JOBS:
            by_concept.setdefault(mention.concept, []).append(mention)
    found = (_skill(concept, said) for concept, said in by_concept.items())
    return tuple(sorted(found, key=lambda skill: (-skill.score, skill.spans, skill.concept)))


def told(words: Iterable[str]) -> str:
    """Return the words that suggested a skill in one form, to know them again in another story."""
    return " | ".join(sorted({" ".join(each.casefold().split()) for each in words}))


def _skill(concept: str, said: list[Mention]) -> StorySkill:
    return StorySkill(
        id=hashlib.sha256(concept.encode()).hexdigest()[:16],
        concept=concept,
        label=max(said, key=lambda mention: mention.score).label,
        words=tuple(dict.fromkeys(mention.words for mention in said)),
        spans=tuple(sorted({(mention.start, mention.end) for mention in said})),
        score=max(mention.score for mention in said),
    )
