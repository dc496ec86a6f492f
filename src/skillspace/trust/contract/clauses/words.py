"""The words contracts are written in: languages, names for the words of rules, lists, lengths, places, dates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from babel import Locale
from babel.lists import format_list
from babel.units import format_unit

from skillspace.kernel.errors import BadInput
from skillspace.trust.policy import terms

LANGUAGES = ("en", "fr", "sv")
#: Lengths that Babel knows how to write; other units stand in `words.json`.
_LENGTHS = frozenset({"hour", "day", "month", "year"})
#: Country codes that NUTS spells differently from ISO 3166.
_NUTS = {"EL": "GR", "UK": "GB"}


def data(name: str) -> Any:
    """Return the JSON of one of this room's files."""
    file = resources.files("skillspace.trust.contract.clauses").joinpath(name)
    return json.loads(file.read_text(encoding="utf-8"))


def known(language: str) -> str:
    """Return the language; raise BadInput where contracts are not written in it."""
    if language not in LANGUAGES:
        raise BadInput(f"Contracts are not written in {language[:20]!r}; there are {', '.join(LANGUAGES)}.")
    return language


@cache
def locale(language: str) -> Locale:
    """Return how a language writes numbers, lists and dates."""
    return Locale.parse(language)


def name(word: str, language: str) -> str:
    """Return a word of a rule (a purpose, a role, a kind, an action) as a person says it; unknown ones stay."""
    plain = terms.short(word)
    found = _words()["words"].get(plain.rsplit("#", 1)[-1] if plain.startswith("https://w3id.org/") else plain)
    return str(found[language]) if found else plain


def place(code: str, language: str) -> str:
    """Return the name of a country; a region keeps its code."""
    territory = locale(language).territories.get(_NUTS.get(code, code))
    return f"{territory}" if territory is not None else code


def listed(names: Iterable[str], language: str) -> str:
    """Return names as one list: “a, b and c”."""
    return str(format_list(list(names), locale=locale(language)))


def counted(number: int, unit: str, language: str) -> str:
    """Return a number with its unit, in the right number: “1 day”, “30 dygn”."""
    if unit in _LENGTHS:
        return str(format_unit(number, f"duration-{unit}", locale=locale(language)))
    forms: Mapping[str, str] = _words()["units"][unit][language]
    return forms.get(locale(language).plural_form(number), forms["other"]).format(n=number)


@cache
def _words() -> Mapping[str, Any]:
    words: Mapping[str, Any] = data("words.json")
    return words
