"""Whether an ODRL policy allows a use, and why: deny by default, and what is not understood is a no with its name.

A use is allowed when one permission for it holds whole, its duties are kept, no prohibition stands, and every
obligation is kept or still has time (ODRL 2.2 §2.6). Conflicts: a prohibition wins unless the policy says “perm”; under
“invalid”, ODRL's own default, a conflict voids the policy, which is a no as well (§2.10).
"""

from __future__ import annotations

from skillspace.trust.policy.duties import Outcome, duty_outcome
from skillspace.trust.policy.facts import Facts
from skillspace.trust.policy.judging import every, judge, some
from skillspace.trust.policy.model import Act, Decision, Policy, Rule, Ruling, Verdict
from skillspace.trust.policy.parties import judge_part, policy_is_ours
from skillspace.trust.policy.reading import read_policy
from skillspace.trust.policy.reasons import Reason
from skillspace.trust.policy.vocabulary import scheme

__all__ = ["Decision", "Facts", "decide", "evaluate"]


def evaluate(policy: object, facts: Facts) -> Decision:
    """Decide whether `policy` (an ODRL Offer or Agreement, DSP 2025-1 compact JSON) allows a use; never raises."""
    return decide(read_policy(policy), facts)


def decide(policy: Policy, facts: Facts) -> Decision:
    """Decide about a policy that was read before."""
    if policy.faults:
        return _no(*(fault.reason for fault in policy.faults))
    if strangers := policy_is_ours(policy, facts):
        return _no(*strangers)
    banned = [_rule(rule, policy, facts) for rule in policy.prohibitions]
    allowed, owed = _permissions(policy, facts)
    rulings = (*banned, *allowed)
    if policy.conflict != "perm":
        for ruling in banned:
            if ruling.holds is not False:
                how = "prohibition.stands" if ruling.holds else "prohibition.may-stand"
                return _no(_name(how), *_reasons(ruling), rulings=rulings)
    chosen = next((number for number, ruling in enumerate(allowed) if ruling.holds), None)
    if chosen is None:
        missed = [verdict.reason for ruling in allowed for verdict in ruling.verdicts if not verdict.holds]
        return _no(*(missed or [_name("permission.none")]), rulings=rulings)
    kept, open_duties = _obligations(policy, facts)
    rulings = (*rulings, *kept)
    if broken := [verdict.reason for ruling in kept if not ruling.holds for verdict in ruling.verdicts]:
        return _no(_name("obligation.broken"), *broken, rulings=rulings)
    reasons = _reasons(allowed[chosen]) or (_name("permission.free"),)
    promised = (*owed[chosen], *open_duties, *_promises(policy, banned))
    return Decision(allowed=True, reasons=reasons, owed=promised, rulings=rulings)


def _permissions(policy: Policy, facts: Facts) -> tuple[list[Ruling], list[tuple[Reason, ...]]]:
    """Every permission's outcome, its duties with it, and what each would still ask for."""
    rulings, owed = [], []
    for rule in policy.permissions:
        ruling, asked = _rule(rule, policy, facts), []
        if ruling.holds and rule.duties:
            outcomes = [duty_outcome(duty, policy, facts, may_wait=False) for duty in rule.duties]
            verdicts = (*ruling.verdicts, *(outcome.verdict for outcome in outcomes))
            holds = all(outcome.verdict.holds for outcome in outcomes)
            ruling = Ruling(kind=rule.kind, pointer=rule.pointer, holds=holds, verdicts=verdicts)
            asked = _still_owed(outcomes)
        rulings.append(ruling)
        owed.append(tuple(asked))
    return rulings, owed


def _obligations(policy: Policy, facts: Facts) -> tuple[list[Ruling], list[Reason]]:
    outcomes = [duty_outcome(rule, policy, facts, may_wait=True) for rule in policy.obligations]
    rulings = [
        Ruling(kind=rule.kind, pointer=rule.pointer, holds=outcome.verdict.holds, verdicts=(outcome.verdict,))
        for rule, outcome in zip(policy.obligations, outcomes, strict=True)
    ]
    return rulings, _still_owed(outcomes)


def _still_owed(outcomes: list[Outcome]) -> list[Reason]:
    return [outcome.verdict.reason for outcome in outcomes if outcome.is_owed]


def _rule(rule: Rule, policy: Policy, facts: Facts) -> Ruling:
    """Whether a rule is about this use: its action, its parties, its conditions."""
    actions = scheme("actions")
    asked = actions.word(facts.action)
    # A rule about printing says nothing about using as such: only an action within the rule's is meant.
    acts = [act for act in rule.acts if actions.fits(asked, act.action) is True]
    if not acts:
        others = Reason(
            message="action.other", params={"wanted": [act.action for act in rule.acts], "found": facts.action}
        )
        verdict = Verdict(holds=False, reason=others, pointer=f"{rule.pointer}/action")
        return Ruling(kind=rule.kind, pointer=rule.pointer, holds=False, verdicts=(verdict,))
    verdicts = [judge_part(part, policy, facts) for part in rule.parts]
    verdicts += [judge(condition, facts) for condition in rule.conditions]
    refined, holds = _refined(acts, facts)
    holds = every([*(verdict.holds for verdict in verdicts), holds])
    return Ruling(kind=rule.kind, pointer=rule.pointer, holds=holds, verdicts=(*verdicts, *refined))


def _refined(acts: list[Act], facts: Facts) -> tuple[list[Verdict], bool | None]:
    """The refinements of the actions that are meant: one action with all of its own is enough."""
    judged = [[judge(condition, facts) for condition in act.refinements] for act in acts]
    holds = some(every(verdict.holds for verdict in verdicts) for verdicts in judged)
    chosen = [verdicts for verdicts in judged if every(verdict.holds for verdict in verdicts) is holds]
    return chosen[0] if chosen else [], holds


def _promises(policy: Policy, banned: list[Ruling]) -> list[Reason]:
    """What stays forbidden after a yes: for the recipient to keep."""
    return [
        Reason(message="prohibition.stays", params={"wanted": [act.action for act in rule.acts]})
        for rule, ruling in zip(policy.prohibitions, banned, strict=True)
        if ruling.holds is False
    ]


def _reasons(ruling: Ruling) -> tuple[Reason, ...]:
    return tuple(verdict.reason for verdict in ruling.verdicts)


def _name(message: str) -> Reason:
    return Reason(message=message)


def _no(*reasons: Reason, rulings: tuple[Ruling, ...] = ()) -> Decision:
    return Decision(allowed=False, reasons=reasons, rulings=rulings)
