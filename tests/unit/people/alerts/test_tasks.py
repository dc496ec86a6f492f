"""The worker's round: everybody who is due is told once, however a node ends, and a letter says where and not what."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from threading import Event

import pytest
import sqlalchemy as sa

from skillspace.people.accounts import AccountKind, Accounts
from skillspace.people.alerts import Alerts, AlertTasks, Kind, News, Seeker, Wishes
from skillspace.people.alerts import tasks as alert_tasks
from skillspace.people.alerts.store import alerts as alert_table
from skillspace.people.alerts.tasks import SOON, TICK
from skillspace.skills.matching import PersonSkill
from skillspace.storage.database import Database, Work, tasks
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.wire.mail import FolderPostbox, Letter, MailRefused, MailUnavailable, Postbox
from tests.conftest import NOON
from tests.small_space import HeldClock
from tests.tables import make_tables
from tests.unit.people.alerts.news import Stall, offer

SEEKER = Seeker(skills=(PersonSkill(uri="urn:skill:a"),))


@dataclass
class Box:
    """A postbox that keeps letters, or does what it is told instead."""

    letters: list[Letter] = field(default_factory=list)
    fault: Exception | None = None

    def send(self, letter: Letter) -> None:
        if self.fault is not None:
            raise self.fault
        self.letters.append(letter)


@dataclass
class Node:
    """A node's database with people, and the worker that tells them."""

    database: Database
    clock: HeldClock
    stall: Stall = field(default_factory=Stall)
    box: Postbox | None = field(default_factory=Box)
    left_out: set[str] = field(default_factory=set)
    alerts: Alerts = field(default_factory=lambda: Alerts(note=_no_note, decides_alone=lambda _work, _person: True))
    seeker_of: Callable[[Work, str], Seeker] = lambda _work, _person: SEEKER

    def worker(self) -> Worker:
        room = AlertTasks(
            alerts=self.alerts,
            accounts=Accounts(),
            source=self.stall,
            seeker_of=self.seeker_of,
            left_out=lambda _work: self.left_out,
            postbox=self.box,
            own_name="Invented Space",
            address="https://space.example/",
        )
        book = TaskBook()
        room.register(book)
        with self.database.writing() as work:
            room.start(work)
        return Worker(self.database, book)

    def run(self) -> int:
        return self.worker().run_due()

    def add(self, name: str, *, is_on: bool = True, email: str | None = None, language: str = "en", **w: object) -> str:
        with self.database.writing() as work:
            made = Accounts().make(work, name=name, kind=AccountKind.PERSON, email=email, language=language)
            self.alerts.wish(work, made.id, Wishes(**w), is_on=is_on)  # type: ignore[arg-type]
        return made.id

    def comes(self, *news: News, at: datetime = NOON) -> None:
        self.stall.on_offer += [(at, one) for one in news]

    def told(self, person: str) -> list[str]:
        with self.database.reading() as work:
            return [one.news.offer for one in self.alerts.of_person(work, person)]

    def waiting(self, name: str) -> list[timedelta]:
        with self.database.reading() as work:
            return [row["due"] - work.now for row in work.rows(sa.select(tasks.c.due).where(tasks.c.name == name))]


def _no_note(_work: Work, _kind: str, _about: str, _content: object) -> None:
    pass


@pytest.fixture
def node(tmp_path: Path, clock: HeldClock) -> Iterator[Node]:
    database = Database.in_folder(tmp_path / "node", clock=clock)
    make_tables(database)
    yield Node(database=database, clock=clock)
    database.close()


def letters(node: Node) -> list[Letter]:
    assert isinstance(node.box, Box)
    return node.box.letters


def test_who_switched_alerts_on_is_told_and_nobody_else(node: Node) -> None:
    alva, camille = node.add("Alva"), node.add("Camille", is_on=False)
    node.comes(offer("a"), offer("t", kind=Kind.TRAINING))
    node.run()
    assert node.told(alva) == ["job-a", "job-t"]
    assert node.told(camille) == []
    assert node.waiting("alerts.round") == [TICK]


def test_from_day_to_day_only_what_came_since_is_news(node: Node) -> None:
    alva = node.add("Alva")
    node.comes(*(offer(f"{number:02}") for number in range(30)))
    for day in range(3):
        node.run()
        assert len(node.told(alva)) == 10 + day
        node.clock.move(days=1)
        node.comes(offer(f"new{day}"), at=node.clock())


