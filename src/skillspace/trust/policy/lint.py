"""The linter: rules nobody can ever meet, and rules that give away more than their author may know.

A policy that `never_allows` is refused whatever the facts. Each finding says where (RFC 6901), what, and how to mend
it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from skillspace.trust.policy.bounds import Clash, clash, same
from skillspace.trust.policy.coverage import covers, duty_is_hopeless, obligation_is_hopeless
from skillspace.trust.policy.model import Condition, Group, Limit, Policy, Rule, Unread
from skillspace.trust.policy.reading import read_policy
from skillspace.trust.policy.reasons import Reason

#: Operands that say who may receive.
_WHO = frozenset({"recipient", "recipientRole", "membership"})
#: Operands that end a use some day.
_ENDS = frozenset({"dateTime", "elapsedTime", "count", "paidUntil", "paidUses"})
#: Actions by which data reach others.
_ONWARD = frozenset({"transfer", "sell", "give", "distribute", "grantUse", "nextPolicy"})


#: A policy with more rules and conditions is only checked for what is not understood.
MOST_CONDITIONS = 500


class Severity(StrEnum):
    """How much a finding matters: an error never works, a warning may not be what was meant."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One finding: its name in `reason.message`, where it is, and what to do about it."""

    severity: Severity
    pointer: str
    reason: Reason
    mend: Reason


def lint(document: object) -> tuple[Finding, ...]:
    """Look through a policy; errors first, then warnings, then notes."""
    policy = read_policy(document)
    if _size(policy) > MOST_CONDITIONS:
        too_large = _finding(Severity.WARNING, "", "lint.too-large", "mend.too-large")
        return (*_not_understood(policy), too_large)
    found = [*_not_understood(policy), *_impossible(policy), *_permissive(policy), *_odd(policy)]
    if never_allows(policy):
        found.insert(0, _finding(Severity.ERROR, "", "lint.never", "mend.never"))
    order = list(Severity)
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def never_allows(policy: Policy) -> bool:
    """Tell whether a policy is refused whatever the facts; a no here is no promise."""
    if policy.faults:
        return True
    if _size(policy) > MOST_CONDITIONS:
        return False
    if any(obligation_is_hopeless(rule) for rule in policy.obligations):
        return True
    return all(_is_hopeless(rule, policy) for rule in policy.permissions)


def _size(policy: Policy) -> int:
    return sum(1 for _ in _all_rules(policy)) + sum(1 for _ in _conditions_of(policy))


def _is_hopeless(permission: Rule, policy: Policy) -> bool:
    return (
        all(clash(conditions) is not None for conditions in _of_acts(permission))
        or any(duty_is_hopeless(duty) for duty in permission.duties)
        or any(covers(ban, permission, policy) for ban in policy.prohibitions)
    )


def _of_acts(rule: Rule) -> Iterator[list[Condition]]:
    """What must hold for each action of a rule."""
    shared = [*rule.conditions, *(one for part in rule.parts for one in part.refinements)]
    for act in rule.acts:
        yield [*shared, *act.refinements]


def _not_understood(policy: Policy) -> Iterator[Finding]:
    unread = [*policy.faults, *(one for one in _conditions_of(policy) if isinstance(one, Unread))]
    for one in unread:
        yield Finding(
            severity=Severity.ERROR,
            pointer=one.pointer,
            reason=one.reason,
            mend=Reason(message=one.reason.message.replace("unread.", "mend.unread."), params=one.reason.params),
        )


def _impossible(policy: Policy) -> Iterator[Finding]:
    if not policy.permissions and not policy.faults:
        yield _finding(Severity.ERROR, "/permission", "lint.no-permission", "mend.no-permission")
    for rule in _all_rules(policy):
        clashes = {found.first.pointer: found for one in _of_acts(rule) if (found := clash(one)) is not None}
        for found in clashes.values():
            if not isinstance(found.first, Unread):
                yield _clash_finding(found)
    for permission in policy.permissions:
        for ban in policy.prohibitions:
            if covers(ban, permission, policy):
                mend = Reason(message="mend.forbidden", params={"other": ban.pointer})
                reason = Reason(message="lint.forbidden", params={"other": ban.pointer})
                yield Finding(severity=Severity.ERROR, pointer=permission.pointer, reason=reason, mend=mend)
        for duty in permission.duties:
            if duty_is_hopeless(duty):
                yield _finding(Severity.ERROR, duty.pointer, "lint.duty-hopeless", "mend.duty-hopeless")
    for rule in policy.obligations:
        if obligation_is_hopeless(rule):
            yield _finding(Severity.ERROR, rule.pointer, "lint.duty-hopeless", "mend.duty-hopeless")


