"""Statements are held to profiles: what tells a template, what its rules ask, and in what order things are done."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.records.profiles import FIELD, check, field_profile, follows, read_profile
from skillspace.records.profiles.locating import read_places, values_at
from skillspace.records.statements import Version, read_statement

ADL = "http://adlnet.gov/expapi/verbs/"
TEST = "http://adlnet.gov/expapi/activities/assessment"


def profile(*templates: dict[str, Any], patterns: list[dict[str, Any]] | None = None) -> bytes:
    found = {"id": "urn:p", "type": "Profile", "templates": list(templates), "patterns": patterns or []}
    return json.dumps(found).encode()


def done(verb: str = "passed", **more: Any) -> dict[str, Any]:
    statement = {
        "actor": {"mbox": "mailto:a@school.example"}, "verb": {"id": ADL + verb},
        "object": {"id": "https://school.example/1", "definition": {"type": TEST}}, **more,
    }  # fmt: skip
    return read_statement(statement, Version.V2_0)


def told(rule: dict[str, Any], statement: dict[str, Any]) -> list[str]:
    report = check([statement], read_profile(profile({"id": "t", "verb": f"{ADL}passed", "rules": [rule]})))
    return [one.why for one in report.findings]


def test_a_statement_belongs_to_a_template_only_with_everything_that_tells_it() -> None:
    template = {
        "id": "t", "verb": f"{ADL}passed", "objectActivityType": TEST, "contextParentActivityType": ["urn:course"],
        "rules": [{"location": "$.timestamp", "presence": "included"}],
    }  # fmt: skip
    parent = {"contextActivities": {"parent": [{"id": "urn:c", "definition": {"type": "urn:course"}}]}}
    report = check([done(context=parent), done(), done("failed", context=parent)], read_profile(profile(template)))
    assert (report.outside, report.breaking, report.conforming) == (2, 1, 0)
    assert report.findings[0].rule == "$.timestamp"


@pytest.mark.parametrize(
    ("rule", "result", "holds"),
    [
        ({"presence": "included"}, {}, False),
        ({"presence": "included"}, {"success": False}, True),
        ({"presence": "excluded"}, {"success": True}, False),
        ({"presence": "excluded"}, {}, True),
        ({"presence": "recommended", "all": [True]}, {}, True),
        ({"presence": "recommended", "all": [True]}, {"success": False}, False),
        ({"any": [True, 3]}, {"success": True}, True),
        ({"any": [1]}, {"success": True}, False),
        ({"none": [False]}, {"success": False}, False),
        ({"none": [False]}, {"success": True}, True),
    ],
)
def test_a_rule_speaks_of_presence_and_of_values(rule: dict[str, Any], result: dict[str, Any], holds: bool) -> None:
    statement = done(**({"result": result} if result else {}))
    assert (told({"location": "$.result.success", **rule}, statement) == []) is holds


def test_a_selector_must_find_something_at_every_place() -> None:
    rule = {"location": "$.context.contextActivities.parent[*]", "selector": "definition.type", "presence": "included"}
    full = {"id": "urn:a", "definition": {"type": "urn:t"}}
    assert told(rule, done(context={"contextActivities": {"parent": [full]}})) == []
    assert told(rule, done(context={"contextActivities": {"parent": [full, {"id": "urn:b"}]}})) != []


def test_a_template_may_ask_what_a_statement_refers_to() -> None:
    first = done("failed", id="6690e6c9-3ef0-4ed3-8b37-7f3964730bee")
    comment = done("commented", object={"objectType": "StatementRef", "id": first["id"].upper()})
    templates = ({"id": "f", "verb": f"{ADL}failed"}, {"id": "c", "verb": f"{ADL}commented",
                 "objectStatementRefTemplate": ["f"]})  # fmt: skip
    found = read_profile(profile(*templates))
    assert check([comment, first], found).templates == {"f": 1, "c": 1}
    assert check([comment], found).templates == {}


@pytest.mark.parametrize(
    ("place", "values"),
    [
        ("$.a.b", [1]), ("$['a']['b']", [1]), ("$.c[*].d", [2, 3]), ("$.c[1].d", [3]), ("$.a.* | $.c[0].d", [1, 2]),
        ("$['x|y']", [4]), ("a.b", [1]), ("$.a.b.c", []), ("$.c.d", []), ("$", [{"a": {"b": 1}}]),
    ],
)  # fmt: skip
def test_places_are_found_as_profiles_write_them(place: str, values: list[Any]) -> None:
    content = {"a": {"b": 1}} if place == "$" else {"a": {"b": 1}, "c": [{"d": 2}, {"d": 3}], "x|y": 4}
    assert values_at(content, read_places(place)) == values


@pytest.mark.parametrize("place", ["$.a[?(@.b)]", "$..a", "$.a[", "$.a b", "$[1:2]", "$." + "a." * 40])
def test_places_of_another_kind_are_refused(place: str) -> None:
    with pytest.raises(BadInput):
        read_places(place)


@given(st.text("$.[]*'\"ab|0", max_size=20))
def test_no_place_breaks_the_reader(place: str) -> None:
    with suppress(BadInput):
        values_at({"a": [{"b": 1}]}, read_places(place))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"{}", "id"), (b"[]", "xAPI profile"), (b"{", "JSON"), (b'{"id": "a", "type": "Pattern"}', "type"),
        (profile({"id": "t", "rules": [{"location": "$..x"}]}), "place"),
        (profile(patterns=[{"id": "p"}]), "exactly one"),
        (profile(patterns=[{"id": "p", "optional": "q"}, {"id": "q", "sequence": ["p"]}]), "itself"),
    ],
)  # fmt: skip
def test_what_is_no_profile_is_refused(said: bytes, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        read_profile(said)


PATTERNS = [
    {"id": "middle", "alternates": ["b", "c"]}, {"id": "many", "zeroOrMore": "middle"},
    {"id": "some", "oneOrMore": "b"}, {"id": "maybe", "optional": "c"},
    {"id": "whole", "primary": True, "sequence": ["a", "many", "d"]}, {"id": "short", "sequence": ["some", "maybe"]},
]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "row", "holds"),
    [
        ("whole", "abcbd", True), ("whole", "ad", True), ("whole", "abc", False), ("whole", "abad", False),
        ("short", "b", True), ("short", "bbbc", True), ("short", "c", False), ("short", "bcc", False),
    ],
)  # fmt: skip
def test_a_row_of_statements_follows_a_pattern_from_end_to_end(pattern: str, row: str, holds: bool) -> None:
    found = read_profile(profile(patterns=PATTERNS))
    assert follows([{one} for one in row], found.patterns[pattern], found) is holds


@given(st.text("abcd", max_size=12))
def test_patterns_say_what_the_same_regular_expression_says(row: str) -> None:
    found = read_profile(profile(patterns=PATTERNS))
    marked = [{one} for one in row]
    assert follows(marked, found.patterns["whole"], found) is bool(re.fullmatch(r"a[bc]*d", row))
    assert follows(marked, found.patterns["short"], found) is bool(re.fullmatch(r"b+c?", row))


@pytest.mark.parametrize("name", FIELD)
def test_the_profiles_of_the_field_are_read_and_every_pattern_ends_in_its_templates(name: str) -> None:
    found = field_profile(name)
    assert found.templates
    for pattern in found.patterns.values():
        assert set(pattern.parts) <= found.templates.keys() | found.patterns.keys()


def test_an_attempt_keeps_to_the_fields_profile_of_assessments() -> None:
    registration = "5389ed44-e618-4a66-9a43-7a0b282fd837"
    row = [
        done(verb, timestamp=f"2026-03-01T10:00:0{at}Z", context={"registration": registration}, **more)
        for at, (verb, more) in enumerate(
            [("initialized", {}), ("answered", {}), ("passed", {"result": {"success": True}})]
        )
    ]
    report = check(reversed(row), field_profile("assessment"))
    assert (report.conforming, report.registrations, report.in_order) == (3, 1, 1)


def test_no_other_profile_comes_along() -> None:
    with pytest.raises(NotFound, match="platform"):
        field_profile("../secrets")


@pytest.mark.data
def test_published_profiles_are_read_and_a_simulated_course_is_held_to_one(real_data: Path) -> None:
    folder = real_data / "records" / "xapi_datasim"
    video = read_profile((folder / "profile.jsonld").read_bytes())
    assert len(video.templates) == 9
    assert read_profile((folder / "mom.jsonld").read_bytes()).templates
    course = [read_statement(one, Version.V2_0) for one in json.loads((folder / "tccc_dev.json").read_bytes())]
    report = check(course, video)
    assert report.statements == 2814
    assert (report.conforming, report.breaking, report.outside) == (143, 2383, 288)


def test_of_templates_told_by_the_same_one_is_enough_and_the_nearest_is_reported() -> None:
    time = {"location": "$.timestamp", "presence": "included"}
    score = {"location": "$.result.score", "presence": "included"}
    templates = ({"id": "strict", "verb": f"{ADL}passed", "rules": [time, score]},
                 {"id": "loose", "verb": f"{ADL}passed", "rules": [time]})  # fmt: skip
    found = read_profile(profile(*templates))
    assert check([done(timestamp="2026-03-01T10:00:00Z")], found).to_json()["templates"] == {"loose": 1}
    assert [one.template for one in check([done()], found).findings] == ["loose"]
