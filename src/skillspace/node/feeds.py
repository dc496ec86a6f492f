"""Open data of a node: files in its folder, served to whoever has an agreement."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from skillspace.exchange import Payload, PullRequest
from skillspace.exchange.dataplane.files import Digests, payload_of
from skillspace.kernel.errors import NotFound
from skillspace.market.index import OfferFeed


class FeedSource:
    """The data source of an open offering: one file, sent again only when it changed."""

    def __init__(self, path: Path, media_type: str, digests: Digests | None = None) -> None:
        self.feed = OfferFeed(path)
        self._path = path
        self._media_type = media_type
        self._digests = digests or Digests()

    def open(self, request: PullRequest) -> Payload:  # noqa: ARG002 - an agreement is all that open data asks for
        """Return the file; raise NotFound before it was published."""
        try:
            return payload_of(self._path, self._media_type, self._digests)
        except NotFound:
            raise NotFound(f"The feed {self._path.name} has not been published yet; publish it first.") from None


def feed_path(folder: Path, dataset: str) -> Path:
    """Return where a node keeps the file behind an open offering: always one file in the folder of feeds."""
    return folder / "feeds" / f"{quote(dataset, safe='')}.jsonl"


def own_feeds(folder: Path) -> Callable[[str], FeedSource]:
    """Return what finds the file behind one of a node's open offerings, by the offering's name."""
    return lambda dataset: FeedSource(feed_path(folder, dataset), "application/x-ndjson")
