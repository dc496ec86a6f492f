"""Statements leave by a person's yes alone: two real nodes, and what is read at the other is hers only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from skillspace.exchange import PullRequest
from skillspace.kernel.errors import ConsentMissing
from skillspace.people.holdings import HeldPerson, bundle
from skillspace.people.recognition import Contacts
from skillspace.people.statements import Received, RecordStore, RecordStoreTerms, StatementShelf, shelf
from skillspace.people.statements.documents import Caution, Conditions, Document, Place
from skillspace.records.derivation import read_rules
from skillspace.records.model import ValidationLevel
from skillspace.records.statements import VOIDED, Version
from skillspace.skills.taxonomy import Taxonomies
from tests.unit.people.neighbours import Intermediary, Space, University, offering, settle

MOODLE = "https://moodle.university.example"


@pytest.fixture
def university(tmp_path: Path) -> Iterator[University]:
    space = Space()
    node = University(tmp_path, space)
    node.up()
    yield node
    node.close()


@pytest.fixture
def store(university: University) -> RecordStore:
    """The university's store: statements of a student, of another one, of a group, and one that was voided."""
    contacts = Contacts(university.holdings, b"k" * 32)
    store = RecordStore(university.database, university.base)
    terms = RecordStoreTerms(home_pages=(MOODLE,), by_mail=True, dataset="diplomas")
    university.holdings.add_shelf(StatementShelf(store.statements, store.documents, contacts, terms))
    with university.work() as work:
        university.holdings.add_person(work, HeldPerson(local_id="s2", name="Camille Exemplaire"))
        contacts.set_address(work, "s1", "alva@example.org")
        said = [
            deed("s1", "tried"),
            deed("s2", "tried"),
            {**deed("s1", "solved"), "actor": {"mbox": "mailto:alva@example.org"}},
            {**deed("s1", "met"), "actor": {"objectType": "Group", "member": [account("s1"), account("s2")]}},
            {**deed("s1", "failed"), "id": "8f87ccde-bb56-4c2e-ab83-44982ef22df0"},
            voiding("8f87ccde-bb56-4c2e-ab83-44982ef22df0"),
            {**deed("s1", "elsewhere"), "actor": {"account": {"homePage": "https://other.example", "name": "s1"}}},
        ]
        store.statements.store(work, [Received(statement=one) for one in said], "Moodle", Version.V2_0)
    return store


@pytest.fixture
def home(tmp_path: Path, university: University, store: RecordStore, taxonomies: Taxonomies) -> Iterator[Intermediary]:
    assert store
    node = Intermediary(tmp_path, university.space, taxonomies)
    node.up()
    node.crawl(university)
    settle(node)
    node.links.connect(node.alva, university.did, university.name, university.code)
    yield node
    node.close()


def account(number: str) -> dict[str, Any]:
    return {"account": {"homePage": MOODLE, "name": number}}


def deed(number: str, verb: str) -> dict[str, Any]:
    return {
        "actor": account(number),
        "verb": {"id": f"https://example.org/verbs/{verb}"},
        "object": {"id": "https://example.org/lessons/bread"},
        "context": {
            "instructor": {"mbox": "mailto:teacher@example.org"},
            "team": {"objectType": "Group", "member": [account("s2")]},
            "language": "sv",
        },
    }


def voiding(number: str) -> dict[str, Any]:
    reference = {"objectType": "StatementRef", "id": number}
    return {"actor": {"mbox": "mailto:teacher@example.org"}, "verb": {"id": VOIDED}, "object": reference}


def sent(university: University, home: Intermediary, *kinds: str) -> list[dict[str, Any]]:
    """What leaves for the person's space."""
    with home.work() as work:
        subject = home.links.link(work, home.alva.id, university.did).subject
    with university.work() as work:
        found = university.holdings.documents_for(
            work, intermediary=home.did, subject=subject, dataset="diplomas", kinds=kinds
        )
    return [one for document in found for one in orjson.loads(document.body)["statements"]]


