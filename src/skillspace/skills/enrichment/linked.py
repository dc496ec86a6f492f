"""The model behind implied skills: the linker reads whole sentences, and each answer gets the words that say so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.encoder import Encoder
from skillspace.skills.enrichment.implied import Implied
from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import Concept, Taxonomies

MOST, LEAST = 10, 0.1
"""Skills asked of the linker for one sentence, and the chance below which it need not answer."""

SHORTEST = 2
"""Words of a part of a sentence that can say something by itself."""

Vectors = NDArray[np.float32]


class LinkedSkills:
    """Answers which skills sentences imply (`implied.Similar`). Deterministic, safe to share by threads."""

    def __init__(self, taxonomies: Taxonomies, linker: Linker, encoder: Encoder, scheme: str = "esco") -> None:
        """``encoder`` is the linker's own: clauses are compared with names as it compares sentences."""
        self._taxonomies, self._linker, self._encoder = taxonomies, linker, encoder
        self._scheme, self._scope = scheme, f"{scheme}-skill"
        self._named = lru_cache(maxsize=20_000)(self._names)

    @property
    def version(self) -> str:
        """Name the linker and its weights."""
        return self._linker.version

    def warm(self, language: str) -> None:
        """Read what one language needs now, so that nobody waits for it later."""
        self._linker.warm(self._scope, language)

    def __call__(self, sentences: Sequence[str], language: str) -> list[list[Implied]]:
        """Return for each sentence the skills it implies, best first, each with the clause nearest to a name of it."""
        answers = self._linker.link_all(sentences, self._scope, language=language, k=MOST, least=LEAST, letters=False)
        places = [clauses(text) if found else [] for text, found in zip(sentences, answers, strict=True)]
        texts = [text[start:end] for text, spans in zip(sentences, places, strict=True) for start, end in spans]
        vectors = self._encoder.encode(texts)
        said, at = [], 0
        for spans, found in zip(places, answers, strict=True):
            mine = vectors[at : at + len(spans)]
            said.append([self._placed(one.concept, one.score, spans, mine, language) for one in found])
            at += len(spans)
        return said

    def _placed(
        self, concept: str, score: float, spans: Sequence[tuple[int, int]], vectors: Vectors, language: str
    ) -> Implied:
        known, names, theirs = self._named(concept, language)
        near = vectors @ theirs.T
        span, name = divmod(int(near.argmax()), len(names))
        start, end = spans[span]
        return Implied(concept=known.uri, label=names[name], kind=known.kind, score=score, start=start, end=end)

    def _names(self, concept: str, language: str) -> tuple[Concept, list[str], Vectors]:
        """Return a concept with its names in a language, or in English or any where it has none, and their vectors."""
        is_uri = self._taxonomies.has(concept)  # where a taxonomy has no URIs, the linker tells codes
        known = self._taxonomies.concept(concept if is_uri else f"{self._scheme}:{concept}")
        tag = next((tag for tag in (language, "en") if tag in known.labels), min(known.labels))
        names = [known.labels[tag], *known.alternatives.get(tag, ())]
        return known, names, self._encoder.encode(names)


_BETWEEN_PAUSES = re.compile(r"[^,;:()\[\]|\n]+")
_EDGES = re.compile(r"[^\W_](?:.*[\w+#])?", re.DOTALL)


def clauses(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of the parts of a sentence between its pauses; of all of it where that leaves one or none.

    A part of one word goes with the one before it: "plan, build and run" is one thing to do in three words.
    """
    parts: list[tuple[int, int]] = []
    words = SHORTEST
    for part in _BETWEEN_PAUSES.finditer(text):
        said = _EDGES.search(text, part.start(), part.end())
        if said is None:
            continue
        if words < SHORTEST:
            parts[-1] = parts[-1][0], said.end()
        else:
            parts.append(said.span())
            words = 0
        words += len(said[0].split())
    return parts or [(0, len(text))]
