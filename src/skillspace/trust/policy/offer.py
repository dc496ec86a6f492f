"""Writing the rules of an offer: what it may be used for, by whom, until when, and when copies go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput
from skillspace.trust.policy import terms


def offer_rules(
    *,
    purposes: Iterable[str],
    roles: Iterable[str] = (),
    until: datetime | None = None,
    keep_days: int | None = None,
) -> dict[str, object]:
    """Return the rules of an ODRL offer (no @id, no @type): ``permission``, and ``obligation`` to delete.

    `purposes` and `roles` are words of our namespaces or absolute IRIs; no role means any member. Raises BadInput
    without a purpose: a permission for everything is never offered by omission.
    """
    named = sorted({terms.purpose_iri(purpose) for purpose in purposes})
    if not named:
        raise BadInput("An offer names at least one purpose.")
    constraints = [_constraint("purpose", "isAnyOf", named)]
    if allowed := sorted({terms.role_iri(role) for role in roles}):
        constraints.append(_constraint(terms.RECIPIENT_ROLE, "isAnyOf", allowed))
    if until is not None:
        constraints.append(_constraint("dateTime", "lt", iso(until)))
    rules: dict[str, object] = {"permission": [{"action": terms.USE, "constraint": constraints}]}
    if keep_days is not None:
        after = _constraint("elapsedTime", "lteq", f"P{keep_days}D")
        rules["obligation"] = [{"action": "delete", "constraint": [after]}]
    return rules


def _constraint(left: str, operator: str, right: object) -> dict[str, object]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}
