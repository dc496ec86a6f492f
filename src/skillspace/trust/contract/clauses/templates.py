"""Contracts to begin from: roles, clauses with their values, purposes; filled in, they are the terms of a contract."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from skillspace.kernel.clock import iso, now
from skillspace.kernel.errors import NotFound
from skillspace.trust.contract.clauses import words
from skillspace.trust.contract.clauses.errors import BadClauseValue
from skillspace.trust.contract.clauses.library import clause, read_parameters
from skillspace.trust.contract.clauses.values import Parameter, read_values
from skillspace.trust.contract.clauses.whole import read_rules, read_use
from skillspace.trust.contract.reading import contract_id, read_terms

_HOLE = re.compile(r"\{([a-z_]+)\}")
#: What may be given besides a template's parameters.
_BESIDES = frozenset({"title", "clauses", "business_model"})
_TITLE = Parameter(name="title", kind="text", most=300)


@dataclass(frozen=True, kw_only=True)
class ContractTemplate:
    """One contract to begin from. `roles` and `clauses` hold clause uses whose values may name a parameter: “{law}”."""

    id: str
    kind: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    parameters: Mapping[str, Parameter]
    roles: tuple[Mapping[str, Any], ...]
    clauses: tuple[Mapping[str, Any], ...]
    business_model: Mapping[str, Any]


def templates() -> tuple[ContractTemplate, ...]:
    """Return every template, in the order of `templates.json`."""
    return tuple(_by_id().values())


def template(name: str) -> ContractTemplate:
    """Return a template by its id; raise NotFound."""
    found = _by_id().get(name)
    if found is None:
        raise NotFound(f"There is no contract template {name[:100]!r}; there are {', '.join(_by_id())}.")
    return found


def role_title(role: str, language: str) -> str:
    """Return what a role of the library's templates is called; one that a contract made up itself, by its name."""
    known = (one["title"] for each in templates() for one in each.roles if one["role"] == role)
    title: Mapping[str, str] = next(known, {})
    return str(title.get(language) or title.get("en") or role)


def from_template(name: str, values: Mapping[str, Any], *, at: datetime | None = None) -> dict[str, Any]:
    """Return the first version of a contract's terms as plain JSON, written at the moment `at` (now).

    `values` are the template's parameters (days as ``2027-01-01``); besides them `title`, `business_model`, and
    `clauses`: other values for single clauses, by their id. What comes out reads as terms (`contract.read_terms`) and
    its rules can be kept, for the whole and in each role. Raises NotFound, BadClauseValue naming the parameter,
    ClausesClash, and BadInput where the terms as a whole do not read.
    """
    one = template(name)
    found = read_values(one.parameters, {key: values[key] for key in values if key not in _BESIDES}, one.id)
    changes = _changes(one, values.get("clauses", {}))
    whole = [_use(use, found, changes) for use in one.clauses]
    roles = [
        {"role": role["role"], "obligations": [_use(use, found, changes) for use in role["obligations"]]}
        for role in one.roles
    ]
    for role in roles:
        read_rules([*whole, *role["obligations"]])
    terms = {
        "id": contract_id(found["orchestrator"]),
        "kind": one.kind,
        "title": _TITLE.read(values.get("title", one.title[found["language"]]), one.id),
        "version": 1,
        "previous": None,
        "orchestrator": found["orchestrator"],
        "roles": roles,
        "clauses": whole,
        "purposes": _purposes(whole),
        "chains": [],
        "business_model": values.get("business_model", one.business_model),
        "issued": iso(at or now()),
        "starts": _day(found["starts"]),
        "ends": _day(found["ends"]),
        "notice_days": found["notice_days"],
        "law": found["law"],
        "language": found["language"],
        "material": True,
        "sign_within_days": 30,
    }
    return read_terms(terms).content()


def _changes(one: ContractTemplate, given: object) -> Mapping[str, Any]:
    there = {
        clause(use["clause"]).id for uses in (one.clauses, *(role["obligations"] for role in one.roles)) for use in uses
    }
    if not isinstance(given, Mapping) or not all(isinstance(values, Mapping) for values in given.values()):
        raise BadClauseValue("“clauses” is a JSON object: the id of a clause, and its other values.")
    if strange := sorted(str(name)[:60] for name in given if name not in there):
        raise BadClauseValue(f"The template “{one.id}” has no clause “{strange[0]}”.")
    return given


def _use(use: Mapping[str, Any], found: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A clause use with every value it has, so that what is signed needs no default of this program."""
    values = {name: _value(value, found) for name, value in use["values"].items()}
    changed = values | dict(changes.get(clause(use["clause"]).id, {}))
    one, filled = read_use({"clause": use["clause"], "values": changed})
    return {"clause": one.name, "values": filled}


def _value(value: Any, found: Mapping[str, Any]) -> Any:
    hole = _HOLE.fullmatch(value) if isinstance(value, str) else None
    return found[hole[1]] if hole else value


def _purposes(whole: list[dict[str, Any]]) -> list[str]:
    """The purposes of the contract are those its clause names: they are never said twice in different words."""
    return [purpose for use in whole for purpose in use["values"].get("purposes", ())]


def _day(day: str) -> str:
    return iso(datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC))


@cache
def _by_id() -> Mapping[str, ContractTemplate]:
    written = words.data("templates.json")
    return {one["id"]: _template(one, written["parameters"]) for one in written["templates"]}


def _template(written: Mapping[str, Any], common: Mapping[str, Any]) -> ContractTemplate:
    return ContractTemplate(
        id=written["id"],
        kind=written["kind"],
        title=written["title"],
        about=written["about"],
        parameters=read_parameters(dict(common) | dict(written["parameters"])),
        roles=tuple(written["roles"]),
        clauses=tuple(written["clauses"]),
        business_model=written["business_model"],
    )
