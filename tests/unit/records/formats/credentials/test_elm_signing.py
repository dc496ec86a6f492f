"""Nothing is signed as a profile that it does not keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from skillspace.kernel.errors import BadInput
from skillspace.records.formats.credentials import elm
from skillspace.records.formats.credentials.elm_profiles import TYPES
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.life import Person
from skillspace.records.model import RecordKind
from skillspace.wire.jose import read_unverified
from tests.unit.records.formats.credentials.elm_graph import FRAME, broken, graph_of, profile_of
from tests.unit.records.formats.credentials.elm_samples import Document


def test_what_a_university_signs_conforms_too(university: Issuer, noon: datetime) -> None:
    bread = SkillClaim(concept="http://data.europa.eu/esco/skill/1", label="baka bröd", language="sv")
    course = elm.Achievement(title="Surdeg", grade="VG", grading_scheme="U till VG", credits=7.5, skills=(bread,))
    whole = elm.Achievement(title="Bagare", eqf=4, whole=True, description="Bröd.", id="urn:x:1", parts=(course,))
    token = elm.write(
        [whole], kind=RecordKind.TRANSCRIPT, title="Betyg", subject_did="did:web:p.example", issued=noon, language="sv",
        issuer=replace(university, country="SE", number="202100-1234"),
    )  # fmt: skip
    document = read_unverified(token.decode())[1]["vc"]
    assert isinstance(document, dict)
    assert broken(document, *profile_of(document)) == []
    assert document["issuer"]["eIDASIdentifier"]["notation"] == "202100-1234"
    assert len(graph_of(document)) >= FRAME + 2 * 9 + 10 + 8


HOLDER = Person(name="Elin Example", birth="1990-02-03")
PART = elm.Achievement(
    title="Surdeg", grade="VG", credits=7.5, eqf=4, mode="Online", assessment="Practical test", quality="Peers",
    skills=(SkillClaim(label="bake rye"),), workload="PT60H",
)  # fmt: skip


def signed(
    university: Issuer, noon: datetime, kind: RecordKind, *each: elm.Achievement, holder: Person | None
) -> Document:
    token = elm.write(
        each, kind=kind, title="Betyg", subject_did="did:web:p.example", issued=noon, holder=holder,
        issuer=replace(university, country="SE"),
    )  # fmt: skip
    document = read_unverified(token.decode())[1]["vc"]
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize(
    ("kind", "whole"),
    [
        (RecordKind.DIPLOMA, PART),
        (RecordKind.TRANSCRIPT, elm.Achievement(title="Bagare", parts=(PART,))),
        (RecordKind.MICRO_CREDENTIAL, PART),
        (RecordKind.MICRO_CREDENTIAL, replace(PART, grade=None)),
        (RecordKind.DIPLOMA_SUPPLEMENT, replace(PART, parts=(PART,))),
    ],
)
def test_each_profile_is_signed_where_all_of_it_is_there(
    kind: RecordKind, whole: elm.Achievement, university: Issuer, noon: datetime
) -> None:
    document = signed(university, noon, kind, whole, holder=HOLDER)
    assert TYPES[kind] in document["type"]
    assert broken(document, *profile_of(document)) == []


@pytest.mark.parametrize(
    ("kind", "whole", "holder", "lacks"),
    [
        (RecordKind.TRANSCRIPT, elm.Achievement(title="Bagare"), HOLDER, "a course with its grade"),
        (RecordKind.MICRO_CREDENTIAL, PART, None, "the name of the learner"),
        (RecordKind.MICRO_CREDENTIAL, replace(PART, mode=None, eqf=9), HOLDER, "Framework; the form of participation"),
        (RecordKind.DIPLOMA_SUPPLEMENT, PART, HOLDER, "the parts of the study"),
        (RecordKind.DIPLOMA_SUPPLEMENT, replace(PART, parts=(PART,)), Person(name="E"), "the whole day of birth"),
        (RecordKind.BADGE, PART, HOLDER, "badge is none"),
    ],
)
def test_nothing_is_signed_as_what_it_is_not(
    kind: RecordKind, whole: elm.Achievement, holder: Person | None, lacks: str, university: Issuer, noon: datetime
) -> None:
    with pytest.raises(BadInput, match=lacks):
        signed(university, noon, kind, whole, holder=holder)


def test_a_diploma_of_no_level_is_signed_as_a_general_credential(university: Issuer, noon: datetime) -> None:
    document = signed(university, noon, RecordKind.DIPLOMA, replace(PART, eqf=None), holder=None)
    assert document["type"] == ["VerifiableCredential", "EuropeanDigitalCredential"]
    assert broken(document) == []
