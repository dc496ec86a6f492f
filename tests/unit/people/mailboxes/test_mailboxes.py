"""An address is proven by the code that was sent to it, by whom it was sent for, and forgotten when they say so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from skillspace.kernel.errors import Refused
from skillspace.people.accounts import AccountKind, Accounts
from skillspace.people.mailboxes import AddressTaken, Mailboxes, register
from skillspace.people.mailboxes import service as mailbox_service
from skillspace.people.mailboxes.store import waiting
from skillspace.people.recognition import NoAddress, TooManyLetters
from skillspace.storage.database import Database
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.wire.mail import Letter, MailRefused, MailUnavailable
from tests.small_space import HeldClock
from tests.tables import make_tables

CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}")
ADDRESS = "alva@example.org"


@dataclass
class Box:
    """Keeps letters, or does what it is told instead."""

    letters: list[Letter] = field(default_factory=list)
    fault: Exception | None = None

    def send(self, letter: Letter) -> None:
        if self.fault is not None:
            raise self.fault
        self.letters.append(letter)

    def code(self, number: int = -1) -> str:
        found = CODE.search(self.letters[number].body)
        assert found is not None
        return found[0]


@dataclass
class House:
    """A node's people, their mailboxes and the worker that sends."""

    database: Database
    clock: HeldClock
    box: Box = field(default_factory=Box)
    is_open: bool = True

    def __post_init__(self) -> None:
        self.accounts = Accounts()
        self.room = Mailboxes(accounts=self.accounts, key=b"k" * 32, is_open=self.is_open)
        book = TaskBook()
        register(book, self.room, self.box if self.is_open else None, "Invented\r\nBcc: all@example.org Space")
        self.worker = Worker(self.database, book)

    def add(self, name: str, language: str = "en") -> str:
        with self.database.writing() as work:
            return self.accounts.make(work, name=name, kind=AccountKind.PERSON, language=language).id

    def ask(self, person: str, address: str = ADDRESS) -> None:
        with self.database.writing() as work:
            self.room.ask(work, person, address)
        self.worker.run_due()

    def prove(self, person: str, code: str) -> bool:
        with self.database.writing() as work:
            return self.room.prove(work, person, code)

    def email(self, person: str) -> str | None:
        with self.database.reading() as work:
            return self.accounts.get(work, person).email

    def waits(self, person: str) -> str | None:
        with self.database.reading() as work:
            found = self.room.waiting(work, person)
        return found.address if found else None

    def kept(self) -> str:
        """Everything the table holds, as one text."""
        with self.database.reading() as work:
            return str(work.rows(sa.select(waiting)))


@pytest.fixture
def house(tmp_path: Path, clock: HeldClock) -> Iterator[House]:
    database = Database.in_folder(tmp_path / "node", clock=clock)
    make_tables(database)
    yield House(database=database, clock=clock)
    database.close()


@pytest.fixture
def alva(house: House) -> str:
    return house.add("Alva")


def test_an_address_is_theirs_once_they_typed_the_code_that_was_sent_there(house: House, alva: str) -> None:
    house.ask(alva, " Alva@Example.org ")
    assert (house.email(alva), house.waits(alva)) == (None, ADDRESS)
    assert [letter.to for letter in house.box.letters] == [ADDRESS]
    assert house.prove(alva, house.box.code().lower().replace("-", " "))
    assert (house.email(alva), house.waits(alva)) == (ADDRESS, None)
    assert not house.prove(alva, house.box.code()), "a code works once"


@pytest.mark.parametrize("language", ["en", "fr-CA", "sv", "tlh"])
def test_a_letter_shows_its_code_and_names_nobody(house: House, language: str) -> None:
    house.ask(house.add("Alva Exempelsson", language))
    (letter,) = house.box.letters
    assert letter.language == (language[:2] if language != "tlh" else "en")
    assert CODE.search(letter.body)
    assert "Exempelsson" not in letter.body + letter.subject
    assert "\n" not in letter.subject + letter.sender_name, "a name begins no header"
    assert ADDRESS not in repr(letter)
    assert house.box.code() not in repr(letter)


def test_a_code_counts_for_the_one_who_asked_alone(house: House, alva: str) -> None:
    camille = house.add("Camille")
    house.ask(alva)
    house.ask(camille, "camille@example.org")
    assert not house.prove(camille, house.box.code(0))
    assert not house.prove(alva, house.box.code(1))
    assert house.prove(alva, house.box.code(0))


