"""Reading credentials: only what was signed, by whom it says, about whom it says, while it lasts."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from skillspace.kernel.clock import from_iso
from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.records.credentials.model import (
    CONTEXTS,
    LEEWAY_S,
    VC_CONTEXT,
    VC_CONTEXT_2,
    CredentialExpired,
    CredentialNotYetValid,
    KeyResolver,
    Model,
    Trust,
    UntrustedIssuer,
    VerifiedCredential,
    identifier,
    texts,
)
from skillspace.records.credentials.status_entries import entries_of
from skillspace.wire.certificates import chain_name
from skillspace.wire.jose import MAX_TOKEN_BYTES, numeric_date, read_unverified, verify_jwt

# What a token of a credential may call itself (RFC 7519 §5.1, VC-JOSE-COSE §3.1.1 and its drafts), without case.
CREDENTIAL_TYPES = frozenset({"jwt", "vc+jwt", "vc+ld+jwt", "vc+ld+json+jwt"})
_REGISTERED = ("iss", "sub", "jti", "nbf", "iat", "exp", "aud", "cnf")


def verify(
    token: str,
    resolve_key: KeyResolver,
    at: datetime | None,
    *,
    expected_type: str | None = None,
    trusted_issuers: Collection[str] | None = None,
    trust: Trust | None = None,
    lenient: bool = False,
    rsa: bool = False,
    max_bytes: int = MAX_TOKEN_BYTES,
) -> VerifiedCredential:
    """Check a credential token of either data model and return what it says. Revocation is not looked at.

    Its period is checked at the moment `at`; None leaves that to the caller. `trusted_issuers` of None trusts whoever
    `resolve_key` knows; an empty collection trusts nobody. `trust` decides by issuer and types. An untrusted issuer's
    key is never asked for. `lenient` bears what some makers do against the norm: no VerifiableCredential among the
    types; another @context than the norm's in a credential under `vc`; a sub or jti that does not repeat the
    credential's own subject and id, which then alone count; a subject without an id, which is then the empty text.
    Raises BadInput (shape, type), UntrustedIssuer, InvalidSignature, CredentialExpired or CredentialNotYetValid.
    """
    header, claims = read_unverified(token, max_bytes=max_bytes)
    check_type(header, CREDENTIAL_TYPES)
    credential = _credential_of(claims)
    # Where the @context is not one of the two, only the encoding is left to tell: `vc` is that of 1.1 (§6.3.1).
    is_named = _first_context(credential) in CONTEXTS
    model: Model = "1.1" if lenient and "vc" in claims and not is_named else model_of(credential)
    issuer = _agreed(claims.get("iss"), _issuer_of(credential), "issuer")
    types = _types_of(credential, expected_type, lenient=lenient)
    if trusted_issuers is not None and issuer not in trusted_issuers:
        raise UntrustedIssuer(f"{issuer} is not trusted for this; only {len(trusted_issuers)} named issuers are.")
    if trust is not None and not trust(issuer, types):
        raise UntrustedIssuer(f"{issuer} is not trusted to issue {', '.join(types)}.")
    # From here on the same claims are signed: the token is read once more, and its signature checked.
    verify_by(token, header, issuer, resolve_key, max_bytes=max_bytes, rsa=rsa)
    subjects = _subjects_of(credential, claims, lenient=lenient)
    issued, expires = _period(claims, credential, at)
    return VerifiedCredential(
        types=types,
        issuer=issuer,
        subject_id=str(subjects[0]["id"]),
        subject=subjects[0],
        subjects=subjects,
        issued=issued,
        expires=expires,
        id=_identity(claims, credential, token, lenient=lenient),
        model=model,
        status=entries_of(credential.get("credentialStatus")),
        token=token,
        credential=credential,
    )


def verify_by(
    token: str,
    header: Mapping[str, object],
    signer: str,
    resolve_key: KeyResolver,
    *,
    max_bytes: int,
    rsa: bool = False,
) -> dict[str, object]:
    """Check that a key of `signer` signed `token`, and return its claims; raise InvalidSignature or BadInput.

    Who is known by an address and brings certificates is asked for by that chain, as everybody else by a key's name.
    """
    kid = chain_name(header) if "x5c" in header and signer.startswith("https://") else header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise BadInput("The token's header names no key (kid).")
    # A DID URL names its owner: a key of another organisation must not speak for this one (DID Core §3.2).
    owner, _, fragment = kid.partition("#")
    if fragment and owner not in ("", signer):
        raise InvalidSignature(f"The token says it is from {signer}, but its key belongs to {owner}.")
    return verify_jwt(token, resolve_key(signer, kid), max_bytes=max_bytes, rsa=rsa)


def check_type(header: Mapping[str, object], allowed: frozenset[str]) -> None:
    """Raise BadInput when a token says it is something else (RFC 8725 §3.11: a token is used for its own kind only)."""
    named = header.get("typ", "JWT")
    if not isinstance(named, str) or named.lower().removeprefix("application/") not in allowed:
        raise BadInput(f"A token of type {str(named)[:40]!r} is not what was expected here.")


def check_period(begin: datetime | None, end: datetime | None, at: datetime) -> None:
    """Raise CredentialNotYetValid or CredentialExpired when `at` lies outside [begin, end), give or take a leeway."""
    leeway = timedelta(seconds=LEEWAY_S)
    if begin is not None and at < begin - leeway:
        raise CredentialNotYetValid(f"The credential is valid from {begin.isoformat()}.")
    if end is not None and at >= end + leeway:
        raise CredentialExpired(f"The credential ended at {end.isoformat()}; ask its issuer to renew it.")


def model_of(document: Mapping[str, object]) -> Model:
    """Return the data model a credential or presentation says it follows; raise BadInput when it is none of the two."""
    first = _first_context(document)
    if first not in CONTEXTS:
        raise BadInput(f"The credential's first @context must be {VC_CONTEXT} or {VC_CONTEXT_2}.")
    return CONTEXTS[first]


def _first_context(document: Mapping[str, object]) -> str:
    contexts = document.get("@context")
    first = contexts[0] if isinstance(contexts, list) and contexts else contexts
    return first if isinstance(first, str) else ""


def _credential_of(claims: Mapping[str, object]) -> dict[str, object]:
    """The VC inside: under `vc` (VC 1.1 §6.3.1), or the claims themselves (VC-JOSE-COSE §3.1.1, Open Badges 3.0)."""
    inner = claims.get("vc")
    if inner is None and "credentialSubject" in claims:
        return {name: value for name, value in claims.items() if name not in _REGISTERED}
    if not isinstance(inner, dict):
        raise BadInput("The token carries no credential (vc).")
    if "iss" not in claims:
        raise BadInput("The token names no issuer (iss).")
    return inner


def _types_of(credential: Mapping[str, object], expected: str | None, *, lenient: bool) -> tuple[str, ...]:
    types = texts(credential.get("type"), "type")
    if "VerifiableCredential" not in types and not lenient:
        raise BadInput("The token is no verifiable credential: its type does not say so.")
    if expected is not None and expected not in types:
        raise BadInput(f"The credential is of type {', '.join(types)}; {expected} was expected.")
    return types


def _subjects_of(
    credential: Mapping[str, object], claims: Mapping[str, object], *, lenient: bool
) -> tuple[Mapping[str, object], ...]:
    """All subjects, each with its id; `sub` must name the only one, or one of several, which then comes first."""
    given = credential.get("credentialSubject")
    found = given if isinstance(given, list) else [given]
    subjects = [subject for subject in found if isinstance(subject, dict)]
    if not subjects or len(subjects) != len(found):
        raise BadInput("The credential has no credentialSubject, or one that is not an object.")
    sub = claims.get("sub")
    if len(subjects) == 1:
        own = subjects[0].get("id")
        nameless = lenient and own is None and sub is None
        return ({**subjects[0], "id": "" if nameless else _agreed(own if lenient and own else sub, own, "subject")},)
    named = [identifier(subject, "credentialSubject") for subject in subjects]
    if sub is not None and sub not in named and not lenient:
        raise BadInput("The credential contradicts its token about its subject.")
    return tuple(sorted(subjects, key=lambda subject: subject["id"] != sub))


def _identity(claims: Mapping[str, object], credential: Mapping[str, object], token: str, *, lenient: bool) -> str:
    """Its identifier, which both models leave optional; without one the token itself tells it from all others."""
    own, jti = credential.get("id"), claims.get("jti")
    if own is None and jti is None:
        return f"urn:sha256:{hashlib.sha256(token.encode()).hexdigest()}"
    return _agreed(own if lenient and own else jti, own, "identifier")


def _period(
    claims: Mapping[str, object], credential: Mapping[str, object], at: datetime | None
) -> tuple[datetime, datetime | None]:
    """From the latest beginning to the earliest end that token and credential name: neither outlives the other."""
    begins = [numeric_date(claims, "nbf"), *(_moment(credential, name) for name in ("validFrom", "issuanceDate"))]
    ends = [numeric_date(claims, "exp"), *(_moment(credential, name) for name in ("expirationDate", "validUntil"))]
    issued = next((begin for begin in [*begins, numeric_date(claims, "iat")] if begin is not None), None)
    if issued is None:
        raise BadInput("The credential does not say from when it is valid (nbf, validFrom or issuanceDate).")
    expires = min((end for end in ends if end is not None), default=None)
    if at is not None:
        check_period(max([issued, *(begin for begin in begins if begin is not None)]), expires, at)
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
