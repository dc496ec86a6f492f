"""Verifiable credentials and presentations as signed tokens: how organisations vouch for people and for each other.

W3C Verifiable Credentials Data Model 1.1, JWT encoding (§6.3.1). Membership, consent grants, receipts, badges and
diplomas all travel in this one shape. Nothing here fetches anything: keys come from the caller's `resolve_key`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from skillspace.kernel.clock import from_iso, now
from skillspace.kernel.errors import BadInput, InvalidSignature, Refused
from skillspace.kernel.ids import new_urn
from skillspace.wire.jose import (
    MAX_TOKEN_BYTES,
    SigningKey,
    check_times,
    numeric_date,
    read_unverified,
    sign_jwt,
    verify_jwt,
)

VC_CONTEXT = "https://www.w3.org/2018/credentials/v1"
VC_CONTEXT_2 = "https://www.w3.org/ns/credentials/v2"
MAX_PRESENTATION_BYTES = 512 * 1024
LEEWAY_S = 5

KeyResolver = Callable[[str, str], Mapping[str, object]]
"""Given an issuer (DID) and a key's name (`kid`), return its public JWK, or raise when the issuer has no such key."""


class CredentialExpired(Refused):
    """The credential's time has run out; ask its issuer for a new one."""


class CredentialNotYetValid(Refused):
    """The credential's time has not come yet."""


class UntrustedIssuer(Refused):
    """The credential's issuer is not one that is trusted for this."""


class WrongAudience(Refused):
    """The presentation was made for someone else."""


class WrongHolder(Refused):
    """The credential is about someone else than the one who shows it."""


@dataclass(frozen=True, kw_only=True)
class VerifiedCredential:
    """A credential whose signature, issuer and times held when it was read. `subject` keeps its `id`."""

    types: tuple[str, ...]
    issuer: str
    subject_id: str
    subject: Mapping[str, object]
    issued: datetime
    expires: datetime | None
    id: str
    token: str
    credential: Mapping[str, object]


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
) -> str:
    """Return a signed credential saying `subject` about `subject_did` (a DID, or any identifier of the subject).

    `at` is the moment it begins (now when absent); it ends at `valid_until` or after `valid_for`, and never when both
    are absent. Raises BadInput when both are given or the end lies before the beginning.
    """
    named = [types] if isinstance(types, str) else list(types)
    credential = {
        "@context": [VC_CONTEXT, *contexts],
        "id": id or new_urn(),
        "type": ["VerifiableCredential", *(name for name in named if name != "VerifiableCredential")],
        "issuer": issuer_did,
        "credentialSubject": {**subject, "id": subject_did},
    }
    begin = at or now()
    if valid_for is not None and valid_until is not None:
        raise BadInput("Give a credential either valid_for or valid_until, not both.")
    end = begin + valid_for if valid_for is not None else valid_until
    return seal(credential, issuer_key=issuer_key, issued=begin, valid_until=end)


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
    if valid_until is not None and valid_until <= issued:
        raise BadInput(f"A credential cannot end ({valid_until.isoformat()}) before it begins ({issued.isoformat()}).")
    claims: dict[str, object] = {
        "iss": _identifier(credential.get("issuer"), "issuer"),
        "sub": _identifier(credential.get("credentialSubject"), "credentialSubject"),
        "jti": _identifier(credential.get("id"), "id"),
        "nbf": int(issued.timestamp()),
        **(credential if merged else {"vc": dict(credential)}),
    }
    if valid_until is not None:
        claims["exp"] = int(valid_until.timestamp())
    return sign_jwt(claims, issuer_key)


