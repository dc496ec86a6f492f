"""A database as a source: one SELECT of the operator's whose named values the consumer gives; read only."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

import orjson
import sqlalchemy as sa

from skillspace.exchange.dataplane.secrets import Secret, without
from skillspace.exchange.dataplane.settings import Parameter, SqlSettings
from skillspace.exchange.dataplane.sources import Held, Payload, PullRequest
from skillspace.kernel.clock import from_iso
from skillspace.kernel.errors import BadInput, Unavailable

PIECE = 128 * 1024
ROWS_AT_ONCE = 1000
MEDIA_TYPES = {"ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}
ENGINES = ("sqlite", "postgresql")
_COMMENT = re.compile(r"--|/\*")


class SqlSource:
    """Answers with the rows of a SELECT. The connection can read and nothing else, whatever the statement says."""

    def __init__(self, settings: SqlSettings, secret: Secret) -> None:
        self._settings = settings
        self._secret = secret
        self._statement = statement_of(settings)
        self._engine = _engine(settings, secret)

    def open(self, request: PullRequest) -> Payload:
        """Begin to read. Raises BadInput for values that do not fit, Unavailable when the database does not answer."""
        values = read_values(self._settings.parameters, request.query)
        if self._engine.dialect.name == "sqlite":
            values = {name: _for_sqlite(value) for name, value in values.items()}
        try:
            connection = self._engine.connect()
        except sa.exc.SQLAlchemyError:
            raise Unavailable("The source does not answer at the moment; try again later.") from None
        try:
            ready = connection.execution_options(stream_results=True, yield_per=ROWS_AT_ONCE)
            result = ready.execute(self._statement, values)
        except sa.exc.SQLAlchemyError:
            connection.close()
            raise Unavailable("The source cannot answer this; its owner has to look.") from None
        write = _ndjson if self._settings.format == "ndjson" else _csv
        written = write(_guarded(result), list(result.keys()))
        pieces = without(self._secret.guarded(), _gathered(written))
        return Payload(media_type=MEDIA_TYPES[self._settings.format], chunks=Held(pieces, connection.close))


def statement_of(settings: SqlSettings) -> sa.TextClause:
    """Return the statement; raise BadInput unless it is one ordered SELECT with exactly the parameters declared."""
    text = settings.select.strip().rstrip(";").strip()
    if not re.match(r"(select|with)\b", text, re.IGNORECASE) or ";" in text or _COMMENT.search(text):
        raise BadInput("select: write one SELECT, without comments and semicolons.")
    if not re.search(r"\border\s+by\b", text, re.IGNORECASE):
        raise BadInput("select: add ORDER BY, so that the same question always gets the same answer.")
    statement = sa.text(text)
    named = set(statement.compile().params)
    if named != set(settings.parameters):
        different = ", ".join(sorted(named ^ set(settings.parameters)))
        raise BadInput(f"parameters: {different} is named in the SELECT or declared, and must be both.")
    for name, parameter in settings.parameters.items():
        if parameter.default is not None:
            read_value(name, parameter, parameter.default)
    return statement


def read_values(parameters: Mapping[str, Parameter], query: Iterable[tuple[str, str]]) -> dict[str, object]:
    """Read the query string into typed values; raise BadInput naming what is missing, strange or given twice."""
    given: dict[str, str] = {}
    for name, text in query:
        if name not in parameters:
            raise BadInput(f"There is no parameter {name[:50]!r}; there are {', '.join(sorted(parameters)) or 'none'}.")
        if name in given:
            raise BadInput(f"{name} is given twice.")
        given[name] = text
    values: dict[str, object] = {}
    for name, parameter in parameters.items():
        text_or_none = given.get(name, parameter.default)
        if text_or_none is None and parameter.required:
            raise BadInput(f"{name} is missing.")
        values[name] = None if text_or_none is None else read_value(name, parameter, text_or_none)
    return values


def read_value(name: str, parameter: Parameter, text: str) -> object:
    """Read one value; raise BadInput when it is not of the parameter's type, or not one of its choices."""
    if len(text) > parameter.most or "\x00" in text or not text.isprintable():
        raise BadInput(f"{name} is longer than {parameter.most} or holds what no value may hold.")
    if parameter.choices is not None and text not in parameter.choices:
        raise BadInput(f"{name} is one of {', '.join(parameter.choices)}.")
    try:
        return _READERS[parameter.type](text)
    except (ValueError, KeyError, OverflowError, InvalidOperation):
        raise BadInput(f"{name} is not a {parameter.type}.") from None


