"""A credential that its school has not decided on yet, over real HTTP: it waits, and comes or does not."""

from __future__ import annotations

import pytest

from skillspace.people.wallet import issuers
from skillspace.trust.issuance import service
from tests.nodes import until
from tests.unit.people.wallet.conftest import WELDING, Space


def test_what_the_school_has_not_decided_waits_and_comes_after_its_yes(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuers, "LOOK_AGAIN_S", 0.2)
    monkeypatch.setattr(service, "ASK_AGAIN_S", 0)
    offered = space.offer(is_undecided=True)
    name = space.wallets.take(space.person.id, offered.link)
    until(lambda: space.offer_state(offered) == "deferred", "the school is asked")
    with space.school.database.writing() as work:
        space.school.rooms.issuance.decide(work, offered.id)
    until(lambda: space.intake_state(name) == "told", "the credential comes")
    with space.hub.database.reading() as work:
        assert space.wallets.card(work, space.person.id, name).title == WELDING.title
    until(lambda: space.offer_state(offered) == "accepted", "the school hears that it was kept")


def test_a_no_of_the_school_ends_the_wait(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuers, "LOOK_AGAIN_S", 0.2)
    monkeypatch.setattr(service, "ASK_AGAIN_S", 0)
    offered = space.offer(is_undecided=True)
    name = space.wallets.take(space.person.id, offered.link)
    until(lambda: space.offer_state(offered) == "deferred", "the school is asked")
    with space.school.database.writing() as work:
        space.school.rooms.issuance.withdraw(work, offered.id)
    until(lambda: space.intake_state(name) == "failed", "the no arrives")
    with space.hub.database.reading() as work:
        assert "This offer is over" in str(space.wallets.intake(work, space.person.id, name).reason)
