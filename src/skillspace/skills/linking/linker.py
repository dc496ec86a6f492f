"""The linker: from a text to the concepts of a taxonomy it means, best first, each with a calibrated score."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.skills.arrays import read_folder, write_folder
from skillspace.skills.encoder import Encoder
from skillspace.skills.linking.forms import with_one_form
from skillspace.skills.linking.fusion import features, read_weighings
from skillspace.skills.linking.index import Index
from skillspace.skills.linking.model import Candidate, Scope, scope_of
from skillspace.skills.taxonomy import Taxonomies
from skillspace.skills.taxonomy.folding import fold

METHOD = "link-6"
TOGETHER = 32  # texts that are compared with all concepts at once: bounds the memory, not the answer
LONGEST_TEXT = 2_000  # characters read of one text: a long sentence
SENTENCE = 7  # words from which a text is read as a sentence, with parts of its own
MEANING = "skill sentence by meaning"  # the kind of question that is answered without letters
PART = 3  # words of such a part
_CLAUSE = re.compile(r"[,;:.()/•\n|]+")


class Linker:
    """Links texts to concepts. Deterministic, safe to share by threads; a language is read when it is first asked."""

    def __init__(
        self,
        taxonomies: Taxonomies,
        *,
        folder: Path | None = None,
        encoder: Encoder | None = None,
        apart: Collection[str] = (),
    ) -> None:
        """``folder`` keeps what is prepared, memory-mapped afterwards; without one it is made anew in each process.

        ``apart`` names schemes of which nothing is kept there: an organisation's own, in a folder that others share.
        """
        self._taxonomies = taxonomies
        self._folder = folder
        self._apart = frozenset(apart)
        self._encoder = encoder or Encoder.open()
        self._weighings = read_weighings()
        self._indexes: dict[tuple[str, str], tuple[Scope, Index]] = {}
        self._lock = Lock()
        self.version = f"{METHOD}+{self._encoder.version}"

    @classmethod
    def open(cls, home: Path) -> Linker:
        """Link to the taxonomies of a home folder, and keep there what is prepared."""
        return cls(Taxonomies.open(home), folder=home / "linking")

    def warm(self, scheme: str, language: str = "en") -> None:
        """Read, or prepare, what one scheme and language need now, so that nobody waits for it later."""
        self._ready(scheme, language)

    def link(self, text: str, scheme: str, *, language: str = "en", k: int = 10, least: float = 0.0) -> list[Candidate]:
        """Return up to ``k`` concepts of ``scheme`` (such as ``esco-skill``) that a text may mean, best first.

        Those whose chance is below ``least`` are left out, so that the answer can be: nothing. It is also nothing for
        a text without a letter. Raises BadInput for an unknown scheme or language.
        """
        return self.link_all([text], scheme, language=language, k=k, least=least)[0]

    def link_all(
        self,
        texts: Sequence[str],
        scheme: str,
        *,
        language: str = "en",
        k: int = 10,
        least: float = 0.0,
        letters: bool = True,
    ) -> list[list[Candidate]]:
        """Return the answers for several texts, in their order.

        Without ``letters`` sentences are compared by meaning alone, three times as fast: for whoever finds the names
        that stand in them in another way.
        """
        scope, index = self._ready(scheme, language)
        answers = []
        for question, weighed, concepts in self._weighed(scope, index, texts, letters=letters):
            weighing = self._weighings[question]
            sums = weighing.sums(weighed)
            order = np.lexsort((concepts, -sums))[: max(k, 0)]
            scores = weighing.chances(sums)[order].astype(np.float64).round(4).tolist()
            best = zip(concepts[order].tolist(), scores, strict=True)
            answers.append([Candidate(concept=index.names[at], score=score) for at, score in best if score >= least])
        return answers

    def near(self, concept: str, scheme: str, *, k: int = 30) -> list[Candidate]:
        """Return the concepts of a scheme whose names together mean most nearly the same as those of ``concept``.

        It is the first of them itself, at 1; scores are cosines. Nothing for a concept that the scheme does not hold.
        """
        _, index = self._ready(scheme, "en")
        return [Candidate(concept=index.names[at], score=score) for at, score in index.like(concept, k)]

    def evidence(
        self, texts: Sequence[str], scheme: str, *, language: str = "en", letters: bool = True
    ) -> Iterator[tuple[str, NDArray[np.float32], list[str]]]:
        """Give for each text the kind of question, the features weighed and the concepts: what weighings learn from."""
        scope, index = self._ready(scheme, language)
        for question, weighed, concepts in self._weighed(scope, index, texts, letters=letters):
            yield question, weighed, [index.names[concept] for concept in concepts.tolist()]

    def _weighed(
        self, scope: Scope, index: Index, texts: Sequence[str], *, letters: bool
    ) -> Iterator[tuple[str, NDArray[np.float32], NDArray[np.int64]]]:
        for first in range(0, len(texts), TOGETHER):
            cuts = [text[:LONGEST_TEXT] for text in texts[first : first + TOGETHER]]
            folded = [with_one_form(fold(cut), index.forms) for cut in cuts]
            parts = [[with_one_form(part, index.forms) for part in _parts(cut)] for cut in cuts]
            vectors = self._encoder.encode_folded([*folded, *(part for several in parts for part in several)])
            middles = index.middles(vectors[: len(cuts)])
            past = len(cuts)
            for at, several in enumerate(parts):
                begin, past = past, past + len(several)
                by_meaning = scope.is_about_skills and not letters
                # by meaning, a text too short for parts is one part
                views = vectors[[at, *(range(begin, past) if several or not by_meaning else [at])]]
                near = index.nearness(None if by_meaning else folded[at], views, middles[at])
                known = index.groups[near.concepts], index.wanted[near.concepts]
                question = MEANING if by_meaning else _question(scope, index, folded[at], is_sentence=bool(several))
                yield question, features(near, *known), near.concepts

    def _ready(self, scheme: str, language: str) -> tuple[Scope, Index]:
        tag = language.lower().replace("_", "-").partition("-")[0]
        with self._lock:
            if (scheme, tag) not in self._indexes:
                if not tag.isalpha() or len(tag) not in (2, 3):
                    raise BadInput(f"{language!r} is no language; give two letters, such as fr.")
                scope = scope_of(scheme, self._taxonomies)
                self._indexes[scheme, tag] = scope, self._index(scope, tag)
            return self._indexes[scheme, tag]

    def _index(self, scope: Scope, language: str) -> Index:
        def middles() -> dict[str, NDArray[Any]]:
            from skillspace.skills.linking.preparing import prepare_middles  # noqa: PLC0415 - see below

            return prepare_middles(scope, self._taxonomies, self._encoder)

        def names() -> dict[str, NDArray[Any]]:
            # scipy takes a tenth of a second to read, and only who prepares needs it
            from skillspace.skills.linking.preparing import prepare  # noqa: PLC0415

            return prepare(scope, language, self._taxonomies, self._encoder)

        kept = self._kept(language, scope, names) | self._kept("middles", scope, middles)
        return Index(kept, self._encoder)

    def _kept(self, what: str, scope: Scope, make: Callable[[], dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
        """Return arrays from the folder; where they are absent or older than what they rest on, make them anew."""
        if self._folder is None or scope.scheme in self._apart:
            return make()
        version = next(pack.version for pack in self._taxonomies.schemes if pack.scheme == scope.scheme)
        layout = f"{self.version}+{scope.scheme}-{version}"
        place = self._folder / f"{scope.name}-{what}"
        try:
            return read_folder(place, layout)
        except UnreadableFile:
            write_folder(place, layout, make())
            return read_folder(place, layout)


def _question(scope: Scope, index: Index, folded: str, *, is_sentence: bool) -> str:
    """Return which weighing answers: by what is looked for, and whether the names are in the text's own language."""
    if scope.is_about_skills and is_sentence:
        return "skill sentence"
    what = "skill name" if scope.is_about_skills else "occupation"
    return what if index.speaks(folded) else f"{what} abroad"


def _parts(text: str) -> list[str]:
    """Return the clauses of a sentence and every few words of it that stand together; nothing for a short text."""
    clauses = [words for clause in _CLAUSE.split(text) if (words := fold(clause).split())]
    if sum(map(len, clauses)) < SENTENCE:
        return []
    runs = (words[at : at + PART] for words in clauses for at in range(max(len(words) - PART, 0) + 1))
    return list(dict.fromkeys(" ".join(words) for words in (*clauses, *runs)))
