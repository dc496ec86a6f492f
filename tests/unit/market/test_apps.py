"""Apps and advice: suggested to who needs them for a goal, by what catalogs say of them, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from skillspace.exchange.catalog.model import CrawledOffering
from skillspace.exchange.catalog.store import replace_crawled
from skillspace.market.apps import Apps, NamedSkills
from skillspace.market.asking import Asking
from skillspace.market.on_offer import OnTheMarket
from skillspace.skills.enrichment import Enricher
from skillspace.skills.taxonomy import SKILL_KINDS
from skillspace.storage.database import Work
from skillspace.trust.agent import Aim, OnOffer
from skillspace.trust.agent.ports import Sort
from skillspace.trust.agent.suggesting import fit
from tests.offerings import to_gather
from tests.small_space import HeldClock
from tests.unit.people.houses import AGENCY, UNIVERSITY, House, house, profile_offering

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
    title = {"en": f"The {name}", "sv": f"{name} på svenska"}
    return to_gather(work, provider, name, kind, title=title, description={"en": "Invented."})


def apps(home: House, named: NamedSkills = lambda _text, _language: ()) -> Apps:
    return Apps(exchange=home.node.exchange, asking=asking(home), named=named)


def asking(home: House) -> Asking:
    return Asking(
        exchange=home.node.exchange,
        own_did=home.node.trust.did,
        find_member=home.node.trust.directory.find,
        find_record=lambda _work, _did: None,
    )


def on_offer(home: House, named: NamedSkills = lambda _text, _language: ()) -> tuple[OnOffer, ...]:
    with home.node.database.reading() as work:
        return tuple(apps(home, named).on_offer(work))


def terms(offer: OnOffer, aim: Aim) -> dict[str, tuple[int, dict[str, str]]]:
    return {term.reason.code: (term.points, dict(term.reason.facts)) for term in fit(offer, aim).terms}


def test_who_gives_results_of_tests_and_is_a_member_is_on_offer(home: House) -> None:
    (found,) = on_offer(home)
    assert (found.organisation, found.offering, found.title) == (AGENCY.did, "tests", "The tests")
    assert (found.sort, found.kinds, found.has_record) == (Sort.TEST, (), False)


def test_a_test_counts_for_what_a_goal_needs_and_only_the_persons_word_says(home: House) -> None:
    (found,) = on_offer(home)
    assert terms(found, AIM)["tests_untested"] == (10, {"count": "2", "of": "3"})
    assert fit(found, AIM).is_worth_it
    assert not fit(found, replace(AIM, said_only=frozenset())).is_worth_it
    assert not fit(found, replace(AIM, held=frozenset({SKILLS[5]}))).is_worth_it, "what no goal needs is not tested"


def test_tests_stand_among_jobs_and_trainings_by_how_well_they_fit(home: House) -> None:
    market = OnTheMarket(
        asking=asking(home), market=home.spaces.market, indexes=home.spaces.indexes, apps=apps(home).on_offer
    )
    with home.node.database.reading() as work:
        assert [offer.offering for offer in market.for_aim(work, AIM)] == ["tests"]


def test_an_app_is_about_what_its_title_and_description_name_in_any_language(home: House) -> None:
    says = {("The diplomas", "en"): [SKILLS[3]], ("diplomas på svenska", "sv"): [SKILLS[0]], ("Invented.", "en"): []}
    found = {one.offering: one for one in on_offer(home, lambda text, tag: says.get((text, tag), ()))}
    assert (found["diplomas"].sort, found["diplomas"].about) == (Sort.APP, {SKILLS[3], SKILLS[0]})
    assert found["tests"].sort is Sort.TEST
    assert terms(found["diplomas"], AIM)["about_gap"] == (20, {"count": "1", "of": "1"}), "what one has counts nothing"
    assert fit(found["diplomas"], AIM).is_worth_it
    assert not fit(found["diplomas"], replace(AIM, held=AIM.essential)).is_worth_it


def test_the_skills_in_a_description_are_read_by_their_labels(home: House) -> None:
    taxonomies = home.node.rooms.taxonomies
    label, uri = next(
        (label, uri)
        for label, uri, is_preferred in taxonomies.labels("en", kinds=SKILL_KINDS)
        if is_preferred and label.count(" ") == 2
    )
    enricher = Enricher.build(taxonomies, ("en", "sv"))
    assert uri in enricher.named_skills(f"Here you learn to {label}, with friends.", "en")
    assert not enricher.named_skills("Nothing of the sort is meant.", "en")
    assert not enricher.named_skills(label, "xx")


def test_who_signed_to_advise_people_is_suggested_to_who_is_far_from_the_goal(home: House) -> None:
    with home.node.database.writing() as work:
        home.node.exchange.catalog.publish(work, profile_offering(work))
    (found,) = [one for one in on_offer(home) if one.sort is Sort.ADVICE]
    assert (found.organisation, found.offering, found.purpose) == (AGENCY.did, "guidance", "guidance")
    assert found.kinds, "what it would ask to see is said"
    far = replace(AIM, held=frozenset())
    assert terms(found, far)["advises_gap"] == (20, {"count": "4", "of": "4"})
    assert terms(found, AIM)["advises_gap"] == (5, {"count": "1", "of": "4"})
    assert not fit(found, AIM).is_worth_it, "who is nearly there needs no advice"


def test_what_a_diploma_says_is_not_ones_own_word_alone(home: House) -> None:
    with home.node.database.reading() as work:
        held = home.spaces.profile.held(work, home.alva.id)
        assert held
        assert home.spaces.profile.said_only(work, home.alva.id) == set(), "a diploma says all of it"