def _integer(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise ValueError(text)
    return int(text)


def _number(text: str) -> Decimal:
    if not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", text):
        raise ValueError(text)
    return Decimal(text)


_READERS: Mapping[str, Callable[[str], object]] = {
    "text": str,
    "integer": _integer,
    "number": _number,
    "boolean": lambda text: {"true": True, "false": False}[text],
    "date": date.fromisoformat,
    "moment": from_iso,
}


def _engine(settings: SqlSettings, secret: Secret) -> sa.Engine:
    try:
        url = sa.make_url(settings.url)
    except sa.exc.ArgumentError:
        raise BadInput("url cannot be read; write it as in postgresql+psycopg://user@host/database.") from None
    if url.password is not None or any("password" in name.lower() for name in url.query):
        raise BadInput("url: the password belongs into the source's secret.")
    if url.get_backend_name() not in ENGINES:
        raise BadInput(f"url: only {' and '.join(ENGINES)} can be read.")
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, settings.timeout_s)
    if (password := secret.get("password")) is not None:
        url = url.set(password=password)
    limit = int(settings.timeout_s * 1000)
    options = f"-c default_transaction_read_only=on -c statement_timeout={limit} -c lock_timeout=5000"
    arguments = {"options": options, "connect_timeout": 5, "application_name": "skillspace"}
    try:
        return sa.create_engine(url, connect_args=arguments, pool_size=2, max_overflow=6, hide_parameters=True)
    except (sa.exc.SQLAlchemyError, ImportError):
        raise BadInput("url: the driver it names is not installed; install skillspace[postgresql].") from None


def _sqlite(url: sa.URL, timeout_s: float) -> sa.Engine:
    if not url.database or url.database == ":memory:" or url.query:
        raise BadInput("url: name a file, as in sqlite:////srv/data/courses.db.")
    address = f"file:{quote(url.database)}?mode=ro"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, uri=True, check_same_thread=False, timeout=5)
        connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA trusted_schema=OFF")
        end = time.monotonic() + timeout_s
        connection.set_progress_handler(lambda: time.monotonic() > end, 100_000)
        return connection

    return sa.create_engine("sqlite://", creator=connect, poolclass=sa.pool.NullPool, hide_parameters=True)


def _for_sqlite(value: object) -> object:
    """SQLite has numbers and texts; moments and dates are kept as ISO 8601 there."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _guarded(result: sa.CursorResult[Any]) -> Iterator[sa.Row[Any]]:
    try:
        yield from result
    except sa.exc.SQLAlchemyError:
        raise Unavailable("The source stopped answering.") from None


def _ndjson(rows: Iterable[sa.Row[Any]], names: list[str]) -> Iterator[bytes]:
    for row in rows:
        yield orjson.dumps(dict(zip(names, row, strict=True)), default=_plain, option=orjson.OPT_APPEND_NEWLINE)


def _csv(rows: Iterable[sa.Row[Any]], names: list[str]) -> Iterator[bytes]:
    """Write CSV (RFC 4180): a header, then the rows; None is an empty field."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(names)
    for row in rows:
        writer.writerow(["" if value is None else _plain_text(value) for value in row])
        yield lines.getvalue().encode()
        lines.seek(0)
        lines.truncate()
    yield lines.getvalue().encode()


def _gathered(lines: Iterable[bytes]) -> Iterator[bytes]:
    gathered = bytearray()
    for line in lines:
        gathered += line
        if len(gathered) >= PIECE:
            yield bytes(gathered)
            gathered.clear()
    yield bytes(gathered)


def _plain(value: object) -> object:
    """Write what JSON has no form for: exact numbers as text, bytes as hexadecimal."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, int):  # beyond 64 bits
        return str(value)
    return str(value)


def _plain_text(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(_plain(value)) if isinstance(value, bytes | memoryview) else str(value)
