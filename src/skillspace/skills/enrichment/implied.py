"""Where a model that understands sentences can be plugged in: the skills a sentence implies without naming them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from skillspace.skills.enrichment.model import How, Mention
from skillspace.skills.enrichment.sections import Sentence
from skillspace.skills.enrichment.text import Token
from skillspace.skills.taxonomy.model import ConceptKind

FEWEST_WORDS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Implied:
    """A concept that a sentence implies; ``score`` is the chance that it does, 0 to 1, as the model says."""

    concept: str
    label: str
    kind: ConceptKind
    score: float


Similar = Callable[[Sequence[str], str], Sequence[Sequence[Implied]]]
"""(sentences, language) → for each sentence the concepts it implies, best first."""


def with_implied(
    text: str,
    found: Sequence[Token],
    divided: Sequence[Sentence],
    listed: tuple[Mention, ...],
    similar: Similar,
    language: str,
) -> tuple[Mention, ...]:
    """Return mentions with those added that a model reads out of whole sentences, all but the ones set aside.

    What a sentence names in words already is not added again.
    """
    asked = [
        one
        for one in divided
        if not one.is_aside and sum(token.is_word for token in found[one.first : one.past]) >= FEWEST_WORDS
    ]
    spans = [(found[one.first].start, found[one.past - 1].end) for one in asked]
    answers = similar([text[start:end] for start, end in spans], language) if spans else []
    added = [
        Mention(
            start=start,
            end=end,
            words=text[start:end],
            concept=one.concept,
            label=one.label,
            score=round(one.score, 4),
            kind=one.kind,
            how=How.SIMILAR,
            section=sentence.section,
            insistence=sentence.insistence,
            asks=sentence.asks,
            is_measured=True,
        )
        for (start, end), sentence, answer in zip(spans, asked, answers, strict=True)
        for one in answer
        if not any(start <= said.start < end and said.concept == one.concept for said in listed)
    ]
    return tuple(sorted([*listed, *added], key=lambda one: (one.start, one.end, -one.score, one.concept)))
