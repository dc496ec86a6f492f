"""The enricher: which language a text is in, which lexicon reads it, and where prepared lexicons are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from numpy.typing import NDArray

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.skills.arrays import read_folder, write_folder
from skillspace.skills.enrichment.languages import detect, readable_languages
from skillspace.skills.enrichment.lexicon import Lexicon, prepare
from skillspace.skills.enrichment.model import Enrichment, How
from skillspace.skills.enrichment.reading import mentions
from skillspace.skills.enrichment.text import Token, tokens
from skillspace.skills.taxonomy import SKILL_KINDS, Taxonomies

METHOD = "lexical-1"
LONGEST_TEXT = 100_000
"""Characters read of one text: about fifty pages."""


class Enricher:
    """Finds the concepts of ESCO in texts. Deterministic, safe to share by threads."""

    def __init__(self, taxonomies: Taxonomies, languages: Collection[str], folder: Path | None) -> None:
        self._taxonomies = taxonomies
        self._languages = frozenset(languages)
        self._folder = folder
        self._lexicons: dict[str, Lexicon] = {}
        self._lock = Lock()
        esco = [f"{pack.scheme}-{pack.version}" for pack in taxonomies.schemes if pack.scheme == "esco"]
        self.version = "+".join([METHOD, *esco])

    @classmethod
    def build(
        cls, taxonomies: Taxonomies, languages: Collection[str] = ("en", "fr", "sv"), folder: Path | None = None
    ) -> Enricher:
        """Get ready for these languages; each is read when the first text in it comes, or at `warm`.

        Preparing all of ESCO in English takes seconds. With a ``folder`` that is done once: what was prepared is kept
        there, memory-mapped afterwards, and made anew when method or taxonomy change. Raises BadInput for a language
        that enrichment has no grammar of.
        """
        unreadable = sorted(set(languages) - readable_languages())
        if unreadable:
            known = ", ".join(sorted(readable_languages()))
            raise BadInput(f"Texts in {', '.join(unreadable)} cannot be read; the languages are {known}.")
        return cls(taxonomies, languages, folder)

    def warm(self) -> None:
        """Read every language now, so that nobody waits for it later."""
        for language in sorted(self._languages):
            self._lexicon(language)

    def enrich(self, text: str, language: str | None = None, *, candidates: int = 5) -> Enrichment:
        """Return what a text speaks of. ``language`` is a tag such as "sv" or "sv-SE"; None means: find out.

        ``candidates`` limits the loose matches of each sentence; 0 leaves only labels and their variants. Never raises
        for what a text contains: an unreadable one gives no mentions and a note that says why.
        """
        cut = text[:LONGEST_TEXT]
        found = list(tokens(cut))
        tag, reason = self._language(found, language)
        if tag is None:
            return Enrichment(language=None, mentions=(), note=reason, version=self.version)
        listed = mentions(cut, found, self._lexicon(tag), candidates)
        note = None if listed else "No skill or occupation was recognised in this text."
        if len(text) > LONGEST_TEXT:
            note = f"Only the first {LONGEST_TEXT} characters were read."
        return Enrichment(language=tag, mentions=listed, note=note, version=self.version)

    def named_skills(self, text: str, language: str) -> frozenset[str]:
        """Return the skills (URIs) whose label a text says word for word or in another form, and no mere candidate."""
        said = self.enrich(text, language, candidates=0).mentions
        return frozenset(one.concept for one in said if one.kind in SKILL_KINDS and one.how is not How.SIMILAR)

    def _language(self, found: list[Token], asked: str | None) -> tuple[str | None, str | None]:
        """Return (language, None), or (None, why the text cannot be read)."""
        if asked is None:
            return detect(found, self._languages)
        tag = asked.lower().replace("_", "-").partition("-")[0]
        if tag in self._languages:
            return tag, None
        return None, f"Texts in {asked} cannot be read here; the languages are {', '.join(sorted(self._languages))}."

    def _lexicon(self, language: str) -> Lexicon:
        with self._lock:
            if language not in self._lexicons:
                self._lexicons[language] = Lexicon(language, self._arrays(language))
            return self._lexicons[language]

    def _arrays(self, language: str) -> Mapping[str, NDArray[Any]]:
        if self._folder is None:
            return prepare(language, self._taxonomies)
        place = self._folder / language
        try:
            return read_folder(place, self.version)
        except UnreadableFile:
            write_folder(place, self.version, prepare(language, self._taxonomies))
            return read_folder(place, self.version)
