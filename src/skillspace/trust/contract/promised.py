"""What a signed contract itself holds of the facts that rules ask for: commitments, and payments both sides signed.

A member's signature on its participation is a word that others can check. Payments stand in the business model, as
``{"paid": [{"member": did, "until": "2027-06-30T00:00:00Z", "amount": "500", "currency": "EUR"}]}``; a change of it is
signed by everybody, so nobody writes alone that something was paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from skillspace.kernel.clock import from_iso
from skillspace.trust.contract.model import Terms
from skillspace.trust.policy.terms import number

_COMMITMENTS = "commitments"
_MEMBERS = frozenset({"member", "until", "amount", "currency"})


def commitments_in(terms: Terms, role: str) -> frozenset[str] | None:
    """Return what whoever signed `terms` in `role` committed itself to; None where the contract says nothing of it."""
    own = next((one.obligations for one in terms.roles if one.role == role), ())
    uses = [one for one in (*terms.clauses, *own) if one.clause.partition("/")[0] == _COMMITMENTS]
    found = {word for one in uses for word in one.values.get("commitments", ()) if isinstance(word, str)}
    return frozenset(found) or None


def payments_in(terms: Terms, member: str) -> Mapping[str, Any]:
    """Return ``paid`` by currency and ``paid_until`` of a member, as far as the terms hold them.

    One entry that cannot be read leaves all of them unknown: half of an account is none.
    """
    written = terms.business_model.get("paid")
    try:
        read = [_entry(one) for one in written] if isinstance(written, list) else []
    except (ValueError, TypeError, OverflowError):
        return {}
    mine = [one for one in read if one.member == member]
    found: dict[str, Any] = {}
    if until := max((one.until for one in mine if one.until is not None), default=None):
        found["paid_until"] = until
    paid: dict[str, Decimal] = {}
    for one in mine:
        if one.amount is not None:
            paid[one.currency] = paid.get(one.currency, Decimal(0)) + one.amount
    return found | ({"paid": paid} if paid else {})


@dataclass(frozen=True, kw_only=True)
class _Entry:
    member: str
    until: datetime | None
    amount: Decimal | None
    currency: str


def _entry(one: Any) -> _Entry:
    if not isinstance(one, Mapping) or not set(one) <= _MEMBERS or not all(isinstance(it, str) for it in one.values()):
        raise ValueError("a payment has a member, until when, an amount and its currency")
    amount = number(one["amount"]) if "amount" in one else None
    is_bad = "amount" in one and (amount is None or amount < 0)
    if "member" not in one or ("amount" in one) is not ("currency" in one) or is_bad:
        raise ValueError("an amount has a currency, and a payment somebody who paid")
    until = from_iso(one["until"]) if "until" in one else None
    return _Entry(member=one["member"], until=until, amount=amount, currency=one.get("currency", ""))
