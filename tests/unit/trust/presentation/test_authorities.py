"""Asked for an issuer below certain authorities: what anybody can write into a token's header proves none."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import pytest
from cryptography import x509

from skillspace.records.credentials.dcql import read_query
from skillspace.records.credentials.selective import KeyBinding, bind, issue, read_token
from skillspace.trust.issuers.certified import CertifiedKeys
from skillspace.trust.presentation import PresentationFault, Reader, Shown
from skillspace.wire.jose import SigningKey
from tests.certificates import Authority, authority, bringing
from tests.conftest import NOON
from tests.unit.trust.presentation.conftest import KEYS, SCHOOL, resolve_key

RELIED_ON, ANOTHER = authority(), authority("Another Trust Services")
HOLDER = SigningKey.generate("holder")
BINDING = KeyBinding(audience="did:web:acme.example", nonce="asked once")


def read_below(wanted: Authority, chain: Sequence[x509.Certificate]) -> tuple[Shown, ...]:
    """Read what a school shows that is known by its DID and brings this chain, asked for one below an authority."""
    known_by = x509.SubjectKeyIdentifier.from_public_key(wanted.certificate.public_key()).digest
    above = {"type": "aki", "values": [base64.urlsafe_b64encode(known_by).rstrip(b"=").decode()]}
    asked = {"id": "one", "format": "dc+sd-jwt", "meta": {"vct_values": ["urn:one"]}, "trusted_authorities": [above]}
    token = issue(
        "urn:one", {"title": "Welding"}, issuer_key=KEYS[SCHOOL], issuer_did=SCHOOL, hidden=(), at=NOON,
        holder_jwk=HOLDER.public_jwk(),
    )  # fmt: skip
    reader = Reader(
        resolve_key=CertifiedKeys(resolve_key, [RELIED_ON.certificate], lambda: NOON).key,
        trust=lambda issuer, _: issuer == SCHOOL,
        check_plain=lambda _: None,
        check_selective=lambda _: None,
    )
    shown = str(bind(read_token(bringing(token, KEYS[SCHOOL], chain)), BINDING, HOLDER, at=NOON))
    return reader.read(read_query({"credentials": [asked]}), {"one": [shown]}, BINDING, NOON)


def test_who_is_certified_below_an_authority_answers_for_it() -> None:
    (shown,) = read_below(RELIED_ON, RELIED_ON.give(KEYS[SCHOOL], hosts=["school.example"]))
    assert shown.issuer == SCHOOL


@pytest.mark.parametrize(
    ("wanted", "chain"),
    [
        (RELIED_ON, RELIED_ON.give(SigningKey.generate("of another"), hosts=["yard.example"])),
        (ANOTHER, ANOTHER.give(KEYS[SCHOOL], hosts=["school.example"])),
        (
            ANOTHER,
            [
                *RELIED_ON.give(KEYS[SCHOOL], hosts=["school.example"]),
                *ANOTHER.give(SigningKey.generate("of another"), hosts=["yard.example"]),
            ],
        ),
        (RELIED_ON, RELIED_ON.give(KEYS[SCHOOL])),
    ],
    ids=["the chain of another key", "an authority nobody relies on", "a stranger's beside its own", "nameless"],
)
def test_a_chain_that_proves_nothing_of_the_signer_is_no_authority(
    wanted: Authority, chain: list[x509.Certificate]
) -> None:
    with pytest.raises(PresentationFault, match="not what was asked for"):
        read_below(wanted, chain)
