"""What can never be: a permission that a prohibition takes back whole, a duty nobody can fulfil."""

from __future__ import annotations

from collections.abc import Sequence

from skillspace.trust.policy.bounds import clash, is_possible, opposite, same
from skillspace.trust.policy.duties import has_deadline, is_kept_by_time
from skillspace.trust.policy.model import Condition, Limit, Policy, Rule, Unread
from skillspace.trust.policy.vocabulary import scheme


def covers(ban: Rule, permission: Rule, policy: Policy) -> bool:
    """Tell whether a prohibition stands wherever the permission would hold."""
    if policy.conflict == "perm" or not permission.acts or not _same_parts(ban, permission, policy):
        return False
    if any(act.refinements for act in ban.acts) and len(ban.acts) > 1:
        return False
    actions = scheme("actions")
    for act in permission.acts:
        if not any(actions.fits(act.action, other.action) is True for other in ban.acts):
            return False
    banned = [*ban.conditions, *(one for act in ban.acts for one in act.refinements)]
    shared = [*permission.conditions, *(one for part in permission.parts for one in part.refinements)]
    return all(_always_stands(one, [*shared, *act.refinements]) for one in banned for act in permission.acts)


def duty_is_hopeless(duty: Rule) -> bool:
    """Tell whether no facts fulfil a duty; one a node may keep by itself has hope."""
    if is_kept_by_time(duty):
        return not duty.acts
    if not duty.acts or not all(is_possible(act.refinements) for act in duty.acts):
        return True
    has_way_out = bool(duty.duties) and not any(duty_is_hopeless(one) for one in duty.duties)
    return not has_way_out and not all(is_possible([*duty.conditions, *act.refinements]) for act in duty.acts)


def obligation_is_hopeless(duty: Rule) -> bool:
    """Tell whether an obligation can neither be fulfilled nor still be open."""
    return duty_is_hopeless(duty) and not (has_deadline(duty) and is_possible(duty.conditions))


def _same_parts(ban: Rule, permission: Rule, policy: Policy) -> bool:
    stated = {"target": policy.target, "assigner": policy.assigner, "assignee": policy.assignee}
    named = {(part.role, part.id) for part in permission.parts}
    return all(
        not part.refinements and ((part.role, part.id) in named or stated[part.role] == part.id) for part in ban.parts
    )


def _always_stands(condition: Condition, where: Sequence[Condition]) -> bool:
    """Tell whether a ban's condition can never be seen to fail while all of `where` holds."""
    if isinstance(condition, Unread) or same(condition) in {same(one) for one in where}:
        return True
    against = opposite(condition) if isinstance(condition, Limit) else None
    return against is not None and clash([*where, against]) is not None
