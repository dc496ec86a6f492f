"""Writing the rules of an offer: what it may be used for, by whom, until when, and when copies go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.trust.policy.templates import compose


def offer_rules(
    *,
    purposes: Iterable[str],
    roles: Iterable[str] = (),
    until: datetime | None = None,
    keep_days: int | None = None,
) -> dict[str, Any]:
    """Return the rules of an ODRL offer (no @id, no @type): ``permission``, and ``obligation`` to delete.

    `purposes` and `roles` are words of our namespaces or absolute IRIs; no role means any member. Raises BadInput
    without a purpose: a permission for everything is never offered by omission.
    """
    named, allowed = sorted(set(purposes)), sorted(set(roles))
    if not named:
        raise BadInput("An offer names at least one purpose.")
    chosen: list[tuple[str, Mapping[str, object]]] = [("purpose", {"purposes": named})]
    if allowed:
        chosen.append(("role", {"roles": allowed}))
    if until is not None:
        chosen.append(("until", {"until": until}))
    if keep_days is not None:
        chosen.append(("delete-after", {"period": timedelta(days=keep_days)}))
    return compose(chosen)
