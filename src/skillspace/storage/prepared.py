"""Statements written once and run often: compiled once, and on SQLite given to the driver itself.

SQLAlchemy takes some 25 µs for each execution beside the 3 that SQLite needs; a release runs some twenty statements.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, Protocol, cast

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import SQLCompiler

Row = dict[str, Any]
Named = Mapping[str, Any]
_Read = Callable[[Any], Any]
#: Statements kept ready, by each of the functions below; the program has some hundred.
_MOST_KEPT = 1024
_ONLY_JSON = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def json_text(content: object) -> str:
    """Return JSON as columns keep it; what the quick writer does not know (huge numbers, half characters) the usual
    one writes, or refuses with TypeError."""
    try:
        return orjson.dumps(content, option=_ONLY_JSON).decode()
    except TypeError:
        return json.dumps(content)


#: What statements are compiled for: the same for every database of this kind, as one process may serve many.
_SQLITE = sqlite.dialect(json_serializer=json_text)
#: Without it nobody knows on PostgreSQL whether an insert that may find its row there already made one.
_COUNTED = {"preserve_rowcount": True}
#: Before the names of columns that choose rows: the same column may be changed.
CHOSEN = "chosen_"
#: So many rows are one statement on SQLite: each one is a wait for the other threads of this process.
_ROWS = (64, 16, 4, 1)
#: Types whose values PostgreSQL takes as arrays, a column each.
_IN_ARRAYS = {sa.String, sa.Text, sa.LargeBinary, sa.Integer, sa.BigInteger, sa.Boolean, sa.Float, sa.DateTime}


class Statement(Protocol):
    """One statement, ready to be run within a transaction; `named` are the values of its parameters."""

    def first(self, connection: sa.Connection, named: Named) -> Row | None:
        """Return the first row, or None."""

    def all(self, connection: sa.Connection, named: Named) -> list[Row]:
        """Return every row."""

    def change(self, connection: sa.Connection, named: Named) -> int:
        """Run what changes rows, and return how many it changed."""

    def change_each(self, connection: sa.Connection, several: Iterable[Named]) -> None:
        """Run what changes rows for each of these."""


class Usual:
    """A statement run as SQLAlchemy runs it: on PostgreSQL, and what SQLite's driver could not be given as it is."""

    def __init__(self, statement: sa.Executable) -> None:
        self._statement = statement

    def first(self, connection: sa.Connection, named: Named) -> Row | None:
        """Return the first row, or None."""
        row = connection.execute(self._statement, named).mappings().first()
        return dict(row) if row is not None else None

    def all(self, connection: sa.Connection, named: Named) -> list[Row]:
        """Return every row."""
        return [dict(row) for row in connection.execute(self._statement, named).mappings()]

    def change(self, connection: sa.Connection, named: Named) -> int:
        """Run what changes rows, and return how many it changed."""
        return connection.execute(self._statement, dict(named), execution_options=_COUNTED).rowcount

    def change_each(self, connection: sa.Connection, several: Iterable[Named]) -> None:
        """Run what changes rows for each of these."""
        connection.execute(self._statement, [dict(named) for named in several])


class Arrays(Usual):
    """An insert on PostgreSQL, whose many rows are one statement of always the same words: an array for each column."""

    def __init__(self, statement: sa.Insert, table: sa.Table, names: tuple[str, ...]) -> None:
        super().__init__(statement)
        self._names = names
        self._bytes = {name for name in names if type(table.c[name].type) is sa.LargeBinary}
        columns = [sa.func.unnest(self._array(name, table.c[name].type)) for name in names]
        self._many = sa.insert(table).from_select(names, sa.select(*columns), include_defaults=False)

    def change_each(self, connection: sa.Connection, several: Iterable[Named]) -> None:
        """Run what changes rows for each of these."""
        rows = [*several]
        columns: dict[str, Any] = {name: [row[name] for row in rows] for name in self._names}
        for name in self._bytes:
            columns[name] = _array_of_bytes(columns[name])
        connection.execute(self._many, columns)

    def _array(self, name: str, kept: sa.types.TypeEngine[Any]) -> sa.ColumnElement[Any]:
        array = postgresql.ARRAY(kept, dimensions=1)
        if name not in self._bytes:
            return sa.bindparam(name, type_=array)
        return sa.cast(sa.bindparam(name, type_=sa.Text), array)


