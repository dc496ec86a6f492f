"""What statements prove leaves as statements: a receiver reads the skills, how well proven, and what they rest on."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from skillspace.people.statements.proving import EVIDENCE, proven
from skillspace.records.derivation import read_rules
from skillspace.records.formats import read
from skillspace.records.model import ValidationLevel
from skillspace.records.statements import Version, read_statement
from tests.conftest import NOON

BREAD, KNEADING = "http://data.europa.eu/esco/skill/bread", "http://data.europa.eu/esco/skill/kneading"
HOME = "https://school.example.org"
ALVA = {"account": {"homePage": "https://moodle.example.org", "name": "s1"}}
RULES = read_rules(
    f"""
issuer = "did:web:school.example"
issuer_name = "School of Example"
[[rule]]
name = "bakes"
verbs = ["https://example.org/verbs/baked"]
times = 2
skills = [{{concept = "{BREAD}", label = "baker bröd", language = "sv"}}, {{label = "words alone"}}]
[[rule]]
name = "kneads"
verbs = ["https://example.org/verbs/tested"]
success = true
validation = "assessed"
skills = [{{concept = "{KNEADING}", label = "knead dough"}}]
""".encode()
)


def deed(number: int, verb: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "actor": {"mbox": "mailto:alva@example.org"},
        "verb": {"id": f"https://example.org/verbs/{verb}"},
        "object": {"id": "https://example.org/lessons/1"},
        "timestamp": "2026-11-20T10:00:00Z",
        **more,
    }


DEEDS = [deed(1, "baked"), deed(2, "baked"), deed(3, "tested", result={"success": True}), deed(4, "looked")]


def said(deeds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*proven(deeds, RULES, ALVA, HOME)]


def test_a_receiver_reads_each_skill_with_its_level_of_validation_and_its_evidence_is_named() -> None:
    statements = said(DEEDS)
    record = read(
        orjson.dumps({"statements": statements}), resolve_key=lambda *_: {}, at=NOON, delivered_by="did:web:s.example"
    )
    assert {(one.concept, one.validation) for one in record.assertions} == {
        (BREAD, ValidationLevel.INFERRED),
        (KNEADING, ValidationLevel.ASSESSED),
    }
    assert {one.label for one in record.assertions} == {"baker bröd", "knead dough"}
    assert {one.issuer_name for one in record.assertions} == {"School of Example"}
    evidence = [one["context"]["extensions"][EVIDENCE] for one in statements]
    assert sorted(map(len, evidence)) == [1, 2]
    assert {one for some in evidence for one in some} == {deed(number, "")["id"] for number in (1, 2, 3)}


def test_they_are_statements_as_strictly_read_as_any() -> None:
    for one in said(DEEDS):
        assert read_statement(one, Version.V2_0)["actor"] == ALVA


@given(st.permutations(DEEDS))
def test_the_same_statements_say_the_same_in_whatever_order(deeds: list[dict[str, Any]]) -> None:
    assert said(deeds) == said(DEEDS)


def test_too_few_prove_nothing_and_what_failed_neither() -> None:
    assert said([deed(1, "baked"), deed(3, "tested", result={"success": False})]) == []
