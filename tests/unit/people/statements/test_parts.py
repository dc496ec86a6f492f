"""Statements leave in parts, however many there are: all of them, and what follows from them is the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.people.holdings import HeldDocument, HeldPerson, Holdings
from skillspace.people.recognition import Contacts
from skillspace.people.statements import Received, RecordStoreTerms, StatementShelf, service, shelf
from skillspace.people.statements.documents import Documents
from skillspace.people.statements.service import Statements
from skillspace.records.analytics import analyse, standing_rules
from skillspace.records.statements import VOIDED, Version
from skillspace.storage.database import Database
from tests.tables import make_tables
from tests.unit.records.analytics.learners import NOW
from tests.unit.records.analytics.test_analysing import LIVES

SCHOOL = "https://school.example"
RULES = standing_rules()


class Store:
    """A store whose shelf is asked for one person after the other, each with a life of their own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.statements = Statements(SCHOOL)
        holdings = Holdings()
        self._people = count(1)
        terms = RecordStoreTerms(home_pages=(SCHOOL,))
        self.shelf = StatementShelf(self.statements, Documents(), Contacts(holdings, b"k" * 32), terms)
        self._holdings = holdings

    def person(self) -> tuple[str, int]:
        """Somebody new, with a number from which on their statements are counted."""
        number = next(self._people)
        with self.database.writing() as work:
            self._holdings.add_person(work, HeldPerson(local_id=f"p{number}", name="Somebody Invented"))
        return f"p{number}", number * 1000

    def put(self, *said: dict[str, Any]) -> None:
        with self.database.writing() as work:
            received = [Received(statement=orjson.loads(orjson.dumps(one))) for one in said]
            self.statements.store(work, received, "tool", Version.V2_0)

    def shelved(self, person: str) -> dict[str, HeldDocument]:
        with self.database.reading() as work:
            return {f"{one.id} {one.part}": one for one in self.shelf.shelved(work, person)}

    def told(self, person: str) -> list[dict[str, Any]]:
        return [one for document in self.shelved(person).values() for one in orjson.loads(document.body)["statements"]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    database = Database.in_folder(Path(tmp_path_factory.mktemp("parts")))
    make_tables(database)
    yield Store(database)
    database.close()


def own(said: dict[str, Any], person: str, first: int) -> dict[str, Any]:
    """A statement of a life as one of this person's own."""
    number = str(UUID(int=UUID(said["id"]).int + first))
    return {**said, "id": number, "actor": {"account": {"homePage": SCHOOL, "name": person}}}


def voiding(number: str) -> dict[str, Any]:
    reference = {"objectType": "StatementRef", "id": number}
    return {"actor": {"mbox": "mailto:teacher@school.example"}, "verb": {"id": VOIDED}, "object": reference}


def deed(person: str, number: int) -> dict[str, Any]:
    return {
        "id": str(UUID(int=number)),
        "actor": {"account": {"homePage": SCHOOL, "name": person}},
        "verb": {"id": "https://example.org/verbs/tried"},
        "object": {"id": f"{SCHOOL}/lessons/{number}"},
    }


@settings(deadline=None, max_examples=40)
@given(
    life=LIVES,
    cuts=st.sets(st.integers(0, 25)),
    taken_back=st.sets(st.integers(0, 25), max_size=4),
    part=st.integers(1, 6000),
    at_once=st.integers(1, 9),
)
def test_what_follows_is_the_same_however_statements_came_and_however_they_leave(
    store: Store, life: list[dict[str, Any]], cuts: set[int], taken_back: set[int], part: int, at_once: int
) -> None:
    person, first = store.person()
    theirs = [own(one, person, first) for one in life]
    wrong = [voiding(theirs[place]["id"]) for place in sorted(taken_back) if place < len(theirs)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "PART_BYTES", part)
        patch.setattr(service, "_AT_ONCE", at_once)
        start = 0
        for end in [*sorted(cuts), len(theirs)]:
            if theirs[start:end]:
                store.put(*theirs[start:end])
                start = end
        for one in wrong:
            store.put(one)
        told = store.told(person)
    expected = analyse([*theirs, *wrong], RULES, NOW)
    assert analyse(told, RULES, NOW) == expected
    assert analyse(reversed(told), RULES, NOW) == expected


def test_a_full_part_stays_as_it_is_as_others_come_and_changes_alone_when_something_in_it_is_voided(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "PART_BYTES", 2000)
    person, first = store.person()
    store.put(*(deed(person, first + place) for place in range(20)))
    before = store.shelved(person)
    assert len(before) > 2
    assert all(len(one.body) <= 2000 + len(b'{"statements":[]}') + 20 for one in before.values())
    store.put(*(deed(person, first + place) for place in range(20, 30)))
    later = store.shelved(person)
    full = list(before)[:-1]
    assert [before[name] for name in full] == [later[name] for name in full]
    assert {one["object"]["id"] for one in store.told(person)} == {f"{SCHOOL}/lessons/{first + n}" for n in range(30)}
    store.put(voiding(str(UUID(int=first))))
    voided = store.shelved(person)
    assert [name for name in later if voided[name].body != later[name].body] == [next(iter(later))]
    assert len(store.told(person)) == 29


def test_a_statement_that_is_longer_than_a_part_has_one_of_its_own(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "PART_BYTES", 1500)
    person, first = store.person()
    long = deed(person, first + 1) | {"result": {"response": "x" * 3000}}
    store.put(deed(person, first), long, deed(person, first + 2))
    assert [len(orjson.loads(one.body)["statements"]) for one in store.shelved(person).values()] == [1, 1, 1]


def test_all_of_a_person_is_forgotten_and_nothing_of_others(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_AT_ONCE", 3)
    (person, first), (other, second) = store.person(), store.person()
    store.put(*(deed(person, first + place) for place in range(10)), deed(other, second))
    with store.database.writing() as work:
        store.shelf.forget(work, person)
    assert store.told(person) == []
    assert len(store.told(other)) == 1