def test_a_code_is_over_after_a_while_and_after_five_tries(house: House, alva: str) -> None:
    house.ask(alva)
    for _ in range(5):
        assert not house.prove(alva, "2222-2222")
    assert not house.prove(alva, house.box.code())
    house.ask(alva)
    house.clock.move(minutes=15)
    assert not house.prove(alva, house.box.code())
    assert (house.email(alva), house.waits(alva)) == (None, None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(typed=st.text(max_size=40))
def test_nothing_but_the_code_proves_anything(house: House, typed: str) -> None:
    person = house.add("Somebody")
    with house.database.writing() as work:
        house.room.ask(work, person, ADDRESS)
        assert not house.room.prove(work, person, typed), "no letter has left yet"


def test_a_newer_letter_ends_the_one_before_and_the_proven_address_stays_until_then(house: House, alva: str) -> None:
    house.ask(alva)
    assert house.prove(alva, house.box.code())
    house.ask(alva, "first@example.org")
    house.ask(alva, "second@example.org")
    assert not house.prove(alva, house.box.code(1))
    assert house.email(alva) == ADDRESS
    assert house.prove(alva, house.box.code(2))
    assert house.email(alva) == "second@example.org"


def test_an_address_that_is_removed_or_given_up_is_nowhere_any_more(house: House, alva: str) -> None:
    house.ask(alva)
    assert house.prove(alva, house.box.code())
    assert ADDRESS not in house.kept()
    house.ask(alva, "other@example.org")
    with house.database.writing() as work:
        house.room.give_up(work, alva)
    assert not house.prove(alva, house.box.code())
    assert (house.email(alva), "other@example.org" in house.kept()) == (ADDRESS, False)
    house.ask(alva, "other@example.org")
    with house.database.writing() as work:
        house.room.remove(work, alva)
    assert (house.email(alva), house.waits(alva)) == (None, None)
    assert "other@example.org" not in house.kept()


def test_what_was_never_proven_is_forgotten_after_a_day(house: House, alva: str) -> None:
    house.ask(alva)
    assert ADDRESS in house.kept()
    house.clock.move(days=1)
    house.worker.run_due()
    assert house.kept() == "[]"


def test_who_leaves_leaves_no_address_behind_and_a_letter_on_its_way_is_dropped(house: House, alva: str) -> None:
    with house.database.writing() as work:
        house.room.ask(work, alva, ADDRESS)
    with house.database.writing() as work:
        house.accounts.erase(work, alva)
    house.worker.run_due()
    assert (house.box.letters, house.kept()) == ([], "[]")


def test_the_address_of_another_account_is_said_to_be_so_only_to_who_reads_its_letters(house: House, alva: str) -> None:
    camille = house.add("Camille")
    house.ask(alva)
    assert house.prove(alva, house.box.code())
    house.ask(camille)
    assert house.waits(camille) == ADDRESS, "asking tells nothing"
    assert not house.prove(camille, "2222-2222")
    with pytest.raises(AddressTaken):
        house.prove(camille, house.box.code())
    assert (house.email(alva), house.email(camille)) == (ADDRESS, None)


def test_nobody_gets_more_letters_than_a_few_an_hour(house: House, alva: str) -> None:
    for _ in range(mailbox_service.OF_ONE):
        house.ask(alva)
    with pytest.raises(TooManyLetters):
        house.ask(alva, "another@example.org")
    sent = len(house.box.letters)
    for number in range(3):
        other = house.add(f"Other {number}")
        house.ask(other)
        assert house.waits(other) == ADDRESS, "it looks the same to whoever asks"
    assert len(house.box.letters) == sent == mailbox_service.TO_ONE
    house.clock.move(hours=1)
    house.ask(alva)
    assert len(house.box.letters) == sent + 1


@given(typed=st.text(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_what_is_no_address_is_refused_and_not_repeated(house: House, alva: str, typed: str) -> None:
    with pytest.raises(NoAddress) as fault, house.database.writing() as work:
        house.room.ask(work, alva, f"{typed} @")
    assert fault.value.message == NoAddress().message
    assert house.kept() == "[]"


def test_a_letter_the_server_does_not_take_is_told_and_one_it_cannot_take_now_goes_later(
    house: House, alva: str
) -> None:
    house.box.fault = MailUnavailable()
    house.ask(alva)
    assert house.box.letters == []
    house.box.fault = None
    house.clock.move(seconds=30)
    house.worker.run_due()
    assert house.prove(alva, house.box.code())
    house.box.fault = MailRefused()
    with capture_logs() as said:
        house.ask(alva, "nobody@example.org")
    with house.database.reading() as work:
        found = house.room.waiting(work, alva)
    assert found is not None
    assert found.is_refused
    assert "nobody@example.org" not in repr(found)
    assert [line["event"] for line in said] == ["mailbox.letter_refused"]
    assert "example.org" not in str(said)


def test_a_node_without_mail_takes_no_address(house: House, alva: str) -> None:
    closed = House(database=house.database, clock=house.clock, is_open=False)
    with pytest.raises(Refused, match="sends no letters"):
        closed.ask(alva)
    assert closed.kept() == "[]"
