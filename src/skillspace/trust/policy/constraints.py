"""One constraint of a rule: whether it holds, does not hold, or is not understood, with a sentence for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from skillspace.trust.policy import terms


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is true at the moment of use. `purpose` and `roles` are IRIs or words of our namespaces.

    `agreed` is when the agreement was made: from there an elapsed time counts.
    """

    purpose: str
    at: datetime
    roles: frozenset[str] = frozenset()
    agreed: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a constraint holds; None when it is not understood: a permission falls then, a prohibition stands."""

    holds: bool | None
    why: str


Order = TypeVar("Order", datetime, timedelta)

_ORDER: Mapping[str, tuple[Callable[[int], bool], str]] = {
    "eq": (lambda sign: sign == 0, "exactly"),
    "neq": (lambda sign: sign != 0, "anything but"),
    "lt": (lambda sign: sign < 0, "before"),
    "lteq": (lambda sign: sign <= 0, "no later than"),
    "gt": (lambda sign: sign > 0, "after"),
    "gteq": (lambda sign: sign >= 0, "no earlier than"),
}
_SETS: Mapping[str, tuple[bool, bool, str]] = {  # operator: (must meet, takes several values, words)
    "eq": (True, False, "must be"),
    "neq": (False, False, "must not be"),
    "isAnyOf": (True, True, "must be one of"),
    "isNoneOf": (False, True, "must be none of"),
}


def judge(constraint: object, facts: Facts) -> Verdict:
    """Judge one atomic constraint (ODRL 2.2 §2.5) against the facts; never raises."""
    if not isinstance(constraint, Mapping):
        return _unknown("A constraint of the policy is not an object.")
    if strange := set(constraint) - {"leftOperand", "operator", "rightOperand", "@type", "@id"}:
        return _unknown(f"The policy's constraint member {_name(min(map(str, strange)))} is not known.")
    left, operator = _term(constraint.get("leftOperand")), _term(constraint.get("operator"))
    values = terms.texts(constraint.get("rightOperand"))
    if values is None:
        return _unknown(f"The policy's value for {_name(left)} is not known.")
    if left == "purpose":
        return _member("The purpose", {terms.purpose_iri(facts.purpose)}, operator, values, terms.purpose_iri)
    if left == terms.RECIPIENT_ROLE:
        roles = {terms.role_iri(role) for role in facts.roles}
        return _member("The recipient's role", roles, operator, values, terms.role_iri)
    return _time(left, operator, values, facts)


def _time(left: str, operator: str, values: tuple[str, ...], facts: Facts) -> Verdict:
    if left == "dateTime":
        return _compare("The use", facts.at, operator, values, terms.moment)
    if left == "elapsedTime" and facts.agreed is not None:
        return _compare("The time since the agreement", facts.at - facts.agreed, operator, values, terms.duration)
    return _unknown(f"The policy's operand {_name(left)} is not known.")


def _member(
    subject: str, found: set[str], operator: str, values: tuple[str, ...], iri: Callable[[str], str]
) -> Verdict:
    if operator not in _SETS or (len(values) > 1 and not _SETS[operator][1]):
        return _unknown(f"The policy's operator {_name(operator)} is not known for {subject.lower()}.")
    must_meet, _, words = _SETS[operator]
    wanted = {iri(value) for value in values}
    listed = ", ".join(sorted(map(terms.short, wanted)))
    is_now = ", ".join(sorted(map(terms.short, found))) or "none"
    holds = bool(found & wanted) == must_meet
    return Verdict(holds=holds, why=f"{subject} {words} {listed[:300]}; it is {is_now[:300]}.")


def _compare(
    subject: str, found: Order, operator: str, values: tuple[str, ...], read: Callable[[str], Order | None]
) -> Verdict:
    if operator not in _ORDER:
        return _unknown(f"The policy's operator {_name(operator)} is not known for {subject.lower()}.")
    limit = read(values[0]) if len(values) == 1 else None
    if limit is None:
        return _unknown(f"The policy's limit {_name(values[0])} for {subject.lower()} cannot be read.")
    sign = -1 if found < limit else 1 if limit < found else 0
    test, words = _ORDER[operator]
    return Verdict(holds=test(sign), why=f"{subject} must be {words} {values[0]}; it is {found}.")


def _unknown(why: str) -> Verdict:
    return Verdict(holds=None, why=why)


def _term(value: object) -> str:
    return value.removeprefix(terms.ODRL).removeprefix("odrl:") if isinstance(value, str) else ""


def _name(text: str) -> str:
    return f"“{text[:100]}”"
