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
from skillspace.skills.taxonomy.model import SKILL_KINDS, ConceptKind

FEWEST_WORDS = 3

LEAST_ASKED = 0.2
"""Chance that a sentence asks for anything below which no model is asked: of the sentences of real advertisements in
which people marked skills nine in ten lie above (SkillSpan dev), of the others one in four."""

ASKED, ASKED_BY_CUES = (0.83, 0.22, 0.0, 0.31), (0.98, 0.32, 0.65, 0.01)
"""How `Considered.evidence` weighs into the chance that a sentence asks for something: logistic. The first where a
model of sentences speaks, learnt on SkillSpan dev; what is named adds nothing there. The second where cues alone tell
what a sentence is about, as in every other language: learnt by `tools/train_implied.py` on SkillSpan train as if
English had no model, from nothing that belongs to one language."""

MOST_NAMED = 3
"""Named skills of one sentence that count as evidence: more say no more."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Considered:
    """The sentence ``text[start:end]`` as a model read it: its ``answer``, best first, never empty; which concepts its
    words name already, and how often they name a skill."""

    start: int
    end: int
    sentence: Sentence
    answer: Sequence[Implied]
    named: frozenset[str]
    skills: int

    @property
    def evidence(self) -> tuple[float, float, float, float]:
        """What tells whether it asks for something: the chance by what it is about (log-odds), the chance of the first
        answer (log-odds), how many skills it names, and one."""
        about, best = log_odds(self.sentence.asks), log_odds(self.answer[0].score)
        return about, best, float(min(self.skills, MOST_NAMED)), 1.0


def considered(
    text: str,
    found: Sequence[Token],
    divided: Sequence[Sentence],
    listed: Sequence[Mention],
    similar: Similar,
    language: str,
) -> list[Considered]:
    """Let a model read the sentences that may imply skills; those set aside or that hardly ask for anything are not
    read, and those it finds nothing in are left out."""
    asked = [
        one
        for one in divided
        if not one.is_aside
        and one.asks >= LEAST_ASKED
        and sum(token.is_word for token in found[one.first : one.past]) >= FEWEST_WORDS
    ]
    spans = [(found[one.first].start, found[one.past - 1].end) for one in asked]
    answers = similar([text[start:end] for start, end in spans], language) if spans else []
    read = []
    for (start, end), sentence, answer in zip(spans, asked, answers, strict=True):
        said = [one for one in listed if start <= one.start < end]
        if answer:
            read.append(
                Considered(
                    start=start,
                    end=end,
                    sentence=sentence,
                    answer=answer,
                    named=frozenset(one.concept for one in said),
                    skills=len({one.start for one in said if one.kind in SKILL_KINDS}),
                )
            )
    return read


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

    What words name already is not added again, nor what they deny.
    """
    refused = [token.start for token, is_denied in zip(found, denied, strict=True) if is_denied]
    added = []
    for read in considered(text, found, divided, listed, similar, language):
        new = [one for one in read.answer if one.concept not in read.named]
        asks = _asks(read, language)
        added += [_mention(text, read, one, asks) for one in new[:most]]
    kept = [one for one in added if not any(one.start <= at < one.end for at in refused)]
    return tuple(sorted([*listed, *kept], key=lambda one: (one.start, one.end, -one.score, one.concept)))


def _asks(read: Considered, language: str) -> float:
    """Return the chance that a sentence asks for something, given all that is known of it."""
    weights = ASKED if language in models() else ASKED_BY_CUES
    return 1 / (1 + math.exp(-sum(weight * value for weight, value in zip(weights, read.evidence, strict=True))))


def _mention(text: str, read: Considered, one: Implied, asks: float) -> Mention:
    start, end = read.start + one.start, read.end if one.end is None else read.start + one.end
    return Mention(
        start=start,
        end=end,
        words=text[start:end],
        concept=one.concept,
        label=one.label,
        score=round(asks * one.score, 4),
        kind=one.kind,
        how=How.SIMILAR,
        section=read.sentence.section,
        insistence=read.sentence.insistence,
        asks=read.sentence.asks,
        is_measured=True,
    )
