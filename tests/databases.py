"""Databases of nodes on a PostgreSQL server of the tests' own, in place of the files they would have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

import skillspace.node.app  # noqa: F401 - every room declares its tables
from skillspace.kernel.clock import Clock, now
from skillspace.storage.database import Database, metadata
from skillspace.storage.migrating import revisions

VERSION = "alembic_version"


class Databases:
    """Databases on one server, with every table and no row: lent to a test, emptied, and lent to the next one."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
        self._free: list[str] = []
        self._count = 0
        self._create("empty")
        made = Database(self._address("empty"))
        metadata.create_all(made.engine)
        with made.engine.begin() as connection:  # for nodes, which look whether they have to migrate
            connection.exec_driver_sql(f"CREATE TABLE {VERSION} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
            connection.exec_driver_sql(f"INSERT INTO {VERSION} VALUES ('{revisions()[-1]}')")  # noqa: S608 - our own
        made.close()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Let every folder that a test opens a database in have one of these instead of a file, within the block."""
        names: dict[Path, str] = {}
        opened: list[Database] = []

        def in_folder(folder: Path, *, clock: Clock = now) -> Database:
            folder.mkdir(parents=True, exist_ok=True)
            if folder not in names:
                names[folder] = self._free.pop() if self._free else self._copy()
            opened.append(Database(self._address(names[folder]), clock=clock))
            return opened[-1]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Database, "in_folder", in_folder)
            yield
        for database in opened:
            database.close()
        for name in names.values():
            self._empty(name)
            self._free.append(name)

    def close(self) -> None:
        self._admin.dispose()

    def _copy(self) -> str:
        self._count += 1
        self._create(f"node_{self._count}", "TEMPLATE empty")
        return f"node_{self._count}"

    def _create(self, name: str, how: str = "") -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} {how}")

    def _empty(self, name: str) -> None:
        engine = sa.create_engine(self._address(name), poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql("SET session_replication_role = replica")  # what is written once goes too
            tables = [f'"{table}"' for table in sa.inspect(connection).get_table_names() if table != VERSION]
            asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)  # noqa: S608
            if written := connection.exec_driver_sql(asked).scalars().all():
                connection.exec_driver_sql(f"TRUNCATE {', '.join(written)} RESTART IDENTITY CASCADE")

    def _address(self, name: str) -> str:
        return self._server.replace("/postgres?", f"/{name}?")
