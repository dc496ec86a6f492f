"""Writing credentials: a statement about a subject, signed by its issuer, in either data model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from skillspace.kernel.clock import iso, now
from skillspace.kernel.errors import BadInput
from skillspace.kernel.ids import new_urn
from skillspace.records.credentials.model import VC_CONTEXT, VC_CONTEXT_2, Model, identifier
from skillspace.wire.jose import SigningKey, sign_jwt


def issue(
    types: str | Sequence[str],
    subject: Mapping[str, object],
    *,
    issuer_key: SigningKey,
    issuer_did: str,
    subject_did: str,
    at: datetime | None = None,
    valid_for: timedelta | None = None,
    valid_until: datetime | None = None,
    id: str | None = None,
    contexts: Sequence[str] = (),
    model: Model = "1.1",
    status: Mapping[str, object] | None = None,
) -> str:
    """Return a signed credential saying `subject` about `subject_did` (a DID, or any identifier of the subject).

    `at` is the moment it begins (now when absent); it ends at `valid_until` or after `valid_for`, and never when both
    are absent. `status` becomes its credentialStatus. Raises BadInput when both ends are given or the end lies before
    the beginning.
    """
    named = [types] if isinstance(types, str) else list(types)
    if valid_for is not None and valid_until is not None:
        raise BadInput("Give a credential either valid_for or valid_until, not both.")
    begin = at or now()
    end = begin + valid_for if valid_for is not None else valid_until
    first, last = ("issuanceDate", "expirationDate") if model == "1.1" else ("validFrom", "validUntil")
    credential = {
        "@context": [VC_CONTEXT if model == "1.1" else VC_CONTEXT_2, *contexts],
        "id": id or new_urn(),
        "type": ["VerifiableCredential", *(name for name in named if name != "VerifiableCredential")],
        "issuer": issuer_did,
        first: iso(begin),
        **({last: iso(end)} if end is not None else {}),
        **({"credentialStatus": dict(status)} if status is not None else {}),
        "credentialSubject": {**subject, "id": subject_did},
    }
    if model == "1.1":
        return seal(credential, issuer_key=issuer_key, issued=begin, valid_until=end)
    return seal_payload(credential, issuer_key=issuer_key, issued=begin, valid_until=end)


def seal(
    credential: Mapping[str, object],
    *,
    issuer_key: SigningKey,
    issued: datetime,
    valid_until: datetime | None = None,
    merged: bool = False,
) -> str:
    """Sign a whole VC document as its issuer; iss, sub and jti are taken from it (VC 1.1 §6.3.1).

    `merged` lays the credential's members beside the claims instead of under `vc` (Open Badges 3.0 §8.2).
    """
    _check_order(issued, valid_until)
    claims: dict[str, object] = {
        "iss": identifier(credential.get("issuer"), "issuer"),
        "sub": identifier(credential.get("credentialSubject"), "credentialSubject"),
        "jti": identifier(credential.get("id"), "id"),
        "nbf": int(issued.timestamp()),
        **(credential if merged else {"vc": dict(credential)}),
    }
    if valid_until is not None:
        claims["exp"] = int(valid_until.timestamp())
    return sign_jwt(claims, issuer_key)


def seal_payload(
    credential: Mapping[str, object], *, issuer_key: SigningKey, issued: datetime, valid_until: datetime | None = None
) -> str:
    """Sign a VC 2.0 document as its issuer: the document is the token's payload (VC-JOSE-COSE §3.1.1).

    Of the registered claims only iss and iat are added, which the 2.0 context knows; the document has its own period.
    """
    _check_order(issued, valid_until)
    claims = {
        **credential,
        "iss": identifier(credential.get("issuer"), "issuer"),
        "iat": int(issued.timestamp()),
    }
    return sign_jwt(claims, issuer_key, typ="vc+jwt")


def _check_order(issued: datetime, valid_until: datetime | None) -> None:
    if valid_until is not None and valid_until <= issued:
        raise BadInput(f"A credential cannot end ({valid_until.isoformat()}) before it begins ({issued.isoformat()}).")
