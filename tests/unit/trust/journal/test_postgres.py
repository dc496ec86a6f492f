"""The same on PostgreSQL, where writers do not wait for each other by themselves."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import InvalidSignature
from skillspace.storage.database import Database, Work, metadata
from skillspace.trust.journal import Exhibited, JournalRoom, Wrong, journal_of, proof
from skillspace.wire.jose import SigningKey
from tests.unit.trust.journal.conftest import SCHOOL, all_things, show_things

pytestmark = pytest.mark.slow


@pytest.fixture
def database(postgres: str) -> Iterator[Database]:
    made = Database(postgres)
    names = [name for name in metadata.tables if name.startswith("journal_") or name == "task"]
    metadata.create_all(made.engine, tables=[metadata.tables[name] for name in names])
    with made.writing() as work:
        work.connection.exec_driver_sql(
            "CREATE TABLE thing (id TEXT PRIMARY KEY, state TEXT NOT NULL, uses INTEGER NOT NULL)"
        )
    yield made
    with made.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    made.close()


@pytest.fixture
def room(database: Database) -> JournalRoom:
    key = SigningKey.generate(f"{SCHOOL}#key-1")

    def resolve(did: str, _kid: str) -> Mapping[str, object]:
        if did != SCHOOL:
            raise InvalidSignature
        return key.public_jwk()

    nobody: Any = None
    made = journal_of(
        did=SCHOOL, key=key, database=database, resolve_key=resolve, peers=nobody, witnesses=lambda _work: []
    )
    made.exhibits.append(Exhibited(prefix="thing.", exhibit=show_things, rows=all_things))
    return made


def put(room: JournalRoom, work: Work, name: str, state: str) -> None:
    row = {"id": name, "state": state}
    work.connection.execute(sa.text("INSERT INTO thing VALUES (:id, :state, 0)"), row)
    room.journal.write(work, f"thing.{state}", name, {"state": state, "uses": 0})


def test_writers_at_the_same_time_never_fork_or_leave_a_gap_and_audits_run_beside_them(
    database: Database, room: JournalRoom
) -> None:
    faults: list[object] = []

    def write(name: str) -> None:
        try:
            for number in range(40):
                with suppress(KeyError), database.writing() as work:
                    put(room, work, f"{name}-{number}", "made")
                    if number % 7 == 3:
                        raise KeyError  # rolled back
        except BaseException as fault:
            faults.append(fault)

    def look() -> None:
        for _ in range(5):
            verdict = room.verify(database)
            faults.extend(verdict.findings)
            with database.writing() as work:
                room.tasks.seal(work)

    threads = [threading.Thread(target=write, args=(f"thread-{number}",)) for number in range(6)]
    threads.append(threading.Thread(target=look))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = room.verify(database)
    with database.reading() as work:
        rows = work.connection.exec_driver_sql("SELECT count(*) FROM thing").scalar_one()
        last = work.connection.exec_driver_sql("SELECT max(number) FROM journal_chain").scalar_one()
    assert (faults, verdict.findings) == ([], [])
    assert verdict.entries == verdict.rows == rows == last == 6 * 34


def test_what_was_written_cannot_be_changed_and_what_is_forgotten_goes(database: Database, room: JournalRoom) -> None:
    with database.writing() as work:
        put(room, work, "thing-1", "made")
        put(room, work, "thing-2", "made")
        room.tasks.seal(work)
    for statement in (
        "UPDATE journal_chain SET kind = 'x.y'",
        "DELETE FROM journal_chain",
        "TRUNCATE journal_chain",
        "UPDATE journal_content SET content = '{}'",
        "DELETE FROM journal_checkpoint",
    ):
        with pytest.raises(sa.exc.DBAPIError, match="is written once"), database.writing() as work:
            work.connection.exec_driver_sql(statement)
    with database.writing() as work:
        work.connection.exec_driver_sql("DELETE FROM thing WHERE id = 'thing-1'")
        assert room.journal.forget(work, ["thing-1"]) == 1
    verdict = room.verify(database)
    assert (verdict.is_whole, verdict.entries, verdict.forgotten, verdict.proven_to) == (True, 3, 1, 2)
    with database.reading() as work:
        assert proof(work, "thing-1", did=SCHOOL)["about"] == "thing-1"


def test_changes_past_the_triggers_are_found(database: Database, room: JournalRoom) -> None:
    with database.writing() as work:
        put(room, work, "thing-1", "made")
        put(room, work, "thing-2", "made")
        put(room, work, "thing-3", "made")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE journal_chain DISABLE TRIGGER ALL")
        connection.exec_driver_sql("UPDATE journal_chain SET kind = 'thing.signed' WHERE number = 1")
        connection.exec_driver_sql("UPDATE thing SET uses = 1 WHERE id = 'thing-2'")
        connection.exec_driver_sql("DELETE FROM thing WHERE id = 'thing-3'")
    wrongs = [(finding.wrong, finding.about) for finding in room.verify(database).findings]
    assert wrongs == [
        (Wrong.ALTERED, "thing-1"),
        (Wrong.ROW_DIFFERS, "thing-2"),
        (Wrong.ROW_GONE, "thing-3"),
    ]
