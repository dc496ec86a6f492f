"""Conditions as Prometheus-X writes them, turned into ours: what cannot be said here is named, and never left out
silently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skillspace.kernel.clock import iso
from skillspace.trust.policy import terms
from skillspace.trust.policy.conditions import read_conditions
from skillspace.trust.policy.model import Unread
from skillspace.trust.prometheus.parts import Part, vocabulary

OURS = terms.OPERAND
#: Their words for what a subscription has left; here it is a condition, not a duty (billing-1, billing-3).
_PAID_UNTIL = {"leftOperand": OURS + "paidUntil", "operator": "gteq", "rightOperand": "policyUsage"}
#: Their two names for the end of a subscription.
_SUBSCRIPTION = frozenset({"subscriptionDateTime", "limitDate"})
_PAID_USES = {"leftOperand": OURS + "paidUses", "operator": "gteq", "rightOperand": "1"}


@dataclass(kw_only=True)
class Found:
    """What conditions turned into. `is_whole` is False once one of them could not be carried."""

    limits: list[dict[str, Any]] = field(default_factory=list)
    duties: list[dict[str, Any]] = field(default_factory=list)
    commitments: list[str] = field(default_factory=list)
    is_whole: bool = True


def turn(part: Part, found: Found, provider: str) -> None:
    """Turn one of their constraints; `provider` is whom a notification means."""
    left, operator = terms.own(part.text("leftOperand")), part.text("operator")
    right, unit = part.raw("rightOperand"), part.text("unit")
    part.raw("@type")
    found.is_whole = part.rest() and found.is_whole
    if left in vocabulary()["commitments"] or left == "userConsent":
        _commitment(part, left, operator, right, found)
    elif left in _SUBSCRIPTION:
        _paid(part, left, operator in ("lt", "lteq", "lte", "gt", "gteq", "gte"), found)
    elif left == "usageCount":
        _paid(part, left, (operator, str(right)) in (("gt", "0"), ("gteq", "1"), ("gte", "1")), found)
    elif left == "notificationMessage":
        _notification(part, provider, found)
    else:
        _limit(part, left, operator, right, unit, found)


def _commitment(part: Part, left: str, operator: str, right: object, found: Found) -> None:
    if terms.own(operator) != "eq" or (right is not True and right not in ("true", "True")):
        part.drop(left, "It asks for something else than that this is so; a commitment can only be shown.")
        found.is_whole = False
    elif left == "userConsent":
        found.limits.append({"leftOperand": OURS + "consent", "operator": "eq", "rightOperand": "given"})
    else:
        found.commitments.append(vocabulary()["commitments"][left])


def _paid(part: Part, left: str, is_known: bool, found: Found) -> None:
    if not is_known:
        part.drop(left, "It is compared in a way that has no meaning here.")
        found.is_whole = False
    elif left == "usageCount":
        part.correct(left, "Theirs never counts down; here: a paid use is left, and each use takes one.")
        found.limits.append(_PAID_USES)
    else:
        part.correct(
            left, "No connector of theirs can look this up; here: the subscription is paid at the time of use."
        )
        found.limits.append(_PAID_UNTIL)


def _notification(part: Part, provider: str, found: Found) -> None:
    if ":" not in provider:
        part.drop("notificationMessage", "Nobody is named who is to be told.")
        found.is_whole = False
        return
    why = "Their check says yes to any message; here the provider is told before each use. The message is not carried."
    part.correct("notificationMessage", why)
    found.duties.append({"action": "inform", "informedParty": provider})


def _limit(part: Part, left: str, operator: str, right: object, unit: str, found: Found) -> None:
    operator = _operator(part, operator)
    if isinstance(right, str) and "@{" in right:
        part.drop(left, "The template's blank was never filled in.")
        found.is_whole = False
        return
    if left == "count" and operator == "lt":
        part.correct(left, "“Less than n” counts the uses before this one there; here “at most n” counts this one too.")
        operator = "lteq"
    value = str(right) if isinstance(right, int | float) and not isinstance(right, bool) else right
    limit: dict[str, Any] = {"leftOperand": left, "operator": operator, "rightOperand": value}
    limit |= {"unit": unit} if unit else {}
    read = read_conditions([(part.path, limit)])[0]
    if isinstance(read, Unread):
        part.drop(left or "constraint", f"It has no meaning here that can be checked. {read.reason.text}")
        found.is_whole = False
    else:
        found.limits.append(limit)


def _operator(part: Part, written: str) -> str:
    known: Mapping[str, str] = vocabulary()["operators"]
    plain = terms.own(written)
    if plain in known:
        part.correct("operator", f"“{plain}” is no operator of ODRL; it is read as “{known[plain]}”.")
    return known.get(plain, plain)


def untangle(part: Part, limits: list[dict[str, Any]]) -> None:
    """Put a period right that begins after it ends: the field's own template access-2 is written that way round."""
    times = [one for one in limits if one.get("leftOperand") == "dateTime"]
    lower = [one for one in times if one["operator"] in ("gt", "gteq")]
    upper = [one for one in times if one["operator"] in ("lt", "lteq")]
    if len(lower) != 1 or len(upper) != 1:
        return
    start, end = (terms.moment(str(one[0]["rightOperand"])) for one in (lower, upper))
    if start is None or end is None or start <= end:
        return
    lower[0] |= {"operator": "gteq", "rightOperand": iso(end)}
    upper[0] |= {"operator": "lteq", "rightOperand": iso(start)}
    why = "A time before the beginning and after the end is asked for, which nobody can meet; here: in between."
    part.correct("dateTime", why)


