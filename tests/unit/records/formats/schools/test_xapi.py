"""xAPI: passed is assessed, traces let infer, failed says nothing; public samples are read or refused by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.formats import read, read_all
from skillspace.records.formats.issuing import SkillClaim
from skillspace.records.formats.schools import xapi
from skillspace.records.formats.schools.xapi import Result
from skillspace.records.model import Record, ValidationLevel

PERSON = "did:web:people.example:p:7"
PROVIDER = "did:web:edtech.example"
SQL = SkillClaim(concept="http://data.europa.eu/esco/skill/0006", label="query databases")
NOON = datetime.fromisoformat("2026-11-21T12:00:00+00:00")
VERBS = "http://adlnet.gov/expapi/verbs/"


def no_keys(issuer: str, kid: str) -> Mapping[str, object]:
    raise AssertionError(f"asked for {kid} of {issuer}")


def delivered(document: object) -> Record:
    """Read statements as their provider's own connector would bring them."""
    return read(json.dumps(document).encode(), resolve_key=no_keys, at=NOON, delivered_by=PROVIDER)


def statement(verb: str, result: Mapping[str, object] | None = None, **more: Any) -> dict[str, Any]:
    """One statement about a course unit aligned to SQL."""
    skill = {"id": SQL.concept, "definition": {"name": {"en": SQL.label}}}
    made: dict[str, Any] = {
        "actor": {"account": {"homePage": "https://lms.example", "name": "u1"}},
        "verb": {"id": verb if ":" in verb else VERBS + verb},
        "object": {"id": "https://lms.example/unit/1", "definition": {"name": {"en": "Unit 1"}}},
        "context": {"contextActivities": {"other": [skill]}},
        "timestamp": "2026-11-01T10:00:00Z",
        **more,
    }
    return made if result is None else {**made, "result": result}


@pytest.mark.parametrize(
    ("verb", "result", "level"),
    [
        ("passed", None, ValidationLevel.ASSESSED),
        ("passed", {"success": True, "score": {"scaled": 0.9}}, ValidationLevel.ASSESSED),
        ("scored", {"score": {"scaled": 0.75}}, ValidationLevel.ASSESSED),
        ("completed", {"success": True}, ValidationLevel.ASSESSED),
        ("completed", {"completion": True}, ValidationLevel.INFERRED),
        ("experienced", None, ValidationLevel.INFERRED),
        ("https://w3id.org/xapi/video/verbs/played", None, ValidationLevel.INFERRED),
        ("answered", {"success": True}, ValidationLevel.INFERRED),
        ("failed", {"score": {"scaled": 0.9}}, None),
        ("passed", {"success": False}, None),
        ("scored", {"score": {"scaled": 0.3}}, None),
        ("scored", {"score": {"raw": 10, "max": 100}}, None),
        ("completed", {"completion": False}, None),
        ("launched", None, None),
    ],
)
def test_verb_and_result_decide_what_is_proven(
    verb: str, result: Mapping[str, object] | None, level: ValidationLevel | None
) -> None:
    assert [a.validation for a in delivered([statement(verb, result)]).assertions] == ([level] if level else [])


def test_the_courses_own_mark_comes_before_ours() -> None:
    context = {
        "contextActivities": {"other": [{"id": SQL.concept}]},
        "extensions": {"https://w3id.org/xapi/cmi5/context/extensions/masteryscore": 0.8},
    }
    assert delivered([statement("scored", {"score": {"scaled": 0.75}}, context=context)]).assertions == ()


@pytest.mark.parametrize(
    "extension",
    [
        SQL.concept,
        [SQL.concept],
        [{"id": SQL.concept, "name": {"en": SQL.label}}],
        {"targetUrl": SQL.concept, "targetName": SQL.label},
        [[{"uri": SQL.concept, "label": SQL.label}]],
    ],
)
def test_alignments_are_found_in_extensions(extension: object) -> None:
    made = statement("passed", context={"extensions": {"https://lms.example/alignment": extension}})
    (assertion,) = delivered([made]).assertions
    assert assertion.concept == SQL.concept
    assert assertion.label in (SQL.label, "Unit 1")


def test_the_strongest_sign_of_a_skill_is_kept_with_their_number() -> None:
    many = [statement("experienced") for _ in range(5)]
    passed = statement("passed", {"success": True, "score": {"scaled": 0.8}})
    (assertion,) = delivered([*many, passed, *many]).assertions
    assert (assertion.validation, assertion.level) == (ValidationLevel.ASSESSED, "0.8")
    assert assertion.evidence.excerpt == "passed “Unit 1”; 11 statements"


