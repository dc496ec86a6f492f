"""Every European credential that is written keeps to the shapes, and is long enough for that to mean something."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from skillspace.kernel.errors import BadInput
from skillspace.records.formats import read_all
from skillspace.records.formats.credentials import elm
from skillspace.records.formats.credentials.elm_profiles import TYPES
from skillspace.records.formats.edge import asserted
from skillspace.records.formats.loss import unwritten
from skillspace.records.formats.suite import FULL, NOON, no_keys
from skillspace.records.life import Entry, EntryKind
from skillspace.records.model import Record, RecordKind
from tests.unit.records.formats.credentials.elm_graph import PROFILES, broken, floor, graph_of, profile_of
from tests.unit.records.formats.credentials.elm_samples import (
    COUNTRIES,
    COURSE,
    MAYBE,
    NOBODY,
    PEOPLE,
    WHOLE,
    WORDS,
    Document,
    again,
    document_of,
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "entry"),
    [
        (RecordKind.DIPLOMA, WHOLE),
        (RecordKind.TRANSCRIPT, WHOLE),
        (RecordKind.DIPLOMA_SUPPLEMENT, WHOLE),
        (RecordKind.MICRO_CREDENTIAL, COURSE),
    ],
)
def test_each_profile_is_written_whole_and_read_as_what_it_is(kind: RecordKind, entry: Entry) -> None:
    record = replace(NOBODY, kind=kind, entries=(entry,))
    document = document_of(record)
    assert TYPES[kind] in document["type"]
    assert broken(document, *profile_of(document)) == []
    assert len(graph_of(document)) >= floor(record)
    after = again(record)
    assert (after.kind, after.entries) == (kind, (entry,))
    assert after.person is not None
    assert record.person is not None
    assert [link.username for link in record.person.links] == [None, "elin"]
    assert after.person == replace(
        record.person, links=tuple(replace(link, username=None) for link in record.person.links)
    )


def test_a_record_with_something_in_every_place_conforms() -> None:
    document = document_of(FULL)
    assert broken(document) == []
    assert len(graph_of(document)) >= floor(FULL)


@pytest.mark.parametrize(
    ("kind", "lacks"),
    [
        (RecordKind.MICRO_CREDENTIAL, {"country": None}),
        (RecordKind.MICRO_CREDENTIAL, {"country": "Narnia"}),
        (RecordKind.MICRO_CREDENTIAL, {"outcomes": ()}),
        (RecordKind.MICRO_CREDENTIAL, {"credits": None, "workload": None}),
        (RecordKind.MICRO_CREDENTIAL, {"level": None}),
        (RecordKind.MICRO_CREDENTIAL, {"assessment": None}),
        (RecordKind.MICRO_CREDENTIAL, {"mode": None}),
        (RecordKind.MICRO_CREDENTIAL, {"quality": None}),
        (RecordKind.DIPLOMA, {"level": None}),
        (RecordKind.TRANSCRIPT, {"grade": None, "credits": None}),
        (RecordKind.DIPLOMA_SUPPLEMENT, {}),
    ],
)
def test_a_profile_that_is_not_kept_is_not_claimed_and_the_loss_report_says_so(
    kind: RecordKind, lacks: dict[str, Any]
) -> None:
    record = replace(NOBODY, kind=kind, entries=(replace(COURSE, **lacks),))
    document = document_of(record)
    assert TYPES[kind] not in document["type"]
    assert broken(document, PROFILES[TYPES[kind]]) != []
    assert elm.lacks(record)
    named = [loss.examples for loss in unwritten(record, again(record)) if loss.path == "kind"]
    assert named == ([] if kind is RecordKind.DIPLOMA else [(kind.value,)])  # what has no profile is read as a diploma


def _without(*path: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        inner: Any = document
        for step in path[:-1]:
            inner = inner[step][0] if isinstance(inner[step], list) else inner[step]
        del inner[path[-1]]

    return change


def _with(value: object, *path: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        inner: Any = document
        for step in path[:-1]:
            inner = inner[step][0] if isinstance(inner[step], list) else inner[step]
        inner[path[-1]] = value

    return change


CLAIM = ("credentialSubject", "hasClaim")
TWO = [{"type": "Note", "noteLiteral": {"en": each}} for each in "AB"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_without("displayParameter"), "displayParameter MinCount"),
        (_without("displayParameter", "individualDisplay"), "individualDisplay MinCount"),
        (_without("displayParameter", "primaryLanguage"), "primaryLanguage MinCount"),
        (_with("one", "displayParameter", "individualDisplay", "displayDetail", "page"), "page Datatype"),
        (_without("issued"), "credentials#issued MinCount"),
        (_with("yesterday", "validFrom"), "credentials#validFrom Datatype"),
        (_without("credentialSchema"), "credentials#credentialSchema MinCount"),
        (_without("credentialProfiles", "inScheme"), "credentialProfiles Node"),
        (_without("issuer", "eIDASIdentifier"), "credentials#issuer Node"),
        (_without("issuer", "legalName"), "regorg#legalName MinCount"),
        (_without("issuer", "location"), "location MinCount"),
        (_with("Concept", "issuer", "location", "address", "type"), "address Class"),
        (_without("credentialSubject", "hasClaim"), "hasClaim MinCount"),
        (_without(*CLAIM, "title"), "title MinCount"),
        (_with("a title in no language", *CLAIM, "title"), "title Datatype"),
        (_without(*CLAIM, "awardedBy"), "awardedBy MinCount"),
        (_without(*CLAIM, "awardedBy", "awardingBody"), "awardingBody MinCount"),
        (_without(*CLAIM, "provenBy", "grade"), "grade MinCount"),
        (_with(TWO, *CLAIM, "provenBy", "grade"), "grade MaxCount"),
        (_without(*CLAIM, "creditReceived", "point"), "point MinCount"),
        (_without(*CLAIM, "creditReceived", "framework"), "framework MinCount"),
        (_with("60 hours", *CLAIM, "specifiedBy", "volumeOfLearning"), "volumeOfLearning Datatype"),
        (_with({"type": "Note"}, *CLAIM, "specifiedBy", "mode"), "mode Class"),
        (_without(*CLAIM, "specifiedBy", "learningOutcome", "title"), "title MinCount"),
    ],
)
def test_what_breaks_a_shape_is_refused_by_it(change: Callable[[Document], None], fault: str) -> None:
    document = document_of(NOBODY)
    change(document)
    assert any(found.startswith(fault) for found in broken(document))


@pytest.mark.parametrize(
    "change",
    [
        _with("7", "id"),
        _with("person 7", "credentialSubject", "id"),
        _with([{"kind": "LearningAchievement"}], *CLAIM),
    ],
)
def test_what_json_ld_leaves_out_is_seen_by_the_floor_where_shapes_may_be_blind(
    change: Callable[[Document], None],
) -> None:
    record = replace(NOBODY, kind=RecordKind.DIPLOMA)
    document = document_of(record)
    assert len(graph_of(document)) >= floor(record)
    change(document)
    assert len(graph_of(document)) < floor(record)


def test_an_empty_graph_conforms_to_everything_and_is_below_every_floor() -> None:
    nothing: Document = {"@context": document_of(NOBODY)["@context"], "type": []}
    assert broken(nothing, *PROFILES.values()) == []
    assert len(graph_of(nothing)) < floor(replace(NOBODY, entries=()))


_plain = st.builds(
    Entry, kind=st.just(EntryKind.EDUCATION), title=WORDS, organisation=MAYBE, country=COUNTRIES,
    since=st.none() | st.dates().map(str), until=st.none() | st.dates().map(str),
    level=st.sampled_from([None, "EQF 6"]),
    grade=MAYBE, grade_scheme=st.none(), credits=st.sampled_from([None, "7.5", "30"]), credit_scheme=st.just("ECTS"),
    workload=st.sampled_from([None, "PT60H", "P1M"]), mode=st.sampled_from([None, "Online", "online", "evenings"]),
    summary=MAYBE, field=MAYBE, url=st.sampled_from([None, "https://u.example/c"]), identifier=MAYBE,
    assessment=MAYBE, quality=MAYBE, outcomes=st.lists(WORDS, max_size=2, unique=True).map(tuple),
)  # fmt: skip
_marked = st.builds(lambda each: replace(each, credit_scheme=each.credits and each.credit_scheme), _plain)
_studies = st.builds(lambda each, parts: replace(each, parts=tuple(parts)), _marked, st.lists(_marked, max_size=2))
_addresses = st.sampled_from(["urn:x:1", "http://data.europa.eu/esco/skill/1", "S1.2", "http://x.example/a b", None])


@st.composite
def _records(draw: st.DrawFn) -> Record:
    """Records of studies and skills, named by addresses and by what is none."""
    record = replace(
        NOBODY,
        id=draw(st.sampled_from(["urn:uuid:1", "7", "a b", "https://u.example/d#1"])),
        kind=draw(st.sampled_from([RecordKind.DIPLOMA, *TYPES])),
        title=draw(WORDS),
        issuer=draw(st.sampled_from(["did:web:u.example", "School of Bread"])),
        issuer_name=draw(WORDS),
        subject=draw(st.sampled_from([None, "did:web:p.example", "number 7"])),
        person=draw(st.none() | PEOPLE),
        entries=tuple(draw(st.lists(_studies, max_size=2))),
    )
    skills = draw(st.lists(st.tuples(WORDS, _addresses, st.sampled_from([None, "sv", "x y"]), MAYBE), max_size=3))
    return replace(
        record,
        assertions=tuple(
            asserted(record, label, concept=concept, language=language, level=level, scheme="scale")
            for label, concept, language, level in skills
        ),
    )


@settings(max_examples=12, deadline=None)
@given(record=_records())
def test_whatever_is_written_conforms_and_has_at_least_its_triples(record: Record) -> None:
    try:
        document = document_of(record)
    except BadInput:
        assert not record.entries
        assert not record.assertions
        return
    assert broken(document, *profile_of(document)) == []
    assert len(graph_of(document)) >= floor(record)


KEPT = {
    "title", "organisation", "country", "level", "grade", "credits", "credit_scheme", "workload", "mode", "quality",
    "assessment", "outcomes", "field", "url", "identifier", "summary",
}  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(study=_studies, kind=st.sampled_from([*TYPES]))
def test_a_study_keeps_all_that_the_loss_report_does_not_name(study: Entry, kind: RecordKind) -> None:
    record = replace(NOBODY, kind=kind, entries=(study,))
    after = again(record)
    lost = {loss.path for loss in unwritten(record, after)}
    assert not {f"entries.education.{name}" for name in KEPT} & lost
    assert not {f"entries.education.parts.education.{name}" for name in KEPT} & lost
    assert ("kind" in lost) == (after.kind is not kind)
    assert not {"title", "issuer", "issuer_name", "issued", "subject", "person.name", "person.emails"} & lost


@pytest.mark.data
@pytest.mark.parametrize("name", ["CertOfPart", "MC-Annex1"])
def test_the_shapes_hold_for_what_the_union_sealed_and_name_what_sealing_adds(name: str, real_data: Path) -> None:
    folder = real_data / "records/elm_v3/Credentials/JSON-LD Examples (ELM v3)"
    sealed = json.loads(json.loads((folder / f"Sample-{name}-signed.jsonld").read_bytes())["payload"])
    assert broken(sealed) == []
    before = json.loads((folder / f"Sample-{name}-unsigned.jsonld").read_bytes())
    assert broken(before) == [
        "credentials#issued MinCountConstraintComponent",
        "credentials#issuer NodeConstraintComponent",
        "eidasLegalIdentifier MinCountConstraintComponent",
    ]


DC4EU = "dc4eu_eaa/formal-education/examples"


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("emrex_elmo/example.xml", RecordKind.TRANSCRIPT),
        ("elm_v3/Credentials/XML Examples (ELM v2)/EDC_DiplomaSupplement_AA.xml", RecordKind.DIPLOMA),
        ("elm_v3/Credentials/JSON-LD Examples (ELM v3)/Sample-MC-Annex1-unsigned.jsonld", RecordKind.DIPLOMA),
        (f"{DC4EU}/EUHEMC/euhe-microcredential-example-john-doe.json", RecordKind.MICRO_CREDENTIAL),
        (f"{DC4EU}/EUHEDS/euheds-highereducation-diplomasupplement-john-doe.json", RecordKind.DIPLOMA_SUPPLEMENT),
        (f"{DC4EU}/EUHETOR/euhetor-highereducation-transcriptofrecords-john-doe.json", RecordKind.TRANSCRIPT),
    ],
)
def test_a_real_record_is_read_as_what_it_is_and_becomes_a_credential_that_conforms(
    name: str, kind: RecordKind, real_data: Path
) -> None:
    (record,) = read_all((real_data / "records" / name).read_bytes(), resolve_key=no_keys, at=NOON)
    assert record.kind is kind
    document = document_of(record)
    assert broken(document, *profile_of(document)) == []
    assert len(graph_of(document)) >= floor(record)


def test_the_page_to_look_at_holds_a_long_title_whole_and_what_markup_would_break() -> None:
    title = "Bread & <Butter> " * 8
    detail = document_of(replace(NOBODY, title=title))["displayParameter"]["individualDisplay"]["displayDetail"]
    page = etree.fromstring(b64decode(detail["image"]["content"]))
    rows = [row.text for row in page if row.text]
    assert " ".join(rows).startswith(title.strip())
    assert rows[-3:] == ["Elin Example", "University of Example", "2026-06-01"]


def test_what_is_not_known_of_an_issuer_is_said_to_be_not_settled() -> None:
    document = document_of(replace(NOBODY, entries=(replace(COURSE, country=None, organisation=None),)))
    number = document["issuer"]["eIDASIdentifier"]
    assert number["spatial"]["id"].endswith("/OP_DATPRO")
    assert (number["notation"], number["schemeName"]) == (NOBODY.issuer, "identifier of the issuer")
    assert again(replace(NOBODY, issued=date(2026, 6, 1))).issuer == NOBODY.issuer
