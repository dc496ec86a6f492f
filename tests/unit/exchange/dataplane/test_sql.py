"""A database behind a dataset: typed values, rows in order, nothing written, and nothing of the database told."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from skillspace.exchange.dataplane.secrets import Secret
from skillspace.exchange.dataplane.settings import Parameter, SqlSettings
from skillspace.exchange.dataplane.sql import SqlSource, read_value
from skillspace.kernel.errors import BadInput
from tests.postgres import own_server
from tests.unit.exchange.dataplane.asking import ask, opened
from tests.unit.exchange.neighbours import Town

SELECT = "SELECT id, name, points FROM course WHERE points >= :least AND (:town = '' OR town = :town) ORDER BY id"
PARAMETERS = {
    "least": Parameter(type="integer", required=False, default="0"),
    "town": Parameter(type="text", required=False, default="", most=40),
}
ROWS = [(number, f"Course {number} å", number % 30, "Umeå" if number % 2 else "Nantes") for number in range(5000)]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("school") / "courses.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE course (id INTEGER PRIMARY KEY, name TEXT, points INTEGER, town TEXT)")
        connection.executemany("INSERT INTO course VALUES (?, ?, ?, ?)", ROWS)
    connection.close()
    return file


def settings(file: Path, **changes: Any) -> SqlSettings:
    facts: dict[str, Any] = {"kind": "sql", "url": f"sqlite:///{file}", "select": SELECT, "parameters": PARAMETERS}
    return SqlSettings(**facts | changes)


@pytest.fixture(scope="module")
def courses(town: Town, file: Path) -> str:
    return opened(town, SqlSource(settings(file), Secret()))


def test_rows_come_in_order_as_json_lines(town: Town, courses: str) -> None:
    reply = ask(town, courses)
    lines = [json.loads(line) for line in reply.content.splitlines()]
    assert lines == [{"id": row[0], "name": row[1], "points": row[2]} for row in ROWS]
    assert reply.headers["content-type"] == "application/x-ndjson"


def test_values_from_the_consumer_are_values_and_nothing_else(town: Town, courses: str) -> None:
    lines = ask(town, courses, "?least=29&town=Nantes").content.splitlines()
    assert len(lines) == sum(row[2] >= 29 and row[3] == "Nantes" for row in ROWS)
    assert ask(town, courses, "?town=' OR 1=1 --").content == b""


@pytest.mark.parametrize(
    "query", ["?least=x", "?least=1.5", "?least=1&least=2", "?other=1", "?town=" + "a" * 41, "?town=%00"]
)
def test_values_that_do_not_fit_are_refused_by_name(town: Town, courses: str, query: str) -> None:
    reply = ask(town, courses, query)
    assert (reply.status_code, reply.json()["code"]) == (400, "BadInput")


def test_rows_come_as_csv_where_that_is_wanted(town: Town, file: Path) -> None:
    source = SqlSource(
        settings(file, format="csv", select="SELECT id, name FROM course WHERE id < 2 ORDER BY id", parameters={}),
        Secret(),
    )
    assert ask(town, opened(town, source)).text == "id,name\r\n0,Course 0 å\r\n1,Course 1 å\r\n"


@pytest.mark.parametrize(
    "select",
    [
        "DELETE FROM course",
        "SELECT id FROM course",
        "SELECT id FROM course ORDER BY id; DROP TABLE course",
        "SELECT id FROM course -- ORDER BY id\nORDER BY id",
        "SELECT id FROM course WHERE id = :strange ORDER BY id",
        "PRAGMA table_info(course) ORDER BY",
    ],
)
def test_what_is_no_ordered_select_is_not_written_down(file: Path, select: str) -> None:
    with pytest.raises(BadInput):
        SqlSource(settings(file, select=select, parameters={}), Secret())


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://h/d", "postgresql://u:pw@h/d", "nonsense"])
def test_an_address_with_a_password_or_of_another_kind_is_not_written_down(file: Path, url: str) -> None:
    with pytest.raises(BadInput) as fault:
        SqlSource(settings(file, url=url), Secret())
    assert "pw" not in fault.value.message


def test_the_connection_cannot_write_whatever_the_statement_says(town: Town, file: Path) -> None:
    source = SqlSource(settings(file), Secret())
    with source._engine.connect() as connection, pytest.raises(sa.exc.OperationalError):
        connection.execute(sa.text("DELETE FROM course"))


def test_a_statement_that_fails_tells_nothing_of_the_database(
    town: Town, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = SqlSource(settings(file, select="SELECT id FROM staff_salaries ORDER BY id", parameters={}), Secret())
    reply = ask(town, opened(town, source))
    assert reply.status_code == 503
    assert "staff_salaries" not in reply.text + capsys.readouterr().out


def test_a_statement_that_takes_too_long_is_given_up(town: Town, file: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n ORDER BY 1"
    source = SqlSource(settings(file, select=endless, parameters={}, timeout_s=0.3), Secret())
    pid, began = opened(town, source), time.monotonic()
    assert ask(town, pid).status_code == 503
    assert time.monotonic() - began < 15


@given(st.sampled_from(["text", "integer", "number", "boolean", "date", "moment"]), st.text(max_size=40))
def test_no_value_breaks_anything(kind: Any, text: str) -> None:
    with suppress(BadInput):
        read_value("value", Parameter(type=kind), text)


@pytest.fixture(scope="module")
def postgres() -> Iterator[tuple[str, str]]:
    """A server of our own: its address without a password, and the password."""
    password = "pg-password-of-the-school"
    with own_server(password=password) as address:
        yield address, password


@pytest.mark.slow
def test_postgresql_answers_the_same_and_cannot_be_written_to(
    town: Town, postgres: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    url, password = postgres
    engine = sa.create_engine(sa.make_url(url).set(password=password))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE course (id int primary key, name text, points int, town text)"))
        connection.execute(
            sa.text("INSERT INTO course VALUES (:a, :b, :c, :d)"), [dict(zip("abcd", row, strict=True)) for row in ROWS]
        )
    engine.dispose()
    facts: dict[str, Any] = {"kind": "sql", "url": url, "select": SELECT, "parameters": PARAMETERS}
    source = SqlSource(SqlSettings(**facts), Secret({"password": password}))
    pid = opened(town, source)
    assert len(ask(town, pid, "?least=29").content.splitlines()) == sum(row[2] >= 29 for row in ROWS)
    with source._engine.connect() as connection, pytest.raises(sa.exc.InternalError, match="read-only"):
        connection.execute(sa.text("DELETE FROM course"))
    wrong = SqlSource(SqlSettings(**facts), Secret({"password": "wrong-password"}))
    reply = ask(town, opened(town, wrong))
    assert reply.status_code == 503
    assert "password" not in reply.text + capsys.readouterr().out
    source._engine.dispose()
