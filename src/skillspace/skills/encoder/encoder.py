"""The encoder: a text of any of its languages becomes one vector; texts that mean the same lie close together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.encoder.tokens import LETTERS, folded_pieces, pair_buckets
from skillspace.skills.encoder.weights import read_tensors, write_tensors
from skillspace.skills.taxonomy.folding import fold

WEIGHTS = Path(__file__).with_name("weights.safetensors")
Vectors = NDArray[np.float32]
BATCH = 1024  # texts that are encoded at once: bounds the memory, not the answer


class Encoder:
    """Sums the vectors of a text's pieces and brings the sum to length one. Read-only, safe to share."""

    def __init__(self, *, rows: NDArray[np.int8], scales: NDArray[np.float16], version: str) -> None:
        """Take ``rows`` (buckets, width) as whole numbers, each to be multiplied by its own ``scales`` (buckets,)."""
        if rows.ndim != 2 or scales.shape != rows.shape[:1] or len(rows) & (len(rows) - 1):
            raise UnreadableFile(f"weights of shape {rows.shape} and {scales.shape} do not fit; put the file back.")
        self._rows, self._scales = rows, scales
        self.version = version
        self.bits = len(rows).bit_length() - 1
        self.width = int(rows.shape[1])

    @classmethod
    def open(cls, path: Path | None = None) -> Encoder:
        """Map the weights of the package, or of a file. Raises UnreadableFile when it is absent or broken."""
        path = path or WEIGHTS
        tensors, about = read_tensors(path)
        try:
            return cls(rows=tensors["rows"], scales=tensors["scales"], version=about["version"])
        except KeyError as missing:
            raise UnreadableFile(f"{path} lacks {missing}; put the file back.") from missing

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one vector of length one for each text (texts, width); a text without a letter is all zeros."""
        return self.encode_folded([fold(text[:LETTERS])[:LETTERS] for text in texts])

    def encode_folded(self, texts: Sequence[str]) -> Vectors:
        """Return the same for texts that ``taxonomy.folding.fold`` has been over."""
        batches = [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)]
        return np.concatenate([np.empty((0, self.width), np.float32), *map(self._sums, batches)])

    def _sums(self, texts: Sequence[str]) -> Vectors:
        """Sum words and pairs of words; what each word is made of is summed once, however often it is said."""
        said = [text.split() for text in texts]
        every = list(chain.from_iterable(said))
        numbers = {word: at for at, word in enumerate(dict.fromkeys(every))}
        at = np.fromiter(map(numbers.__getitem__, every), np.int64, len(every))
        starts = np.cumsum([0, *map(len, said)])
        distinct = list(numbers)
        cut = folded_pieces(distinct, self.bits)
        words = _summed(self._vectors(cut.buckets), cut.starts)
        beside = np.ones(len(at), np.bool_)
        beside[starts[1:][starts[1:] > 0] - 1] = False  # the last word of a text has none beside it
        firsts = np.flatnonzero(beside)
        pairs = self._vectors(pair_buckets(distinct, at[firsts], at[firsts + 1], self.bits))
        sums = _summed(words[at], starts) + _summed(pairs, np.concatenate([[0], np.cumsum(beside)])[starts])
        sums /= np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
        return sums

    def _vectors(self, buckets: NDArray[np.int32]) -> Vectors:
        vectors: Vectors = self._rows[buckets].astype(np.float32)
        vectors *= self._scales[buckets].astype(np.float32)[:, None]
        return vectors


def _summed(rows: Vectors, starts: NDArray[np.int64]) -> Vectors:
    """Return the sum of ``rows[starts[i]:starts[i + 1]]`` for each i: first rows of all runs, then second ones, …

    Longest runs first, so that those that go on lie together. (Sparse products take as long to import as to start.)
    """
    counts = np.diff(starts)
    order = np.argsort(-counts, kind="stable")
    begins, lengths = starts[:-1][order], counts[order]
    sums = np.zeros((len(counts), rows.shape[1]), np.float32)
    going = np.searchsorted(-lengths, -np.arange(lengths.max(initial=0)))
    for place, many in enumerate(going.tolist()):
        sums[:many] += rows[begins[:many] + place]
    given = np.empty_like(sums)
    given[order] = sums
    return given


def quantised(table: Vectors) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Return a table of rows as whole numbers from -127 to 127, and what each row is to be multiplied by."""
    scales = np.maximum(np.abs(table).max(axis=1) / 127, 1e-7).astype(np.float16)
    rows = np.clip(np.rint(table / scales.astype(np.float32)[:, None]), -127, 127).astype(np.int8)
    return rows, scales


def write_encoder(path: Path, table: Vectors, version: str) -> None:
    """Write a trained table (buckets, width) as the weights of an encoder."""
    rows, scales = quantised(table)
    write_tensors(path, {"rows": rows, "scales": scales}, {"version": version, "format": "skillspace-encoder-1"})
