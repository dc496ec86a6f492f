"""Showing: the holder chooses what to disclose, and signs for one audience and one request (RFC 9901 §4.3, §7.2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.records.credentials.model import LEEWAY_S, WrongAudience
from skillspace.records.credentials.pointers import Place
from skillspace.records.credentials.selective.disclosure import USUAL_HASH, Disclosure, digest_of
from skillspace.records.credentials.selective.revealing import Placed, Revealed
from skillspace.records.credentials.selective.token import SelectiveToken
from skillspace.records.credentials.verifying import check_type
from skillspace.wire.jose import SigningKey, check_times, numeric_date, read_unverified, sign_jwt, verify_jwt

BINDING_TYPE = frozenset({"kb+jwt"})
#: How old the signature under what is shown may be.
FRESH_FOR = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class KeyBinding:
    """For whom and for which request something is shown: what a verifier asked for, and must find signed."""

    audience: str
    nonce: str


def show(token: SelectiveToken, revealed: Revealed, chosen: Collection[Place]) -> SelectiveToken:
    """Return `token` with the disclosures that the `chosen` places need, and no others.

    A chosen place brings along what it lies in, and all that is concealed within it; what lies beside it stays out.
    Raises BadInput for a place that the credential does not have. What was never concealed is always seen.
    """
    wanted: set[str] = set()
    known = {each.disclosure.text: each for each in revealed.placed}
    for place in chosen:
        if not _exists(revealed.claims, place):
            raise BadInput(f"The credential has nothing at {'/'.join(map(str, place))[:100]}.")
        for each in revealed.placed:
            around = each.place[: len(place)] == place
            if around or place[: len(each.place)] == each.place:
                wanted |= _with_ancestors(each.disclosure, known)
    return token.with_only(tuple(each for each in token.disclosures if each.text in wanted))


def bind(
    token: SelectiveToken, binding: KeyBinding, holder_key: SigningKey, *, at: datetime, algorithm: str = USUAL_HASH
) -> SelectiveToken:
    """Return the token with its holder's signature under exactly this selection, for one audience and nonce."""
    claims = {
        "iat": int(at.timestamp()),
        "aud": binding.audience,
        "nonce": binding.nonce,
        "sd_hash": digest_of(token.unbound, algorithm),
    }
    signed = sign_jwt(claims, holder_key, typ="kb+jwt", named={})
    return SelectiveToken(issued=token.issued, disclosures=token.disclosures, binding=signed)


@dataclass(frozen=True, kw_only=True)
class Bound:
    """For whom and for which request its holder signed what is shown, and when they say they did."""

    audience: str
    nonce: str
    made: datetime


def read_binding(token: SelectiveToken, holder_jwk: Mapping[str, object], at: datetime, *, algorithm: str) -> Bound:
    """Check that the holder signed exactly this selection, and return for what (RFC 9901 §7.3, step 5).

    Whether that was asked for, and lately, only who asked can tell: see `check_binding`. Raises BadInput,
    InvalidSignature or TokenNotYetValid.
    """
    if token.binding is None:
        raise InvalidSignature("What is shown is not signed by its holder: the key binding is missing.")
    header, _ = read_unverified(token.binding)
    if "typ" not in header:
        raise BadInput("A key binding must say that it is one (typ kb+jwt).")
    check_type(header, BINDING_TYPE)
    claims = verify_jwt(token.binding, holder_jwk)
    if claims.get("sd_hash") != digest_of(token.unbound, algorithm):
        raise InvalidSignature("The holder signed another selection than the one shown (sd_hash).")
    audience, nonce, made = claims.get("aud"), claims.get("nonce"), numeric_date(claims, "iat")
    if not isinstance(audience, str) or not isinstance(nonce, str):
        raise BadInput("The key binding does not say for whom and for which request it was made (aud, nonce).")
    if made is None:
        raise BadInput("The key binding does not say when it was made (iat).")
    check_times(claims, at=at, leeway_s=LEEWAY_S)
    return Bound(audience=audience, nonce=nonce, made=made)


def check_binding(
    token: SelectiveToken, binding: KeyBinding, holder_jwk: Mapping[str, object], at: datetime, *, algorithm: str
) -> None:
    """Check that the holder signed this selection for `binding` a moment ago.

    Raises what `read_binding` raises, WrongAudience and TokenExpired.
    """
    bound = read_binding(token, holder_jwk, at, algorithm=algorithm)
    check_asked(bound, audience=binding.audience, nonce=binding.nonce)
    if at - bound.made > FRESH_FOR + timedelta(seconds=LEEWAY_S):
        raise WrongAudience("What is shown was signed too long ago; ask for it anew.")


def check_asked(bound: Bound, *, audience: str | None, nonce: str | None) -> None:
    """Check that what is shown was made for an audience and a nonce, of which each may be left out.

    Raises WrongAudience.
    """
    if audience is not None and bound.audience != audience:
        raise WrongAudience(f"What is shown was not made for {audience}.")
    if nonce is not None and bound.nonce != nonce:
        raise WrongAudience("What is shown does not answer this request: its nonce differs.")


def _with_ancestors(disclosure: Disclosure, known: Mapping[str, Placed]) -> set[str]:
    found: set[str] = set()
    within: Disclosure | None = disclosure
    while within is not None:
        found.add(within.text)
        within = known[within.text].within
    return found


def _exists(claims: object, place: Place) -> bool:
    for step in place:
        try:
            claims = claims[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return False
    return True
