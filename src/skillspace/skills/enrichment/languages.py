"""What has to be known of each language: small words, negations, turns of a clause; and telling languages apart."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from skillspace.skills.enrichment.text import Token, fold_word

ENOUGH_SHARE = 0.12
"""Share of a text's words that must be small words of a language before we believe it is written in that language."""


@dataclass(frozen=True, kw_only=True)
class Grammar:
    """One language as enrichment sees it. Words are folded, as tokens are; phrases are listed by their first word.

    ``function`` words carry no meaning of their own, ``generic`` ones are said in every advertisement; a ``negation``
    (one or more words) denies what follows, unless ``not_negation`` shows that it only seems to; after a ``turn`` the
    clause is no longer denied. ``compounds`` marks languages that write compounds as one word. An empty ``stemmer``
    marks a language that we recognise in order to say that we cannot read it.
    """

    stemmer: str
    compounds: bool
    function: frozenset[str]
    accented: frozenset[str]
    generic: frozenset[str]
    negation: Mapping[str, tuple[tuple[str, ...], ...]]
    not_negation: Mapping[str, tuple[tuple[str, ...], ...]]
    turn: frozenset[str]


@cache
def grammars() -> dict[str, Grammar]:
    """Read the languages shipped with the program, by language tag."""
    source = resources.files("skillspace.skills.enrichment").joinpath("languages.json").read_text(encoding="utf-8")
    return {tag: _grammar(entry) for tag, entry in json.loads(source).items()}


def readable_languages() -> frozenset[str]:
    """Return the languages that enrichment can read."""
    return frozenset(tag for tag, grammar in grammars().items() if grammar.stemmer)


def detect(tokens: list[Token], among: Collection[str]) -> tuple[str | None, str | None]:
    """Return (language, None), or (None, the reason) where no language stands out.

    Counts small words with their accents, since "för" is Swedish and "for" is not. Close relatives that we cannot
    read (Danish, Norwegian, Italian, …) compete too, so that their texts are refused rather than misread.
    """
    words = [token.surface.lower() for token in tokens if token.is_word]
    if not words:
        return None, "There are no words in this text."
    counts = {tag: sum(word in grammar.accented for word in words) for tag, grammar in grammars().items()}
    ranked = sorted(counts, key=lambda tag: (-counts[tag], tag not in among, tag))
    first, second = ranked[0], ranked[1]
    if counts[first] / len(words) < ENOUGH_SHARE or (counts[first] == counts[second] and second in among):
        return None, "The language of this text could not be told; say which one it is."
    if first not in among:
        return None, f"The text seems to be written in a language that cannot be read here ({first})."
    return first, None


def _grammar(entry: dict[str, object]) -> Grammar:
    accented = frozenset(str(entry["function"]).split())
    negation = _phrases(entry.get("negation", []))
    turn = _folded(entry.get("turn", ""))
    return Grammar(
        stemmer=str(entry.get("stemmer", "")),
        compounds=bool(entry.get("compounds", False)),
        function=_folded(entry["function"]) - negation.keys() - turn,  # these change what a clause says
        accented=accented,
        generic=_folded(entry.get("generic", "")),
        negation=negation,
        not_negation=_phrases(entry.get("not_negation", [])),
        turn=turn,
    )


def _folded(words: object) -> frozenset[str]:
    return frozenset(fold_word(word) for word in str(words).split())


def _phrases(phrases: object) -> dict[str, tuple[tuple[str, ...], ...]]:
    by_first: dict[str, tuple[tuple[str, ...], ...]] = {}
    for phrase in phrases if isinstance(phrases, list) else []:
        words = tuple(fold_word(word) for word in str(phrase).split())
        by_first[words[0]] = (*by_first.get(words[0], ()), words)
    return by_first