def paying(part: Part, found: Found) -> None:
    """Turn one of their duties to pay or to count down; its consequences there are alternatives (billing-4)."""
    ways = _ways(part, found)
    if len(ways) > 1:
        part.correct("consequence", "What is tried when the duty is not met stands here as an alternative.")
        found.limits.append({"or": [way for _, way in ways]})
        return
    for kind, way in ways:
        if kind == "amount":
            found.duties.append({"action": "compensate", "constraint": [way]})
        else:
            found.limits.append(way)


def _ways(part: Part, found: Found) -> list[tuple[str, dict[str, Any]]]:
    ways: list[tuple[str, dict[str, Any]]] = []
    action = part.text("action")
    asked = part.parts("constraint")
    if len(asked) > 1:
        part.drop("duty", "Several conditions on one payment cannot be told apart from a choice between them.")
        found.is_whole = False
    for one in asked:
        left = terms.own(one.text("leftOperand"))
        if action in ("compensate", "pay", "use") and left == "payAmount":
            ways += _amount(one, found)
            continue
        inner = Found()
        turn(one, inner, "")
        if inner.is_whole and len(inner.limits) == 1 and left in _SUBSCRIPTION | {"usageCount"}:
            ways.append(("limit", inner.limits[0]))
        else:
            one.drop(left or "constraint", "A duty with this condition cannot be checked here.")
            found.is_whole = False
    for further in part.parts("consequence"):
        ways += _ways(further, found)
    if not ways:
        part.drop("duty", "It has no amount, date or count that could be checked.")
        found.is_whole = False
    found.is_whole = part.rest() and found.is_whole
    return ways


def _amount(one: Part, found: Found) -> list[tuple[str, dict[str, Any]]]:
    right, unit = one.raw("rightOperand"), one.text("unit")
    operator = one.text("operator")
    found.is_whole = one.rest() and found.is_whole
    value = str(right) if isinstance(right, int | float) and not isinstance(right, bool) else right
    limit = {"leftOperand": "payAmount", "operator": "gteq", "rightOperand": value, "unit": unit or "EUR"}
    if isinstance(read_conditions([("", limit)])[0], Unread) or operator not in ("eq", "gteq", "gte"):
        one.drop("payAmount", "It is no amount that can be checked.")
        found.is_whole = False
        return []
    if operator == "eq":
        one.correct("payAmount", "To the cent exactly is read as at least: who pays more has paid.")
    if not unit:
        one.correct("unit", "No currency is named; their templates mean EUR.")
    return [("amount", limit)]
