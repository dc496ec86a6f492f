"""Whether a condition holds, does not, or is not known (ODRL 2.2 §2.5), with its reason; Kleene's three values.

Words are compared by what lies within what. A use that is only partly, or only perhaps, what a condition names is “not
known”, so that a permission does not cover it and a prohibition does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from skillspace.trust.policy.facts import Facts
from skillspace.trust.policy.model import Condition, Group, Limit, Unread, Verdict
from skillspace.trust.policy.operands import Kind, Known, Operand
from skillspace.trust.policy.reasons import Reason
from skillspace.trust.policy.terms import POLICY_USAGE
from skillspace.trust.policy.vocabulary import Scheme

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda found, limit: found == limit,
    "neq": lambda found, limit: found != limit,
    "lt": lambda found, limit: found < limit,
    "lteq": lambda found, limit: found <= limit,
    "gt": lambda found, limit: found > limit,
    "gteq": lambda found, limit: found >= limit,
}


def judge(condition: Condition, facts: Facts) -> Verdict:
    """Judge one condition against the facts; never raises."""
    if isinstance(condition, Limit):
        return _limit(condition, facts)
    if isinstance(condition, Unread):
        return Verdict(holds=None, reason=condition.reason, pointer=condition.pointer)
    return _group(condition, facts)


def every(values: Iterable[bool | None]) -> bool | None:
    """Kleene's “and”: one no decides; else one unknown leaves it unknown."""
    outcome: bool | None = True
    for value in values:
        if value is False:
            return False
        if value is None:
            outcome = None
    return outcome


def some(values: Iterable[bool | None]) -> bool | None:
    """Kleene's “or”: one yes decides; else one unknown leaves it unknown."""
    outcome: bool | None = False
    for value in values:
        if value is True:
            return True
        if value is None:
            outcome = None
    return outcome


def exactly_one(values: Sequence[bool | None]) -> bool | None:
    """Kleene's “exclusive or” of several: two yeses decide; else one unknown leaves it unknown."""
    if values.count(True) > 1:
        return False
    return None if None in values else values.count(True) == 1


def in_sequence(values: Iterable[bool | None]) -> bool | None:
    """“And” in order: the first that is no yes decides, as what comes after it is never reached."""
    return next((value for value in values if value is not True), True)


_GROUPS: Mapping[str, Callable[[Sequence[bool | None]], bool | None]] = {
    "and": every,
    "andSequence": in_sequence,
    "or": some,
    "xone": exactly_one,
}


def _group(group: Group, facts: Facts) -> Verdict:
    verdicts = [judge(part, facts) for part in group.parts]
    holds = _GROUPS[group.word]([verdict.holds for verdict in verdicts])
    parts = [verdict.reason for verdict in verdicts]
    reason = Reason(message=f"group.{group.word}", params={"parts": parts})
    return Verdict(holds=holds, reason=reason, pointer=group.pointer)


def _limit(limit: Limit, facts: Facts) -> Verdict:
    operand = limit.operand
    found = _paid(facts, limit.unit) if operand.has_unit else operand.found(facts)
    if found is None or (operand.is_whole and not found):
        reason = Reason(message="fact.missing", params={"operand": operand.name})
        return Verdict(holds=None, reason=reason, pointer=limit.pointer)
    if isinstance(found, frozenset):
        return _words(limit, operand, found)
    value: Any = facts.at if limit.values[0] == POLICY_USAGE else limit.values[0]
    holds = _ORDER[limit.operator](found, value)
    message = f"limit.{'moment' if operand.kind is Kind.MOMENT else 'size'}.{limit.operator}"
    shown = {"wanted": f"{limit.written[0]} {limit.unit}".strip(), "found": _shown(found, operand)}
    reason = Reason(message=message, params={"operand": operand.name, **shown})
    return Verdict(holds=holds, reason=reason, pointer=limit.pointer)


def _paid(facts: Facts, currency: str) -> Decimal | None:
    """What was paid in a currency; who knows the payments knows that nothing was paid in the others."""
    if facts.paid is None:
        return None
    paid = facts.paid.get(currency, Decimal(0))
    return paid if paid >= 0 else None


def _words(limit: Limit, operand: Operand, found: frozenset[str]) -> Verdict:
    scheme = operand.scheme
    has = frozenset(map(scheme.word, found))
    holds = compare(scheme, limit.operator, has, limit.values, is_whole=operand.is_whole)  # type: ignore[arg-type]
    message = f"limit.words.{limit.operator}" if holds is not None else "limit.words.partly"
    params = {"operand": operand.name, "wanted": list(limit.written), "found": sorted(has)}
    return Verdict(holds=holds, reason=Reason(message=message, params=params), pointer=limit.pointer)


def compare(
    scheme: Scheme, operator: str, found: frozenset[str], wanted: Sequence[str], *, is_whole: bool
) -> bool | None:
    """Compare words as an operator says (ODRL 2.2 vocabulary §4.3).

    “isA”, “isPartOf”, “eq” and “isAnyOf” ask whether what is found is or lies within one of the wanted; “isNoneOf” and
    “neq” whether nothing of it does; “isAllOf” whether every wanted one is there; “hasPart” whether what is found
    holds every wanted one.
    """
    if operator in ("neq", "isNoneOf"):
        meets = some(scheme.fits(one, other) for one in found for other in wanted)
        return None if meets is None else not meets
    if operator == "hasPart":
        return every(some(scheme.fits(other, one) for one in found) for other in wanted)
    if operator == "isAllOf":
        return every(_meet(scheme, found, (other,), is_whole=is_whole) for other in wanted)
    return _meet(scheme, found, wanted, is_whole=is_whole)


def _meet(scheme: Scheme, found: frozenset[str], wanted: Sequence[str], *, is_whole: bool) -> bool | None:
    if not is_whole:
        return some(scheme.fits(one, other) for one in found for other in wanted)
    each = {some(scheme.fits(one, other) for other in wanted) for one in found}
    # Some of it fits and some does not: neither a yes nor a no about the whole.
    return each.pop() if len(each) == 1 else None


def _shown(found: Known, operand: Operand) -> str:
    if isinstance(found, datetime):
        return found.isoformat(timespec="seconds")
    if isinstance(found, timedelta):
        return "∞" if found == timedelta.max else f"{found.days} d {found.seconds // 3600} h"
    if operand.is_ranked and isinstance(found, Decimal):
        return operand.scheme.order[int(found)]
    return str(found)
