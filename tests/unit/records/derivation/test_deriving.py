"""Skills follow from statements by declared rules, whatever order they come in, and with them as evidence."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.records.derivation import derive, read_rules
from skillspace.records.model import ValidationLevel
from skillspace.records.statements import VOIDED

ADL = "http://adlnet.gov/expapi/verbs/"
RULES = b"""
issuer = "did:web:school.example"
issuer_name = "School of Example"

[[rule]]
name = "welds"
verbs = ["http://adlnet.gov/expapi/verbs/passed"]
activities = ["https://school.example/weld/*"]
success = true
score_at_least = 0.7
times = 2
different = 2
within_days = 30
validation = "assessed"
[[rule.skills]]
concept = "http://data.europa.eu/esco/skill/1"
label = "weld"

[[rule]]
name = "reads-plans"
verbs = ["http://adlnet.gov/expapi/verbs/completed"]
[[rule.skills]]
label = "read plans"
"""


def deed(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": str(UUID(int=number)),
        "actor": {"account": {"homePage": "https://school.example", "name": "7"}},
        "verb": {"id": f"{ADL}passed"},
        "object": {"id": f"https://school.example/weld/{number}"},
        "result": {"success": True, "score": {"scaled": 0.8}},
        "timestamp": f"2026-03-{number:02}T10:00:00Z",
        **more,
    }


def void(number: int, of: int) -> dict[str, Any]:
    return {
        "id": str(UUID(int=number)), "actor": {"mbox": "mailto:a@school.example"}, "verb": {"id": VOIDED},
        "object": {"objectType": "StatementRef", "id": str(UUID(int=of)).upper()},
    }  # fmt: skip


def names(*statements: dict[str, Any]) -> list[str]:
    return [one.rule for one in derive(statements, read_rules(RULES))]


def test_enough_good_results_make_a_skill_with_the_statements_as_evidence() -> None:
    (one,) = derive([deed(2), deed(1)], read_rules(RULES))
    assert one.statements == (str(UUID(int=1)), str(UUID(int=2)))
    assert one.assertion.validation is ValidationLevel.ASSESSED
    assert one.assertion.concept == "http://data.europa.eu/esco/skill/1"
    assert one.assertion.issuer_name == "School of Example"
    assert str(one.assertion.issued) == "2026-03-02"
    assert one.person == "account https://school.example 7"


@pytest.mark.parametrize(
    "second",
    [
        deed(1),
        deed(2, object={"id": "https://school.example/weld/1"}),
        deed(2, object={"id": "https://school.example/paint/1"}),
        deed(2, result={"success": True, "score": {"scaled": 0.6}}),
        deed(2, result={"success": False, "score": {"scaled": 0.9}}),
        deed(2, result={"score": {"scaled": 0.9}}),
        deed(2, timestamp="2026-04-02T10:00:00Z"),
        deed(2, actor={"account": {"homePage": "https://school.example", "name": "8"}}),
        {name: value for name, value in deed(2).items() if name != "timestamp"},
    ],
)
def test_what_the_rule_does_not_ask_for_does_not_count(second: dict[str, Any]) -> None:
    assert names(deed(1), second) == []


def test_what_was_voided_does_not_count_also_when_the_voiding_comes_first() -> None:
    assert names(void(9, of=2), deed(1), deed(2)) == []
    assert names(deed(1), deed(2), void(9, of=2)) == []


def test_a_plain_trace_is_inferred_and_a_failure_is_none() -> None:
    done = deed(1, verb={"id": f"{ADL}completed"}, result={})
    (one,) = derive([done], read_rules(RULES))
    assert one.assertion.validation is ValidationLevel.INFERRED
    assert names({**done, "result": {"success": False}}) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ((b"success = true\nscore_at_least = 0.7\n", b""), "no outcome"),
        ((b"reads-plans", b"welds"), "two are called"),
        ((b'"assessed"', b'"certified"'), "validation"),
        ((b"score_at_least = 0.7", b"score_at_least = 70"), "score_at_least"),
        ((b"times = 2", b"time = 2"), "time"),
    ],
)
def test_rules_that_do_not_fit_are_refused_with_their_place(change: tuple[bytes, bytes], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        read_rules(RULES.replace(*change))


statements = st.lists(
    st.builds(
        lambda number, day, verb, scaled, who: deed(
            number, timestamp=f"2026-0{day}T10:00:00Z", verb={"id": ADL + verb},
            actor={"account": {"homePage": "https://school.example", "name": who}},
            result={"score": {"scaled": scaled}, "success": True},
        ),
        st.integers(1, 20), st.sampled_from(["1-05", "2-06", "2-20", "3-01"]),
        st.sampled_from(["passed", "completed", "failed"]), st.sampled_from([0.2, 0.7, 1]), st.sampled_from("78"),
    ),
    max_size=8, unique_by=lambda one: one["id"],
)  # fmt: skip


@given(statements, st.randoms(use_true_random=False))
def test_the_order_of_statements_and_their_coming_twice_make_no_difference(found: list[Any], chance: Any) -> None:
    mixed = [*found, *found]
    chance.shuffle(mixed)
    assert derive(mixed, read_rules(RULES)) == derive(found, read_rules(RULES))


@given(statements, st.integers(0, 8))
def test_more_statements_never_take_a_skill_away(found: list[Any], count: int) -> None:
    def skills(some: list[Any]) -> set[tuple[str, str]]:
        return {(one.person, one.rule) for one in derive(some, read_rules(RULES))}

    assert skills(found[:count]) <= skills(found)


@given(statements, st.integers(0, 7))
def test_a_voided_statement_is_as_if_it_had_never_been(found: list[Any], at: int) -> None:
    if at < len(found):
        gone = found[at]
        voiding = {**void(99, of=1), "object": {"objectType": "StatementRef", "id": gone["id"]}}
        without = [one for one in found if one is not gone]
        assert derive([*found, voiding], read_rules(RULES)) == derive(without, read_rules(RULES))
