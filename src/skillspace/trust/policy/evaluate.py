"""Whether an ODRL policy allows a use, and why: deny by default, and what is not understood is a no with its name.

A use is allowed when one permission to use holds whole and no prohibition applies (ODRL 2.2 §2.6, conflicts: prohibit).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from skillspace.trust.policy import terms
from skillspace.trust.policy.constraints import Facts, Verdict, judge

__all__ = ["Decision", "Facts", "evaluate"]

_POLICY_MEMBERS = frozenset(
    {"@context", "@id", "@type", "target", "assigner", "assignee", "timestamp"}
    | {"permission", "prohibition", "obligation"}
)
_RULE_MEMBERS = frozenset({"@id", "@type", "action", "constraint", "target", "assigner", "assignee"})


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A yes or a no, each with its reasons as sentences."""

    allowed: bool
    reasons: tuple[str, ...]

    @property
    def why(self) -> str:
        """The reasons as one text."""
        return " ".join(self.reasons)


def evaluate(policy: object, facts: Facts) -> Decision:
    """Decide whether `policy` (an ODRL Offer or Agreement, DSP 2025-1 compact JSON) allows a use; never raises."""
    if not isinstance(policy, Mapping):
        return _no("There is no policy, so nothing is allowed.")
    if faults := list(_not_understood(policy)):
        return _no(*faults)
    for prohibition in _listed(policy, "prohibition"):
        verdicts = [judge(constraint, facts) for constraint in _listed(prohibition, "constraint")]
        if all(verdict.holds is not False for verdict in verdicts):
            return _no("A prohibition of the policy applies.", *(verdict.why for verdict in verdicts))
    refusals: list[str] = []
    for permission in _listed(policy, "permission"):
        verdicts = [judge(constraint, facts) for constraint in _listed(permission, "constraint")]
        missed = [verdict.why for verdict in verdicts if not verdict.holds]
        if not missed:
            return Decision(allowed=True, reasons=_reasons(verdicts))
        refusals += missed
    return _no(*(refusals or ["The policy holds no permission to use."]))


def _not_understood(policy: Mapping[str, object]) -> Iterator[str]:
    """Name everything that could change the meaning and that this evaluator does not know."""
    for member in set(policy) - _POLICY_MEMBERS:
        yield f"The policy's member “{str(member)[:100]}” is not known."
    for kind in ("permission", "prohibition", "obligation"):
        for rule in _listed(policy, kind):
            if not isinstance(rule, Mapping):
                yield f"A {kind} of the policy is not an object."
                continue
            yield from _strange_rule(kind, rule, policy)


def _strange_rule(kind: str, rule: Mapping[str, object], policy: Mapping[str, object]) -> Iterator[str]:
    allowed = _RULE_MEMBERS | ({"duty"} if kind == "permission" else frozenset())
    for member in set(rule) - allowed:
        yield f"The {kind}'s member “{str(member)[:100]}” is not known."
    for party in ("target", "assigner", "assignee"):
        if party in rule and rule[party] != policy.get(party):
            yield f"The {kind} names another {party} than its policy."
    known = terms.KNOWN_DUTIES if kind == "obligation" else {terms.USE}
    if (action := _action(rule)) not in known:
        yield f"The {kind}'s action “{action[:100]}” is not known."
    for duty in _listed(rule, "duty") if kind == "permission" else ():
        if not isinstance(duty, Mapping) or _action(duty) not in terms.KNOWN_DUTIES:
            yield "A permission's duty is not known."


def _listed(holder: object, member: str) -> list[object]:
    """A member as a list: JSON-LD lets a single value stand alone. An absent one is empty, a null one is not."""
    if not isinstance(holder, Mapping) or member not in holder:
        return []
    value = holder[member]
    return list(value) if isinstance(value, list) else [value]


def _action(rule: Mapping[str, object]) -> str:
    action = rule.get("action")
    return action.removeprefix(terms.ODRL).removeprefix("odrl:") if isinstance(action, str) else ""


def _reasons(verdicts: list[Verdict]) -> tuple[str, ...]:
    return tuple(verdict.why for verdict in verdicts) or ("The policy allows use without conditions.",)


def _no(*reasons: str) -> Decision:
    return Decision(allowed=False, reasons=reasons)
