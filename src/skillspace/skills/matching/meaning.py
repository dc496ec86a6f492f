"""What offers mean: a vector for each, compared with that of a person's text across languages and other words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import Floats

if TYPE_CHECKING:
    from skillspace.skills.encoder import Encoder
    from skillspace.skills.matching.columns import Columns

BEGINNING = 200
"""Letters of an offer that count beside its title: reading all of it was four times slower and no better."""

LETTERS = 2_000
BLOCK = 128
PROBED = 256
"""Blocks of offers that stand side by side which are looked at one by one: those whose middles lie nearest."""


class Meaning:
    """Vectors of offers by position, in whole numbers of one byte with a scale each, and the middles of blocks."""

    def __init__(self, *, rows: NDArray[np.int8], scales: Floats, middles: Floats) -> None:
        self._rows = rows
        self._scales = scales
        self._middles = middles

    @classmethod
    def of(cls, rows: NDArray[np.int8], scales: Floats) -> Meaning:
        """Take vectors (offers, width) that stand in the order of positions; no width where nothing was encoded."""
        blocks = range(0, len(rows), BLOCK)
        middles = np.zeros((len(blocks), rows.shape[1]), dtype=np.float32)
        for block, at in enumerate(blocks):
            middles[block] = (rows[at : at + BLOCK] * scales[at : at + BLOCK, None]).mean(axis=0)
        return cls(rows=rows, scales=scales, middles=middles)

    @property
    def is_known(self) -> bool:
        """Whether offers were encoded at all."""
        return bool(self._rows.shape[1])

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what has to be written for `Meaning(**arrays)` to give this again."""
        return {"rows": self._rows, "scales": self._scales, "middles": self._middles}

    def add(self, question: Floats, share: np.float32, into: Floats) -> None:
        """Add to ``into`` (offers,) what meaning brings to the offers of the nearest blocks, and to no others."""
        nearest = np.argsort(-(self._middles @ question), kind="stable")[:PROBED]
        for block in np.sort(nearest).tolist():
            span = slice(block * BLOCK, min((block + 1) * BLOCK, len(self._rows)))
            into[span] += self._alike(span, question) * share

    def alike(self, positions: NDArray[np.int64], question: Floats) -> Floats:
        """Return how alike some offers are to a question: the cosine, 0 where it is below."""
        return self._alike(positions, question)

    def _alike(self, chosen: NDArray[np.int64] | slice, question: Floats) -> Floats:
        alike: Floats = np.maximum((self._rows[chosen].astype(np.float32) @ question) * self._scales[chosen], 0)
        return alike


def encoded(columns: Columns, encoder: Encoder | None) -> tuple[NDArray[np.int8], Floats]:
    """Return the vectors of offers and their scales: the middle of the title's and that of the beginning's."""
    if encoder is None:
        return np.empty((len(columns), 0), dtype=np.int8), np.zeros(len(columns), dtype=np.float32)
    titles, texts = columns.titles.tolist(), columns.texts.tolist()
    distinct = {title: at for at, title in enumerate(dict.fromkeys(titles))}
    of_titles = encoder.encode(list(distinct))[[distinct[title] for title in titles]] if titles else 0
    beginnings = [f"{title}. {text}"[:BEGINNING] for title, text in zip(titles, texts, strict=True)]
    vectors = (of_titles + encoder.encode(beginnings)) / np.float32(2)
    scales = (np.abs(vectors).max(axis=1, initial=0) / 127).astype(np.float32)
    return np.rint(vectors / np.maximum(scales, 1e-9)[:, None]).astype(np.int8), scales


def asked(text: str, encoder: Encoder | None) -> Floats | None:
    """Return the vector of a person's text, None where there is no text or nothing to encode it."""
    return encoder.encode([text[:LETTERS]])[0] if encoder is not None and text.strip() else None
