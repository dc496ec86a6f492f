"""Apps that test skills: suggested to who has only their own word for what a goal needs, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from skillspace.exchange.catalog.model import CrawledOffering
from skillspace.exchange.catalog.store import replace_crawled
from skillspace.market.on_offer import OnTheMarket
from skillspace.market.skill_tests import SkillTests
from skillspace.storage.database import Work
from skillspace.trust.agent import Aim, OnOffer
from skillspace.trust.agent.suggesting import fit
from skillspace.trust.policy import offer_rules
from tests.small_space import HeldClock
from tests.unit.people.houses import AGENCY, UNIVERSITY, House, house

STRANGER = "did:web:stranger.example"
SKILLS = [f"urn:skill:{number}" for number in range(6)]
AIM = Aim(
    title="invented baker",
    essential=frozenset(SKILLS[:4]),
    useful=frozenset(SKILLS[4:5]),
    held=frozenset({*SKILLS[:3], SKILLS[5]}),
    said_only=frozenset({*SKILLS[:2], SKILLS[5]}),
)


@pytest.fixture
def home(tmp_path: Path, starter_taxonomies: Path) -> Iterator[House]:
    with house(tmp_path, starter_taxonomies, HeldClock()) as made:
        with made.node.database.writing() as work:
            replace_crawled(work, AGENCY.did, [offered(work, AGENCY.did, "tests", "assessment")])
            replace_crawled(work, UNIVERSITY.did, [offered(work, UNIVERSITY.did, "diplomas", "diploma")])
            replace_crawled(work, STRANGER, [offered(work, STRANGER, "tests-too", "assessment")])
        yield made


def offered(work: Work, provider: str, name: str, kind: str) -> CrawledOffering:
    return CrawledOffering(
        provider=provider,
        id=name,
        title={"en": f"The {name}", "sv": f"{name} på svenska"},
        description={"en": "Invented."},
        kinds=(kind,),
        personal=True,
        purposes=("gather",),
        media_type="application/json",
        formats=("HttpData-PULL",),
        offer=offer_rules(purposes=["gather"]),
        retention_days=None,
        updated=work.now,
        seen_at=work.now,
    )


def skill_tests(home: House) -> SkillTests:
    return SkillTests(
        exchange=home.node.exchange,
        find_member=home.node.trust.directory.find,
        find_record=lambda _work, _did: None,
    )


def on_offer(home: House) -> tuple[OnOffer, ...]:
    with home.node.database.reading() as work:
        return tuple(skill_tests(home).on_offer(work))


def test_who_gives_results_of_tests_and_is_a_member_is_on_offer(home: House) -> None:
    (found,) = on_offer(home)
    assert (found.organisation, found.offering, found.title) == (AGENCY.did, "tests", "The tests")
    assert (found.tests, found.kinds, found.has_record) == (True, (), False)


def test_a_test_counts_for_what_a_goal_needs_and_only_the_persons_word_says(home: House) -> None:
    (found,) = on_offer(home)
    terms = {term.reason.code: (term.points, dict(term.reason.facts)) for term in fit(found, AIM).terms}
    assert terms["tests_untested"] == (10, {"count": "2", "of": "3"})
    assert fit(found, AIM).is_worth_it
    assert not fit(found, replace(AIM, said_only=frozenset())).is_worth_it
    assert not fit(found, replace(AIM, held=frozenset({SKILLS[5]}))).is_worth_it, "what no goal needs is not tested"


def test_tests_stand_among_jobs_and_trainings_by_how_well_they_fit(home: House) -> None:
    facts: dict[str, Any] = {
        "exchange": home.node.exchange,
        "market": home.spaces.market,
        "indexes": home.spaces.indexes,
        "own_did": home.node.trust.did,
        "find_member": home.node.trust.directory.find,
        "find_record": lambda _work, _did: None,
        "tests": skill_tests(home).on_offer,
    }
    with home.node.database.reading() as work:
        assert [offer.offering for offer in OnTheMarket(**facts).for_aim(work, AIM)] == ["tests"]


def test_what_a_diploma_says_is_not_ones_own_word_alone(home: House) -> None:
    with home.node.database.reading() as work:
        held = home.spaces.profile.held(work, home.alva.id)
        assert held
        assert home.spaces.profile.said_only(work, home.alva.id) == set(), "a diploma says all of it"
