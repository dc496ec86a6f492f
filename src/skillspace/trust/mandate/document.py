"""The signed mandate: a credential of the intermediary that both parties keep and anybody can check offline.

It names no account of the node: towards others the parties are “the principal” and “the agent” of this mandate, unless
the agent brought an identifier of its own. Nor does it tell when the principal outgrows it, for that is a birthday.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from skillspace.kernel.clock import from_iso, iso
from skillspace.kernel.errors import BadInput
from skillspace.records.credentials import KeyResolver, StatusEntry, issue, verify
from skillspace.trust.mandate.model import Capacity, Mandate, Scope, checked_text
from skillspace.wire.jose import SigningKey

MANDATE_CREDENTIAL = "MandateCredential"
PREFIX = "urn:skillspace:"


@dataclass(frozen=True, kw_only=True)
class MandateTerms:
    """What a signed mandate says. Whether it still stands, `status` tells where to look, or the intermediary."""

    mandate: str
    intermediary: str
    principal: str
    agent: str
    capacity: Capacity
    scope: Scope
    jointly: bool
    starts: datetime
    ends: datetime
    status: tuple[StatusEntry, ...]


def write_mandate(
    mandate: Mandate, *, key: SigningKey, own_did: str, at: datetime, status: Mapping[str, object] | None
) -> str:
    """Return the mandate as a credential (VC 1.1 as JWT), valid from `at` to its end."""
    name = f"{PREFIX}{mandate.id}"
    content: dict[str, object] = {
        "principal": f"{name}#principal",
        "agent": mandate.agent if ":" in mandate.agent else f"{name}#agent",
        "capacity": mandate.capacity.value,
        "scope": mandate.scope.to_json(),
        "jointly": mandate.jointly,
        "evidence": sorted({each.type.value for each in mandate.evidence}),
        "starts": iso(mandate.starts),
        "ends": iso(mandate.ends),
    }
    return issue(
        MANDATE_CREDENTIAL,
        content,
        issuer_key=key,
        issuer_did=own_did,
        subject_did=name,
        at=at,
        valid_until=mandate.ends,
        status=status,
    )


def read_mandate(token: str, resolve_key: KeyResolver, at: datetime, *, intermediary: str) -> MandateTerms:
    """Check a mandate that `intermediary` signed; raise BadInput, InvalidSignature, UntrustedIssuer, CredentialExpired.

    A mandate may have been ended before its time: who relies on it looks at its status, too.
    """
    found = verify(token, resolve_key, at, expected_type=MANDATE_CREDENTIAL, trusted_issuers={intermediary})
    said = found.subject
    scope = said.get("scope")
    names = ("acts", "purposes", "kinds", "recipients")
    if not isinstance(scope, dict) or set(scope) != set(names) or not all(_is_list(scope[name]) for name in names):
        raise BadInput("The mandate does not say what it covers.")
    capacity, jointly = said.get("capacity"), said.get("jointly")
    if capacity not in [each.value for each in Capacity] or not isinstance(jointly, bool):
        raise BadInput("The mandate does not say as what its agent acts.")
    if not found.subject_id.startswith(PREFIX):
        raise BadInput("The mandate has no identifier.")
    return MandateTerms(
        mandate=found.subject_id.removeprefix(PREFIX),
        intermediary=found.issuer,
        principal=checked_text("principal", said.get("principal")),
        agent=checked_text("agent", said.get("agent")),
        capacity=Capacity(str(capacity)),
        scope=Scope.of(**scope),
        jointly=jointly,
        starts=_moment(said.get("starts")),
        ends=_moment(said.get("ends")),
        status=found.status,
    )


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _moment(value: object) -> datetime:
    try:
        return from_iso(str(value))
    except (ValueError, OverflowError):
        raise BadInput("The mandate does not say from when until when it holds.") from None
