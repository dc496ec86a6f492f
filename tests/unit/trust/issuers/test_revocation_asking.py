"""Authorities are asked where their certificates say, a little at a time, and what they answer is only looked at."""

from __future__ import annotations

from typing import Any

from cryptography.x509 import ocsp

from skillspace.kernel.errors import BadInput, PeerUnreachable
from skillspace.trust.issuers.revocation import Revocation, standing_of
from skillspace.trust.issuers.revocation_asking import MOST_ADDRESSES, RevocationDesk
from skillspace.wire.outbound import Outbound, Reply
from tests.conftest import NOON
from tests.unit.trust.issuers.revoking import answer, at_addresses, crl
from tests.unit.trust.issuers.sealing import authority

HOUSE = authority()
ANSWERS, LIST = "http://house.example/ocsp", "http://house.example/all.crl"


class Net(Outbound):
    """A network in which these addresses answer, and nobody else does."""

    def __init__(self, **answers: bytes | Exception | int) -> None:
        self.answers = {ANSWERS: answers.get("ocsp"), LIST: answers.get("crl")}
        self.asked: list[tuple[str, str]] = []

    def send(self, method: str, url: str, **more: Any) -> Reply:
        self.asked.append((method, url))
        found = self.answers.get(url)
        if isinstance(found, Exception):
            raise found
        if not isinstance(found, bytes):
            return Reply(status=found or 404, headers={}, body=b"")
        if method == "POST":
            assert ocsp.load_der_ocsp_request(more["content"]).serial_number == self.serial
            assert more["max_bytes"] < 1024 * 1024
        return Reply(status=200, headers={}, body=found)

    serial = 0


CERTIFICATE = at_addresses(HOUSE, answerers=[ANSWERS], lists=[LIST])
Net.serial = CERTIFICATE.serial_number


def standing(net: Net) -> list[Revocation]:
    """What each word that can be had comes to."""
    return [
        standing_of(CERTIFICATE, HOUSE.certificate, words, NOON)
        for words in RevocationDesk(net).ask(CERTIFICATE, HOUSE.certificate)
    ]


def test_an_answer_comes_first_and_the_list_is_for_who_still_asks() -> None:
    net = Net(ocsp=answer(CERTIFICATE, HOUSE), crl=crl(HOUSE, CERTIFICATE))
    assert standing(net) == [Revocation.STANDS, Revocation.REVOKED]
    assert net.asked == [("POST", ANSWERS), ("GET", LIST)]
    net = Net(ocsp=answer(CERTIFICATE, HOUSE))
    next(RevocationDesk(net).ask(CERTIFICATE, HOUSE.certificate))
    assert net.asked == [("POST", ANSWERS)]


def test_silence_junk_and_refusals_tell_nothing() -> None:
    for one in (PeerUnreachable("silent"), BadInput("too long"), b"junk", b"", 403):
        assert standing(Net(ocsp=one, crl=one)) == [Revocation.UNCHECKED] * 2


def test_a_certificate_that_names_many_places_leads_us_to_few() -> None:
    places = [f"http://elsewhere.example/{n}" for n in range(20)]
    many = at_addresses(HOUSE, answerers=places, lists=places)
    net = Net()
    assert len([*RevocationDesk(net).ask(many, HOUSE.certificate)]) == 2
    assert len(net.asked) == 2 * MOST_ADDRESSES
    none = at_addresses(HOUSE)
    assert [words.crls + words.answers for words in RevocationDesk(Net()).ask(none, HOUSE.certificate)] == [(), ()]
