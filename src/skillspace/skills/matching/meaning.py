"""What offers mean: a vector for each, compared with that of a person's text across languages and other words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import Floats, Integers
from skillspace.skills.matching.peaks import Peaks

if TYPE_CHECKING:
    from skillspace.skills.encoder import Encoder
    from skillspace.skills.matching.columns import Columns

BEGINNING = 200
"""Letters of an offer that count beside its title: reading all of it was four times slower and no better."""

LETTERS = 2_000
TRUST = 0.25
"""How much of a cell's radius an offer in it may be nearer to a question than the cell's middle. 1 would be certain;
but vectors are long, and hardly any lies straight towards a question."""

FIRST = 32
"""Cells whose offers are looked at before it is known how good the best are."""

NEXT = 64
"""Cells whose offers are looked at then, the most promising first, before it is told anew how good the best are."""

STEP = 128
"""A question's numbers are told in steps of one byte, and what is left of them in steps of another."""


class Meaning:
    """Vectors of offers by position, in whole numbers of one byte with a scale each, and the cells they stand in.

    ``starts`` (cells + 1,) says where each cell begins, ``middles`` and ``radii`` are of the cells.
    """

    def __init__(
        self, *, rows: NDArray[np.int8], scales: Floats, starts: NDArray[np.int64], middles: Floats, radii: Floats
    ) -> None:
        self._rows = rows
        self._scales = scales
        self.starts = starts
        self._middles = middles
        self._radii = radii

    @classmethod
    def of(cls, rows: NDArray[np.int8], scales: Floats, cells: Integers) -> Meaning:
        """Take vectors (offers, width) that stand in the order of positions, those of one cell side by side."""
        starts = np.flatnonzero(np.diff(cells, prepend=-1, append=-1)) if len(cells) else np.zeros(1, np.int64)
        middles = np.zeros((len(starts) - 1, rows.shape[1]), dtype=np.float32)
        radii = np.zeros(len(middles), dtype=np.float32)
        for cell in range(len(middles)) if rows.shape[1] else ():
            span = slice(starts[cell], starts[cell + 1])
            vectors = rows[span] * scales[span, None]
            middles[cell] = vectors.mean(axis=0)
            radii[cell] = np.linalg.norm(vectors - middles[cell], axis=1).max()
        return cls(rows=rows, scales=scales, starts=starts.astype(np.int64), middles=middles, radii=radii)

    @property
    def is_known(self) -> bool:
        """Whether offers were encoded at all."""
        return bool(self._rows.shape[1])

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what has to be written for `Meaning(**arrays)` to give this again."""
        return {
            "rows": self._rows,
            "scales": self._scales,
            "starts": self.starts,
            "middles": self._middles,
            "radii": self._radii,
        }

    def alike(self, positions: NDArray[np.int64], question: Floats) -> Floats:
        """Return how alike some offers are to a question: the cosine, 0 where it is below.

        The question is rounded to two bytes a number, so that adding up is exact whatever the order, and an offer is
        as alike beside any others.
        """
        step = max(float(np.abs(question).max(initial=0)), 1e-9) / (STEP * (STEP - 1))
        whole = np.rint(question / step)
        coarse = np.rint(whole / STEP)
        told = np.stack([coarse, whole - coarse * STEP], axis=1).astype(np.float32)
        added = (self._rows[positions].astype(np.float32) @ told).astype(np.float64)
        cosines = (added[:, 0] * STEP + added[:, 1]) * step * self._scales[positions]
        alike: Floats = np.maximum(cosines, 0).astype(np.float32)
        return alike

    def most_alike(self, question: Floats) -> Floats:
        """Return how alike the offers of each cell can be (cells,), as far as `TRUST` goes."""
        beyond = np.float32(TRUST * float(np.linalg.norm(question)))
        most: Floats = np.maximum(self._middles @ question + beyond * self._radii, 0)
        return most


class Look:
    """One question's look at what offers mean: the cells that could hold one of the best are gone through, no others.

    The search bounds what the offers of a cell can reach by the best of them in all else and the cell's middle.
    """

    def __init__(
        self,
        meaning: Meaning,
        question: Floats,
        share: np.float32,
        *,
        allowed: NDArray[np.bool_] | None,
        scores: Floats,
    ) -> None:
        """Look at the most promising cells by ``scores`` (offers, and perhaps some more), which this adds to."""
        self._meaning = meaning
        self._question = question
        self._share = share
        self._most = meaning.most_alike(question) * self._share
        self._seen = np.zeros(int(meaning.starts[-1]), dtype=bool) if allowed is None else ~allowed
        self._scores = scores[: len(self._seen)]
        #: The best of every cell.
        self.peaks = Peaks(self._scores, meaning.starts)
        #: The floor each cell was gone through with: at that, or above it, nothing more is to be found there.
        self._gone = np.full(len(self._most), np.inf, dtype=np.float32)
        self._look(np.float32(-1), FIRST)

    def again(self) -> None:
        """Look everywhere anew: the scores have changed by more than what was added here."""
        self.peaks.again()
        self._gone = np.full(len(self._most), np.inf, dtype=np.float32)

    def add(self, floor: np.float32) -> bool:
        """Add what meaning brings to those that may pass a floor by it, once to each; tells whether further cells are
        left beside the `NEXT` most promising ones."""
        return self._look(floor, NEXT)

    def _look(self, floor: np.float32, many: int) -> bool:
        reached = self.peaks.best + self._most
        cells = np.flatnonzero((reached > floor) & (self._gone > floor))
        is_left = len(cells) > many
        if is_left:
            cells = np.sort(cells[np.argpartition(-reached[cells], many - 1)[:many]])
        self._gone[cells] = floor
        positions, lengths = self.peaks.inside(cells)
        may = ~self._seen[positions] & (self._scores[positions] + np.repeat(self._most[cells], lengths) > floor)
        positions = positions[may]
        self._scores[positions] += self._meaning.alike(positions, self._question) * self._share
        self._seen[positions] = True
        self.peaks.rose(cells)
        return is_left


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
