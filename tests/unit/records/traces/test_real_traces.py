"""Records of real systems: the fixtures of Caliper, a university's recipes, a MOOC, a simulated course, OULAD."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.records.deidentification import Pseudonyms
from skillspace.records.traces import SOURCES, Origin, Report, Source, convert, mapped, records
from skillspace.records.traces.packages import titles

pytestmark = pytest.mark.data
ORIGIN = Origin(home="https://learn.example")


def read(file: Path, source: Source, report: Report, pseudonyms: Pseudonyms | None = None) -> int:
    with file.open("rb") as content:
        return sum(1 for _ in convert(records(content), source, ORIGIN, report, pseudonyms))


def test_every_event_of_calipers_fixtures_becomes_a_statement_and_no_entity_does(real_data: Path) -> None:
    report = Report()
    for file in sorted((real_data / "records" / "caliper_fixtures").glob("*.json")):
        read(file, SOURCES["caliper"], report)
    assert (report.records, report.statements, report.silent, report.refusals) == (90, 39, 51, 0)


def test_every_recorded_statement_of_two_learning_platforms_is_lifted(real_data: Path) -> None:
    report = Report()
    for file in sorted((real_data / "records" / "xapi_jisc" / "vle").rglob("*.json")):
        read(file, SOURCES["xapi"], report)
    assert (report.records, report.statements, report.refusals) == (10, 10, 0)


def test_every_statement_of_a_mooc_comes_through(real_data: Path) -> None:
    report = Report()
    read(real_data / "records" / "xapi_ralph_fun_mooc" / "statements_first5000.jsonl", SOURCES["xapi"], report)
    assert (report.statements, report.refusals, dict(report.lost)) == (5000, 0, {})


def test_every_statement_of_a_simulated_course_comes_through_the_door(real_data: Path) -> None:
    report = Report()
    read(real_data / "records" / "xapi_datasim" / "tccc_dev.json", SOURCES["vr"], report, Pseudonyms(b"k" * 32))
    assert (report.statements, report.refusals) == (2814, 0)


def test_a_universitys_registrations_become_statements_by_a_mapping_of_eight_lines(real_data: Path) -> None:
    mapping = b"""
        [statement.actor.account]
        homePage = "https://open.example"
        name = "{id_student}"
        [statement.verb]
        id = "https://w3id.org/xapi/tla/verbs/registered"
        [statement.object]
        id = "https://open.example/{code_module}/{code_presentation}"
    """
    report = Report()
    read(real_data / "records" / "oulad_learning_records" / "studentRegistration.csv", mapped(mapping), report)
    assert (report.records, report.statements, report.refusals) == (32_593, 32_593, 0)


def test_the_course_structures_of_cmi5_name_what_is_launched(real_data: Path) -> None:
    named = titles((real_data / "records" / "cmi5" / "simple-cmi5.xml").read_bytes())
    assert (
        named["http://course-repository.example.edu/identifiers/courses/02baafcf/aus/4c07"] == "Introduction to Geology"
    )
    for file in ("complex-cmi5.xml", "extended-cmi5.xml"):
        assert titles((real_data / "records" / "cmi5" / file).read_bytes())
