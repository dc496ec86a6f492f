"""Policies as they travel (ODRL in DSP 2025-1, contract-schema): their shape, and whether two say the same.

What a policy means is `trust.policy`'s business; here it is only checked, copied and compared, never rearranged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from skillspace.kernel.errors import BadInput

RULES = ("permission", "prohibition", "obligation")
LOGICAL = ("and", "andSequence", "or", "xone")
OPERATORS = frozenset(
    "eq gt gteq lteq hasPart isA isAllOf isAnyOf isNoneOf isPartOf lt term-lteq neq".split()  # noqa: SIM905
)
#: What a policy says about itself; everything else is its rules, members unknown to us included.
ABOUT_ITSELF = frozenset({"@context", "@id", "@type", "target", "assigner", "assignee", "timestamp"})
MAX_DEPTH = 12


class PolicyMalformed(BadInput):
    """The policy does not have the shape of an ODRL policy."""


def rules_of(policy: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rules of an offer or agreement, in its own order: what both sides must keep unchanged."""
    return {name: value for name, value in policy.items() if name not in ABOUT_ITSELF}


def same_rules(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two policies have the same rules as JSON trees (so that 1 and true differ).

    A list of one and its single item are the same: peers that work on JSON-LD write one for the other.
    """
    return canonical(_folded(rules_of(one))) == canonical(_folded(rules_of(other)))


def canonical(tree: object) -> str:
    """Return one spelling for equal JSON trees."""
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _folded(tree: object) -> object:
    if isinstance(tree, dict):
        return {name: _folded(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return _folded(tree[0]) if len(tree) == 1 else [_folded(item) for item in tree]
    return tree


def check_offer(offer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an offer of a message or catalog if its shape is right; raise PolicyMalformed otherwise."""
    if not isinstance(offer.get("@id"), str) or not offer["@id"]:
        raise PolicyMalformed("An offer needs an @id.")
    if offer.get("@type") != "Offer":
        raise PolicyMalformed('An offer needs "@type": "Offer".')
    check_rules(offer)
    return dict(offer)


def check_agreement(agreement: Mapping[str, Any]) -> dict[str, Any]:
    """Return an agreement if its shape is right; raise PolicyMalformed otherwise."""
    for name in ("@id", "target", "assigner", "assignee", "timestamp"):
        if not isinstance(agreement.get(name), str) or not agreement[name]:
            raise PolicyMalformed(f"An agreement needs {name}.")
    if agreement.get("@type") != "Agreement":
        raise PolicyMalformed('An agreement needs "@type": "Agreement".')
    check_rules(agreement)
    return dict(agreement)


def check_rules(policy: Mapping[str, Any]) -> None:
    """Check permissions, prohibitions and obligations; at least one of the first two is there (pitfalls 4, 8, 9)."""
    if "permission" not in policy and "prohibition" not in policy:
        raise PolicyMalformed("A policy needs at least one permission or prohibition.")
    if "target" in policy and not isinstance(policy["target"], str):
        raise PolicyMalformed("A policy's target is the identifier of a dataset.")
    _check_profile(policy.get("profile", ""))
    for name in RULES:
        if name not in policy:
            continue
        listed = policy[name]
        if not isinstance(listed, list) or not listed:
            raise PolicyMalformed(f"{name} must be a list with at least one rule.")
        for rule in listed:
            _check_rule(name, rule)


def _check_profile(profile: object) -> None:
    named = profile if isinstance(profile, list) else [profile]
    if not all(isinstance(name, str) for name in named):
        raise PolicyMalformed("profile must be a text or a list of texts.")


def _check_rule(name: str, rule: object) -> None:
    if not isinstance(rule, dict) or not isinstance(rule.get("action"), str):
        raise PolicyMalformed(f"Every {name} needs an action.")
    if "target" in rule:
        raise PolicyMalformed(f"A {name} must not name a target of its own; the policy names it.")
    constraints = rule.get("constraint", [])
    if not isinstance(constraints, list):
        raise PolicyMalformed(f"The constraint of a {name} must be a list.")
    for constraint in constraints:
        _check_constraint(constraint, depth=1)
    duties = rule.get("duty", [])
    if not isinstance(duties, list):
        raise PolicyMalformed(f"The duty of a {name} must be a list.")
    for duty in duties:
        if not isinstance(duty, dict) or "duty" in duty:
            raise PolicyMalformed(f"The duty of a {name} must be a rule without duties of its own.")
        _check_rule("duty", duty)


def _check_constraint(constraint: object, *, depth: int) -> None:
    if not isinstance(constraint, dict) or depth > MAX_DEPTH:
        raise PolicyMalformed("A constraint must be an object, nested at most twelve deep.")
    logical = [name for name in LOGICAL if name in constraint]
    if logical:
        parts = constraint[logical[0]]
        if len(logical) > 1 or "leftOperand" in constraint or not isinstance(parts, list):
            raise PolicyMalformed("A logical constraint has exactly one of and, andSequence, or, xone: a list.")
        for part in parts:
            _check_constraint(part, depth=depth + 1)
        return
    if not isinstance(constraint.get("leftOperand"), str) or constraint.get("operator") not in OPERATORS:
        raise PolicyMalformed("A constraint needs a leftOperand and an operator the protocol names.")
    if not isinstance(constraint.get("rightOperand"), str | dict | list):
        raise PolicyMalformed("A rightOperand must be a text, an object or a list; write numbers as text.")
