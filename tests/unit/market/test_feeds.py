"""Feeds between two real nodes: from what a member publishes to what the market holds, again when it changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from skillspace.exchange import Offering, TransferState
from skillspace.market.index import Market, MarketKind
from skillspace.market.vacancies import Vacancy, write_vacancy
from skillspace.node.composition import Node, compose
from skillspace.storage.database import Work
from skillspace.trust.policy import offer_rules
from tests.nodes import acquaint, admit, make_node, running, until


def vacancy(number: int) -> Vacancy:
    return Vacancy(
        id=f"v{number}",
        title=f"Opening {number}",
        language="en",
        employer="Sample Works",
        place_code=None,
        place_name=None,
        region_code=None,
        region_name=None,
        country="SE",
        occupation=None,
        skills=(),
        published=dt.date(2026, 11, 2),
        synthetic=True,
        source="did:web:agency.example",
    )


@dataclass
class Town:
    """An intermediary with a market, and an agency whose vacancies it wants."""

    hub: Node
    agency: Node
    published: int = 0

    def publish(self, *lines: bytes) -> None:
        """Let the agency publish its feed anew, and the hub read the agency's catalog."""
        self.agency.rooms.own_feeds("vacancies").feed.publish(lines, bytes)
        self.published += 1
        with self.agency.database.writing() as work:
            offering = self.agency.exchange.catalog.offering(work, "vacancies")
            assert offering is not None
            later = offering.updated + dt.timedelta(seconds=self.published)
            self.agency.exchange.catalog.publish(work, replace(offering, updated=later))
        self.crawl()

    def crawl(self) -> None:
        with self.hub.database.writing() as work:
            self.hub.exchange.crawler.crawl_now(work, self.agency.trust.did)

    def titles(self) -> list[str]:
        assert self.hub.rooms.spaces is not None
        with self.hub.database.reading() as work:
            return [item.offer.title for item in self.hub.rooms.spaces.market.listed(work, MarketKind.JOB)]

    def status(self) -> Mapping[str, Any]:
        assert self.hub.rooms.spaces is not None
        with self.hub.database.reading() as work:
            (row,) = self.hub.rooms.spaces.feeds.status(work)
        return row

    def seen(self) -> dt.datetime | None:
        with self.hub.database.reading() as work:
            return self.hub.exchange.crawler.last_crawl(work)

    def transfers(self, node: Node) -> list[TransferState]:
        with node.database.reading() as work:
            return [one.state for one in node.exchange.transfers.transfers(work)]

    def all_over(self) -> bool:
        over = (TransferState.COMPLETED, TransferState.TERMINATED)
        return all(state in over for node in (self.hub, self.agency) for state in self.transfers(node))


@pytest.fixture
def town(tmp_path: Path, starter_taxonomies: Path) -> Iterator[Town]:
    packs = str(starter_taxonomies)
    hub = make_node(tmp_path / "hub", "Invented Space", "authority", "intermediary", taxonomies=packs)
    agency = make_node(tmp_path / "agency", "Invented Agency", "agency", authority=hub.did, taxonomies=packs)
    _offer(compose(agency))
    with running(hub, agency) as (home, other):
        other.rooms.own_feeds("vacancies").feed.publish([vacancy(1), vacancy(2)], write_vacancy)
        admit(home, other)
        acquaint(home, other)
        made = Town(hub=home, agency=other)
        until(lambda: made.titles() == ["Opening 1", "Opening 2"], "the vacancies are in the market")
        yield made


def _offer(node: Node) -> None:
    with node.database.writing() as work:
        node.exchange.catalog.publish(work, _offering(work))
    node.stop()


def _offering(work: Work) -> Offering:
    return Offering(
        id="vacancies",
        title={"en": "Vacancies"},
        description={"en": "Invented ads."},
        kinds=(),
        personal=False,
        purposes=("orientation",),
        media_type="application/x-ndjson",
        policy=offer_rules(purposes=["orientation"]),
        updated=work.now,
    )


def test_a_members_vacancies_come_by_contract_and_transfer(town: Town) -> None:
    until(town.all_over, "the transfer ends on both sides")
    assert town.transfers(town.hub) == town.transfers(town.agency) == [TransferState.COMPLETED]
    status = town.status()
    assert (status["items"], status["problem"], status["arrived"] is None) == (2, None, False)
    assert list((town.hub.settings.folder / "incoming").iterdir()) == []


def test_what_was_published_again_replaces_what_was_there(town: Town) -> None:
    town.publish(write_vacancy(vacancy(2)), write_vacancy(vacancy(3)))
    until(lambda: town.titles() == ["Opening 2", "Opening 3"], "the new feed is in the market")
    until(town.all_over, "the transfers end on both sides")
    assert town.status()["items"] == 2


def test_reading_the_catalog_again_fetches_nothing_again(town: Town) -> None:
    until(town.all_over, "the transfer ends")
    before = town.status()
    for _ in range(3):
        seen = town.seen()
        town.crawl()
        until(lambda seen=seen: town.seen() != seen, "the catalog is read")  # type: ignore[misc]
    assert len(town.transfers(town.hub)) == 1
    assert town.status() == before


def test_a_feed_of_garbage_says_what_is_wrong_and_leaves_the_market_as_it_is(town: Town) -> None:
    town.publish(b"no json at all")
    until(lambda: town.status()["problem"], "the problem is noted")
    assert "line 1" in town.status()["problem"]
    assert town.titles() == ["Opening 1", "Opening 2"]
    town.publish(write_vacancy(vacancy(4)))
    until(lambda: town.titles() == ["Opening 4"], "the mended feed is taken")
    assert town.status()["problem"] is None


def test_one_broken_line_does_not_keep_the_others_out(town: Town) -> None:
    town.publish(write_vacancy(vacancy(5)), b"{}", write_vacancy(vacancy(6)))
    until(lambda: town.titles() == ["Opening 5", "Opening 6"], "the good lines are in the market")


def test_a_feed_larger_than_a_feed_can_be_is_refused(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skillspace.market.feeds.MAX_FEED_BYTES", 100)
    town.publish(*(write_vacancy(vacancy(number)) for number in range(7, 12)))
    until(lambda: town.status()["problem"], "the problem is noted")
    assert "larger than 100 bytes" in town.status()["problem"]
    assert town.titles() == ["Opening 1", "Opening 2"]


def test_a_feed_comes_in_short_transactions_and_a_fall_between_them_loses_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skillspace.market.index.service.BATCH", 1)
    assert town.hub.rooms.spaces is not None
    spaces, put, seen = town.hub.rooms.spaces, Market.put, list[Work]()

    def put_and_fall(self: Market, work: Work, rows: Sequence[Mapping[str, Any]]) -> None:
        seen.append(work)
        if len(seen) == 2:
            raise RuntimeError("The node falls between two transactions.")
        put(self, work, rows)

    def built() -> bool:
        with town.hub.database.reading() as work:
            return spaces.indexes.are_current(work)

    monkeypatch.setattr(Market, "put", put_and_fall)
    town.publish(*(write_vacancy(vacancy(number)) for number in (1, 7, 8)))
    until(lambda: town.titles() == ["Opening 1", "Opening 7", "Opening 8"], "the feed is taken after the fall")
    until(lambda: town.status()["items"] == 3, "the feed has arrived")
    assert len(set(map(id, seen))) == 3, "one transaction for each put: seven, eight that fell, and eight again"
    until(built, "the index is of all of them")
