"""Words of invented authorities on certificates: lists, answers, and seals that carry them along."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from tests.certificates import Authority
from tests.conftest import NOON
from tests.unit.trust.issuers.sealing import Holder, rsa_key

DAY = timedelta(days=1)


def crl(
    by: Holder | Authority,
    *taken: x509.Certificate,
    at: datetime = NOON,
    lasts: timedelta = DAY,
    reason: x509.ReasonFlags | None = None,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    signer: Holder | Authority | None = None,
) -> bytes:
    """A list by an authority, of these certificates; `signer` is who signs it in its name."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(by.certificate.subject)
    builder = builder.last_update(at - DAY / 2).next_update(at - DAY / 2 + lasts)
    for each in taken:
        entry = x509.RevokedCertificateBuilder().serial_number(each.serial_number).revocation_date(at - DAY / 2)
        if reason is not None:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign((signer or by).key, hashes.SHA256()).public_bytes(Encoding.DER)


def answer(
    given: x509.Certificate,
    by: Holder,
    *,
    is_good: bool = True,
    at: datetime = NOON,
    lasts: timedelta | None = DAY,
    responder: Holder | None = None,
    along: Sequence[x509.Certificate] = (),
    issuer: Holder | None = None,
    by_key: bool = False,
    reason: x509.ReasonFlags | None = None,
) -> bytes:
    """An answer about a certificate, signed by `responder`; `issuer` is whom it says gave the certificate out."""
    who = responder or by
    built = ocsp.OCSPResponseBuilder().add_response(
        cert=given,
        issuer=(issuer or by).certificate,
        algorithm=hashes.SHA1(),  # noqa: S303 - as answerers name certificates
        cert_status=ocsp.OCSPCertStatus.GOOD if is_good else ocsp.OCSPCertStatus.REVOKED,
        this_update=at - DAY / 2,
        next_update=at - DAY / 2 + lasts if lasts is not None else None,
        revocation_time=None if is_good else at - DAY / 2,
        revocation_reason=None if is_good else reason,
    )
    encoding = ocsp.OCSPResponderEncoding.HASH if by_key else ocsp.OCSPResponderEncoding.NAME
    built = built.responder_id(encoding, who.certificate)
    if along:
        built = built.certificates(list(along))
    return built.sign(who.key, hashes.SHA256()).public_bytes(Encoding.DER)


def answerer(by: Holder, *, is_for_answers: bool = True, until: datetime = NOON + 30 * DAY, number: int = 3) -> Holder:
    """Somebody to whom an authority gave a certificate for giving answers, or for something else."""
    usage = ExtendedKeyUsageOID.OCSP_SIGNING if is_for_answers else ExtendedKeyUsageOID.EMAIL_PROTECTION
    key = rsa_key(number)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Answers")]))
        .issuer_name(by.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOON - 30 * DAY)
        .not_valid_after(until)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .sign(by.key, hashes.SHA256())
    )
    return Holder(certificate=made, key=key)


def at_addresses(by: Holder, *, answerers: Sequence[str] = (), lists: Sequence[str] = ()) -> x509.Certificate:
    """A certificate that names where it is told whether it was taken back."""
    method = AuthorityInformationAccessOID.OCSP
    asked = [x509.AccessDescription(method, x509.UniformResourceIdentifier(each)) for each in answerers]
    points = [
        x509.DistributionPoint(
            full_name=[x509.UniformResourceIdentifier(each)], relative_name=None, reasons=None, crl_issuer=None
        )
        for each in lists
    ]
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "A school")]))
        .issuer_name(by.certificate.subject)
        .public_key(rsa_key(1).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOON - DAY)
        .not_valid_after(NOON + DAY)
    )
    if asked:
        builder = builder.add_extension(x509.AuthorityInformationAccess(asked), critical=False)
    if points:
        builder = builder.add_extension(x509.CRLDistributionPoints(points), critical=False)
    return builder.sign(by.key, hashes.SHA256())


def carrying(
    document: dict[str, object],
    *,
    crls: Sequence[bytes] = (),
    answers: Sequence[bytes] = (),
    certificates: Sequence[x509.Certificate] = (),
) -> dict[str, object]:
    """A sealed document that carries words along, each in the way that readers meet it."""
    values = {
        "crlVals": [{"val": base64.b64encode(each).decode()} for each in crls],
        "ocspVals": [{"val": base64.b64encode(each).decode()} for each in answers],
    }
    above = [{"x509Cert": {"val": base64.b64encode(each.public_bytes(Encoding.DER)).decode()}} for each in certificates]
    (seal,) = document["signatures"]  # type: ignore[misc]
    return {**document, "signatures": [{**seal, "header": {"etsiU": [{"xVals": above}, {"rVals": values}]}}]}
