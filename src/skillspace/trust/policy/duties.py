"""Whether a duty is kept: by the node itself, because it was done, or because there is still time (ODRL 2.2 §2.6.3-5).

A duty is fulfilled when its action was done, with all refinements, while its constraints held. Done late, it is
fulfilled once all its consequences are as well; a consequence never stands in for the duty itself (§2.6.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skillspace.trust.policy.facts import Facts
from skillspace.trust.policy.judging import every, judge
from skillspace.trust.policy.model import Act, Condition, Limit, Policy, Rule, Verdict
from skillspace.trust.policy.parties import judge_part
from skillspace.trust.policy.reasons import Reason
from skillspace.trust.policy.vocabulary import scheme

#: What a node can read in a duty it keeps by itself: by when.
_TIMES = frozenset({"dateTime", "elapsedTime"})
_DEADLINES = frozenset({"lt", "lteq"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a duty comes to; `is_owed` says that it is still to be done, by the node or by the recipient."""

    verdict: Verdict
    is_owed: bool = False


def duty_outcome(duty: Rule, policy: Policy, facts: Facts, *, may_wait: bool) -> Outcome:
    """Judge a duty or obligation; `may_wait` lets an obligation be open until its deadline."""
    parts = every(judge_part(part, policy, facts).holds for part in duty.parts)
    if parts is not True:
        return _outcome(duty, "duty.others", holds=False)
    if _is_kept_here(duty, facts):
        return _outcome(duty, "duty.kept-here", holds=True, is_owed=True)
    was_done = bool(duty.acts) and all(_was_done(act, duty, facts) for act in duty.acts)
    in_time = every(judge(condition, facts).holds for condition in duty.conditions)
    if was_done and in_time:
        return _outcome(duty, "duty.done", holds=True)
    if was_done and duty.duties:
        further = [duty_outcome(one, policy, facts, may_wait=False).verdict for one in duty.duties]
        if all(verdict.holds for verdict in further):
            return _outcome(duty, "duty.done-late", holds=True)
    if may_wait and in_time and has_deadline(duty):
        return _outcome(duty, "duty.open", holds=True, is_owed=True)
    return _not_done(duty, facts)


def is_kept_by_time(duty: Rule) -> bool:
    """Tell whether all that a duty says besides its action is by when: what a node can keep by itself."""
    conditions = [*duty.conditions, *(one for act in duty.acts for one in act.refinements)]
    return all(isinstance(one, Limit) and one.operand.name in _TIMES for one in conditions)


def _is_kept_here(duty: Rule, facts: Facts) -> bool:
    return bool(duty.acts) and all(act.action in facts.keeps for act in duty.acts) and is_kept_by_time(duty)


def _was_done(act: Act, duty: Rule, facts: Facts) -> bool:
    amounts = [one for one in (*act.refinements, *duty.conditions) if _is_amount(one)]
    if act.action == "compensate" and amounts:
        return all(judge(one, facts).holds for one in (*act.refinements, *amounts))
    if not all(judge(one, facts).holds for one in act.refinements):
        return False
    if act.action == "inform" and duty.informed:
        return duty.informed in (facts.notified or ())
    if act.action == "obtainConsent":
        return facts.consent is True
    actions = scheme("actions")
    return any(actions.word(done) == act.action for done in facts.done or ())


def _is_amount(condition: Condition) -> bool:
    return isinstance(condition, Limit) and condition.operand.has_unit


def has_deadline(duty: Rule) -> bool:
    """Tell whether a duty says by when."""
    return any(
        isinstance(one, Limit) and one.operand.name in _TIMES and one.operator in _DEADLINES for one in duty.conditions
    )


def _not_done(duty: Rule, facts: Facts) -> Outcome:
    conditions = [*duty.conditions, *(one for act in duty.acts for one in act.refinements)]
    missed = [verdict.reason for verdict in (judge(one, facts) for one in conditions) if not verdict.holds]
    return _outcome(duty, "duty.not-met" if missed else "duty.not-done", holds=False, parts=missed)


def _outcome(duty: Rule, message: str, *, holds: bool, is_owed: bool = False, parts: Sequence[Reason] = ()) -> Outcome:
    wanted = {"wanted": [act.action for act in duty.acts]}
    reason = Reason(message=message, params=wanted | ({"parts": parts} if parts else {}))
    return Outcome(verdict=Verdict(holds=holds, reason=reason, pointer=duty.pointer), is_owed=is_owed)
