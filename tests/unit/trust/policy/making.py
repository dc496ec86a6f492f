"""Small policies for tests, written as they travel."""

from __future__ import annotations

from datetime import timedelta

from skillspace.trust.policy import Facts
from tests.conftest import NOON

FACTS = Facts(purpose="recruit", at=NOON, roles=frozenset({"employer"}), agreed=NOON - timedelta(days=10))
OURS = "https://w3id.org/skillspace/policy#"


def rule(*constraints: object, action: object = "use", **more: object) -> dict[str, object]:
    """A rule with these constraints."""
    return {"action": action, "constraint": list(constraints), **more}


def policy(*permissions: object, **more: object) -> dict[str, object]:
    """An offer with these permissions."""
    return {"@id": "urn:example:1", "@type": "Offer", "permission": list(permissions), **more}


def limit(left: str, operator: str, right: object, **more: object) -> dict[str, object]:
    """An atomic constraint."""
    return {"leftOperand": left, "operator": operator, "rightOperand": right, **more}
