"""Open data of a node: the file as it was published, and nothing before."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.exchange import PullRequest
from skillspace.kernel.clock import now
from skillspace.kernel.errors import NotFound
from skillspace.node.feeds import FeedSource, feed_path
from skillspace.trust.contract import Agreement


def request() -> PullRequest:
    agreement = Agreement(
        id="a", dataset="vacancies", provider="did:web:p", consumer="did:web:c", policy={}, made=now()
    )
    return PullRequest(dataset="vacancies", agreement=agreement, consumer="did:web:c", grant=None, transfer="t")


def test_a_feed_that_was_never_published_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="publish it first"):
        FeedSource(feed_path(tmp_path, "vacancies"), "application/x-ndjson").open(request())


def test_what_was_published_is_what_is_sent_under_a_name_of_its_content(tmp_path: Path) -> None:
    source = FeedSource(feed_path(tmp_path, "vacancies"), "application/x-ndjson")
    source.feed.publish([b'{"a":1}', b'{"b":2}'], bytes)
    first = source.open(request())
    assert b"".join(first.chunks).splitlines() == [b'{"a":1}', b'{"b":2}']
    assert first.media_type == "application/x-ndjson"
    source.feed.publish([b'{"a":1}', b'{"b":2}'], bytes)
    assert source.open(request()).etag == first.etag
    source.feed.publish([b'{"a":1}'], bytes)
    assert source.open(request()).etag != first.etag
