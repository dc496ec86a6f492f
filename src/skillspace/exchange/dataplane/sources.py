"""What a dataset's owner provides to the data plane: a source that opens a payload for one request, or refuses it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from skillspace.kernel.errors import NotFound
from skillspace.trust.contract import Agreement


@dataclass(frozen=True, kw_only=True)
class PullRequest:
    """One request for data: which dataset, under which agreement, by whom (DID), with which consent if any.

    `grant` is a token for one use of a person's consent (JWT), `transfer` the provider's pid. Data token, transfer and
    agreement were checked; consent is the source's to check. `path` (decoded, below the dataset, no leading slash),
    `query`, `method`, `headers` (lower-case names) and `body` are the consumer's words: a source takes from them what
    it knows and nothing else.
    """

    dataset: str
    agreement: Agreement
    consumer: str
    grant: str | None
    transfer: str
    method: str = "GET"
    path: str = ""
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@runtime_checkable
class Content(Protocol):
    """Bytes of a known number, of which any part can be had; they stay the same until it is closed."""

    @property
    def length(self) -> int:
        """How many bytes there are."""

    def read(self, first: int, count: int) -> Iterator[bytes]:
        """Give `count` bytes from `first` (0 is the beginning) in pieces of up to 1 MiB."""

    def close(self) -> None:
        """Let go of what is held."""


@dataclass(frozen=True, kw_only=True)
class Payload:
    """What is sent, in pieces that are made while they are sent, so that much data needs little memory.

    Either `chunks`, from the beginning only, or `content`, of which a part can be asked for. `etag` names exactly these
    bytes (without quotes); `digest` is their SHA-256 where it is known. `status` is 200, or what an API answered.
    """

    media_type: str
    chunks: Iterable[bytes] = ()
    content: Content | None = None
    etag: str | None = None
    digest: bytes | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def pieces(self) -> Iterable[bytes]:
        """Everything, from the beginning."""
        return self.chunks if self.content is None else self.content.read(0, self.content.length)

    def close(self) -> None:
        """Let go of what is held, sent or not."""
        with suppress(ValueError):  # a generator that runs at this moment ends by itself
            for held in (self.chunks, self.content):
                close = getattr(held, "close", None)
                if close is not None:
                    close()


class Held:
    """Pieces of something that must be let go of (an answer, a connection), also when none of them was ever read."""

    def __init__(self, pieces: Iterable[bytes], release: Callable[[], None]) -> None:
        self._pieces = iter(pieces)
        self._release = release

    def __iter__(self) -> Held:
        """Be an iterator."""
        return self

    def __next__(self) -> bytes:
        """Return the next piece."""
        return next(self._pieces)

    def close(self) -> None:
        """Let go of it."""
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()
        self._release()


class DataSource(Protocol):
    """Opens data for a request.

    One that answers for places below the dataset, or for other methods than GET and HEAD, says so by an attribute
    `has_places` that is true; the others are never asked for those.
    """

    def open(self, request: PullRequest) -> Payload:
        """Return the payload; raise Refused (403), NotFound or Unavailable with a reason the consumer may read."""


class Configured(Protocol):
    """Sources that an operator wrote down."""

    def find(self, dataset: str) -> DataSource | None:
        """Return the source of a dataset, None when none is written down."""


Resolver = Callable[[str], DataSource | None]


class Sources:
    """Which source answers for which dataset: one registered by a room, else one the operator wrote down, else what
    the node makes of the dataset's offering. Asked anew each time, so that what is published now is served now."""

    def __init__(self, configured: Configured | None = None) -> None:
        self._by_dataset: dict[str, DataSource] = {}
        self._configured = configured
        self._resolve: Resolver = lambda _dataset: None

    def register(self, dataset: str, source: DataSource) -> None:
        """Let `source` answer for `dataset`."""
        self._by_dataset[dataset] = source

    def otherwise(self, resolve: Resolver) -> None:
        """Let `resolve` find the sources of datasets that nobody registered or wrote down."""
        self._resolve = resolve

    def of(self, dataset: str) -> DataSource:
        """Return the source of a dataset; raise NotFound when there is none. Never within a transaction of PostgreSQL
        that changed sources itself: it is looked up in a transaction of its own."""
        found = self._find(dataset)
        if found is None:
            raise NotFound(f"No data stands behind {dataset} at the moment.")
        return found

    def has(self, dataset: str) -> bool:
        """Tell whether there is something to give."""
        return self._find(dataset) is not None

    def _find(self, dataset: str) -> DataSource | None:
        if dataset in self._by_dataset:
            return self._by_dataset[dataset]
        found = self._configured.find(dataset) if self._configured is not None else None
        return found if found is not None else self._resolve(dataset)
