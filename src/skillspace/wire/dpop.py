"""Proofs of possession (DPoP, RFC 9449): whoever calls holds a key, and signed for this very call a moment ago."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.kernel.ids import new_secret
from skillspace.wire.jose import SigningKey, check_times, numeric_date, read_unverified, sign_jwt, verify_jwt

PROOF_TYPE = "dpop+jwt"
ALGORITHMS = ("ES256", "EdDSA")
#: How old a proof may be; as long must whoever takes it remember it.
FRESH_FOR = timedelta(minutes=2)
MAX_PROOF_BYTES, MAX_NAME = 8 * 1024, 200
_MEMBERS = {("EC", "P-256"): ("crv", "kty", "x", "y"), ("OKP", "Ed25519"): ("crv", "kty", "x")}
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True)
class Possession:
    """A key (its thumbprint) whose owner signed for one call, under a `name` (jti) that must not come again."""

    key: str
    name: str
    made: datetime
    nonce: str | None


def prove(
    key: SigningKey,
    method: str,
    address: str,
    *,
    at: datetime,
    access_token: str | None = None,
    nonce: str | None = None,
) -> str:
    """Return the proof for one call with `method` to `address`; with the `access_token` that goes along (§4.2)."""
    claims: dict[str, object] = {
        "jti": new_secret(16),
        "htm": method,
        "htu": address.partition("#")[0].partition("?")[0],
    }
    claims |= {"iat": int(at.timestamp())}
    claims |= {"ath": _digest(access_token)} if access_token is not None else {}
    claims |= {"nonce": nonce} if nonce is not None else {}
    return sign_jwt(claims, key, typ=PROOF_TYPE, named={"jwk": _public(key.public_jwk())})


def read_proof(proof: str, method: str, address: str, *, at: datetime, access_token: str | None = None) -> Possession:
    """Check a proof for one call (§4.3); whether it came before, and its nonce, are the caller's to look at.

    Raises BadInput or InvalidSignature saying what is wrong, TokenNotYetValid.
    """
    header, _ = read_unverified(proof, max_bytes=MAX_PROOF_BYTES)
    if header.get("typ") != PROOF_TYPE:
        raise BadInput(f"A proof of possession must be of the type {PROOF_TYPE}.")
    jwk = header.get("jwk")
    if not isinstance(jwk, dict) or "d" in jwk:
        raise BadInput("A proof of possession brings its public key (jwk), and never the private one.")
    claims = verify_jwt(proof, _public(jwk), max_bytes=MAX_PROOF_BYTES)
    name, nonce = claims.get("jti"), claims.get("nonce")
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
        raise BadInput(f"A proof of possession has a name of its own (jti) of at most {MAX_NAME} characters.")
    if claims.get("htm") != method:
        raise InvalidSignature(f"The proof of possession was not made for {method}.")
    if _place(claims.get("htu")) != _place(address):
        raise InvalidSignature(f"The proof of possession was not made for {address}.")
    if access_token is not None and claims.get("ath") != _digest(access_token):
        raise InvalidSignature("The proof of possession was not made for this access token (ath).")
    made = numeric_date(claims, "iat")
    if made is None:
        raise BadInput("The proof of possession does not say when it was made (iat).")
    check_times(claims, at=at)
    if at - made > FRESH_FOR:
        raise InvalidSignature("The proof of possession is too old.")
    if not isinstance(nonce, str | None):
        raise BadInput("The nonce of a proof of possession is a text.")
    return Possession(key=thumbprint(jwk), name=name, made=made, nonce=nonce)


def thumbprint(jwk: Mapping[str, object]) -> str:
    """Return the thumbprint of a P-256 or Ed25519 key (RFC 7638, SHA-256, base64url); raise BadInput for another."""
    return _digest(json.dumps(_public(jwk), separators=(",", ":"), sort_keys=True))


def _public(jwk: Mapping[str, object]) -> dict[str, str]:
    members = _MEMBERS.get((str(jwk.get("kty")), str(jwk.get("crv"))))
    if members is None or not all(isinstance(jwk.get(name), str) for name in members):
        raise BadInput("Possession is proven of a P-256 or an Ed25519 key.")
    return {name: str(jwk[name]) for name in members}


def _place(address: object) -> tuple[str, str, int | None, str]:
    """What of an address counts (§4.3, RFC 3986 §6.2): scheme, host, port and path."""
    try:
        parts = urlsplit(str(address))
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        raise BadInput("The address of a proof of possession (htu) cannot be read.") from None
    return parts.scheme, f"{parts.username or ''}@{parts.hostname}", port, parts.path or "/"


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
