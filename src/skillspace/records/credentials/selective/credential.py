"""SD-JWT VC: who says what of whom in an SD-JWT, for how long, bound to which key (draft-ietf-oauth-sd-jwt-vc)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials.model import KeyResolver, Trust, UntrustedIssuer
from skillspace.records.credentials.pointers import Pointer
from skillspace.records.credentials.selective.concealing import conceal
from skillspace.records.credentials.selective.disclosure import new_salt
from skillspace.records.credentials.selective.presenting import KeyBinding, check_binding
from skillspace.records.credentials.selective.revealing import Revealed, reveal
from skillspace.records.credentials.selective.token import SelectiveToken, read_token
from skillspace.records.credentials.verifying import check_period, check_type, verify_by
from skillspace.wire.certificates import issuer_named_in
from skillspace.wire.jose import MAX_TOKEN_BYTES, SigningKey, numeric_date, read_unverified, sign_jwt

#: What such a token calls itself: the name of today, and the one of earlier drafts that is still met.
MEDIA_TYPES = frozenset({"dc+sd-jwt", "vc+sd-jwt"})
#: What must be read by whoever verifies, and so cannot be concealed (SD-JWT VC §3.2.2.2).
NEVER_CONCEALED = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"})
_PUBLIC = {"EC": ("kty", "crv", "x", "y"), "OKP": ("kty", "crv", "x")}


@dataclass(frozen=True, kw_only=True)
class StatusPlace:
    """Where it stands whether a credential was taken back: place `index` of the Token Status List at `address`."""

    address: str
    index: int


@dataclass(frozen=True, kw_only=True)
class SelectiveCredential:
    """An SD-JWT VC whose signature, issuer and times held when it was read.

    `claims` are all that is shown, `revealed` says which of them could have been left out. `holder_key` is the public
    key whose owner may show it; `id` tells it from all others. Whether it was taken back is another question.
    """

    vct: str
    issuer: str
    issued: datetime | None
    expires: datetime | None
    holder_key: Mapping[str, str] | None
    status: StatusPlace | None
    id: str
    claims: Mapping[str, object]
    revealed: Revealed
    token: SelectiveToken


def issue(
    vct: str,
    claims: Mapping[str, object],
    *,
    issuer_key: SigningKey,
    issuer_did: str,
    hidden: Iterable[Pointer],
    at: datetime,
    holder_jwk: Mapping[str, object] | None = None,
    valid_until: datetime | None = None,
    status: StatusPlace | None = None,
    decoys: int = 0,
    salt: Callable[[], str] = new_salt,
    chain: Sequence[str] = (),
) -> str:
    """Return a signed SD-JWT VC of type `vct` with everything disclosed, for its holder to keep.

    `hidden` are pointers to what the holder may leave out. `holder_jwk` is the key it is bound to; with None anybody
    may show it. With a `chain`, the certificates of `issuer_key` (x5c), the issuer is known by them alone, and named by
    the address that they are for. Raises BadInput for a registered claim among `claims`, an end before the beginning,
    or a key of another kind than P-256 and Ed25519.
    """
    if valid_until is not None and valid_until <= at:
        raise BadInput(f"A credential cannot end ({valid_until.isoformat()}) before it begins ({at.isoformat()}).")
    if taken := NEVER_CONCEALED.intersection(claims):
        raise BadInput(f"The claim {min(taken)!r} is the issuer's own to write.")
    concealed, disclosures = conceal(claims, hidden, decoys=decoys, salt=salt)
    payload: dict[str, object] = {"iss": issuer_did, "iat": int(at.timestamp()), "vct": vct, **concealed}
    if valid_until is not None:
        payload["exp"] = int(valid_until.timestamp())
    if holder_jwk is not None:
        payload["cnf"] = {"jwk": public_members(holder_jwk)}
    if status is not None:
        payload["status"] = {"status_list": {"idx": status.index, "uri": status.address}}
    named = {"x5c": list(chain)} if chain else None
    signed = sign_jwt(payload, issuer_key, typ="dc+sd-jwt", named=named)
    return str(SelectiveToken(issued=signed, disclosures=disclosures))


def verify(text: str, resolve_key: KeyResolver, at: datetime, *, trust: Trust | None = None) -> SelectiveCredential:
    """Check a credential as its holder gets it: no key binding. See `verify_shown` for what verifiers get.

    `trust` decides by issuer and ``(vct,)``; an untrusted issuer's key is never asked for. Raises BadInput (shape,
    digests), UntrustedIssuer, InvalidSignature, CredentialExpired or CredentialNotYetValid.
    """
    token = read_token(text)
    if token.binding is not None:
        raise BadInput("This was made to be shown to somebody; a credential to keep has no key binding.")
    return _read(token, resolve_key, at, trust)


def verify_shown(
    text: str, resolve_key: KeyResolver, at: datetime, binding: KeyBinding, *, trust: Trust | None = None
) -> SelectiveCredential:
    """Check what a holder shows for `binding`: signed by the issuer, and by the key it is bound to, a moment ago.

    Raises what `verify` raises, and WrongAudience, TokenExpired or TokenNotYetValid for the key binding.
    """
    token = read_token(text)
    found = _read(token, resolve_key, at, trust)
    if found.holder_key is None:
        raise BadInput("The credential is bound to no key (cnf), so nobody can prove that it is theirs.")
    check_binding(token, binding, found.holder_key, at, algorithm=found.revealed.algorithm)
    return found


def shown_claims(text: str) -> Mapping[str, object]:
    """Return all that an SD-JWT discloses WITHOUT checking who signed it: only to look at. Raises BadInput."""
    token = read_token(text)
    return reveal(read_unverified(token.issued)[1], token.disclosures).claims


def public_members(jwk: Mapping[str, object]) -> dict[str, str]:
    """Return the public members of a P-256 or Ed25519 key and nothing else; raise BadInput for another kind."""
    kind, curve = jwk.get("kty"), jwk.get("crv")
    if (kind, curve) not in (("EC", "P-256"), ("OKP", "Ed25519")):
        raise BadInput("A holder's key must be a P-256 or an Ed25519 key.")
    members = {name: jwk.get(name) for name in _PUBLIC[str(kind)]}
    if not all(isinstance(value, str) for value in members.values()):
        raise BadInput("A holder's key must have its public members as texts.")
    return {name: str(value) for name, value in members.items()}


def _read(token: SelectiveToken, resolve_key: KeyResolver, at: datetime, trust: Trust | None) -> SelectiveCredential:
    header, payload = read_unverified(token.issued)
    if "typ" not in header:
        raise BadInput("An SD-JWT VC must say that it is one (typ dc+sd-jwt).")
    check_type(header, MEDIA_TYPES)
    vct = _text(payload, "vct")
    # Who is known by a certificate need not say so again (§3.5, x5c).
    issuer = issuer_named_in(header) if "x5c" in header and "iss" not in payload else _text(payload, "iss")
    if trust is not None and not trust(issuer, (vct,)):
        raise UntrustedIssuer(f"{issuer} is not trusted to issue {vct}.")
    verify_by(token.issued, header, issuer, resolve_key, max_bytes=MAX_TOKEN_BYTES)
    revealed = reveal(payload, token.disclosures)
    if taken := NEVER_CONCEALED.intersection(each.place[0] for each in revealed.placed if len(each.place) == 1):
        raise BadInput(f"The claim {min(taken)!r} must not be disclosed by choice; the issuer's token must hold it.")
    begins = [numeric_date(payload, "nbf"), numeric_date(revealed.claims, "iat")]
    expires = numeric_date(payload, "exp")
    for begin in begins:
        check_period(begin, expires, at)
    return SelectiveCredential(
        vct=vct,
        issuer=issuer,
        issued=next((begin for begin in begins if begin is not None), None),
        expires=expires,
        holder_key=_holder_key(payload),
        status=_status(payload),
        id=f"urn:sha256:{hashlib.sha256(token.issued.encode()).hexdigest()}",
        claims=revealed.claims,
        revealed=revealed,
        token=token,
    )


def _text(payload: Mapping[str, object], name: str) -> str:
    found = payload.get(name)
    if not isinstance(found, str) or not found:
        raise BadInput(f"The SD-JWT VC has no {name}.")
    return found


def _holder_key(payload: Mapping[str, object]) -> dict[str, str] | None:
    confirmation = payload.get("cnf")
    if confirmation is None:
        return None
    jwk = confirmation.get("jwk") if isinstance(confirmation, dict) else None
    if not isinstance(jwk, dict):
        raise BadInput("The SD-JWT VC is bound to a key in a form that is not understood here; cnf.jwk is.")
    return public_members(jwk)


def _status(payload: Mapping[str, object]) -> StatusPlace | None:
    status = payload.get("status")
    if status is None:
        return None
    place = status.get("status_list") if isinstance(status, dict) else None
    index, address = (place.get("idx"), place.get("uri")) if isinstance(place, dict) else (None, None)
    if not isinstance(index, int) or isinstance(index, bool) or index < 0 or not isinstance(address, str):
        raise BadInput("The SD-JWT VC tells its status in a form that is not understood here; status_list is.")
    return StatusPlace(address=address, index=index)
