"""Org charts as files: a table with one line for each need of a role, or JSON; read strictly, faults say where."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import orjson

from skillspace.kernel.errors import BadInput
from skillspace.skills.tables import MOST_BYTES, Find, Row, Table
from skillspace.skills.taxonomy import Need
from skillspace.skills.teams.model import MOST_HEADS, Chart, Role, Unit, Wanted

MOST_NEEDS = 20_000
NEEDED, FURTHER = ("role", "concept"), ("unit", "part_of", "heads", "need", "level", "weight")


def read_chart(content: bytes, find: Find) -> Chart:
    """Return the chart of a file: JSON where it begins as an object does, else a table. Raises BadInput, saying where.

    A table has the columns ``role`` and ``concept`` and perhaps ``unit``, ``part_of``, ``heads``, ``need`` (essential
    or optional), ``level`` (1 to 8) and ``weight``; ``find`` turns names into concepts. What is true of a role or a
    unit as a whole stands on any of its lines. JSON is ``{"units": [{"id", "part_of"}], "roles": [{"id", "unit",
    "heads", "needs": [{"concept", "need", "level", "weight"}]}]}``.
    """
    return _of_json(content, find) if content.lstrip()[:1] == b"{" else _of_table(content, find)


def _of_table(content: bytes, find: Find) -> Chart:
    table = Table.read(content, required=NEEDED, optional=FURTHER)
    _check_size(len(table.rows))
    units: dict[str, str | None] = {}
    facts: dict[str, dict[str, Any]] = {}
    for row in table.rows:
        role = facts.setdefault(row.needed("role"), {"needs": {}})
        unit = row.text("unit")
        if row.text("part_of") and not unit:
            raise row.fault("part_of", "only a unit is part of another; name it in the column unit")
        if unit:
            _once(units, unit, row.text("part_of") or None, row, "part_of")
            units.setdefault(row.text("part_of") or unit, None)
        _once(role, "unit", unit or None, row, "unit")
        _once(role, "heads", row.whole("heads", 1, MOST_HEADS), row, "heads")
        wanted = _wanted(row, find)
        if wanted.concept in role["needs"]:
            raise row.fault("concept", "this role has a line for it already")
        role["needs"][wanted.concept] = wanted
    roles = [
        Role(id=name, unit=role["unit"], heads=role["heads"] or 1, needs=tuple(role["needs"].values()))
        for name, role in facts.items()
    ]
    return Chart(units=tuple(Unit(id=name, part_of=of) for name, of in units.items()), roles=tuple(roles))


def _wanted(row: Row, find: Find) -> Wanted:
    kind = row.text("need").casefold() or Need.ESSENTIAL.value
    if kind not in list(Need):
        raise row.fault("need", f"{kind!r} is none of {', '.join(Need)}")
    weight = row.number("weight", usual=1.0, least=0.0)
    if not weight:
        raise row.fault("weight", "a need that weighs nothing is no need; leave out its line")
    return Wanted(concept=row.concept("concept", find), level=row.whole("level", 1, 8), need=Need(kind), weight=weight)


def _once(facts: dict[str, Any], name: str, said: object, row: Row, column: str) -> None:
    """Keep what is said once and perhaps repeated. Raises BadInput where another line says something else."""
    before = facts.setdefault(name, None)
    if said is not None and before not in (None, said):
        raise row.fault(column, f"an earlier line says {before!r}")
    facts[name] = said if said is not None else before


def _of_json(content: bytes, find: Find) -> Chart:
    if len(content) > MOST_BYTES:
        raise BadInput(f"A chart has at most {MOST_BYTES >> 20} MB; this one has {len(content):,} bytes.")
    try:
        said = orjson.loads(content)
    except orjson.JSONDecodeError as fault:
        raise BadInput(f"Line {fault.lineno}, column {fault.colno}: the chart is not JSON ({fault.msg}).") from fault
    whole = _object(said, ("units", "roles"), "the chart")
    units = tuple(_unit(one, f"units[{at}]") for at, one in enumerate(_list(whole, "units", "the chart")))
    listed = _list(whole, "roles", "the chart")
    _check_size(
        sum(len(one["needs"]) for one in listed if isinstance(one, dict) and isinstance(one.get("needs"), list))
    )
    return Chart(units=units, roles=tuple(_role(one, f"roles[{at}]", find) for at, one in enumerate(listed)))


def _unit(said: object, where: str) -> Unit:
    read = _object(said, ("id", "part_of"), where)
    return Unit(id=_text(read, "id", where) or "", part_of=_text(read, "part_of", where, is_needed=False))


def _role(said: object, where: str, find: Find) -> Role:
    read = _object(said, ("id", "unit", "heads", "needs"), where)
    needs = []
    for at, one in enumerate(_list(read, "needs", where)):
        spot = f"{where}.needs[{at}]"
        stated = _object(one, ("concept", "need", "level", "weight"), spot)
        written = _text(stated, "concept", spot) or ""
        if (uri := find(written)) is None:
            raise BadInput(f"{spot}.concept: no taxonomy here has a skill called {written[:100]!r}.")
        kind = stated.get("need", Need.ESSENTIAL.value)
        if not isinstance(kind, str) or kind not in list(Need):
            raise BadInput(f"{spot}.need: {str(kind)[:40]!r} is none of {', '.join(Need)}.")
        level, weight = stated.get("level"), stated.get("weight", 1.0)
        if level is not None and (not isinstance(level, int) or isinstance(level, bool)):
            raise BadInput(f"{spot}.level: a level is a whole number from 1 to 8.")
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            raise BadInput(f"{spot}.weight: a weight is a number.")
        needs.append(Wanted(concept=uri, level=level, need=Need(kind), weight=float(weight)))
    heads = read.get("heads", 1)
    if not isinstance(heads, int) or isinstance(heads, bool):
        raise BadInput(f"{where}.heads: how many people a role takes is a whole number.")
    name, unit = _text(read, "id", where) or "", _text(read, "unit", where, is_needed=False)
    return Role(id=name, unit=unit, heads=heads, needs=tuple(needs))


def _object(said: object, names: Collection[str], where: str) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise BadInput(f"{where} is an object.")
    if unknown := sorted(said.keys() - set(names)):
        raise BadInput(f"{where} has no {unknown[0][:60]!r}; there is {', '.join(names)}.")
    return said


def _list(said: dict[str, Any], name: str, where: str) -> Sequence[object]:
    found = said.get(name, [])
    if not isinstance(found, list):
        raise BadInput(f"{where}: {name} is a list.")
    return found


def _text(said: dict[str, Any], name: str, where: str, *, is_needed: bool = True) -> str | None:
    found = said.get(name)
    if found is None and not is_needed:
        return None
    if not isinstance(found, str) or not found.strip():
        raise BadInput(f"{where}.{name}: a text has to stand here.")
    return found.strip()


def _check_size(needs: int) -> None:
    if needs > MOST_NEEDS:
        raise BadInput(f"A chart has at most {MOST_NEEDS:,} needs; this one has {needs:,}.")
