"""Chains of certificates in a token's header (x5c, RFC 7515 §4.1.6): whom the first one names, and by whose word.

Path, times, constraints and purposes are checked by the verifier of the library (RFC 5280). Whether a certificate was
taken back is not looked at here: `trust.issuers.standings` does.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature as Broken
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from skillspace.kernel.errors import BadInput, InvalidSignature

MAX_CERTIFICATES, MAX_CERTIFICATE = 6, 8 * 1024
#: How a chain is named where others name a key.
CHAIN = "x5c:"
#: What reading certificates and what belongs to them raises for bytes that are none.
UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


class CertificateRevoked(InvalidSignature):
    """The certificate, or one above it, was taken back by whoever gave it out; it proves nothing."""


@dataclass(frozen=True, kw_only=True)
class Certified:
    """Whom a chain that holds names, with which key.

    `hosts` and `addresses` are the DNS names and URIs (SAN), `organisation` and `authority` names for people, `digest`
    the hash of the certificate (SHA-256, base64url). `path` leads from it to the anchor, where the chain was checked.
    """

    hosts: frozenset[str]
    addresses: frozenset[str]
    organisation: str
    authority: str
    until: datetime
    digest: str
    jwk: Mapping[str, str]
    path: tuple[x509.Certificate, ...] = ()

    def is_named(self, address: str) -> bool:
        """Whether the certificate names who is at an HTTPS address: the address itself, or its host."""
        return address in self.addresses or (address.startswith("https://") and _host(address) in self.hosts)


def chain_name(header: Mapping[str, object]) -> str:
    """Return the chain in a token's header as a name by which a key is asked for; raise BadInput."""
    given = header.get("x5c")
    if not isinstance(given, list) or not 1 <= len(given) <= MAX_CERTIFICATES:
        raise BadInput(f"The token brings no certificates (x5c), or more than {MAX_CERTIFICATES}.")
    if not all(isinstance(each, str) and len(each) <= MAX_CERTIFICATE for each in given):
        raise BadInput("A certificate of the token (x5c) is no text, or far too long.")
    return CHAIN + ",".join(given)


def read_chain(name: str) -> list[x509.Certificate]:
    """Return the certificates of what `chain_name` returned, the signer's first; raise BadInput."""
    try:
        chain = [
            x509.load_der_x509_certificate(base64.b64decode(each, validate=True))
            for each in name.removeprefix(CHAIN).split(",")
        ]
        for each in chain:  # the library reads these when they are asked for, and refuses them then
            _ = each.subject, each.issuer, each.extensions, each.not_valid_after_utc
    except UNREADABLE:
        raise BadInput("A certificate of the token (x5c) cannot be read.") from None
    return chain


def written_chain(chain: Sequence[x509.Certificate]) -> tuple[str, ...]:
    """Return certificates as the members of an `x5c`, without an anchor at the end, which whoever reads has already."""
    return tuple(
        base64.b64encode(each.public_bytes(Encoding.DER)).decode()
        for place, each in enumerate(chain)
        if place == 0 or each.issuer != each.subject
    )


def check_chain(chain: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate], at: datetime) -> Certified:
    """Return whom a chain names that leads to one of the `anchors` at a moment.

    The first certificate must be given by somebody else, name somebody (SAN), be for signing, and no authority's own.
    Raises InvalidSignature.
    """
    own = chain[0]
    if own.issuer == own.subject:
        raise InvalidSignature("The certificate was given by nobody but its owner.")
    if not anchors:
        raise InvalidSignature("The certificate is from nobody on whom this node relies.")
    try:
        builder = PolicyBuilder().store(Store(list(anchors))).time(at)
        verifier = builder.extension_policies(ca_policy=_AUTHORITIES, ee_policy=_SIGNERS).build_client_verifier()
        found = verifier.verify(own, list(chain[1:]))
    except (VerificationError, *UNREADABLE) as fault:
        raise InvalidSignature(f"The certificate does not hold: {_reason(fault)}") from None
    return replace(named_in(own), path=tuple(found.chain))


