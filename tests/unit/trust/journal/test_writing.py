"""Writing: with the change or not at all, numbered without gaps, read back, forgotten, and taken in once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, SkillspaceError
from skillspace.trust.journal import FORGOTTEN
from skillspace.trust.journal.chain import GENESIS
from skillspace.trust.journal.model import ADOPTED
from skillspace.trust.journal.service import batched, ranges_of
from tests.conftest import NOON
from tests.unit.trust.journal.conftest import Node


def test_entries_are_read_newest_first_with_what_they_say(school: Node) -> None:
    school.put("thing-1", "made")
    school.clock.move(hours=1)
    school.put("thing-2", "made", 3)
    school.put("thing-1", "signed", 1)
    journal = school.room.journal
    with school.database.reading() as work:
        found = journal.entries(work)
        assert [entry.number for entry in found] == [3, 2, 1]
        assert [entry.about for entry in journal.entries(work, about="thing-1")] == ["thing-1", "thing-1"]
        assert [entry.number for entry in journal.entries(work, kind="thing.signed")] == [3]
        assert [entry.number for entry in journal.entries(work, kind="THING.")] == []
        assert [entry.number for entry in journal.entries(work, before=3, limit=1)] == [2]
    assert found[1].content == {"state": "made", "uses": 3}
    assert (found[2].at, found[1].at) == (NOON, NOON + timedelta(hours=1))
    assert (found[2].previous, found[1].previous) == (GENESIS, found[2].hash)


def test_what_is_rolled_back_leaves_no_entry_and_no_gap(school: Node) -> None:
    school.put("thing-1", "made")
    with pytest.raises(RuntimeError), school.database.writing() as work:
        school.put("thing-2", "made", work=work)
        raise RuntimeError
    school.put("thing-3", "made")
    with school.database.reading() as work:
        assert [(entry.number, entry.about) for entry in school.room.journal.entries(work)] == [
            (2, "thing-3"),
            (1, "thing-1"),
        ]
    assert school.verify().is_whole


def test_several_entries_of_one_transaction_stand_in_their_order(school: Node) -> None:
    with school.database.writing() as work:
        for number in range(5):
            school.put(f"thing-{number}", "made", work=work)
    with school.database.reading() as work:
        assert [entry.about for entry in school.room.journal.entries(work)] == [f"thing-{n}" for n in (4, 3, 2, 1, 0)]


def test_threads_that_write_at_the_same_time_never_fork_or_leave_a_gap(school: Node) -> None:
    faults: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for number in range(15):
                school.put(f"{name}-{number}", "made")
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=write, args=(f"thread-{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = school.verify()
    assert (faults, verdict.is_whole, verdict.entries, verdict.rows) == ([], True, 90, 90)


@pytest.mark.parametrize("kind", ["", "Contract", "contract", "contract.", "a.b.c.d.e", "contract signed.x", "å.b"])
def test_a_kind_that_is_none_is_refused(school: Node, kind: str) -> None:
    with pytest.raises(BadInput), school.database.writing() as work:
        school.room.journal.write(work, kind, "thing-1", {})


@pytest.mark.parametrize("about", ["", "two words", "å", "x" * 301, "a\nb"])
def test_an_identifier_that_is_none_is_refused(school: Node, about: str) -> None:
    with pytest.raises(BadInput), school.database.writing() as work:
        school.room.journal.write(work, "thing.made", about, {})


def test_the_database_itself_refuses_to_change_what_was_written(school: Node) -> None:
    school.put("thing-1", "made")
    school.seal()
    for statement in (
        "UPDATE journal_chain SET kind = 'x.y'",
        "DELETE FROM journal_chain",
        "UPDATE journal_content SET content = '{}'",
        "DELETE FROM journal_checkpoint",
    ):
        with pytest.raises(sa.exc.IntegrityError, match="is written once"), school.database.writing() as work:
            work.connection.exec_driver_sql(statement)
    assert school.verify().is_whole


def test_what_is_forgotten_says_nothing_any_more_and_the_chain_stays_whole(school: Node) -> None:
    for number in range(4):
        school.put(f"thing-{number}", "made", number)
        school.put(f"thing-{number}", "signed", number)
    assert school.erase("thing-1", "thing-2") == 4
    with school.database.reading() as work:
        newest, *others = school.room.journal.entries(work)
        left = work.connection.exec_driver_sql("SELECT count(*) FROM journal_content").scalar()
    assert (newest.kind, newest.content, left) == (FORGOTTEN, {"numbers": [[3, 6]]}, 5)
    assert [entry.number for entry in others if entry.content is None] == [6, 5, 4, 3]
    verdict = school.verify()
    assert (verdict.is_whole, verdict.forgotten, verdict.contents, verdict.rows) == (True, 4, 5, 2)


def test_forgetting_again_or_nothing_writes_nothing(school: Node) -> None:
    school.put("thing-1", "made")
    assert (school.erase("thing-1"), school.erase("thing-1"), school.erase("thing-9"), school.erase()) == (1, 0, 0, 0)
    assert school.verify().entries == 2


def test_more_can_be_forgotten_than_fits_into_one_query(school: Node) -> None:
    names = [f"thing-{number}" for number in range(1200)]
    with school.database.writing() as work:
        for name in names:
            school.put(name, "made", work=work)
    assert school.erase(*names) == 1200
    assert school.verify().is_whole


def test_rows_from_before_the_journal_are_taken_in_once_and_are_findings_from_then_on(school: Node) -> None:
    with school.database.writing() as work:
        work.connection.exec_driver_sql("INSERT INTO thing VALUES ('thing-old', 'signed', 2)")
    assert [finding.wrong for finding in school.verify().findings] == ["row_unwritten"]
    with school.database.writing() as work:
        school.room.start(work)
        school.room.start(work)
    assert school.verify().is_whole
    with school.database.reading() as work:
        kinds = [entry.kind for entry in school.room.journal.entries(work)]
    assert kinds == [ADOPTED, "thing.adopted"]
    with school.database.writing() as work:
        work.connection.exec_driver_sql("INSERT INTO thing VALUES ('thing-new', 'signed', 2)")
        school.room.start(work)
    assert [finding.about for finding in school.verify().findings] == ["thing-new"]


def test_a_damaged_entry_is_named_when_it_is_read(school: Node) -> None:
    school.put("thing-1", "made")
    school.tamper("UPDATE journal_content SET content = '{'")
    with pytest.raises(SkillspaceError, match="Entry 1 of the journal was damaged"), school.database.reading() as work:
        school.room.journal.entries(work)


@pytest.mark.parametrize(
    ("numbers", "ranges"), [([], []), ([1], [[1, 1]]), ([1, 2, 3, 7, 9, 10], [[1, 3], [7, 7], [9, 10]])]
)
def test_numbers_are_written_as_ranges(numbers: list[int], ranges: Any) -> None:
    assert ranges_of(numbers) == ranges


def test_batches_hold_everything_once() -> None:
    def things() -> Iterator[int]:
        yield from range(7)

    assert list(batched(things(), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
