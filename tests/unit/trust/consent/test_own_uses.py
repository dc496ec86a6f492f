"""An intermediary that uses a yes itself checks what every other recipient checks, before it asks a provider."""

from __future__ import annotations

import pytest

from skillspace.trust.consent import Grant
from skillspace.trust.consent.errors import NoContract, Restricted
from skillspace.trust.contract import Agreement
from tests.unit.trust.consent.conftest import DIPLOMAS, HUB, SCHOOL, World


def test_without_a_contract_the_intermediary_gets_itself_no_token(
    world: World, gather: tuple[Grant, str, Agreement]
) -> None:
    grant, *_ = gather
    assert world[HUB].room.uses.token(grant.id)
    world.no_contract.add(f"{SCHOOL} {HUB} {DIPLOMAS}")
    with pytest.raises(NoContract):
        world[HUB].room.uses.token(grant.id)


def test_what_is_restricted_the_intermediary_does_not_fetch(world: World, gather: tuple[Grant, str, Agreement]) -> None:
    grant, *_ = gather
    world.restricted.add(grant.subject)
    with pytest.raises(Restricted):
        world[HUB].room.uses.token(grant.id)
