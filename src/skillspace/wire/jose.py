"""Signed tokens (JWS compact, RFC 7515 and 7519): one strict, narrow door, so that no caller can choose a weak way."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import ClassVar

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from skillspace.kernel.errors import BadInput, InvalidSignature, Refused

MAX_TOKEN_BYTES = 64 * 1024
MAX_HEADER_BYTES = 8 * 1024

# The curve each accepted algorithm demands (RFC 7518 §3.4, RFC 8037 §3.1, RFC 9864 §2.2). Nothing else is ever tried.
_KEY_OF_ALGORITHM: Mapping[str, tuple[str, str]] = {
    "ES256": ("EC", "P-256"),
    "EdDSA": ("OKP", "Ed25519"),
    "Ed25519": ("OKP", "Ed25519"),
}
_PUBLIC_MEMBERS = {"EC": ("kty", "crv", "x", "y"), "OKP": ("kty", "crv", "x"), "RSA": ("kty", "n", "e")}
# With RSA keys (RFC 7518 §3.3, §3.5), and only where a caller says that its signers have no others.
_RSA_ALGORITHMS = ("PS256", "RS256")
MIN_RSA_BITS, MAX_RSA_BITS = 2048, 8192
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")


class TokenExpired(Refused):
    """The token's time has run out; ask its issuer for a fresh one."""


class TokenNotYetValid(Refused):
    """The token's time has not come yet; check the clocks of both sides."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SigningKey:
    """An ECDSA P-256 key pair under the name `kid` (a DID URL or its fragment); printed, it never shows its secret."""

    kid: str
    _key: ECKey = field(repr=False)
    algorithm: ClassVar[str] = "ES256"

    @classmethod
    def generate(cls, kid: str) -> SigningKey:
        """Make a fresh key pair from the system's random source."""
        if not kid:
            raise BadInput("A signing key needs a name (kid).")
        return cls(kid=kid, _key=ECKey.generate_key("P-256"))

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object]) -> SigningKey:
        """Read a private JWK (RFC 7517) with `kid`; raise BadInput unless it is an EC P-256 private key."""
        kid = jwk.get("kid")
        if not isinstance(kid, str) or not kid:
            raise BadInput("The key has no name: a private JWK needs a kid.")
        if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256" or not isinstance(jwk.get("d"), str):
            raise BadInput(f"Key {kid} cannot sign: it must be an EC P-256 private key (kty, crv, x, y, d).")
        members = {name: str(jwk[name]) for name in ("kty", "crv", "x", "y", "d") if name in jwk}
        try:
            return cls(kid=kid, _key=ECKey.import_key(dict(members)))
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise BadInput(f"Key {kid} cannot be read: {type(error).__name__}.") from None

    def private_jwk(self) -> dict[str, str]:
        """Return the whole key, secret included: for the node's own key file and nothing else."""
        return self._members(private=True)

    def public_jwk(self) -> dict[str, str]:
        """Return what others need to check this key's signatures: the member of a DID document."""
        return self._members(private=False)

    def _members(self, *, private: bool) -> dict[str, str]:
        kept = ("kty", "crv", "x", "y", "d") if private else ("kty", "crv", "x", "y")
        members = self._key.as_dict(private=private)
        return {"kid": self.kid, "alg": self.algorithm, "use": "sig"} | {name: str(members[name]) for name in kept}


class _NarrowRegistry(JWSRegistry):
    """joserfc's registry with our algorithms and sizes; the library's advice on EdDSA's name is not our caller's."""

    max_header_length = MAX_HEADER_BYTES
    max_payload_length = 8 * 1024 * 1024

    def get_alg(self, name: str) -> JWSAlgModel:
        if name not in (self.allowed or ()) or name not in self.algorithms:
            raise UnsupportedAlgorithmError(f"Algorithm {name!r} is not accepted")
        return self.algorithms[name]


_REGISTRY = _NarrowRegistry(algorithms=list(_KEY_OF_ALGORITHM), strict_check_header=False)
_RSA_REGISTRY = _NarrowRegistry(algorithms=list(_RSA_ALGORITHMS), strict_check_header=False)


