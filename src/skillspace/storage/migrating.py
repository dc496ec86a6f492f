"""Bringing a node's database to the tables of this program, before anything else reads it.

A database that is already there costs one query, and does not load Alembic. Changes go forward only: the way back is
the copy of the node's folder made before the new program first ran.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from skillspace.kernel.errors import Conflict
from skillspace.storage.database import Database, Moment, line_up

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = re.compile(r"v(\d{4})_\w+\.py")
_STORED = sa.table("alembic_version", sa.column("version_num", sa.String))


class ForeignSchema(Conflict):
    """The tables of this database were not made by this program or an older one."""


def revisions() -> list[str]:
    """Return the revisions this program knows, oldest first; their files' names say so without being loaded."""
    found = (_VERSION.fullmatch(file.name) for file in (MIGRATIONS / "versions").iterdir())
    return sorted(match[1] for match in found if match)


def migrate(database: Database) -> None:
    """Bring the tables to the newest revision, in one transaction: all of it or nothing.

    Harmless to repeat, and to run from two processes at once. Raises ForeignSchema, changing nothing, when a newer
    program wrote this database, or something else did.
    """
    with database.engine.connect() as connection:
        stored = _stored(connection, database)
        connection.rollback()
        if stored == revisions()[-1]:
            return
        _switch_references(connection, "OFF")
        try:
            _upgrade(connection, database)
        finally:
            connection.rollback()
            _switch_references(connection, "ON")


def configuration(connection: sa.Connection) -> Config:
    """Return Alembic's settings; they live in code, so a node needs no file of them."""
    from alembic.config import Config  # noqa: PLC0415 - half a second that a database at its newest does not pay

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def plain_type(kind: str, item: Any, context: Any) -> str | Literal[False]:  # noqa: ARG001 - Alembic's signature
    """Write our own column type as what the database sees, so that old changes need none of today's code."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, Moment) else False


def _upgrade(connection: sa.Connection, database: Database) -> None:
    """Run what is missing; another process may have done it since the first look, and the lock is ours only now."""
    from alembic import command  # noqa: PLC0415 - the same half second

    line_up(connection)
    if _stored(connection, database) == revisions()[-1]:
        return
    command.upgrade(configuration(connection), "head")
    if connection.dialect.name == "sqlite" and (dangling := connection.exec_driver_sql("PRAGMA foreign_key_check")):
        broken = sorted({str(row[0]) for row in dangling})
        if broken:
            raise ForeignSchema(f"Rows of {', '.join(broken)} in {_name(database)} point at rows that are not there.")
    connection.commit()


def _stored(connection: sa.Connection, database: Database) -> str | None:
    """Return the revision of the database, None for an empty one."""
    there = sa.inspect(connection).get_table_names()
    if not there:
        return None
    stored = connection.execute(sa.select(_STORED.c.version_num)).scalar() if _STORED.name in there else None
    known = revisions()
    if stored is None:
        raise ForeignSchema(
            f"{_name(database)} holds tables, but not which version of Skillspace made them: it was made before "
            "versions were kept, or by something else. Make the node (or the demo) afresh in an empty folder."
        )
    if stored not in known:
        raise ForeignSchema(
            f"{_name(database)} was written by a newer Skillspace (tables {stored}; this one knows up to {known[-1]}). "
            "Run that version, or put back the copy made before it."
        )
    return str(stored)


def _switch_references(connection: sa.Connection, state: Literal["ON", "OFF"]) -> None:
    """SQLite changes a table by making it anew; with references checked, dropping the old one would delete theirs."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA foreign_keys={state}")
        connection.rollback()


def _name(database: Database) -> str:
    return str(database.engine.url.database)
