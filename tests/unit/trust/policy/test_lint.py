"""The linter: what it calls impossible never happens, and every finding says where and how to mend it."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.trust.policy import Facts, decide, evaluate, offer_rules, read_policy
from skillspace.trust.policy.lint import Severity, lint, never_allows
from tests.conftest import NOON
from tests.unit.trust.policy.making import OURS, limit, policy, rule

PURPOSE_OK = limit("purpose", "isAnyOf", ["recruit"])
IMPOSSIBLE: list[tuple[list[object], str]] = [
    ([limit("dateTime", "lt", "2026-01-01"), limit("dateTime", "gt", "2026-12-31")], "lint.contradiction"),
    ([limit("dateTime", "lt", "2026-01-01"), limit("dateTime", "gteq", "2026-01-01")], "lint.contradiction"),
    ([limit("dateTime", "eq", "2026-01-01"), limit("dateTime", "neq", "2026-01-01")], "lint.contradiction"),
    ([limit("count", "lteq", "0")], "lint.never-holds"),
    ([limit("count", "gt", "3"), limit("count", "lt", "4")], "lint.contradiction"),
    ([limit("count", "eq", "2.5")], "lint.never-holds"),
    ([limit("elapsedTime", "lteq", "P7D"), limit("delayPeriod", "gteq", "P8D")], "lint.contradiction"),
    ([limit("elapsedTime", "lt", "P0D")], "lint.never-holds"),
    ([limit("purpose", "eq", "recruit"), limit("purpose", "eq", "marketing")], "lint.contradiction"),
    ([limit("purpose", "isAllOf", ["gather", "marketing"])], "lint.never-holds"),
    ([limit("purpose", "eq", "recruit"), limit("purpose", "isNoneOf", ["employment"])], "lint.contradiction"),
    ([limit("spatial", "isPartOf", "SE"), limit("spatial", "isAnyOf", ["FR", "NO"])], "lint.contradiction"),
    ([limit(OURS + "recipientRole", "eq", "school"), limit(OURS + "recipientRole", "neq", "education-provider")],
     "lint.contradiction"),
    ([limit(OURS + "validationLevel", "gt", "recognised")], "lint.never-holds"),
    ([limit("payAmount", "lt", "0", unit="EUR")], "lint.never-holds"),
    ([{"xone": [PURPOSE_OK, PURPOSE_OK]}], "lint.no-way"),
    ([{"or": [limit("count", "lt", "1"), {"and": [limit("purpose", "eq", "gather"),
      limit("purpose", "eq", "marketing")]}]}], "lint.never-holds"),
    ([limit("purpose", "isAnyOf", [])], "unread.value"),
    ([limit("payAmonut", "eq", "1")], "unread.operand"),
]  # fmt: skip
POSSIBLE = [
    [limit("dateTime", "gteq", "2026-01-01"), limit("dateTime", "lteq", "2026-01-01")],
    [limit("count", "gt", "3"), limit("count", "lt", "5")],
    [limit("purpose", "eq", "guidance"), limit("purpose", "eq", "education")],  # advice on trainings is both
    [limit(OURS + "recipientRole", "eq", "school"), limit(OURS + "recipientRole", "eq", "employer")],
    [limit("spatial", "isPartOf", "EU"), limit("spatial", "isPartOf", "SE1")],
    [limit("payAmount", "gteq", "5", unit="EUR"), limit("payAmount", "lteq", "1", unit="SEK")],
    [limit(OURS + "paidUntil", "gteq", "policyUsage")],
    [{"xone": [PURPOSE_OK, PURPOSE_OK, limit("count", "lteq", "3")]}],
]


@pytest.mark.parametrize(("constraints", "message"), IMPOSSIBLE, ids=str)
def test_what_nobody_can_meet_is_an_error_where_it_stands(constraints: list[object], message: str) -> None:
    found = [one for one in lint(policy(rule(*constraints))) if one.severity is Severity.ERROR]
    assert [one.reason.message for one in found] == ["lint.never", message]
    assert found[1].pointer.startswith("/permission/0/constraint/")
    assert all(one.reason.text and one.mend.text for one in found)


@pytest.mark.parametrize("constraints", POSSIBLE, ids=str)
def test_what_can_be_met_is_no_error(constraints: list[object]) -> None:
    assert not [one for one in lint(policy(rule(*constraints))) if one.severity is Severity.ERROR]
    assert not never_allows(read_policy(policy(rule(*constraints))))


@pytest.mark.parametrize(
    ("document", "message", "pointer"),
    [
        ({}, "lint.no-permission", "/permission"),
        (policy(rule(PURPOSE_OK), prohibition=[rule()]), "lint.forbidden", "/permission/0"),
        (policy(rule(PURPOSE_OK), prohibition=[rule(limit("purpose", "isPartOf", "employment"))]),
         "lint.forbidden", "/permission/0"),
        (policy(rule(limit("count", "lteq", "5")), prohibition=[rule(limit("count", "lt", "9"))]),
         "lint.forbidden", "/permission/0"),
        (policy(rule(action="read"), prohibition=[rule(limit("unheard", "eq", "x"))]),
         "lint.forbidden", "/permission/0"),
        (policy(rule(duty=[rule(limit("payAmount", "lt", "0", unit="EUR"), action="compensate")])),
         "lint.duty-hopeless", "/permission/0/duty/0"),
        (policy(rule(), obligation=[rule(limit("count", "lt", "1"), action="inform")]),
         "lint.duty-hopeless", "/obligation/0"),
        (policy(rule(action="use-well")), "unread.action", "/permission/0/action"),
        (policy(rule() | {"https://a.example/~x": 1}), "unread.member", "/permission/0/https:~1~1a.example~1~0x"),
        (policy(rule(), profile="urn:strange"), "unread.profile", "/profile"),
        ({"permission": {"action": "use", "constraint": limit("x", "eq", "y")}}, "unread.operand",
         "/permission/constraint"),
    ],
)  # fmt: skip
def test_a_policy_that_never_allows_says_so_and_where(document: dict[str, Any], message: str, pointer: str) -> None:
    errors = [one for one in lint(document) if one.severity is Severity.ERROR]
    assert errors[0].reason.message == "lint.never"
    assert (message, pointer) in [(one.reason.message, one.pointer) for one in errors]


@pytest.mark.parametrize(
    "document",
    [
        policy(rule(PURPOSE_OK), prohibition=[rule(limit("purpose", "eq", "direct-marketing"))]),
        policy(rule(PURPOSE_OK), prohibition=[rule(action="distribute")]),
        policy(rule(PURPOSE_OK), prohibition=[rule()], conflict="perm"),
        policy(rule(limit("count", "lteq", "5")), prohibition=[rule(limit("count", "gt", "3"))]),
        policy(rule(limit("spatial", "eq", "SE")), prohibition=[rule(limit("spatial", "neq", "FR"))]),
        policy(rule(), obligation=[rule(limit("elapsedTime", "lteq", "P1D"), action="inform")]),
    ],
)
def test_a_policy_with_a_way_through_is_not_called_impossible(document: dict[str, Any]) -> None:
    assert not never_allows(read_policy(document))


def test_what_gives_away_more_than_meant_is_a_warning() -> None:
    found = {one.reason.message: one.severity for one in lint(policy(rule(action="sell")))}
    assert found == {
        "lint.no-purpose": Severity.WARNING,
        "lint.onward": Severity.WARNING,
        "lint.no-recipient": Severity.NOTE,
        "lint.no-end": Severity.NOTE,
        "lint.no-deletion": Severity.NOTE,
    }
    odd = policy(rule(PURPOSE_OK, PURPOSE_OK, limit("dateTime", "eq", "2026-01-01"), limit("urn:x", "eq", "y")))
    assert {one.reason.message for one in lint(odd)} >= {"lint.twice", "lint.exact-moment", "lint.attribute"}


def test_a_careful_offer_has_no_findings() -> None:
    rules = offer_rules(purposes=["recruitment"], roles=["employer"], until=NOON, keep_days=30)
    assert lint({"@id": "urn:x", "@type": "Offer", **rules}) == ()


def test_a_huge_policy_is_not_looked_through_for_ever() -> None:
    many = [limit("purpose", "isAnyOf", [f"p{number}" for number in range(300)]) for _ in range(600)]
    assert "lint.too-large" in {one.reason.message for one in lint(policy(rule(*many)))}
    ways = [{"or": [limit("count", "lt", str(n)), limit("count", "gt", str(n + 2))]} for n in range(20)]
    assert not never_allows(read_policy(policy(rule(*ways))))


def _some(chance: random.Random, words: list[str]) -> frozenset[str] | None:
    return chance.choice([None, frozenset(chance.sample(words, chance.randint(1, 2)))])


@cache
def thousand_facts() -> list[Facts]:
    """A thousand moments of use, alike every time, with much left unknown."""
    chance = random.Random(7)  # noqa: S311 - examples, no secrets
    made = []
    for _ in range(1000):
        days = timedelta(days=chance.randint(-400, 400), hours=chance.choice([0, 0, 5]))
        made.append(
            Facts(
                at=NOON + days,
                action=chance.choice(["use", "read", "sell"]),
                purpose=chance.choice([None, "recruit", "guidance", "training-advice", "marketing", "employment"]),
                roles=_some(chance, ["school", "employer", "agency"]),
                places=_some(chance, ["SE", "SE110", "FR", "EU", "NO"]),
                agreed=chance.choice([None, NOON, NOON + days - timedelta(days=chance.randint(0, 60))]),
                uses=chance.choice([None, 0, 1, 2, 3, 9]),
                last_use=chance.choice([None, NOON]),
                paid=chance.choice([None, {}, {"EUR": Decimal(chance.randint(0, 20))}]),
                consent=chance.choice([None, True, False]),
                level=chance.choice([None, "inferred", "recognised"]),
                done=_some(chance, ["inform", "compensate", "delete"]),
                keeps=chance.choice([frozenset(), frozenset({"delete"}), frozenset({"delete", "inform"})]),
                attributes=chance.choice([{}, {"urn:x": frozenset({"y"})}]),
            )
        )
    return made


def _of(left: str, operators: list[str], rights: list[Any], **more: object) -> st.SearchStrategy[dict[str, Any]]:
    values = st.sampled_from(rights)
    return st.builds(
        lambda operator, one, two: limit(
            left, operator, [one, two] if operator.startswith("is") and operator != "isPartOf" else one, **more
        ),
        st.sampled_from(operators),
        values,
        values,
    )


ORDER = ["eq", "neq", "lt", "lteq", "gt", "gteq"]
WORDS = ["eq", "neq", "isAnyOf", "isNoneOf", "isAllOf", "isPartOf"]
atomic = st.one_of(
    _of("dateTime", ORDER, ["2026-11-21T12:00:00Z", "2026-06-01", "2027-06-01"]),
    _of("elapsedTime", ORDER, ["P0D", "P7D", "P30D"]),
    _of("count", ORDER, ["0", "1", "2", "2.5", "10"]),
    _of("timeInterval", ORDER, ["P1D", "P30D"]),
    _of("payAmount", ORDER, ["0", "5", "10"], unit="EUR"),
    _of("purpose", WORDS, ["recruit", "guidance", "education", "employment", "marketing"]),
    _of(OURS + "recipientRole", WORDS, ["school", "education-provider", "employer"]),
    _of("spatial", WORDS, ["SE", "SE1", "EU", "FR", "NO"]),
    _of(OURS + "validationLevel", ORDER, ["self-declared", "assessed", "recognised"]),
    st.just(limit("unheard", "eq", "x")),
    st.just(limit("urn:x", "eq", "y")),
)
conditions = st.recursive(
    atomic,
    lambda inner: st.builds(
        lambda word, parts: {word: parts},
        st.sampled_from(["and", "or", "xone"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=4,
)
actions = st.sampled_from(["use", "read", "transfer", "inform", "delete", "compensate"])
duties = st.builds(
    lambda action, found: {"action": action, "constraint": found},
    st.sampled_from(["inform", "delete", "compensate"]),
    st.lists(conditions, max_size=2),
)
permissions = st.builds(
    lambda action, found, owed: {"action": action, "constraint": found, "duty": owed},
    actions, st.lists(conditions, max_size=4), st.lists(duties, max_size=1),
)  # fmt: skip
bans = st.builds(
    lambda action, found: {"action": action, "constraint": found}, actions, st.lists(conditions, max_size=2)
)
policies = st.builds(
    lambda some, banned, owed, conflict: policy(*some, prohibition=banned, obligation=owed, conflict=conflict),
    st.lists(permissions, min_size=1, max_size=2),
    st.lists(bans, max_size=2),
    st.lists(duties, max_size=1),
    st.sampled_from(["perm", "prohibit", "invalid"]),
)


@settings(max_examples=40, deadline=None)
@given(policies.filter(lambda made: never_allows(read_policy(made))))
def test_what_is_called_impossible_is_refused_for_a_thousand_facts(document: dict[str, Any]) -> None:
    read = read_policy(document)
    assert not any(decide(read, facts).allowed for facts in thousand_facts())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["permission", "prohibition", "obligation", "action", "constraint", "duty", "leftOperand",
                             "operator", "rightOperand", "and", "xone", "refinement", "target", "unit", "conflict"])
            | st.text(max_size=3),
            inner | st.sampled_from(["use", "purpose", "eq", "count", "3", "dateTime"]),
            max_size=4,
        )
    ),
    max_leaves=25,
)  # fmt: skip


@given(json_values)
def test_no_json_makes_the_linter_fall(document: object) -> None:
    for finding in lint(document):
        assert finding.reason.text
        assert finding.mend.text
    assert json.dumps(evaluate(document, Facts(at=NOON)).as_json())
