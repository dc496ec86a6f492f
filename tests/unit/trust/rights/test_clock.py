"""Time passes: last days, more time, doubts, silence, reminders, and what is thrown away when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from skillspace.kernel.errors import BadInput, Conflict, MoveNotAllowed
from skillspace.trust.rights import Case, Ground, PackageState, PartState, Right
from skillspace.trust.rights.errors import NotThisRight, TooLate, WrongGround
from tests.unit.trust.rights.conftest import ADA, HUB, SCHOOL, WORKS, World


def asked(world: World, right: Right = Right.ACCESS) -> tuple[Case, str]:
    """Ask the university alone, and return the case with the university's own identifier of it."""
    case = world.open(right, words="Please.", only=[SCHOOL])
    world.settle()
    return case, world.request(SCHOOL, case)


def due_there(world: World, id: str) -> date | None:
    with world[SCHOOL].database.reading() as work:
        return world[SCHOOL].room.desk.request(work, id).due


def rounds(world: World, did: str) -> None:
    with world[did].database.writing() as work:
        world[did].room.rounds.make(work)
    world.settle()


def names(world: World, did: str) -> list[str]:
    return [event["name"] for event in world[did].events]


def test_both_sides_count_the_same_last_day(by_hand: World) -> None:
    case, id = asked(by_hand)
    assert by_hand.part(case, SCHOOL).due == due_there(by_hand, id) == date(2026, 12, 21)


def test_two_more_months_need_reasons_and_reach_the_person(by_hand: World) -> None:
    case, id = asked(by_hand)
    desk = by_hand[SCHOOL].room.desk
    by_hand.clock.move(days=30)
    with by_hand[SCHOOL].database.writing() as work:
        with pytest.raises(BadInput):
            desk.extend(work, id, "staff-1", " ")
        desk.extend(work, id, "staff-1", "The archive is large.")
        with pytest.raises(TooLate):
            desk.extend(work, id, "staff-1", "It is even larger.")
    by_hand.settle()
    part = by_hand.part(case, SCHOOL)
    assert (part.state, part.words) == (PartState.EXTENDED, "The archive is large.")
    assert part.due == due_there(by_hand, id) == date(2027, 2, 22)


def test_more_time_cannot_be_taken_after_the_month(by_hand: World) -> None:
    _, id = asked(by_hand)
    by_hand.clock.move(days=31)
    with by_hand[SCHOOL].database.writing() as work, pytest.raises(TooLate):
        by_hand[SCHOOL].room.desk.extend(work, id, "staff-1", "The archive is large.")


def test_a_doubt_stops_the_clock_until_the_person_answers_it_and_comes_once(by_hand: World) -> None:
    case, id = asked(by_hand)
    desk, rights = by_hand[SCHOOL].room.desk, by_hand[HUB].rights
    by_hand.clock.move(days=10)
    with by_hand[SCHOOL].database.writing() as work:
        desk.doubt(work, id, "staff-1", "When did you enrol?")
    by_hand.settle()
    assert (by_hand.part(case, SCHOOL).due, due_there(by_hand, id)) == (None, None)
    by_hand.clock.move(days=60)
    rounds(by_hand, HUB)
    rounds(by_hand, SCHOOL)
    assert "rights.overdue" not in names(by_hand, HUB)
    with by_hand[HUB].database.writing() as work:
        rights.supply(work, case.id, ADA, SCHOOL, "In 2019.")
    by_hand.settle()
    part = by_hand.part(case, SCHOOL)
    assert part.state is PartState.IN_WORK
    assert part.due == due_there(by_hand, id) == date(2027, 2, 19)
    with by_hand[SCHOOL].database.writing() as work:
        assert desk.request(work, id).supplied == "In 2019."
        with pytest.raises(Conflict):
            desk.doubt(work, id, "staff-1", "And when did you leave?")


