"""What lies within what: purposes, actions, places, sectors as schemes read from `vocabulary.json`, never as code."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Any

#: Codes are short; what is longer has no beginnings that mean something.
LONGEST_CODE = 64
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, eq=False)
class Scheme:
    """One family of words. `above` maps a word to everything it lies within; `order` ranks words, weakest first.

    `prefixes` (a pattern) and `separator` say that a code lies within its own beginnings: SE110 in SE11, sv-SE in sv.
    """

    name: str
    namespaces: tuple[str, ...] = ()
    fold: str = ""
    above: Mapping[str, frozenset[str]] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    prefixes: re.Pattern[str] | None = None
    separator: str = ""
    is_closed: bool = False

    def word(self, text: str) -> str:
        """Return the one spelling of a word of this scheme; an IRI of nobody we know stays what it is."""
        if ":" in text:
            # Only the first namespace is taken off: what is left is not to be read as another one's.
            text = next((text[len(one) :] for one in self.namespaces if text.startswith(one)), text)
        if self.fold:
            text = text.upper() if self.fold == "upper" else text.lower()
        return self.same.get(text, text) if self.same else text

    def iri(self, word: str) -> str:
        """Return the IRI of a word in the scheme's own namespace, as it is where it is one or the scheme has none."""
        return word if ":" in word or not self.namespaces else self.namespaces[0] + self.word(word)

    def within(self, word: str) -> frozenset[str]:
        """Return every word that `word` lies within, itself left out."""
        listed = self.above.get(word)  # a listed word is no code, though it may look like one: EEA is not in Estonia
        if listed is not None or (self.prefixes is None and not self.separator) or len(word) > LONGEST_CODE:
            return listed or _NONE
        return _within_code(self, word)

    def fits(self, found: str, wanted: str) -> bool | None:
        """Tell whether `found` is `wanted` or lies within it; None when that is not known: it is wider, so that
        some of it is and some may not be, or this scheme is closed and does not know one of the two.
        """
        if found == wanted or wanted in self.within(found):
            return True
        if found in self.within(wanted):
            return None
        return None if self.is_closed and not (self.knows(found) and self.knows(wanted)) else False

    def can_meet(self, one: str, other: str) -> bool:
        """Tell whether anything can lie within both words, as far as this scheme knows."""
        if self.fits(one, other) is not False or self.fits(other, one) is not False:
            return True
        return any(one in above and other in above for above in self.above.values())

    def knows(self, word: str) -> bool:
        """Tell whether the scheme lists this word, or it is one of its codes."""
        return word in self.above or (self.prefixes is not None and self.prefixes.fullmatch(word) is not None)


@lru_cache(maxsize=4096)
def _within_code(scheme: Scheme, word: str) -> frozenset[str]:
    """A code's own beginnings, and what those lie within."""
    starts = {word}
    if scheme.prefixes is not None and scheme.prefixes.fullmatch(word):
        starts |= {word[:end] for end in range(1, len(word)) if scheme.prefixes.fullmatch(word[:end])}
    if scheme.separator:
        starts |= {word[:at] for at, letter in enumerate(word) if at and letter == scheme.separator}
    return frozenset(starts.union(*(scheme.above.get(start, _NONE) for start in starts))) - {word}


@cache
def scheme(name: str) -> Scheme:
    """Return a scheme by its name in `vocabulary.json`."""
    return _read(name, _written()[name])


@cache
def _written() -> Mapping[str, Mapping[str, Any]]:
    text = resources.files("skillspace.trust.policy").joinpath("vocabulary.json").read_text(encoding="utf-8")
    schemes: Mapping[str, Mapping[str, Any]] = json.loads(text)["schemes"]
    return schemes


def _read(name: str, written: Mapping[str, Any]) -> Scheme:
    broader: dict[str, list[str]] = dict(written.get("broader", {}))
    for section, (first, last) in written.get("ranges", {}).items():
        broader |= {section: []} | {f"{division:02d}": [section] for division in range(first, last + 1)}
    return Scheme(
        name=name,
        namespaces=tuple(written.get("namespaces", ())),
        fold=written.get("fold", ""),
        above={word: frozenset(_climb(word, broader)) for word in broader},
        same=written.get("same", {}),
        order=tuple(written.get("order", ())),
        prefixes=re.compile(written["prefixes"]) if "prefixes" in written else None,
        separator=written.get("separator", ""),
        is_closed=written.get("closed", False),
    )


def _climb(word: str, broader: Mapping[str, list[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(broader[word])
    while waiting:
        above = waiting.pop()
        if above not in found:
            found.add(above)
            waiting += broader.get(above, [])
    return found
