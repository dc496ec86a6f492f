"""The words by which one language says facts, read from the tables shipped with the program."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from skillspace.skills.enrichment.languages import grammars, stemmer
from skillspace.skills.enrichment.text import fold_word
from skillspace.skills.enrichment.wordforms import finnish_cases

SHORTEST_COMPOUND = 5
WHERE = ("ssa", "ssä", "sta", "stä", "lla", "llä", "lta", "ltä", "lle", "aan", "een", "iin", "oon", "uun", "yyn", "ään")
"""How Finnish says in, out of, at, from and to a place."""

_HERE = "skillspace.skills.enrichment"


class Phrases:
    """Phrases of folded words, each with a value; the first one given wins."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take (phrase, value) pairs; phrases are folded here."""
        self._by_first: dict[str, dict[tuple[str, ...], str]] = {}
        for phrase, value in pairs:
            if words := folded(phrase):
                self._by_first.setdefault(words[0], {}).setdefault(words, value)

    def longest(self, said: Sequence[str], at: int) -> tuple[int, str]:
        """Return how many words the longest phrase that stands at a word has, and its value; 0 and "" for none."""
        best, value = 0, ""
        for words, its in self._by_first.get(said[at], {}).items():
            if len(words) > best and tuple(said[at : at + len(words)]) == words:
                best, value = len(words), its
        return best, value


@dataclass(frozen=True, kw_only=True)
class FactTables:
    """What one language needs; see `facts` for how each is used."""

    language_tag: str
    named: Phrases
    levels: Phrases
    places: Phrases
    stems: dict[str, str]
    forms: dict[str, str]
    prefixes: tuple[tuple[str, str], ...]
    lands: frozenset[str]
    speaks: frozenset[str]
    years: frozenset[str]
    experience: frozenset[str]
    at: frozenset[str]
    located: Phrases
    numbers: dict[str, int]

    def number(self, word: str) -> int | None:
        """Return the number a word writes ("3", "3+", "three"), or None."""
        plain = word.rstrip("+")
        if plain.isdecimal() and plain.isascii():
            return int(plain[:6])
        return self.numbers.get(word)

    def language(self, surface: str, word: str) -> str | None:
        """Return the language a word names, in whatever form, or None."""
        if word in self.speaks or word in self.lands or not word.isalpha():
            return None
        code = self.forms.get(word) or self.stems.get(stemmer(grammars()[self.language_tag].stemmer)(surface))
        if self.language_tag == "en" and word.endswith("s") and not word.endswith("ish"):
            return self.forms.get(word)  # "Germans" are people; names of languages have no plural
        return code or next((its for prefix, its in self.prefixes if word.startswith(prefix)), None)

    def tells_language(self, word: str) -> bool:
        """Tell whether a word is a compound that can only mean knowing a language ("Englischkenntnisse")."""
        return any(word.startswith(prefix) and len(word) >= len(prefix) + 6 for prefix, _ in self.prefixes)


def folded(phrase: str) -> tuple[str, ...]:
    """Return the folded words of a phrase."""
    return tuple(fold_word(word) for word in phrase.replace("'", " ").replace("-", " ").split())


@cache
def fact_tables(language: str) -> FactTables:
    """Return the tables of one of the languages that enrichment reads."""
    entries = json.loads(_text("facts.json"))
    entry = entries[language]
    named = [(phrase, "driving-licence") for phrase in entry["driving"]]
    named += [(phrase, "forklift-licence") for phrase in entry["forklift"]]
    named += [(phrase, f"seniority:{level}") for level, listed in entry["seniority"].items() for phrase in listed]
    named += [(name, f"certificate:{name.replace(' ', '-')}") for name in entries["*"]["certificates"]]
    stems, prefixes, countries = _spoken(language)
    return FactTables(
        language_tag=language,
        named=Phrases(named),
        levels=Phrases((phrase, level) for level, listed in entry["levels"].items() for phrase in listed),
        places=Phrases([*countries, *_places()]),
        stems=stems,
        forms=entry.get("forms", {}),
        prefixes=prefixes,
        lands=frozenset(fold_word(name) for name, _ in countries)
        - set(map(fold_word, language_names(language).values())),
        speaks=_words(entry["speaks"]),
        years=_words(entry["years"]),
        experience=_words(entry["experience"]),
        at=_words(entry["at"]),
        located=Phrases([*entry.get("located", {}).items(), *(_in_finnish(countries) if language == "fi" else ())]),
        numbers={
            fold_word(form): at for at, forms in enumerate(entry["numbers"].split(), 1) for form in forms.split("|")
        },
    )


def _spoken(language: str) -> tuple[dict[str, str], tuple[tuple[str, str], ...], list[tuple[str, str]]]:
    """Return languages by the stems of their names, by prefixes of compounds, and (name, code) of countries."""
    grammar = grammars()[language]
    stems: dict[str, str] = {}
    prefixes: list[tuple[str, str]] = []
    countries: list[tuple[str, str]] = []
    for row in csv.DictReader(_text("spoken.csv").splitlines()):
        name, code = row[language], row["code"]
        if code.isupper():
            countries.append((name, code))
            continue
        if len(name.split()) != 1:
            continue
        stems.setdefault(stemmer(grammar.stemmer)(name), code)
        if grammar.compounds and len(name) >= SHORTEST_COMPOUND:
            prefixes.append((fold_word(name), code))
    return stems, tuple(prefixes), countries


def _in_finnish(countries: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Give (where, code) of Finnish places and of countries in the cases that say where, as no other word does."""
    for name, code in [*countries, *(place for place in _places() if place[1].startswith("FI"))]:
        if " " not in name:
            yield from ((form, code) for form in finnish_cases(name) if form.endswith(WHERE))


def language_names(language: str) -> dict[str, str]:
    """Return the names of languages in one of them, by code."""
    rows = csv.DictReader(_text("spoken.csv").splitlines())
    return {row["code"]: row[language] for row in rows if row["code"].islower()}


@cache
def _places() -> tuple[tuple[str, str], ...]:
    """Return (name, code) of places: municipalities before regions, small regions before large ones."""
    rows = [(row["name"], row["code"]) for row in csv.DictReader(_text("places.csv").splitlines())]
    return tuple(sorted(rows, key=lambda row: ("-" not in row[1], -len(row[1]))))


def _words(listed: str) -> frozenset[str]:
    return frozenset(fold_word(word) for word in listed.split())


def _text(name: str) -> str:
    return resources.files(_HERE).joinpath(name).read_text(encoding="utf-8")
