"""Asks: once for each thing an organisation holds and offers, and never against an answer that was given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from skillspace.exchange import CrawledOffering
from skillspace.exchange.catalog.store import replace_crawled
from skillspace.kernel.events import Event
from skillspace.people.links import Link
from skillspace.people.links.store import links
from skillspace.storage.database import Work
from skillspace.trust.consent import GrantState, subject_for
from tests.small_space import HeldClock
from tests.unit.people.houses import UNIVERSITY, House, house


@pytest.fixture
def home(tmp_path: Path, starter_taxonomies: Path, clock: HeldClock) -> Iterator[House]:
    with house(tmp_path, starter_taxonomies, clock) as made:
        yield made


def offering(
    work: Work, name: str, *, personal: bool = True, purposes: tuple[str, ...] = ("gather",)
) -> CrawledOffering:
    return CrawledOffering(
        provider=UNIVERSITY.did,
        id=name,
        title={"en": name},
        description={},
        kinds=("diploma", "badge"),
        personal=personal,
        purposes=purposes,
        media_type="application/json",
        formats=("HttpData-PULL",),
        offer={"@id": f"urn:offer:{name}", "@type": "Offer", "permission": [{"action": "use"}]},
        retention_days=None,
        updated=work.now,
        seen_at=work.now,
    )


def crawl(work: Work, *found: CrawledOffering) -> None:
    replace_crawled(work, UNIVERSITY.did, list(found))


def connected(home: House, work: Work, *datasets: str) -> Link:
    """Connect the university as its code would, with what it says it holds."""
    subject = subject_for(home.alva.secret, UNIVERSITY.did)
    row = {"person": home.alva.id, "organisation": UNIVERSITY.did, "name": UNIVERSITY.name, "subject": subject}
    times = {"linked": work.now, "refreshed": work.now}
    work.upsert(links, row | times | {"datasets": list(datasets)}, on=("person", "organisation"))
    return home.spaces.links.link(work, home.alva.id, UNIVERSITY.did)


def test_what_is_held_and_offered_for_gathering_is_asked_for_once(home: House) -> None:
    with home.node.database.writing() as work:
        crawl(
            work,
            offering(work, "diplomas"),
            offering(work, "courses", personal=False),
            offering(work, "research", purposes=("statistics",)),
            offering(work, "alumni"),
        )
        link = connected(home, work, "diplomas", "courses", "research", "not-offered")
        (asked,) = home.spaces.asks.propose(work, link)
        assert home.spaces.asks.propose(work, link) == []
    assert (asked.dataset, asked.kinds, asked.purpose) == ("diplomas", ("diploma", "badge"), "gather")
    assert (asked.recipient, asked.provider) == (home.node.trust.did, UNIVERSITY.did)
    assert (asked.state, asked.until - asked.asked) == (GrantState.PENDING, timedelta(days=365))


def test_a_no_and_a_stop_are_answers(home: House) -> None:
    consents, asks = home.spaces.consents, home.spaces.asks
    with home.node.database.writing() as work:
        crawl(work, offering(work, "diplomas"), offering(work, "badges"))
        link = connected(home, work, "diplomas", "badges")
        first, second = asks.propose(work, link)
        consents.refuse(work, first.id, home.alva.id)
        consents.grant(work, second.id, home.alva.id)
        consents.revoke(work, second.id, home.alva.id)
        assert asks.propose(work, link) == []


def test_an_ask_that_ran_out_may_be_asked_again(home: House, clock: HeldClock) -> None:
    with home.node.database.writing() as work:
        crawl(work, offering(work, "diplomas"))
        link = connected(home, work, "diplomas")
        home.spaces.asks.propose(work, link)
    clock.move(days=366)
    with home.node.database.writing() as work:
        home.spaces.consents.expire_due(work)
        assert len(home.spaces.asks.propose(work, link)) == 1


def test_the_person_may_ask_to_be_asked_again_as_long_as_it_is_offered(home: House) -> None:
    with home.node.database.writing() as work:
        crawl(work, offering(work, "diplomas"))
        link = connected(home, work, "diplomas")
        (asked,) = home.spaces.asks.propose(work, link)
        home.spaces.consents.refuse(work, asked.id, home.alva.id)
        again = home.spaces.asks.again(work, link, "diplomas")
        assert again is not None
        assert (again.state, again.id == asked.id) == (GrantState.PENDING, False)
        crawl(work)
        assert home.spaces.asks.again(work, link, "diplomas") is None


def test_a_catalog_read_later_brings_the_ask(home: House) -> None:
    with home.node.database.writing() as work:
        link = connected(home, work, "diplomas")
        assert home.spaces.asks.propose(work, link) == []
        crawl(work, offering(work, "diplomas"))
        work.publish(Event(name="catalog.crawled", about=UNIVERSITY.did, content={"provider": UNIVERSITY.did}))
        work.publish(Event(name="catalog.crawled", about=UNIVERSITY.did, content={"provider": UNIVERSITY.did}))
    home.node.worker.run_due()
    with home.node.database.reading() as work:
        assert [ask.dataset for ask in home.spaces.consents.asks_waiting(work, home.alva.id)] == ["diplomas"]
