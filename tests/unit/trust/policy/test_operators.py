"""Every operator on every sort of operand: what holds, what fails, and what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.trust.policy import Facts, evaluate
from skillspace.trust.policy.judging import compare
from skillspace.trust.policy.vocabulary import scheme
from tests.conftest import NOON
from tests.unit.trust.policy.making import OURS, limit, policy, rule

KNOWN = Facts(
    at=NOON,
    purpose="training-advice",
    recipient="did:web:acme.example",
    roles=frozenset({"university", "employer"}),
    memberships=frozenset({"urn:example:space"}),
    commitments=frozenset({"traceability", "pricing"}),
    attributes={"https://example.org/size": frozenset({"small"})},
    agreed=NOON - timedelta(days=10),
    uses=4,
    last_use=NOON - timedelta(days=3),
    paid={"EUR": Decimal("49.50")},
    paid_until=NOON + timedelta(days=1),
    paid_uses=2,
    consent=True,
    places=frozenset({"SE110", "http://data.europa.eu/nuts/code/SE224"}),
    languages=frozenset({"sv-SE"}),
    sectors=frozenset({"85.59"}),
    formats=frozenset({"application/vc+ld+json"}),
    channels=frozenset({"HttpData-PULL"}),
    devices=frozenset({"urn:example:server"}),
    events=frozenset({"school-year"}),
    kinds=frozenset({"diploma", "badge"}),
    level="assessed",
)

HOLDS = [
    limit("purpose", "isPartOf", "guidance"),
    limit("purpose", "isA", "education"),
    limit("purpose", "isNoneOf", ["marketing", "employment"]),
    limit("purpose", "isAllOf", ["guidance", "education"]),
    limit("purpose", "hasPart", "training-advice"),
    limit("recipient", "eq", "did:web:acme.example"),
    limit("recipient", "neq", "did:web:other.example"),
    limit(OURS + "recipientRole", "isAllOf", ["employer", "education-provider"]),
    limit(OURS + "recipientRole", "isA", "education-provider"),
    limit(OURS + "membership", "eq", "urn:example:space"),
    limit(OURS + "commitment", "isAllOf", ["traceability", "pricing"]),
    limit(OURS + "consent", "eq", "given"),
    limit(OURS + "dataKind", "isPartOf", "credential"),
    limit(OURS + "dataKind", "hasPart", ["badge"]),
    limit(OURS + "validationLevel", "gteq", "inferred"),
    limit(OURS + "validationLevel", "lt", "https://w3id.org/skillspace/level#certified"),
    limit(OURS + "paidUntil", "gt", "policyUsage"),
    limit(OURS + "paidUses", "gteq", "1"),
    limit("spatial", "isPartOf", "SE"),
    limit("spatial", "isPartOf", {"@id": "http://data.europa.eu/nuts/code/SE"}),
    limit("spatial", "isAnyOf", ["SE1", "SE2"]),
    limit("spatial", "isPartOf", "EEA"),
    limit("spatial", "neq", "NO"),
    limit("language", "isA", "sv"),
    limit("industry", "isPartOf", "P"),
    limit("industry", "isPartOf", "85.5"),
    limit("fileFormat", "isA", "application/json"),
    limit("deliveryChannel", "isPartOf", "HttpData"),
    limit("systemDevice", "eq", "urn:example:server"),
    limit("event", "eq", "school-year"),
    limit("count", "lteq", "5"),
    limit("count", "eq", {"@value": "5", "@type": "xsd:integer"}),
    limit("count", "lt", 6),
    limit("timeInterval", "eq", "P3D"),
    limit("delayPeriod", "eq", "P1W"),
    limit("elapsedTime", "eq", "P30D"),
    limit("payAmount", "gteq", "49.5", unit="EUR"),
    limit("payAmount", "lteq", "0", unit="SEK"),
    limit("payAmount", "eq", "49.50", unit={"@id": "http://dbpedia.org/resource/Euro"}),
    limit("https://example.org/size", "isAnyOf", ["small", "medium"]),
]
FAILS = [
    limit("purpose", "isPartOf", "employment"),
    limit("purpose", "isNoneOf", ["guidance"]),
    limit("purpose", "isAllOf", ["guidance", "employment"]),
    limit("recipient", "neq", "did:web:acme.example"),
    limit(OURS + "recipientRole", "isAllOf", ["employer", "agency"]),
    limit(OURS + "recipientRole", "isNoneOf", ["education-provider"]),
    limit(OURS + "commitment", "isAllOf", ["traceability", "democratic"]),
    limit(OURS + "validationLevel", "gteq", "certified"),
    limit(OURS + "paidUses", "gt", "2"),
    limit("spatial", "isPartOf", "FR"),
    limit("spatial", "isNoneOf", ["EU"]),
    limit("language", "isA", "s"),
    limit("industry", "isPartOf", "Q"),
    limit("fileFormat", "eq", "text/csv"),
    limit("count", "lteq", "4"),
    limit("timeInterval", "eq", "P4D"),
    limit("delayPeriod", "gteq", "P11D"),
    limit("payAmount", "gteq", "49.51", unit="EUR"),
    limit("https://example.org/size", "eq", "large"),
]
PERHAPS = [
    # Some of it fits and some does not, or what is found is wider than what is named.
    limit("spatial", "eq", "SE110"),
    limit("spatial", "neq", "somewhere"),
    limit("language", "neq", "sv-SE-1994"),
    limit(OURS + "dataKind", "eq", "badge"),
    limit("purpose", "eq", "https://example.org/unheard") | {"rightOperandReference": "https://example.org/"},
    limit("payAmount", "gteq", "5"),
    limit("count", "lt", "five"),
    limit("count", "lt", True),
    limit("count", "lt", "1e3"),
    limit("count", "isAnyOf", ["5"]),
    limit(OURS + "validationLevel", "gteq", "good"),
    limit("https://example.org/colour", "eq", "red"),
    limit("absolutePosition", "eq", "1"),
    limit("count", "lt", "9", status="4"),
]


@pytest.mark.parametrize("constraint", HOLDS, ids=str)
def test_what_holds_allows_and_forbids(constraint: dict[str, object]) -> None:
    assert evaluate(policy(rule(constraint)), KNOWN).allowed
    assert not evaluate(policy(rule(), prohibition=[rule(constraint)]), KNOWN).allowed


@pytest.mark.parametrize("constraint", FAILS, ids=str)
def test_what_fails_neither_allows_nor_forbids(constraint: dict[str, object]) -> None:
    assert not evaluate(policy(rule(constraint)), KNOWN).allowed
    assert evaluate(policy(rule(), prohibition=[rule(constraint)]), KNOWN).allowed


@pytest.mark.parametrize("constraint", PERHAPS, ids=str)
def test_what_may_or_may_not_hold_does_not_allow_and_does_forbid(constraint: dict[str, object]) -> None:
    assert not evaluate(policy(rule(constraint)), KNOWN).allowed
    assert not evaluate(policy(rule(), prohibition=[rule(constraint)]), KNOWN).allowed


@pytest.mark.parametrize("constraint", [*HOLDS, *FAILS], ids=str)
def test_without_the_fact_nothing_is_allowed_and_the_operand_is_named(constraint: dict[str, Any]) -> None:
    decision = evaluate(policy(rule(constraint)), Facts(at=NOON))
    assert not decision.allowed
    assert constraint["leftOperand"].removeprefix(OURS) in decision.why


def test_the_first_use_meets_every_interval() -> None:
    weekly = policy(rule(limit("timeInterval", "eq", "P7D")))
    assert evaluate(weekly, Facts(at=NOON, uses=0)).allowed
    assert not evaluate(weekly, Facts(at=NOON, uses=1)).allowed


def test_a_clock_behind_the_agreement_is_no_ground_to_build_on() -> None:
    ahead = replace(KNOWN, agreed=NOON + timedelta(minutes=1))
    assert not evaluate(policy(rule(limit("elapsedTime", "lt", "P1D"))), ahead).allowed


def test_a_wider_purpose_than_the_forbidden_one_is_forbidden_as_well() -> None:
    ban = policy(rule(), prohibition=[rule(limit("purpose", "eq", "direct-marketing"))])
    assert not evaluate(ban, Facts(at=NOON, purpose="marketing")).allowed
    assert evaluate(ban, Facts(at=NOON, purpose="guidance")).allowed


def test_a_moment_without_an_offset_is_no_fact() -> None:
    with pytest.raises(ValueError, match="offset"):
        Facts(at=NOON.replace(tzinfo=None))


places = st.sampled_from(["SE", "SE1", "SE11", "SE110", "SE2", "FR", "FR1", "EU", "NO", "EEA", "US"])


@given(st.frozensets(places, min_size=1, max_size=3), st.lists(places, min_size=1, max_size=3), st.booleans())
def test_none_of_is_never_true_together_with_any_of(found: frozenset[str], wanted: list[str], is_whole: bool) -> None:
    any_of = compare(scheme("places"), "isAnyOf", found, wanted, is_whole=is_whole)
    none_of = compare(scheme("places"), "isNoneOf", found, wanted, is_whole=is_whole)
    assert not (any_of and none_of)
    assert (any_of is False) == (none_of is True)


@given(places, places, places)
def test_lying_within_passes_on(one: str, two: str, three: str) -> None:
    fits = scheme("places").fits
    if fits(one, two) and fits(two, three):
        assert fits(one, three)
    if fits(one, two) and one != two:
        assert fits(two, one) is None
