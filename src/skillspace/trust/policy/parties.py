"""Whether a rule or policy is about this data set and these parties (ODRL 2.2 §2.2, §2.3)."""

from __future__ import annotations

from skillspace.trust.policy.facts import Facts
from skillspace.trust.policy.judging import every, judge
from skillspace.trust.policy.model import Part, Policy, Verdict
from skillspace.trust.policy.reasons import Reason, named


def policy_is_ours(policy: Policy, facts: Facts) -> list[Reason]:
    """Return why a policy is not about this use at all; nothing where nothing speaks against it."""
    pairs = (
        ("target", policy.target, facts.target),
        ("assigner", policy.assigner, facts.provider),
        ("assignee", policy.assignee, facts.recipient),
    )
    return [
        _other(role, stated, found)
        for role, stated, found in pairs
        if stated is not None and found is not None and stated != found
    ]


def judge_part(part: Part, policy: Policy, facts: Facts) -> Verdict:
    """Judge whether the party or data set a rule names is the one at hand; a collection's refinements count."""
    found = {
        "target": facts.target or policy.target,
        "assigner": facts.provider or policy.assigner,
        "assignee": facts.recipient or policy.assignee,
    }[part.role]
    if found is None:
        reason = Reason(message="part.missing", params={"kind": part.role, "wanted": named(part.id)})
        return Verdict(holds=None, reason=reason, pointer=part.pointer)
    is_it = found == part.id or (part.role == "assignee" and part.id in (facts.memberships or ()))
    if not is_it and part.refinements:
        # A collection of others: who is in it, beyond what its refinements say, is not written anywhere.
        reason = Reason(message="part.missing", params={"kind": part.role, "wanted": named(part.id)})
        return Verdict(holds=None, reason=reason, pointer=part.pointer)
    if not is_it:
        return Verdict(holds=False, reason=_other(part.role, part.id, found), pointer=part.pointer)
    inner = [judge(condition, facts) for condition in part.refinements]
    reason = Reason(message="part.fits", params={"kind": part.role, "found": named(found)})
    missed = next((verdict.reason for verdict in inner if not verdict.holds), reason)
    return Verdict(holds=every(verdict.holds for verdict in inner), reason=missed, pointer=part.pointer)


def _other(role: str, wanted: str, found: str) -> Reason:
    return Reason(message="part.other", params={"kind": role, "wanted": named(wanted), "found": named(found)})
