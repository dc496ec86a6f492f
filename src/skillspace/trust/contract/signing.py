"""Signatures on contracts: what each one says, and how it is checked with nothing but public keys.

Three kinds of compact JWS, told apart by their header `typ`, each over the SHA-256 of a canonical form: an
orchestrator's over a version of the terms, a member's over its participation, and an orchestrator's over both that
participation and its signature. The last also holds the member's public key as it was when the orchestrator checked it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials import KeyResolver
from skillspace.trust.contract.errors import ForgedContract
from skillspace.trust.contract.model import Participation, Terms
from skillspace.wire.jose import SigningKey, numeric_date, read_unverified, sign_jwt, verify_jwt

TERMS, PARTICIPATION, COUNTERSIGNATURE = (
    f"skillspace-contract-{kind}+jwt" for kind in ("terms", "participation", "countersignature")
)
_KEY_MEMBERS = ("kty", "crv", "x", "y")

Key = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A checked signature: when its maker says it was made, and the public key it was checked with."""

    at: datetime
    key: Key


def sign_terms(terms: Terms, key: SigningKey, at: datetime) -> str:
    """Return the orchestrator's signature on a version."""
    claims = {"iss": terms.orchestrator, "sub": terms.id, "version": terms.version, "digest": terms.hash}
    return sign_jwt(claims | _at(at), key, typ=TERMS)


def sign_participation(participation: Participation, key: SigningKey, at: datetime) -> str:
    """Return the member's signature on its participation."""
    claims = {"iss": participation.member, "sub": participation.id, "digest": participation.hash}
    return sign_jwt(claims | _at(at), key, typ=PARTICIPATION)


def countersign(
    participation: Participation, signature: str, member_key: Key, *, orchestrator: str, key: SigningKey, at: datetime
) -> str:
    """Return the orchestrator's signature on a participation, on the member's signature and on its public key."""
    claims = {
        "iss": orchestrator,
        "sub": participation.id,
        "digest": participation.hash,
        "signature": _hash_of(signature),
        "key": bare(member_key),
    }
    return sign_jwt(claims | _at(at), key, typ=COUNTERSIGNATURE)


def check_terms(terms: Terms, token: str, resolve_key: KeyResolver) -> Signed:
    """Check the orchestrator's signature on a version; raise ForgedContract, BadInput, or what the resolver raises."""
    claims, signed = _checked(token, TERMS, terms.orchestrator, resolve_key)
    _same(claims, {"sub": terms.id, "version": terms.version, "digest": terms.hash})
    return signed


def check_participation(participation: Participation, token: str, resolve_key: KeyResolver) -> Signed:
    """Check a member's signature on its participation; raises as `check_terms`."""
    claims, signed = _checked(token, PARTICIPATION, participation.member, resolve_key)
    _same(claims, {"sub": participation.id, "digest": participation.hash})
    return signed


def check_countersignature(
    participation: Participation, signature: str, token: str, resolve_key: KeyResolver, *, orchestrator: str
) -> tuple[Signed, Key]:
    """Check an orchestrator's countersignature; return it with the member's key it names. Raises as `check_terms`."""
    claims, signed = _checked(token, COUNTERSIGNATURE, orchestrator, resolve_key)
    wanted = {"sub": participation.id, "digest": participation.hash, "signature": _hash_of(signature)}
    _same(claims, wanted)
    key = claims.get("key")
    if not isinstance(key, dict):
        raise BadInput("The countersignature names no key of the member.")
    return signed, bare(key)


def signer_kid(token: str) -> str:
    """Return the name of the key a token says it was signed with, unchecked."""
    return str(read_unverified(token)[0].get("kid", ""))


def bare(jwk: Key) -> dict[str, object]:
    """Return the public members of a key alone (RFC 7638 §3.2): what makes two keys the same key."""
    return {name: jwk[name] for name in _KEY_MEMBERS if name in jwk}


def _checked(token: str, typ: str, signer: str, resolve_key: KeyResolver) -> tuple[dict[str, object], Signed]:
    header, claims = read_unverified(token)
    kid = str(header.get("kid", ""))
    if header.get("typ") != typ or claims.get("iss") != signer or kid.partition("#")[0] != signer:
        raise ForgedContract(f"This is not a signature of {signer[:200]} of the kind {typ}.")
    key = resolve_key(signer, kid)
    at = numeric_date(verify_jwt(token, key), "iat")
    if at is None:
        raise BadInput("The signature does not say when it was made.")
    return claims, Signed(at=at, key=bare(key))


def _same(claims: Mapping[str, object], wanted: Mapping[str, object]) -> None:
    for name, value in wanted.items():
        if not hmac.compare_digest(str(claims.get(name)).encode(), str(value).encode()):
            raise ForgedContract(f"The signature belongs to something else ({name}).")


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _at(at: datetime) -> dict[str, object]:
    return {"iat": int(at.timestamp())}
