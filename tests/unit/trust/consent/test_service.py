"""Asking, answering, narrowing, stopping: what a person can do and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from skillspace.kernel.errors import BadInput, ConsentMissing, MoveNotAllowed, NotFound
from skillspace.trust.consent import Grant, GrantState
from skillspace.trust.consent.errors import ConsentExpired
from skillspace.trust.consent.log.diary import REFUSALS_A_DAY
from skillspace.trust.consent.store import notices
from tests.unit.trust.consent.conftest import HUB, World

KINDS = ("skills-profile", "plan")


def test_the_same_open_ask_gives_the_same_grant(world: World) -> None:
    with world[HUB].database.writing() as work:
        first = world.ask(work, kinds=KINDS)
        again = world.ask(work, kinds=tuple(reversed(KINDS)))
        assert again == first
        assert world[HUB].consents.asks_waiting(work, "person-ada") == [first]


def test_an_open_ask_for_other_kinds_is_replaced(world: World) -> None:
    with world[HUB].database.writing() as work:
        first = world.ask(work, kinds=KINDS)
        second = world.ask(work, kinds=("plan",))
        assert world[HUB].consents.asks_waiting(work, "person-ada") == [second]
        assert world[HUB].consents.find(work, first.id).state is GrantState.TERMINATED


def test_an_open_ask_for_a_shorter_time_or_for_other_uses_is_replaced(world: World) -> None:
    def waiting(**changes: Any) -> Grant:
        asked = world.ask(work, kinds=KINDS, **changes)
        assert world[HUB].consents.asks_waiting(work, "person-ada") == [asked]
        return asked

    with world[HUB].database.writing() as work:
        short = waiting(until=world.clock() + timedelta(days=5))
        long = waiting(until=world.clock() + timedelta(days=9))
        assert long.id != short.id
        assert waiting(until=world.clock() + timedelta(days=5)) == long
        assert waiting(until=world.clock() + timedelta(days=9, hours=7)) == long, "some hours more are the same ask"
        once = waiting(until=world.clock() + timedelta(days=9), max_uses=1)
        assert (once.id != long.id, once.max_uses) == (True, 1)


def test_an_ask_for_nothing_or_for_the_past_is_refused(world: World) -> None:
    with world[HUB].database.writing() as work:
        with pytest.raises(BadInput):
            world.ask(work, kinds=())
        with pytest.raises(BadInput):
            world.ask(work, kinds=KINDS, until=world.clock())


def test_a_yes_may_be_to_less_and_shorter_but_never_to_more(world: World) -> None:
    soon, late = world.clock() + timedelta(days=7), world.clock() + timedelta(days=999)
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=KINDS)
        for kinds, until in (((), soon), (("diploma",), soon), (("plan", "diploma"), soon), (("plan",), late)):
            with pytest.raises(BadInput):
                world[HUB].consents.grant(work, asked.id, "person-ada", kinds=kinds, until=until)
        given = world[HUB].consents.grant(work, asked.id, "person-ada", kinds=("plan",), until=soon)
        assert (given.kinds, given.until, given.state) == (("plan",), soon, GrantState.GRANTED)
        assert world[HUB].consents.find(work, asked.id) == given


def test_somebody_elses_grant_does_not_exist_for_a_person(world: World) -> None:
    consents = world[HUB].consents
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=KINDS)
        for act in (consents.grant, consents.refuse, consents.revoke, consents.grant_of):
            with pytest.raises(NotFound):
                act(work, asked.id, "person-bo")


def test_a_refused_ask_cannot_be_granted_afterwards(world: World) -> None:
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=KINDS)
        world[HUB].consents.refuse(work, asked.id, "person-ada")
        with pytest.raises(MoveNotAllowed):
            world[HUB].consents.grant(work, asked.id, "person-ada")
        with pytest.raises(ConsentMissing, match="refused by the person"):
            world[HUB].consents.credential(work, asked.id)
        with pytest.raises(ConsentMissing):
            world[HUB].consents.receipt(work, asked.id, "en")


def test_an_ask_that_ran_out_cannot_be_granted(world: World) -> None:
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=KINDS)
    world.clock.move(days=400)
    with world[HUB].database.writing() as work, pytest.raises(ConsentExpired):
        world[HUB].consents.grant(work, asked.id, "person-ada")


def test_the_log_tells_what_happened_in_order(world: World) -> None:
    grant = world.granted()
    world.clock.move(hours=1)
    with world[HUB].database.writing() as work:
        world[HUB].consents.revoke(work, grant.id, "person-ada")
    assert world.outcomes() == ["asked", "granted", "stopped"]


def test_events_name_the_grant_and_its_direction_and_no_person(world: World) -> None:
    share, gather = world.granted(), world.granted(kinds=("diploma",), recipient=HUB)
    world.settle()
    events = world[HUB].events
    assert {(event["about"], event["content"]["direction"]) for event in events} == {
        (share.id, "share"),
        (gather.id, "gather"),
    }
    assert "person-ada" not in str(events)


def test_the_clock_ends_what_ran_out_once_and_goes_on(world: World) -> None:
    hub = world[HUB]
    grant = world.granted()
    with hub.database.writing() as work:
        hub.room.tasks.start(work)
        hub.room.tasks.start(work)
        asked = world.ask(work, kinds=("plan",), purpose="coach")
    world.settle()
    world.clock.move(days=366)
    world.settle()
    with hub.database.reading() as work:
        states = {found.id: found.state for found in hub.consents.of_person(work, "person-ada")}
        assert states == {grant.id: GrantState.EXPIRED, asked.id: GrantState.EXPIRED}
    assert world.outcomes().count("expired") == 2
    world.clock.move(days=1)
    assert hub.worker.run_due() == 1
    assert world.outcomes().count("expired") == 2


def test_a_changed_notice_is_noticed(world: World) -> None:
    hub = world[HUB]
    with hub.database.writing() as work:
        asked = world.ask(work, kinds=KINDS)
        notice = hub.consents.notice(work, asked)
        assert notice.hash == asked.notice_hash
        work.update(notices, notices.c.hash == notice.hash, content=notice.content() | {"purpose": "sell"})
        with pytest.raises(BadInput, match="was changed"):
            hub.consents.grant(work, asked.id, "person-ada")


def test_who_keeps_knocking_at_a_closed_door_does_not_fill_the_log(world: World) -> None:
    grant = world.granted(kinds=("plan",))
    consents = world[HUB].consents
    with world[HUB].database.writing() as work:
        consents.revoke(work, grant.id, "person-ada")
        for _ in range(REFUSALS_A_DAY + 20):
            assert not consents.turned_away(work, grant.id, grant.recipient).live
        outcomes = [use.outcome for use in consents.uses_of(work, grant)]
    assert outcomes.count("refused") == REFUSALS_A_DAY
    world.clock.move(days=1, seconds=1)
    with world[HUB].database.writing() as work:
        consents.turned_away(work, grant.id, grant.recipient)
        assert consents.uses_of(work, grant)[0].outcome == "refused"
        assert len(consents.uses_of(work, grant)) == len(outcomes) + 1
