"""The words of work: all that taxonomies know in any language, and the one form of a job's name that stands for all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.arrays import Strings, joined, lines, read_folder, string_table, write_folder
from skillspace.skills.enrichment.languages import grammars, readable_languages
from skillspace.skills.linking.forms import learn_forms
from skillspace.skills.taxonomy import ConceptKind, Taxonomies
from skillspace.skills.taxonomy.folding import fold

METHOD = "work-words-1"
LETTERS = 16
"""Letters of a word that are compared."""

WITHOUT_FORMS = frozenset({"en", "fi"})
"""Their jobs have no other forms, or too few for rules; their words are no other form of anything either."""
COMPOUND, PART = 10, 7
"""A word of so many letters is known where so many of its first ones begin a known word: compounds have no end."""

ENDING, ROOT = 2, 4
"""Letters that an ending may have that no taxonomy shows, and letters before it at least."""

_WORD = re.compile(r"[^\W\d_]+")


class WorkWords:
    """Folded words that taxonomies know, and for each that has another form the one that stands for all."""

    def __init__(self, *, words: Strings, forms: NDArray[np.uint8]) -> None:
        self._words = words
        self._forms = forms

    @classmethod
    def open(cls, taxonomies: Taxonomies, folder: Path, scheme: str = "esco") -> WorkWords:
        """Read the words of a taxonomy from a folder, where they are put when they are not there yet."""
        editions = [f"{one.scheme}-{one.version}" for one in taxonomies.schemes if one.scheme == scheme]
        layout = "+".join([METHOD, *editions])
        try:
            return cls(**read_folder(folder, layout))
        except UnreadableFile:
            write_folder(folder, layout, words_of(taxonomies, scheme))
            return cls(**read_folder(folder, layout))

    def knows(self, word: str) -> bool:
        """Tell whether a word as written, or each part of one with a hyphen, is a word of work."""
        parts = fold(word).split()
        return bool(parts) and all(map(self._knows, parts))

    @cached_property
    def forms(self) -> Mapping[str, str]:
        """From a word in small letters to the form that stands for all."""
        return dict(line.split(" ") for line in lines(self._forms))

    def _knows(self, word: str) -> bool:
        endings = range(ENDING + 1 if len(word) > ROOT + ENDING else 1)
        if any(self._begins(word[: len(word) - many], whole=True) for many in endings):
            return True
        return len(word) >= COMPOUND and self._begins(word[:PART], whole=False)

    def _begins(self, word: str, *, whole: bool) -> bool:
        key = word.encode()[:LETTERS]
        at = int(np.searchsorted(self._words, np.bytes_(key)))
        found = bytes(self._words[at]) if at < len(self._words) else b""
        return found == key if whole else found.startswith(key)


def words_of(taxonomies: Taxonomies, scheme: str) -> dict[str, NDArray[Any]]:
    """Lay out the words of a taxonomy's names in the languages that are read, of what it says, and small words."""
    said = {tag: [label for label, _, _ in taxonomies.labels(tag, scheme=scheme)] for tag in readable_languages()}
    said["about"] = [taxonomies.description(uri) for uri in taxonomies.concepts(scheme=scheme)]
    words = {tag: _folded(texts) for tag, texts in said.items()}
    for tag, grammar in grammars().items():
        words[tag] |= grammar.function | grammar.generic
    others = set().union(*(words[tag] for tag in WITHOUT_FORMS))
    forms: dict[str, str] = {}
    for tag in sorted(readable_languages() - WITHOUT_FORMS):
        jobs = taxonomies.labels(tag, kinds={ConceptKind.OCCUPATION}, scheme=scheme)
        forms = learn_forms(label for label, _, _ in jobs) | forms
    forms = {word: form for word, form in forms.items() if word not in others}
    table = string_table(word.encode()[:LETTERS].decode(errors="ignore") for some in words.values() for word in some)
    return {"words": table, "forms": joined(f"{word} {form}" for word, form in sorted(forms.items()))}


def _folded(texts: Iterable[str]) -> set[str]:
    """Return the words of texts, each folded once only."""
    written = {word for text in texts for word in _WORD.findall(text.lower())}
    return set(fold("\n".join(written)).split())


NO_WORDS = WorkWords(words=string_table([]), forms=joined([]))
"""None at all."""
