"""Policies as they travel: shapes that are refused, and when two say the same."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.exchange.odrl import PolicyMalformed, check_agreement, check_offer, check_rules, rules_of, same_rules

ATOM = {"leftOperand": "urn:x", "operator": "eq", "rightOperand": "1"}


def rule(**members: Any) -> dict[str, Any]:
    return {"permission": [{"action": "use", **members}]}


def nested(depth: int) -> dict[str, Any]:
    constraint: dict[str, Any] = ATOM
    for _ in range(depth):
        constraint = {"and": [constraint]}
    return constraint


@pytest.mark.parametrize(
    "policy",
    [
        rule(),
        rule(constraint=[ATOM]),
        rule(constraint=[{"or": [ATOM, {"and": [ATOM, ATOM]}]}]),
        rule(duty=[{"action": "urn:delete", "constraint": [ATOM]}]),
        rule() | {"obligation": [{"action": "urn:report"}], "profile": ["https://a.example", "https://b.example"]},
        {"prohibition": [{"action": "use"}]},
        rule(constraint=[ATOM | {"rightOperand": ["a", "b"]}]),
        rule(constraint=[nested(11)]),
    ],
)
def test_well_formed_rules_are_taken(policy: dict[str, Any]) -> None:
    check_rules(policy)


@pytest.mark.parametrize(
    "policy",
    [
        {},
        {"obligation": [{"action": "use"}]},
        {"permission": []},
        {"permission": {"action": "use"}},
        {"permission": [{}]},
        rule(target="diplomas"),
        rule(constraint=ATOM),
        rule(constraint=[ATOM | {"rightOperand": 7}]),
        rule(constraint=[ATOM | {"rightOperand": True}]),
        rule(constraint=[ATOM | {"operator": "like"}]),
        rule(constraint=[{"and": [ATOM], "or": [ATOM]}]),
        rule(constraint=[{"and": ATOM}]),
        rule(constraint=[nested(40)]),
        rule(duty=[{"action": "x", "duty": [{"action": "y"}]}]),
        rule() | {"profile": 7},
        rule() | {"target": ["a"]},
    ],
)
def test_malformed_rules_are_refused(policy: dict[str, Any]) -> None:
    with pytest.raises(PolicyMalformed):
        check_rules(policy)


def test_an_offer_and_an_agreement_need_their_names() -> None:
    with pytest.raises(PolicyMalformed):
        check_offer(rule())
    with pytest.raises(PolicyMalformed):
        check_offer(rule() | {"@id": "x"})
    with pytest.raises(PolicyMalformed):
        check_agreement(rule() | {"@id": "x", "@type": "Agreement", "target": "t", "assigner": "a", "assignee": "b"})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["permission", "prohibition", "profile", "odd"]), JSON))
def test_rules_are_compared_whole_and_what_a_policy_says_of_itself_is_not(policy: dict[str, Any]) -> None:
    dressed = {"@id": "x", "@type": "Agreement", "target": "t", "assigner": "a", "timestamp": "now"} | policy
    assert same_rules(policy, dressed)
    assert rules_of(dressed) == policy
    assert not same_rules(policy, policy | {"odd": {"another": "member"}})


def test_true_is_not_one_and_order_counts() -> None:
    assert not same_rules({"odd": True}, {"odd": 1})
    assert not same_rules({"odd": [1, 2]}, {"odd": [2, 1]})
    assert same_rules({"odd": ["a"]}, {"odd": "a"})
    assert same_rules({"a": 1, "b": 2}, {"b": 2, "a": 1})


@given(st.dictionaries(st.sampled_from(["permission", "prohibition", "obligation", "profile", "target"]), JSON))
def test_garbage_rules_are_refused_and_nothing_else_happens(policy: dict[str, Any]) -> None:
    with contextlib.suppress(PolicyMalformed):
        check_rules(policy)
