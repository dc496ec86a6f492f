"""Whether certificates were taken back: by lists (CRL, RFC 5280 §5 and 6.3) and answers (OCSP, RFC 6960).

A word counts only when the authority that gave out the certificate signed it, or for an answer somebody whom that
authority named for it; when it is about this very certificate; and while it lasts. That a certificate *was* taken back
stays true when the list that says so has run out. Everything else is no word at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from skillspace.wire.certificates import UNREADABLE

#: Clocks differ by so much.
LEEWAY = timedelta(minutes=5)
#: For so long an answer counts that does not say until when.
ANSWER_LASTS = timedelta(days=1)
MOST_ANSWERS = 50
_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_KNOWN = (x509.IssuingDistributionPoint, x509.CRLNumber, x509.AuthorityKeyIdentifier)
_FAULTS = (*UNREADABLE, KeyError, InvalidSignature, x509.ExtensionNotFound)


class Revocation(StrEnum):
    """What is known of whether a certificate was taken back."""

    STANDS = "stands"
    UNCHECKED = "unchecked"
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True)
class Words:
    """Lists and answers (DER) that came along, or were fetched; whose they are is not looked at yet."""

    crls: tuple[bytes, ...] = ()
    answers: tuple[bytes, ...] = ()

    def with_more(self, other: Words) -> Words:
        """Return these and others together."""
        return Words(crls=(*self.crls, *other.crls), answers=(*self.answers, *other.answers))


#: Gives what can be had now of whether a certificate that another one's owner gave out was taken back; calls others.
Ask = Callable[[x509.Certificate, x509.Certificate], Iterable[Words]]


def standing_of_path(path: Sequence[x509.Certificate], words: Words, at: datetime, ask: Ask | None) -> Revocation:
    """Return whether one of a path was taken back, each given out by the next; the last one is relied on as it is.

    Where the `words` do not tell, `ask` is asked (None: nobody is).
    """
    return together(_told(given, by, words, at, ask) for given, by in pairwise(path))


def _told(given: x509.Certificate, by: x509.Certificate, words: Words, at: datetime, ask: Ask | None) -> Revocation:
    found = standing_of(given, by, words, at)
    if found is not Revocation.UNCHECKED or ask is None:
        return found
    told = (standing_of(given, by, more, at) for more in ask(given, by))
    return next((one for one in told if one is not Revocation.UNCHECKED), Revocation.UNCHECKED)


def standing_of(given: x509.Certificate, by: x509.Certificate, words: Words, at: datetime) -> Revocation:
    """Return whether a certificate that `by` gave out was taken back at a moment, as far as the words tell."""
    found = {*_by_lists(given, by, words.crls, at), *_by_answers(given, by, words.answers, at)}
    return next((one for one in (Revocation.REVOKED, Revocation.STANDS) if one in found), Revocation.UNCHECKED)


def together(each: Iterable[Revocation]) -> Revocation:
    """Return what several certificates of one chain come to: one that was taken back breaks it."""
    found = set(each)
    order = (Revocation.REVOKED, Revocation.UNCHECKED, Revocation.STANDS)
    return next((one for one in order if one in found), Revocation.UNCHECKED)


def _by_lists(
    given: x509.Certificate, by: x509.Certificate, crls: Sequence[bytes], at: datetime
) -> Iterator[Revocation]:
    for der in crls:
        try:
            yield from _by_list(given, by, x509.load_der_x509_crl(der), at)
        except _FAULTS:
            continue


def _by_list(
    given: x509.Certificate, by: x509.Certificate, crl: x509.CertificateRevocationList, at: datetime
) -> Iterator[Revocation]:
    if crl.issuer != by.subject or not isinstance(crl.signature_hash_algorithm, _HASHES) or not _may_sign_lists(by):
        return
    key = by.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) or not crl.is_signature_valid(key):
        return
    if crl.last_update_utc > at + LEEWAY or any(
        each.critical and not isinstance(each.value, _KNOWN) for each in crl.extensions
    ):
        return
    scope = _scope(crl)
    if scope is not None and not _is_within(given, scope):
        return
    entry = crl.get_revoked_certificate_by_serial_number(given.serial_number)
    is_fresh = crl.next_update_utc is not None and crl.next_update_utc > at
    if entry is not None:
        if is_fresh or not _is_on_hold(entry):
            yield Revocation.REVOKED
    elif is_fresh and not (scope is not None and scope.only_some_reasons):
        yield Revocation.STANDS


def _scope(crl: x509.CertificateRevocationList) -> x509.IssuingDistributionPoint | None:
    try:
        return crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return None


def _is_within(given: x509.Certificate, scope: x509.IssuingDistributionPoint) -> bool:
    """Whether a list that is not about everything is about this certificate (RFC 5280 §6.3.3 b 2)."""
    if scope.indirect_crl or scope.only_contains_attribute_certs or scope.relative_name is not None:
        return False
    if (scope.only_contains_user_certs and _is_authority(given)) or (
        scope.only_contains_ca_certs and not _is_authority(given)
    ):
        return False
    return scope.full_name is None or bool(set(scope.full_name) & set(_points(given)))


def _points(given: x509.Certificate) -> Iterator[x509.GeneralName]:
    try:
        for point in given.extensions.get_extension_for_class(x509.CRLDistributionPoints).value:
            yield from point.full_name or ()
    except x509.ExtensionNotFound:
        return


def _is_authority(given: x509.Certificate) -> bool:
    try:
        return given.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _may_sign_lists(by: x509.Certificate) -> bool:
    try:
        return by.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True


def _is_on_hold(entry: x509.RevokedCertificate) -> bool:
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return False
    return reason is x509.ReasonFlags.certificate_hold


def _by_answers(
    given: x509.Certificate, by: x509.Certificate, answers: Sequence[bytes], at: datetime
) -> Iterator[Revocation]:
    for der in answers:
        try:
            answer = ocsp.load_der_ocsp_response(der)
            if answer.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL and _is_authorised(answer, by, at):
                for place, single in enumerate(answer.responses):
                    if place < MOST_ANSWERS and _is_about(single, given, by):
                        yield from _said(single, at)
        except _FAULTS:
            continue


def _is_about(single: ocsp.OCSPSingleResponse, given: x509.Certificate, by: x509.Certificate) -> bool:
    """Whether an answer names this certificate: its number, and both the name and the key of who gave it out."""
    meant = ocsp.OCSPRequestBuilder().add_certificate(given, by, single.hash_algorithm).build()
    return (single.serial_number, single.issuer_name_hash, single.issuer_key_hash) == (
        meant.serial_number,
        meant.issuer_name_hash,
        meant.issuer_key_hash,
    )


def _said(single: ocsp.OCSPSingleResponse, at: datetime) -> Iterator[Revocation]:
    if single.this_update_utc > at + LEEWAY:
        return
    is_fresh = (single.next_update_utc or single.this_update_utc + ANSWER_LASTS) > at
    if single.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        if is_fresh or single.revocation_reason is not x509.ReasonFlags.certificate_hold:
            yield Revocation.REVOKED
    elif single.certificate_status is ocsp.OCSPCertStatus.GOOD and is_fresh:
        yield Revocation.STANDS


def _is_authorised(answer: ocsp.OCSPResponse, by: x509.Certificate, at: datetime) -> bool:
    """Whether who signed an answer may: the authority itself, or somebody it gave a certificate for just this
    (RFC 6960 §4.2.2.2)."""
    for who in (by, *answer.certificates):
        if _is_named(answer, who) and _has_signed(answer, who):
            return who == by or _is_delegate(who, by, at)
    return False


def _is_named(answer: ocsp.OCSPResponse, who: x509.Certificate) -> bool:
    if answer.responder_name is not None:
        return answer.responder_name == who.subject
    return answer.responder_key_hash == x509.SubjectKeyIdentifier.from_public_key(who.public_key()).digest


def _is_delegate(who: x509.Certificate, by: x509.Certificate, at: datetime) -> bool:
    try:
        who.verify_directly_issued_by(by)
        usage = who.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except _FAULTS:
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in usage and who.not_valid_before_utc <= at < who.not_valid_after_utc


def _has_signed(answer: ocsp.OCSPResponse, who: x509.Certificate) -> bool:
    algorithm, key = answer.signature_hash_algorithm, who.public_key()
    if not isinstance(algorithm, _HASHES):
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(algorithm))
        else:
            return False
    except _FAULTS:
        return False
    return True