def strict_json(document: str | bytes) -> object:
    """Parse JSON as RFC 8259 and I-JSON (RFC 7493) mean it: no duplicate names, NaN, half characters or NUL.

    Raises BadInput with the place of the fault. Bytes must be UTF-8.
    """
    try:
        text = document.decode("utf-8") if isinstance(document, bytes) else document
        parsed: object = _DECODER.decode(text)
        if "\\u" in text:
            _refuse_unstorable(parsed)
        return parsed
    except UnicodeDecodeError as error:
        raise BadInput(f"The JSON is not UTF-8: byte {error.start} does not fit.") from None
    except json.JSONDecodeError as error:
        raise BadInput(f"The JSON breaks off at line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except RecursionError:
        raise BadInput("The JSON is nested too deeply.") from None
    except ValueError as error:
        raise BadInput(f"The JSON is not allowed: {error}") from None


def sign_jwt(
    claims: Mapping[str, object], key: SigningKey, *, typ: str = "JWT", named: Mapping[str, object] | None = None
) -> str:
    """Return `claims` as a compact JWS signed with ES256; the header holds alg, kid and typ. Raises BadInput.

    `named` are the members that say which key it is in place of `kid` (``{"jwk": …}``), where a protocol wants others.
    """
    try:
        payload = json.dumps(dict(claims), separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise BadInput(f"These claims cannot be written as JSON: {error}") from None
    header = _header(key.algorithm, key.kid, typ) if named is None else _written_header(key.algorithm, named, typ)
    signed = b".".join((header, _unpadded(payload)))
    # RFC 7518 §3.4: both numbers in 32 bytes each, one after the other, where the library gives them in ASN.1.
    numbers = decode_dss_signature(key._key.get_op_key("sign").sign(signed, ECDSA(SHA256())))
    signature = b"".join(number.to_bytes(32, "big") for number in numbers)
    return b".".join((signed, _unpadded(signature))).decode()


def read_unverified(token: str, *, max_bytes: int = MAX_TOKEN_BYTES) -> tuple[dict[str, object], dict[str, object]]:
    """Return (header, claims) of a compact JWS WITHOUT checking who signed it: only to learn which key to ask for.

    Raises BadInput on anything but three canonical base64url parts of which the first two are JSON objects.
    """
    if len(token) > max_bytes:
        raise BadInput(f"The token is too long: {len(token)} characters, at most {max_bytes} are read.")
    parts = token.split(".")
    if len(parts) != 3:
        raise BadInput("This is not a signed token: three parts divided by dots were expected.")
    header = _json_part(parts[0], "header")
    claims = _json_part(parts[1], "claims")
    _base64url(parts[2], "signature")
    if not isinstance(header.get("alg"), str):
        raise BadInput("The token's header names no algorithm (alg).")
    if "b64" in header:
        raise BadInput("The token's header asks for an unencoded payload (b64), which is not accepted.")
    return header, claims


def verify_jwt(
    token: str, public_jwk: Mapping[str, object], *, max_bytes: int = MAX_TOKEN_BYTES, rsa: bool = False
) -> dict[str, object]:
    """Return the claims of a token that the holder of `public_jwk` signed with ES256 or Ed25519 (EdDSA).

    With `rsa` also with PS256 or RS256, for signers that have nothing else. Looks at the signature alone: times,
    issuer and audience are the caller's to check. Raises BadInput when the token cannot be read and InvalidSignature
    when algorithm, key and signature do not belong together.
    """
    header, claims = read_unverified(token, max_bytes=max_bytes)
    algorithm = str(header["alg"])
    is_rsa = rsa and algorithm in _RSA_ALGORITHMS
    key = _rsa_key(algorithm, public_jwk) if is_rsa else _public_key(algorithm, public_jwk)
    try:
        jws.deserialize_compact(token, key, registry=_RSA_REGISTRY if is_rsa else _REGISTRY)
    except (JoseError, ValueError, TypeError) as error:
        reason = f"{type(error).__name__}"
        raise InvalidSignature(f"The token's signature is not from the key it names ({reason}).") from None
    return claims


def ed25519_bytes(public_jwk: Mapping[str, object]) -> bytes:
    """Return the 32 bytes of an Ed25519 public JWK (RFC 8037); raise InvalidSignature when it is another key."""
    if public_jwk.get("kty") != "OKP" or public_jwk.get("crv") != "Ed25519" or public_jwk.get("use", "sig") != "sig":
        raise InvalidSignature("The signer's key is not an Ed25519 key.")
    raw = _base64url(str(public_jwk.get("x", "")), "signer's key")
    if len(raw) != 32:
        raise InvalidSignature("The signer's key is not an Ed25519 key: it does not have 32 bytes.")
    return raw


def check_times(claims: Mapping[str, object], *, at: datetime, leeway_s: int = 5) -> None:
    """Check exp, nbf and iat (RFC 7519 §4.1, seconds since 1970) at the moment `at`, where they are present.

    Raises TokenExpired, TokenNotYetValid, or BadInput when one of them is not a number.
    """
    leeway = timedelta(seconds=leeway_s)
    expiry = numeric_date(claims, "exp")
    if expiry is not None and at >= expiry + leeway:
        raise TokenExpired(f"The token expired at {expiry.isoformat()}; ask its issuer for a fresh one.")
    for name in ("nbf", "iat"):
        start = numeric_date(claims, name)
        if start is not None and at < start - leeway:
            raise TokenNotYetValid(f"The token is valid from {start.isoformat()} ({name}); check both clocks.")


def numeric_date(claims: Mapping[str, object], name: str) -> datetime | None:
    """Return the claim `name` as a UTC moment, None when absent; raise BadInput when it is not a NumericDate."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput(f"The claim {name} must be a number of seconds, not {type(value).__name__}.")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        raise BadInput(f"The claim {name} is not a moment a calendar knows.") from None


def _public_key(algorithm: str, jwk: Mapping[str, object]) -> ECKey | OKPKey:
    if algorithm not in _KEY_OF_ALGORITHM:
        accepted = ", ".join(_KEY_OF_ALGORITHM)
        raise InvalidSignature(f"Signatures of kind {algorithm[:20]!r} are not accepted here; use one of {accepted}.")
    kty, curve = _KEY_OF_ALGORITHM[algorithm]
    if jwk.get("kty") != kty or jwk.get("crv") != curve:
        raise InvalidSignature(f"The token says {algorithm}, but the signer's key is not a {curve} key.")
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", algorithm) not in (algorithm, "EdDSA", "Ed25519"):
        raise InvalidSignature(f"The signer's key is not meant for {algorithm} signatures.")
    # Only the public members are taken, so that a resolver which hands over too much cannot make us hold a secret.
    try:
        return _imported(kty, *(str(jwk.get(name, "")) for name in _PUBLIC_MEMBERS[kty][1:]))
    except (JoseError, ValueError, TypeError) as error:
        raise InvalidSignature(f"The signer's key cannot be read ({type(error).__name__}).") from None


def _rsa_key(algorithm: str, jwk: Mapping[str, object]) -> RSAKey:
    if jwk.get("kty") != "RSA" or jwk.get("alg", algorithm) != algorithm or jwk.get("use", "sig") != "sig":
        raise InvalidSignature(f"The signer's key is not meant for {algorithm} signatures.")
    bits = int.from_bytes(_base64url(str(jwk.get("n", "")), "signer's key"), "big").bit_length()
    if not MIN_RSA_BITS <= bits <= MAX_RSA_BITS:
        raise InvalidSignature(f"The signer's RSA key has {bits} bits; {MIN_RSA_BITS} to {MAX_RSA_BITS} are accepted.")
    try:
        return RSAKey.import_key({name: str(jwk.get(name, "")) for name in _PUBLIC_MEMBERS["RSA"]})
    except (JoseError, ValueError, TypeError) as error:
        raise InvalidSignature(f"The signer's key cannot be read ({type(error).__name__}).") from None


@lru_cache(maxsize=512)
def _imported(kty: str, *members: str) -> ECKey | OKPKey:
    """A public key ready for use; reading one costs nearly as much as checking a signature with it."""
    named: dict[str, str | list[str]] = dict(zip(_PUBLIC_MEMBERS[kty], (kty, *members), strict=True))
    return ECKey.import_key(named) if kty == "EC" else OKPKey.import_key(named)


@lru_cache(maxsize=64)
def _header(algorithm: str, kid: str, typ: str) -> bytes:
    """The first part of a token, always the same for one key."""
    return _written_header(algorithm, {"kid": kid}, typ)


def _written_header(algorithm: str, named: Mapping[str, object], typ: str) -> bytes:
    return _unpadded(json.dumps({"alg": algorithm, **named, "typ": typ}, separators=(",", ":")).encode())


def _unpadded(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def _json_part(part: str, name: str) -> dict[str, object]:
    parsed = strict_json(_base64url(part, name))
    if not isinstance(parsed, dict):
        raise BadInput(f"The token's {name} is not a JSON object.")
    return parsed


def _base64url(part: str, name: str) -> bytes:
    if not _BASE64URL.fullmatch(part):
        raise BadInput(f"The token's {name} is not base64url.")
    try:
        decoded = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        raise BadInput(f"The token's {name} is not base64url.") from None
    # One text, one token: stray trailing bits would give the same bytes another spelling (RFC 4648 §3.5).
    if base64.urlsafe_b64encode(decoded).rstrip(b"=").decode() != part:
        raise BadInput(f"The token's {name} is not canonical base64url.")
    return decoded


def _unique_names(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the name {twice[:60]!r} appears twice in one object.")
    return found


def _refuse_unstorable(parsed: object) -> None:
    """Escapes can smuggle in what no UTF-8 file or database column can hold."""
    for text in _texts(parsed):
        if "\x00" in text:
            raise ValueError("it holds the character NUL.")
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("it holds half a character (a lone surrogate).") from None


def _texts(parsed: object) -> Iterator[str]:
    """Give every text in parsed JSON, names too; the parser has bounded how deep it goes."""
    if isinstance(parsed, str):
        yield parsed
    elif isinstance(parsed, dict):
        for name, value in parsed.items():
            yield name
            yield from _texts(value)
    elif isinstance(parsed, list):
        for value in parsed:
            yield from _texts(value)


def _refuse_constant(text: str) -> object:
    raise ValueError(f"{text} is not JSON.")


def _finite_float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text[:20]} is too large.")
    return number


# Made once: for what is as short as most tokens, making one costs as much as reading with it.
_DECODER = json.JSONDecoder(object_pairs_hook=_unique_names, parse_constant=_refuse_constant, parse_float=_finite_float)