def _clash_finding(found: Clash) -> Finding:
    first, second = found.first, found.second
    if isinstance(first, Limit) and isinstance(second, Limit):
        params = {"operand": first.operand.name, "wanted": _told(first), "other": _told(second)}
        name = "contradiction"
    elif isinstance(first, Limit):
        name, params = "never-holds", {"operand": first.operand.name, "wanted": _told(first)}
    else:
        name, params = "no-way", {}
    reason, mend = Reason(message=f"lint.{name}", params=params), Reason(message=f"mend.{name}", params=params)
    return Finding(severity=Severity.ERROR, pointer=first.pointer, reason=reason, mend=mend)


def _permissive(policy: Policy) -> Iterator[Finding]:
    if policy.conflict == "perm" and policy.prohibitions:
        yield _finding(Severity.WARNING, "/conflict", "lint.conflict-perm", "mend.conflict-perm")
    for rule in policy.permissions:
        operands = {one.operand.name for one in _inside(_own_conditions(rule)) if isinstance(one, Limit)}
        if "purpose" not in operands:
            yield _finding(Severity.WARNING, rule.pointer, "lint.no-purpose", "mend.no-purpose")
        if not operands & _WHO and policy.assignee is None and not any(part.role == "assignee" for part in rule.parts):
            yield _finding(Severity.NOTE, rule.pointer, "lint.no-recipient", "mend.no-recipient")
        if not operands & _ENDS:
            yield _finding(Severity.NOTE, rule.pointer, "lint.no-end", "mend.no-end")
        for act in rule.acts:
            if act.action in _ONWARD:
                yield _finding(Severity.WARNING, f"{rule.pointer}/action", "lint.onward", "mend.onward")
    deletes = {act.action for rule in _with_duties(policy.permissions, policy.obligations) for act in rule.acts}
    if policy.permissions and "delete" not in deletes:
        yield _finding(Severity.NOTE, "/obligation", "lint.no-deletion", "mend.no-deletion")


def _odd(policy: Policy) -> Iterator[Finding]:
    for rule in _all_rules(policy):
        seen: set[object] = set()
        for one in _own_conditions(rule):
            if same(one) in seen:
                yield _finding(Severity.NOTE, one.pointer, "lint.twice", "mend.twice")
            seen.add(same(one))
        for one in _inside(_own_conditions(rule)):
            if not isinstance(one, Limit):
                continue
            if one.operator == "eq" and one.operand.name == "dateTime":
                yield _finding(Severity.WARNING, one.pointer, "lint.exact-moment", "mend.exact-moment")
            if ":" in one.operand.name:
                params = {"name": one.operand.name}
                reason, mend = Reason(message="lint.attribute", params=params), Reason(message="mend.attribute")
                yield Finding(severity=Severity.WARNING, pointer=one.pointer, reason=reason, mend=mend)


def _all_rules(policy: Policy) -> Iterator[Rule]:
    yield from _with_duties(policy.permissions, policy.prohibitions, policy.obligations)


def _with_duties(*rules: Sequence[Rule]) -> Iterator[Rule]:
    for some in rules:
        for rule in some:
            yield rule
            yield from _with_duties(rule.duties)


def _own_conditions(rule: Rule) -> list[Condition]:
    refined = [one for act in rule.acts for one in act.refinements]
    return [*rule.conditions, *refined, *(one for part in rule.parts for one in part.refinements)]


def _conditions_of(policy: Policy) -> Iterator[Condition]:
    for rule in _all_rules(policy):
        yield from _inside(_own_conditions(rule))


def _inside(conditions: Sequence[Condition]) -> Iterator[Condition]:
    for one in conditions:
        yield one
        if isinstance(one, Group):
            yield from _inside(one.parts)


def _told(limit: Limit) -> str:
    return f"{limit.operator} {', '.join(limit.written)} {limit.unit}".strip()


def _finding(severity: Severity, pointer: str, message: str, mend: str) -> Finding:
    return Finding(severity=severity, pointer=pointer, reason=Reason(message=message), mend=Reason(message=mend))
