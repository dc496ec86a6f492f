"""A policy in words: the rule templates it is made of, each as a sentence; what none fits is told as it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

from skillspace.trust.policy import terms
from skillspace.trust.policy.model import Condition, Group, Limit, Policy, Rule, Unread
from skillspace.trust.policy.operands import Kind
from skillspace.trust.policy.reading import read_policy
from skillspace.trust.policy.reasons import Naming, Reason, named, sentence
from skillspace.trust.policy.templates import Template, templates

_UNITS = ((86400, "duration-day"), (3600, "duration-hour"), (60, "duration-minute"), (1, "duration-second"))


@dataclass(frozen=True, kw_only=True)
class Line:
    """One rule of a policy. `template` and `values` are set where a template says exactly this kind of rule."""

    pointer: str
    reason: Reason
    template: str = ""
    values: Mapping[str, Any] | None = None


def describe(document: object) -> tuple[Line, ...]:
    """Return what a policy says, rule by rule; everything in it has a line."""
    policy = read_policy(document)
    return tuple(_lines(policy))


def told(line: Line, language: str = "en", naming: Naming = terms.short) -> str:
    """Put a line into words: dates, lengths of time and lists as a reader of that language writes them."""
    return _told(line.reason, language, naming)


def _told(reason: Reason, language: str, naming: Naming) -> str:
    locale = _locale(language)
    params: dict[str, Any] = {}
    for name, value in reason.params.items():
        if name == "parts":
            params["words"] = " · ".join(_told(part, language, naming) for part in value)
        elif isinstance(value, list | tuple):
            params[name] = format_list([naming(one) for one in value], locale=locale)
        else:
            params[name] = _written(name, value, locale)
    return sentence(Reason(message=reason.message, params=params), language, naming)


def _written(name: str, value: Any, locale: Locale) -> str:
    if name in ("from", "until") and (moment := terms.moment(value)) is not None:
        at_midnight = (moment.hour, moment.minute) == (0, 0)
        return (
            format_date(moment, "d MMMM y", locale=locale)
            if at_midnight
            else format_datetime(moment, "d MMMM y, HH:mm 'UTC'", locale=locale)
        )
    if name in ("period", "wait", "interval") and (length := terms.duration(value)) is not None:
        return _length(length, locale)
    if name in ("times", "amount") and (found := terms.number(value)) is not None:
        pattern = "#,##0" if found == found.to_integral_value() else "#,##0.00#######"
        return format_decimal(found, format=pattern, locale=locale)
    return str(value)


def _length(length: timedelta, locale: Locale) -> str:
    seconds = length.days * 86400 + length.seconds
    size, unit = next((pair for pair in _UNITS if seconds and seconds % pair[0] == 0), _UNITS[0])
    return format_unit(seconds // size, unit, locale=locale)


@lru_cache(maxsize=16)
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def _lines(policy: Policy) -> Iterator[Line]:
    for fault in policy.faults:
        yield Line(pointer=fault.pointer, reason=fault.reason)
    if policy.conflict == "perm" and policy.prohibitions:
        yield Line(pointer="/conflict", reason=Reason(message="lint.conflict-perm"))
    for rule in policy.permissions:
        yield from _parts(rule)
        if not rule.conditions and not rule.duties:
            yield Line(pointer=rule.pointer, reason=Reason(message="rule.free"), template="free", values={})
        if [act.action for act in rule.acts] != [terms.USE]:
            yield Line(pointer=rule.pointer, reason=_acting("rule.action", rule))
        yield from _limits([*rule.conditions, *_refinements(rule)])
        for duty in rule.duties:
            yield _duty_line(duty, "duty")
    for rule in policy.obligations:
        yield _duty_line(rule, "obligation")
    yield from _bans(policy.prohibitions)


def _limits(conditions: Iterable[Condition]) -> Iterator[Line]:
    for condition in conditions:
        for one in _by_constraint():
            values = _match(one.rules["constraint"][0], condition, one)
            if values is not None:
                yield Line(
                    pointer=condition.pointer,
                    reason=Reason(message=f"rule.{one.id}", params=values),
                    template=one.id,
                    values=values,
                )
                break
        else:
            yield Line(pointer=condition.pointer, reason=_plainly(condition))


def _plainly(condition: Condition) -> Reason:
    """A condition that no template says, as it is written."""
    if isinstance(condition, Unread):
        return condition.reason
    if isinstance(condition, Group):
        parts = [line.reason for line in _limits(condition.parts)]
        return Reason(message=f"rule.{condition.word}", params={"parts": parts})
    name = f"{condition.operator} {', '.join(condition.written)} {condition.unit}".strip()
    return Reason(message="rule.other", params={"operand": condition.operand.name, "wanted": name})


def _duty_line(duty: Rule, place: str) -> Line:
    for one in templates():
        for pattern in one.rules.get(place, ()):
            values = _match_rule(pattern, duty, one)
            if values is not None:
                reason = Reason(message=f"rule.{one.id}", params=values)
                return Line(pointer=duty.pointer, reason=reason, template=one.id, values=values)
    return Line(pointer=duty.pointer, reason=_acting("rule.must", duty))


def _bans(prohibitions: Sequence[Rule]) -> Iterator[Line]:
    onward = next(one for one in templates() if one.id == "no-onward")
    actions = {pattern["action"] for pattern in onward.rules["prohibition"]}
    plain = [rule for rule in prohibitions if not rule.conditions and not rule.parts and not _refinements(rule)]
    is_whole = actions <= {act.action for rule in plain for act in rule.acts}
    if is_whole:
        yield Line(pointer="/prohibition", reason=Reason(message="rule.no-onward"), template="no-onward", values={})
    for rule in prohibitions:
        yield from _parts(rule)
        if not (is_whole and rule in plain and {act.action for act in rule.acts} <= actions):
            yield Line(pointer=rule.pointer, reason=_acting("rule.never", rule))


def _parts(rule: Rule) -> Iterator[Line]:
    for part in rule.parts:
        reason = Reason(message="part.fits", params={"kind": part.role, "found": named(part.id)})
        yield Line(pointer=part.pointer, reason=reason)


def _acting(message: str, rule: Rule) -> Reason:
    """An action with its conditions: “forbidden: sell, when …”."""
    parts = [line.reason for line in _limits([*rule.conditions, *_refinements(rule)])]
    message = f"{message}-when" if parts else message
    params: dict[str, Any] = {"wanted": [act.action for act in rule.acts]}
    return Reason(message=message, params=params | ({"parts": parts} if parts else {}))


def _refinements(rule: Rule) -> list[Condition]:
    refined = [one for act in rule.acts for one in act.refinements]
    return [*refined, *(one for part in rule.parts for one in part.refinements)]


def _match_rule(pattern: Mapping[str, Any], rule: Rule, one: Template) -> dict[str, Any] | None:
    wanted = pattern.get("constraint", [])
    conditions = [*rule.conditions, *_refinements(rule)]
    if [act.action for act in rule.acts] != [pattern["action"]] or len(conditions) != len(wanted) or rule.duties:
        return None
    values: dict[str, Any] = {}
    if "informedParty" in pattern:
        values["party"] = rule.informed
    elif rule.informed:
        return None
    for limit, condition in zip(wanted, conditions, strict=True):
        found = _match(limit, condition, one)
        if found is None:
            return None
        values |= found
    return values if all(values.get(name) for name in one.parameters) else None


def _match(pattern: Mapping[str, Any], condition: Condition, one: Template) -> dict[str, Any] | None:
    """The parameters with which a template's constraint is this condition; None where it is another."""
    if "or" in pattern:
        if not isinstance(condition, Group) or condition.word != "or" or len(condition.parts) != len(pattern["or"]):
            return None
        found = [_match(part, inner, one) for part, inner in zip(pattern["or"], condition.parts, strict=True)]
        return None if None in found else {name: value for part in found for name, value in (part or {}).items()}
    if not isinstance(condition, Limit) or terms.own(pattern["leftOperand"]) != condition.operand.name:
        return None
    idioms = condition.operand.idioms
    if condition.operator not in {idioms.get(name, name) for name in (pattern["operator"], *one.also)}:
        return None
    right = pattern["rightOperand"]
    values: dict[str, Any] = {"currency": condition.unit} if "unit" in pattern else {}
    if not right.startswith("{"):
        return values if _is(right, condition) else None
    name = right[1:-1]
    is_list = condition.operand.kind is Kind.WORDS
    return values | {name: list(condition.written) if is_list else _value(condition)}


def _is(constant: str, condition: Limit) -> bool:
    word = condition.operand.scheme.word(terms.own(constant))
    return [word] == [condition.operand.scheme.word(terms.own(written)) for written in condition.written]


def _value(condition: Limit) -> str:
    value = condition.values[0]
    if condition.operand.is_ranked:
        return condition.operand.scheme.word(condition.written[0])
    return value.isoformat() if isinstance(value, datetime) else condition.written[0]


@cache
def _by_constraint() -> tuple[Template, ...]:
    return tuple(one for one in templates() if "constraint" in one.rules)
