"""Open data of a node: files in its folder, served to whoever has an agreement."""

from __future__ import annotations

from pathlib import Path

from skillspace.exchange import Payload, PullRequest
from skillspace.market.index import OfferFeed


class FeedSource:
    """The data source of an open offering: one file, sent again only when it changed."""

    def __init__(self, path: Path, media_type: str) -> None:
        self.feed = OfferFeed(path)
        self._media_type = media_type

    def open(self, request: PullRequest) -> Payload:  # noqa: ARG002 - an agreement is all that open data asks for
        """Return the file; raise NotFound before it was published."""
        return Payload(media_type=self._media_type, chunks=self.feed.chunks(), etag=self.feed.etag, headers={})


def feed_path(folder: Path, dataset: str) -> Path:
    """Return where a node keeps the file behind an open offering."""
    return folder / "feeds" / f"{dataset}.jsonl"
