"""A letter's code connects the record whose address it went to, for whom it was asked, once, and soon."""

from __future__ import annotations

import pytest

from skillspace.kernel.errors import NotFound
from skillspace.people.holdings import AlreadyLinked, TooManyAttempts, WrongCode
from skillspace.people.recognition import TooManyLetters
from skillspace.people.recognition.contacts import Contacts
from skillspace.people.recognition.machine import LETTER, LetterState, Why
from skillspace.storage.database import tasks
from skillspace.wire.mail import MailRefused, MailUnavailable
from tests.small_space import HeldClock
from tests.unit.people.recognition.conftest import ADDRESSES, ALVA, CAMILLE, HUB, OTHER_HUB, STRANGE, School


def test_the_code_goes_to_the_address_on_file_and_connects_that_record(school: School) -> None:
    school.ask(" ALVA@Example.org ")
    [letter] = school.postbox.letters
    assert letter.to == "Alva@example.org"  # as the record has it, not as it was typed
    assert school.redeem(school.postbox.code().lower().replace("-", " ")) == {"datasets": ["diplomas"], "way": "mail"}
    assert school.connected() == {(HUB, ALVA): ("s1", "mail")}


def test_an_address_nobody_has_gets_no_letter_and_no_code_fits(school: School) -> None:
    school.ask(STRANGE)
    assert school.postbox.letters == []
    assert school.why() == [Why.UNKNOWN]
    with pytest.raises(WrongCode):
        school.redeem("AAAA-AAAA")


def test_two_records_with_one_address_are_linked_to_neither_and_an_operator_is_told(school: School) -> None:
    school.ask("nn@example.org")
    assert school.postbox.letters == []
    assert [(kind, content) for kind, _, content in school.notes] == [("link.unsent", {"why": "several"})]
    with school.database.reading() as work:
        assert school.recognition.letters.shared(work) == [("s3", "s4")]


def test_an_address_that_a_second_record_got_since_connects_neither(school: School) -> None:
    school.ask("alva@example.org")
    with school.database.writing() as work:
        school.recognition.contacts.set_address(work, "s2", "ALVA@example.org")
    with pytest.raises(WrongCode):
        school.redeem(school.postbox.code())


@pytest.mark.parametrize("new", ["new@example.org", ""])
def test_an_address_that_changed_in_between_makes_the_letter_worthless(school: School, new: str) -> None:
    school.ask("alva@example.org")
    with school.database.writing() as work:
        school.recognition.contacts.set_address(work, "s1", new)
    with pytest.raises(WrongCode):
        school.redeem(school.postbox.code())
    assert school.connected() == {}


def test_an_address_that_was_changed_and_changed_back_does_so_too(school: School) -> None:
    school.ask("alva@example.org")
    with school.database.writing() as work:
        school.recognition.contacts.set_address(work, "s1", "new@example.org")
        school.recognition.contacts.set_address(work, "s1", "alva@example.org")
    with pytest.raises(WrongCode):
        school.redeem(school.postbox.code())


def test_an_address_that_only_gets_another_spelling_leaves_the_letter_good(school: School) -> None:
    school.ask("alva@example.org")
    with school.database.writing() as work:
        school.recognition.contacts.set_address(work, "s1", "alva@EXAMPLE.org")
        assert school.recognition.contacts.address_of(work, "s1") == "alva@EXAMPLE.org"
    assert school.redeem(school.postbox.code())["way"] == "mail"


def test_the_code_of_another_person_or_another_intermediary_is_refused(school: School) -> None:
    school.ask("alva@example.org")
    school.ask("camille@example.org", subject=CAMILLE)
    for subject, hub, code in ((CAMILLE, HUB, 0), (ALVA, OTHER_HUB, 0), (ALVA, HUB, 1)):
        with pytest.raises(WrongCode):
            school.redeem(school.postbox.code(code), subject=subject, hub=hub)
    assert school.connected() == {}


