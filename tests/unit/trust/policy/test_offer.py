"""Offers: the rules we write mean what was meant, and fit the protocol's schema."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.trust.policy import Facts, evaluate, offer_rules
from tests.conftest import NOON

words = st.text("abcdefghij-", min_size=1, max_size=12)


@given(
    purposes=st.sets(words, min_size=1, max_size=4),
    roles=st.sets(words, max_size=3),
    purpose=words,
    role=words,
    days=st.integers(-5, 5),
)
def test_an_offer_allows_exactly_its_purposes_roles_and_time(
    purposes: set[str], roles: set[str], purpose: str, role: str, days: int
) -> None:
    until = NOON + timedelta(days=days)
    rules = offer_rules(purposes=purposes, roles=roles, until=until, keep_days=30)
    decision = evaluate(rules, Facts(purpose=purpose, at=NOON, roles=frozenset({role})))
    assert decision.allowed == (purpose in purposes and (not roles or role in roles) and days > 0)


def test_an_offer_without_a_purpose_is_refused() -> None:
    with pytest.raises(BadInput):
        offer_rules(purposes=[])


@pytest.mark.data
def test_an_offer_validates_against_the_protocols_schema(real_data: Path) -> None:
    file = real_data.parent / "spec" / "dsp-2025-1" / "negotiation" / "contract-schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    offer = {"@id": "urn:example:o", "@type": "Offer"}
    offer |= offer_rules(purposes=["gather"], roles=["intermediary"], until=NOON, keep_days=30)
    # The schema's own root is “one of”, and every Offer is a MessageOffer too: the definition meant is named instead.
    jsonschema_rs.validate(schema | {"allOf": [{"$ref": "#/definitions/Offer"}]}, offer)
