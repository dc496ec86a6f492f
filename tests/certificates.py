"""Certificates for tests: invented authorities vouch for keys, for as long and for what a test needs."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from unittest import mock

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from skillspace.kernel.clock import now
from skillspace.wire import outbound
from skillspace.wire.jose import SigningKey, read_unverified, sign_jwt
from tests.conftest import NOON

YEAR = timedelta(days=365)
#: The settings of a node that speaks HTTPS itself.
TLS = {"certificate": "tls.pem", "key": "tls-key.pem"}


@dataclass(frozen=True, kw_only=True)
class Authority:
    """Somebody who gives out certificates, and those above it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    above: tuple[x509.Certificate, ...] = ()

    def give(
        self,
        key: SigningKey,
        *,
        hosts: Sequence[str] = (),
        addresses: Sequence[str] = (),
        organisation: str = "Invented Yard",
        at: datetime = NOON,
        until: datetime | None = None,
        signs: bool | None = True,
        is_authority: bool = False,
        more: Sequence[x509.ExtensionType] = (),
    ) -> list[x509.Certificate]:
        """Return a chain for a key: its own certificate, and those of the authorities below the first one."""
        names: list[x509.GeneralName] = [x509.DNSName(host) for host in hosts]
        # Who connects to an address of numbers wants it named as such.
        names += [x509.IPAddress(IPv4Address(host)) for host in hosts if host[-1].isdigit()]
        names += [x509.UniformResourceIdentifier(address) for address in addresses]
        extensions: list[x509.ExtensionType] = [x509.SubjectAlternativeName(names)] if names else []
        extensions += [_usage(signs=signs)] if signs is not None else []
        own = _made(
            organisation, public_key(key), self.certificate.subject, self.key, at, until or at + YEAR,
            is_authority=is_authority, extensions=[*extensions, *more],
        )  # fmt: skip
        return [own, *([self.certificate, *self.above[:-1]] if self.above else [])]


def authority(name: str = "Invented Trust Services", by: Authority | None = None, at: datetime = NOON) -> Authority:
    """Return one that stands by itself, or that another one vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = by.certificate.subject if by else _name(name)
    made = _made(
        name, key.public_key(), subject, by.key if by else key, at, at + 2 * YEAR,
        is_authority=True, extensions=[_usage(signs=False, is_authority=True)],
    )  # fmt: skip
    return Authority(certificate=made, key=key, above=(by.certificate, *by.above) if by else ())


def self_signed(key: SigningKey, host: str, *, is_authority: bool = False) -> x509.Certificate:
    """Return a certificate that nobody gave but its owner."""
    secret = _secret(key)
    extensions = [x509.SubjectAlternativeName([x509.DNSName(host)]), _usage(signs=True, is_authority=is_authority)]
    return _made(
        "Nobody", public_key(key), _name("Nobody"), secret, NOON, NOON + YEAR,
        is_authority=is_authority, extensions=extensions,
    )  # fmt: skip


def x5c(chain: Sequence[x509.Certificate]) -> list[str]:
    """Return a chain as a token's header brings it."""
    return [base64.b64encode(each.public_bytes(Encoding.DER)).decode() for each in chain]


def bringing(token: str, key: SigningKey, chain: Sequence[x509.Certificate]) -> str:
    """Return an SD-JWT as others write it, signed by a key of a DID, with certificates beside the key's name."""
    issued, mark, rest = token.partition("~")
    named = {"kid": key.kid, "x5c": x5c(chain)}
    return sign_jwt(read_unverified(issued)[1], key, typ="dc+sd-jwt", named=named) + mark + rest


def pem(*certificates: x509.Certificate) -> bytes:
    """Return certificates as a file holds them."""
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)


def private_pem(key: SigningKey, passphrase: bytes | None = None) -> bytes:
    """Return a key's secret half as a file holds it."""
    locked = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return _secret(key).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)


def lay_tls(folder: Path, by: Authority, *hosts: str, key: SigningKey | None = None) -> SigningKey:
    """Write what HTTPS needs at hosts into a folder, named as `TLS` says; return the key the certificate was made for.

    With `key` that one is written beside the certificate, which is not its own.
    """
    own = SigningKey.generate("tls")
    (folder / TLS["certificate"]).write_bytes(pem(*by.give(own, hosts=hosts, at=now())))
    (folder / TLS["key"]).write_bytes(private_pem(key or own))
    return own


def trusting(relied_on: Authority) -> AbstractContextManager[object]:
    """Let nodes that are made within the block believe an authority about who answers over HTTPS."""
    return mock.patch.object(outbound, "_trusted", return_value=context_of(relied_on))


def context_of(relied_on: Authority) -> ssl.SSLContext:
    """Return what believes one authority and no other."""
    return ssl.create_default_context(cadata=pem(relied_on.certificate).decode())


def public_key(key: SigningKey) -> ec.EllipticCurvePublicKey:
    """Return a key's public half for a certificate."""
    x, y = (int.from_bytes(_bytes(key.public_jwk()[name]), "big") for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def _made(
    organisation: str,
    key: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    at: datetime,
    until: datetime,
    *,
    is_authority: bool,
    extensions: Sequence[x509.ExtensionType],
) -> x509.Certificate:
    builder = x509.CertificateBuilder().subject_name(_name(organisation)).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(at - YEAR).not_valid_after(until)
    builder = builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = builder.add_extension(above, critical=False)
    for each in extensions:
        builder = builder.add_extension(each, critical=isinstance(each, x509.UnrecognizedExtension))
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(*, signs: bool | None, is_authority: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=bool(signs), content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=not signs, key_cert_sign=is_authority, crl_sign=is_authority, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip


def _name(organisation: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)])


def _secret(key: SigningKey) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(_bytes(key.private_jwk()["d"]), "big"), ec.SECP256R1())


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
