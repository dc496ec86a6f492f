"""Providers' rules: what each word of the language does, what is refused, and the six providers' own files."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.skills.translation.rules import compare, read_rules, run_rules
from skillspace.skills.translation.rules.functions import as_date

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["jobs", "name", "x"]), inner),
    max_leaves=8,
)
RULES = {
    "graph": [
        {
            "id": "1",
            "sourcePath": "jobs.name",
            "targetClass": "soo:Experience",
            "targetProperty": "skos:prefLabel",
            "targetFunction": "fno:asIs_WithLang",
            "targetLang": "fr",
            "generateId": "true",
        },
        {
            "id": "2",
            "sourcePath": "jobs.name",
            "targetClass": "soo:Experience",
            "targetProperty": "soo:experienceType",
            "targetValue": "term:past",
        },
        {
            "id": "3",
            "sourcePath": "jobs.tasks.name",
            "targetClass": "soo:Skill",
            "targetFunction": "fno:search-for-mapping-with-source",
            "generateId": "true",
            "relationTo": "soo:Experience",
            "relationName": "soo:experience",
            "relationNameInverse": "soo:skill",
        },
        {"id": "4", "sourcePath": "nowhere", "targetClass": "soo:Experience", "targetProperty": "soo:x"},
    ]
}
RECORD = {
    "jobs": [
        {"name": "Boulanger", "tasks": [{"name": "pétrir"}, {"name": "cuire"}]},
        {"name": "Cuisinier", "tasks": [{"name": "frire"}]},
    ]
}


def test_each_thing_gets_what_stands_at_its_own_place_and_is_tied_to_what_is_around_it() -> None:
    found = run_rules(read_rules(RULES), RECORD, "us")
    first, second, *skills = found.graph
    assert first["prefLabel"] == {"@value": "Boulanger", "@language": "fr"}
    assert first["skill"] == [skills[0]["id"], skills[1]["id"]]
    assert second["skill"] == skills[2]["id"]
    assert [skill["experience"] for skill in skills] == [first["id"], first["id"], second["id"]]
    assert (first["type"], first["experienceType"]) == ("soo:Experience", "term:past")
    assert found.idle == (("4", "nowhere"),)


def test_what_is_to_be_looked_up_waits_or_is_looked_up() -> None:
    waiting = run_rules(read_rules(RULES), RECORD, "us").graph[2]
    assert waiting["__matching__"] == {
        "sourceValue": "pétrir",
        "language": "fr",
        "provider": "us",
        "subtype": "skill",
    }
    graph = run_rules(read_rules(RULES), RECORD, "us", lambda text, _language, _sort: [(f"x:{text}", text, 0.5)]).graph
    skill = next(thing for thing in graph if thing.get("mapping") == "x:pétrir")
    suggestion = next(thing for thing in graph if thing["id"] in skill["suggestions"])
    assert (suggestion["mapping"], suggestion["score"]) == ("x:pétrir", 0.5)


@pytest.mark.parametrize(
    ("value", "param", "date"),
    [
        ("2023-06-28", "", "2023-06-28"),
        ("May 19, 2022 7:09 pm", "", "2022-05-19T19:09:00"),
        ("May 19, 2022 12:05 am", "", "2022-05-19T00:05:00"),
        ("20231009", "fno:big-endian-no-separator", "2023-10-09"),
        (2018, "fno:year-only", "2018-01-01"),
        ("soon", "", None),
        ("Foo 19, 2022", "", None),
        ("2023-02-30", "", None),
    ],
)
def test_dates_are_read_as_the_rule_says_or_left_out(value: object, param: str, date: str | None) -> None:
    assert as_date(value, param) == date


@given(JSON)
def test_any_record_is_run_and_any_rule_file_is_read_or_refused(garbage: Any) -> None:
    run_rules(read_rules(RULES), garbage, "us")
    for document in (garbage, {"graph": garbage}, {"graph": [garbage]}):
        with suppress(BadInput):
            read_rules(document)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"targetFunction": "fno:delete"}, "no function"),
        ({"colour": "red"}, "'colour'"),
        ({"sourcePath": ""}, "sourcePath"),
        ({"targetClass": ""}, "targetClass"),
    ],
)
def test_a_rule_with_words_of_another_language_is_refused_by_name(change: dict[str, str], why: str) -> None:
    rule = {"id": "seven", "sourcePath": "a", "targetClass": "soo:Skill", **change}
    with pytest.raises(BadInput) as refused:
        read_rules({"graph": [rule]})
    assert "seven" in refused.value.message
    assert why in refused.value.message


PROVIDERS = "providers/provider_records_ariane"
LOOKED_UP = {"mapping", "suggestions", "__matching__"}


def differences(data: Path, rules: str, record: str, expected: str, provider: str) -> tuple[int, set[tuple[str, str]]]:
    """Run a provider's files; return what agrees, and (class, property) of what does not, look-ups apart."""

    def read(name: str) -> Any:
        return json.loads((data / PROVIDERS / name).read_text("utf-8"))

    graph = run_rules(read_rules(read(rules)), read(record), provider).graph
    same, found = compare(graph, read(expected)["graph"])
    return same, {
        (one.thing.split(" ")[0], one.property)
        for one in found
        if one.property not in LOOKED_UP and not one.thing.startswith(("esco:", "mms:"))
    }


@pytest.mark.data
def test_the_output_of_all_six_providers_is_the_expected_one_but_for_what_the_guide_explains(real_data: Path) -> None:
    def run(*files: str) -> tuple[int, set[tuple[str, str]]]:
        return differences(real_data, *files)  # type: ignore[arg-type]

    assert run(
        "gamingtest/gamingtest-rules.json",
        "gamingtest/gamingtest.json",
        "gamingtest/gamingtest-all-structure.output.jsonld",
        "gamingtest",
    ) == (600, set())
    assert run(
        "jobready/jobready_2-rules-structure.json",
        "jobready/jobready_2.json",
        "jobready/jobready_2.output-structure.jsonld",
        "jobready_2",
    ) == (6, set())
    same, other = run(
        "interim/interim-rules.json", "interim/interim-minimal.json", "interim/interim-minimal.output.jsonld", "interim"
    )
    assert same == 54
    assert {name for _, name in other} == {"profile", "prefLabel"}
    same, other = run(
        "inokufu-LO/inokufu-LO-rules.json",
        "inokufu-LO/inokufu-LO-minimal.json",
        "inokufu-LO/inokufu-LO-minimal.output.jsonld",
        "inokufu-LO",
    )
    assert (same, {name for _, name in other}) == (4, {"dateFrom"})
    same, other = run(
        "inokufu-training/inokufu-training-rules.json",
        "inokufu-training/inokufu-training.json",
        "inokufu-training/inokufu-training.output.jsonld",
        "inokufu-training",
    )
    assert (same, {name for _, name in other}) == (6, {"dateFrom", "dateTo", "prefLabel", "value"})
    same, other = run(
        "orientoi/orientoi_1-rules.json",
        "orientoi/orientoi_1-minimal.json",
        "orientoi/orientoi_1-minimal.output.jsonld",
        "orientoi_1",
    )
    assert same == 31
    assert not any(thing.startswith("soo:") for thing, _ in other)
    same, other = run(
        "pitangoo/pitangoo-rules.json",
        "pitangoo/pitangoo-minimal.json",
        "pitangoo/pitangoo-minimal.output.jsonld",
        "pitangoo",
    )
    assert same == 27
    assert not any(thing.startswith("soo:") for thing, _ in other)