def test_the_pause_counts_from_when_the_person_answered_also_if_that_arrives_late(by_hand: World) -> None:
    case, id = asked(by_hand)
    with by_hand[SCHOOL].database.writing() as work:
        by_hand[SCHOOL].room.desk.doubt(work, id, "staff-1", "When did you enrol?")
    by_hand.settle()
    by_hand.clock.move(days=3)
    by_hand[SCHOOL].is_down = True
    with by_hand[HUB].database.writing() as work:
        by_hand[HUB].rights.supply(work, case.id, ADA, SCHOOL, "In 2019.")
    by_hand.settle()
    by_hand.clock.move(days=20)
    by_hand[SCHOOL].is_down = False
    by_hand.settle()
    assert by_hand.part(case, SCHOOL).due == due_there(by_hand, id) == date(2026, 12, 24)


def test_who_is_late_is_named_once_to_the_person_and_daily_to_the_organisation(by_hand: World) -> None:
    case, id = asked(by_hand)
    by_hand.clock.move(days=24)
    for _ in range(2):
        rounds(by_hand, SCHOOL)
    assert names(by_hand, SCHOOL).count("rights.reminder") == 1
    by_hand.clock.move(days=6)
    rounds(by_hand, HUB)
    assert not by_hand.part(case, SCHOOL).is_overdue
    by_hand.clock.move(days=1)
    for _ in range(3):
        rounds(by_hand, HUB)
        rounds(by_hand, SCHOOL)
        by_hand.clock.move(days=1)
    assert by_hand.part(case, SCHOOL).is_overdue
    assert names(by_hand, HUB).count("rights.overdue") == 1
    assert [line.what for line in by_hand[HUB].lines].count("overdue") == 1
    assert names(by_hand, SCHOOL).count("rights.reminder") == 4
    with by_hand[SCHOOL].database.reading() as work:
        assert by_hand[SCHOOL].room.desk.request(work, id).is_overdue


def test_the_daily_round_goes_on_by_itself(by_hand: World) -> None:
    for did in (HUB, SCHOOL):
        with by_hand[did].database.writing() as work:
            by_hand[did].room.tasks.start(work)
            by_hand[did].room.tasks.start(work)
    case, _ = asked(by_hand)
    for _ in range(33):
        by_hand.clock.move(days=1)
        by_hand.settle()
    assert names(by_hand, HUB).count("rights.overdue") == 1
    assert by_hand.part(case, SCHOOL).is_overdue


def test_the_clock_runs_while_nobody_answers_and_nobody_is_given_up(world: World) -> None:
    world.put(WORKS)
    world[WORKS].is_down = True
    case = world.open(Right.ACCESS)
    world.settle()
    for _ in range(60 * 24):
        world.clock.move(hours=1)
        if world.clock.at.hour == 12:
            world.settle()
    part = world.part(case, WORKS)
    assert (part.state, part.due, part.is_overdue) == (PartState.SENT, date(2026, 12, 21), True)
    assert part.unreached_since == case.opened
    assert "does not answer" in part.unreached_why
    assert world.part(case, SCHOOL).state is PartState.ANSWERED
    world[WORKS].is_down = False
    world.clock.move(hours=1)
    world.settle()
    part = world.part(case, WORKS)
    assert (part.state, part.package_state) == (PartState.ANSWERED, PackageState.HERE)
    assert part.received is not None
    assert part.received - part.asked > timedelta(days=60)


def test_who_got_a_request_late_may_still_take_more_time_within_a_month(by_hand: World) -> None:
    by_hand[SCHOOL].is_down = True
    case = by_hand.open(Right.ACCESS, only=[SCHOOL])
    by_hand.settle()
    by_hand.clock.move(days=40)
    by_hand[SCHOOL].is_down = False
    by_hand.settle()
    id = by_hand.request(SCHOOL, case)
    assert due_there(by_hand, id) == date(2026, 12, 21)
    with by_hand[SCHOOL].database.writing() as work:
        by_hand[SCHOOL].room.desk.extend(work, id, "staff-1", "It reached us only now.")
    by_hand.settle()
    assert by_hand.part(case, SCHOOL).due == due_there(by_hand, id) == date(2027, 2, 22)


