"""Certificates in a node's folder: those of the authorities it relies on, and its own, by which others know it."""

from __future__ import annotations

import base64

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from skillspace.kernel.errors import BadInput
from skillspace.node.settings import Settings
from skillspace.wire.certificates import UNREADABLE, named_in, written_chain
from skillspace.wire.jose import SigningKey


def anchors_of(settings: Settings) -> list[x509.Certificate]:
    """Return the certificates of those whose word counts, from the PEM file the settings name; raises BadInput."""
    return _read(settings, "seal_anchors", settings.seal_anchors)


def chain_of(settings: Settings, key: SigningKey) -> tuple[str, ...]:
    """Return the node's own certificates as an `x5c`, its own first; empty where it has none.

    Raises BadInput where the file is damaged, the first one is of another key or another address, or given by nobody
    but its owner.
    """
    chain = _read(settings, "certificate_chain", settings.certificate_chain)
    if not chain:
        return ()
    own, public = named_in(chain[0]), key.public_jwk()
    if any(own.jwk.get(name) != public[name] for name in ("kty", "crv", "x", "y")):
        raise _wrong(settings, "is of another key than the one this node signs with")
    if not own.is_named(settings.address) and not own.is_named(f"https://{settings.host_name}"):
        raise _wrong(settings, f"does not name {settings.host_name}")
    if chain[0].issuer == chain[0].subject:
        raise _wrong(settings, "was given by nobody but its owner")
    return written_chain(chain)


def request_of(settings: Settings, key: SigningKey) -> x509.CertificateSigningRequest:
    """Return what an authority needs to give the node a certificate: its name, its address and its key."""
    names: list[x509.GeneralName] = [
        x509.DNSName(settings.host_name),
        x509.UniformResourceIdentifier(settings.address),
        x509.UniformResourceIdentifier(settings.did),
    ]
    subject = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, settings.country),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, settings.name[:64]),
    ]
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(subject))
    secret = int.from_bytes(base64.urlsafe_b64decode(key.private_jwk()["d"] + "="), "big")
    signer = ec.derive_private_key(secret, ec.SECP256R1())
    return builder.add_extension(x509.SubjectAlternativeName(names), critical=False).sign(signer, hashes.SHA256())


def _read(settings: Settings, setting: str, name: str | None) -> list[x509.Certificate]:
    if name is None:
        return []
    file = settings.folder / name
    try:
        return x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, *UNREADABLE) as fault:
        raise BadInput(f"{file}, named as {setting}, holds no certificates in PEM: {fault}.") from fault


def _wrong(settings: Settings, why: str) -> BadInput:
    return BadInput(f"The first certificate of {settings.certificate_chain}, named as certificate_chain, {why}.")
