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
from skillspace.kernel.errors import Unavailable
from skillspace.storage import database as storage
from skillspace.storage.database import Database, metadata, tasks
from skillspace.storage.migrating import migrate, revisions

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
