"""Criteria of a question as SQL over our offerings; members with several values fit when one of them does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from skillspace.exchange.catalog.filter import LISTS, TEXTS, Condition, pieces
from skillspace.kernel.clock import from_iso

Column = sa.ColumnElement[Any]
Test = Callable[[Column], sa.ColumnElement[bool]]
_COLUMNS = {"kind": "kinds", "purpose": "purposes", "format": "formats", "mediaType": "media_type"}
_COMPARED: dict[str, Callable[[Column, Any], sa.ColumnElement[bool]]] = {
    "=": lambda column, value: column == value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
}


def folded(texts: list[str]) -> list[str]:
    """Return texts as `ilike` looks at them: case means nothing, in any language."""
    return [text.casefold() for text in texts]


def criterion(table: sa.Table, asked: Condition, dialect: str) -> sa.ColumnElement[bool]:
    """Return one criterion; `dialect` is the database's ("sqlite", "postgresql")."""
    column = table.c[_COLUMNS.get(asked.member, asked.member)]
    if asked.member == "personal":
        return column.is_(asked.values[0])
    if asked.member == "updated":
        return _COMPARED[asked.operator](column, from_iso(str(asked.values[0])))
    test = _test(asked, dialect)
    if asked.member in LISTS:
        return any_value(table, column, test, dialect)
    if asked.member in TEXTS:
        if asked.operator == "ilike":
            return any_value(table, table.c[f"{asked.member}_folded"], test, dialect)
        return any_value(table, column, test, dialect, is_object=True)
    return test(column)


def any_value(
    table: sa.Table, column: Column, test: Test, dialect: str, *, is_object: bool = False
) -> sa.ColumnElement[bool]:
    """Tell whether one value of a JSON list (or of a JSON object) fits."""
    if dialect == "postgresql":
        unpack = sa.func.json_each_text(column) if is_object else sa.func.json_array_elements_text(column)
        each = unpack.table_valued("key", "value") if is_object else unpack.table_valued("value")
    else:
        each = sa.func.json_each(column).table_valued("value")
    return sa.select(sa.literal(1)).select_from(each).where(test(each.c.value)).correlate(table).exists()


def _test(asked: Condition, dialect: str) -> Test:
    values = [str(value) for value in asked.values]
    match asked.operator:
        case "like" if dialect == "sqlite":
            # SQLite's LIKE overlooks case, its GLOB does not.
            return lambda column: column.op("GLOB", is_comparison=True)(_glob(values[0]))
        case "like":
            return lambda column: column.like(_like(values[0]), escape="\\")
        case "ilike":
            return lambda column: sa.func.lower(column).like(_like(values[0].casefold()), escape="\\")
    return lambda column: column.in_(values)


_GLOB = {"%": "*", "_": "?"}


def _glob(pattern: str) -> str:
    return "".join(
        _GLOB[sign] if stands else f"[{sign}]" if sign in "*?[" else sign for sign, stands in pieces(pattern)
    )


def _like(pattern: str) -> str:
    return "".join(sign if stands or sign not in "%_\\" else f"\\{sign}" for sign, stands in pieces(pattern))
