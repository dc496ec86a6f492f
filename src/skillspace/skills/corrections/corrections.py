"""All corrections that are known, and what they make of the candidates a model gives for a text.

The same text: what got more yes than no stands first; what did not keeps the place its score leaves it, which a no
takes down (`Standing.chance`). A no puts nothing last whatever the model thinks: so a reviewer with one word in five
wrong did more good than harm in four groups of questions of five (``bench/corrections.py``).

Texts near by: their concepts move by at most CAPPED log odds, however many people spoke, so that nobody can turn the
answers to texts that were never shown to them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.corrections.model import FLOOR, Corrected, Correction, Standing, family_of, shifted
from skillspace.skills.taxonomy.folding import fold

NEAR = 0.4
"""Cosine from which what was said of one text bears on another; this, PUSH and CAPPED as bench/corrections.py tells."""
PUSH = 4.0
"""Log odds that one agreed correction of the very same meaning would move a concept by, before the bound."""
CAPPED = 1.0
"""Log odds that all neighbours together move a concept by at most."""
HEARD = 2
"""People beyond so many agree to no greater effect on neighbours."""

Floats = NDArray[np.float32]


class Scored(Protocol):
    """A candidate of a model."""

    @property
    def concept(self) -> str: ...
    @property
    def score(self) -> float: ...


class Encodes(Protocol):
    """What turns texts into vectors of length one; `skills.encoder.Encoder` does."""

    def encode(self, texts: Sequence[str]) -> Floats: ...


Said = Mapping[str, Standing]
Key = tuple[str, str, str]
"""Family, language, folded text."""


class Corrections:
    """What people said, ready to be asked. Read-only, safe to share by threads and processes."""

    def __init__(
        self, said: Mapping[Key, Said], encoder: Encodes | None, written: Mapping[Key, str] | None = None
    ) -> None:
        """``said`` is by (family, language, folded text), then by concept, ``written`` a text as it was; see `of`."""
        self._said = said
        self._written = written or {}
        self._encoder = encoder
        self._texts: dict[str, list[tuple[str, str, str]]] = {}
        for key in sorted(said):
            self._texts.setdefault(key[0], []).append(key)
        self._vectors: dict[str, Floats] = {
            family: encoder.encode([text for _, _, text in keys]) for family, keys in self._texts.items()
        } if encoder else {}  # fmt: skip
        listed = [
            f"{key}{concept}{one.yes}{one.no}" for key in sorted(said) for concept, one in sorted(said[key].items())
        ]
        digest = hashlib.blake2b("\n".join(listed).encode(), digest_size=4).hexdigest()
        self.version = f"people-{digest}"

    @classmethod
    def of(cls, corrections: Iterable[Correction], encoder: Encodes | None = None) -> Corrections:
        """Gather corrections; the order does not matter. Without an encoder texts near by are left as they are."""
        words: dict[Key, dict[str, list[Correction]]] = {}
        written: dict[Key, str] = {}
        for one in corrections:
            key = one.family, _tag(one.language), one.folded
            words.setdefault(key, {}).setdefault(one.concept, []).append(one)
            written[key] = min(one.text, written.get(key, one.text))
        said = {key: {concept: Standing.of(ones) for concept, ones in found.items()} for key, found in words.items()}
        return cls(said, encoder, written)

    def __len__(self) -> int:
        """How many texts people said something about."""
        return len(self._said)

    def standing(self, text: str, concept: str, scheme: str, language: str = "en") -> Standing | None:
        """Return what people say of this very text and concept."""
        return self._of(text, scheme, language).get(concept)

    def confirmed(self, text: str, scheme: str, language: str = "en") -> list[str]:
        """Return the concepts more people confirmed for this very text than refused, the most agreed first."""
        found = [(-one.net, concept) for concept, one in self._of(text, scheme, language).items() if one.net > 0]
        return [concept for _, concept in sorted(found)]

    def confirmed_texts(self, scheme: str, language: str = "en") -> list[str]:
        """Return the texts that mean a concept of a scheme by more people's word than not, as somebody wrote them."""
        family, tag = family_of(scheme), _tag(language)
        keys = [key for key in self._texts.get(family, ()) if key[1] == tag]
        return [self._written.get(key, key[2]) for key in keys if any(one.net > 0 for one in self._said[key].values())]

    def corrected(self, candidates: Sequence[Scored], text: str, scheme: str, language: str = "en") -> list[Corrected]:
        """Return a model's candidates for a text as people would have them, best first.

        Confirmed ones lead, refused ones fall, and none has a higher score than the one before it. Concepts that only
        people know are added. Scores stay between 0 and 1; what nobody spoke of keeps its order.
        """
        said, nudges = self._of(text, scheme, language), self._nudges(text, scheme, language)
        before = {one.concept: one.score for one in candidates}
        ranked = []
        for concept in dict.fromkeys([*before, *said, *(at for at, by in nudges.items() if by > 0)]):
            score = before.get(concept, FLOOR)
            standing = said.get(concept)
            if standing is not None:
                ranked.append((standing.net <= 0, -standing.chance(score), concept, standing.told))
            elif concept in nudges:
                ranked.append((True, -shifted(score, nudges[concept]), concept, "people said so of texts near by"))
            else:
                ranked.append((True, -score, concept, ""))
        places = {concept: place for place, concept in enumerate(before)}
        ranked.sort(key=lambda one: (one[0], one[1], places.get(one[2], len(places)), one[2]))
        answer: list[Corrected] = []
        highest = 1.0
        for _, minus, concept, reason in ranked:
            highest = min(highest, -minus)
            answer.append(
                Corrected(concept=concept, score=round(highest, 4), before=before.get(concept), reason=reason)
            )
        return answer

    def _of(self, text: str, scheme: str, language: str) -> Said:
        return self._said.get((family_of(scheme), _tag(language), fold(text)), {})

    def _nudges(self, text: str, scheme: str, language: str) -> dict[str, float]:
        """Return the log odds by which what was said of texts near by moves concepts."""
        family = family_of(scheme)
        if self._encoder is None or family not in self._vectors:
            return {}
        own = family, _tag(language), fold(text)
        near = self._vectors[family] @ self._encoder.encode([text])[0]
        moved: dict[str, float] = {}
        for place in np.flatnonzero(near >= NEAR).tolist():
            if (key := self._texts[family][place]) == own:
                continue
            share = (float(near[place]) - NEAR) / (1 - NEAR)
            for concept, standing in self._said[key].items():
                agreed = max(-HEARD, min(HEARD, standing.net)) / HEARD
                moved[concept] = moved.get(concept, 0.0) + PUSH * min(share, 1.0) * agreed
        return {concept: max(-CAPPED, min(CAPPED, by)) for concept, by in moved.items() if by}


def _tag(language: str) -> str:
    return language.lower().replace("_", "-").partition("-")[0]
