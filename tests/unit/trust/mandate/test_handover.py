"""Hand-over: at the birthday, and when a guardian's mandate ends, what they granted is asked for again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from skillspace.kernel.errors import NotFound
from skillspace.storage.database import Database
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.mandate import Act, AgainState, MandateState, NeedsGuardian, Outgrown, OwnActOnly, Settings, Why
from tests.conftest import NOON
from tests.small_space import HeldClock
from tests.unit.trust.mandate.conftest import BADGES, CHILD, FATHER, MOTHER, OFFICER, World

TOMORROW_THIRTEEN = date(2013, 11, 22)


@pytest.fixture
def grown(world: World) -> World:
    """A child with a guardian's grant, the day after their thirteenth birthday began."""
    world.born(CHILD, TOMORROW_THIRTEEN)
    world.guardian()
    world.say(True)
    world.given(MOTHER, "ask-1")
    world.clock.move(days=1)
    return world


def test_at_the_birthday_the_mandate_is_outgrown_and_grants_wait_for_the_young_person(grown: World) -> None:
    assert grown.tick() == 1
    until = grown.clock() + timedelta(days=90)
    assert grown.ledger.marked == {"ask-1": until}
    with grown.database.reading() as work:
        assert grown.mandates.of_principal(work, CHILD)[0].state is MandateState.OUTGROWN
        asked = grown.hand_over.of_person(work, CHILD)[0]
    assert (asked.grant, asked.why, asked.state, asked.until) == ("ask-1", Why.GROWN, AgainState.OPEN, until)
    assert {"mandate.outgrown", "mandate.handed_over"} <= set(grown.events())
    assert grown.tick() == 0, "the clock does it once"


def test_the_clock_comes_by_at_the_local_midnight_of_the_birthday(world: World) -> None:
    world.born(CHILD, TOMORROW_THIRTEEN)
    world.guardian()
    world.clock.at = NOON.replace(hour=22, minute=59, second=59)
    assert world.tick() == 0
    world.clock.move(seconds=1)
    assert world.tick() == 1


def test_the_young_persons_own_yes_lets_a_grant_go_on(grown: World) -> None:
    grown.tick()
    acting = grown.may(CHILD, about="ask-1")
    with grown.writing() as work:
        grown.hand_over.confirm(work, acting, **BADGES)
        with pytest.raises(NotFound):
            grown.hand_over.confirm(work, acting, **BADGES)
    grown.clock.move(days=91)
    assert grown.tick() == 0
    assert grown.ledger.stopped == []


def test_a_look_is_no_yes(grown: World) -> None:
    grown.tick()
    with grown.writing() as work:
        viewing = grown.mandates.check(work, principal=CHILD, actor=CHILD, act=Act.VIEW, at=work.now, about="ask-1")
        with pytest.raises(NeedsGuardian):
            grown.hand_over.confirm(work, viewing)


def test_a_yes_the_guardian_prepared_before_the_birthday_is_too_late(grown: World) -> None:
    grown.clock.move(days=-1)
    prepared = grown.may(MOTHER, about="ask-1")
    grown.clock.move(days=1)
    grown.tick()
    with grown.writing() as work, pytest.raises(OwnActOnly):
        grown.hand_over.confirm(work, prepared, **BADGES)


def test_what_nobody_confirms_in_time_stops(grown: World) -> None:
    grown.tick()
    grown.clock.move(days=90, microseconds=-1)
    assert grown.tick() == 0
    grown.clock.move(microseconds=1)
    assert grown.tick() == 1
    assert grown.ledger.stopped == ["ask-1"]
    assert grown.tick() == 0
    with grown.database.reading() as work:
        assert grown.hand_over.of_person(work, CHILD)[0].state is AgainState.LAPSED


def test_a_data_space_may_stop_everything_at_once(database: Database, clock: HeldClock) -> None:
    world = World(database, clock, Settings(stops_at_once=True))
    world.born(CHILD, TOMORROW_THIRTEEN)
    world.guardian()
    world.say(True)
    world.given(MOTHER, "ask-1")
    world.clock.move(days=1)
    world.tick()
    assert (world.ledger.stopped, world.ledger.marked) == (["ask-1"], {})


def test_a_grant_that_ends_meanwhile_is_no_longer_asked_for(grown: World) -> None:
    grown.tick()
    with grown.writing() as work:
        grown.hand_over.stopped(work, "ask-1")
        grown.hand_over.stopped(work, "ask-unknown")
    grown.clock.move(days=91)
    assert grown.tick() == 0


def test_when_a_guardian_ends_the_other_one_is_asked_for_their_grants_only(world: World) -> None:
    mothers = world.guardian(MOTHER)
    world.guardian(FATHER)
    for actor, grant in ((MOTHER, "ask-1"), (FATHER, "ask-2")):
        world.say(True, about=grant)
        world.given(actor, grant)
    with world.writing() as work:
        world.appointing.end(work, mothers.id, OFFICER)
    assert set(world.ledger.marked) == {"ask-1"}
    with pytest.raises(NeedsGuardian):
        world.may(CHILD, about="ask-1")
    acting = world.may(FATHER, about="ask-1")
    with world.writing() as work:
        world.hand_over.confirm(work, acting, **BADGES)
        fathers = world.mandates.of_agent(work, FATHER)[0]
        world.ledger.marked.clear()
        world.appointing.end(work, fathers.id, OFFICER)
    assert set(world.ledger.marked) == {"ask-1", "ask-2"}, "what the father confirmed is his now"


def test_a_child_that_grows_up_meanwhile_confirms_within_the_time_already_running(world: World) -> None:
    world.born(CHILD, date(2013, 12, 1))
    mothers = world.guardian(MOTHER)
    world.guardian(FATHER)
    world.say(True)
    world.given(MOTHER, "ask-1")
    with world.writing() as work:
        world.appointing.end(work, mothers.id, OFFICER)
    first = dict(world.ledger.marked)
    world.clock.move(days=30)
    world.tick()
    assert world.ledger.marked == first
    acting = world.may(CHILD, about="ask-1")
    with world.writing() as work:
        world.hand_over.confirm(work, acting, **BADGES)


def test_a_crash_in_the_middle_leaves_nothing_half_done(grown: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mandate, marks and events are one transaction: the next tick finds it all still to do."""

    def crash(*_arguments: object) -> None:
        raise RuntimeError("power cut")

    for place in ("need_reconfirmation", "guardian_grants"):
        with monkeypatch.context() as broken:
            broken.setattr(grown.ledger, place, crash)
            with pytest.raises(RuntimeError):
                grown.tick()
        with grown.database.reading() as work:
            assert grown.mandates.of_principal(work, CHILD)[0].state is MandateState.ACTIVE
            assert grown.hand_over.of_person(work, CHILD) == []
    assert "mandate.outgrown" not in grown.events()
    with pytest.raises(Outgrown):
        grown.may(MOTHER, about="ask-2")
    assert grown.tick() == 1
    assert set(grown.ledger.marked) == {"ask-1"}


def test_the_stored_clock_goes_on_by_itself_and_doing_it_twice_does_it_once(grown: World) -> None:
    book = TaskBook()
    grown.room.register(book)
    worker = Worker(grown.database, book)
    with grown.writing() as work:
        grown.room.start(work)
        grown.room.start(work)
    outgrown: list[str] = []
    book.on_event("mandate.outgrown", lambda _work, event: outgrown.append(str(event["about"])))
    for _ in range(3):
        worker.run_due()
        grown.clock.move(minutes=1)
    assert len(outgrown) == 1
    assert set(grown.ledger.marked) == {"ask-1"}
