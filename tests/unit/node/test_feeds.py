"""Open data of a node: the file as it was published, and nothing before."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.exchange import PullRequest
from skillspace.kernel.clock import now
from skillspace.kernel.errors import ConsentMissing, NotFound
from skillspace.node.composition import compose
from skillspace.node.feeds import FeedSource, feed_path
from skillspace.trust.contract import Agreement
from tests.nodes import make_node
from tests.unit.exchange.neighbours import offering


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
    assert b"".join(first.pieces()).splitlines() == [b'{"a":1}', b'{"b":2}']
    assert first.media_type == "application/x-ndjson"
    source.feed.publish([b'{"a":1}', b'{"b":2}'], bytes)
    assert source.open(request()).etag == first.etag
    source.feed.publish([b'{"a":1}'], bytes)
    assert source.open(request()).etag != first.etag


def test_a_feeds_file_stays_in_the_folder_of_feeds_whatever_its_name(tmp_path: Path) -> None:
    for name in ("vacancies", "../keys", "/etc/passwd", "..", "a/../../b", "å"):
        assert feed_path(tmp_path, name).resolve().parent == (tmp_path / "feeds").resolve()
    assert feed_path(tmp_path, "vacancies") == tmp_path / "feeds" / "vacancies.jsonl"


def test_an_offering_that_is_published_while_the_node_runs_has_data_at_once(
    tmp_path: Path, starter_taxonomies: Path
) -> None:
    settings = make_node(
        tmp_path / "node", "Invented Agency", "authority", "agency", taxonomies=str(starter_taxonomies)
    )
    node = compose(settings)
    assert not node.exchange.sources.has("vacancies")
    with node.database.writing() as work:
        node.exchange.catalog.publish(work, offering("vacancies", personal=False, kinds=()))
        node.exchange.catalog.publish(work, offering("diplomas"))
    FeedSource(feed_path(settings.folder, "vacancies"), "").feed.publish([b'{"a":1}'], bytes)
    payload = node.exchange.sources.of("vacancies").open(request())
    assert b"".join(payload.pieces()) == b'{"a":1}\n'
    payload.close()
    with pytest.raises(ConsentMissing):
        node.exchange.sources.of("diplomas").open(request())
    with node.database.writing() as work:
        node.exchange.catalog.withdraw(work, "vacancies")
    assert not node.exchange.sources.has("vacancies")
    node.stop()
