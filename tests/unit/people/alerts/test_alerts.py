"""A person's alerts: wished for, told once, answered, learnt from under a yes of its own, and gone with the person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.people.accounts import Account, AccountKind, Accounts
from skillspace.people.alerts import Alerts, Kind, News, Often, Outcome, Property, Quiet, Said, Wishes
from skillspace.people.alerts.choosing import likeness
from skillspace.people.alerts.service import LearningNeedsAge
from skillspace.people.alerts.store import alerts as alert_table
from skillspace.storage.database import Database, Work, tasks
from tests.conftest import NOON
from tests.small_space import HeldClock
from tests.tables import make_tables
from tests.unit.people.alerts.news import offer

UNTIL = {Kind.JOB: NOON, Kind.TRAINING: NOON}


@dataclass
class Room:
    """The room over an empty database, with two people, and what its journal was told."""

    alerts: Alerts
    database: Database
    clock: HeldClock
    alva: Account
    child: Account
    noted: list[tuple[str, str]]

    def tell(self, *news: News, person: Account | None = None) -> bool:
        """Tell somebody of these offers, as the worker would."""
        name = (person or self.alva).id
        with self.database.writing() as work:
            standing = self.alerts.standing(work, name)
            return self.alerts.tell(work, standing, self.alerts.chosen(work, standing, news), UNTIL)

    def told(self) -> list[str]:
        with self.database.reading() as work:
            return [one.news.offer for one in self.alerts.of_person(work, self.alva.id)]

    def answer(self, of: str, said: Said | None, outcome: Outcome | None = None) -> None:
        with self.database.writing() as work:
            (one,) = (each for each in self.alerts.of_person(work, self.alva.id) if each.news.offer == of)
            self.alerts.answer(work, self.alva.id, one.id, said, outcome)

    def learn(self, may: bool, person: Account | None = None) -> None:
        with self.database.writing() as work:
            self.alerts.learn(work, (person or self.alva).id, may=may)

    def lessons(self) -> list[tuple[str, str, int]]:
        with self.database.reading() as work:
            return [(one.about.value, one.value, one.points) for one in self.alerts.lessons(work, self.alva.id)]

    def due(self) -> datetime | None:
        with self.database.reading() as work:
            return self.alerts.standing(work, self.alva.id).due

    def wish(self, *, is_on: bool = True, **facts: object) -> None:
        with self.database.writing() as work:
            self.alerts.wish(work, self.alva.id, Wishes(**facts), is_on=is_on)  # type: ignore[arg-type]


@pytest.fixture
def room(tmp_path: Path, clock: HeldClock) -> Iterator[Room]:
    database = Database.in_folder(tmp_path, clock=clock)
    make_tables(database)
    noted: list[tuple[str, str]] = []
    with database.writing() as work:
        alva, child = (Accounts().make(work, name=name, kind=AccountKind.PERSON) for name in ("Alva", "Noel"))

    def note(_work: Work, kind: str, about: str, content: object) -> None:
        noted.append((kind, about))
        assert not content, "the journal names nobody and nothing"

    alerts = Alerts(note=note, decides_alone=lambda _work, person: person != child.id)
    made = Room(alerts=alerts, database=database, clock=clock, alva=alva, child=child, noted=noted)
    made.wish()
    yield made
    database.close()


@given(
    wishes=st.builds(
        Wishes,
        kinds=st.frozensets(st.sampled_from(Kind), min_size=1),
        often=st.sampled_from(Often),
        where=st.sampled_from(["", "SE", "SE110"]),
        least=st.integers(0, 100),
        quiet=st.builds(Quiet, start=st.sampled_from([time(20), time(0, 15)]), zone=st.sampled_from(["UTC"])),
        by_letter=st.booleans(),
    )
)
def test_wishes_come_back_as_they_were_written(wishes: Wishes) -> None:
    assert Wishes.from_json(wishes.to_json()) == wishes


def test_wishes_that_make_no_sense_are_refused() -> None:
    with pytest.raises(BadInput, match="jobs, trainings or both"):
        Wishes(kinds=frozenset())
    with pytest.raises(BadInput, match="0 to 100"):
        Wishes(least=101)


def test_alerts_are_off_until_they_are_switched_on(room: Room) -> None:
    with room.database.reading() as work:
        other = room.alerts.standing(work, room.child.id)
        assert (other.due, other.learning) == (None, None)
        assert [one.person for one in room.alerts.due(work, 10, leave_out=())] == [room.alva.id]
        assert room.alerts.due(work, 10, leave_out={room.alva.id}) == [], "whose data may not be used is left out"
    room.wish(is_on=False)
    with room.database.reading() as work:
        assert room.alerts.due(work, 10, leave_out=()) == []


def test_what_was_told_is_kept_as_it_stood_and_the_next_time_is_tomorrow_morning(room: Room) -> None:
    news = offer("a", close=("urn:skill:b",), missing=("urn:skill:c",), is_synthetic=True)
    assert room.tell(news)
    with room.database.reading() as work:
        (one,) = room.alerts.of_person(work, room.alva.id)
        assert (one.news, one.at, one.said) == (news, NOON, None)
        assert room.alerts.standing(work, room.alva.id).looked == {Kind.JOB: NOON}, "no training was told"
    assert room.due() == datetime(2026, 11, 22, 7, tzinfo=NOON.tzinfo)


def test_somebody_who_wants_it_weekly_hears_a_week_later(room: Room) -> None:
    room.wish(often=Often.WEEKLY)
    room.tell(offer("a"))
    assert room.due() == datetime(2026, 11, 28, 7, tzinfo=NOON.tzinfo)


def test_nothing_that_was_told_is_told_again_in_any_form(room: Room) -> None:
    room.tell(offer("a"), offer("b"))
    room.clock.move(days=1)
    room.tell(offer("a"), replace(offer("b"), offer="job-other"), offer("c"))
    assert room.told() == ["job-c", "job-a", "job-b"]


def test_where_nothing_fits_nothing_is_told_and_what_came_counts_as_new_still(room: Room) -> None:
    assert room.tell()
    assert room.told() == []
    with room.database.reading() as work:
        assert room.alerts.standing(work, room.alva.id).looked == {}


def test_in_quiet_hours_nothing_is_told_and_it_comes_in_the_morning(room: Room) -> None:
    room.clock.move(hours=9)
    room.tell(offer("a"))
    assert room.told() == []
    assert room.due() == datetime(2026, 11, 22, 7, tzinfo=NOON.tzinfo)


def test_of_two_that_tell_at_once_one_does(room: Room) -> None:
    with room.database.reading() as work:
        read = room.alerts.standing(work, room.alva.id)
    for expected in (True, False):
        with room.database.writing() as work:
            assert room.alerts.tell(work, read, [offer(str(expected))], UNTIL) is expected
    assert room.told() == ["job-True"]


def test_who_changes_their_wishes_meanwhile_is_told_by_the_new_ones(room: Room) -> None:
    with room.database.reading() as work:
        read = room.alerts.standing(work, room.alva.id)
    room.clock.move(seconds=1)
    room.wish(kinds=frozenset({Kind.TRAINING}))
    with room.database.writing() as work:
        assert not room.alerts.tell(work, read, [offer("a")], UNTIL)
    assert room.told() == []


@pytest.mark.parametrize("same", [{"offer": "job-a"}, {"likeness": likeness(offer("a"))}])
def test_the_database_itself_takes_no_alert_twice(room: Room, same: dict[str, str]) -> None:
    room.tell(offer("a"))
    with room.database.reading() as work:
        (row,) = work.rows(sa.select(alert_table))
    other = {**row, "id": "other", "offer": "job-z", "likeness": "z"}
    with pytest.raises(sa.exc.IntegrityError), room.database.writing() as work:
        work.connection.execute(sa.insert(alert_table).values(**other | same))


def test_without_a_yes_to_learning_an_answer_is_kept_and_teaches_nothing(room: Room) -> None:
    room.tell(offer("a"))
    room.answer("job-a", Said.NOT_EMPLOYER)
    room.learn(True)
    assert room.lessons() == [], "what was said before the yes teaches nothing either"


def test_under_a_yes_answers_teach_and_the_next_choice_shows_it(room: Room) -> None:
    room.learn(True)
    room.tell(offer("a", employer="Alpha"))
    room.answer("job-a", Said.NOT_EMPLOYER)
    assert room.lessons() == [("employer", "alpha", -3)]
    with room.database.reading() as work:
        standing = room.alerts.standing(work, room.alva.id)
        news = [offer("d", employer="Alpha", fit=0.9), offer("e", group="urn:group:2", fit=0.8)]
        assert [one.offer for one in room.alerts.chosen(work, standing, news)] == ["job-e", "job-d"]


def test_an_answer_that_is_changed_or_taken_back_teaches_only_what_it_says_now(room: Room) -> None:
    room.learn(True)
    room.tell(offer("a"))
    room.answer("job-a", Said.YES, Outcome.HIRED)
    assert ("employer", "sample works a", 2) in room.lessons()
    room.answer("job-a", Said.TOO_FAR)
    assert room.lessons() == [("distance", "region", -3)]
    room.answer("job-a", None)
    assert room.lessons() == []


def test_what_was_learnt_goes_at_once_when_the_yes_is_taken_back_and_does_not_come_again(room: Room) -> None:
    room.learn(True)
    room.tell(offer("a"))
    room.answer("job-a", Said.YES)
    room.learn(False)
    assert room.lessons() == []
    with room.database.reading() as work:
        assert [row["taught"] for row in work.rows(sa.select(alert_table.c.taught))] == [[]]
    room.learn(True)
    assert room.lessons() == []
    assert [kind for kind, _ in room.noted] == ["alerts.learning", "alerts.unlearnt", "alerts.learning"]
    assert len({about for _, about in room.noted}) == 2
    assert not any(room.alva.id in about for _, about in room.noted)


def test_one_lesson_is_forgotten_and_the_others_stay(room: Room) -> None:
    room.learn(True)
    room.tell(offer("a"), offer("b", group="urn:group:2"))
    room.answer("job-a", Said.YES)
    room.answer("job-b", Said.TOO_FAR)
    with room.database.writing() as work:
        room.alerts.unlearn(work, room.alva.id, Property.DISTANCE, "region")
    assert {about for about, _, _ in room.lessons()} == {"employer", "occupation"}
    with room.database.writing() as work, pytest.raises(NotFound):
        room.alerts.unlearn(work, room.alva.id, Property.DISTANCE, "region")


def test_who_does_not_decide_alone_yet_lets_nothing_be_learnt(room: Room) -> None:
    with pytest.raises(LearningNeedsAge):
        room.learn(True, room.child)


def test_an_outcome_belongs_to_its_kind_and_to_a_yes(room: Room) -> None:
    room.tell(offer("a"), offer("t", kind=Kind.TRAINING))
    for of, said, outcome in (
        ("job-a", Said.YES, Outcome.FINISHED),
        ("job-t", Said.YES, Outcome.HIRED),
        ("job-a", Said.NOT_NOW, Outcome.APPLIED),
        ("job-a", None, Outcome.APPLIED),
    ):
        with pytest.raises(BadInput):
            room.answer(of, said, outcome)


def test_nobody_answers_for_another(room: Room) -> None:
    room.tell(offer("a"))
    with room.database.writing() as work:
        (one,) = room.alerts.of_person(work, room.alva.id)
        with pytest.raises(NotFound):
            room.alerts.answer(work, room.child.id, one.id, Said.YES)


def test_a_letter_is_left_with_the_alert_and_claimed_once(room: Room) -> None:
    room.wish(by_letter=True)
    room.tell(offer("a"), offer("b"))
    with room.database.writing() as work:
        assert [row["name"] for row in work.rows(sa.select(tasks.c.name))] == ["alerts.letter"]
        assert room.alerts.to_letter(work, room.alva.id, NOON) == 2
        assert room.alerts.to_letter(work, room.alva.id, NOON) == 0
        room.alerts.not_lettered(work, room.alva.id, NOON)
        assert room.alerts.to_letter(work, room.alva.id, NOON) == 2


def test_no_letter_leaves_for_who_wants_none_any_more(room: Room) -> None:
    room.wish(by_letter=True)
    room.tell(offer("a"))
    room.wish(by_letter=False)
    with room.database.writing() as work:
        assert room.alerts.to_letter(work, room.alva.id, NOON) == 0
    room.wish(by_letter=True, is_on=False)
    with room.database.writing() as work:
        assert room.alerts.to_letter(work, room.alva.id, NOON) == 0


def test_a_copy_holds_wishes_alerts_answers_and_what_was_learnt(room: Room) -> None:
    room.learn(True)
    room.tell(offer("a"))
    room.answer("job-a", Said.YES, Outcome.APPLIED)
    with room.database.reading() as work:
        copy = room.alerts.export(work, room.alva.id)
    assert copy["isOn"] is True
    assert copy["wishes"]["least"] == 50
    assert [(one["offer"], one["said"], one["outcome"]) for one in copy["told"]] == [("job-a", "yes", "applied")]
    assert {one["about"] for one in copy["learnt"]} == set(Property)
    assert copy["learningSince"] == "2026-11-21T12:00:00.000Z"


def test_of_somebody_who_leaves_nothing_stays_and_everything_of_others_does(room: Room) -> None:
    room.tell(offer("a"))
    with room.database.writing() as work:
        room.alerts.wish(work, room.child.id, Wishes(), is_on=True)
    room.tell(offer("a"), person=room.child)
    with room.database.writing() as work:
        assert room.alerts.erase(work, room.alva.id) == 2
        assert room.alerts.of_person(work, room.alva.id) == []
        assert len(room.alerts.of_person(work, room.child.id)) == 1


def test_switched_off_and_on_again_it_goes_on_where_it_was(room: Room) -> None:
    room.tell(offer("a"))
    room.wish(is_on=False)
    room.clock.move(days=30)
    room.wish()
    with room.database.reading() as work:
        standing = room.alerts.standing(work, room.alva.id)
    assert (standing.due, standing.looked) == (NOON + timedelta(days=30), {Kind.JOB: NOON})
