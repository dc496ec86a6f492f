"""What the market has for somebody's aim: the best first as the agent counts, and hardly anything read for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest

from skillspace.market.asking import Asking
from skillspace.market.courses import read_starter_courses, write_course
from skillspace.market.index import Market, MarketKind
from skillspace.market.on_offer import OnTheMarket
from skillspace.market.vacancies import Vacancy, generated_vacancies, write_vacancy
from skillspace.skills.taxonomy import ConceptKind, Need, Taxonomies
from skillspace.trust.agent import Aim, OnOffer
from skillspace.trust.agent.suggesting import ranked
from skillspace.trust.register import Processing, Record
from tests.conftest import NOON
from tests.unit.people.houses import AGENCY, EMPLOYER, UNIVERSITY, House, house, profile_offering

RECORD = Record(name=AGENCY.name, country="SE", processings=(Processing(purpose="guidance", kinds=("skills",)),))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, starter_taxonomies: Path) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("house"), starter_taxonomies, lambda: NOON) as made:
        fill(made, jobs=600)
        yield made


def fill(home: House, *, jobs: int) -> None:
    """An agency that signed for profiles has jobs, an employer that did not has some too, a university has courses."""
    taxonomies, market = home.node.rooms.taxonomies, home.spaces.market
    ads = list(generated_vacancies(taxonomies, data=None, count=jobs, as_of=NOON.date()))
    courses = [replace(course, starts=None, ends=None) for course in read_starter_courses(taxonomies)]
    with home.node.database.writing() as work:
        home.node.exchange.catalog.publish(work, profile_offering(work))
        market.replace(work, AGENCY.did, MarketKind.JOB, [write_vacancy(ad) for ad in ads[jobs // 3 :]])
        market.replace(work, EMPLOYER.did, MarketKind.JOB, [write_vacancy(ad) for ad in ads[: jobs // 3]])
        market.replace(work, UNIVERSITY.did, MarketKind.TRAINING, [write_course(course) for course in courses])
    with home.node.database.reading() as work:
        for kind in MarketKind:
            home.spaces.indexes.build(work, kind)


def on_the_market(home: House, **changes: Any) -> OnTheMarket:
    asking = Asking(
        exchange=home.node.exchange,
        own_did=home.node.trust.did,
        find_member=changes.pop("find_member", home.node.trust.directory.find),
        find_record=changes.pop("find_record", lambda _work, did: (1, RECORD) if did == AGENCY.did else None),
    )
    facts: dict[str, Any] = {"asking": asking, "market": home.spaces.market, "indexes": home.spaces.indexes}
    return OnTheMarket(**facts | changes)


def everything(home: House) -> list[OnOffer]:
    """All offers there are, one by one, as the catalogue would give each."""
    asks = {
        AGENCY.did: {"name": AGENCY.name, "roles": AGENCY.roles, "purpose": "guidance", "kinds": ("skills",)},
        EMPLOYER.did: {"name": EMPLOYER.name, "roles": EMPLOYER.roles, "purpose": "", "kinds": ()},
        UNIVERSITY.did: {"name": UNIVERSITY.name, "roles": UNIVERSITY.roles, "purpose": "", "kinds": ()},
    }
    found = []
    with home.node.database.reading() as work:
        for item in (each for kind in MarketKind for each in home.spaces.market.listed(work, kind, limit=10_000)):
            facts: dict[str, Any] = {"organisation": item.provider, "offering": item.id, "title": item.offer.title}
            facts |= asks[item.provider] | {"has_record": item.provider == AGENCY.did}
            if isinstance(item.offer, Vacancy):
                found.append(OnOffer(**facts, seeks=frozenset(uri for uri, _ in item.offer.skills)))
            else:
                found.append(OnOffer(**facts, teaches=frozenset(item.offer.skills)))
    return found


def aims(taxonomies: Taxonomies, chance: Random, count: int) -> list[Aim]:
    """Goals of the starter pack, each of somebody who has some of it and some of another job."""
    jobs = sorted(taxonomies.concepts(kinds={ConceptKind.OCCUPATION}))
    made = []
    for _ in range(count):
        goal, past = chance.sample(jobs, 2)
        needs = {link.uri: link.need for link in taxonomies.skills_of(goal)}
        essential = frozenset(uri for uri, need in needs.items() if need is Need.ESSENTIAL)
        known = sorted({*needs, *(link.uri for link in taxonomies.skills_of(past)), "urn:nobody:knows-this"})
        held = frozenset(chance.sample(known, chance.randint(0, min(12, len(known)))))
        made.append(Aim(title=goal, essential=essential, useful=frozenset(needs) - essential, held=held))
    return made


def test_the_best_come_first_exactly_as_the_agent_counts_them(home: House) -> None:
    market, offers = on_the_market(home), everything(home)
    for aim in aims(home.node.rooms.taxonomies, Random(5), 25):  # noqa: S311 - repeatable on purpose
        with home.node.database.reading() as work:
            given = list(market.for_aim(work, aim))
        assert given == [fit.offer for fit in ranked(offers, aim)]


def test_a_look_reads_a_handful_of_offers_out_of_hundreds(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    market, items = on_the_market(home), Market.items

    def counted(self: Market, work: Any, identifiers: Any) -> Any:
        read.append(len(identifiers))
        return items(self, work, identifiers)

    monkeypatch.setattr(Market, "items", counted)
    for aim in aims(home.node.rooms.taxonomies, Random(6), 10):  # noqa: S311 - repeatable on purpose
        with home.node.database.reading() as work:
            list(islice(market.for_aim(work, aim), 10))
    assert sum(read) <= 10 * 20


def test_what_an_organisation_would_ask_for_is_what_its_contract_and_its_record_let_it(home: House) -> None:
    aim = aims(home.node.rooms.taxonomies, Random(7), 1)[0]  # noqa: S311 - repeatable on purpose
    aim = replace(aim, held=frozenset().union(*(offer.seeks for offer in everything(home))))
    with home.node.database.reading() as work:
        said = {offer.organisation: offer for offer in on_the_market(home).for_aim(work, aim)}
        silent = {
            offer.organisation: offer
            for offer in on_the_market(home, find_record=lambda _work, _did: None).for_aim(work, aim)
        }
    assert (said[AGENCY.did].purpose, said[AGENCY.did].kinds, said[AGENCY.did].has_record) == (
        "guidance",
        ("skills",),
        True,
    )
    assert silent[AGENCY.did].kinds == ("skills", "name", "plan"), "who says nothing may ask for all of it"
    assert (said[EMPLOYER.did].purpose, said[EMPLOYER.did].kinds) == ("", ()), "without a contract it can ask nothing"


def test_who_left_the_data_space_is_not_suggested(home: House) -> None:
    def find(work: Any, did: str) -> Any:
        return None if did == AGENCY.did else home.node.trust.directory.find(work, did)

    held = frozenset().union(*(offer.seeks for offer in everything(home)))
    aim = Aim(title="anything", essential=frozenset(), useful=frozenset(), held=held)
    with home.node.database.reading() as work:
        assert {offer.organisation for offer in on_the_market(home, find_member=find).for_aim(work, aim)} == {
            EMPLOYER.did
        }
