"""Actions, parties, refinements, duties and conflicts: which rule is about a use, and what comes with a yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from skillspace.trust.policy import Decision, Facts, evaluate
from tests.conftest import NOON
from tests.unit.trust.policy.making import FACTS, OURS, limit, policy, rule

ACME, OTHER = "did:web:acme.example", "did:web:other.example"
PAID = limit("payAmount", "gteq", "10", unit="EUR")
LATE = limit("elapsedTime", "lteq", "P5D")
IN_TIME = limit("elapsedTime", "lteq", "P30D")


def messages(decision: Decision) -> set[str]:
    return {reason.message for reason in (*decision.reasons, *decision.owed)}


def test_a_permission_to_use_covers_every_use_and_no_transfer() -> None:
    for action in ("use", "read", "odrl:extract", "http://www.w3.org/ns/odrl/2/anonymize"):
        assert evaluate(policy(rule()), replace(FACTS, action=action)).allowed
    for action in ("transfer", "sell", "unheard"):
        assert not evaluate(policy(rule()), replace(FACTS, action=action)).allowed


def test_a_permission_to_reproduce_covers_extracting_and_not_use_as_such() -> None:
    narrow = policy(rule(action="reproduce"))
    assert evaluate(narrow, replace(FACTS, action="extract")).allowed
    assert not evaluate(narrow, FACTS).allowed


def test_a_ban_on_passing_data_on_leaves_use_alone_and_is_told_with_the_yes() -> None:
    decision = evaluate(policy(rule(), prohibition=[rule(action="distribute")]), FACTS)
    assert decision.allowed
    assert messages(decision) >= {"prohibition.stays"}
    assert not evaluate(
        policy(rule(), prohibition=[rule(action="distribute")]), replace(FACTS, action="distribute")
    ).allowed


def test_one_of_several_actions_is_enough_for_a_permission() -> None:
    assert evaluate(policy(rule(action=["read", {"@id": "odrl:use"}])), FACTS).allowed


@pytest.mark.parametrize(("right", "allowed"), [("recruit", True), ("sell", False)])
def test_a_refined_action_is_only_the_refined_one(right: str, allowed: bool) -> None:
    refined = {"rdf:value": {"@id": "odrl:use"}, "refinement": [limit("purpose", "eq", right)]}
    assert evaluate(policy(rule(action=refined)), FACTS).allowed == allowed
    assert evaluate(policy(rule(), prohibition=[rule(action=[refined])]), FACTS).allowed != allowed


def test_a_refined_recipient_needs_the_attribute_its_credentials_give() -> None:
    small = limit("https://example.org/size", "eq", "small")
    group = {"@type": "PartyCollection", "source": "urn:example:space", "refinement": [small]}
    member = replace(FACTS, recipient=ACME, memberships=frozenset({"urn:example:space"}))
    with_size = replace(member, attributes={"https://example.org/size": frozenset({"small"})})
    assert evaluate(policy(rule(assignee=group)), with_size).allowed
    assert not evaluate(policy(rule(assignee=group)), member).allowed
    assert not evaluate(policy(rule(assignee=group)), replace(with_size, memberships=frozenset())).allowed


def test_a_refined_asset_is_asked_about_the_data() -> None:
    asset = {"@type": "AssetCollection", "source": "urn:d", "refinement": [limit(OURS + "dataKind", "isA", "record")]}
    assert evaluate(policy(rule(target=asset), target="urn:d"), replace(FACTS, kinds=frozenset({"badge"}))).allowed
    assert not evaluate(policy(rule(target=asset), target="urn:d"), replace(FACTS, kinds=frozenset({"name"}))).allowed
    assert not evaluate(policy(rule(target=asset)), replace(FACTS, kinds=frozenset({"badge"}))).allowed


@pytest.mark.parametrize(
    "others", [{"assignee": OTHER}, {"target": "urn:other"}, {"assigner": {"@id": "did:web:someone.example"}}]
)
def test_an_agreement_with_others_or_about_something_else_allows_nothing(others: dict[str, object]) -> None:
    facts = replace(FACTS, recipient=ACME, target="urn:d", provider="did:web:uni.example")
    decision = evaluate(policy(rule(), **others), facts)
    assert not decision.allowed
    assert messages(decision) == {"part.other"}


def test_a_rule_for_one_recipient_is_not_for_another() -> None:
    mine, theirs = rule(assignee=ACME), rule(assignee=OTHER)
    facts = replace(FACTS, recipient=ACME)
    assert evaluate(policy(theirs, mine), facts).allowed
    assert not evaluate(policy(theirs), facts).allowed
    assert evaluate(policy(rule(), prohibition=[theirs]), facts).allowed
    assert not evaluate(policy(rule(), prohibition=[mine]), facts).allowed
    assert not evaluate(policy(rule(), prohibition=[theirs]), FACTS).allowed


@pytest.mark.parametrize(("strategy", "allowed"), [("perm", True), ("prohibit", False), ("odrl:invalid", False)])
def test_a_conflict_is_settled_as_the_policy_says(strategy: str, allowed: bool) -> None:
    assert evaluate(policy(rule(), prohibition=[rule()], conflict=strategy), FACTS).allowed == allowed
    assert not evaluate(policy(rule(), prohibition=[rule()]), FACTS).allowed
    assert not evaluate(policy(prohibition=[rule()], conflict=strategy), FACTS).allowed


def test_a_known_profile_is_kept_and_an_unknown_one_is_refused_by_name() -> None:
    assert evaluate(policy(rule(), profile=["https://w3id.org/skillspace/policy"]), FACTS).allowed
    assert "urn:strange" in evaluate(policy(rule(), profile="urn:strange"), FACTS).why


def test_a_duty_before_use_must_have_been_done() -> None:
    told = policy(rule(duty=[{"action": "inform", "informedParty": OTHER}]))
    assert not evaluate(told, FACTS).allowed
    assert not evaluate(told, replace(FACTS, notified=frozenset({ACME}), done=frozenset({"inform"}))).allowed
    assert evaluate(told, replace(FACTS, notified=frozenset({OTHER}))).allowed
    anyone = policy(rule(duty=[{"action": "inform"}]))
    assert evaluate(anyone, replace(FACTS, done=frozenset({"odrl:inform"}))).allowed


def test_consent_as_a_duty_is_the_persons_yes() -> None:
    asked = policy(rule(duty=[{"action": "obtainConsent"}]))
    assert evaluate(asked, replace(FACTS, consent=True)).allowed
    assert not evaluate(asked, replace(FACTS, consent=False, done=frozenset({"obtainConsent"}))).allowed


@pytest.mark.parametrize("written", [{"action": "compensate", "constraint": [PAID]}, {
    "action": {"rdf:value": {"@id": "odrl:compensate"}, "refinement": [PAID]}
}])  # fmt: skip
def test_a_payment_is_the_amount_in_its_currency(written: dict[str, object]) -> None:
    asked = policy(rule(duty=[written]))
    assert evaluate(asked, replace(FACTS, paid={"EUR": Decimal(10)})).allowed
    for paid in (None, {}, {"SEK": Decimal(100)}, {"EUR": Decimal("9.99")}, {"EUR": Decimal(-10)}):
        assert not evaluate(asked, replace(FACTS, paid=paid, done=frozenset({"compensate"}))).allowed
    assert "10 EUR" in evaluate(asked, replace(FACTS, paid={})).why


def test_a_duty_the_node_keeps_is_owed_and_one_it_cannot_read_is_not() -> None:
    decision = evaluate(policy(rule(duty=[{"action": "delete", "constraint": [IN_TIME]}])), FACTS)
    assert decision.allowed
    assert "duty.kept-here" in messages(decision)
    for condition in (limit("event", "eq", "graduation"), limit("unheard", "eq", "x"), {"or": [IN_TIME, IN_TIME]}):
        assert not evaluate(policy(rule(), obligation=[rule(condition, action="delete")]), FACTS).allowed


def test_an_obligation_is_open_until_its_deadline_and_broken_after_it() -> None:
    asked = policy(rule(), obligation=[rule(IN_TIME, action="inform")])
    open_yet = evaluate(asked, FACTS)
    assert open_yet.allowed
    assert "duty.open" in messages(open_yet)
    later = replace(FACTS, agreed=NOON - timedelta(days=31))
    assert not evaluate(asked, later).allowed
    assert not evaluate(policy(rule(), obligation=[rule(action="inform")]), FACTS).allowed


def test_what_is_done_late_needs_its_consequence_as_well() -> None:
    fine = {"action": "compensate", "constraint": [PAID]}
    asked = policy(rule(), obligation=[rule(LATE, action="inform", consequence=[fine])])
    told, paid = frozenset({"inform"}), {"EUR": Decimal(10)}
    assert not evaluate(asked, replace(FACTS, done=told)).allowed
    assert not evaluate(asked, replace(FACTS, paid=paid)).allowed
    assert evaluate(asked, replace(FACTS, done=told, paid=paid)).allowed


def test_a_remedy_does_not_open_what_a_prohibition_closes() -> None:
    banned = policy(rule(), prohibition=[rule(remedy=[{"action": "anonymize"}])])
    assert not evaluate(banned, replace(FACTS, done=frozenset({"anonymize"}))).allowed
    assert not evaluate(policy(rule(), prohibition=[rule(action="sell", remedy=[{"action": "x"}])]), FACTS).allowed


def test_a_duty_of_somebody_else_is_not_taken_for_ours() -> None:
    theirs = {"action": "inform", "assignee": OTHER}
    facts = replace(FACTS, recipient=ACME, done=frozenset({"inform"}))
    assert not evaluate(policy(rule(duty=[theirs])), facts).allowed
    assert evaluate(policy(rule(duty=[theirs | {"assignee": ACME}])), facts).allowed


def test_every_rule_has_its_outcome_with_where_it_stands() -> None:
    decision = evaluate(
        policy(rule(limit("purpose", "eq", "sell")), rule(), prohibition=[rule(action="sell")]),
        Facts(at=NOON, purpose="recruit"),
    )
    found = {ruling.pointer: ruling.holds for ruling in decision.rulings}
    assert found == {"/prohibition/0": False, "/permission/0": False, "/permission/1": True}
    assert decision.rulings[1].verdicts[0].pointer == "/permission/0/constraint/0"
