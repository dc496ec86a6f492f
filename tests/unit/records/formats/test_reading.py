"""The one door for documents: it finds the format, refuses what could mean two things, and caps by proof."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature, UnreadableFile
from skillspace.records.credentials import VC_CONTEXT, CredentialExpired, CredentialNotYetValid, KeyResolver, seal
from skillspace.records.formats import MAX_BYTES, read
from skillspace.records.formats.credentials import elm, openbadges
from skillspace.records.formats.credentials.elm import Achievement
from skillspace.records.formats.credentials.openbadges import Badge
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.formats.schools import school, xapi
from skillspace.records.formats.schools.school import Certificate, GradedSubject
from skillspace.records.formats.schools.xapi import Result
from skillspace.records.formats.work import agency_profile, employment
from skillspace.records.formats.work.agency_profile import ProfileSkill
from skillspace.records.formats.work.employment import Employment
from skillspace.records.model import ProofStatus, RecordKind, ValidationLevel
from skillspace.wire.jose import SigningKey, read_unverified

PERSON = "did:web:people.example:p:7"
COOKING = SkillClaim(concept="http://data.europa.eu/esco/skill/0001", label="cook soup")
NOON = datetime.fromisoformat("2026-11-21T12:00:00+00:00")


def no_keys(issuer: str, kid: str) -> Mapping[str, object]:
    raise AssertionError(f"asked for {kid} of {issuer}")


def written(name: str, issuer: Issuer, at: datetime) -> bytes:
    """A small document of each format, by the same organisation about the same skill."""
    common = {"issuer": issuer, "subject_did": PERSON, "issued": at}
    if name == "elm":
        achievement = Achievement(title="Cookery", skills=(COOKING,))
        return elm.write([achievement], kind=RecordKind.DIPLOMA, title="Diploma", **common)
    if name == "openbadges":
        badge = Badge(name="Soup", description="Cooks soup.", criteria="Three soups.", skills=(COOKING,))
        return openbadges.write(badge, **common)
    if name == "employment":
        return employment.write(Employment(role="Cook", since=date(2020, 1, 2), skills=(COOKING,)), **common)
    if name == "school":
        subject = GradedSubject(name="Cookery", grade="9", scale="4-10", skills=(COOKING,))
        plain = GradedSubject(name="Music", grade="8", scale="4-10")
        certificate = Certificate(name="Certificate", completed=at.date())
        return school.write(programme="Upper secondary", subjects=(subject, plain), certificate=certificate, **common)
    if name == "agency_profile":
        skill = ProfileSkill(label=COOKING.label, scheme="esco", code="0001", tested=date(2026, 5, 4))
        return agency_profile.write(
            [skill], agency_did=issuer.did, agency_name=issuer.name, subject_did=PERSON, updated=at.date()
        )
    result = Result(activity="https://lms.example/quiz/1", activity_name="Quiz", at=at, skills=(COOKING,), passed=True)
    return xapi.write([result], subject_did=PERSON, provider_did=issuer.did, provider=issuer.name)


ALL = ["elm", "openbadges", "employment", "school", "agency_profile", "xapi"]
"""The formats with a writer of their own for the organisation that signs; all others are in test_every_format."""
SIGNED = ["elm", "openbadges", "employment", "school"]


@pytest.mark.parametrize("name", ALL)
def test_every_format_recognises_its_own_and_keeps_skill_issuer_and_person(
    name: str, university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    document = written(name, university, noon)
    record = read(document, resolve_key=resolve_key, at=noon, delivered_by=university.did)
    (assertion,) = [a for a in record.assertions if a.concept == COOKING.concept]
    assert (record.format, assertion.label) == (name, COOKING.label)
    assert (record.issuer, record.issuer_name, assertion.issuer) == (university.did, university.name, university.did)
    assert record.subject == PERSON
    assert assertion.evidence.record_id == record.id
    assert assertion.validation >= ValidationLevel.ASSESSED
    assert read(document, resolve_key=resolve_key, at=noon, delivered_by=university.did, hint=name) == record


@pytest.mark.parametrize("name", ALL)
def test_no_format_takes_anothers_document(
    name: str, university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    document = written(name, university, noon)
    for other in set(ALL) - {name}:
        with pytest.raises(UnreadableFile, match="none of the record formats"):
            read(document, resolve_key=resolve_key, at=noon, hint=other)


@pytest.mark.parametrize("name", SIGNED)
def test_the_same_words_without_their_signature_are_self_declared(
    name: str, university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    token = written(name, university, noon)
    signed = read(token, resolve_key=resolve_key, at=noon)
    _, claims = read_unverified(token.decode())
    bare = json.dumps(claims.get("vc", claims)).encode()
    unsigned = read(bare, resolve_key=no_keys, at=noon)
    assert signed.proof is ProofStatus.SIGNED_BY_ISSUER
    assert unsigned.proof is ProofStatus.UNSIGNED
    assert {a.validation for a in signed.assertions} != {ValidationLevel.SELF_DECLARED}
    assert {a.validation for a in unsigned.assertions} == {ValidationLevel.SELF_DECLARED}


@pytest.mark.parametrize("name", ["elm", "openbadges", "employment"])
def test_delivery_by_a_member_does_not_replace_a_diplomas_signature(
    name: str, university: Issuer, noon: datetime
) -> None:
    _, claims = read_unverified(written(name, university, noon).decode())
    bare = json.dumps(claims.get("vc", claims)).encode()
    record = read(bare, resolve_key=no_keys, at=noon, delivered_by="did:web:acme.example")
    assert {a.validation for a in record.assertions} == {ValidationLevel.SELF_DECLARED}
    assert record.issuer == university.did


@pytest.mark.parametrize("name", ["xapi", "agency_profile"])
def test_a_file_anybody_could_have_written_is_self_declared(name: str, university: Issuer, noon: datetime) -> None:
    record = read(written(name, university, noon), resolve_key=no_keys, at=noon)
    assert {a.validation for a in record.assertions} == {ValidationLevel.SELF_DECLARED}


def test_a_person_cannot_certify_themselves(
    keys: Mapping[str, SigningKey], resolve_key: KeyResolver, noon: datetime
) -> None:
    oneself = Issuer(did=PERSON, name="Me", key=keys[PERSON])
    record = read(written("elm", oneself, noon), resolve_key=resolve_key, at=noon)
    assert {a.validation for a in record.assertions} == {ValidationLevel.SELF_DECLARED}


def test_a_credential_whose_revocation_was_not_looked_up_is_self_declared(
    university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    _, claims = read_unverified(written("elm", university, noon).decode())
    assert isinstance(claims["vc"], dict)
    listed = {**claims["vc"], "credentialStatus": {"id": "https://university.example/status#3", "type": "X"}}
    token = seal(listed, issuer_key=university.key, issued=noon).encode()
    record = read(token, resolve_key=resolve_key, at=noon)
    assert {a.validation for a in record.assertions} == {ValidationLevel.SELF_DECLARED}


@pytest.mark.parametrize("name", SIGNED)
def test_a_forged_document_is_refused(
    name: str, university: Issuer, employer: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    stolen = SigningKey.from_jwk({**employer.key.private_jwk(), "kid": university.key.kid})
    forger = Issuer(did=university.did, name=university.name, key=stolen)
    with pytest.raises(InvalidSignature):
        read(written(name, forger, noon), resolve_key=resolve_key, at=noon)


def test_an_expired_badge_is_refused(university: Issuer, resolve_key: KeyResolver, noon: datetime) -> None:
    badge = Badge(name="Soup", description="d", criteria="c", skills=(COOKING,))
    token = openbadges.write(
        badge, issuer=university, subject_did=PERSON, issued=datetime.fromisoformat("2020-01-01T00:00:00+00:00"),
        valid_until=datetime.fromisoformat("2021-01-01T00:00:00+00:00"),
    )  # fmt: skip
    with pytest.raises(CredentialExpired):
        read(token, resolve_key=resolve_key, at=noon)


def test_a_latin_1_file_is_refused_with_what_to_do(university: Issuer, noon: datetime) -> None:
    document = written("agency_profile", university, noon).replace(b"cook soup", "köka".encode("latin-1"))
    with pytest.raises(UnreadableFile, match=r"looks like Latin-1.*Save it as UTF-8"):
        read(document, resolve_key=no_keys, at=noon)


def test_a_byte_order_mark_is_tolerated_and_utf_16_is_not(university: Issuer, noon: datetime) -> None:
    document = written("agency_profile", university, noon)
    assert read(b"\xef\xbb\xbf" + document, resolve_key=no_keys, at=noon).kind is RecordKind.PROFILE
    with pytest.raises(UnreadableFile, match="UTF-16"):
        read(document.decode().encode("utf-16"), resolve_key=no_keys, at=noon)


def test_a_file_too_large_is_refused_before_it_is_parsed(noon: datetime) -> None:
    with pytest.raises(UnreadableFile, match="too large"):
        read(b" " * (MAX_BYTES + 1), resolve_key=no_keys, at=noon)


def test_an_unknown_hint_is_answered_with_the_known_ones(noon: datetime) -> None:
    with pytest.raises(BadInput, match="xapi"):
        read(b"{}", resolve_key=no_keys, at=noon, hint="scorm")


def test_a_record_without_an_identifier_is_named_by_its_bytes(noon: datetime) -> None:
    document = b'{"type":"AgencyProfile","agency":{"name":"A"},"person":{"id":"p"},"updated":"2026-01-02"}'
    first, second = (read(document, resolve_key=no_keys, at=noon) for _ in range(2))
    assert first.id == second.id
    assert first.id.startswith("urn:sha256:")


_json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
_types = st.sampled_from(
    ["EuropeanDigitalCredential", "OpenBadgeCredential", "EmploymentCredential", "SchoolRecord", "AgencyProfile"]
)


@given(st.binary(max_size=200) | _json.map(lambda value: json.dumps(value).encode()))
def test_garbage_is_bad_input_and_nothing_else(document: bytes) -> None:
    with pytest.raises(BadInput):
        read(document, resolve_key=no_keys, at=NOON)


@given(
    kind=_types,
    inner=st.dictionaries(
        st.sampled_from(["credentialSubject", "issuer", "validFrom", "subjects", "skills", "agency", "person", "id"]),
        _json,
    ),
)
def test_a_right_label_on_garbage_is_bad_input_and_nothing_else(kind: str, inner: dict[str, object]) -> None:
    contexts = [VC_CONTEXT, openbadges.CONTEXT]
    document = {**inner, "@context": contexts, "type": ["VerifiableCredential", kind]}
    for each in (document, {**document, "type": kind}, {"credentialSubject": {"schoolRecord": document}}):
        with pytest.raises(BadInput):
            read(json.dumps(each).encode(), resolve_key=no_keys, at=NOON)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(name=st.sampled_from(ALL), place=st.integers(0, 10_000), junk=_json)
def test_one_member_replaced_by_anything_is_read_or_bad_input(
    name: str, place: int, junk: object, university: Issuer
) -> None:
    document = written(name, university, NOON)
    if name in SIGNED:
        _, claims = read_unverified(document.decode())
        whole: object = claims.get("vc", claims)
    else:
        whole = json.loads(document)
    slots = list(_slots(whole))
    container, key = slots[place % len(slots)]
    container[key] = junk  # type: ignore[index]
    with contextlib.suppress(BadInput, CredentialExpired, CredentialNotYetValid):
        read(json.dumps(whole).encode(), resolve_key=no_keys, at=NOON)


def _slots(value: object) -> list[tuple[object, object]]:
    if isinstance(value, dict):
        return [(value, key) for key in value] + [slot for each in value.values() for slot in _slots(each)]
    if isinstance(value, list):
        return [(value, index) for index in range(len(value))] + [slot for each in value for slot in _slots(each)]
    return []


@pytest.mark.parametrize(
    "document",
    [
        b"[" * 50_000,
        b'{"type":["EuropeanDigitalCredential"],"credentialSubject":' + b'{"hasClaim":' * 400 + b"1" + b"}" * 401,
        b'{"type":"SchoolRecord","programme":' + b"[" * 900 + b"]" * 900 + b"}",
    ],
)
def test_deep_nesting_is_bad_input(document: bytes) -> None:
    with pytest.raises(BadInput):
        read(document, resolve_key=no_keys, at=NOON)