def verify(
    token: str,
    resolve_key: KeyResolver,
    at: datetime,
    *,
    expected_type: str | None = None,
    trusted_issuers: Collection[str] | None = None,
    max_bytes: int = MAX_TOKEN_BYTES,
) -> VerifiedCredential:
    """Check a credential token and return what it says.

    `trusted_issuers` of None trusts whoever `resolve_key` knows; an empty collection trusts nobody. An untrusted
    issuer's key is never asked for. Raises BadInput (shape, type), UntrustedIssuer, InvalidSignature,
    CredentialExpired or CredentialNotYetValid.
    """
    claims = _verified_claims(token, resolve_key, trusted=trusted_issuers, max_bytes=max_bytes)
    credential = _credential_of(claims)
    types = _texts(credential.get("type"), "type")
    if "VerifiableCredential" not in types:
        raise BadInput("The token is no verifiable credential: its type does not say so.")
    if expected_type is not None and expected_type not in types:
        raise BadInput(f"The credential is of type {', '.join(types)}; {expected_type} was expected.")
    _check_context(credential)
    issuer, subject = str(claims["iss"]), credential.get("credentialSubject")
    if not isinstance(subject, dict):
        raise BadInput("The credential has no single credentialSubject.")
    subject_id = _agreed(claims.get("sub"), subject.get("id"), "subject")
    _agreed(issuer, _issuer_of(credential), "issuer")
    issued, expires = _period(claims, credential, at)
    return VerifiedCredential(
        types=types,
        issuer=issuer,
        subject_id=subject_id,
        subject={**subject, "id": subject_id},
        issued=issued,
        expires=expires,
        id=_agreed(claims.get("jti"), credential.get("id"), "identifier"),
        token=token,
        credential=credential,
    )


def present(
    credentials: Iterable[str],
    *,
    holder_key: SigningKey,
    holder_did: str,
    audience: str,
    nonce: str | None = None,
    at: datetime | None = None,
    valid_for: timedelta = timedelta(minutes=5),
) -> str:
    """Return a signed presentation of credential tokens, made by their subject for one `audience`, short-lived."""
    begin = at or now()
    claims: dict[str, object] = {
        "iss": holder_did,
        "sub": holder_did,
        "aud": audience,
        "jti": new_urn(),
        "nbf": int(begin.timestamp()),
        "iat": int(begin.timestamp()),
        "exp": int((begin + valid_for).timestamp()),
        "vp": {
            "@context": [VC_CONTEXT],
            "type": ["VerifiablePresentation"],
            "holder": holder_did,
            "verifiableCredential": list(credentials),
        },
    }
    return sign_jwt(claims if nonce is None else {**claims, "nonce": nonce}, holder_key)


def verify_presentation(
    token: str,
    resolve_key: KeyResolver,
    at: datetime,
    audience: str,
    *,
    nonce: str | None = None,
    trusted_issuers: Collection[str] | None = None,
) -> list[VerifiedCredential]:
    """Check a presentation made for `audience` and return its credentials, each about the one who presents it.

    A `nonce` that is asked for must come back. Raises what `verify` raises, and WrongAudience, WrongHolder,
    TokenExpired or TokenNotYetValid for the presentation itself.
    """
    claims = _verified_claims(token, resolve_key, trusted=None, max_bytes=MAX_PRESENTATION_BYTES)
    if audience not in _texts(claims.get("aud"), "aud"):
        raise WrongAudience(f"The presentation was not made for {audience}.")
    if nonce is not None and claims.get("nonce") != nonce:
        raise WrongAudience("The presentation does not answer this request: its nonce differs.")
    if claims.get("exp") is None:
        raise BadInput("The presentation never ends; it must carry exp.")
    check_times(claims, at=at, leeway_s=LEEWAY_S)
    holder, presentation = str(claims["iss"]), claims.get("vp")
    if not isinstance(presentation, dict) or "VerifiablePresentation" not in _texts(presentation.get("type"), "type"):
        raise BadInput("The token is no verifiable presentation: vp or its type is missing.")
    if presentation.get("holder", holder) != holder:
        raise WrongHolder(f"The presentation names another holder than its signer {holder}.")
    shown = [
        verify(each, resolve_key, at, trusted_issuers=trusted_issuers)
        for each in _texts(presentation.get("verifiableCredential"), "vp.verifiableCredential")
    ]
    for credential in shown:
        if credential.subject_id != holder:
            raise WrongHolder(f"Credential {credential.id} is about another than its presenter {holder}.")
    return shown


