"""The provider's side: a file of offers on disk, as the data plane streams it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from skillspace.kernel.errors import NotFound
from skillspace.market.lines import write_file

MEDIA_TYPE = "application/x-ndjson"
CHUNK = 1 << 16
Thing = TypeVar("Thing")


class OfferFeed:
    """One JSON-lines file of vacancies or courses; the etag is the content's: nobody needs the same twice."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[tuple[int, int, int], str] | None = None

    def publish(self, offers: Iterable[Thing], write: Callable[[Thing], bytes]) -> int:
        """Write the offers as the feed's new content and return how many; readers see the old or the new."""
        return write_file(self._path, (write(offer) for offer in offers))

    @property
    def etag(self) -> str:
        """A name of exactly this content (BLAKE2b), read anew only when the file was replaced. Raises NotFound."""
        stat = self._stat()
        if self._known is None or self._known[0] != stat:
            digest = hashlib.blake2b(digest_size=16)
            for chunk in self.chunks():
                digest.update(chunk)
            self._known = (stat, digest.hexdigest())
        return self._known[1]

    def chunks(self) -> Iterator[bytes]:
        """Give the content in pieces of 64 KiB, from one open file: a replacement meanwhile does not mix in."""
        self._stat()
        with self._path.open("rb") as content:
            while chunk := content.read(CHUNK):
                yield chunk

    def _stat(self) -> tuple[int, int, int]:
        try:
            stat = self._path.stat()
        except OSError as fault:
            raise NotFound(f"The feed {self._path.name} has not been published yet; publish it first.") from fault
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
