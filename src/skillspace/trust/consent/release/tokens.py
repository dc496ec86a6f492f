"""Tokens for one use: what a recipient shows to a provider, made by the person's intermediary moments before.

A token is bound to the grant by the hash of its terms, to the data by dataset and kinds, to recipient and provider by
name; it lives a minute and is redeemed once, at the intermediary, when the provider asks whether the grant lives. The
grant's own credential never leaves the recipient, so what a provider could lose opens nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from skillspace.kernel.errors import BadInput, Refused
from skillspace.kernel.ids import new_id
from skillspace.records.credentials import KeyResolver
from skillspace.trust.consent.errors import UntrustedIntermediary, UseRefused, WrongDataset, WrongRecipient
from skillspace.trust.consent.model import Grant
from skillspace.trust.consent.terms import GrantTerms, read_terms, terms_of
from skillspace.wire.canonical import digest
from skillspace.wire.jose import SigningKey, check_times, numeric_date, read_unverified, sign_jwt, verify_jwt

#: The type of the token (RFC 8725 §3.11): nothing else that an intermediary signs can be shown in its place.
USE = "consent-use+jwt"
LIVES_FOR = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class UseToken:
    """A verified token: `id` names this one use, `what` the kinds of data it is for, `terms` the grant behind it."""

    id: str
    recipient: str
    provider: str
    what: frozenset[str]
    expires: datetime
    terms: GrantTerms
    text: str


def make_token(grant: Grant, what: Collection[str], *, key: SigningKey, own_did: str, at: datetime) -> str:
    """Return a token for one use of a living grant, for these kinds of its data."""
    terms = terms_of(grant)
    claims = {
        "iss": own_did,
        "sub": grant.recipient,
        "aud": grant.provider,
        "jti": new_id("use"),
        "iat": int(at.timestamp()),
        "exp": int((at + LIVES_FOR).timestamp()),
        "what": sorted(what),
        "terms": terms,
        "hash": f"sha-256:{digest(terms)}",
    }
    return sign_jwt(claims, key, typ=USE)


def signer_of(token: str) -> str:
    """Return who a token says signed it, unchecked: to ask whether that one may, before any key is fetched."""
    return str(read_unverified(token)[1].get("iss", ""))


def read_token(token: str, resolve_key: KeyResolver, at: datetime, *, signer: str) -> UseToken:
    """Verify a token that `signer` made, and return what it is for; whether it was used, the signer knows.

    Raises BadInput for another shape, InvalidSignature, UntrustedIntermediary for another signer, UseRefused when its
    minute is over or its terms are not those it names.
    """
    header, claims = read_unverified(token)
    if header.get("typ") != USE:
        raise BadInput("What was shown is no token for one use of a consent; ask the person's intermediary for one.")
    if claims.get("iss") != signer:
        raise UntrustedIntermediary(f"The consent is signed by another than {signer[:200]}.")
    kid = str(header.get("kid"))
    if kid.partition("#")[0] not in ("", signer):
        raise UntrustedIntermediary(f"The consent is signed with a key of another than {signer[:200]}.")
    verify_jwt(token, resolve_key(signer, kid))
    try:
        check_times(claims, at=at)
    except Refused as fault:
        raise UseRefused(f"The token for this use: {fault.message}") from None
    found = _read(claims, token)
    if not hmac.compare_digest(str(claims.get("hash")).encode(), f"sha-256:{found.terms.hash}".encode()):
        raise UseRefused("The token's terms are not those of the consent it names.")
    if found.terms.recipient != found.recipient:
        raise WrongRecipient(f"The consent is for {found.terms.recipient}, its token for {found.recipient[:200]}.")
    if found.terms.provider != found.provider:
        raise WrongDataset(f"The consent is about data of {found.terms.provider}, its token of {found.provider[:200]}.")
    return found


def _read(claims: dict[str, object], token: str) -> UseToken:
    terms, what, expires = claims.get("terms"), claims.get("what"), numeric_date(claims, "exp")
    named = [claims.get(name) for name in ("jti", "sub", "aud")]
    is_list = isinstance(what, list) and 0 < len(what) <= 100 and all(isinstance(kind, str) for kind in what)
    if not isinstance(terms, dict) or not is_list or expires is None:
        raise BadInput("The token for this use is not as it should be.")
    if not all(isinstance(name, str) and 0 < len(name) <= 500 for name in named):
        raise BadInput("The token for this use names nobody.")
    assert isinstance(what, list)  # noqa: S101 - seen above
    id, recipient, provider = (str(name) for name in named)
    return UseToken(
        id=id,
        recipient=recipient,
        provider=provider,
        what=frozenset(what),
        expires=expires,
        terms=read_terms(terms, intermediary=str(claims["iss"]), token=token),
        text=token,
    )