def test_a_code_is_used_once_and_never_after_the_connection_ended(school: School) -> None:
    school.ask("alva@example.org")
    code = school.postbox.code()
    assert school.redeem(code) == school.redeem(code)  # the first answer may have been lost
    with school.database.writing() as work:
        school.recognition.disconnect(work, HUB, ALVA)
    with pytest.raises(WrongCode):
        school.redeem(code)
    assert school.connected() == {}


def test_a_used_code_does_not_win_back_what_went_to_a_newer_space(school: School) -> None:
    school.ask("alva@example.org")
    old = school.postbox.code()
    school.redeem(old)
    school.ask("alva@example.org", subject=CAMILLE)
    school.redeem(school.postbox.code(), subject=CAMILLE)
    with pytest.raises(WrongCode):
        school.redeem(old)
    assert school.connected() == {(HUB, CAMILLE): ("s1", "mail")}


def test_a_code_is_too_old_after_a_quarter_of_an_hour(school: School, clock: HeldClock) -> None:
    school.ask("alva@example.org")
    clock.move(minutes=15)
    with pytest.raises(WrongCode):
        school.redeem(school.postbox.code())


def test_after_five_wrong_tries_the_right_code_is_wrong_too(school: School, clock: HeldClock) -> None:
    school.ask("alva@example.org")
    with school.database.writing() as work:
        paper = school.holdings.new_code(work, "s1")
    for _ in range(5):
        with pytest.raises(WrongCode):
            school.redeem("AAAA-AAAA")
    with pytest.raises(TooManyAttempts):
        school.redeem(school.postbox.code())
    with school.database.writing() as work:
        school.holdings.forgive(work, HUB, ALVA)
    with pytest.raises(WrongCode):
        school.redeem(school.postbox.code())
    assert school.redeem(paper)["way"] == "code"


def test_a_newer_letter_makes_the_one_before_worthless(school: School) -> None:
    school.ask("alva@example.org")
    school.ask("alva@example.org")
    with pytest.raises(WrongCode):
        school.redeem(school.postbox.code(0))
    assert school.redeem(school.postbox.code(1))["way"] == "mail"


def test_letters_of_one_person_are_bounded_and_said_to_be(school: School, clock: HeldClock) -> None:
    for number in range(5):
        school.ask(f"guess{number}@example.org")
    with pytest.raises(TooManyLetters):
        school.ask("alva@example.org")
    clock.move(hours=1)
    school.ask("alva@example.org")
    assert len(school.postbox.letters) == 1


def test_letters_to_one_address_are_bounded_and_nobody_is_told(school: School) -> None:
    for number in range(5):
        school.ask("alva@example.org", subject=f"urn:x:{number}")
        school.ask(STRANGE, subject=f"urn:y:{number}")
    assert len(school.postbox.letters) == 3
    assert school.why().count(Why.OFTEN) == 4


