"""Three values: unknown never helps a permission and always lets a prohibition stand."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.trust.policy import evaluate
from skillspace.trust.policy.judging import every, exactly_one, in_sequence, some
from tests.unit.trust.policy.making import FACTS, limit, policy, rule

YES, NO, UNKNOWN = limit("purpose", "eq", "recruit"), limit("purpose", "eq", "sell"), limit("unheard", "eq", "x")
VALUE = {True: YES, False: NO, None: UNKNOWN}
AND = {(True, True): True, (True, None): None, (None, None): None}
OR = {(False, False): False, (False, None): None, (None, None): None}
XONE = {(True, True): False, (True, False): True, (False, False): False}


def test_the_truth_tables_are_kleenes() -> None:
    for one, two in product((True, False, None), repeat=2):
        pair = (one, two)
        assert every(pair) == (False if False in pair else AND[max(pair, key=bool), min(pair, key=bool)])
        assert some(pair) == (True if True in pair else OR[min(pair, key=str), max(pair, key=str)])
        assert exactly_one(pair) == (None if None in pair else XONE[max(pair, key=bool), min(pair, key=bool)])
    assert in_sequence((None, False)) is None
    assert in_sequence((False, None)) is False
    assert exactly_one((True, True, None)) is False


@pytest.mark.parametrize(("one", "two"), list(product((True, False, None), repeat=2)))
@pytest.mark.parametrize("word", ["and", "andSequence", "or", "xone"])
def test_a_logical_constraint_decides_as_its_table_says(word: str, one: bool | None, two: bool | None) -> None:
    expected = {"and": every, "andSequence": in_sequence, "or": some, "xone": exactly_one}[word]([one, two])
    group = {word: [VALUE[one], VALUE[two]]}
    assert evaluate(policy(rule(group)), FACTS).allowed == (expected is True)
    assert evaluate(policy(rule(), prohibition=[rule(group)]), FACTS).allowed == (expected is False)
    assert evaluate(policy(rule({word: {"@list": group[word]}})), FACTS).allowed == (expected is True)


def test_conditions_nested_too_deep_are_not_understood() -> None:
    nested: dict[str, object] = YES
    for _ in range(40):
        nested = {"and": [nested]}
    assert "too deep" in evaluate(policy(rule(nested)), FACTS).why


conditions: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.sampled_from([YES, NO, UNKNOWN, limit("count", "lteq", "3"), limit("dateTime", "gt", "2026-01-01")]),
    lambda inner: st.builds(
        lambda word, parts: {word: parts},
        st.sampled_from(["and", "andSequence", "or", "xone"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)


def _with_unknown(condition: dict[str, Any], path: list[int]) -> dict[str, Any]:
    """The condition with something unknown added to one of its groups (or beside it, in an “and”)."""
    word = next((name for name in condition if name in ("and", "andSequence", "or", "xone")), None)
    if word is None:
        return {"and": [condition, UNKNOWN]}
    parts = list(condition[word])
    at = path[0] % (len(parts) + 1)
    if at == len(parts) or len(path) == 1:
        return {word: [*parts[:at], UNKNOWN, *parts[at:]]}
    parts[at] = _with_unknown(parts[at], path[1:])
    return {word: parts}


@given(conditions, st.lists(st.integers(0, 9), min_size=1, max_size=4))
def test_adding_something_unknown_never_turns_a_no_into_a_yes(condition: dict[str, Any], path: list[int]) -> None:
    more = _with_unknown(condition, path)
    for build in (lambda one: policy(rule(one)), lambda one: policy(rule(), prohibition=[rule(one)])):
        assert evaluate(build(condition), FACTS).allowed or not evaluate(build(more), FACTS).allowed


@given(conditions, conditions)
def test_a_permission_in_two_halves_allows_no_more_than_each(one: dict[str, Any], two: dict[str, Any]) -> None:
    both = evaluate(policy(rule(one, two)), FACTS).allowed
    assert both == (evaluate(policy(rule(one)), FACTS).allowed and evaluate(policy(rule(two)), FACTS).allowed)


def folded(tree: Any) -> Any:
    """The same JSON-LD with every list of one written as its item."""
    if isinstance(tree, dict):
        return {name: folded(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return folded(tree[0]) if len(tree) == 1 else [folded(item) for item in tree]
    return tree


@given(st.lists(conditions, min_size=1, max_size=2), st.lists(conditions, max_size=2), st.booleans())
def test_a_list_of_one_and_its_item_decide_the_same(some: list[Any], others: list[Any], is_banned: bool) -> None:
    document = policy(rule(*some), **({"prohibition": [rule(*others)]} if is_banned else {}))
    plain, short = evaluate(document, FACTS), evaluate(folded(document), FACTS)
    assert (plain.allowed, plain.why, plain.owed) == (short.allowed, short.why, short.owed)
