"""The agent's door: nothing is given that a preference of this person does not give, whoever knocks."""

from __future__ import annotations

from typing import Any

import pytest

from skillspace.trust.agent import Effect, Wish
from skillspace.trust.consent import Acting
from skillspace.trust.consent.errors import NotMandated
from tests.unit.trust.agent.conftest import ADA, BO, SCHOOL, WORKS, World

ALWAYS, ASK, NEVER = Effect.ALWAYS, Effect.ASK, Effect.NEVER


@pytest.mark.parametrize(
    "change",
    [
        {"mandate": "preference-that-is-not"},
        {"mandate": None},
        {"actor": BO},
    ],
)
def test_a_made_up_agent_opens_nothing(world: World, change: dict[str, Any]) -> None:
    kept = world.prefer(world.wish(ALWAYS, "badge"))
    with world.database.writing() as work:
        asked = world.put(work, "badge")
        acting = Acting(**({"actor": ADA, "name": "agent", "capacity": "agent", "mandate": kept.id} | change))
        with pytest.raises(NotMandated):
            world.consents.grant(work, asked.id, ADA, acting=acting)


@pytest.mark.parametrize(
    ("wish", "kinds"),
    [
        ({"effect": NEVER}, ("badge",)),
        ({"effect": ASK}, ("badge",)),
        ({"effect": ALWAYS}, ("badge", "diploma")),
        ({"effect": ALWAYS, "most_days": 3}, ("badge",)),
        ({"effect": ALWAYS, "most_uses": 3}, ("badge",)),
        ({"effect": ALWAYS, "purposes": frozenset({"train"})}, ("badge",)),
        ({"effect": ALWAYS, "organisations": frozenset({SCHOOL})}, ("badge",)),
    ],
)
def test_the_door_gives_nothing_that_the_preference_does_not_whoever_decides(
    world: World, wish: dict[str, Any], kinds: tuple[str, ...]
) -> None:
    kept = world.prefer(Wish(**({"kinds": frozenset({"badge"}), "organisations": frozenset({WORKS})} | wish)))
    acting = Acting(actor=ADA, name="agent", capacity="agent", mandate=kept.id)
    with world.database.writing() as work:
        asked = world.put(work, *kinds)
        with pytest.raises(NotMandated):
            world.consents.grant(work, asked.id, ADA, acting=acting)
        with pytest.raises(NotMandated):
            world.consents.revoke(work, asked.id, ADA, acting=acting)


def test_the_door_is_shut_while_the_preference_is_paused(world: World) -> None:
    kept = world.prefer(world.wish(ALWAYS, "badge"))
    acting = Acting(actor=ADA, name="agent", capacity="agent", mandate=kept.id)
    with world.database.writing() as work:
        world.preferences.pause(work, kept.id, ADA)
        asked = world.put(work, "badge")
        with pytest.raises(NotMandated):
            world.consents.grant(work, asked.id, ADA, acting=acting)
