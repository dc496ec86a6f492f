"""Which sentences of an advertisement ask for something, and how much they insist; the others speak of the employer.

Cues and headings work in every language; English has a linear model over words besides, trained on sentences in which
people marked skills (SkillSpan train; `tools/train_enrichment.py` says how and how well).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import pairwise

import ahocorasick_rs

from skillspace.skills.enrichment.headings import OF_A_CV, Section, as_in_ad, heading_of, is_cv
from skillspace.skills.enrichment.languages import grammars
from skillspace.skills.enrichment.text import PAUSE, Token, fold_word

__all__ = ["ASIDE", "Cues", "Insistence", "Section", "Sentence", "by_cues", "cues_of", "divide", "features", "models"]


class Insistence(StrEnum):
    """How much a requirement is needed, where its words say so."""

    NEEDED = "needed"
    NICE = "nice-to-have"


ASIDE = frozenset({Section.COMPANY, Section.BENEFITS, Section.EQUALITY, Section.CONTACT})
"""What stands in these is the employer's, not asked of anybody."""

_PRECEDENCE = (
    Section.EQUALITY,
    Section.CONTACT,
    Section.BENEFITS,
    Section.REQUIREMENT,
    Section.TASK,
    Section.COMPANY,
)
HEADING_WORDS = 6
HEADING_WEIGHT = 1.5
"""Words of cues a heading counts for. Chosen from 1 to 2.5 on SkillSpan dev and Danish sentences of
Kompetencer."""

ANYBODY = {"she": "they", "he": "they", "her": "their", "his": "their", "hers": "theirs", "him": "them"} | {
    "herself": "themselves",
    "himself": "themselves",
}
_ITEMS = "-*•·–—0123456789"
TOLD_SHARE = 0.03
"""Share of words such as "I" and "my" from which on a text is a person's own: all of it is then about them."""

TOLD_CHANCE = 0.5
"""What stands in for the chance that something is asked, in a text where a person speaks of themselves."""

