"""Seals for tests: an invented authority gives out certificates, and documents are sealed with them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.conftest import NOON

YEAR = timedelta(days=365)


@cache
def rsa_key(number: int) -> rsa.RSAPrivateKey:
    """One of a few keys; making one takes long."""
    assert number < 4
    return rsa.generate_private_key(65537, 2048)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Somebody with a certificate and the key that belongs to it."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


def authority(name: str = "Invented Trust Services", number: int = 0, until: datetime = NOON + 2 * YEAR) -> Holder:
    """Return one whose certificate it gave itself."""
    subject = _name(name)
    return _given(subject, rsa_key(number), subject, rsa_key(number), until, is_authority=True)


def organisation(
    by: Holder,
    *,
    number: int = 1,
    until: datetime = NOON + YEAR,
    is_authority: bool = False,
    below: int | None = None,
    more: tuple[x509.ExtensionType, ...] = (),
) -> Holder:
    """Return an organisation with a certificate for sealing; of an authority, `below` it may be so many others."""
    subject, key = _name("A school", "VATSE-556677889901"), rsa_key(number)
    issuer = by.certificate.subject
    return _given(subject, key, issuer, by.key, until, is_authority=is_authority, below=below, more=more)


def sealed(
    holder: Holder,
    payload: str = '{"id": "urn:a"}',
    *,
    above: tuple[Holder, ...] = (),
    plain: bool = True,
    **header: object,
) -> dict[str, object]:
    """Return a payload in a seal, as it stands (`plain`) or as base64url."""
    chain = [holder.certificate, *(each.certificate for each in above)]
    named: dict[str, object] = {
        "alg": "RS256",
        "x5c": [base64.b64encode(each.public_bytes(Encoding.DER)).decode() for each in chain],
        **({"b64": False, "crit": ["b64"]} if plain else {}),
        **header,
    }
    protected = _text(json.dumps({name: value for name, value in named.items() if value is not None}).encode())
    text = payload if plain else _text(payload.encode())
    signature = holder.key.sign(f"{protected}.{text}".encode(), padding.PKCS1v15(), hashes.SHA256())
    return {"payload": text, "signatures": [{"protected": protected, "signature": _text(signature)}]}


def _given(
    subject: x509.Name,
    key: rsa.RSAPrivateKey,
    issuer: x509.Name,
    issuer_key: rsa.RSAPrivateKey,
    until: datetime,
    *,
    is_authority: bool,
    below: int | None = None,
    more: tuple[x509.ExtensionType, ...] = (),
) -> Holder:
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOON - YEAR)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=below), critical=True)
    )
    for each in more:
        made = made.add_extension(each, critical=True)
    return Holder(certificate=made.sign(issuer_key, hashes.SHA256()), key=key)


def _name(organisation: str, number: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)]
    if number:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, number))
    return x509.Name(parts)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
