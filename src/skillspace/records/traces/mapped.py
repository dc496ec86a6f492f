"""Any table, by a mapping that says what its columns mean: a small language of templates and lookups, read strictly.

A mapping is TOML or JSON. Its `statement` has the shape of the statement to be made; each text in it is a template in
which ``{column}`` stands for that column's value. A table with `from` says how the value is to be read instead::

    {from = "{mark}", as = "number", decimal = ","}
    {from = "{day}", as = "time", format = "%d/%m/%Y"}         # strptime's letters; zone = "Europe/Paris" if needed
    {from = "{seconds}", as = "seconds"}                       # becomes a duration
    {from = "{grade}", as = "boolean", true = ["pass"], false = ["fail"]}
    {from = "{event}", as = "lookup", table = "verbs", otherwise = "…"}
    {from = "{title}", as = "address"}                         # what may not stand in an address is spelled %XX
    {from = "{id}", as = "uuid"}                               # always the same for the same value

What comes of an empty column is left out, with everything that has nothing in it then. `only` keeps the rows whose
column has one of some values. Nothing in a mapping is run; it cannot call, loop or reach anything but the row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from skillspace.kernel.errors import BadInput
from skillspace.records.declared import STRICT, read_declared, read_part
from skillspace.records.traces.making import duration_of, moment_of, uuid_of
from skillspace.records.traces.source import Origin, Source, Statement
from skillspace.records.traces.trace import EMPTY, Trace

MAX_LEAVES = 200
"""Templates in one mapping, at most."""
MAX_DEPTH = 12
_LONGEST = 2000
_SLOT = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?")


class Leaf(BaseModel):
    """How one value is read. Which members go with which `as` is checked when the mapping is read."""

    model_config = STRICT

    source: str = Field(alias="from", max_length=_LONGEST)
    kind: Literal["text", "number", "time", "seconds", "boolean", "lookup", "address", "uuid"] = Field(
        alias="as", default="text"
    )
    decimal: Literal[".", ","] = "."
    format: str | None = None
    zone: str | None = None
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    table: str | None = None
    otherwise: str | None = None


class Only(BaseModel):
    """Which rows are read: those whose value, made from the template, is among these."""

    model_config = STRICT

    source: str = Field(alias="from", max_length=_LONGEST)
    among: tuple[str, ...] = Field(alias="is", min_length=1)


class Declaration(BaseModel):
    """A mapping as it is declared."""

    model_config = STRICT

    statement: dict[str, Any]
    only: Only | None = None
    tables: dict[str, dict[str, str]] = {}


def mapped(document: bytes) -> Source:
    """Return the source that a mapping declares, TOML or JSON; raise BadInput naming what does not fit."""
    declared = read_declared(document, Declaration, "mapping")
    shape = _compiled(declared.statement, "statement", 0)
    leaves = list(_leaves(shape))
    if len(leaves) > MAX_LEAVES:
        raise BadInput(f"The mapping has more than {MAX_LEAVES} values.")
    for leaf in leaves:
        _check(leaf, declared.tables)
    templates = [leaf.source for leaf in leaves] + ([declared.only.source] if declared.only else [])
    wanted = {name for template in templates for name in _SLOT.findall(template)}

    def read(row: Trace, origin: Origin) -> Iterator[Statement]:
        if missing := wanted - row.content.keys():
            raise BadInput(f"The mapping names the column {min(missing)!r}, which is not there.")
        if declared.only is not None and _filled(declared.only.source, row) not in declared.only.among:
            return
        made = _made(shape, row, origin, declared.tables)
        yield {"id": uuid_of(None, row.content), **(made if isinstance(made, dict) else {})}

    return Source(name="csv", title="CSV with a mapping", read=read)


def _compiled(value: object, where: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise BadInput(f"The mapping does not fit: {where} is nested too deep.")
    if isinstance(value, str):
        return read_part({"from": value}, Leaf, f"mapping at {where}")
    if isinstance(value, Mapping):
        if "from" in value:
            return read_part(value, Leaf, f"mapping at {where}")
        return {name: _compiled(inner, f"{where}.{name}", depth + 1) for name, inner in value.items()}
    return [_compiled(inner, where, depth + 1) for inner in value] if isinstance(value, list) else value


def _leaves(shape: Any) -> Iterator[Leaf]:
    if isinstance(shape, Leaf):
        yield shape
    elif isinstance(shape, Mapping | list):
        for inner in shape.values() if isinstance(shape, Mapping) else shape:
            yield from _leaves(inner)


def _check(leaf: Leaf, tables: Mapping[str, object]) -> None:
    where = f"The mapping does not fit: {leaf.source[:60]!r}"
    if re.search(r"[{}]", _SLOT.sub("", leaf.source)) or "" in _SLOT.findall(leaf.source):
        raise BadInput(f"{where}: a column stands between one brace and the other.")
    if leaf.kind == "lookup" and leaf.table not in tables:
        raise BadInput(f"{where}: there is no table {leaf.table!r} under tables.")
    if leaf.kind == "boolean" and not (leaf.true and leaf.false and set(leaf.true).isdisjoint(leaf.false)):
        raise BadInput(f"{where}: say what is true and what is false, and nothing twice.")
    if leaf.zone is not None:
        try:
            ZoneInfo(leaf.zone)
        except (KeyError, ValueError, OSError):
            raise BadInput(f"{where}: no zone is called {leaf.zone!r}.") from None


def _made(shape: Any, row: Trace, origin: Origin, tables: Mapping[str, Mapping[str, str]]) -> Any:
    """Return a shape with its templates filled; what has nothing in it is left out."""
    if isinstance(shape, Leaf):
        said = _filled(shape.source, row)
        return None if said is None else _value(shape, said, origin, tables)
    if isinstance(shape, Mapping):
        parts = {name: _made(inner, row, origin, tables) for name, inner in shape.items()}
        return {name: part for name, part in parts.items() if part not in EMPTY}
    if isinstance(shape, list):
        return [part for inner in shape if (part := _made(inner, row, origin, tables)) not in EMPTY]
    return shape


def _filled(template: str, row: Trace) -> str | None:
    """Return a template with the columns' values; None where one of them is empty."""
    values = {name: row.text(name) for name in _SLOT.findall(template)}
    if None in values.values():
        return None
    return _SLOT.sub(lambda slot: str(values[slot[1]]), template)


