"""Whether a policy is at least as strict as another: what it allows, the other allows as well, with every duty.

Every “yes” is certain; where that cannot be seen, the answer is no, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from skillspace.trust.policy.bounds import clash, opposite, same
from skillspace.trust.policy.model import Act, Condition, Limit, Policy, Rule
from skillspace.trust.policy.reading import read_policy
from skillspace.trust.policy.terms import short
from skillspace.trust.policy.vocabulary import scheme


def looser(policy: Mapping[str, object], agreed: Mapping[str, object]) -> list[str]:
    """Return in what a policy asks less than the one agreed; nothing where it is at least as strict."""
    new, old = read_policy(policy), read_policy(agreed)
    if new.faults or old.faults:
        return ["One of the two policies is not fully understood."]
    return list(dict.fromkeys(_findings(new, old)))


def _findings(new: Policy, old: Policy) -> Iterator[str]:
    for permission in new.permissions:
        for act in permission.acts:
            tries = [list(_beyond(permission, act, allowed)) for allowed in old.permissions]
            if not tries:
                yield "The contract allows nothing."
            elif all(tries):
                yield from min(tries, key=len)
    kept = {_meaning(rule) for rule in (*new.prohibitions, *new.obligations)}
    for rule in (*old.prohibitions, *old.obligations):
        if _meaning(rule) not in kept:
            what = ", ".join(sorted(act.action for act in rule.acts)) or "something"
            yield f"The contract's {rule.kind} ({short(what)}) is missing."
    if old.prohibitions and new.conflict == "perm" and old.conflict != "perm":
        yield "The policy lets permissions win over prohibitions, and the contract does not."


def _beyond(permission: Rule, act: Act, allowed: Rule) -> Iterator[str]:
    """In what one permitted action goes beyond a permission; nothing where it lies within."""
    actions = scheme("actions")
    fitting = [other for other in allowed.acts if actions.fits(act.action, other.action) is True]
    if not fitting:
        yield f"The contract does not allow to {act.action}."
        return
    held = [*permission.conditions, *act.refinements, *(one for part in permission.parts for one in part.refinements)]
    for condition in (*allowed.conditions, *fitting[0].refinements):
        if not _follows(condition, held):
            yield f"The contract's limit on {_name(condition)} is missing or wider."
    named = {(part.role, part.id) for part in permission.parts}
    for part in allowed.parts:
        if part.refinements or (part.role, part.id) not in named:
            yield f"The contract names the {part.role} {short(part.id)}."
    kept = {_meaning(duty) for duty in permission.duties}
    for duty in allowed.duties:
        if _meaning(duty) not in kept:
            yield f"The contract's duty ({', '.join(sorted(one.action for one in duty.acts))}) is missing."


def _follows(condition: Condition, held: list[Condition]) -> bool:
    """Tell whether a condition holds wherever all of `held` do."""
    if same(condition) in [same(one) for one in held]:
        return True
    against = opposite(condition) if isinstance(condition, Limit) else None
    return against is not None and clash([*held, against]) is not None


def _meaning(rule: Rule) -> object:
    """What two rules that say the same have in common."""
    return (
        rule.kind,
        frozenset((act.action, frozenset(same(one) for one in act.refinements)) for act in rule.acts),
        frozenset(same(one) for one in rule.conditions),
        frozenset((part.role, part.id, frozenset(same(one) for one in part.refinements)) for part in rule.parts),
        frozenset(_meaning(duty) for duty in rule.duties),
        rule.informed,
    )


def _name(condition: Condition) -> str:
    return short(condition.operand.name) if isinstance(condition, Limit) else "several things together"