def test_a_voided_statement_is_not_told() -> None:
    identifier = "8f87ccde-bb56-4c2e-ab83-44982ef22df0"
    passed = statement("passed", id=identifier)
    voiding = statement("voided", object={"objectType": "StatementRef", "id": identifier})
    assert delivered([passed, voiding]).assertions == ()


def test_statements_about_two_people_are_refused() -> None:
    other = statement("passed", actor={"mbox": "mailto:someone@example.org"})
    with pytest.raises(UnreadableFile, match="holds 2 records"):
        delivered([statement("passed"), other])


def test_what_a_provider_writes_comes_back() -> None:
    results = [
        Result(activity="https://e.example/q", activity_name="Quiz", at=NOON, skills=(SQL,), scaled=0.9, passed=True),
        Result(activity="https://e.example/v", activity_name="Video", at=NOON, skills=(SQL,)),
    ]
    document = xapi.write(results, subject_did=PERSON, provider_did=PROVIDER, provider="Edtech of Example")
    record = read(document, resolve_key=no_keys, at=NOON, delivered_by=PROVIDER)
    assert (record.subject, record.issuer, record.issuer_name) == (PERSON, PROVIDER, "Edtech of Example")
    (assertion,) = record.assertions
    assert (assertion.validation, assertion.label, assertion.level) == (ValidationLevel.ASSESSED, SQL.label, "0.9")


def test_who_delivers_is_the_issuer_whatever_the_statements_claim() -> None:
    claimed = statement("passed", authority={"account": {"homePage": "did:web:university.example", "name": "U"}})
    assert delivered([claimed]).issuer == PROVIDER


@pytest.mark.data
def test_every_conformance_template_is_read_or_refused_by_name(real_data: Path) -> None:
    refused = {
        "actor": "exactly one of mbox",
        "authority": "exactly one of mbox",
        "multiple_actor": "'actor' appears twice",
        "no_actor": "actor: is missing",
        "no_object": "object: is missing",
        "no_verb": "verb: is missing",
        "verb": "verb.id: is missing",
        "object_activity": "without an id",
        "object_actor": "exactly one of mbox",
        "object_statementref_no_id": "without an id",
        "object_substatement": "object.actor: is missing",
    }
    for path in sorted((real_data / "records/xapi_conformance_templates/statements").glob("*.json")):
        if path.stem in refused:
            with pytest.raises(UnreadableFile, match=refused[path.stem]):
                read(path.read_bytes(), resolve_key=no_keys, at=NOON)
        else:
            assert read(path.read_bytes(), resolve_key=no_keys, at=NOON).format == "xapi", path.name


@pytest.mark.data
def test_the_statements_of_real_learning_systems_are_read(real_data: Path) -> None:
    for path in sorted((real_data / "records/xapi_jisc/vle").rglob("*.json")):
        assert read(path.read_bytes(), resolve_key=no_keys, at=NOON).format == "xapi", path.name
    for path in sorted((real_data / "records/xapi_jisc/recipes").rglob("*.json")):
        with pytest.raises(UnreadableFile):  # templates with placeholders, not statements
            read(path.read_bytes(), resolve_key=no_keys, at=NOON)


@pytest.mark.data
@pytest.mark.parametrize("source", ["xapi_datasim/tccc_dev.json", "xapi_ralph_fun_mooc/statements_first5000.jsonl"])
def test_a_learning_record_store_is_read_person_by_person(source: str, real_data: Path) -> None:
    text = (real_data / "records" / source).read_text(encoding="utf-8")
    statements = json.loads(text) if source.endswith(".json") else [json.loads(line) for line in text.splitlines()]
    people: dict[str, list[object]] = {}
    for each in statements:
        people.setdefault(json.dumps(each["actor"].get("account") or each["actor"].get("mbox")), []).append(each)
    assert len(people) > 1
    for told in people.values():
        assert delivered(told).assertions == ()  # none of these courses is aligned to a skill


def test_statements_about_several_people_are_a_record_each_where_several_are_asked_for() -> None:
    document = json.dumps([statement("passed"), statement("passed", actor={"mbox": "mailto:someone@example.org"})])
    first, second = read_all(document.encode(), resolve_key=no_keys, at=NOON)
    assert second.subject == "mailto:someone@example.org"
    assert first.subject != second.subject
    assert first.id != second.id
    assert {a.evidence.record_id for a in second.assertions} == {second.id}
