"""A certificate in a token proves something until whoever gave it out takes it back; whether nobody said so is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import pytest
from cryptography import x509

from skillspace.kernel.errors import NotFound
from skillspace.records.credentials.selective import issue, verify
from skillspace.records.credentials.verdict import Outcome as Checked
from skillspace.records.credentials.verdict import judge
from skillspace.trust.issuers import Outcome, Why
from skillspace.trust.issuers.certified import CertifiedKeys
from skillspace.trust.issuers.identity import FRESH
from skillspace.trust.issuers.revocation import Revocation, Words
from skillspace.trust.issuers.standings import Standings
from skillspace.trust.issuers.words import sentence
from skillspace.wire.certificates import CertificateRevoked, check_chain
from skillspace.wire.jose import SigningKey, sign_jwt
from tests.certificates import Authority, authority, x5c
from tests.conftest import NOON
from tests.small_space import HeldClock
from tests.unit.trust.issuers.revoking import crl

SCHOOL = "https://school.example"
KEY = SigningKey.generate("school")
ROOT = authority()
BELOW = authority("Invented Issuing Office", ROOT)
OWN, OFFICE = GOOD = BELOW.give(KEY, hosts=["school.example"], organisation="Invented School")
TOKEN = issue("urn:x", {}, issuer_key=KEY, issuer_did=SCHOOL, hidden=(), at=NOON, chain=x5c(GOOD))


class Houses:
    """The authorities, who tell of whom they are asked what is in `taken`, or say nothing while they are `silent`."""

    def __init__(self, *taken: x509.Certificate) -> None:
        self.taken: Sequence[x509.Certificate] = taken
        self.silent = False
        self.asked: list[x509.Certificate] = []

    def ask(self, given: x509.Certificate, by: x509.Certificate) -> Iterator[Words]:
        self.asked.append(given)
        of: Authority = BELOW if by == BELOW.certificate else ROOT
        yield Words() if self.silent else Words(crls=(crl(of, *self.taken),))


def nobody(did: str, kid: str) -> Mapping[str, object]:
    raise NotFound(f"{did} has no key {kid}.")


def keys(houses: Houses | None, clock: HeldClock | None = None) -> CertifiedKeys:
    clock = clock or HeldClock()
    standings = Standings(clock, houses.ask if houses is not None else None)
    return CertifiedKeys(nobody, (ROOT.certificate,), clock, standings)


@pytest.mark.parametrize("taken", [OWN, OFFICE], ids=["its own", "the office's"])
def test_under_a_certificate_that_was_taken_back_nothing_counts_and_it_is_said_why(taken: x509.Certificate) -> None:
    found = keys(Houses(taken))
    with pytest.raises(CertificateRevoked, match="taken back by whoever gave it out"):
        verify(TOKEN, found.key, NOON)
    line = found.line(SCHOOL, NOON)
    assert (line.outcome, line.why) == (Outcome.NO, Why.CERTIFICATE_REVOKED)
    assert sentence(line).startswith("The certificate that Invented Issuing Office gave Invented School was taken back")


def test_one_that_its_authorities_say_stands_proves_who_it_is() -> None:
    houses = Houses()
    found = keys(houses)
    assert verify(TOKEN, found.key, NOON).issuer == SCHOOL
    assert houses.asked == [OWN, OFFICE], "and nobody is asked about the one that is relied on"
    line = found.line(SCHOOL, NOON)
    assert (line.outcome, line.why) == (Outcome.YES, Why.CERTIFIED)


@pytest.mark.parametrize("is_silent", [True, False], ids=["nobody answers", "nobody may be asked"])
def test_where_nobody_tells_it_is_said_that_it_was_not_checked(is_silent: bool) -> None:
    houses = Houses()
    houses.silent = True
    found = keys(houses if is_silent else None)
    assert verify(TOKEN, found.key, NOON).issuer == SCHOOL
    line = found.line(SCHOOL, NOON)
    assert (line.outcome, line.why) == (Outcome.YES, Why.CERTIFIED_UNCHECKED)
    assert "taken back was not checked" in sentence(line)


def test_who_answered_is_not_asked_again_for_some_minutes_and_is_then() -> None:
    clock, houses = HeldClock(), Houses()
    found = keys(houses, clock)
    for _ in range(3):
        verify(TOKEN, found.key, NOON)
    assert len(houses.asked) == 2
    houses.taken = (OWN,)
    clock.at += FRESH
    with pytest.raises(CertificateRevoked):
        verify(TOKEN, found.key, NOON)


def test_what_was_taken_back_stays_so_while_nobody_answers_and_until_it_is_let_go() -> None:
    clock, houses = HeldClock(), Houses(OWN)
    standings, certified = Standings(clock, houses.ask), check_chain(GOOD, (ROOT.certificate,), NOON)
    assert standings.of(certified) is Revocation.REVOKED
    houses.silent = True
    clock.at += FRESH
    assert standings.of(certified) is Revocation.REVOKED
    houses.silent, houses.taken = False, ()
    clock.at += FRESH
    assert standings.of(certified) is Revocation.STANDS
    houses.silent = True
    clock.at += timedelta(minutes=10)
    assert standings.of(certified) is Revocation.UNCHECKED, "that one stands is believed for minutes and no longer"


def test_nobody_is_asked_about_a_chain_that_leads_to_nobody_who_is_relied_on() -> None:
    houses = Houses()
    stranger = authority().give(KEY, hosts=["school.example"])
    token = issue("urn:x", {}, issuer_key=KEY, issuer_did=SCHOOL, hidden=(), at=NOON, chain=x5c(stranger))
    with pytest.raises(Exception, match="does not hold"):
        verify(token, keys(houses).key, NOON)
    assert houses.asked == []


def test_a_verdict_tells_a_certificate_that_was_taken_back_from_a_key_that_cannot_be_had() -> None:
    claims = {
        "iss": SCHOOL,
        "nbf": int(NOON.timestamp()),
        "vc": {
            "@context": ["https://www.w3.org/2018/credentials/v1"],
            "type": ["VerifiableCredential"],
            "issuer": SCHOOL,
            "credentialSubject": {"id": "did:example:learner"},
        },
    }
    token = sign_jwt(claims, KEY, named={"x5c": x5c(GOOD)})
    assert judge(token, keys(Houses()).key, NOON).is_good
    verdict = judge(token, keys(Houses(OWN)).key, NOON)
    failed = [each for each in verdict.checks if each.outcome is Checked.FAILED]
    assert [each.code for each in failed] == ["CertificateRevoked"]