def named_in(own: x509.Certificate) -> Certified:
    """Return whom a certificate names, WITHOUT checking that it holds; raises InvalidSignature for other keys."""
    try:
        names = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        hosts = frozenset(name.lower() for name in names.get_values_for_type(x509.DNSName))
        addresses = frozenset(names.get_values_for_type(x509.UniformResourceIdentifier))
    except (x509.ExtensionNotFound, ValueError):
        hosts = addresses = frozenset()
    return Certified(
        hosts=hosts,
        addresses=addresses,
        organisation=_words(own.subject) or min(hosts, default="–"),
        authority=_words(own.issuer) or "–",
        until=own.not_valid_after_utc,
        digest=_base64url(own.fingerprint(hashes.SHA256())),
        jwk=_jwk(own),
    )


def issuer_named_in(header: Mapping[str, object]) -> str:
    """Return the address by which a chain's first certificate names its owner, for a token that names no issuer.

    It counts only once the chain was checked. Raises BadInput where it names none.
    """
    named = named_in(read_chain(chain_name(header))[0])
    addresses = sorted(each for each in named.addresses if each.startswith("https://"))
    addresses += [f"https://{host}" for host in sorted(named.hosts)]
    if not addresses:
        raise BadInput("Neither the token nor its certificate names an issuer.")
    return addresses[0]


def authorities_named_in(header: Mapping[str, object]) -> frozenset[str]:
    """Return the key identifiers (base64url) of the authorities that a token's certificates name above them.

    WITHOUT checking that the chain holds; empty for a token that brings none that can be read. What stands in the
    header beside the chain, given out by others, is nobody's authority here.
    """
    try:
        own, *others = read_chain(chain_name(header))
    except BadInput:
        return frozenset()
    found = [own]
    for each in others:
        if not _gave_out(each, found[-1]):
            break
        found.append(each)
    return frozenset(_base64url(above) for one in found if (above := _above(one)) is not None)


def _gave_out(authority: x509.Certificate, given: x509.Certificate) -> bool:
    try:
        given.verify_directly_issued_by(authority)
    except (*UNREADABLE, Broken):
        return False
    return True


def _above(certificate: x509.Certificate) -> bytes | None:
    try:
        named = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    except (x509.ExtensionNotFound, ValueError):
        return None
    return named.key_identifier


def _for_signing(_policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.digital_signature:
        raise ValueError("it is not for signing")


def _no_authority(_policy: Policy, _certificate: x509.Certificate, basic: x509.BasicConstraints | None) -> None:
    if basic is not None and basic.ca:
        raise ValueError("it is an authority's own")


_AUTHORITIES = ExtensionPolicy.webpki_defaults_ca()
_SIGNERS = (
    ExtensionPolicy.permit_all()
    .require_present(x509.SubjectAlternativeName, Criticality.AGNOSTIC, None)
    .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _for_signing)
    .may_be_present(x509.BasicConstraints, Criticality.AGNOSTIC, _no_authority)
)


def _reason(fault: Exception) -> str:
    """The library's words, without what it prints of the certificate itself."""
    return str(fault).partition("(encountered")[0].removeprefix("validation failed: ").strip()[:200]


def _jwk(own: x509.Certificate) -> dict[str, str]:
    try:
        key = own.public_key()
    except UNREADABLE:
        raise InvalidSignature("The certificate's key cannot be read.") from None
    if isinstance(key, ed25519.Ed25519PublicKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": _base64url(key.public_bytes(Encoding.Raw, PublicFormat.Raw))}
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        numbers = key.public_numbers()
        x, y = (_base64url(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}
    raise InvalidSignature("The certificate's key is neither a P-256 nor an Ed25519 key; no other is accepted.")


def _words(name: x509.Name) -> str:
    for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        for each in name.get_attributes_for_oid(oid):
            text = str(each.value)
            if text.isprintable() and text.strip():
                return " ".join(text.split())[:200]
    return ""


def _host(address: str) -> str:
    """The host of an address; none of one that names a user before it, which reads like another host."""
    try:
        parts = urlsplit(address)
        return (parts.hostname or "").lower() if "@" not in parts.netloc else ""
    except ValueError:
        return ""


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
