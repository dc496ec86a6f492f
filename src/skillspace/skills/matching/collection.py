"""A collection of offers on disk: one large index, small ones with what came since, and what was taken away.

Every change writes new folders and then one small file that names those in force, so readers see all of a change or
nothing of it, and a crash leaves what was. Answers are those of one index with the same offers and vocabulary.
"""

from __future__ import annotations

import fcntl
import json
import secrets
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Collection as Several
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import BadInput, NotFound, UnreadableFile
from skillspace.skills.arrays import read_folder, write_folder
from skillspace.skills.matching.columns import Columns
from skillspace.skills.matching.model import DEFAULT, Match, OfferSkills, Weights
from skillspace.skills.matching.offers import OfferIndex
from skillspace.skills.matching.proximity import Proximity
from skillspace.skills.matching.question import Question
from skillspace.skills.matching.reach import FITS, Reach, reach
from skillspace.skills.matching.words import Counter, Words
from skillspace.skills.taxonomy import Taxonomies

MANIFEST = "collection.json"
LAYOUT = "collection-1"
PIECE = 20_000
MOST_PARTS = 12
ATTEMPTS = 20
WHOLE = (0, 1)
"""The only share of all: which one, counted from 0, of how many."""


@dataclass(frozen=True, kw_only=True)
class _Part:
    """One index of the collection, and which of its positions were taken away since."""

    name: str
    index: OfferIndex
    alive: NDArray[np.bool_] | None

    def __len__(self) -> int:
        return len(self.index) if self.alive is None else int(np.count_nonzero(self.alive))