def test_a_refusal_needs_a_ground_the_law_knows_for_this_right_and_says_where_to_complain(by_hand: World) -> None:
    case, id = asked(by_hand)
    desk = by_hand[SCHOOL].room.desk
    with by_hand[SCHOOL].database.writing() as work:
        with pytest.raises(WrongGround):
            desk.refuse(work, id, "staff-1", Ground.LEGAL_OBLIGATION, "A law.")
        with pytest.raises(BadInput):
            desk.refuse(work, id, "staff-1", Ground.EXCESSIVE, "")
        desk.refuse(work, id, "staff-1", Ground.EXCESSIVE, "You ask each day.")
        with pytest.raises(MoveNotAllowed):
            desk.answer(work, id, "staff-1")
    by_hand.settle()
    part = by_hand.part(case, SCHOOL)
    assert (part.state, part.ground, part.words) == (PartState.REFUSED, Ground.EXCESSIVE, "You ask each day.")
    assert "imy.se" in part.complaint


def test_a_refused_objection_lets_the_processing_go_on(by_hand: World) -> None:
    _, id = asked(by_hand, Right.OBJECTION)
    stops, subject = by_hand[SCHOOL].room.restrictions, by_hand.subject(SCHOOL)
    with by_hand[SCHOOL].database.writing() as work:
        assert stops.is_restricted(work, HUB, subject, None)
        by_hand[SCHOOL].room.desk.refuse(work, id, "staff-1", Ground.LEGAL_CLAIMS, "There is a case at court.")
        assert stops.is_restricted(work, HUB, subject, None) is None


def test_only_what_stops_something_can_be_lifted(world: World) -> None:
    case, id = asked(world)
    with world[SCHOOL].database.writing() as work, pytest.raises(NotThisRight):
        world[SCHOOL].room.desk.lift(work, id, "staff-1", "Why not.")
    with world[HUB].database.writing() as work, pytest.raises(NotThisRight):
        world[HUB].rights.lift(work, case.id, ADA)


def test_a_package_nobody_collects_is_thrown_away_after_thirty_days_and_the_person_told(world: World) -> None:
    world.put(SCHOOL)
    world[HUB].is_down = True
    case = world.open(Right.ACCESS, only=[SCHOOL])
    world[HUB].is_down = False
    world[HUB].worker.run_due()
    world[HUB].is_down = True
    world.settle()
    assert len(world[SCHOOL].packages()) == 1
    for days, left in ((29, 1), (2, 0)):
        world.clock.move(days=days)
        rounds(world, SCHOOL)
        assert len(world[SCHOOL].packages()) == left
    world[HUB].is_down = False
    world.settle()
    world.clock.move(hours=2)
    world.settle()
    part = world.part(case, SCHOOL)
    assert (part.state, part.package_state) == (PartState.ANSWERED, PackageState.LOST)
    assert [line.what for line in world[HUB].lines][-1] == "package lost"


def test_the_hub_keeps_packages_for_ninety_days(world: World) -> None:
    world.put(SCHOOL)
    case, _ = asked(world)
    for days, state in ((89, PackageState.HERE), (2, PackageState.CLEARED)):
        world.clock.move(days=days)
        rounds(world, HUB)
        assert world.part(case, SCHOOL).package_state is state
    assert world[HUB].packages() == []


def test_what_was_answered_is_forgotten_after_three_years_but_not_what_still_stops_something(world: World) -> None:
    for right in (Right.ACCESS, Right.RESTRICTION):
        asked(world, right)
    for days, left in ((3 * 365 - 1, 2), (2, 1)):
        world.clock.move(days=days)
        rounds(world, SCHOOL)
        with world[SCHOOL].database.reading() as work:
            assert len(world[SCHOOL].room.desk.answered(work)) == left
