"""Whether conditions can hold together at all: for the linter, which must never be wrong about “never”.

Every “impossible” is certain: no facts make all of the conditions hold. What is not certain is called possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import chain, product
from math import prod
from typing import Any

from skillspace.trust.policy.model import Condition, Group, Limit, Unread
from skillspace.trust.policy.operands import Kind
from skillspace.trust.policy.terms import POLICY_USAGE

#: Of more values than this in one condition, none is compared with all others.
MOST_VALUES = 100
#: Beyond so many ways to meet nested alternatives, no claim is made.
MOST_WAYS = 512
_POSITIVE = frozenset({"eq", "isAnyOf", "isA", "isPartOf", "isAllOf"})
_NEGATIVE = frozenset({"neq", "isNoneOf"})
_OPPOSITE = {"eq": "neq", "neq": "eq", "lt": "gteq", "gteq": "lt", "gt": "lteq", "lteq": "gt"}
#: Operands with one value at a time: “none of” is the exact opposite of “one of”.
_ONE_VALUE = frozenset({"purpose", "recipient", "consent"})
#: Operands that ask the same of the facts.
_SAME_FACT = {"delayPeriod": "elapsedTime"}


class _TooMany(Exception):
    """More ways than are looked at."""


@dataclass(frozen=True, kw_only=True)
class Clash:
    """Why conditions cannot hold together: one that never can, or two that exclude each other."""

    first: Condition
    second: Condition | None = None


def clash(conditions: Sequence[Condition]) -> Clash | None:
    """Return why all of these can never hold together, None where they may."""
    try:
        ways = _together(conditions)
    except _TooMany:
        return None
    if not ways:
        return Clash(first=next(one for one in conditions if not _ways(one)))
    clashes = [_clash(way) for way in ways]
    return clashes[0] if all(clashes) else None


def is_possible(conditions: Sequence[Condition]) -> bool:
    """Tell whether some facts may make all of these hold."""
    return not conditions or clash(conditions) is None


def same(condition: Condition) -> object:
    """Return what two conditions with the same meaning have in common, wherever they stand."""
    if isinstance(condition, Limit):
        return (condition.operand.name, condition.operator, frozenset(condition.values), condition.unit)
    if isinstance(condition, Group):
        return (condition.word, tuple(same(part) for part in condition.parts))
    return ("unread", condition.pointer)


def opposite(limit: Limit) -> Limit | None:
    """Return the condition that holds exactly where `limit` is known not to hold, if there is one."""
    if POLICY_USAGE in limit.values:
        return None
    if limit.operand.kind is not Kind.WORDS:
        return replace(limit, operator=_OPPOSITE[limit.operator])
    if limit.operator in _POSITIVE - {"isAllOf"}:
        return replace(limit, operator="isNoneOf")
    if limit.operator in _NEGATIVE and (not limit.operand.is_whole or limit.operand.name in _ONE_VALUE):
        return replace(limit, operator="isAnyOf")
    return None


def _ways(condition: Condition) -> list[tuple[Limit, ...]]:
    """Every way to meet a condition, as limits that must hold together; what is not understood has none."""
    if isinstance(condition, Unread):
        return []
    if isinstance(condition, Limit):
        return [(condition,)]
    if condition.word in ("and", "andSequence"):
        return _together(condition.parts)
    found = [way for part in _alternatives(condition) for way in _ways(part)]
    if len(found) > MOST_WAYS:
        raise _TooMany
    return found


def _together(conditions: Sequence[Condition]) -> list[tuple[Limit, ...]]:
    choices = [_ways(condition) for condition in conditions]
    if not all(choices):
        return []
    if prod(map(len, choices)) > MOST_WAYS:
        raise _TooMany
    return [tuple(chain.from_iterable(choice)) for choice in product(*choices)]


def _alternatives(group: Group) -> Iterable[Condition]:
    if group.word == "or":
        return group.parts
    if len(group.parts) > MOST_WAYS:
        raise _TooMany
    known = [same(part) for part in group.parts]
    # Of two that always agree, none can be the only one to hold.
    return [part for part, meaning in zip(group.parts, known, strict=True) if known.count(meaning) == 1]


def _clash(limits: Sequence[Limit]) -> Clash | None:
    by_fact: dict[tuple[str, str], list[Limit]] = {}
    for limit in limits:
        name = _SAME_FACT.get(limit.operand.name, limit.operand.name)
        by_fact.setdefault((name, limit.unit), []).append(limit)
    for together in by_fact.values():
        found = (_words if together[0].operand.kind is Kind.WORDS else _range)(together)
        if found is not None:
            return found
    return None


def _words(limits: list[Limit]) -> Clash | None:
    scheme, is_whole = limits[0].operand.scheme, limits[0].operand.is_whole
    limits = [limit for limit in limits if len(limit.values) <= MOST_VALUES]
    asked: list[tuple[Limit, tuple[Any, ...]]] = []
    for limit in limits:
        if limit.operator == "isAllOf":
            asked += [(limit, (value,)) for value in limit.values]
        elif limit.operator in _POSITIVE:
            asked.append((limit, limit.values))
    for limit, wanted in asked:
        for other, also in asked if is_whole else ():
            if not any(scheme.can_meet(one, two) for one in wanted for two in also):
                return Clash(first=limit, second=None if other is limit else other)
        for other in limits:
            if other.operator in _NEGATIVE and all(
                any(scheme.fits(one, ban) is True for ban in _texts(other)) for one in wanted
            ):
                return Clash(first=limit, second=other)
    return None


def _texts(limit: Limit) -> list[str]:
    return [value for value in limit.values if isinstance(value, str)]


def _range(limits: list[Limit]) -> Clash | None:
    """Narrow the range step by step; the two limits that close it are the clash."""
    operand = limits[0].operand
    low: tuple[Any, bool] | None = None if operand.least is None else (operand.least, False)
    high: tuple[Any, bool] | None = None if operand.most is None else (operand.most, False)
    low_from: Limit | None = None
    high_from: Limit | None = None
    for limit in limits:
        if limit.values[0] == POLICY_USAGE:
            continue
        for end, value, is_open in _ends(limit):
            if end == "low" and (low is None or (value, is_open) > low):
                low, low_from = (value, is_open), limit
            if end == "high" and (high is None or (value, not is_open) < (high[0], not high[1])):
                high, high_from = (value, is_open), limit
        if low is not None and high is not None and (low[0] > high[0] or (low[0] == high[0] and (low[1] or high[1]))):
            return _pair(low_from, high_from, limit)
    if low is not None and high is not None and low[0] == high[0]:
        for limit in limits:
            if limit.operator == "neq" and limit.values[0] == low[0]:
                return _pair(low_from, high_from if high_from is not low_from else limit, limit)
    return None


def _ends(limit: Limit) -> Iterator[tuple[str, Any, bool]]:
    """The ends a limit sets: which, where, and whether the end itself is left out."""
    value: Any = limit.values[0]
    down, up = value, value
    is_open = True
    if limit.operand.is_counted and isinstance(value, Decimal):
        # Whole numbers: more than 3 is at least 4.
        floor, ceiling = value.to_integral_value(ROUND_FLOOR), value.to_integral_value(ROUND_CEILING)
        down, up = floor + 1 if limit.operator == "gt" else ceiling, ceiling - 1 if limit.operator == "lt" else floor
        is_open = False
    if limit.operator in ("gt", "gteq", "eq"):
        yield "low", down, is_open and limit.operator == "gt"
    if limit.operator in ("lt", "lteq", "eq"):
        yield "high", up, is_open and limit.operator == "lt"


def _pair(low: Limit | None, high: Limit | None, last: Limit) -> Clash:
    found = [one for one in (low, high) if one is not None] or [last]
    return Clash(first=found[0], second=found[1] if len(found) > 1 and found[1] is not found[0] else None)
