"""A seal proves who sealed when it fits every byte, its certificate lasts, and its authority counts here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature, SkillspaceError
from skillspace.trust.issuers import Outcome, Why
from skillspace.trust.issuers.seals import Seal, is_sealed, read_seal
from tests.conftest import NOON
from tests.unit.trust.issuers.sealing import YEAR, authority, organisation, sealed

AUTHORITY = authority()
SCHOOL = organisation(AUTHORITY)
ANCHORS = (AUTHORITY.certificate,)


def read(document: Mapping[str, object], anchors: Sequence[x509.Certificate]) -> Seal:
    return read_seal(document, anchors, NOON)


@pytest.mark.parametrize("plain", [True, False])
def test_a_seal_of_a_known_authority_proves_who_sealed(plain: bool) -> None:
    seal = read(sealed(SCHOOL, plain=plain), ANCHORS)
    assert (seal.organisation, seal.identifier, seal.payload) == ("A school", "VATSE-556677889901", '{"id": "urn:a"}')
    line = seal.line(NOON)
    assert (line.outcome, line.why, line.by) == (Outcome.YES, Why.SEALED_UNCHECKED, "Invented Trust Services")
    assert seal.proven_name(NOON) == "VATSE-556677889901"


def test_a_seal_of_an_authority_nobody_named_proves_nothing() -> None:
    other = authority("Another", 2)
    for anchors in ((), (other.certificate,)):
        seal = read(sealed(SCHOOL), anchors)
        assert (seal.line(NOON).outcome, seal.line(NOON).why) == (Outcome.UNKNOWN, Why.SEALED_UNKNOWN)
        assert seal.proven_name(NOON) == ""
    # The same name does not make it the same authority.
    same = authority(number=2)
    assert not read(sealed(SCHOOL), (same.certificate,)).is_known


def test_a_chain_of_authorities_counts_and_one_without_leave_to_certify_does_not() -> None:
    between = organisation(AUTHORITY, number=2, is_authority=True, until=NOON + YEAR / 2)
    school = organisation(between)
    assert not read(sealed(school), ANCHORS).is_known
    seal = read(sealed(school, above=(between,)), ANCHORS)
    assert seal.is_known
    assert seal.until == NOON + YEAR / 2
    private = organisation(AUTHORITY, number=2)
    assert not read(sealed(organisation(private), above=(private,)), ANCHORS).is_known


def usage(*, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, key_cert_sign=certifies, crl_sign=False, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def test_an_authority_counts_within_its_own_limits_alone() -> None:
    last = organisation(AUTHORITY, number=2, is_authority=True, below=0)
    assert read(sealed(organisation(last), above=(last,)), ANCHORS).is_known
    further = organisation(last, number=3, is_authority=True)
    assert not read(sealed(organisation(further), above=(further, last)), ANCHORS).is_known
    for limit, is_known in (
        (usage(certifies=True), True),
        (usage(certifies=False), False),
        (x509.NameConstraints(permitted_subtrees=[x509.DNSName("other.example")], excluded_subtrees=None), False),
    ):
        between = organisation(AUTHORITY, number=2, is_authority=True, more=(limit,))
        assert read(sealed(organisation(between), above=(between,)), ANCHORS).is_known is is_known


@pytest.mark.parametrize("days", [-400, 366])
def test_outside_of_its_certificate_s_time_a_seal_proves_nothing(days: int) -> None:
    at = NOON + days * (YEAR / 365)
    line = read(sealed(SCHOOL), ANCHORS).line(at)
    assert (line.outcome, line.why) == (Outcome.UNKNOWN, Why.SEAL_ENDED)


def test_a_document_that_was_changed_does_not_fit_its_seal() -> None:
    document = sealed(SCHOOL)
    with pytest.raises(InvalidSignature, match="changed"):
        read({**document, "payload": '{"id": "urn:b"}'}, ANCHORS)
    other = sealed(organisation(AUTHORITY, number=3))
    with pytest.raises(InvalidSignature):
        read({**document, "signatures": other["signatures"]} | {"payload": "x"}, ANCHORS)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "ES256"},
        {"x5t#S256": "another"},
    ],
)
def test_a_header_that_does_not_belong_to_the_certificate_is_refused(header: dict[str, object]) -> None:
    with pytest.raises(InvalidSignature):
        read(sealed(SCHOOL, **header), ANCHORS)


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["b64", "madeUp"], "madeUp": True},
        {"crit": ["b64", "sigT"]},
        {"crit": []},
        {"crit": "b64"},
        {"b64": "false"},
        {"sigD": {"mId": "elsewhere"}},
        {"x5c": []},
        {"x5c": ["AAAA"]},
        {"x5c": None},
    ],
)
def test_a_seal_that_is_not_understood_is_refused(header: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        read(sealed(SCHOOL, **header), ANCHORS)


def test_two_seals_or_none_are_refused() -> None:
    document = sealed(SCHOOL)
    for signatures in ([], [{}], [1], document["signatures"] * 2):  # type: ignore[operator]
        with pytest.raises(BadInput):
            read({**document, "signatures": signatures}, ANCHORS)


@given(
    st.dictionaries(
        st.sampled_from(["payload", "signatures"]),
        st.text(max_size=20)
        | st.lists(st.dictionaries(st.sampled_from(["protected", "signature"]), st.text(max_size=20)), max_size=2),
    )
)
def test_anything_is_a_seal_or_refused(document: dict[str, Any]) -> None:
    if is_sealed(document):
        with pytest.raises(SkillspaceError):
            read(document, ANCHORS)


@pytest.mark.data
@pytest.mark.parametrize("name", ["Sample-CertOfPart-signed.jsonld", "Sample-MC-Annex1-signed.jsonld"])
def test_the_seals_of_the_published_samples_fit_and_name_an_authority_nobody_here_named(
    real_data: Path, name: str
) -> None:
    folder = real_data / "records" / "elm_v3" / "Credentials" / "JSON-LD Examples (ELM v3)"
    document = json.loads((folder / name).read_text(encoding="utf-8"))
    seal = read(document, ANCHORS)
    assert (seal.organisation, seal.identifier) == ("ORGANIZACION TEST", "VATES-A00000000")
    assert seal.authority == "ANF Autoridad de Certificacion"
    assert seal.line(datetime(2024, 1, 1, tzinfo=UTC)).why is Why.SEALED_UNKNOWN
    assert seal.line(NOON).why is Why.SEAL_ENDED
    assert json.loads(seal.payload)["type"]
    with pytest.raises(InvalidSignature):
        read({**document, "payload": document["payload"] + " "}, ANCHORS)
