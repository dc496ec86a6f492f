"""What has to be known of each language: small words, negations, turns of a clause."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from threading import Lock

from skillspace.skills.enrichment.text import caseless, fold_word
from skillspace.skills.enrichment.wordforms import Forms


@dataclass(frozen=True, kw_only=True)
class Grammar:
    """One language as enrichment sees it. Words are folded, as tokens are; phrases are listed by their first word.

    ``function`` words carry no meaning of their own, ``generic`` ones are said in every advertisement; a ``negation``
    (one or more words) denies what follows, unless ``not_negation`` shows that it only seems to; after a ``turn`` the
    clause is no longer denied. A ``need`` (the beginning of a word) beside a negation denies what stands before.
    ``compounds`` marks languages that write compounds as one word; ``heads`` are the general ones ("-kenntnisse") that
    may follow a name in one, ``joints`` what may join them. ``forms`` and ``cases`` say how titles, and nouns of
    knowledge, change (`wordforms`). An empty ``stemmer`` marks a language that we recognise in order to say that we
    cannot read it.
    """

    stemmer: str
    compounds: bool
    function: frozenset[str]
    accented: frozenset[str]
    generic: frozenset[str]
    negation: Mapping[str, tuple[tuple[str, ...], ...]]
    not_negation: Mapping[str, tuple[tuple[str, ...], ...]]
    turn: frozenset[str]
    need: tuple[str, ...]
    forms: Forms
    cases: Forms
    heads: tuple[str, ...]
    joints: tuple[str, ...]


@cache
def grammars() -> dict[str, Grammar]:
    """Read the languages shipped with the program, by language tag."""
    source = resources.files("skillspace.skills.enrichment").joinpath("languages.json").read_text(encoding="utf-8")
    return {tag: _grammar(entry) for tag, entry in json.loads(source).items()}


def readable_languages() -> frozenset[str]:
    """Return the languages that enrichment can read."""
    return frozenset(tag for tag, grammar in grammars().items() if grammar.stemmer)


def everyday_names(language: str) -> list[tuple[str, list[str], bool]]:
    """Return (ESCO URI, names, are they its first names) of jobs that ESCO knows only by longer names than people use,
    and of common skills in the languages in which ESCO's skills were not at hand."""
    folder = resources.files("skillspace.skills.enrichment")
    jobs = json.loads(folder.joinpath("everyday.json").read_text(encoding="utf-8"))
    rows = csv.DictReader(folder.joinpath("everyday_skills.csv").read_text(encoding="utf-8").splitlines())
    skills = [(row["uri"], [name for name in row.get(language, "").split("|") if name], True) for row in rows]
    return [*((uri, names.get(language, []), False) for uri, names in jobs.items()), *skills]


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
        need=tuple(str(entry.get("need", "")).split()),
        forms=_endings(entry.get("forms", {})),
        cases=_endings(entry.get("cases", {})),
        heads=tuple(sorted(str(entry.get("heads", "")).split(), key=lambda head: (-len(head), head))),
        joints=tuple(str(entry.get("joints", "")).split()),
    )


def _endings(listed: object) -> Forms:
    known = listed if isinstance(listed, dict) else {}
    return {ending: tuple(str(others).split()) for ending, others in known.items()}


def _folded(words: object) -> frozenset[str]:
    return frozenset(fold_word(word) for word in str(words).split())


def _phrases(phrases: object) -> dict[str, tuple[tuple[str, ...], ...]]:
    by_first: dict[str, tuple[tuple[str, ...], ...]] = {}
    for phrase in phrases if isinstance(phrases, list) else []:
        words = tuple(fold_word(word) for word in str(phrase).split())
        by_first[words[0]] = (*by_first.get(words[0], ()), words)
    return by_first


@cache
def stemmer(algorithm: str) -> Callable[[str], str]:
    """Return what stems words by one of Snowball's algorithms: folded, and safe to share by threads."""
    import snowballstemmer  # noqa: PLC0415 - it loads every language's rules at once

    rules = snowballstemmer.stemmer(algorithm)
    lock = Lock()  # a stemmer works on one word at a time

    @lru_cache(maxsize=50_000)
    def stem(word: str) -> str:
        # endings are told by their accents ("planifié", "geprüft"), so they go before the accents do
        with lock:
            return fold_word(str(rules.stemWord(caseless(word))))

    return stem
