"""Where a chain's data lie while a hop works on them: one folder an attempt, gone as soon as they are handed on."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from skillspace.exchange.chains.errors import TooMuch
from skillspace.exchange.chains.model import Part
from skillspace.kernel.errors import Conflict

PIECE = 256 * 1024
#: Long work looks this often whether it is still wanted.
LOOK_AGAIN_S = 1.0


class Stopped(Conflict):
    """The chain ended while its data were worked on."""


class Bench:
    """The folder `root` of one node; nobody else writes below it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def open(self, part: Part) -> None:
        """Make room for a part's data, which nobody but the node may read."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder(part.chain, part.hop, part.attempt).mkdir(mode=0o700, exist_ok=True)

    def input(self, part: Part) -> Path:
        """Where what comes in lies; for the consumer, the result."""
        return self._folder(part.chain, part.hop, part.attempt) / "input"

    def output(self, part: Part) -> Path:
        """Where what goes out lies."""
        return self._folder(part.chain, part.hop, part.attempt) / "output"

    def clear(self, chain: str, hop: int, attempt: int) -> int:
        """Delete everything of one attempt and return how many whole inputs and outputs that were."""
        folder = self._folder(chain, hop, attempt)
        count = sum((folder / name).exists() for name in ("input", "output"))
        shutil.rmtree(folder, ignore_errors=True)
        return count

    def sweep(self, keep: set[tuple[str, int, int]]) -> int:
        """Delete what belongs to nothing any more, and return how many folders that were."""
        kept = {self._folder(*key).name for key in keep}
        gone = [found for found in self._root.glob("*") if found.name not in kept]
        for found in gone:
            shutil.rmtree(found, ignore_errors=True)
        return len(gone)

    def write(self, path: Path, pieces: Iterable[bytes], *, max_bytes: int, stands: Callable[[], bool]) -> str:
        """Write pieces to a file, whole or not at all, and return their SHA-256 (hexadecimal).

        Raises TooMuch, and Stopped when `stands` says no.
        """
        draft = path.with_name(f"{path.name}.part")
        digest, count, looked = hashlib.sha256(), 0, time.monotonic()
        with draft.open("wb") as file:
            for piece in pieces:
                count += len(piece)
                if count > max_bytes:
                    raise TooMuch(f"The service makes more than {max_bytes} bytes of it.")
                digest.update(piece)
                file.write(piece)
                if time.monotonic() - looked >= LOOK_AGAIN_S:
                    looked = time.monotonic()
                    if not stands():
                        raise Stopped()
        draft.replace(path)
        return digest.hexdigest()

    def _folder(self, chain: str, hop: int, attempt: int) -> Path:
        return self._root / f"{chain}.{hop}.{attempt}"


def pieces_of(path: Path) -> Iterator[bytes]:
    """Read a file piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
