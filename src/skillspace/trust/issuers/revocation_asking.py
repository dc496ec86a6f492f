"""Asking whoever gave out a certificate whether it was taken back, at the addresses that stand in the certificate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from skillspace.kernel.errors import SkillspaceError
from skillspace.trust.issuers.revocation import Words
from skillspace.wire.outbound import Outbound

MAX_LIST_BYTES, MAX_ANSWER_BYTES = 4 * 1024 * 1024, 64 * 1024
#: Of each kind so many addresses of one certificate are tried: what stands in it is a stranger's to choose.
MOST_ADDRESSES = 2
_REQUEST, _ANSWER = "application/ocsp-request", "application/ocsp-response"


class RevocationDesk:
    """Fetches what authorities say of certificates. It calls them: not in a transaction.

    What comes is signed by itself, so the calls need not be secret; `outbound` says where they may lead.
    """

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    def ask(self, given: x509.Certificate, by: x509.Certificate) -> Iterator[Words]:
        """Give what can be had now of a certificate that `by` gave out: answers about it, then for who still asks
        lists. Never raises."""
        yield Words(answers=tuple(self._answers(given, by)))
        yield Words(crls=tuple(self._lists(given)))

    def _answers(self, given: x509.Certificate, by: x509.Certificate) -> Iterator[bytes]:
        # The hash only names whom the question is about; answerers know few others (RFC 6960 §4.3).
        with suppress(ValueError):
            asked = ocsp.OCSPRequestBuilder().add_certificate(given, by, hashes.SHA1()).build()  # noqa: S303
            for address in _answerers(given):
                with suppress(SkillspaceError):
                    headers = {"Content-Type": _REQUEST, "Accept": _ANSWER}
                    content = asked.public_bytes(Encoding.DER)
                    reply = self._outbound.send(
                        "POST", address, headers=headers, content=content, max_bytes=MAX_ANSWER_BYTES
                    )
                    if reply.status == 200:
                        yield reply.body

    def _lists(self, given: x509.Certificate) -> Iterator[bytes]:
        for address in _lists_of(given):
            with suppress(SkillspaceError):
                reply = self._outbound.send("GET", address, max_bytes=MAX_LIST_BYTES)
                if reply.status == 200:
                    yield reply.body


def _answerers(given: x509.Certificate) -> list[str]:
    with suppress(x509.ExtensionNotFound, ValueError):
        found = given.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
        places = [one.access_location for one in found if one.access_method == AuthorityInformationAccessOID.OCSP]
        return [each.value for each in places if isinstance(each, x509.UniformResourceIdentifier)][:MOST_ADDRESSES]
    return []


def _lists_of(given: x509.Certificate) -> list[str]:
    with suppress(x509.ExtensionNotFound, ValueError):
        points = given.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
        places = [name for point in points for name in point.full_name or ()]
        return [each.value for each in places if isinstance(each, x509.UniformResourceIdentifier)][:MOST_ADDRESSES]
    return []
