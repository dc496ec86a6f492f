"""Statistics at nodes: counted where people live, published only above the threshold, fetched under an agreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from skillspace.exchange import Offering
from skillspace.insight.service import DATASET
from skillspace.market.index import MarketKind
from skillspace.market.territory import territory_parents
from skillspace.market.vacancies import generated_vacancies, write_vacancy
from skillspace.node.composition import Node, compose
from skillspace.people.accounts import AccountKind
from skillspace.storage.database import Work, tasks
from skillspace.storage.tasks import Worker
from skillspace.trust.policy import offer_rules
from skillspace.trust.rights import Right
from tests.nodes import acquaint, admit, make_node, running, until
from tests.unit.people.houses import diploma
from tests.unit.people.stopping import stop_use

THRESHOLD = 10
PEOPLE = Counter({"crowded": 40, "busy": 25, "lonely": 3})


@dataclass
class Region:
    """The node where people live, and the towns some of them live in."""

    hub: Node
    towns: dict[str, str]

    def live(self, work: Work, town: str, count: int) -> None:
        """Let people with the same three skills, from three organisations, move in."""
        spaces = self.hub.rooms.spaces
        assert spaces is not None
        for number in range(count):
            account = self.hub.rooms.accounts.make(
                work, name=f"Inhabitant {number}", kind=AccountKind.PERSON, territory=self.towns[town], synthetic=True
            )
            arrival = diploma(account, self.hub)
            spaces.profile.keep(work, replace(arrival, source=f"did:web:source-{number % 3}.example"))


@pytest.fixture
def region(tmp_path: Path, starter_taxonomies: Path) -> Iterator[Region]:
    settings = make_node(
        tmp_path / "hub",
        "Invented Space",
        "authority",
        "intermediary",
        taxonomies=str(starter_taxonomies),
        threshold=THRESHOLD,
    )
    hub = compose(settings)
    parents = territory_parents()
    around = next(place for place, count in Counter(parents.values()).items() if place and count > 5)
    towns = [place for place, outer in parents.items() if outer == around][:3]
    made = Region(hub=hub, towns=dict(zip(("crowded", "busy", "lonely"), towns, strict=True)))
    with hub.database.writing() as work:
        hub.exchange.catalog.publish(work, _offering(work))
        for town, count in PEOPLE.items():
            made.live(work, town, count)
        assert hub.rooms.spaces is not None
        jobs = [write_vacancy(job) for job in generated_vacancies(hub.rooms.taxonomies, data=None, count=5, source="x")]
        hub.rooms.spaces.market.replace(work, "did:web:agency.example", MarketKind.JOB, jobs)
        hub.rooms.insight.start(work)
    yield made
    hub.stop()


def _offering(work: Work) -> Offering:
    return Offering(
        id=DATASET,
        title={"en": "Statistics"},
        description={"en": "Counts."},
        kinds=(),
        personal=False,
        purposes=("statistics",),
        media_type="application/json",
        policy=offer_rules(purposes=["statistics"]),
        updated=work.now,
    )


def count(hub: Node) -> None:
    Worker(hub.database, hub.book).run_due()


def test_no_published_count_rests_on_fewer_people_than_the_threshold(region: Region) -> None:
    count(region.hub)
    with region.hub.database.reading() as work:
        found = region.hub.rooms.insight.latest(work)
    assert found is not None
    shown = [row.supply for row in found.rows if row.supply is not None]
    assert shown
    assert min(shown) >= THRESHOLD
    assert not [row for row in found.of(region.towns["lonely"]) if row.supply is not None]


def test_what_is_published_is_what_stands_behind_the_offering_and_names_nobody(region: Region) -> None:
    count(region.hub)
    file = region.hub.settings.folder / "feeds" / f"{DATASET}.jsonl"
    content = file.read_text(encoding="utf-8")
    assert "Inhabitant" not in content
    assert "account-" not in content
    assert "did:web:source" not in content


@pytest.fixture
def late_news(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a count that the market asks for wait until no test runs any more, however slow the machine."""
    monkeypatch.setattr("skillspace.insight.service.AFTER_NEWS", timedelta(hours=1))


@pytest.mark.usefixtures("late_news")
def test_news_of_the_market_counts_again_once_and_the_day_comes_back(region: Region) -> None:
    count(region.hub)
    with region.hub.database.reading() as work:
        due = work.rows(sa.select(tasks).where(tasks.c.name == "insight.count").order_by(tasks.c.due))
    assert [row["key"] for row in due] == ["insight.count news", "insight.count"]
    assert (due[1]["due"] - due[1]["made"]).total_seconds() == pytest.approx(24 * 3600, abs=60)


@pytest.mark.slow
def test_two_counts_in_a_row_do_not_tell_that_a_few_people_came(region: Region) -> None:
    count(region.hub)
    with region.hub.database.writing() as work:
        before = region.hub.rooms.insight.latest(work)
        region.live(work, "crowded", 2)
        work.enqueue("insight.count", {"once": True}, key="again")
    count(region.hub)
    with region.hub.database.reading() as work:
        after = region.hub.rooms.insight.latest(work)
    assert before is not None
    assert after is not None
    assert [row.supply for row in after.rows] == [row.supply for row in before.rows]


@pytest.mark.slow
def test_an_agency_fetches_the_statistics_under_an_agreement_and_again_when_they_are_new(
    tmp_path: Path, starter_taxonomies: Path, region: Region
) -> None:
    count(region.hub)
    hub = region.hub.settings
    packs = str(starter_taxonomies)
    agency = make_node(
        tmp_path / "agency", "Invented Agency", "agency", authority=hub.did, taxonomies=packs, crawl_seconds=1.0
    )
    with running(hub, agency) as (home, other):
        admit(home, other)
        acquaint(home, other)
        until(lambda: _latest(other), "the statistics arrive")
        assert _latest(other) == _latest(home)
        with home.database.writing() as work:
            Region(hub=home, towns=region.towns).live(work, "lonely", 30)
            work.enqueue("insight.count", {"once": True}, key="again")
        until(lambda: _latest(home) != _latest(other), "there are new statistics")
        until(lambda: _latest(home) == _latest(other), "the new statistics arrive")


def _latest(node: Node) -> object:
    with node.database.reading() as work:
        return node.rooms.insight.latest(work)


def test_who_restricts_or_objects_is_not_counted(region: Region) -> None:
    hub = region.hub
    with hub.database.writing() as work:
        people = sorted(hub.rooms.accounts.territories(work))
        for person, right in zip(people, (Right.RESTRICTION, Right.OBJECTION), strict=False):
            stop_use(work, intermediary=hub.trust.did, subject=person, right=right)
        assert hub.rooms.spaces is not None
        counted = {one.person for one in hub.rooms.insight._people(work, hub.rooms.spaces.profile)}
    assert counted == set(people[2:])