def _array_of_bytes(values: Iterable[bytes | None]) -> str:
    """Return an array as PostgreSQL reads it: its driver looks at each byte of each value for what to escape."""
    return "{" + ",".join(["NULL" if value is None else f'"\\\\x{value.hex()}"' for value in values]) + "}"


class Direct:
    """A statement as SQLite's driver takes it, with what turns values into SQLite's and back."""

    def __init__(self, compiled: SQLCompiler, results: sa.Select[Any] | None) -> None:
        self._sql = str(compiled)
        head, _, self._row_of_values = self._sql.rpartition(" VALUES ")
        is_plain = compiled.isinsert and self._row_of_values.strip("(?, )") == ""
        self._head = f"{head} VALUES " if is_plain else None
        self._given = [_Given(compiled.binds[name]) for name in compiled.positiontup or ()]
        are_plain = len(self._given) > 1 and all(given.is_plain for given in self._given)
        self._values_of: _Read = itemgetter(*(given.name for given in self._given)) if are_plain else self._written
        columns = list(results.selected_columns) if results is not None else []
        self._names = [str(column.key) for column in columns]
        reads = [column.type.dialect_impl(_SQLITE).result_processor(_SQLITE, None) for column in columns]
        self._reads = [(self._names[place], read) for place, read in enumerate(reads) if read is not None]

    def first(self, connection: sa.Connection, named: Named) -> Row | None:
        """Return the first row, or None."""
        cursor = self._run(connection, named)
        row = cursor.fetchone()
        cursor.close()
        return self._row(row) if row is not None else None

    def all(self, connection: sa.Connection, named: Named) -> list[Row]:
        """Return every row."""
        return [self._row(row) for row in self._run(connection, named).fetchall()]

    def change(self, connection: sa.Connection, named: Named) -> int:
        """Run what changes rows, and return how many it changed."""
        return self._run(connection, named).rowcount

    def change_each(self, connection: sa.Connection, several: Iterable[Named]) -> None:
        """Run what changes rows for each of these."""
        values = [self._values_of(named) for named in several]
        driver, done = _driver(connection), 0
        try:
            if self._head is None:
                driver.executemany(self._sql, values)
                return
            for size in _ROWS:
                text = self._head + ", ".join([self._row_of_values] * size)
                while len(values) - done >= size:
                    driver.execute(text, [*chain.from_iterable(values[done : done + size])])
                    done += size
        except sqlite3.Error as fault:
            raise self._as_usual(fault, values[done]) from fault

    def _written(self, named: Named) -> list[Any]:
        return [given.value(named) for given in self._given]

    def _run(self, connection: sa.Connection, named: Named) -> sqlite3.Cursor:
        values = self._written(named)
        try:
            return _driver(connection).execute(self._sql, values)
        except sqlite3.Error as fault:
            raise self._as_usual(fault, values) from fault

    def _row(self, row: tuple[Any, ...]) -> Row:
        found = dict(zip(self._names, row, strict=True))
        for name, read in self._reads:
            found[name] = read(found[name])
        return found

    def _as_usual(self, fault: sqlite3.Error, values: list[Any]) -> BaseException:
        """The error under SQLAlchemy's name, so that nobody has to know how a statement was run."""
        return sa.exc.DBAPIError.instance(self._sql, tuple(values), fault, sqlite3.Error, dialect=_SQLITE)


class _Given:
    """One parameter: its value as SQLite keeps it. One that the statement has fixed itself needs no name."""

    def __init__(self, bind: sa.BindParameter[Any]) -> None:
        self.name = bind.key
        self._is_fixed = not bind.required
        self._write = bind.type.dialect_impl(_SQLITE).bind_processor(_SQLITE)
        self._fixed = self._written(bind.effective_value) if self._is_fixed else None
        #: Whether its value goes in as it is.
        self.is_plain = not self._is_fixed and self._write is None

    def value(self, named: Named) -> Any:
        if self._is_fixed and self.name not in named:
            return self._fixed
        return self._written(named[self.name])

    def _written(self, value: Any) -> Any:
        return self._write(value) if self._write is not None else value


