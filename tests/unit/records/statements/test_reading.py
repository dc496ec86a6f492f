"""Reading statements: any JSON is taken or refused in words, and what is the same is known again."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.records.statements import (
    MAX_STATEMENTS,
    NotAStatement,
    Version,
    are_same,
    ids_only,
    marks,
    read_json,
    read_statement,
    read_statements,
)
from skillspace.records.statements.activities import MAX_DEPTH, merged
from skillspace.records.statements.formats import in_one_language
from tests.unit.records.statements.test_values import JSON, fault_of

ALVA, CAMILLE = {"mbox": "mailto:alva@example.org"}, {"mbox": "mailto:camille@example.org"}
STATEMENT: dict[str, Any] = {
    "actor": ALVA,
    "verb": {"id": "https://example.org/verbs/tried", "display": {"en": "tried"}},
    "object": {"id": "https://example.org/lessons/1", "definition": {"name": {"en": "Bread"}}},
}
NAMES = st.sampled_from(
    ["actor", "verb", "object", "context", "result", "id", "objectType", "member", "mbox", "definition", "score", "raw"]
)
NEAR_STATEMENTS = st.recursive(
    st.sampled_from(["Agent", "Group", "Activity", "SubStatement", ALVA, CAMILLE, "https://a.example", 1, None, True]),
    lambda inner: st.dictionaries(NAMES, inner, max_size=5) | st.lists(inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize("version", list(Version))
@given(content=JSON | NEAR_STATEMENTS | NEAR_STATEMENTS.map(lambda odd: {**STATEMENT, "object": odd}))
def test_any_json_is_taken_or_refused_in_words(version: Version, content: Any) -> None:
    fault = fault_of(read_statements, copy.deepcopy(content), version)
    if fault is not None:
        assert fault.message
        return
    (statement, *_) = read_statements(copy.deepcopy(content), version) or [STATEMENT]
    assert read_statement(copy.deepcopy(statement), version) == statement, "what was read is read again"
    assert marks(statement)
    assert read_statement(ids_only(statement), version), "identifiers alone are a statement too"


@given(st.binary())
def test_any_bytes_are_json_or_refused(body: bytes) -> None:
    fault = fault_of(read_json, body)
    assert fault is None or "no JSON" in fault.message


def test_more_statements_than_may_come_at_once_are_refused() -> None:
    with pytest.raises(NotAStatement, match=str(MAX_STATEMENTS)):
        read_statements([STATEMENT] * (MAX_STATEMENTS + 1), Version.V2_0)


def test_what_others_add_may_be_deep_but_not_bottomless() -> None:
    def deep(levels: int) -> dict[str, Any]:
        content: Any = 1
        for _ in range(levels):
            content = [content]
        return {**STATEMENT, "result": {"extensions": {"https://example.org/x": content}}}

    assert read_statement(deep(MAX_DEPTH), Version.V2_0)
    with pytest.raises(NotAStatement, match="nested"):
        read_statement(deep(MAX_DEPTH + 1), Version.V2_0)


def test_a_fault_says_where_and_what() -> None:
    wrong = copy.deepcopy({**STATEMENT, "object": {**STATEMENT, "objectType": "SubStatement", "verb": {"id": "x"}}})
    with pytest.raises(NotAStatement) as fault:
        read_statements([STATEMENT, wrong], Version.V2_0)
    assert fault.value.message.startswith("statement 2.object.verb.id: this must be an IRI")


def read(**changes: Any) -> dict[str, Any]:
    return read_statement(copy.deepcopy({**STATEMENT, **changes}), Version.V1_0)


GROUP = {"objectType": "Group", "member": [ALVA, CAMILLE]}
BARE = {"id": STATEMENT["object"]["id"]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (read(), read(authority=ALVA, stored="2026-11-22T18:21:02Z", version="1.0.0")),
        (read(), read(timestamp="2026-11-22T18:21:02Z")),
        (read(timestamp="2026-11-22T18:21:02Z"), read(timestamp="2026-11-22T20:21:02.000+02:00")),
        (read(), read(verb={"id": STATEMENT["verb"]["id"], "display": {"sv": "provade"}})),
        (read(), read(object=BARE)),
        (read(), read(actor={"objectType": "Agent", **ALVA})),
        (read(actor=GROUP), read(actor={**GROUP, "member": [CAMILLE, {"objectType": "Agent", **ALVA}]})),
        (
            read(context={"contextActivities": {"parent": BARE}}),
            read(context={"contextActivities": {"parent": [BARE], "other": []}}),
        ),
        (
            read(context={"registration": "16FD2706-8BAF-433B-82EB-8C7FADA847DA"}),
            read(context={"registration": "16fd2706-8baf-433b-82eb-8c7fada847da"}),
        ),
        (read(result={"duration": "P1DT36M0.1237S"}), read(result={"duration": "P1DT36M0.12S"})),
        (read(result={"duration": "PT5S"}), read(result={"duration": "PT5,009S"})),
        (
            read(object={**STATEMENT, "objectType": "SubStatement", "result": {"duration": "PT0.999S"}}),
            read(object={**STATEMENT, "objectType": "SubStatement", "result": {"duration": "PT0.99S"}}),
        ),
    ],
)
def test_two_spellings_of_one_statement_are_the_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert are_same(one, other)
    assert are_same(other, one)


@pytest.mark.parametrize(
    "other",
    [
        read(actor=CAMILLE),
        read(actor={**ALVA, "name": "Alva"}),
        read(verb={"id": "https://example.org/verbs/left"}),
        read(object={"id": "https://example.org/lessons/2"}),
        read(object={"objectType": "Agent", **ALVA}),
        read(result={"success": True}),
        read(context={"language": "sv"}),
    ],
)
def test_another_statement_is_another_one(other: dict[str, Any]) -> None:
    assert not are_same(read(), other)


@pytest.mark.parametrize("other", ["PT0.13S", "PT0.1S", "PT1.12S", "PT1M0.12S", "P1D"])
def test_another_length_is_another_one(other: str) -> None:
    assert not are_same(read(result={"duration": "PT0.12S"}), read(result={"duration": other}))


def test_the_newer_word_on_an_activity_counts_and_nothing_goes() -> None:
    one = {"name": {"en": "Bread", "sv": "Bröd"}, "type": "urn:x:1", "extensions": {"urn:x:a": 1}}
    other = {"name": {"en": "Loaf"}, "type": "urn:x:2", "extensions": {"urn:x:b": 2}, "moreInfo": "urn:x:m"}
    assert merged(one, other) == {
        "name": {"en": "Loaf", "sv": "Bröd"},
        "type": "urn:x:2",
        "extensions": {"urn:x:a": 1, "urn:x:b": 2},
        "moreInfo": "urn:x:m",
    }
    assert merged(None, one) == one


@pytest.mark.parametrize(
    ("wanted", "tag"),
    [
        (["sv"], "sv"),
        (["en-gb"], "en-GB"),
        (["en-us"], "en-GB"),
        (["fr", "sv-fi"], "sv"),
        (["fr"], "en-GB"),
        ([], "en-GB"),
    ],
)
def test_of_several_languages_the_nearest_to_those_wanted_is_taken(wanted: list[str], tag: str) -> None:
    words = {"en-GB": "bread", "sv": "bröd"}
    assert in_one_language(words, wanted) == {tag: words[tag]}
    assert in_one_language({}, wanted) == {}