def test_with_her_yes_her_own_statements_leave_and_nobody_elses(home: Intermediary, university: University) -> None:
    own = sent(university, home, "assessment")
    assert [one["verb"]["id"].rpartition("/")[2] for one in own] == ["tried", "solved"]
    assert all(one["context"] == {"language": "sv"} for one in own), "whom else they name stays"
    text = orjson.dumps(own)
    assert b"s2" not in text
    assert b"teacher" not in text
    assert sent(university, home, "diploma") == []


def test_without_a_yes_nothing_leaves_and_with_one_for_other_kinds_neither(
    home: Intermediary, university: University
) -> None:
    request = PullRequest(consumer=home.did, dataset="diplomas", agreement="urn:x:a", transfer="urn:x:t", grant=None)
    with pytest.raises(ConsentMissing):
        university.source.open(request)
    home.say_yes(university, "badge")
    settle(home, university)
    assert home.records() == {}


def test_who_is_connected_is_told_where_something_is_held(home: Intermediary, university: University) -> None:
    with home.work() as work:
        subject = home.links.link(work, home.alva.id, university.did).subject
    with university.work() as work:
        assert university.holdings.held_for(work, home.did, subject) == {"datasets": ["diplomas"]}
        everything = university.holdings.documents_of(work, intermediary=home.did, subject=subject)
    assert {one.kind for one in everything} == {"assessment"}, "it is in what a person who asks is told is held"


def test_who_leaves_the_register_takes_their_statements_and_documents_along(
    university: University, store: RecordStore
) -> None:
    with university.work() as work:
        for number in ("s1", "s2"):
            place = Place(kind="state", activity="https://example.org/x", agent=f"account {MOODLE} {number}", name="n")
            document = Document(content_type="text/plain", body=b"x")
            store.documents.put(work, place, document, Conditions(), Caution.NEVER)
        university.holdings.remove_person(work, "s1")
        assert list(store.statements.deeds_of(work, {f"account {MOODLE} s1", "mbox mailto:alva@example.org"})) == []
        assert len(list(store.statements.deeds_of(work, {f"account {MOODLE} s2"}))) == 1
        kept = [
            store.documents.listed(
                work, Place(kind="state", activity="https://example.org/x", agent=f"account {MOODLE} {who}"), None
            )
            for who in ("s1", "s2")
        ]
    assert kept == [[], ["n"]]


@pytest.mark.parametrize("written", ["alva@example.org", "Alva@Example.org"])
def test_who_is_known_by_an_address_is_known_by_its_hash_and_in_small_letters_too(
    university: University, written: str
) -> None:
    contacts = Contacts(university.holdings, b"k" * 32)
    store = RecordStore(university.database, university.base)
    terms = RecordStoreTerms(home_pages=(MOODLE,), by_mail=True)
    shelved = StatementShelf(store.statements, store.documents, contacts, terms)
    hashed = hashlib.sha1(b"mailto:alva@example.org", usedforsecurity=False).hexdigest()
    with university.work() as work:
        contacts.set_address(work, "s1", written)
        assert {"mbox mailto:alva@example.org", f"mbox_sha1sum {hashed}"} <= set(shelved.known_as(work, "s1"))
        said = [{**deed("s1", "tried"), "actor": {"mbox_sha1sum": hashed.upper()}}]
        store.statements.store(work, [Received(statement=one) for one in said], "Moodle", Version.V2_0)
        assert len(list(shelved.shelved(work, "s1"))) == 1
        shelved.forget(work, "s1")
        assert not list(shelved.shelved(work, "s1"))


def test_a_home_page_that_is_no_address_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="scheme"):
        RecordStoreTerms(home_pages=("moodle.example",))


RULES = b"""
issuer = "did:web:university.example"
issuer_name = "Invented University"
[[rule]]
name = "bakes"
verbs = ["https://example.org/verbs/tried", "https://example.org/verbs/solved"]
times = 2
skills = [{concept = "http://data.europa.eu/esco/skill/invented-bread", label = "bake bread", language = "en"}]
"""


