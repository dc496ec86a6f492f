"""Statements run by SQLite's driver say what SQLAlchemy's own execution says, in values and in errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from skillspace.storage.database import Database, Moment
from skillspace.storage.prepared import Direct, Usual, changing, inserting, json_text, selecting

shelf = sa.MetaData()
things = sa.Table(
    "thing",
    shelf,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, nullable=True),
    sa.Column("share", sa.Float, nullable=True),
    sa.Column("is_open", sa.Boolean, nullable=True),
    sa.Column("at", Moment, nullable=True),
    sa.Column("day", sa.Date, nullable=True),
    sa.Column("content", sa.JSON, nullable=True),
    sa.Column("perhaps", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("raw", sa.LargeBinary, nullable=True),
    sa.Column("state", sa.String, nullable=False, default="new"),
)
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
_ROWS = st.fixed_dictionaries(
    {
        "number": st.none() | st.integers(-(2**63), 2**63 - 1),
        "share": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "is_open": st.none() | st.booleans(),
        "at": st.none() | st.datetimes(timezones=st.just(UTC)),
        "day": st.none() | st.dates(),
        "content": _JSON,
        "perhaps": _JSON,
        "raw": st.none() | st.binary(max_size=20),
        "state": _TEXT,
    }
)


class Colour(StrEnum):
    RED = "red"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = Database.in_folder(tmp_path_factory.mktemp("things"))
    shelf.create_all(made.engine)
    yield made
    made.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Database]:
    made = Database.in_folder(tmp_path)
    shelf.create_all(made.engine)
    yield made
    made.close()


def row(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "state": "new", "content": {}} | more


def as_sqlalchemy_has_it(database: Database, id: str) -> dict[str, Any]:
    with database.engine.connect() as connection:
        return dict(connection.execute(sa.select(things).where(things.c.id == id)).mappings().one())


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=_ROWS, second=_ROWS)
def test_every_value_is_written_and_read_as_sqlalchemy_does(
    database: Database, first: dict[str, Any], second: dict[str, Any]
) -> None:
    with database.writing() as work:
        work.remove(things, id="one")
        work.insert(things, {"id": "one"} | first)
        assert work.where(things, id="one") == {"id": "one"} | first
    assert as_sqlalchemy_has_it(database, "one") == {"id": "one"} | first
    with database.writing() as work:
        assert work.change(things, {"id": "one"}, **second) == 1
    assert as_sqlalchemy_has_it(database, "one") == {"id": "one"} | second
    with database.writing() as work:
        work.upsert(things, {"id": "one"} | first, on=("id",))
        work.connection.execute(sa.insert(things), {"id": "two"} | first)
        found = work.rows(sa.select(things).where(things.c.id != sa.bindparam("other")), other="none")
        assert [{**one, "id": ""} for one in found] == [{"id": ""} | first] * 2
        work.remove(things, id="two")


@pytest.mark.parametrize("content", [2**70, {"a": [2**64]}, "\ud800", {1: "a number as a name"}, (1, 2), Colour.RED])
def test_what_the_quick_writer_of_json_does_not_know_is_written_as_ever(fresh: Database, content: object) -> None:
    with fresh.writing() as work:
        work.insert(things, row("one", content=content), row("two", content=content))
        found = work.where(things, id="one")
    with sa.create_engine(fresh.engine.url).begin() as connection:
        connection.execute(sa.insert(things), row("usual", content=content))
        usual = connection.execute(sa.select(things.c.content).where(things.c.id == "usual")).scalar_one()
    assert found is not None
    assert found["content"] == usual


@dataclass
class Thing:
    name: str


@pytest.mark.parametrize("content", [datetime(2026, 1, 1, tzinfo=UTC), Thing("a"), {"a": {1, 2}}, object()])
def test_what_is_no_json_is_refused(content: object) -> None:
    with pytest.raises(TypeError):
        json_text(content)


def test_a_duplicate_key_is_the_same_error_however_a_row_is_written(fresh: Database) -> None:
    with fresh.writing() as work:
        work.insert(things, row("one"))
        with pytest.raises(sa.exc.IntegrityError, match="UNIQUE"):
            work.insert(things, row("one"))
        with pytest.raises(sa.exc.IntegrityError, match="UNIQUE"):
            work.insert(things, row("two"), row("one"))


def test_defaults_that_sqlalchemy_fills_in_are_filled_in(fresh: Database) -> None:
    with fresh.writing() as work:
        work.insert(things, {"id": "one"})
        assert work.insert_new(things, {"id": "two"}, on="id")
        assert not work.insert_new(things, {"id": "two"}, on="id")
        assert [found["state"] for found in work.rows(sa.select(things))] == ["new", "new"]


def test_a_column_can_choose_rows_and_be_changed(fresh: Database) -> None:
    with fresh.writing() as work:
        work.insert(things, row("one"), row("two", state="old"), row("three"))
        assert work.change(things, {"state": "new"}, state="old", number=7) == 2
        assert work.change(things, {"state": "new"}, state="old") == 0
        assert work.remove(things, state="old", number=7) == 2
        assert [found["id"] for found in work.rows(sa.select(things))] == ["two"]


def test_values_that_a_query_has_fixed_stay_and_named_ones_change(fresh: Database) -> None:
    named: sa.BindParameter[int] = sa.bindparam("number")
    query = sa.select(things.c.id).where(things.c.state == "new", things.c.number >= named)
    query = query.order_by(things.c.id).limit(1)
    assert isinstance(selecting("sqlite", query), Direct)
    with fresh.writing() as work:
        work.insert(things, *(row(f"{number}", number=number) for number in range(5)))
        assert work.one(query, number=3) == {"id": "3"}
        assert work.rows(query, number=1) == [{"id": "1"}]
        assert work.one(query, number=9) is None


def test_what_cannot_be_compiled_once_runs_as_usual(fresh: Database) -> None:
    query = sa.select(things.c.id).where(things.c.id.in_(["one", "two"]), things.c.state == sa.bindparam("state"))
    assert isinstance(selecting("sqlite", query), Usual)
    assert isinstance(inserting("sqlite", things, ("id",), None), Usual)
    with fresh.writing() as work:
        work.insert(things, row("one"), row("two", state="old"), row("three"))
        assert work.rows(query, state="new") == [{"id": "one"}]
        assert work.one(query, state="old") == {"id": "two"}


def test_on_postgresql_every_statement_runs_as_usual() -> None:
    assert isinstance(inserting("postgresql", things, ("id", "state"), "id"), Usual)
    assert isinstance(changing("postgresql", things, ("id",), ("state",)), Usual)


def test_a_value_that_was_not_named_is_missed(fresh: Database) -> None:
    query = sa.select(things.c.id).where(things.c.id == sa.bindparam("id"), things.c.state == sa.bindparam("state"))
    with fresh.reading() as work, pytest.raises(KeyError):
        work.one(query, id="one")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(several=st.lists(_ROWS, max_size=90))
def test_many_rows_are_written_as_one_by_one(database: Database, several: list[dict[str, Any]]) -> None:
    with database.writing() as work:
        work.delete(things, sa.true())
        work.insert(things, *({"id": str(place), **one} for place, one in enumerate(several)))
        found = {one["id"]: one for one in work.rows(sa.select(things))}
    assert found == {str(place): {"id": str(place), **one} for place, one in enumerate(several)}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(here=st.sets(_TEXT, min_size=1, max_size=20), asked=st.lists(_TEXT, max_size=20))
@example(here={"\0", "a", "a\0b"}, asked=["a\0b"])
def test_rows_are_found_by_any_of_many_values(database: Database, here: set[str], asked: list[str]) -> None:
    with database.writing() as work:
        work.delete(things, sa.true())
        work.insert(things, *(row(one, number=place) for place, one in enumerate(sorted(here))))
        named = [*asked, min(here)]
        assert {one["id"] for one in work.among(things, "id", named)} == here & set(named)
        numbers = [one["number"] for one in work.among(things, "number", [0, 2**40])]
    assert numbers == [0]
