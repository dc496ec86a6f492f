"""Their ODRL policies turned into one of ours; where any part cannot be carried there is none, and so no use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from skillspace.trust.policy import terms
from skillspace.trust.policy.lint import Severity, lint
from skillspace.trust.policy.vocabulary import scheme
from skillspace.trust.prometheus.constraints import Found, paying, turn, untangle
from skillspace.trust.prometheus.parts import Part

#: What they call taking part, as against using data.
JOIN = "join"
_PAYING = frozenset({"compensate", "pay", "extract"})
_LOST = "A part of these rules is lost, so nothing may be used under them until somebody writes them anew."


@dataclass(kw_only=True)
class Rules:
    """What policies came to. `policy` is None where nothing may be used until somebody writes the rules anew.

    `commitments` and `joining` (conditions) are what taking part asks.
    """

    policy: dict[str, Any] | None = None
    commitments: list[str] = field(default_factory=list)
    joining: list[dict[str, Any]] = field(default_factory=list)


def turn_policies(parts: Sequence[Part], provider: str, dataset: str = "") -> Rules:
    """Turn the policies of one offering or role: all must hold.

    `provider` is whom a notification would tell; leave for anything but `dataset`, where it is named, is no leave here.
    """
    rules, found = Rules(), Found()
    bans: list[dict[str, Any]] = []
    is_use = False
    for part in parts:
        inner = part.part("policy") or part.part("jsonLD") or part
        is_use = _permissions(inner, rules, found, provider, dataset) or is_use
        bans += _prohibitions(inner, found, dataset)
        for name in ("name", "title", "description", "requestedFields"):
            part.leave(name, "The rules are read, not the words beside them.")
        if "delet" in part.text("description").lower():
            part.drop(
                "description", "Its words ask for deletion and its rule does not; add the clause “deletion-at-end”."
            )
        is_all = inner.rest()
        # Beside the rules themselves may stand anything; within them, what is not understood may be a limit.
        found.is_whole = found.is_whole and (is_all or "permission" not in inner)
        if inner is not part:
            part.rest()
    rules.commitments = list(dict.fromkeys(rules.commitments))
    if not found.is_whole:
        parts[0].drop("policy", _LOST)
    elif is_use:
        permission: dict[str, Any] = {"action": terms.USE}
        permission |= {"constraint": found.limits} if found.limits else {}
        permission |= {"duty": found.duties} if found.duties else {}
        rules.policy = _possible({"permission": [permission]} | ({"prohibition": bans} if bans else {}), parts[0])
    return rules


def _possible(policy: dict[str, Any], part: Part) -> dict[str, Any] | None:
    faults = [finding for finding in lint(policy) if finding.severity is Severity.ERROR]
    if not faults:
        return policy
    part.drop("policy", f"Nobody could ever use anything under it. {faults[-1].reason.text}")
    return None


def _permissions(inner: Part, rules: Rules, found: Found, provider: str, dataset: str) -> bool:
    """Turn permissions into one that asks for all; return whether there is one to use."""
    shared = terms.own(inner.text("action")) if "action" in inner else ""
    shared_targets = inner.texts("target")
    uses = 0
    for permission in inner.parts("permission"):
        action = _action(permission) or shared
        targets = permission.texts("target") or shared_targets
        own = _conditions(permission, provider)
        own.is_whole = permission.rest() and own.is_whole
        elsewhere = any(target != dataset and "@{" not in target for target in targets)
        if elsewhere and not dataset:
            permission.lose("target", "It is read as about the whole: an offer, or all that a role does.")
        if action == JOIN:
            rules.commitments += own.commitments
            rules.joining += own.limits
        elif elsewhere and dataset:
            permission.drop("target", "It is leave for something else than what is offered, so it is none here.")
        elif action == terms.USE:
            uses += 1
            _add(own, found)
        else:
            permission.drop(
                action or "action", "Only leave to use is agreed on here; leave for this alone is not carried."
            )
    if uses > 1:
        inner.correct("permission", "Several permissions of one policy are read as one that asks for all of them.")
    return uses > 0


def _conditions(permission: Part, provider: str) -> Found:
    own = Found()
    for constraint in permission.parts("constraint"):
        turn(constraint, own, provider)
    for duty in permission.parts("duty"):
        if terms.own(duty.text("action")) in _PAYING:
            paying(duty, own)
        else:
            duty.drop("duty", "Whether it was done cannot be known here.")
            own.is_whole = False
    untangle(permission, own.limits)
    return own


def _add(own: Found, found: Found) -> None:
    limits = list(own.limits)
    if own.commitments:
        words = [scheme("commitments").iri(word) for word in own.commitments]
        limits.append({"leftOperand": terms.OPERAND + "commitment", "operator": "isAllOf", "rightOperand": words})
    found.limits += [limit for limit in limits if limit not in found.limits]
    found.duties += [duty for duty in own.duties if duty not in found.duties]
    found.is_whole = found.is_whole and own.is_whole


def _prohibitions(inner: Part, found: Found, dataset: str) -> list[dict[str, Any]]:
    """Turn prohibitions; one that cannot be read takes the whole policy with it, or more would be allowed than was."""
    bans = []
    for ban in inner.parts("prohibition"):
        action = _action(ban)
        if any(target != dataset and "@{" not in target for target in ban.texts("target")):
            ban.lose("target", "Whatever it was about, it is forbidden here.")
        own = Found()
        for constraint in ban.parts("constraint"):
            turn(constraint, own, "")
        own.is_whole = ban.rest() and own.is_whole
        if not scheme("actions").knows(scheme("actions").word(action)) or not own.is_whole or own.commitments:
            ban.drop(action or "prohibition", "What is forbidden cannot be said here.")
            found.is_whole = False
            continue
        bans.append({"action": action} | ({"constraint": own.limits} if own.limits else {}))
    for duty in inner.parts("obligation"):
        duty.drop("obligation", "Whether it is kept cannot be known here.")
        found.is_whole = False
    return bans


def _action(rule: Part) -> str:
    """The one action of a rule; of several none is taken, as each would be a rule of its own."""
    named = rule.texts("action")
    if len(named) > 1:
        rule.drop("action", "Several actions in one rule are not read; write a rule for each.")
        return ""
    return terms.own(named[0]) if named else ""