class Collection:
    """Offers in a folder, open for questions; `add` and `remove` change it, also while other processes read."""

    def __init__(self, folder: Path, shard: tuple[int, int] = WHOLE) -> None:
        """Open a collection, or one of so many shares of its parts, for questions alone: the answers of all shares
        together (`best_of_all`) are those of the whole. Raises UnreadableFile when there is none."""
        self._folder = folder
        self._shard = shard
        self._lock = threading.Lock()
        self._seen: bytes | None = None
        self._parts: tuple[_Part, ...] = ()
        self._now()

    @classmethod
    def build(
        cls,
        folder: Path,
        offers: Iterable[Columns],
        taxonomies: Taxonomies,
        tell: Callable[[int], None] | None = None,
        shards: int = 1,
    ) -> Collection:
        """Build a collection from pieces of columns, in the place of what is there; ``tell`` hears how many were read.

        ``shards`` parts of the same size can be asked apart from each other (see `Collection`); they share words and
        proximity, so that together they answer as one. Raises BadInput on a repeated identifier.
        """
        counter, columns, counted, done = Counter(), [], [], 0
        for piece in offers:
            counted.append(counter.count(_texts(piece)).apart())
            columns.append(piece.without_texts().apart())
            done += len(piece)
            if tell:
                tell(done)
        whole, order = Columns.gathered(columns or [Columns.of([])])
        vocabulary, kept = counter.vocabulary(counted or [counter.count([])])
        words = [Words.of(kept, vocabulary, order[shard::shards]) for shard in range(shards)]
        del kept  # a million texts are half of all that is in memory here
        proximity = Proximity.build(taxonomies, whole.concepts())
        folder.mkdir(parents=True, exist_ok=True)
        with _writing(folder):
            saved = []
            for shard in range(shards):
                some = whole if shards == 1 else whole.taken(np.arange(shard, len(whole), shards))
                index = OfferIndex.in_order(some, proximity, words.pop(0), vocabulary)
                saved.append((_saved(folder, index), np.empty(0, dtype=np.int64)))
            _put(folder, saved)
        return cls(folder)

    def __len__(self) -> int:
        return sum(map(len, self._now()))

    def __contains__(self, offer_id: object) -> bool:
        return isinstance(offer_id, str) and self._holder(offer_id) is not None

    def ask(self, question: Question, *, k: int = 20, weights: Weights = DEFAULT) -> list[Match]:
        """Return the k best offers with their reasons, best first; equal scores in the order of identifiers."""
        parts = self._now()
        found = [match for part in parts for match in part.index.ask(question, k=k, weights=weights, alive=part.alive)]
        return best_of_all(found, k) if len(parts) > 1 else found

    def all_scores(self, question: Question, weights: Weights = DEFAULT) -> NDArray[np.float64]:
        """Return the exact score of every offer that no wish shuts out, in no order: what `ask` is held against."""
        scores = [part.index.all_scores(question, weights, part.alive) for part in self._now()]
        return np.concatenate([np.empty(0), *scores])

    def reach(self, question: Question, *, skills: int = 2, least: float = FITS, weights: Weights = DEFAULT) -> Reach:
        """Return how many offers fit, and with which further skills how many more; see `reach`."""
        parts = [(part.index, part.alive) for part in self._now()]
        return reach(parts, question, skills=skills, least=least, weights=weights)

    def why(self, offer_id: str, question: Question, weights: Weights = DEFAULT) -> Match:
        """Return how one offer stands to a question, however far down the list it is. Raises NotFound."""
        part = self._holder(offer_id)
        if part is None:
            raise NotFound(f"There is no offer {offer_id}; it may have been withdrawn.")
        return part.index.why(offer_id, question, weights)

    def title(self, offer_id: str) -> str:
        """Return the title of an offer. Raises NotFound."""
        part = self._holder(offer_id)
        if part is None:
            raise NotFound(f"There is no offer {offer_id}; it may have been withdrawn.")
        return part.index.title(offer_id)

    @property
    def version(self) -> str:
        """A name of what is in force: it changes with every change."""
        self._now()
        return sha256(self._seen or b"").hexdigest()[:16]

    def info(self) -> dict[str, Any]:
        """Return what there is: offers, parts, those taken away, words, bytes on disk, and whether it is worn.

        A worn collection answers right but slower; building it anew from the offers of record mends that.
        """
        parts = self._now()
        beside = sum(len(part.index) for part in parts[1:]) + len(parts[0].index) - len(parts[0])
        size = sum(file.stat().st_size for part in parts for file in (self._folder / part.name).iterdir())
        return {
            "offers": sum(map(len, parts)),
            "parts": [len(part) for part in parts],
            "removed": sum(len(part.index) - len(part) for part in parts),
            "words": len(parts[0].index.vocabulary.words),
            "bytes": size,
            "worn": len(parts) > MOST_PARTS or beside > max(PIECE, len(parts[0].index) // 10),
        }

    def add(self, offers: Columns | Iterable[OfferSkills]) -> int:
        """Add offers; one whose identifier is here already takes its place. Return how many there were.

        A concept that only a pack of one's own knows, and no offer named before, is close to nothing until the
        collection is built anew. Raises BadInput on an identifier that comes twice, changing nothing.
        """
        columns = offers if isinstance(offers, Columns) else Columns.of(offers)
        if not len(columns):
            return 0
        with self._writing():
            parts = self._now()
            first = parts[0].index
            if not len(first):  # nothing was ever there: words are counted by these offers
                parts = ()
            fresh = OfferIndex.of(
                columns,
                first.proximity.including(columns.concepts()),
                vocabulary=first.vocabulary if parts else None,
            )
            names = {bytes(name).decode() for name in columns.ids}
            kept = [(part.name, _dead(part, names)) for part in parts]
            kept.append((_saved(self._folder, fresh), np.empty(0, dtype=np.int64)))
            _put(self._folder, kept)
        return len(columns)

    def remove(self, ids: Several[str]) -> int:
        """Take offers away; return how many of them were here."""
        with self._writing():
            left = [(part, _dead(part, ids)) for part in self._now()]
            _put(self._folder, [(part.name, dead) for part, dead in left])
        return sum(len(part) - len(part.index) + len(dead) for part, dead in left)

    def _writing(self) -> AbstractContextManager[None]:
        if self._shard != WHOLE:
            raise BadInput("A share of an index only answers; open the whole of it to change it.")
        return _writing(self._folder)

    def _holder(self, offer_id: str) -> _Part | None:
        for part in self._now():
            at = part.index.positions([offer_id])
            if len(at) and (part.alive is None or part.alive[at[0]]):
                return part
        return None

    def _now(self) -> tuple[_Part, ...]:
        """Return the parts in force, opening those that another process put there."""
        with self._lock:
            for attempt in range(ATTEMPTS):
                try:
                    # Read each time, as two changes within one tick of the clock may look the same from outside.
                    written = (self._folder / MANIFEST).read_bytes()
                    if written != self._seen:
                        known = {part.name: part.index for part in self._parts}
                        self._parts = tuple(_opened(self._folder, written, known, self._shard))
                        self._seen = written
                    break
                except FileNotFoundError as fault:
                    raise UnreadableFile(f"{self._folder} holds no collection of offers; build it first.") from fault
                except UnreadableFile:  # a change may have taken a folder away after it was named
                    if attempt == ATTEMPTS - 1:
                        raise
            return self._parts


def best_of_all(found: Iterable[Match], k: int) -> list[Match]:
    """Return the k best of answers that came from several places, in the order one place would give."""
    return sorted(found, key=lambda match: (-match.score, match.offer_id.encode()))[: max(k, 0)]


def in_pieces(offers: Iterable[OfferSkills], size: int = PIECE) -> Iterator[Columns]:
    """Give offers as columns, some at a time."""
    rest = iter(offers)
    while some := list(islice(rest, size)):
        yield Columns.of(some)


def _texts(columns: Columns) -> list[str]:
    return [f"{title} {text}" for title, text in zip(columns.titles, columns.texts, strict=True)]


def _dead(part: _Part, ids: Several[str]) -> NDArray[np.int64]:
    """Return the positions of a part that are taken away, once these identifiers are."""
    gone = part.index.positions(ids)
    return np.unique(gone) if part.alive is None else np.union1d(np.flatnonzero(~part.alive), gone)


def _saved(folder: Path, index: OfferIndex) -> str:
    name = f"part-{secrets.token_hex(8)}"
    index.save(folder / name)
    return name


def _put(folder: Path, parts: Sequence[tuple[str, NDArray[np.int64]]]) -> None:
    """Put these parts in force, and forget folders that no longer are."""
    entries = []
    for name, dead in parts:
        gone = ""
        if len(dead):
            gone = f"gone-{secrets.token_hex(8)}"
            write_folder(folder / gone, LAYOUT, {"positions": dead})
        entries.append({"part": name, "gone": gone})
    fresh = folder / f"{MANIFEST}.next"
    fresh.write_text(json.dumps({"layout": LAYOUT, "parts": entries}), encoding="utf-8")
    fresh.replace(folder / MANIFEST)
    named = {name for entry in entries for name in entry.values()}
    for old in folder.iterdir():
        if old.name.startswith(("part-", "gone-")) and old.name not in named:
            shutil.rmtree(old, ignore_errors=True)


def _opened(folder: Path, written: bytes, known: dict[str, OfferIndex], shard: tuple[int, int]) -> Iterator[_Part]:
    try:
        manifest = json.loads(written)
        if manifest["layout"] != LAYOUT:
            raise UnreadableFile(f"{folder} holds {manifest['layout']}, not {LAYOUT}; build it again.")
        entries = [(entry["part"], entry["gone"]) for entry in manifest["parts"]][slice(shard[0], None, shard[1])]
    except (ValueError, KeyError, TypeError) as fault:
        raise UnreadableFile(f"{folder} holds no readable collection of offers ({fault}); build it again.") from fault
    for name, gone in entries:
        index = known.get(name) or OfferIndex.open(folder / name)
        alive = None
        if gone:
            alive = np.ones(len(index), dtype=bool)
            alive[read_folder(folder / gone, LAYOUT)["positions"]] = False
        yield _Part(name=name, index=index, alive=alive)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Let one writer at a time change a collection, of all processes of this machine."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
