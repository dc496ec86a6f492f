"""Policies: what is not clearly allowed is refused, and the reason can be read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.trust.policy import PURPOSE, RECIPIENT_ROLE, Facts, evaluate, purpose_iri, role_iri
from tests.conftest import NOON

FACTS = Facts(purpose="recruit", at=NOON, roles=frozenset({"employer"}), agreed=NOON - timedelta(days=10))


def rule(*constraints: object, action: str = "use") -> dict[str, object]:
    return {"action": action, "constraint": list(constraints)}


def policy(*permissions: object, **more: object) -> dict[str, object]:
    return {"@id": "urn:example:1", "@type": "Offer", "permission": list(permissions), **more}


def limit(left: str, operator: str, right: object) -> dict[str, object]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


HOLDS = [
    limit("purpose", "eq", "recruit"),
    limit("purpose", "eq", PURPOSE + "recruit"),
    limit("purpose", "isAnyOf", ["train", "recruit"]),
    limit("purpose", "isAnyOf", [{"@id": PURPOSE + "recruit"}, {"@id": PURPOSE + "train"}]),
    limit("purpose", "isAnyOf", {"@list": ["recruit"]}),
    limit("purpose", "isNoneOf", ["sell", "train"]),
    limit("odrl:purpose", "odrl:neq", {"@value": "sell"}),
    limit("http://www.w3.org/ns/odrl/2/purpose", "http://www.w3.org/ns/odrl/2/eq", "recruit"),
    limit(RECIPIENT_ROLE, "isAnyOf", ["employer", "agency"]),
    limit(RECIPIENT_ROLE, "isNoneOf", ["agency"]),
    limit("dateTime", "lt", {"@value": "2026-11-22T00:00:00Z", "@type": "xsd:dateTime"}),
    limit("dateTime", "lteq", "2026-11-21T12:00:00Z"),
    limit("dateTime", "gt", "2026-01-01"),
    limit("dateTime", "gteq", "2026-11-21T13:00:00+01:00"),
    limit("elapsedTime", "lteq", "P10D"),
    limit("elapsedTime", "lt", "P1W4DT1H"),
]
FAILS = [
    limit("purpose", "eq", "sell"),
    limit("purpose", "isAnyOf", ["train"]),
    limit("purpose", "isNoneOf", ["recruit"]),
    limit(RECIPIENT_ROLE, "eq", "agency"),
    limit("dateTime", "lt", "2026-11-21T12:00:00Z"),
    limit("dateTime", "neq", "2026-11-21T12:00:00Z"),
    limit("elapsedTime", "lt", "PT240H"),
]
UNKNOWN = [
    limit("payAmount", "lt", "5"),
    limit("https://example.org/region", "eq", "SE"),
    limit("purpose", "term-lteq", "recruit"),
    limit("purpose", "lt", "recruit"),
    limit("purpose", "eq", ["recruit", "train"]),
    limit("purpose", "isAnyOf", []),
    limit("purpose", "isAnyOf", ["recruit", 7]),
    limit("purpose", "eq", {"@value": 7}),
    limit("dateTime", "isAnyOf", "2026-11-21"),
    limit("dateTime", "lt", "tomorrow"),
    limit("elapsedTime", "lt", "P1Y"),
    limit("elapsedTime", "lt", "P"),
    limit("elapsedTime", "lt", "P1DT"),
    limit("dateTime", "lt", "2026-11-22") | {"unit": "day"},
    {"and": []},
    {"and": [limit("purpose", "eq", "recruit")], "or": []},
    {"or": [limit("purpose", "eq", "sell"), None]},
    {},
    "purpose eq recruit",
    None,
]


@pytest.mark.parametrize("constraint", HOLDS)
def test_a_constraint_that_holds_allows_and_as_a_prohibition_forbids(constraint: object) -> None:
    assert evaluate(policy(rule(constraint)), FACTS).allowed
    assert not evaluate(policy(rule(), prohibition=[rule(constraint)]), FACTS).allowed


@pytest.mark.parametrize("constraint", FAILS)
def test_a_constraint_that_fails_refuses_and_as_a_prohibition_does_not_apply(constraint: object) -> None:
    assert not evaluate(policy(rule(constraint)), FACTS).allowed
    assert evaluate(policy(rule(), prohibition=[rule(constraint)]), FACTS).allowed


@pytest.mark.parametrize("constraint", UNKNOWN)
def test_what_is_not_understood_refuses_both_ways(constraint: object) -> None:
    assert not evaluate(policy(rule(constraint)), FACTS).allowed
    assert not evaluate(policy(rule(), prohibition=[rule(constraint)]), FACTS).allowed


@pytest.mark.parametrize(
    ("constraint", "name"),
    [
        (limit("payAmount", "lt", "5"), "payAmount"),
        (limit("https://example.org/region", "eq", "SE"), "https://example.org/region"),
        (limit("purpose", "within", "x"), "within"),
        ({"xone": []}, "xone"),
    ],
)
def test_what_is_not_understood_is_named(constraint: object, name: str) -> None:
    assert name in evaluate(policy(rule(constraint)), FACTS).why


def test_the_reason_says_what_was_wanted_and_what_it_is() -> None:
    decision = evaluate(policy(rule(limit("purpose", "isAnyOf", ["train", "coach"]))), FACTS)
    assert decision.why == "The purpose must be one of coach, train; it is recruit."


def test_one_permission_that_holds_whole_is_enough_and_half_of_two_is_not() -> None:
    yes, no = limit("purpose", "eq", "recruit"), limit("purpose", "eq", "sell")
    assert evaluate(policy(rule(no), rule(yes)), FACTS).allowed
    assert not evaluate(policy(rule(yes, no), rule(no)), FACTS).allowed


def test_a_single_rule_may_stand_without_its_list() -> None:
    alone = {"@type": "Offer", "permission": {"action": "use", "constraint": limit("purpose", "eq", "recruit")}}
    assert evaluate(alone, FACTS).allowed


@pytest.mark.parametrize(
    "strange",
    [
        {"profile": "urn:example:profile"},
        {"odrl:prohibition": [rule()]},
        {"prohibition": [rule(action="sell-for-fun")]},
        {"prohibition": [rule() | {"duty": []}]},
        {"conflict": "whatever"},
        {"target": ["urn:example:d", "urn:example:e"]},
        {"inheritFrom": "urn:example:parent"},
        {"permission": [rule() | {"action": [{"@id": "use", "refinement": 1, "more": 2}]}]},
        {"permission": [rule() | {"action": []}]},
        {"prohibition": [None]},
        {"prohibition": None},
        {"obligation": [rule(action="compensate")]},
        {"permission": [rule() | {"duty": [{"action": "compensate"}]}]},
        {"permission": [rule() | {"refinement": []}]},
        {"permission": [rule() | {"assignee": "did:web:other.example"}]},
        {"permission": [rule(action="read")]},
        {"permission": []},
        {"permission": [7]},
    ],
)
def test_a_policy_with_a_part_that_is_not_understood_allows_nothing(strange: dict[str, object]) -> None:
    decision = evaluate(policy(rule()) | strange, FACTS)
    assert not decision.allowed
    assert decision.why


def test_an_agreements_own_parties_and_a_duty_to_delete_are_understood() -> None:
    agreed = {
        "@context": [],
        "@type": "Agreement",
        "@id": "urn:example:a",
        "assigner": "did:web:a.example",
        "assignee": "did:web:b.example",
        "target": "urn:example:d",
        "timestamp": "2026-11-21T00:00:00Z",
        "permission": [rule() | {"target": "urn:example:d", "duty": [{"action": "delete"}]}],
        "obligation": [rule(limit("elapsedTime", "lteq", "P30D"), action="delete")],
    }
    assert evaluate(agreed, FACTS).allowed


def test_without_the_time_of_the_agreement_an_elapsed_time_is_not_known() -> None:
    facts = Facts(purpose="recruit", at=NOON)
    assert "elapsedTime" in evaluate(policy(rule(limit("elapsedTime", "lt", "P30D"))), facts).why


def test_short_words_and_iris_of_our_namespaces_are_the_same() -> None:
    assert purpose_iri(purpose_iri("gather")) == purpose_iri("gather")
    assert role_iri(role_iri("employer")) == role_iri("employer")
    facts = Facts(purpose=purpose_iri("recruit"), at=NOON, roles=frozenset({role_iri("employer")}))
    both = rule(limit("purpose", "eq", "recruit"), limit(RECIPIENT_ROLE, "eq", "employer"))
    assert evaluate(policy(both), facts).allowed


constraints = st.sampled_from([*HOLDS, *FAILS, *UNKNOWN])
rules = st.lists(constraints, max_size=3).map(lambda found: rule(*found))


@given(st.lists(rules, max_size=3), st.lists(rules, max_size=3), rules)
def test_a_further_prohibition_never_turns_a_no_into_a_yes(permissions: Any, prohibitions: Any, more: Any) -> None:
    before = evaluate(policy(*permissions, prohibition=prohibitions), FACTS)
    after = evaluate(policy(*permissions, prohibition=[*prohibitions, more]), FACTS)
    assert before.allowed or not after.allowed


@given(st.lists(constraints, max_size=3), constraints)
def test_a_further_constraint_on_a_permission_never_widens_it(found: list[object], more: object) -> None:
    assert evaluate(policy(rule(*found)), FACTS).allowed or not evaluate(policy(rule(*found, more)), FACTS).allowed


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "permission",
                    "prohibition",
                    "action",
                    "constraint",
                    "leftOperand",
                    "operator",
                    "rightOperand",
                    "@list",
                ]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json_values)
def test_no_json_makes_the_evaluator_fall_and_every_no_has_a_reason(document: object) -> None:
    decision = evaluate(document, FACTS)
    assert decision.reasons
    assert not decision.allowed or isinstance(document, dict)
