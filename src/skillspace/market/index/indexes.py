"""The matching indexes of the market: built aside, swapped in one step, memory-mapped by every process of the node."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import structlog

from skillspace.kernel.errors import UnreadableFile
from skillspace.market.index.model import MarketKind
from skillspace.market.index.service import Market
from skillspace.skills.matching import HolderIndex, OfferIndex
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Work

log = structlog.get_logger()


class _Saved(Protocol):
    def save(self, folder: Path) -> None: ...


Index = TypeVar("Index")


class _Slot(Generic[Index]):
    """The index of one kind: a pointer file names the folder in force, and is looked at again at each use."""

    def __init__(self, folder: Path, kind: MarketKind, opener: Callable[[Path], Index]) -> None:
        self._folder = folder
        self._kind = kind
        self._opener = opener
        self._pointer = folder / f"{kind}.current"
        self._lock = threading.Lock()
        #: Held while an index is built and put in force: of two builds the later has read the later market.
        self.building = threading.RLock()
        self._seen: tuple[int, int] | None = None
        self._index: Index | None = None

    @property
    def etag(self) -> str | None:
        """The name of the content the index in force was built from."""
        try:
            return self._pointer.read_text(encoding="ascii").strip() or None
        except OSError:
            return None

    def current(self) -> Index | None:
        """Return the index in force, opening it when another process put a new one in place; None before the first."""
        try:
            stat = self._pointer.stat()
        except FileNotFoundError:
            return None
        with self._lock:
            if self._seen != (stat.st_mtime_ns, stat.st_ino):
                self._seen = (stat.st_mtime_ns, stat.st_ino)
                self._index = self._open()
            return self._index

    def put(self, index: _Saved, etag: str) -> None:
        """Write an index and point to it; a crash before the last step leaves the old one in force."""
        with self.building:
            self._folder.mkdir(parents=True, exist_ok=True)
            index.save(self._path(etag))
            fresh = self._pointer.with_suffix(".next")
            fresh.write_text(etag, encoding="ascii")
            fresh.replace(self._pointer)
            for old in self._folder.glob(f"{self._kind}-*"):
                if old != self._path(etag):
                    shutil.rmtree(old, ignore_errors=True)

    def _open(self) -> Index | None:
        etag = self.etag
        try:
            return self._opener(self._path(etag)) if etag else None
        except UnreadableFile as fault:
            log.warning("market.index.unreadable", kind=self._kind.value, fault=fault.message)
            return None

    def _path(self, etag: str) -> Path:
        return self._folder / f"{self._kind}-{etag}"


class MatchIndexes:
    """The two indexes of a node, in ``<node folder>/index``. Opening reads nothing; each is mapped at its first use."""

    def __init__(self, folder: Path, taxonomies: Taxonomies, market: Market) -> None:
        self._taxonomies = taxonomies
        self._market = market
        #: Where indexes are kept, also those that others build.
        self.folder = folder / "index"
        self._jobs = _Slot(folder / "index", MarketKind.JOB, OfferIndex.open)
        self._trainings = _Slot(folder / "index", MarketKind.TRAINING, HolderIndex.open)

    @property
    def jobs(self) -> OfferIndex | None:
        """The index of open jobs, or None before the first was built."""
        return self._jobs.current()

    @property
    def trainings(self) -> HolderIndex | None:
        """The index of trainings by what they teach, or None before the first was built."""
        return self._trainings.current()

    def etag(self, kind: MarketKind) -> str | None:
        """Return the name of the content that the index in force was built from; None before the first."""
        return (self._jobs if kind is MarketKind.JOB else self._trainings).etag

    def build(self, work: Work, kind: MarketKind) -> str:
        """Put the index of what is open now in force, building it unless it already is; return its etag.

        `work` has read nothing yet: what it reads is the market of the moment in which this build has its turn.
        """
        slot = self._jobs if kind is MarketKind.JOB else self._trainings
        with slot.building:
            etag = self._market.etag(work, kind)
            if slot.etag == etag and slot.current() is not None:
                return etag
            if kind is MarketKind.JOB:
                self._jobs.put(OfferIndex.build(self._market.skills_stream(work), self._taxonomies), etag)
            else:
                self._trainings.put(HolderIndex.build(self._market.teaching_stream(work), self._taxonomies), etag)
            return etag

    def are_current(self, work: Work) -> bool:
        """Tell whether the indexes are those of today's market."""
        return not any(self._behind(work))

    def catch_up(self, work: Work) -> None:
        """Ask for the indexes that are not those of today's market: after a start, and once a day."""
        for kind in self._behind(work):
            self._market.refresh(work, kind)

    def _behind(self, work: Work) -> Iterator[MarketKind]:
        for kind, slot in ((MarketKind.JOB, self._jobs), (MarketKind.TRAINING, self._trainings)):
            if slot.etag != self._market.etag(work, kind) or slot.current() is None:
                yield kind
