"""Electronic seals of organisations on European digital credentials (JAdES, ETSI TS 119 182-1, with a certificate).

Read here: that the seal fits every byte of the document, whom its certificate names, whether that certificate was given
out by somebody this node's operator relies on, and whether it was taken back: by what the seal carries along, and where
that does not tell and it is wanted, by asking who gave it out. Time stamps are not looked at, so a certificate counts
only while it lasts, and one that was taken back at all counts no more.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature as Broken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import NameOID

from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.trust.issuers.model import Line, Outcome, Source, Why
from skillspace.trust.issuers.revocation import Ask, Revocation, standing_of_path
from skillspace.trust.issuers.stapling import stapled
from skillspace.wire.certificates import UNREADABLE
from skillspace.wire.jose import MIN_RSA_BITS, strict_json

MAX_CERTIFICATES = 6
#: Header members that may be critical, because they are understood here or change nothing about what is checked.
_CRITICAL = frozenset({"b64", "sigT", "iat", "adoTst", "x5t#o", "sigX5ts", "srCms", "srAts", "sigPl", "sigPId"})
_FAULTS = (*UNREADABLE, KeyError, Broken)
#: What an authority's certificate may say that must be understood; limits to some names, say, are not looked at here.
_UNDERSTOOD = (x509.BasicConstraints, x509.KeyUsage, x509.CertificatePolicies)
_OUTCOMES = {Why.SEALED: Outcome.YES, Why.SEALED_UNCHECKED: Outcome.YES, Why.SEAL_REVOKED: Outcome.NO}


@dataclass(frozen=True, kw_only=True)
class Seal:
    """A seal that fits its document: whom the certificate names, who gave it out, and how long it counts.

    `identifier` is the organisation's number with its country (``VATSE-556…``), empty where the certificate has none.
    `is_known` tells whether the chain of certificates ends at somebody the operator relies on, `revocation` whether one
    of it was taken back; `payload` is the text that was sealed.
    """

    organisation: str
    identifier: str
    authority: str
    since: datetime
    until: datetime
    is_known: bool
    payload: str
    revocation: Revocation = Revocation.UNCHECKED

    def proven_name(self, at: datetime) -> str:
        """Return the number by which lists know who sealed it; empty where the seal does not prove it."""
        return self.identifier if self.line(at).outcome is Outcome.YES else ""

    def line(self, at: datetime) -> Line:
        """Return what the seal proves of who its issuer is."""
        why = self._why(at)
        return Line(
            source=Source.SEAL,
            outcome=_OUTCOMES.get(why, Outcome.UNKNOWN),
            why=why,
            by=self.authority,
            detail=self.organisation,
            until=self.until,
            checked=at,
        )

    def _why(self, at: datetime) -> Why:
        if self.revocation is Revocation.REVOKED:
            return Why.SEAL_REVOKED
        if not self.since <= at < self.until:
            return Why.SEAL_ENDED
        if not self.is_known:
            return Why.SEALED_UNKNOWN
        return Why.SEALED if self.revocation is Revocation.STANDS else Why.SEALED_UNCHECKED


def is_sealed(document: object) -> bool:
    """Whether this is a document in a seal: a JWS in JSON with certificates."""
    return isinstance(document, Mapping) and "payload" in document and isinstance(document.get("signatures"), list)


def read_seal(
    document: Mapping[str, object], anchors: Sequence[x509.Certificate], at: datetime, ask: Ask | None = None
) -> Seal:
    """Return the seal of a document, as of the moment `at`.

    `ask` gives what can be had now of whether a certificate was taken back, and may call others (None: only what the
    seal carries counts).

    Raises BadInput for a shape that is not understood, or several seals, and InvalidSignature where the seal does not
    fit the document or its certificate.
    """
    payload, signatures = document.get("payload"), document.get("signatures")
    if not isinstance(payload, str) or not isinstance(signatures, list) or len(signatures) != 1:
        raise BadInput("A sealed document has one payload and one seal.")
    entry = signatures[0] if isinstance(signatures[0], Mapping) else {}
    protected, signature = entry.get("protected"), entry.get("signature")
    if not isinstance(protected, str) or not isinstance(signature, str):
        raise BadInput("The seal has no protected header, or no signature.")
    header = strict_json(_decoded(protected))
    if not isinstance(header, dict):
        raise BadInput("The seal's header is not an object.")
    chain = _chain(header)
    _check_header(header, chain[0])
    text = payload if header.get("b64") is False else payload.rstrip("=")
    _check_signature(str(header.get("alg")), chain[0], f"{protected}.{text}".encode(), _decoded(signature))
    more, words = stapled(entry)
    subject, authority, above = chain[0].subject, chain[0].issuer, _authorities(chain, more, anchors)
    path = (chain[0], *above)
    return Seal(
        organisation=_of(subject, NameOID.ORGANIZATION_NAME) or _of(subject, NameOID.COMMON_NAME) or "–",
        identifier=_of(subject, NameOID.ORGANIZATION_IDENTIFIER),
        authority=_of(authority, NameOID.ORGANIZATION_NAME) or _of(authority, NameOID.COMMON_NAME) or "–",
        since=max(each.not_valid_before_utc for each in path),
        until=min(each.not_valid_after_utc for each in path),
        is_known=bool(above),
        payload=payload if header.get("b64") is False else _decoded(payload).decode(errors="replace"),
        revocation=standing_of_path(path, words, at, ask),
    )


def _chain(header: Mapping[str, object]) -> list[x509.Certificate]:
    given = header.get("x5c")
    if not isinstance(given, list) or not 1 <= len(given) <= MAX_CERTIFICATES:
        raise BadInput(f"The seal brings no certificate (x5c), or more than {MAX_CERTIFICATES}.")
    try:
        return [x509.load_der_x509_certificate(base64.b64decode(str(each), validate=True)) for each in given]
    except _FAULTS:
        raise BadInput("A certificate of the seal cannot be read.") from None


def _check_header(header: Mapping[str, object], own: x509.Certificate) -> None:
    critical = header.get("crit", [])
    if not isinstance(critical, list) or not set(map(str, critical)) <= _CRITICAL & header.keys():
        raise BadInput("The seal has a critical header that is not understood here.")
    if "sigD" in header:
        raise BadInput("The seal is about something that lies elsewhere (sigD); only what is in it is checked.")
    if not isinstance(header.get("b64", True), bool) or (header.get("b64") is False and "b64" not in critical):
        raise BadInput("The seal's header says b64 in a way that is not allowed (RFC 7797).")
    if (named := header.get("x5t#S256")) is not None:
        digest = base64.urlsafe_b64encode(own.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
        if named != digest:
            raise InvalidSignature("The seal names another certificate than the one it brings.")
    try:
        usage = own.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise InvalidSignature("The seal's certificate is not meant for sealing.")


def _check_signature(algorithm: str, own: x509.Certificate, signed: bytes, signature: bytes) -> None:
    key = own.public_key()
    try:
        if algorithm in ("RS256", "PS256", "RS512", "PS512") and isinstance(key, rsa.RSAPublicKey):
            if key.key_size < MIN_RSA_BITS:
                raise InvalidSignature(f"The seal's key has {key.key_size} bits; {MIN_RSA_BITS} are the least.")
            digest = hashes.SHA256() if algorithm.endswith("256") else hashes.SHA512()
            salted = padding.PSS(padding.MGF1(digest), digest.digest_size)
            key.verify(signature, signed, salted if algorithm.startswith("PS") else padding.PKCS1v15(), digest)
            return
        if algorithm == "ES256" and isinstance(key, ec.EllipticCurvePublicKey) and len(signature) == 64:
            numbers = (int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
            if isinstance(key.curve, ec.SECP256R1):
                key.verify(encode_dss_signature(*numbers), signed, ec.ECDSA(hashes.SHA256()))
                return
    except _FAULTS:
        raise InvalidSignature("The seal does not fit the document: one of them was changed.") from None
    raise InvalidSignature(f"Seals of kind {algorithm[:20]!r} with this certificate's key are not accepted here.")


def _authorities(
    chain: Sequence[x509.Certificate], more: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate]
) -> list[x509.Certificate]:
    """Who gave out each certificate, up to an anchor; empty where neither the chain nor what came along leads there."""
    path = [chain[0]]
    while len(path) <= MAX_CERTIFICATES:
        if (anchor := next((one for one in anchors if _gave_out(one, path)), None)) is not None:
            return [*path[1:], anchor]
        above = (one for one in (*chain[1:], *more) if one not in path and _gave_out(one, path))
        if (found := next(above, None)) is None:
            break
        path.append(found)
    return []


def _gave_out(authority: x509.Certificate, path: Sequence[x509.Certificate]) -> bool:
    """Whether an authority gave out the last certificate of a path, within its own limits (RFC 5280 §6.1.4)."""
    try:
        extensions = authority.extensions
        limits = extensions.get_extension_for_class(x509.BasicConstraints).value
        path[-1].verify_directly_issued_by(authority)
    except (*_FAULTS, x509.ExtensionNotFound):
        return False
    usages = [each.value for each in extensions if isinstance(each.value, x509.KeyUsage)]
    # The first of a path is no authority; how many are below it is what it may be limited in.
    is_within = limits.ca and (limits.path_length is None or len(path) - 1 <= limits.path_length)
    is_understood = all(isinstance(each.value, _UNDERSTOOD) for each in extensions if each.critical)
    return is_within and is_understood and all(usage.key_cert_sign for usage in usages)


def _of(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(oid)
    text = str(found[0].value) if found else ""
    return " ".join(text.split())[:200] if text.isprintable() else ""


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise BadInput("A part of the seal is not base64url.") from None