def test_letters_through_one_intermediary_are_bounded(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skillspace.people.recognition.letters.OF_ALL", 4)
    for number in range(4):
        school.ask(STRANGE, subject=f"urn:x:{number}")
    with pytest.raises(TooManyLetters):
        school.ask("alva@example.org")
    school.ask("alva@example.org", hub=OTHER_HUB)
    assert len(school.postbox.letters) == 1


def test_who_is_somebody_else_here_already_is_not_moved(school: School) -> None:
    school.ask("alva@example.org")
    school.redeem(school.postbox.code())
    school.ask("camille@example.org")
    with pytest.raises(AlreadyLinked):
        school.redeem(school.postbox.code())
    assert school.connected() == {(HUB, ALVA): ("s1", "mail")}


def test_a_mail_server_that_is_down_is_tried_again_with_a_fresh_code_while_the_letter_is_good(
    school: School, clock: HeldClock
) -> None:
    school.postbox.fault = MailUnavailable()
    school.ask("alva@example.org")
    clock.move(minutes=1)
    school.postbox.fault = None
    school.work_off()
    assert school.redeem(school.postbox.code())["way"] == "mail"


def test_a_letter_that_comes_too_late_is_not_sent_any_more(school: School, clock: HeldClock) -> None:
    school.postbox.fault = MailUnavailable()
    school.ask("alva@example.org")
    clock.move(minutes=16)
    school.postbox.fault = None
    school.work_off()
    assert (school.postbox.letters, school.why()) == ([], [Why.LATE])
    with school.database.reading() as work:
        assert work.rows(tasks.select()) == []


def test_a_letter_the_server_refuses_ends_and_an_operator_is_told(school: School) -> None:
    school.postbox.fault = MailRefused("The mail server does not take this letter (answer 550).")
    school.ask("alva@example.org")
    assert school.why() == [Why.REFUSED]
    assert school.notes[-1][2] == {"why": "refused"}
    with school.database.reading() as work:
        assert work.rows(tasks.select()) == []


def test_neither_address_nor_code_is_anywhere_but_on_the_record_and_in_the_letter(
    school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    school.postbox.fault = MailUnavailable()
    for address in ("alva@example.org", STRANGE, "nn@example.org"):
        school.ask(address, subject=f"urn:x:{address[:2]}")
    school.postbox.fault = None
    school.ask("camille@example.org", subject=CAMILLE)
    code = school.postbox.code()
    school.redeem(code, subject=CAMILLE)
    with school.database.reading() as work:
        tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
        kept = {
            name: str(work.connection.exec_driver_sql(f"SELECT * FROM {name}").fetchall()).lower()  # noqa: S608
            for (name,) in work.connection.exec_driver_sql(tables).fetchall()
        }
    addresses = {each.lower() for each in (*ADDRESSES.values(), STRANGE)}
    assert [name for name, text in kept.items() if any(each in text for each in addresses)] == ["held_contact"]
    plain = code.lower()
    assert not any(plain in text or plain.replace("-", "") in text for text in kept.values())
    said = capsys.readouterr()
    told = f"{said.out}{said.err}{school.notes}".lower()
    assert not any(each in told for each in (*addresses, plain))


def test_connections_stand_in_the_journal_with_their_way_and_without_a_name(school: School) -> None:
    school.ask("alva@example.org")
    school.redeem(school.postbox.code())
    with school.database.writing() as work:
        school.recognition.disconnect(work, HUB, ALVA, by="organisation")
    (made, id, told), (ended, same, by) = school.notes
    assert (made, ended, id) == ("link.made", "link.ended", same)
    assert (told, by) == ({"intermediary": HUB, "way": "mail"}, {"intermediary": HUB, "by": "organisation"})


@pytest.mark.parametrize(("language", "word"), [("sv", "koden"), ("fr", "code à personne"), ("de-AT", "tell nobody")])
def test_a_letter_comes_in_the_persons_language(school: School, language: str, word: str) -> None:
    school.ask("alva@example.org", language=language)
    assert word in school.postbox.letters[0].body


def test_a_node_with_another_key_finds_its_people_again(school: School) -> None:
    other = Contacts(school.holdings, bytes(32))
    with school.database.writing() as work:
        assert other.with_mark(work, other.mark("alva@example.org")) == []
        assert other.keep_up(work) == len(ADDRESSES)
        assert other.with_mark(work, other.mark("alva@example.org")) == ["s1"]
        assert other.keep_up(work) == 0


def test_an_address_belongs_to_a_record_and_goes_with_it(school: School) -> None:
    with school.database.writing() as work, pytest.raises(NotFound):
        school.recognition.contacts.set_address(work, "s9", "x@example.org")
    school.ask("alva@example.org")
    with school.database.writing() as work:
        school.holdings.remove_person(work, "s1")
        assert school.recognition.contacts.address_of(work, "s1") == ""
    with pytest.raises(WrongCode):
        school.redeem(school.postbox.code())


def test_only_a_letter_that_was_sent_can_be_used() -> None:
    assert {state for state, move, _ in LETTER.moves if move == "use"} == {LetterState.SENT}
    assert LETTER.final == {LetterState.USED, LetterState.ENDED}
