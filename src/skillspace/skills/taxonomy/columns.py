"""Memory-mapped columns: text in one blob with offsets, links as compressed sparse rows.

Nothing here builds Python objects before somebody asks for one row, so opening is cheap and processes share the pages.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast, overload

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import UnreadableFile

IntArray = NDArray[np.integer[Any]]


def save(folder: Path, name: str, array: NDArray[Any]) -> None:
    """Write one column as ``<name>.npy``."""
    np.save(folder / f"{name}.npy", array, allow_pickle=False)


def load(folder: Path, name: str) -> NDArray[Any]:
    """Map one column read-only. Raises UnreadableFile, naming the file, when it is missing or damaged."""
    path = folder / f"{name}.npy"
    try:
        # asarray: a plain view of the map; indexing np.memmap itself costs several times as much
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except (OSError, ValueError, EOFError) as error:
        raise UnreadableFile(f"{path} is missing or damaged ({error}); add the taxonomy pack again.") from error


def _view(array: NDArray[Any]) -> memoryview:
    # memoryview items are Python ints already and arrive about three times faster than numpy scalars
    return np.ascontiguousarray(array).data


class Strings(Sequence[str]):
    """An immutable column of text; ``find`` works on columns that were written sorted."""

    def __init__(self, blob: NDArray[np.uint8], offsets: NDArray[np.uint32]) -> None:
        self._blob = _view(blob)
        self._offsets = _view(offsets)

    @classmethod
    def open(cls, folder: Path, name: str) -> Strings:
        """Map the column ``name`` of a folder."""
        return cls(load(folder, f"{name}.text"), load(folder, f"{name}.offsets"))

    @staticmethod
    def write(folder: Path, name: str, texts: Iterable[str]) -> None:
        """Write a column of text as two arrays."""
        parts = [text.encode() for text in texts]
        offsets = np.zeros(len(parts) + 1, np.uint32)
        np.cumsum([len(part) for part in parts], out=offsets[1:], dtype=np.uint32)
        save(folder, f"{name}.text", np.frombuffer(b"".join(parts), np.uint8))
        save(folder, f"{name}.offsets", offsets)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def raw(self, row: int) -> bytes:
        """Return row ``row`` as UTF-8."""
        return bytes(self._blob[self._offsets[row] : self._offsets[row + 1]])

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self.raw(index).decode()

    def __iter__(self) -> Iterator[str]:
        return (self[row] for row in range(len(self)))

    def find(self, text: str) -> int | None:
        """Return the row that holds exactly ``text``, or None; the column must be sorted (UTF-8 order)."""
        wanted = text.encode("utf-8", "replace")
        row = bisect_left(range(len(self)), wanted, key=self.raw)
        return row if row < len(self) and self.raw(row) == wanted else None


class Links:
    """Marked links from rows to rows: ``of(row)`` gives (target row, mark) pairs in their stored order."""

    def __init__(self, starts: IntArray, targets: IntArray, marks: IntArray) -> None:
        self._starts, self._targets, self._marks = _view(starts), _view(targets), _view(marks)

    @classmethod
    def open(cls, folder: Path, name: str) -> Links:
        """Map the links ``name`` of a folder."""
        return cls(load(folder, f"{name}.starts"), load(folder, f"{name}.targets"), load(folder, f"{name}.marks"))

    @staticmethod
    def write(folder: Path, name: str, rows: int, triples: NDArray[np.int64]) -> None:
        """Write links given as an array of (source, target, mark), shape (n, 3), sorted by mark within a source."""
        triples = triples[np.lexsort((triples[:, 1], triples[:, 2], triples[:, 0]))]
        starts = np.searchsorted(triples[:, 0], np.arange(rows + 1)).astype(np.uint32)
        save(folder, f"{name}.starts", starts)
        save(folder, f"{name}.targets", triples[:, 1].astype(np.uint32))
        save(folder, f"{name}.marks", triples[:, 2].astype(np.uint16))

    def of(self, row: int) -> list[tuple[int, int]]:
        """Return the (target, mark) pairs of one row, smallest mark first."""
        span = slice(self._starts[row], self._starts[row + 1])
        return list(zip(cast("Sequence[int]", self._targets[span]), self._marks[span], strict=True))
