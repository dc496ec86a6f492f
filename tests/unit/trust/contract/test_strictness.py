"""At least as strict: whatever a policy that passes allows, the one agreed on allows as well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.trust.contract.strictness import looser
from skillspace.trust.policy import Facts, evaluate, offer_rules
from tests.conftest import NOON

AGREED = offer_rules(purposes=["recruitment"], roles=["employer"], until=datetime(2027, 1, 1, tzinfo=UTC), keep_days=90)


def _constraint(operand: str, operator: str, right: object) -> dict[str, Any]:
    return {"leftOperand": operand, "operator": operator, "rightOperand": right}


def _with(rules: dict[str, Any], *extra: dict[str, Any]) -> dict[str, Any]:
    (permission,) = rules["permission"]
    return rules | {"permission": [permission | {"constraint": [*permission["constraint"], *extra]}]}


def test_the_same_policy_and_a_stricter_one_pass() -> None:
    assert looser(AGREED, AGREED) == []
    assert looser(_with(AGREED, _constraint("count", "lteq", 5)), AGREED) == []
    earlier = offer_rules(
        purposes=["recruitment"], roles=["employer"], until=datetime(2026, 12, 1, tzinfo=UTC), keep_days=90
    )
    assert looser(earlier, AGREED) == []


@pytest.mark.parametrize(
    ("policy", "part"),
    [
        (offer_rules(purposes=["recruitment"], roles=["employer"], keep_days=90), "dateTime"),
        (offer_rules(purposes=["recruitment"], until=datetime(2027, 1, 1, tzinfo=UTC), keep_days=90), "recipientRole"),
        (offer_rules(purposes=["guidance"], roles=["employer"], until=NOON, keep_days=90), "purpose"),
        (offer_rules(purposes=["recruitment", "guidance"], roles=["employer"], until=NOON, keep_days=90), "purpose"),
        (offer_rules(purposes=["recruitment"], roles=["employer"], until=NOON), "delete"),
        ({"permission": [{"action": "sell"}]}, "sell"),
        (AGREED | {"inheritFrom": "urn:another"}, "not fully understood"),
    ],
)
def test_what_asks_less_is_told_with_the_part(policy: dict[str, Any], part: str) -> None:
    assert part in " ".join(looser(policy, AGREED))


def test_a_prohibition_of_the_contract_has_to_stand() -> None:
    agreed = AGREED | {"prohibition": [{"action": "distribute"}]}
    assert looser(AGREED, agreed) == ["The contract's prohibition (distribute) is missing."]
    assert looser(agreed, AGREED) == []


def test_another_permission_beside_the_agreed_one_is_seen() -> None:
    wider = AGREED | {"permission": [*AGREED["permission"], {"action": "use"}]}
    assert looser(wider, AGREED)


_OPERATORS = ("lt", "lteq", "gt", "gteq", "eq", "neq")
_constraints = st.one_of(
    st.builds(_constraint, st.just("count"), st.sampled_from(_OPERATORS), st.integers(1, 5)),
    st.builds(
        _constraint,
        st.just("purpose"),
        st.sampled_from(["isAnyOf", "isNoneOf"]),
        st.lists(st.sampled_from(["recruitment", "guidance", "research"]), min_size=1, max_size=2, unique=True),
    ),
    st.builds(
        lambda operator, days: _constraint("dateTime", operator, (NOON + timedelta(days=days)).isoformat()),
        st.sampled_from(["lt", "gteq"]),
        st.integers(-3, 3),
    ),
)
_rules = st.lists(_constraints, max_size=3).map(lambda found: {"action": "use", "constraint": found})
_policies = st.builds(
    lambda allowed, banned: {"permission": allowed, "prohibition": banned},
    st.lists(_rules, min_size=1, max_size=2),
    st.lists(_rules, max_size=1),
)
_facts = st.builds(
    Facts,
    at=st.integers(-4, 4).map(lambda days: NOON + timedelta(days=days)),
    purpose=st.sampled_from(["recruitment", "guidance", "research", None]),
    uses=st.integers(0, 6),
)


@settings(max_examples=150, deadline=None)
@given(_policies, _policies, _facts)
def test_nothing_that_passes_allows_what_was_not_agreed(
    policy: dict[str, Any], agreed: dict[str, Any], facts: Facts
) -> None:
    if not looser(policy, agreed) and evaluate(policy, facts).allowed:
        assert evaluate(agreed, facts).allowed