SURE_ASIDE, SURE_ASKED = 0.3, 0.6
"""Chances, by the linear model, below which a sentence set aside by its cues stays aside, and above which it counts
as asked whatever its cues say. Chosen on SkillSpan train."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """Tokens ``first`` to before ``past``; ``asks`` is the chance that something is asked in it."""

    first: int
    past: int
    section: Section
    insistence: Insistence | None
    asks: float
    clauses: tuple[tuple[int, Insistence | None], ...] = ()

    def insistence_at(self, at: int) -> Insistence | None:
        """Return how much what stands at a token is needed: by its clause where clauses differ, else by the sentence.

        "A is required, B a plus" tells A from B; "A, B and C are a plus" does not.
        """
        return next((its for past, its in self.clauses if at < past), self.insistence)

    @property
    def is_aside(self) -> bool:
        """Tell whether what stands here is to be left out."""
        return self.section in ASIDE


class Cues:
    """The words by which one language tells what a sentence is about; each counts at the beginning of a word."""

    def __init__(self, told: frozenset[str], phrases: Mapping[str, Sequence[str]]) -> None:
        """Take folded phrases by section, and under "nice" and "needed"."""
        self.told = told
        pairs = sorted({(phrase, kind) for kind, listed in phrases.items() for phrase in listed})
        self._kinds = [kind for _, kind in pairs]
        self._sizes = [phrase.count(" ") + 1 for phrase, _ in pairs]
        self._automaton = ahocorasick_rs.AhoCorasick([f" {phrase}" for phrase, _ in pairs], store_patterns=False)

    @property
    def kinds(self) -> frozenset[str]:
        """What there are cues of: sections, "nice" and "needed"."""
        return frozenset(self._kinds)

    def count(self, words: str) -> dict[str, int]:
        """Return how many words of cues of each kind stand in a sentence, written with a space around each word."""
        counts: dict[str, int] = {}
        for phrase, _, _ in self._automaton.find_matches_as_indexes(words, overlapping=True):
            counts[self._kinds[phrase]] = counts.get(self._kinds[phrase], 0) + self._sizes[phrase]
        return counts


def divide(found: Sequence[Token], spans: Sequence[tuple[int, int]], language: str) -> list[Sentence]:
    """Say of each sentence (its tokens from, to) what it is about; headings count for what follows them."""
    cues = cues_of(language)
    words = [token.folded for token in found if token.is_word]
    own = sum(word in cues.told for word in words) >= TOLD_SHARE * len(words)
    divided = []
    for (first, past), (said, counts, by_cue, heading) in zip(spans, by_cues(found, spans, language), strict=True):
        section = by_cue or Section.OTHER
        asks = _chance(language, said, section, heading)
        if section in ASIDE and section is not heading and asks > SURE_ASIDE and language in models():
            section = Section.REQUIREMENT if asks > SURE_ASKED else Section.OTHER
        is_told = own or heading in OF_A_CV
        if is_told:
            section, asks = heading if heading in OF_A_CV else Section.OTHER, TOLD_CHANCE
        its = None if is_told else _insistence(counts, section)
        differ = not is_told and counts.get("nice") and counts.get("needed")
        parts = _clauses(found, first, past, section, language) if differ else ()
        divided.append(Sentence(first=first, past=past, section=section, insistence=its, asks=asks, clauses=parts))
    return divided


def _clauses(
    found: Sequence[Token], first: int, past: int, section: Section, language: str
) -> tuple[tuple[int, Insistence | None], ...]:
    """Return (past its last token, how much is needed) of each clause of a sentence.

    What is "not required" is left to what the sentence says besides; "… but a plus" speaks of the clause before, too.
    """
    cues, grammar = cues_of(language), grammars()[language]
    parts: list[tuple[int, Insistence | None]] = []
    begin = first
    for at in range(first, past + 1):
        if at < past and found[at].is_word:
            continue
        said = [token.folded for token in found[begin:at] if token.is_word]
        counts = cues.count(f" {' '.join(said)} ")
        if not grammar.negation.keys().isdisjoint(said):
            counts = {"nice": 1} if counts.get("needed") else counts
        its = _insistence(counts, section)
        if said and said[0] in grammar.turn and its is Insistence.NICE and parts:
            parts[-1] = parts[-1][0], its
        parts.append((at, its))
        begin = at + 1
    return tuple(parts)


def by_cues(
    found: Sequence[Token], spans: Sequence[tuple[int, int]], language: str
) -> Iterator[tuple[list[str], dict[str, int], Section | None, Section | None]]:
    """Give (words, words of cues, section by cues, heading above) of each sentence."""
    cues = cues_of(language)
    heads = [_head(found, first, past, language) for first, past in spans]
    cv, known = is_cv(heads), any(heads)
    heading: Section | None = None
    for (first, past), head in zip(spans, heads, strict=True):
        said = [token.folded for token in found[first:past] if token.is_word]
        counts = cues.count(f" {' '.join(said)} ")
        if head is not None:
            heading = head if cv else as_in_ad(head)
        elif _is_unknown_heading(found, said, past):
            heading = None
        top = _heaviest(counts, None)
        if not known and top is not None and len(said) <= HEADING_WORDS and _alone(found, past):
            heading = top
        yield said, counts, _heaviest(counts, None if heading in OF_A_CV else heading), heading


def _head(found: Sequence[Token], first: int, past: int, language: str) -> Section | None:
    """Return what a line announces, None where it is a sentence or an item of a list."""
    is_item = first > 0 and any(mark in found[first - 1].surface for mark in _ITEMS)
    if is_item or not _alone(found, past) or past >= len(found):
        return None
    said = [token.folded for token in found[first:past]]
    while said and said[-1] == PAUSE:  # the colon of "Requirements:"
        said.pop()
    return None if PAUSE in said else heading_of(said, language)


def _is_unknown_heading(found: Sequence[Token], said: Sequence[str], past: int) -> bool:
    """Tell whether a short line ends in a colon: it announces something, but not what."""
    return len(said) <= HEADING_WORDS and past < len(found) and found[past].surface.startswith(":")


def features(said: Sequence[str], section: Section, heading: Section | None) -> list[str]:
    """Return what the linear model looks at: words, pairs of words, cues and the heading above.

    "She" and "he" are one word to it: who somebody is must not change what is read out of a text.
    """
    said = [ANYBODY.get(word, word) for word in said]
    pairs = [f"{one} {other}" for one, other in pairwise(said)]
    size = f"#{min(len(said) // 3, 6)}"
    return sorted({*said, *pairs, f"§{section}", f"^{heading}", size})


@cache
def cues_of(language: str) -> Cues:
    """Return the cues of a language."""
    source = resources.files("skillspace.skills.enrichment").joinpath("cues.json").read_text(encoding="utf-8")
    entry = json.loads(source)[language]
    phrases = {kind: [_folded(one) for one in listed] for kind, listed in entry.items() if kind != "told"}
    return Cues(frozenset(_folded(word) for word in entry["told"].split()), phrases)


@cache
def models() -> dict[str, dict[str, float]]:
    """Return the linear models there are, by language: weights by feature, "" the constant."""
    file = resources.files("skillspace.skills.enrichment").joinpath("sentences.json")
    kept: dict[str, dict[str, float]] = json.loads(file.read_text(encoding="utf-8"))["weights"]
    return kept


@cache
def _shares() -> dict[str, float]:
    """Return the share of sentences that ask something, by section: what languages without a model go by."""
    file = resources.files("skillspace.skills.enrichment").joinpath("sentences.json")
    kept: dict[str, float] = json.loads(file.read_text(encoding="utf-8"))["shares"]
    return kept


def _chance(language: str, said: Sequence[str], section: Section, heading: Section | None) -> float:
    weights = models().get(language)
    if weights is None:
        return _shares().get(section, 0.5)
    total = weights[""] + sum(weights.get(one, 0.0) for one in features(said, section, heading))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def _heaviest(counts: Mapping[str, int], heading: Section | None) -> Section | None:
    weights = {section: float(counts.get(section, 0)) for section in _PRECEDENCE}
    if heading is not None:
        weights[heading] += HEADING_WEIGHT
    best = max(_PRECEDENCE, key=lambda section: weights[section])
    if best is Section.COMPANY and heading is best:  # below "About us" stand closing words too
        best = next((one for one in (Section.EQUALITY, Section.CONTACT) if weights[one]), best)
    return best if weights[best] else None


def _alone(found: Sequence[Token], past: int) -> bool:
    """Tell whether a line, not a sentence, ends here."""
    return past >= len(found) or bool(found[past].surface.strip(".…!?"))


def _insistence(counts: Mapping[str, int], section: Section) -> Insistence | None:
    if section in ASIDE:
        return None
    if counts.get("nice"):
        return Insistence.NICE  # "not required" holds "required" too
    return Insistence.NEEDED if counts.get("needed") or section is Section.REQUIREMENT else None


def _folded(phrase: str) -> str:
    kept = " ".join(fold_word(word) for word in phrase.replace("'", " ").split())
    return kept + (" " if phrase.endswith(" ") else "")
