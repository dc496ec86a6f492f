"""Migrations: they end where the rooms' tables begin, repeat harmlessly, and refuse what they do not know."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import skillspace.node.app  # noqa: F401 - every room declares its tables
from skillspace.storage import migrating
from skillspace.storage.database import Database, metadata
from skillspace.storage.migrating import ForeignSchema, configuration, migrate, revisions

VERSION = """
from alembic import op
import sqlalchemy as sa
revision = "9999"
down_revision = "{last}"
def upgrade():
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("colour", sa.String(), nullable=True))
        table.drop_constraint("account_kind", type_="check")
    {more}
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database in a file."""
    database = Database.in_folder(tmp_path)
    yield database
    database.close()


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program one migration ahead of this one; the file that holds its migration, not written yet."""
    ahead = tmp_path / "migrations"
    for file in [*migrating.MIGRATIONS.glob("*.py"), *migrating.MIGRATIONS.glob("versions/v*.py")]:
        copy = ahead / file.relative_to(migrating.MIGRATIONS)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    monkeypatch.setattr(migrating, "MIGRATIONS", ahead)
    return ahead / "versions" / "v9999_colour.py"


def _checks(engine: sa.Engine) -> dict[str, set[tuple[str | None, str]]]:
    found = sa.inspect(engine)
    return {
        name: {(check["name"], check["sqltext"]) for check in found.get_check_constraints(name)}
        for name in found.get_table_names()
        if name != "alembic_version"
    }


def _add_account_with_session(database: Database) -> None:
    with database.writing() as work:
        moment = "2026-11-21 12:00:00"
        run = work.connection.exec_driver_sql
        run(
            "INSERT INTO account (id, name, kind, language, roles, secret, is_demo, synthetic, made) "
            "VALUES ('alva', 'Alva', 'person', 'sv', '[]', x'00', 1, 1, ?)",
            (moment,),
        )
        run("INSERT INTO session (token_hash, account, made, expires) VALUES ('h', 'alva', ?, ?)", (moment, moment))


def _count(database: Database, table: str) -> int:
    with database.reading() as work:
        return int(work.connection.execute(sa.select(sa.func.count()).select_from(sa.table(table))).scalar_one())


def test_the_migrations_end_at_the_tables_that_the_rooms_declare(database: Database) -> None:
    migrate(database)
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_migrations_end_at_the_constraints_that_the_rooms_declare(database: Database, tmp_path: Path) -> None:
    migrate(database)
    declared = Database.in_folder(tmp_path / "declared")
    metadata.create_all(declared.engine)
    assert _checks(database.engine) == _checks(declared.engine)
    declared.close()


def test_the_files_names_tell_the_same_history_as_alembic_reads(database: Database) -> None:
    with database.engine.connect() as connection:
        script = ScriptDirectory.from_config(configuration(connection))
    assert [one.revision for one in script.walk_revisions()][::-1] == revisions()


def test_migrating_twice_changes_nothing(database: Database) -> None:
    migrate(database)
    _add_account_with_session(database)
    migrate(database)
    assert (_count(database, "account"), _count(database, "alembic_version")) == (1, 1)


def test_two_processes_that_start_together_do_not_disturb_each_other(tmp_path: Path) -> None:
    databases = [Database.in_folder(tmp_path) for _ in range(2)]
    faults: list[BaseException] = []

    def start(database: Database) -> None:
        try:
            migrate(database)
        except BaseException as fault:
            faults.append(fault)

    # Two threads may not run Alembic at once (its context is global), so one of them waits as a process would.
    with databases[0].engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        second = threading.Thread(target=start, args=(databases[1],))
        second.start()
        time.sleep(0.3)
        command.upgrade(configuration(connection), "head")
        connection.commit()
    second.join(timeout=60)
    assert (faults, _count(databases[1], "alembic_version")) == ([], 1)
    for database in databases:
        database.close()


def test_a_database_at_its_newest_is_known_by_two_questions_and_without_alembic(tmp_path: Path) -> None:
    migrate(Database.in_folder(tmp_path))
    program = f"""
import sys
from pathlib import Path
import sqlalchemy as sa
from skillspace.storage.database import Database
from skillspace.storage.migrating import migrate
database, asked = Database.in_folder(Path({str(tmp_path)!r})), []
sa.event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
migrate(database)
print(len(asked), "alembic" in sys.modules)
"""
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert answer == ["2", "False"]


def test_a_database_of_a_newer_program_is_refused_untouched(database: Database) -> None:
    migrate(database)
    with database.writing() as work:
        work.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '7777'")
    with pytest.raises(ForeignSchema, match=r"written by a newer Skillspace.*7777"):
        migrate(database)


def test_tables_that_no_migration_made_are_refused(database: Database) -> None:
    metadata.create_all(database.engine)
    with pytest.raises(ForeignSchema, match="afresh in an empty folder"):
        migrate(database)


def test_a_table_made_anew_keeps_the_rows_that_point_at_it(database: Database, next_version: Path) -> None:
    migrate(database)
    _add_account_with_session(database)
    next_version.write_text(VERSION.format(last=revisions()[-1], more=""), encoding="utf-8")
    migrate(database)
    with database.reading() as work:
        columns = [column["name"] for column in sa.inspect(work.connection).get_columns("account")]
        enforced = work.connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    assert ("colour" in columns, _count(database, "session"), enforced) == (True, 1, 1)


@pytest.mark.parametrize(
    ("more", "fault"),
    [("raise RuntimeError('half way')", RuntimeError), ("op.execute('DELETE FROM account')", ForeignSchema)],
)
def test_a_migration_that_fails_leaves_everything_as_it_was(
    database: Database, next_version: Path, more: str, fault: type[Exception]
) -> None:
    migrate(database)
    _add_account_with_session(database)
    next_version.write_text(VERSION.format(last=revisions()[-1], more=more), encoding="utf-8")
    with pytest.raises(fault):
        migrate(database)
    with database.reading() as work:
        columns = [column["name"] for column in sa.inspect(work.connection).get_columns("account")]
        enforced = work.connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    assert ("colour" in columns, _count(database, "account"), enforced) == (False, 1, 1)
