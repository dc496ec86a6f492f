"""What the gate learns of a use from contracts and records, only where it needs it; what nobody knows stays a no."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from skillspace.trust.consent.errors import PolicyForbids
from skillspace.trust.contract import Agreement
from skillspace.trust.policy.terms import OPERAND as OWN
from tests.unit.trust.consent.conftest import HUB, PROFILES, WORKS, World
from tests.unit.trust.consent.test_gate import refusals, release

PLACE = {"leftOperand": "spatial", "operator": "isPartOf", "rightOperand": ["SE", "FI"]}
PROMISE = {"leftOperand": f"{OWN}commitment", "operator": "isAllOf", "rightOperand": ["https://example.org/fair"]}
PAID = {"leftOperand": f"{OWN}paidUntil", "operator": "gteq", "rightOperand": "policyUsage"}
BOUGHT = {"leftOperand": f"{OWN}paidUses", "operator": "gteq", "rightOperand": "1"}


def _told(world: World, monkeypatch: pytest.MonkeyPatch, facts: Mapping[str, Any]) -> list[tuple[str, ...]]:
    asked: list[tuple[str, ...]] = []

    def circumstances(_work: object, *about: str) -> Mapping[str, Any]:
        asked.append(about)
        return facts

    monkeypatch.setattr(world[HUB].room.gate, "_circumstances", circumstances)
    return asked


def _agreement(world: World, *limits: Mapping[str, Any]) -> Agreement:
    agreement = world.agree(HUB, WORKS, PROFILES, purposes=["recruit"])
    agreement.policy["permission"][0]["constraint"] += limits
    return agreement


@pytest.mark.parametrize(
    ("limit", "facts", "missing"),
    [
        (PLACE, {"places": frozenset({"SE"})}, "spatial"),
        (PROMISE, {"commitments": frozenset({"https://example.org/fair"})}, "commitment"),
        (BOUGHT, {"paid_uses": 3}, "paidUses"),
    ],
)
def test_a_limit_is_kept_where_it_is_known_and_a_no_by_its_name_where_not(
    world: World, monkeypatch: pytest.MonkeyPatch, limit: Any, facts: Any, missing: str
) -> None:
    grant = world.granted()
    agreement = _agreement(world, limit)
    with pytest.raises(PolicyForbids, match=r"(?i)not known") as fault:
        release(world, HUB, world.token(grant), WORKS, agreement)
    assert fault.value.code in refusals(world, HUB)
    asked = _told(world, monkeypatch, facts)
    assert release(world, HUB, world.token(grant), WORKS, agreement).kinds
    assert set(asked) == {(HUB, WORKS, PROFILES, "recruit")}, missing


def test_a_use_in_a_country_that_is_not_named_is_refused_even_where_others_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant, agreement = world.granted(), _agreement(world, PLACE)
    for places in ({"US"}, {"SE", "US"}, set()):
        _told(world, monkeypatch, {"places": frozenset(places)})
        with pytest.raises(PolicyForbids):
            release(world, HUB, world.token(grant), WORKS, agreement)


def test_what_is_paid_until_yesterday_is_not_paid(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    grant, agreement = world.granted(), _agreement(world, PAID)
    _told(world, monkeypatch, {"paid_until": world.clock() - timedelta(days=1)})
    with pytest.raises(PolicyForbids):
        release(world, HUB, world.token(grant), WORKS, agreement)
    _told(world, monkeypatch, {"paid_until": world.clock() + timedelta(days=1), "paid": {"EUR": Decimal(1)}})
    assert release(world, HUB, world.token(grant), WORKS, agreement).kinds


def test_where_rules_allow_without_them_nobody_is_asked_for_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _told(world, monkeypatch, {"places": frozenset({"SE"})})
    release(world, HUB, world.token(world.granted()), WORKS, _agreement(world))
    assert asked == []
