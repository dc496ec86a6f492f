"""The enricher: which language a text is in, which lexicon reads it, and where prepared lexicons are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from numpy.typing import NDArray

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.skills.arrays import read_folder, write_folder
from skillspace.skills.enrichment.denial import denied_tokens
from skillspace.skills.enrichment.detection import detect
from skillspace.skills.enrichment.fact_tables import language_names
from skillspace.skills.enrichment.facts import Fact, facts
from skillspace.skills.enrichment.implied import Similar, with_implied
from skillspace.skills.enrichment.languages import readable_languages
from skillspace.skills.enrichment.lexicon import Lexicon, Named, prepare
from skillspace.skills.enrichment.model import Enrichment, How
from skillspace.skills.enrichment.reading import longest, mentions
from skillspace.skills.enrichment.sections import divide
from skillspace.skills.enrichment.text import sentences, tokens
from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, Taxonomies

METHOD = "lexical-6"
LONGEST_TEXT = 100_000
"""Characters read of one text: about fifty pages."""


class Enricher:
    """Finds the concepts of a taxonomy in texts: ESCO's, or another's. Deterministic, safe to share by threads."""

    def __init__(
        self,
        taxonomies: Taxonomies,
        languages: Collection[str],
        folder: Path | None,
        similar: Similar | None = None,
        scheme: str = "esco",
    ) -> None:
        self._taxonomies = taxonomies
        self._scheme = scheme
        self._similar = similar
        self._languages = frozenset(languages)
        self._folder = folder
        self._lexicons: dict[str, Lexicon] = {}
        self._lock = Lock()
        self._spoken: dict[str, str] | None = None
        packs = [f"{pack.scheme}-{pack.version}" for pack in taxonomies.schemes if pack.scheme == scheme]
        self._lexical = "+".join([METHOD, *packs])
        self.version = "+".join([self._lexical, *([similar.version] if similar else [])])

    @classmethod
    def build(
        cls,
        taxonomies: Taxonomies,
        languages: Collection[str] | None = None,
        folder: Path | None = None,
        similar: Similar | None = None,
        scheme: str = "esco",
    ) -> Enricher:
        """Get ready for these languages, or for all; each is read when the first text in it comes, or at `warm`.

        Preparing all of ESCO in English takes seconds. With a ``folder`` that is done once: what was prepared is kept
        there, memory-mapped afterwards, and made anew when method or taxonomy change. ``similar`` adds concepts that
        a sentence implies without naming them. ``scheme`` is whose concepts are found. Raises BadInput for a language
        that enrichment has no grammar of.
        """
        languages = readable_languages() if languages is None else languages
        unreadable = sorted(set(languages) - readable_languages())
        if unreadable:
            known = ", ".join(sorted(readable_languages()))
            raise BadInput(f"Texts in {', '.join(unreadable)} cannot be read; the languages are {known}.")
        return cls(taxonomies, languages, folder, similar, scheme)

    @property
    def taxonomies(self) -> Taxonomies:
        """What the concepts are of."""
        return self._taxonomies

    def warm(self, languages: Collection[str] | None = None, *, labels_only: bool = False) -> None:
        """Read every language now, or those named, so that nobody waits later; ``labels_only`` for `labelled`."""
        for language in sorted(self._languages if languages is None else languages):
            lexicon = self._lexicon(language)
            if labels_only:
                _ = lexicon.automaton
            elif self._similar is not None:
                self._similar.warm(language)

    def enrich(self, text: str, language: str | None = None, *, candidates: int = 5) -> Enrichment:
        """Return what a text speaks of. ``language`` is a tag such as "sv" or "sv-SE"; None means: find out.

        ``candidates`` limits the loose matches of each sentence; 0 leaves only labels and their variants. Never raises
        for what a text contains: an unreadable one gives no mentions and a note that says why.
        """
        cut = text[:LONGEST_TEXT]
        tag, reason = self._language(cut, language)
        if tag is None:
            return Enrichment(language=None, mentions=(), note=reason, version=self.version)
        found = list(tokens(cut))
        divided = divide(found, list(sentences(found)), tag)
        denied = denied_tokens(found, tag)
        loose = candidates if self._similar is None else 0
        listed, aside = mentions(cut, found, divided, denied, self._lexicon(tag), loose)
        if self._similar is not None and candidates:
            listed = with_implied(cut, found, divided, denied, listed, self._similar, tag, candidates)
        said = facts(cut, found, divided, denied, tag)
        note = None if listed else "No skill or occupation was recognised in this text."
        if len(text) > LONGEST_TEXT:
            note = f"Only the first {LONGEST_TEXT} characters were read."
        return Enrichment(language=tag, mentions=listed, note=note, version=self.version, aside=aside, facts=said)

    def labelled(self, text: str, language: str | None) -> tuple[str | None, list[tuple[int, int, Named]], str | None]:
        """Return (language, (start, end, meanings) of labels as written, why nothing was read): the quick reading.

        Longer labels win over shorter ones they overlap. Of denials and of other forms of words it knows nothing.
        """
        cut = text[:LONGEST_TEXT]
        tag, reason = self._language(cut, language)
        if tag is None:
            return None, [], reason
        return tag, longest(self._lexicon(tag).named(cut, many=True)), None

    def concept_of(self, fact: Fact) -> str:
        """Return the concept a fact speaks of: ESCO's for a language it has, else the fact's own value."""
        if self._spoken is None:
            names = self._taxonomies.labels("en", kinds={ConceptKind.LANGUAGE})
            uris = {label.lower(): uri for label, uri, is_preferred in names if is_preferred}
            named = ((f"language:{code}", name.lower()) for code, name in language_names("en").items())
            self._spoken = {value: uris[name] for value, name in named if name in uris}
        return self._spoken.get(fact.value, fact.value)

    def named_skills(self, text: str, language: str) -> frozenset[str]:
        """Return the skills (URIs) whose label a text says word for word or in another form, and no mere candidate."""
        said = self.enrich(text, language, candidates=0).mentions
        return frozenset(one.concept for one in said if one.kind in SKILL_KINDS and one.how is not How.SIMILAR)

    def _language(self, text: str, asked: str | None) -> tuple[str | None, str | None]:
        """Return (language, None), or (None, why the text cannot be read)."""
        if asked is None:
            told = detect(text, self._languages)
            return told.language, told.reason
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
            return prepare(language, self._taxonomies, self._scheme)
        place = self._folder / (language if self._scheme == "esco" else f"{self._scheme}-{language}")
        try:
            return read_folder(place, self._lexical)
        except UnreadableFile:
            write_folder(place, self._lexical, prepare(language, self._taxonomies, self._scheme))
            return read_folder(place, self._lexical)
