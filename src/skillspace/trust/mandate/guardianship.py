"""Reading a guardianship credential: what a register or a court signed about who is guardian of whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials import KeyResolver, Trust, VerifiedCredential, verify
from skillspace.trust.mandate.model import checked_text

GUARDIANSHIP = "GuardianshipCredential"
CUSTODY = frozenset({"sole", "joint"})


@dataclass(frozen=True, kw_only=True)
class Guardianship:
    """One guardianship as its issuer signed it: identifiers of guardian and child, until when, and with others or not.

    `reference` is the credential's own identifier, or the hash of a credential without one.
    """

    issuer: str
    guardian: str
    child: str
    is_joint: bool
    until: datetime | None
    reference: str


def read_guardianship(
    token: str,
    resolve_key: KeyResolver,
    at: datetime,
    *,
    trust: Trust,
    check_status: Callable[[VerifiedCredential], None],
) -> Guardianship:
    """Verify a credential (VC as JWT) and return what it says; its issuer's key and status list may be fetched, so no
    transaction must be open.

    `credentialSubject` is ``{"id": guardian, "guardianOf": {"id": child}, "custody": "sole" | "joint"}``. Raises
    BadInput, InvalidSignature, UntrustedIssuer, CredentialExpired, CredentialNotYetValid, and what `check_status`
    raises for one that was revoked.
    """
    found = verify(token, resolve_key, at, expected_type=GUARDIANSHIP, trust=trust)
    if len(found.subjects) != 1:
        raise BadInput("A guardianship credential is about one guardian.")
    child = found.subject.get("guardianOf")
    custody = found.subject.get("custody")
    if not isinstance(child, Mapping):
        raise BadInput("The guardianship credential does not say whose guardian it is about (guardianOf).")
    if not isinstance(custody, str) or custody not in CUSTODY:
        raise BadInput("The guardianship credential does not say whether custody is sole or joint.")
    guardianship = Guardianship(
        issuer=found.issuer,
        guardian=checked_text("guardian's identifier", found.subject_id),
        child=checked_text("child's identifier", child.get("id")),
        is_joint=custody == "joint",
        until=found.expires,
        reference=checked_text("credential's identifier", found.id),
    )
    if guardianship.guardian == guardianship.child:
        raise BadInput("Nobody is their own guardian.")
    check_status(found)
    return guardianship
