"""The store, on either database: once and for good, in order, found by what is named, and forgotten with the person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from skillspace.kernel.errors import Conflict, NotFound
from skillspace.people.statements.query import Query, read_query
from skillspace.people.statements.service import NEVER, Received, Statements
from skillspace.people.statements.store import attachments, marks, statements
from skillspace.records.statements import VOIDED, Attachment, Version, written
from skillspace.storage.database import Database
from tests.small_space import HeldClock
from tests.tables import make_tables

ALVA, CAMILLE = "mailto:alva@example.org", "mailto:camille@example.org"
TRIED = "https://example.org/verbs/tried"


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def database(tmp_path: Path, clock: HeldClock) -> Iterator[Database]:
    database = Database.in_folder(tmp_path, clock=clock)
    make_tables(database)
    yield database
    database.close()


@pytest.fixture
def store() -> Statements:
    return Statements("https://school.example.org")


def statement(number: int | None = None, **changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "actor": {"mbox": ALVA},
        "verb": {"id": TRIED},
        "object": {"id": "https://example.org/lessons/1", "definition": {"name": {"en": "Bread"}}},
        **changes,
    }
    return said if number is None else {"id": uuid(number), **said}


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def put(database: Database, store: Statements, *said: dict[str, Any], writer: str = "tool") -> list[str]:
    with database.writing() as work:
        return store.store(
            work, [Received(statement=dict(one)) for one in said], writer, Version.V2_0, may_void_all=True
        )


def found(database: Database, store: Statements, writer: str | None = None, **asked: str) -> list[str]:
    with database.reading() as work:
        page = store.page(work, read_query(asked), writer=writer)
    return [orjson.loads(one)["id"] for one in page.statements]


def test_statements_come_back_in_the_order_they_were_stored_in(database: Database, store: Statements) -> None:
    ids = [put(database, store, statement(number))[0] for number in (3, 1, 2)]
    assert ids == [uuid(3), uuid(1), uuid(2)]
    assert found(database, store) == ids[::-1]
    assert found(database, store, ascending="true") == ids
    assert found(database, store, verb=TRIED, ascending="true") == ids


def test_the_same_statement_again_is_stored_once_and_another_under_its_id_not_at_all(
    database: Database, store: Statements
) -> None:
    put(database, store, statement(1))
    assert put(database, store, statement(1), statement(2)) == [uuid(1), uuid(2)]
    with pytest.raises(Conflict):
        put(database, store, statement(3), statement(1, verb={"id": f"{TRIED}/again"}))
    assert found(database, store) == [uuid(2), uuid(1)], "nothing by halves"


def test_each_batch_is_stored_later_than_the_one_before_even_when_the_clock_stands(
    database: Database, store: Statements, clock: HeldClock
) -> None:
    with database.reading() as work:
        assert store.through(work) == NEVER
    moments = []
    for number in range(3):
        put(database, store, statement(number))
        with database.reading() as work:
            moments.append(store.through(work))
    clock.move(hours=-1)
    put(database, store, statement(9))
    with database.reading() as work:
        moments.append(store.through(work))
    assert moments == sorted(set(moments))
    assert found(database, store, since=written(moments[1])) == [uuid(9), uuid(2)]
    assert found(database, store, until=written(moments[1])) == [uuid(1), uuid(0)]


def test_who_reads_only_its_own_finds_nothing_of_others(database: Database, store: Statements) -> None:
    put(database, store, statement(1), writer="one")
    put(database, store, statement(2), writer="other")
    reference = {"objectType": "StatementRef", "id": uuid(2)}
    put(database, store, statement(3, object=reference), writer="one")
    assert found(database, store, writer="one", verb=TRIED) == [uuid(3), uuid(1)]
    assert found(database, store, writer="other") == [uuid(2)]
    with database.reading() as work, pytest.raises(NotFound):
        store.page(work, Query(one=uuid(2)), writer="one")


def test_whatever_is_asked_for_together_the_answer_is_the_same(database: Database, store: Statements) -> None:
    for number in range(12):
        who, verb = (ALVA, CAMILLE)[number % 2], f"{TRIED}/{number % 3}"
        put(database, store, statement(number, actor={"mbox": who}, verb={"id": verb}))
    for person in (ALVA, CAMILLE):
        for verb in range(3):
            expected = [uuid(n) for n in range(12) if (ALVA, CAMILLE)[n % 2] == person and n % 3 == verb]
            agent = orjson.dumps({"mbox": person}).decode()
            assert found(database, store, agent=agent, verb=f"{TRIED}/{verb}", ascending="true") == expected


def test_what_void_and_what_is_voided_may_come_in_either_order(database: Database, store: Statements) -> None:
    voiding = {"verb": {"id": VOIDED}}
    put(database, store, statement(1))
    put(database, store, statement(2, **voiding, object={"objectType": "StatementRef", "id": uuid(1)}))
    put(database, store, statement(4, **voiding, object={"objectType": "StatementRef", "id": uuid(3)}))
    put(database, store, statement(3))
    put(database, store, statement(5, **voiding, object={"objectType": "StatementRef", "id": uuid(2)}))
    assert found(database, store) == [uuid(5), uuid(4), uuid(2)]


def test_attachments_belong_to_the_statement_they_came_with(database: Database, store: Statements) -> None:
    file = Attachment(sha2="ab" * 32, content_type="text/plain", body=b"\x00secret")
    with database.writing() as work:
        store.store(work, [Received(statement=statement(1), attachments=[file])], "one", Version.V2_0)
    # Who only names the hash of bytes that others sent does not get them.
    put(database, store, statement(2), writer="other")
    with database.reading() as work:
        assert store.page(work, Query(attachments=True, one=uuid(1))).attachments == [file]
        assert store.page(work, Query(attachments=True), writer="other").attachments == []


def test_what_is_erased_is_gone_with_all_it_was_found_by(database: Database, store: Statements) -> None:
    file = Attachment(sha2="ab" * 32, content_type="text/plain", body=b"x")
    with database.writing() as work:
        store.store(work, [Received(statement=statement(1), attachments=[file])], "tool", Version.V2_0)
        store.store(work, [Received(statement=statement(2, actor={"mbox": CAMILLE}))], "tool", Version.V2_0)
        mine = [one.number for one in store.deeds_of(work, {f"mbox {ALVA}"})]
        assert store.erase(work, mine) == 1
        assert store.erase(work, []) == 0
        assert len(work.rows(statements.select())) == 1
        assert work.rows(attachments.select()) == []
        assert {row["number"] for row in work.rows(marks.select())} == {2}
    assert found(database, store) == [uuid(2)]


def test_deeds_are_of_who_acted_alone(database: Database, store: Statements) -> None:
    group = {"objectType": "Group", "member": [{"mbox": ALVA}]}
    about = {"objectType": "Agent", "mbox": ALVA}
    put(database, store, statement(1), statement(2, actor=group), statement(3, actor={"mbox": CAMILLE}, object=about))
    put(database, store, statement(4, actor={"mbox": CAMILLE}, object={"objectType": "StatementRef", "id": uuid(1)}))
    with database.reading() as work:
        assert [one.statement["id"] for one in store.deeds_of(work, {f"mbox {ALVA}"})] == [uuid(1)]
