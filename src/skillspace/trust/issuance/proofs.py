"""Key proofs: a wallet signs our nonce with the key that its credential shall be bound to (OpenID4VCI 1.0 App. F.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from skillspace.kernel.errors import BadInput, InvalidSignature, Refused
from skillspace.records.achievement import Holder
from skillspace.records.credentials.selective.credential import public_members
from skillspace.trust.identity.multikey import jwk_of_multikey, multikey_of_jwk
from skillspace.trust.issuance.model import IssuanceFault
from skillspace.wire.jose import check_times, numeric_date, read_unverified, verify_jwt

PROOF_TYPE = "openid4vci-proof+jwt"
MAX_PROOF_BYTES = 16 * 1024
MAX_AGE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Proven:
    """A key whose owner signed `nonce` for us."""

    holder: Holder
    nonce: str


def read_proofs(proofs: object, *, audience: str, at: datetime) -> Proven:
    """Check the one key proof of a credential request; raise IssuanceFault (invalid_proof) saying what is wrong.

    Keys travel as `jwk` or as a did:key in `kid`, so nobody has to be asked for them.
    """
    tokens = proofs.get("jwt") if isinstance(proofs, Mapping) and len(proofs) == 1 else None
    if not isinstance(tokens, list) or len(tokens) != 1 or not isinstance(tokens[0], str):
        raise IssuanceFault("invalid_proof", "Send exactly one key proof, of the type jwt.")
    try:
        return _read(tokens[0], audience, at)
    except IssuanceFault:
        raise
    except (BadInput, InvalidSignature, Refused) as fault:
        raise IssuanceFault("invalid_proof", fault.message) from fault


def _read(token: str, audience: str, at: datetime) -> Proven:
    header, _ = read_unverified(token, max_bytes=MAX_PROOF_BYTES)
    if header.get("typ") != PROOF_TYPE:
        raise BadInput(f"A key proof must be of the type {PROOF_TYPE}.")
    jwk = _key_of(header)
    claims = verify_jwt(token, jwk, max_bytes=MAX_PROOF_BYTES)
    if claims.get("aud") not in (audience, [audience]):
        raise BadInput(f"The key proof was not made for {audience}.")
    made = numeric_date(claims, "iat")
    if made is None:
        raise BadInput("The key proof does not say when it was made (iat).")
    check_times(claims, at=at)
    if at - made > MAX_AGE:
        raise BadInput("The key proof is too old.")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not nonce:
        raise BadInput("The key proof has no nonce; ask the nonce endpoint for one.")
    return Proven(holder=holder_of(jwk), nonce=nonce)


def holder_of(jwk: dict[str, str]) -> Holder:
    """Return who is known by nothing but a public key."""
    return Holder(did=f"did:key:{multikey_of_jwk(jwk)}", jwk=jwk)


def _key_of(header: Mapping[str, object]) -> dict[str, str]:
    jwk, kid = header.get("jwk"), header.get("kid")
    if (jwk is None) == (kid is None):
        raise BadInput("A key proof names its key either as jwk or as kid.")
    if isinstance(jwk, Mapping):
        if "d" in jwk:
            raise BadInput("A key proof must never hold the private key.")
        return public_members(jwk)
    did, _, fragment = str(kid).partition("#")
    if not did.startswith("did:key:") or (fragment and fragment != did.removeprefix("did:key:")):
        raise BadInput("The kid of a key proof must be a did:key.")
    return jwk_of_multikey(did.removeprefix("did:key:"))