@lru_cache(maxsize=_MOST_KEPT)
def selecting(kind: str, query: sa.Select[Any]) -> Statement:
    """Return a query whose values are `bindparam`s, for a kind of database; it is known by being the same object."""
    return _ready(kind, query, None)


@lru_cache(maxsize=_MOST_KEPT)
def finding(kind: str, table: sa.Table, names: tuple[str, ...]) -> Statement:
    """Return the query for the first row whose columns have given values."""
    return _ready(kind, sa.select(table).where(*_same(table, names, "")).limit(1), None)


@lru_cache(maxsize=_MOST_KEPT)
def finding_any(kind: str, table: sa.Table, name: str) -> Statement:
    """Return the query for every row whose column has one of the values in `these`: one parameter, so that the words
    are the same for however many."""
    column = table.c[name]
    if kind == "postgresql":
        these = sa.bindparam("these", type_=postgresql.ARRAY(column.type, dimensions=1))
        return _ready(kind, sa.select(table).where(column == sa.any_(these)), None)
    listed = sa.func.json_each(sa.bindparam("these", type_=sa.JSON)).table_valued("value")
    return _ready(kind, sa.select(table).where(column.in_(sa.select(listed.c.value))), None)


@lru_cache(maxsize=_MOST_KEPT)
def inserting(kind: str, table: sa.Table, names: tuple[str, ...], new_on: str | None) -> Statement:
    """Return the insert of rows with these columns; with `new_on`, of those whose column of that name is new."""
    if new_on is None:
        insert = sa.insert(table).inline()
        if kind == "postgresql" and _fits(table, names):
            return Arrays(insert, table, names)
        return _ready(kind, insert, names)
    insert = _insert(kind, table)
    return _ready(kind, insert.on_conflict_do_nothing(index_elements=[new_on]), names)


@lru_cache(maxsize=_MOST_KEPT)
def replacing(kind: str, table: sa.Table, names: tuple[str, ...], on: tuple[str, ...]) -> Statement:
    """Return the insert that overwrites the row whose `on` columns are the same."""
    insert, others = _insert(kind, table), [name for name in names if name not in on]
    if not others:
        return _ready(kind, insert.on_conflict_do_nothing(index_elements=list(on)), names)
    changes = {name: insert.excluded[name] for name in others}
    return _ready(kind, insert.on_conflict_do_update(index_elements=list(on), set_=changes), names)


@lru_cache(maxsize=_MOST_KEPT)
def changing(kind: str, table: sa.Table, known: tuple[str, ...], names: tuple[str, ...]) -> Statement:
    """Return the update of these columns in rows whose `known` columns have given values, named after `CHOSEN`."""
    return _ready(kind, sa.update(table).where(*_same(table, known, CHOSEN)), names)


@lru_cache(maxsize=_MOST_KEPT)
def removing(kind: str, table: sa.Table, known: tuple[str, ...]) -> Statement:
    """Return the deletion of rows whose columns have given values."""
    return _ready(kind, sa.delete(table).where(*_same(table, known, "")), None)


def _fits(table: sa.Table, names: tuple[str, ...]) -> bool:
    """Tell whether rows of these columns can be arrays: every type is known to, and nothing is filled in besides."""
    others = [column for column in table.columns if column.name not in names]
    types = [table.c[name].type for name in names]
    plain = [one.impl_instance if isinstance(one, sa.types.TypeDecorator) else one for one in types]
    return all(type(one) in _IN_ARRAYS for one in plain) and not any(column.default for column in others)


def _insert(kind: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return (postgresql.insert if kind == "postgresql" else sqlite.insert)(table).inline()


def _same(table: sa.Table, names: tuple[str, ...], before: str) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == sa.bindparam(f"{before}{name}") for name in names]


def _ready(
    kind: str, statement: sa.Select[Any] | sa.Update | sa.Delete | sa.Insert, names: tuple[str, ...] | None
) -> Statement:
    if kind != _SQLITE.name:
        return Usual(statement)
    compiled = statement.compile(dialect=_SQLITE, column_keys=list(names) if names else None)
    on_the_way = (compiled.post_compile_params, compiled.insert_prefetch, compiled.update_prefetch)
    if any(on_the_way) or compiled.effective_returning:
        return Usual(statement)
    return Direct(compiled, statement if isinstance(statement, sa.Select) else None)


def _driver(connection: sa.Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.driver_connection)
