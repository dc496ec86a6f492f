"""What a dataset's owner provides to the data plane: a source that opens a payload for one pull, or refuses it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from skillspace.kernel.errors import NotFound
from skillspace.trust.contract import Agreement


@dataclass(frozen=True, kw_only=True)
class PullRequest:
    """One pull: which dataset, under which agreement, by whom (DID), with which consent grant (JWT) if any.

    `transfer` is the provider's pid. Token, transfer and agreement were checked; consent is the source's to check.
    """

    dataset: str
    agreement: Agreement
    consumer: str
    grant: str | None
    transfer: str


@dataclass(frozen=True, kw_only=True)
class Payload:
    """What is sent: chunks are read one by one while they are sent, so a large file needs little memory."""

    media_type: str
    chunks: Iterable[bytes]
    etag: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class DataSource(Protocol):
    """Opens data for a pull."""

    def open(self, request: PullRequest) -> Payload:
        """Return the payload; raise Refused (403), NotFound or Unavailable with a reason the consumer may read."""


class Sources:
    """Which source answers for which dataset."""

    def __init__(self) -> None:
        self._by_dataset: dict[str, DataSource] = {}

    def register(self, dataset: str, source: DataSource) -> None:
        """Let `source` answer pulls of `dataset`."""
        self._by_dataset[dataset] = source

    def of(self, dataset: str) -> DataSource:
        """Return the source of a dataset; raise NotFound when none is registered."""
        if dataset not in self._by_dataset:
            raise NotFound(f"No data stands behind {dataset} at the moment.")
        return self._by_dataset[dataset]

    def has(self, dataset: str) -> bool:
        """Tell whether a dataset can be pulled."""
        return dataset in self._by_dataset
