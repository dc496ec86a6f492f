"""Tables for tests: made once a process and copied, since making them takes longer than most tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from skillspace.storage.database import Database, metadata
from skillspace.storage.migrating import migrate


def make_tables(database: Database) -> None:
    """Give a database every table that the rooms loaded so far declare, and no row."""
    file = Path(database.engine.url.database or "")
    if database.engine.dialect.name != "sqlite" or (file.exists() and file.stat().st_size):
        metadata.create_all(database.engine)
    else:
        file.write_bytes(_declared(frozenset(metadata.tables)))


def lay_tables(folder: Path) -> None:
    """Put the database of a node that was made just now into its folder, at the newest version."""
    (folder / "node.db").write_bytes(_migrated())


@cache
def _declared(_names: frozenset[str]) -> bytes:
    return _made(lambda database: metadata.create_all(database.engine))


@cache
def _migrated() -> bytes:
    return _made(migrate)


def _made(make: Callable[[Database], None]) -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "node.db"
        database = Database(f"sqlite:///{file}")
        make(database)
        database.close()
        return file.read_bytes()