def _value(leaf: Leaf, said: str, origin: Origin, tables: Mapping[str, Mapping[str, str]]) -> object:
    readings: Mapping[str, Callable[[], object]] = {
        "text": lambda: said,
        "number": lambda: _number(said, leaf.decimal),
        "time": lambda: _time(leaf, said, origin),
        "seconds": lambda: duration_of(_number(said, leaf.decimal)),
        "boolean": lambda: _boolean(leaf, said),
        "lookup": lambda: _looked_up(leaf, said, tables),
        "address": lambda: quote(said, safe=""),
        "uuid": lambda: uuid_of(said, {}),
    }
    return readings[leaf.kind]()


def _time(leaf: Leaf, said: str, origin: Origin) -> str:
    return moment_of(said, replace(origin, dates=leaf.format, zone=ZoneInfo(leaf.zone) if leaf.zone else origin.zone))


def _boolean(leaf: Leaf, said: str) -> bool:
    if said not in (*leaf.true, *leaf.false):
        raise BadInput(f"{leaf.source}: this value is neither among true nor among false.")
    return said in leaf.true


def _looked_up(leaf: Leaf, said: str, tables: Mapping[str, Mapping[str, str]]) -> str:
    found = tables[str(leaf.table)].get(said, leaf.otherwise)
    if found is None:
        raise BadInput(f"{leaf.source}: the table {leaf.table!r} does not have this value, nor an otherwise.")
    return found


def _number(said: str, decimal: str) -> float:
    plain = said.replace(" ", "").replace("\u00a0", "")
    plain = plain.replace(".", "").replace(",", ".") if decimal == "," else plain.replace(",", "")
    if not _NUMBER.fullmatch(plain):
        raise BadInput("A value that should be a number is none.")
    value = float(plain)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