def _verified_claims(
    token: str, resolve_key: KeyResolver, *, trusted: Collection[str] | None, max_bytes: int
) -> dict[str, object]:
    header, claims = read_unverified(token, max_bytes=max_bytes)
    issuer, kid = claims.get("iss"), header.get("kid")
    if not isinstance(issuer, str) or not issuer:
        raise BadInput("The token names no issuer (iss).")
    if not isinstance(kid, str) or not kid:
        raise BadInput("The token's header names no key (kid).")
    if trusted is not None and issuer not in trusted:
        raise UntrustedIssuer(f"{issuer} is not trusted for this; only {len(trusted)} named issuers are.")
    # A DID URL names its owner: a key of another organisation must not speak for this one (DID Core §3.2).
    owner, _, fragment = kid.partition("#")
    if fragment and owner not in ("", issuer):
        raise InvalidSignature(f"The token says it is from {issuer}, but its key belongs to {owner}.")
    return verify_jwt(token, resolve_key(issuer, kid), max_bytes=max_bytes)


def _credential_of(claims: Mapping[str, object]) -> dict[str, object]:
    """The VC inside: under `vc` (VC 1.1 §6.3.1), or the claims themselves (VC-JOSE-COSE, Open Badges 3.0 §8.2)."""
    inner = claims.get("vc")
    if inner is None and "credentialSubject" in claims:
        registered = ("iss", "sub", "jti", "nbf", "iat", "exp", "aud", "cnf")
        return {name: value for name, value in claims.items() if name not in registered}
    if not isinstance(inner, dict):
        raise BadInput("The token carries no credential (vc).")
    return inner


def _check_context(credential: Mapping[str, object]) -> None:
    contexts = credential.get("@context")
    first = contexts[0] if isinstance(contexts, list) and contexts else contexts
    if first not in (VC_CONTEXT, VC_CONTEXT_2):
        raise BadInput(f"The credential's first @context must be {VC_CONTEXT} or {VC_CONTEXT_2}.")


def check_period(begin: datetime | None, end: datetime | None, at: datetime) -> None:
    """Raise CredentialNotYetValid or CredentialExpired when `at` lies outside [begin, end), give or take a leeway."""
    leeway = timedelta(seconds=LEEWAY_S)
    if begin is not None and at < begin - leeway:
        raise CredentialNotYetValid(f"The credential is valid from {begin.isoformat()}.")
    if end is not None and at >= end + leeway:
        raise CredentialExpired(f"The credential ended at {end.isoformat()}; ask its issuer to renew it.")


def _period(
    claims: Mapping[str, object], credential: Mapping[str, object], at: datetime
) -> tuple[datetime, datetime | None]:
    """From nbf, to the earlier of exp and the credential's own end: the token cannot outlive what it says."""
    issued = numeric_date(claims, "nbf") or numeric_date(claims, "iat")
    if issued is None:
        raise BadInput("The credential does not say from when it is valid (nbf).")
    ends = [numeric_date(claims, "exp"), *(_moment(credential, name) for name in ("expirationDate", "validUntil"))]
    expires = min((end for end in ends if end is not None), default=None)
    check_period(issued, expires, at)
    return issued, expires


def _moment(credential: Mapping[str, object], name: str) -> datetime | None:
    value = credential.get(name)
    if value is None:
        return None
    try:
        return from_iso(str(value))
    except (ValueError, OverflowError):
        raise BadInput(f"The credential's {name} is not an ISO 8601 moment.") from None


def _agreed(outer: object, inner: object, what: str) -> str:
    """The token's claim and the credential's own word must be the same where both speak, and one of them must."""
    found = outer if outer is not None else inner
    if not isinstance(found, str) or not found:
        raise BadInput(f"The credential has no {what}.")
    if inner is not None and inner != found:
        raise BadInput(f"The credential contradicts its token about its {what}.")
    return found


def _issuer_of(credential: Mapping[str, object]) -> object:
    issuer = credential.get("issuer")
    return issuer.get("id") if isinstance(issuer, dict) else issuer


def _identifier(value: object, name: str) -> str:
    found = value.get("id") if isinstance(value, Mapping) else value
    if not isinstance(found, str) or not found:
        raise BadInput(f"The credential has no {name} with an identifier.")
    return found


def _texts(value: object, name: str) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not items or not all(isinstance(item, str) for item in items):
        raise BadInput(f"{name} must be a text or a list of texts.")
    return tuple(str(item) for item in items)