@pytest.fixture
def proving(university: University) -> RecordStore:
    """A store whose statements prove skills by rules, offered as a data set of its own."""
    contacts = Contacts(university.holdings, b"k" * 32)
    store = RecordStore(university.database, university.base)
    terms = RecordStoreTerms(home_pages=(MOODLE,), by_mail=True, dataset="traces")
    university.holdings.add_shelf(StatementShelf(store.statements, store.documents, contacts, terms, read_rules(RULES)))
    university.exchange.sources.register("traces", university.source)
    with university.work() as work:
        university.exchange.catalog.publish(work, offering("traces", ("assessment",)))
        contacts.set_address(work, "s1", "alva@example.org")
        said = [deed("s1", "tried"), {**deed("s1", "solved"), "actor": {"mbox": "mailto:alva@example.org"}}]
        store.statements.store(work, [Received(statement=one) for one in said], "Moodle", Version.V2_0)
    return store


@pytest.mark.usefixtures("proving")
def test_with_her_yes_what_her_statements_prove_is_a_skill_in_her_space(
    tmp_path: Path, university: University, taxonomies: Taxonomies
) -> None:
    home = Intermediary(tmp_path, university.space, taxonomies)
    home.up()
    home.crawl(university)
    settle(home)
    home.links.connect(home.alva, university.did, university.name, university.code)
    assert home.labels() == set()
    home.say_yes(university, "assessment", dataset="traces", asked_for=("assessment",))
    settle(home, university)
    assert home.records() == {"traces": None, "traces-2": None, "traces-skills": None}
    with home.work() as work:
        (claim,) = home.profile.claims(work, home.alva.id)
    assert (claim.label, claim.validation) == ("bake bread", ValidationLevel.INFERRED)
    assert claim.issuer_name == "Invented University"
    home.close()


def test_everything_comes_in_parts_and_bundles_and_what_comes_later_with_the_next_look(
    proving: RecordStore,
    tmp_path: Path,
    university: University,
    taxonomies: Taxonomies,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shelf, "PART_BYTES", 3000)
    monkeypatch.setattr(bundle, "FULL_BYTES", 7000)
    store_more(proving, university, 0, 30)
    home = Intermediary(tmp_path, university.space, taxonomies)
    home.up()
    home.crawl(university)
    settle(home)
    home.links.connect(home.alva, university.did, university.name, university.code)
    grant = home.say_yes(university, "assessment", dataset="traces", asked_for=("assessment",))
    settle(home, university)
    assert home.state(grant) == "arrived"
    assert set(home.records().values()) == {None}
    assert "traces#4" in home.records()
    assert lessons(home) == set(range(30))
    store_more(proving, university, 30, 40)
    with home.work() as work:
        home.gathering.again(work, grant.id, home.alva.id)
    settle(home, university)
    assert lessons(home) == set(range(40))
    with home.work() as work:
        home.consents.revoke(work, grant.id, home.alva.id)
    settle(home, university)
    assert home.records() == {}
    home.close()


def store_more(store: RecordStore, university: University, first: int, last: int) -> None:
    said = [{**deed("s1", "met"), "object": {"id": f"https://example.org/lessons/{n}"}} for n in range(first, last)]
    with university.work() as work:
        store.statements.store(work, [Received(statement=one) for one in said], "Moodle", Version.V2_0)


def lessons(home: Intermediary) -> set[int]:
    """Which of the numbered lessons are in Alva's space, each once."""
    with home.work() as work:
        kept = [*home.profile.readable(work, home.alva.id, "assessment")]
    said = [
        one["object"]["id"].rpartition("/")[2] for each in kept for one in orjson.loads(each.document)["statements"]
    ]
    numbers = [int(one) for one in said if one.isdigit()]
    assert len(numbers) == len(set(numbers))
    return set(numbers)
