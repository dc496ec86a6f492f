"""The encoder: a text of any of its languages becomes one vector; texts that mean the same lie close together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.encoder.tokens import Pieces, folded_pieces, pieces
from skillspace.skills.encoder.weights import read_tensors, write_tensors

WEIGHTS = Path(__file__).with_name("weights.safetensors")
Vectors = NDArray[np.float32]
BATCH = 4096  # texts that are encoded at once: bounds the memory, not the answer


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
        return self._gathered(texts, folded=False)

    def encode_folded(self, texts: Sequence[str]) -> Vectors:
        """Return the same for texts that ``taxonomy.folding.fold`` has been over."""
        return self._gathered(texts, folded=True)

    def encode_pieces(self, cut: Pieces) -> Vectors:
        """Return the same for texts that are cut into pieces already."""
        used, columns = np.unique(cut.buckets, return_inverse=True)
        table = self._rows[used].astype(np.float32) * self._scales[used].astype(np.float32)[:, None]
        shape = len(cut.starts) - 1, len(used)
        ones = np.ones(len(columns), np.float32)
        sums: Vectors = csr_array((ones, columns.astype(np.int32), cut.starts), shape=shape) @ table
        sums /= np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
        return sums

    def _gathered(self, texts: Sequence[str], *, folded: bool) -> Vectors:
        cut = folded_pieces if folded else pieces
        batches = [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)]
        vectors = [self.encode_pieces(cut(batch, self.bits)) for batch in batches]
        return np.concatenate([np.empty((0, self.width), np.float32), *vectors])


def quantised(table: Vectors) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Return a table of rows as whole numbers from -127 to 127, and what each row is to be multiplied by."""
    scales = np.maximum(np.abs(table).max(axis=1) / 127, 1e-7).astype(np.float16)
    rows = np.clip(np.rint(table / scales.astype(np.float32)[:, None]), -127, 127).astype(np.int8)
    return rows, scales


def write_encoder(path: Path, table: Vectors, version: str) -> None:
    """Write a trained table (buckets, width) as the weights of an encoder."""
    rows, scales = quantised(table)
    write_tensors(path, {"rows": rows, "scales": scales}, {"version": version, "format": "skillspace-encoder-1"})