def test_wishes_bound_what_is_told(node: Node) -> None:
    jobs = node.add("Alva", kinds=frozenset({Kind.JOB}), where="XX-02")
    node.comes(offer("a"), offer("b", place="XX-02"), offer("t", kind=Kind.TRAINING, place="XX-02"))
    node.run()
    assert node.told(jobs) == ["job-b"]


def test_many_people_are_told_some_at_a_time(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alert_tasks, "AT_ONCE", 3)
    people = [node.add(f"Person {number}") for number in range(10)]
    node.comes(offer("a"))
    node.run()
    assert all(node.told(person) == ["job-a"] for person in people)


def test_one_run_goes_on_in_the_next_where_there_are_too_many_people(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alert_tasks, "AT_ONCE", 2)
    monkeypatch.setattr(alert_tasks, "MOST_A_RUN", 4)
    people = [node.add(f"Person {number}") for number in range(9)]
    node.comes(offer("a"))
    assert node.run() == 3
    assert all(node.told(person) == ["job-a"] for person in people)


def test_while_the_market_is_sorted_nobody_is_told_and_it_is_looked_at_soon(node: Node) -> None:
    alva = node.add("Alva")
    node.comes(offer("a"))
    node.stall.is_open = False
    node.run()
    assert (node.told(alva), node.stall.prepared, node.waiting("alerts.round")) == ([], 1, [SOON])
    node.stall.is_open = True
    node.clock.move(minutes=1)
    node.run()
    assert node.told(alva) == ["job-a"]


def test_where_nobody_is_due_the_market_is_not_asked_to_be_sorted(node: Node) -> None:
    node.add("Alva", is_on=False)
    node.stall.is_open = False
    node.run()
    assert node.stall.prepared == 0


def test_whose_data_may_not_be_used_is_told_nothing_until_they_may(node: Node) -> None:
    alva = node.add("Alva")
    node.comes(offer("a"))
    node.left_out.add(alva)
    node.run()
    assert node.told(alva) == []
    node.left_out.clear()
    node.clock.move(minutes=10)
    node.run()
    assert node.told(alva) == ["job-a"]


def test_who_stops_the_use_of_their_data_while_we_look_is_told_nothing(node: Node) -> None:
    alva = node.add("Alva")
    node.comes(offer("a"))

    def stop(_work: Work, person: str) -> Seeker:
        node.left_out.add(person)
        return SEEKER

    node.seeker_of = stop
    node.run()
    assert node.told(alva) == []


def test_a_worker_that_was_down_until_night_tells_in_the_morning(node: Node) -> None:
    alva = node.add("Alva")
    node.comes(offer("a"))
    node.clock.move(hours=10)
    node.run()
    assert node.told(alva) == []
    node.clock.move(hours=9)
    node.run()
    assert node.told(alva) == ["job-a"]


@pytest.mark.parametrize("language", ["en", "fr-CA", "sv", "tlh"])
def test_a_letter_says_how_many_and_where_and_never_what(node: Node, language: str) -> None:
    node.add("Alva", email="alva@example.org", language=language, by_letter=True)
    node.comes(offer("a", title="Secret agent"), offer("b"))
    node.run()
    (letter,) = letters(node)
    assert (letter.to, letter.language) == ("alva@example.org", language[:2] if language != "tlh" else "en")
    assert "https://space.example/alerts\n" in letter.body
    assert "2" in letter.body
    for private in ("Secret agent", "Sample Works", "Alva"):
        assert private not in letter.body + letter.subject


def test_without_an_address_a_wish_or_a_mail_server_no_letter_leaves(node: Node) -> None:
    node.add("Alva", email=None, by_letter=True)
    camille = node.add("Camille", email="camille@example.org", by_letter=False)
    node.comes(offer("a"))
    node.run()
    assert letters(node) == []
    node.box = None
    robin = node.add("Robin", email="robin@example.org", by_letter=True)
    node.run()
    assert (node.told(camille), node.told(robin)) == (["job-a"], [])
    node.clock.move(minutes=10)
    node.run()
    assert node.told(robin) == ["job-a"]
    assert node.waiting("alerts.letter") == []


