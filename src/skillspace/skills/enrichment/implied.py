"""Where a model that understands sentences can be plugged in: the skills a sentence implies without naming them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from skillspace.skills.enrichment.calibration import log_odds
from skillspace.skills.enrichment.model import How, Mention
from skillspace.skills.enrichment.sections import Sentence, models
from skillspace.skills.enrichment.text import Token
from skillspace.skills.taxonomy.model import ConceptKind

FEWEST_WORDS = 3

LEAST_ASKED = 0.2
"""Chance that a sentence asks for anything below which no model is asked: of the sentences of real advertisements in
which people marked skills nine in ten lie above (SkillSpan dev), of the others one in four."""

ASKED, ASKED_BY_CUES = (0.83, 0.22, 0.31), (0.97, 0.32, 0.54)
"""How the chance that a sentence asks for anything (log-odds), that of its first answer (log-odds) and one weigh into
the chance that it does: logistic, learnt on SkillSpan dev. The second where cues alone tell what a sentence is about,
as in every language without a model of sentences: learnt on SkillSpan train as if English had none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Implied:
    """A concept that a sentence implies; ``score`` is the chance that it does, 0 to 1, as the model says, in a sentence
    that asks for something. The words ``sentence[start:end]`` say it, all of them where ``end`` is None."""

    concept: str
    label: str
    kind: ConceptKind
    score: float
    start: int = 0
    end: int | None = None


class Similar(Protocol):
    """A model of sentences. ``version`` changes when its answers do."""

    @property
    def version(self) -> str:
        """Name the model and its weights."""

    def warm(self, language: str) -> None:
        """Read what a language needs now, so that nobody waits for it later."""

    def __call__(self, sentences: Sequence[str], language: str) -> Sequence[Sequence[Implied]]:
        """Return for each sentence the concepts it implies, best first."""


def with_implied(
    text: str,
    found: Sequence[Token],
    divided: Sequence[Sentence],
    denied: Sequence[bool],
    listed: tuple[Mention, ...],
    similar: Similar,
    language: str,
    most: int,
) -> tuple[Mention, ...]:
    """Return mentions with those added that a model reads out of whole sentences, at most so many a sentence.

    Sentences set aside are not read, nor those that hardly ask for anything; what words name already is not added
    again, nor what they deny.
    """
    asked = [
        one
        for one in divided
        if not one.is_aside
        and one.asks >= LEAST_ASKED
        and sum(token.is_word for token in found[one.first : one.past]) >= FEWEST_WORDS
    ]
    spans = [(found[one.first].start, found[one.past - 1].end) for one in asked]
    answers = similar([text[start:end] for start, end in spans], language) if spans else []
    refused = [token.start for token, is_denied in zip(found, denied, strict=True) if is_denied]
    added = []
    for (start, end), sentence, answer in zip(spans, asked, answers, strict=True):
        named = {said.concept for said in listed if start <= said.start < end}
        new = [one for one in answer if one.concept not in named]
        asks = _asks(sentence, answer[0].score, language) if new else 0.0
        added += [_mention(text, (start, end), one, sentence, asks) for one in new[:most]]
    kept = [one for one in added if not any(one.start <= at < one.end for at in refused)]
    return tuple(sorted([*listed, *kept], key=lambda one: (one.start, one.end, -one.score, one.concept)))


def _asks(sentence: Sentence, best: float, language: str) -> float:
    """Return the chance that a sentence asks for something, given what the model finds in it."""
    weights = ASKED if language in models() else ASKED_BY_CUES
    known = log_odds(sentence.asks), log_odds(best), 1.0
    return 1 / (1 + math.exp(-sum(weight * value for weight, value in zip(weights, known, strict=True))))


def _mention(text: str, span: tuple[int, int], one: Implied, sentence: Sentence, asks: float) -> Mention:
    start, end = span[0] + one.start, span[1] if one.end is None else span[0] + one.end
    return Mention(
        start=start,
        end=end,
        words=text[start:end],
        concept=one.concept,
        label=one.label,
        score=round(asks * one.score, 4),
        kind=one.kind,
        how=How.SIMILAR,
        section=sentence.section,
        insistence=sentence.insistence,
        asks=sentence.asks,
        is_measured=True,
    )
