"""The database and its unit of work: one request or one stored task is one transaction, and only this file commits."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import BadInput, Unavailable
from skillspace.kernel.events import Event, Json
from skillspace.kernel.ids import new_id
from skillspace.storage import prepared

metadata = sa.MetaData()
WAIT_SECONDS = 10
#: The number of PostgreSQL's advisory lock that whoever writes to a node's database holds until the commit.
_WRITERS = 7200


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment in UTC that stays aware: SQLite forgets offsets, so they are put back on the way out."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Store UTC without an offset."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Give UTC back."""
        return value.replace(tzinfo=UTC) if value else None


tasks = sa.Table(
    "task",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("key", sa.String, nullable=True, unique=True),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("state", sa.String, nullable=False, default="waiting"),
    sa.Column("due", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("last_error", sa.String, nullable=True),
    sa.Column("made", Moment, nullable=False),
    sa.Index("task_by_due", "state", "due"),
    sa.CheckConstraint("state IN ('waiting', 'running', 'dead')", name="task_state"),
)


class Work:
    """One open transaction: what rooms read and write through, and where they leave tasks and events.

    State, next task and event are written together or not at all.
    """

    def __init__(self, connection: sa.Connection, clock: Clock = now) -> None:
        self.connection = connection
        self._kind = connection.dialect.name
        self.now = clock()
        self.has_new_tasks = False

    def enqueue(self, name: str, payload: Json, *, key: str | None = None, after: timedelta = timedelta()) -> None:
        """Leave a task for the worker. A second task with the same living `key` is dropped: tasks are idempotent.

        One that failed for good is no longer living: it begins anew, as this task.
        """
        row = {
            "id": new_id("task"),
            "name": name,
            "key": key,
            "payload": dict(payload),
            "state": "waiting",
            "due": self.now + after,
            "attempts": 0,
            "made": self.now,
        }
        if not self.insert_new(tasks, row, on="key"):
            anew = {name: row[name] for name in ("name", "payload", "state", "due", "attempts", "made")}
            self.update(tasks, (tasks.c.key == key) & (tasks.c.state == "dead"), **anew)
        self.has_new_tasks = True

    def bring_forward(self, name: str) -> None:
        """Let a waiting task of this name come due now instead of later."""
        self.update(tasks, (tasks.c.name == name) & (tasks.c.state == "waiting"), due=self.now)
        self.has_new_tasks = True

    def publish(self, event: Event) -> None:
        """Announce an event: the outbox is the task table, so an event outlives a crash."""
        payload = {"name": event.name, "about": event.about, "content": dict(event.content), "version": event.version}
        self.enqueue(f"event:{event.name}", payload | {"id": event.id, "at": event.at.isoformat()}, key=event.id)

    def one(self, query: sa.Select[Any], **named: Any) -> Mapping[str, Any] | None:
        """Return the first row as a mapping, or None.

        `named` are the values of the query's `bindparam`s: such a query is prepared, so it is one that is kept.
        """
        if named:
            return prepared.selecting(self._kind, query).first(self.connection, named)
        row = self.connection.execute(query).mappings().first()
        return dict(row) if row is not None else None

    def where(self, table: sa.Table, **known: Any) -> Mapping[str, Any] | None:
        """Return the first row of a table whose columns have these values, or None: the quick way to one row."""
        return prepared.finding(self._kind, table, tuple(known)).first(self.connection, known)

    def rows(self, query: sa.Select[Any], **named: Any) -> list[Mapping[str, Any]]:
        """Return all rows as mappings; `named` as for `one`."""
        if named:
            return [*prepared.selecting(self._kind, query).all(self.connection, named)]
        return [dict(row) for row in self.connection.execute(query).mappings()]

    def among(self, table: sa.Table, column: str, values: Iterable[Any]) -> list[Mapping[str, Any]]:
        """Return the rows of a table whose column has one of these values, however many: text, or whole numbers."""
        these = [*values]
        # SQLite's JSON, in which they travel there, ends a text at its first NUL and would find another row by it.
        if self._kind == "sqlite" and any(isinstance(value, str) and "\0" in value for value in these):
            return self.rows(sa.select(table).where(table.c[column].in_(these)))
        return [*prepared.finding_any(self._kind, table, column).all(self.connection, {"these": these})]

    def insert(self, table: sa.Table, *rows: Mapping[str, Any]) -> None:
        """Insert rows; a duplicate key is the database's error."""
        if len(rows) == 1:
            prepared.inserting(self._kind, table, tuple(rows[0]), None).change(self.connection, rows[0])
        elif rows:
            prepared.inserting(self._kind, table, tuple(rows[0]), None).change_each(self.connection, rows)

    def insert_new(self, table: sa.Table, row: Mapping[str, Any], *, on: str) -> bool:
        """Insert a row unless one with the same `on` column exists; tell whether it was new."""
        return prepared.inserting(self._kind, table, tuple(row), on).change(self.connection, row) > 0

    def upsert(self, table: sa.Table, *rows: Mapping[str, Any], on: tuple[str, ...]) -> None:
        """Insert rows of the same columns, each or the change of the one whose `on` columns are the same."""
        if rows:
            prepared.replacing(self._kind, table, tuple(rows[0]), on).change_each(self.connection, rows)

    def update(self, table: sa.Table, where: sa.ColumnElement[bool], **changes: Any) -> int:
        """Change matching rows and return how many."""
        return self.connection.execute(sa.update(table).where(where).values(**changes)).rowcount

    def change(self, table: sa.Table, known: Mapping[str, Any], **changes: Any) -> int:
        """Change the rows whose columns have the `known` values, and return how many: the quick way of `update`."""
        statement = prepared.changing(self._kind, table, tuple(known), tuple(changes))
        chosen = {f"{prepared.CHOSEN}{name}": value for name, value in known.items()}
        return statement.change(self.connection, changes | chosen)

    def delete(self, table: sa.Table, where: sa.ColumnElement[bool]) -> int:
        """Delete matching rows and return how many."""
        return self.connection.execute(sa.delete(table).where(where)).rowcount

    def remove(self, table: sa.Table, **known: Any) -> int:
        """Delete the rows whose columns have these values, and return how many: the quick way of `delete`."""
        return prepared.removing(self._kind, table, tuple(known)).change(self.connection, known)


class Database:
    """A node's own database: SQLite in WAL mode by default, PostgreSQL by address.

    `url` is an SQLAlchemy address. Readers do not wait for the writer; writers wait for each other up to ten seconds.
    """

    def __init__(self, url: str, *, clock: Clock = now) -> None:
        self.clock = clock
        self.on_new_tasks: list[Any] = []
        self._sqlite = url.startswith("sqlite")
        self._writer = threading.Lock()
        arguments: dict[str, Any] = {"connect_args": {"timeout": WAIT_SECONDS}} if self._sqlite else {}
        arguments["json_serializer"] = prepared.json_text
        # The connection used last is the one that remembers most: pages it read, statements it prepared.
        self.engine = sa.create_engine(url, pool_size=20, max_overflow=40, pool_use_lifo=True, **arguments)
        # Many rows are one statement on PostgreSQL too, where each would be sent and answered by itself.
        self.engine.dialect.use_insertmanyvalues_wo_returning = not self._sqlite
        sa.event.listen(self.engine, "connect", _prepare_sqlite if self._sqlite else _prepare_postgresql)
        sa.event.listen(self.engine, "handle_error", _refuse_nul)

    @classmethod
    def in_folder(cls, folder: Path, *, clock: Clock = now) -> Database:
        """Open (or make) the SQLite database of a node's folder."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(f"sqlite:///{folder / 'node.db'}", clock=clock)

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """Open a transaction that changes nothing; it is rolled back at the end."""
        with self.engine.connect() as connection:
            if self._sqlite:
                connection.exec_driver_sql("BEGIN")
            try:
                yield Work(connection, self.clock)
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """Open the one transaction of a request or task: it commits at the end, or leaves nothing behind."""
        with self._turn(), self.engine.connect() as connection:
            line_up(connection)
            work = Work(connection, self.clock)
            try:
                yield work
            except BaseException:
                connection.rollback()
                raise
            connection.commit()
        if work.has_new_tasks:
            for wake in self.on_new_tasks:
                wake()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Line up this process's writers already here: SQLite makes them sleep and look again, ever more rarely."""
        if not self._sqlite:
            yield
            return
        if not self._writer.acquire(timeout=WAIT_SECONDS):
            raise Unavailable("The database is busy writing; try again.")
        try:
            yield
        finally:
            self._writer.release()


def line_up(connection: sa.Connection) -> None:
    """Begin a transaction that writes, once nobody else does: on PostgreSQL too writers go one after the other.

    Every room looks and then writes (is the yes alive? then count its use), which holds as long as what was read is
    still so at the commit. A lock for each such row would have to be thought of in each room; one lock cannot be
    forgotten, and never waits for a second one. Raises Unavailable after ten seconds.
    """
    begin = "BEGIN IMMEDIATE" if connection.dialect.name == "sqlite" else f"SELECT pg_advisory_xact_lock({_WRITERS})"
    try:
        connection.exec_driver_sql(begin)
    except sa.exc.OperationalError as fault:
        raise Unavailable("The database is busy writing; try again.") from fault


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Give every connection WAL, foreign keys, and manual transactions (the driver's own would begin too late)."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # what somebody was told is done outlives a power failure
        "foreign_keys=ON",
        "journal_size_limit=33554432",  # bytes: the log file shrinks again after a large load
        "cache_size=-8000",
        "mmap_size=67108864",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _refuse_nul(context: sa.engine.ExceptionContext) -> None:
    """Say no to a text that PostgreSQL cannot keep: whoever sent it is told so, and nobody thinks the mistake ours."""
    if isinstance(context.sqlalchemy_exception, sa.exc.DataError) and "NUL" in str(context.original_exception):
        raise BadInput("A text holds the character NUL, which cannot be kept.") from None


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """Let no connection wait longer for a lock than SQLite's would."""
    connection.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
    connection.commit()
