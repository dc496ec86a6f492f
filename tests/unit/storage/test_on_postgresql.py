"""What a node's database promises on PostgreSQL as it does on SQLite: migrations, and one writer at a time."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import skillspace.node.app  # noqa: F401 - every room declares its tables
from skillspace.kernel.errors import BadInput, Unavailable
from skillspace.storage import database as storage
from skillspace.storage.database import Database, metadata, tasks
from skillspace.storage.migrating import migrate, revisions
from tests.conftest import NOON

pytestmark = pytest.mark.slow


@pytest.fixture
def address(postgres: str) -> Iterator[str]:
    """An empty database of its own."""
    admin = sa.create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE afresh")
    yield postgres.replace("/postgres?", "/afresh?")
    with admin.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE afresh WITH (FORCE)")
    admin.dispose()


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    made = Database(address)
    yield made
    made.close()


def test_an_empty_database_is_brought_through_every_version_to_what_the_rooms_declare(database: Database) -> None:
    migrate(database)
    migrate(database)
    with database.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert stored == revisions()[-1:]


def test_two_processes_that_start_together_migrate_once(address: str, database: Database) -> None:
    code = (
        "import sys, skillspace.node.app; from skillspace.storage.database import Database; "
        "from skillspace.storage.migrating import migrate; migrate(Database(sys.argv[1]))"
    )
    starting = [subprocess.Popen([sys.executable, "-W", "ignore", "-c", code, address]) for _ in range(2)]
    assert [one.wait(timeout=60) for one in starting] == [0, 0]
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM alembic_version").scalar_one() == 1


def test_a_text_that_cannot_be_kept_is_refused_in_words(database: Database) -> None:
    metadata.create_all(database.engine, tables=[tasks])
    row = {"name": "a\0", "payload": {}, "state": "waiting", "due": NOON, "attempts": 0, "made": NOON}
    with database.reading() as work, pytest.raises(BadInput, match="NUL"):
        work.where(tasks, id="a\0")
    for rows in ([{"id": "1", **row}], [{"id": "1", **row}, {"id": "2", **row}]):
        with pytest.raises(BadInput, match="NUL"), database.writing() as work:
            work.insert(tasks, *rows)


def test_whoever_writes_waits_for_whoever_began_before_and_readers_wait_for_nobody(database: Database) -> None:
    metadata.create_all(database.engine, tables=[tasks])
    done: list[str] = []

    def write(name: str) -> None:
        with database.writing() as work:
            done.append(f"{name} begins")
            time.sleep(0.3)
            work.enqueue(name, {})
            done.append(f"{name} ends")

    first, second = (threading.Thread(target=write, args=(name,)) for name in ("one", "two"))
    first.start()
    while not done:
        time.sleep(0.01)
    second.start()
    with database.reading() as work:
        assert work.rows(sa.select(tasks)) == []
    first.join()
    second.join()
    assert done == ["one begins", "one ends", "two begins", "two ends"]


def test_a_writer_that_waits_too_long_is_told_to_try_again(
    address: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "WAIT_SECONDS", 1)
    other = Database(address)
    with database.writing(), pytest.raises(Unavailable, match="busy writing"), other.writing():
        raise AssertionError("two write at once")
    with other.writing() as work:
        assert work.connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    other.close()


def test_many_rows_in_one_statement_are_what_was_written_and_found_by_any_of_many_values(database: Database) -> None:
    kinds = {"id": sa.String, "raw": sa.LargeBinary, "number": sa.BigInteger, "share": sa.Float, "is_open": sa.Boolean}
    kinds |= {"at": storage.Moment}
    table = sa.Table("many", sa.MetaData(), *(sa.Column(name, kind) for name, kind in kinds.items()))
    table.metadata.create_all(database.engine)
    rows: list[dict[str, object]] = [
        {"id": "a ‘b’, {c}", "raw": b"\x00\xff", "number": 2**40, "share": 0.5, "is_open": True, "at": NOON},
        {"id": "NULL", "raw": b"", "number": -1, "share": None, "is_open": None, "at": None},
        {"id": "", "raw": None, "number": None, "share": -0.0, "is_open": False, "at": NOON},
    ]
    with database.writing() as work:
        work.insert(table, *rows)
        work.insert(table, *({**dict.fromkeys(kinds), "id": f"n{place}"} for place in range(2)))
        assert work.rows(sa.select(table).where(table.c.id.not_like("n%")).order_by(table.c.number)) == [
            rows[1],
            rows[0],
            rows[2],
        ]
        assert [one["id"] for one in work.among(table, "number", [-1, 7])] == ["NULL"]
        assert {one["id"] for one in work.among(table, "id", ["n0", "a ‘b’, {c}"])} == {"n0", "a ‘b’, {c}"}
        assert work.among(table, "id", []) == []