def test_a_letter_the_server_cannot_take_now_goes_later_and_one_it_refuses_never(node: Node) -> None:
    node.add("Alva", email="alva@example.org", by_letter=True)
    node.comes(offer("a"))
    assert isinstance(node.box, Box)
    node.box.fault = MailUnavailable()
    node.run()
    assert len(node.waiting("alerts.letter")) == 1
    node.box.fault = None
    node.clock.move(minutes=1)
    node.run()
    assert len(letters(node)) == 1
    node.clock.move(days=1)
    node.comes(offer("b"), at=node.clock())
    node.box.fault = MailRefused()
    node.run()
    assert node.waiting("alerts.letter") == []
    assert len(letters(node)) == 1


def test_a_letter_that_had_to_wait_does_not_come_at_night(node: Node) -> None:
    node.add("Alva", email="alva@example.org", by_letter=True)
    node.comes(offer("a"))
    assert isinstance(node.box, Box)
    node.box.fault = MailUnavailable()
    node.run()
    node.box.fault = None
    node.clock.move(hours=9)
    node.run()
    assert letters(node) == []
    assert node.waiting("alerts.letter") == [timedelta(hours=10)]
    node.clock.move(hours=10)
    node.run()
    assert len(letters(node)) == 1


def test_a_letter_to_somebody_who_left_is_dropped(node: Node) -> None:
    alva = node.add("Alva", email="alva@example.org", by_letter=True)
    node.comes(offer("a"))
    worker = node.worker()
    claimed = worker.next_due()
    assert claimed is not None
    worker.perform(claimed)
    with node.database.writing() as work:
        node.alerts.erase(work, alva)
        Accounts().erase(work, alva)
    worker.run_due()
    assert letters(node) == []
    assert node.waiting("alerts.letter") == []


def _fall(folder: Path, touch: int) -> None:
    """Do all that is due in this process, and be killed at a commit: 1 is before the first, 2 after it, and so on."""
    commit, touches = sa.Connection.commit, [0]

    def touched() -> None:
        touches[0] += 1
        if touches[0] == touch:
            os.kill(os.getpid(), signal.SIGKILL)
            Event().wait()

    def falling(self: sa.Connection) -> None:
        touched()
        commit(self)
        touched()

    sa.Connection.commit = falling  # type: ignore[method-assign]
    _work(folder)


def _work(folder: Path) -> None:
    """Start over as a node does: take up what a crash left, then do what is due."""
    database = Database.in_folder(folder, clock=lambda: NOON)
    with database.writing() as work:
        work.update(tasks, tasks.c.state == "running", state="waiting", due=work.now)
    node = Node(database=database, clock=HeldClock(), box=FolderPostbox("no-reply@space.example", folder / "outbox"))
    node.comes(offer("a"), offer("b"))
    alert_tasks.AT_ONCE = 2
    node.run()
    database.close()


def test_killed_at_any_commit_everybody_is_told_once_and_nobody_gets_two_letters(tmp_path: Path, node: Node) -> None:
    people = [node.add(f"Person {n}", email=f"person{n}@example.org", by_letter=True) for n in range(3)]
    node.database.close()
    lost = touch = 0
    code = -signal.SIGKILL
    while code == -signal.SIGKILL:
        touch += 1
        folder = tmp_path / str(touch)
        folder.mkdir()
        for file in (tmp_path / "node").iterdir():
            shutil.copy(file, folder)
        falling = get_context("fork").Process(target=_fall, args=(folder, touch))
        falling.start()
        falling.join()
        code = falling.exitcode or 0
        _work_apart(folder)
        database = Database.in_folder(folder, clock=lambda: NOON)
        with database.reading() as work:
            told = sorted((row["person"], row["offer"]) for row in work.rows(sa.select(alert_table)))
            left = work.rows(sa.select(tasks.c.name).where(tasks.c.name == "alerts.letter"))
        database.close()
        assert told == sorted((person, one) for person in people for one in ("job-a", "job-b")), touch
        assert left == []
        addressed = [_reader(file) for file in (folder / "outbox").glob("*.eml")]
        assert len(addressed) == len(set(addressed)) <= 3, f"a letter twice at touch {touch}"
        lost += 3 - len(addressed)
    assert code == 0
    assert touch > 20
    assert lost == 3, "only a node that falls between claim and sending loses a letter"


def _work_apart(folder: Path) -> None:
    working = get_context("fork").Process(target=_work, args=(folder,))
    working.start()
    working.join()
    assert working.exitcode == 0


def _reader(file: Path) -> str:
    return next(line for line in file.read_text().splitlines() if line.startswith("To:"))
