"""Compares a graph with the one its authors expect: things by their class and order, properties one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Graph = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One property in which the two differ; None where one side has it not. ``thing`` is the class and its number."""

    thing: str
    property: str
    ours: Any
    expected: Any


def compare(ours: Graph, expected: Graph) -> tuple[int, list[Difference]]:
    """Return (how many properties agree, the differences).

    Identifiers that only name a thing within the graph are replaced by its class and number on both sides, so that
    differently counted names are no difference.
    """
    first, second = _named(ours), _named(expected)
    same = 0
    found = []
    for thing in dict.fromkeys((*first, *second)):
        mine, theirs = first.get(thing, {}), second.get(thing, {})
        for name in sorted({*mine, *theirs} - {"id"}):
            if name in mine and name in theirs and mine[name] == theirs[name]:
                same += 1
            else:
                found.append(Difference(thing=thing, property=name, ours=mine.get(name), expected=theirs.get(name)))
    return same, found


def _named(graph: Graph) -> dict[str, dict[str, Any]]:
    numbers: Counter[str] = Counter()
    names: dict[str, str] = {}
    for thing in graph:
        sort = _sort(thing.get("type", "?"))
        numbers[sort] += 1
        identifier = str(thing.get("id", ""))
        # a term names itself; what begins with “tr:” is only a name within the graph
        names.setdefault(identifier, f"{sort} {numbers[sort]}" if identifier.startswith("tr:") else identifier)
    return {
        names[str(thing.get("id", ""))]: {name: _renamed(value, names) for name, value in thing.items()}
        for thing in graph
    }


def _sort(kinds: Any) -> str:
    return str(kinds[0] if isinstance(kinds, list) and kinds else kinds)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        renamed = [_renamed(item, names) for item in value]
        return renamed[0] if len(renamed) == 1 else renamed
    return value
