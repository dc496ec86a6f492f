"""Their rule templates and policies: said by clauses of ours, corrected where they are wrong, never made wider."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.trust.contract.clauses import clause
from skillspace.trust.policy import Facts, evaluate
from skillspace.trust.policy.templates import templates
from skillspace.trust.prometheus import Loss, Read, read_contract, read_rule_template
from tests.conftest import NOON

Document = Callable[[str], Any]
TARGET = "https://catalog.birch.example/v1/catalog/serviceofferings/cc01"


def limit(left: str, operator: str, right: object, **more: object) -> dict[str, object]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right, **more}


def offered(*policies: dict[str, Any]) -> tuple[dict[str, Any] | None, tuple[Loss, ...]]:
    """The policy under which a bilateral contract with these policies offers its data, and what was lost."""
    contract = {"_id": "k", "dataProvider": "did:web:a.example", "dataConsumer": "did:web:b.example",
                "serviceOffering": TARGET, "policy": list(policies)}  # fmt: skip
    read = read_contract(contract)
    policy: dict[str, Any] | None = read.content["participations"][0]["offerings"][0]["policy"]
    return policy, read.losses


def use(*constraints: object, **more: object) -> dict[str, Any]:
    return {"permission": [{"action": "use", "target": TARGET, "constraint": list(constraints)}], **more}


def test_every_template_of_the_field_is_read_and_found_in_our_rules(document: Document) -> None:
    read = [read_rule_template(one) for one in document("rules")]
    assert [one.source for one in read] == [
        *(f"rule-access-{number}" for number in range(1, 7)),
        *(f"rule-billing-{number}" for number in range(1, 5)),
        *(f"rule-responsibility-{number}" for number in range(1, 40)),
    ]
    known = {one.id for one in templates()}
    for one in read:
        assert set(one.content["like"]) <= known
        assert one.content["like"]
        for used in one.content["clauses"]:
            assert clause(used["clause"]).name == used["clause"]
            assert set(used["values"]) == set(clause(used["clause"]).parameters)
        assert one.content["clauses"] or one.content["rules"] or one.lost


def test_what_each_template_says_here(document: Document) -> None:
    said = {one["@id"].rsplit("/", 1)[-1]: read_rule_template(one).content["clauses"] for one in document("rules")}
    period = {"from": "{dateBegin}", "until": "{dateEnd}"}
    assert said["rule-access-3.json"] == [{"clause": "period/1", "values": period}]
    assert said["rule-access-4.json"] == [{"clause": "count-of-uses/1", "values": {"times": "{value}"}}]
    assert said["rule-access-6.json"] == [{"clause": "notice-before-use/1", "values": {"party": "{provider}"}}]
    paid = {"amount": "{amount}", "currency": "EUR"}
    assert said["rule-billing-2.json"] == [{"clause": "billing-by-amount/1", "values": paid}]
    assert said["rule-responsibility-17.json"][0]["values"] == {
        "commitments": ["public-rules", "machine-readable-description"]
    }
    consent, requests = said["rule-responsibility-3.json"]
    assert (consent["clause"], requests["values"]) == ("consent-basis/1", {"commitments": ["gdpr-requests"]})


def test_the_template_that_nobody_can_meet_is_put_right_and_said_so(document: Document) -> None:
    read = read_rule_template(document("rules")[1])
    period = {"from": "{firstDate}", "until": "{lastDate}"}
    assert read.content["clauses"] == [{"clause": "period/1", "values": period}]
    [correction] = read.corrected
    assert correction.what == "dateTime"
    assert "nobody can meet" in correction.why


def test_a_period_written_the_wrong_way_round_is_a_period() -> None:
    first, last = "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"
    policy, _ = offered(use(limit("dateTime", "lt", first), limit("dateTime", "gt", last)))
    within = Facts(at=NOON)
    assert evaluate(policy, within).allowed
    assert not evaluate(policy, Facts(at=datetime(2027, 1, 2, tzinfo=UTC))).allowed
    right, losses = offered(use(limit("dateTime", "gte", first), limit("dateTime", "lte", last)))
    assert evaluate(right, within).allowed
    assert all(loss.what == "operator" for loss in losses if loss.is_correction)


def test_deletion_that_stands_only_in_the_words_is_named_as_lost(document: Document) -> None:
    read = read_rule_template(document("rules")[4])
    assert any("deletion-at-end" in loss.why for loss in read.lost)


def test_two_templates_that_carry_anothers_number_are_told_apart(document: Document) -> None:
    read = read_rule_template(document("rules")[10 + 24])
    assert read.source == "rule-responsibility-25"
    assert read.content["clauses"][0]["values"] == {"commitments": ["publishes-endpoints"]}
    assert [loss.what for loss in read.corrected] == ["uid"]


def test_a_count_of_less_than_n_allows_n_uses_as_theirs_means() -> None:
    policy, _ = offered(use(limit("count", "lt", 2)))
    assert evaluate(policy, Facts(at=NOON, uses=1)).allowed
    assert not evaluate(policy, Facts(at=NOON, uses=2)).allowed


def test_paying_more_than_asked_is_paying() -> None:
    pays = {"action": "compensate", "constraint": [limit("payAmount", "eq", 20, unit="EUR")]}
    policy, _ = offered({"permission": [{"action": "use", "target": TARGET, "duty": [pays]}]})
    assert evaluate(policy, Facts(at=NOON, paid={"EUR": Decimal(25)})).allowed
    assert not evaluate(policy, Facts(at=NOON, paid={"EUR": Decimal(19)})).allowed
    assert not evaluate(policy, Facts(at=NOON)).allowed


def test_any_one_way_to_pay_is_enough_where_theirs_tries_one_after_the_other(document: Document) -> None:
    rules = read_rule_template(document("rules")[9]).content["rules"]
    filled = use(*rules["permission"][0]["constraint"])
    filled["permission"][0]["constraint"][0]["or"][1]["rightOperand"] = "20"
    assert evaluate(filled, Facts(at=NOON, target=None, paid_uses=1)).allowed is False
    bare = {"permission": [{"action": "use", "constraint": filled["permission"][0]["constraint"]}]}
    assert evaluate(bare, Facts(at=NOON, paid_uses=1)).allowed
    assert evaluate(bare, Facts(at=NOON, paid={"EUR": Decimal(20)})).allowed
    assert not evaluate(bare, Facts(at=NOON, paid={}, paid_uses=0)).allowed


@pytest.mark.parametrize(
    "policy",
    [
        use(limit("mood", "eq", "good")),
        use(limit("count", "lt", "@{value}")),
        use(limit("count", "near", 3)),
        use(limit("count", "lt", {"@id": "three"})),
        use(limit("dateTime", "lt", "2026-01-01"), limit("dateTime", "lt", "@{x}")),
        use({"or": [limit("count", "lt", 1), limit("purpose", "eq", "match")]}),
        use(limit("count", "lt", 3, rightOperandReference="https://elsewhere.example/")),
        use(limit("aiUsage", "eq", False)),
        use(prohibition=[{"action": "juggle"}]),
        use(prohibition=[{"action": ["sell", "distribute"]}]),
        use(prohibition=[{"action": "sell", "constraint": [limit("mood", "eq", "bad")]}]),
        use(prohibition=[{"action": "sell", "assignee": "did:web:b.example"}]),
        use(obligation=[{"action": "delete"}]),
        use(assignee="did:web:c.example"),
        {"permission": [{"action": "use", "target": TARGET, "assignee": "did:web:c.example"}]},
        {"permission": [{"action": "use", "target": TARGET, "duty": [{"action": "attribute"}]}]},
        {"permission": [{"action": {"@id": "use", "refinement": [limit("count", "lt", 1)]}, "target": TARGET}]},
        {"permission": [{"action": "use", "target": "https://elsewhere.example/other"}]},
        {"permission": [{"action": "read", "target": TARGET}]},
        {"permission": []},
        {},
    ],
)
def test_rules_that_cannot_be_carried_whole_allow_nothing_and_say_what_was_lost(policy: dict[str, Any]) -> None:
    carried, losses = offered(policy)
    assert carried is None
    if policy.get("permission"):
        assert any(not loss.is_correction and loss.path.startswith("/policy/0") for loss in losses)


def test_of_several_policies_all_must_hold() -> None:
    policy, _ = offered(use(limit("count", "lt", 3)), use(limit("purpose", "eq", "match")), use())
    assert evaluate(policy, Facts(at=NOON, uses=0, purpose="match")).allowed
    assert not evaluate(policy, Facts(at=NOON, uses=0, purpose="marketing")).allowed
    assert not evaluate(policy, Facts(at=NOON, uses=3, purpose="match")).allowed
    assert offered(use(), use(limit("mood", "eq", "good")))[0] is None


def test_what_no_clause_says_is_told_in_words() -> None:
    forbids = {"action": "sell", "constraint": [limit("purpose", "eq", "match")]}
    read = read_rule_template({"uid": "x", "policy": use(prohibition=[forbids])})
    assert any("Forbidden: sell, when: Only for: match." in loss.why for loss in read.lost)


constraints = st.fixed_dictionaries(
    {
        "leftOperand": st.sampled_from(["count", "dateTime", "purpose", "userConsent", "mood", "aiUsage", "spatial"]),
        "operator": st.sampled_from(["lt", "lte", "gteq", "eq", "in", "neq", "isAnyOf", "?"]),
        "rightOperand": st.sampled_from(
            [1, 3, True, "match", ["match", "coach"], "2026-12-01", "2027-01-01", "SE", "@{x}", None]
        ),
    }
)  # fmt: skip


@given(held=st.lists(constraints, max_size=3), more=st.lists(constraints, max_size=2))
@settings(max_examples=150, deadline=None)
def test_one_more_condition_of_theirs_never_allows_more(held: list[Any], more: list[Any]) -> None:
    wide, narrow = offered(use(*held))[0], offered(use(*held, *more))[0]
    for facts in (
        Facts(at=NOON, uses=0, purpose="match", consent=True, places=frozenset({"SE"}), commitments=frozenset()),
        Facts(at=NOON, uses=2, purpose="coach", consent=None),
    ):
        if narrow is not None and evaluate(narrow, facts).allowed and not _was_tangled(held, more):
            assert wide is not None
            assert evaluate(wide, facts).allowed


def _was_tangled(held: list[Any], more: list[Any]) -> bool:
    """A second end of a period may put a first one right that stood the wrong way round: that is the correction."""
    return any(one["leftOperand"] == "dateTime" for one in [*held, *more])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
    | st.sampled_from(["@{value}", "use", "dateTime", "lt", "count", "compensate", "payAmount"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(
            ["permission", "constraint", "leftOperand", "operator", "rightOperand", "action", "duty", "policy", "unit",
             "consequence", "prohibition", "uid", "@id", "requestedFields", "target", "@value"]
        ),
        inner, max_size=5),
    max_leaves=25,
)  # fmt: skip


@given(policy=json_values, permission=json_values)
@settings(max_examples=200, deadline=None)
def test_garbage_in_a_template_gives_bad_input_and_nothing_else(policy: Any, permission: Any) -> None:
    for document in (policy, {"uid": "x", "policy": policy}, {"uid": "x", "policy": {"permission": permission}}):
        with suppress(BadInput):
            assert isinstance(read_rule_template(document), Read)
