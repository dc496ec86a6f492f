"""When two statements are the same: a statement never changes, so an id that comes again must bring the same one.

Left out is what a store fills in, what definitions of verbs and activities say, which live apart from the statement
(xAPI 1.0.3 part 2 §2.3.1; 2.0 §4.2.4), and what a duration says beyond hundredths of a second (1.0.3 part 2 §4.6; 2.0
§4.2.7).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from skillspace.records.statements.reading import kind_of
from skillspace.records.statements.values import moment

_FILLED_IN = frozenset({"id", "authority", "stored", "version"})
_SECONDS = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?S")


def are_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two checked statements mean the same; one that names no time has the time of the other."""
    named = "timestamp" in one and "timestamp" in other
    return essence(one, named) == essence(other, named)


def essence(statement: Mapping[str, Any], with_time: bool = True) -> dict[str, Any]:
    """Return what a statement says, in one spelling."""
    left_out = _FILLED_IN if with_time else _FILLED_IN | {"timestamp"}
    return {name: _plain(name, value) for name, value in statement.items() if name not in left_out}


def _plain(name: str, value: Any) -> Any:
    return _SPELLED[name](value) if name in _SPELLED else value


def _parts(value: Any) -> Any:
    return {name: _plain(name, content) for name, content in value.items()}


def _each(value: Any) -> Any:
    return [_parts(one) for one in value]


def _near(value: Any) -> Any:
    return {relation: sorted(one["id"] for one in listed) for relation, listed in value.items() if listed}


def _object(value: Any) -> Any:
    kind = kind_of(value)
    if kind == "SubStatement":
        return kind, _parts(value)
    if kind in ("Agent", "Group"):
        return kind, _actor(value)
    return kind, value["id"].lower() if kind == "StatementRef" else value["id"]


def _actor(value: Any) -> Any:
    plain = {"objectType": "Agent", **value}
    if "member" in plain:
        plain["member"] = sorted((_actor(one) for one in plain["member"]), key=_in_order)
    return plain


def _to_hundredths(value: str) -> str:
    """A duration cut, not rounded, to hundredths of a second, however many digits it was written with."""
    return _SECONDS.sub(lambda found: f"{found[1]}.{(found[2] or '')[:2]:0<2}S", value)


def _in_order(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


#: How each property is spelled where one thing has several spellings.
_SPELLED: dict[str, Callable[[Any], Any]] = {
    "timestamp": lambda value: moment(value, "timestamp"),
    "verb": lambda value: value["id"],
    "object": _object,
    "result": _parts,
    "duration": _to_hundredths,
    "context": _parts,
    "contextActivities": _near,
    "statement": lambda value: value["id"].lower(),
    **dict.fromkeys(("actor", "instructor", "team", "agent", "group"), _actor),
    **dict.fromkeys(("registration", "sha2"), str.lower),
    **dict.fromkeys(("contextAgents", "contextGroups", "attachments"), _each),
}
