"""Issuers that are known by a certificate: their credentials count when the chain does, and names who they say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509

from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound, Refused
from skillspace.records.credentials import verify as verify_plain
from skillspace.records.credentials.selective import issue, verify
from skillspace.records.credentials.token_status import read_token_list, write_token_list
from skillspace.trust.issuers import Line, Outcome, Source, Why
from skillspace.trust.issuers.certified import CertifiedKeys, names_of
from skillspace.trust.issuers.identity import BELIEVED
from skillspace.wire.jose import SigningKey, sign_jwt
from tests.certificates import YEAR, authority, bringing, self_signed, x5c
from tests.conftest import NOON
from tests.small_space import HeldClock

SCHOOL, HOST = "https://school.example", "school.example"
KEY, HOLDER = SigningKey.generate("school"), SigningKey.generate("holder")
ROOT = authority()
BELOW = authority("Invented Issuing Office", ROOT)
GOOD = BELOW.give(KEY, hosts=[HOST], organisation="Invented School")


def nobody(did: str, kid: str) -> Mapping[str, object]:
    raise NotFound(f"{did} has no key {kid}.")


def keys(*anchors: x509.Certificate, clock: HeldClock | None = None) -> CertifiedKeys:
    return CertifiedKeys(nobody, anchors or (ROOT.certificate,), clock or HeldClock())


def card(chain: list[x509.Certificate], *, key: SigningKey = KEY, **changes: object) -> str:
    claims = {"iss": SCHOOL, "iat": int(NOON.timestamp()), "vct": "urn:x", "title": "Welding"} | changes
    given = {name: value for name, value in claims.items() if value is not None}
    return sign_jwt(given, key, typ="dc+sd-jwt", named={"x5c": x5c(chain)}) + "~"


def test_a_credential_under_a_chain_is_its_issuers() -> None:
    found = verify(card(GOOD), keys().key, NOON)
    assert (found.issuer, found.claims["title"]) == (SCHOOL, "Welding")


def test_one_that_names_no_issuer_is_from_whom_its_certificate_names() -> None:
    assert verify(card(GOOD, iss=None), keys().key, NOON).issuer == SCHOOL
    with pytest.raises(BadInput, match="iss"):
        verify(sign_jwt({"vct": "urn:x"}, KEY, typ="dc+sd-jwt") + "~", keys().key, NOON)


def test_a_plain_credential_is_checked_the_same_way() -> None:
    claims = {
        "iss": SCHOOL,
        "nbf": int(NOON.timestamp()),
        "vc": {
            "@context": ["https://www.w3.org/2018/credentials/v1"],
            "type": ["VerifiableCredential", "Diploma"],
            "issuer": SCHOOL,
            "credentialSubject": {"id": "did:example:learner"},
        },
    }
    token = sign_jwt(claims, KEY, named={"x5c": x5c(GOOD)})
    assert verify_plain(token, keys().key, NOON).issuer == SCHOOL
    with pytest.raises(InvalidSignature):
        verify_plain(token, keys(authority().certificate).key, NOON)


def test_a_list_of_what_was_taken_back_is_checked_the_same_way() -> None:
    address = f"{SCHOOL}/status"
    more: Any = {"address": address, "issuer_did": SCHOOL, "issuer_key": KEY, "at": NOON}
    text = write_token_list([3], 1024, valid_for=timedelta(days=1), chain=x5c(GOOD), **more)
    found = read_token_list(text, keys().key, NOON, address=address, issuer=SCHOOL)
    assert (found.status(3), found.status(4)) == (1, 0)


STRANGER = SigningKey.generate("stranger")
HOSTILE: dict[str, str] = {
    "another's name": card(GOOD, iss="https://other.example"),
    "a name that begins like it": card(GOOD, iss="https://school.example.org"),
    "a foreign key": card(GOOD, key=STRANGER),
    "a stranger's chain": card(authority().give(KEY, hosts=[HOST])),
    "a certificate of its own": card([self_signed(KEY, HOST)]),
    "a certificate that ran out": card(BELOW.give(KEY, hosts=[HOST], until=NOON - timedelta(days=1))),
    "a certificate for something else": card(BELOW.give(KEY, hosts=[HOST], signs=False)),
    "a chain with a gap": card(GOOD[:1]),
    "a DID's own word": card(GOOD, iss="did:web:school.example"),
    "plain HTTP": card(GOOD, iss="http://school.example"),
    "no algorithm": "eyJ0eXAiOiJkYytzZC1qd3QiLCJhbGciOiJub25lIn0." + card(GOOD).split(".")[1] + ".AA~",
}


@pytest.mark.parametrize("case", list(HOSTILE))
def test_a_chain_that_is_not_the_issuers_is_refused(case: str) -> None:
    with pytest.raises((BadInput, Refused, NotFound)):
        verify(HOSTILE[case], keys().key, NOON)


def test_who_has_a_did_is_asked_for_its_key_as_ever_and_may_bring_its_certificates_as_well() -> None:
    asked: list[tuple[str, str]] = []

    def own(did: str, kid: str) -> Mapping[str, object]:
        asked.append((did, kid))
        return KEY.public_jwk()

    text = issue("urn:x", {}, issuer_key=KEY, issuer_did="did:web:school.example", hidden=(), at=NOON)
    text = bringing(text, KEY, GOOD)
    found = CertifiedKeys(own, (), HeldClock())
    assert verify(text, found.key, NOON).issuer == "did:web:school.example"
    assert asked == [("did:web:school.example", KEY.kid)]


def test_what_a_certificate_proved_is_told_with_its_authority_and_its_end_for_a_day() -> None:
    clock = HeldClock()
    found = keys(clock=clock)
    assert found.line(SCHOOL, NOON) == Line(
        source=Source.CERTIFICATE, outcome=Outcome.UNKNOWN, why=Why.NOT_ASKED, checked=None
    )
    verify(card(GOOD), found.key, NOON)
    line = found.line(SCHOOL, NOON)
    assert (line.outcome, line.why, line.by, line.detail) == (
        Outcome.YES, Why.CERTIFIED_UNCHECKED, "Invented Issuing Office", "Invented School",
    )  # fmt: skip
    assert (line.until, line.checked) == (NOON + YEAR, NOON)
    assert found.line(SCHOOL, NOON + BELIEVED).outcome is Outcome.UNKNOWN
    assert found.line("https://other.example", NOON).outcome is Outcome.UNKNOWN


def test_a_chain_that_did_not_hold_proves_nothing_afterwards() -> None:
    found = keys()
    with pytest.raises(InvalidSignature):
        verify(HOSTILE["a certificate of its own"], found.key, NOON)
    assert found.line(SCHOOL, NOON).outcome is Outcome.UNKNOWN


def test_a_certificate_that_ends_within_the_day_proves_nothing_after() -> None:
    found = keys()
    verify(card(BELOW.give(KEY, hosts=[HOST], until=NOON + timedelta(hours=1))), found.key, NOON)
    line = found.line(SCHOOL, NOON + timedelta(hours=2))
    assert (line.outcome, line.why) == (Outcome.NO, Why.CERTIFICATE_ENDED)


@pytest.mark.parametrize(
    ("issuer", "names"),
    [
        ("https://school.example", ["https://school.example", "did:web:school.example"]),
        ("https://school.example/", ["https://school.example/", "did:web:school.example"]),
        ("did:web:school.example", ["did:web:school.example"]),
        ("https://school.example:8443", ["https://school.example:8443"]),
        ("https://school.example/a", ["https://school.example/a"]),
        ("https://a@school.example", ["https://a@school.example"]),
        ("https://school.example?a", ["https://school.example?a"]),
        ("https://school.example:x", ["https://school.example:x"]),
        ("https://[", ["https://["]),
        ("https://", ["https://"]),
        ("http://school.example", ["http://school.example"]),
    ],
)
def test_who_is_certified_for_a_whole_host_has_the_name_of_its_did_as_well(issuer: str, names: list[str]) -> None:
    assert list(names_of(issuer)) == names


def test_what_an_issuer_signed_is_looked_at_again_for_what_its_certificate_proves() -> None:
    clock = HeldClock()
    found = keys(clock=clock)
    for nothing in (
        b"",
        b"\xff",
        b"a.b.c~",
        card(GOOD, key=HOLDER).encode()[:40],
        card([self_signed(KEY, HOST)]).encode(),
    ):
        found.look(SCHOOL, nothing)
        assert found.line(SCHOOL, clock()).why is Why.NOT_ASKED
    found.look("https://other.example", card(GOOD).encode())
    assert found.line("https://other.example", clock()).why is Why.NOT_ASKED
    found.look(SCHOOL, card(GOOD).encode())
    assert found.line(SCHOOL, clock()).why is Why.CERTIFIED_UNCHECKED
    clock.move(days=2)
    assert found.line(SCHOOL, clock()).why is Why.NOT_ASKED
    found.look(SCHOOL, card(GOOD).encode())
    assert found.line(SCHOOL, clock()).checked == clock()
