"""Every change of the log, of what it says, or of the rows it speaks about is found, and the data are not repeated."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from skillspace.storage.database import Database
from skillspace.trust.journal import FORGOTTEN, Verdict, Wrong
from skillspace.trust.journal.chain import canonical, digest_of, link, seal_of
from tests.unit.trust.journal.conftest import HUB, SCHOOL, Node, World

#: What a change of one bit is tried on: every column that means something, and the key of its row.
COLUMNS = {
    "journal_chain": ("number", "at", "kind", "about", "digest", "previous", "hash"),
    "journal_content": ("number", "salt", "content"),
    "journal_head": ("number", "hash"),
    "journal_checkpoint": ("number", "token"),
    "journal_acknowledgement": ("number", "witness", "token"),
    "thing": ("id", "state", "uses"),
}
PLACES = [(table, column) for table, columns in COLUMNS.items() for column in columns]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> Iterator[World]:
    """An honest history, with everything there is in it, witnessed."""
    world = World(tmp_path_factory.mktemp("history"), empty)
    school = world[SCHOOL]
    for number in range(6):
        school.put(f"thing-{number}", "made", number)
    school.seal()
    world.settle()
    school.put("thing-1", "signed", 9)
    school.erase("thing-2")
    school.delete("thing-3")
    school.put("thing-6", "made")
    school.seal()
    world.settle()
    school.put("thing-4", "signed")
    assert school.verify().is_whole
    with school.database.engine.connect() as connection:
        connection.exec_driver_sql("DELETE FROM task")
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    yield world
    world.close()


@pytest.fixture
def copied(history: World, tmp_path: Path) -> Copies:
    return Copies(history, tmp_path)


class Copies:
    """Fresh copies of the history, each to be tampered with once."""

    def __init__(self, history: World, folder: Path) -> None:
        self.history = history
        self.file = folder / "node.db"

    def fresh(self) -> None:
        for old in self.file.parent.glob("node.db*"):
            old.unlink()
        shutil.copy(self.history[SCHOOL].file, self.file)

    def run(self, *statements: str, **values: Any) -> int:
        with closing(sqlite3.connect(self.file, isolation_level=None)) as raw:
            for (trigger,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                raw.execute(f"DROP TRIGGER {trigger}")
            raw.execute("PRAGMA ignore_check_constraints = ON")
            raw.execute("PRAGMA synchronous = OFF")
            return sum(raw.execute(statement, values).rowcount for statement in statements)

    def rows(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.file)) as raw:
            raw.row_factory = sqlite3.Row
            return raw.execute(query).fetchall()

    def verify(self) -> Verdict:
        database = Database.in_folder(self.file.parent, clock=self.history.clock)
        try:
            return self.history[SCHOOL].room.verify(database)
        finally:
            database.close()

    def wrongs(self) -> set[str]:
        return {finding.wrong.value for finding in self.verify().findings}


quick = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(place=st.sampled_from(PLACES), row=st.integers(0, 30), bit=st.integers(0, 4000))
def test_a_change_of_one_bit_anywhere_is_found(copied: Copies, place: tuple[str, str], row: int, bit: int) -> None:
    table, column = place
    copied.fresh()
    found = copied.rows(f"SELECT rowid AS place, {column} AS value FROM {table} ORDER BY rowid")  # noqa: S608 - our own names
    chosen = found[row % len(found)]
    try:
        changed = copied.run(
            f"UPDATE {table} SET {column} = :value WHERE rowid = :row",  # noqa: S608 - the same
            value=_flipped(chosen["value"], bit),
            row=chosen["place"],
        )
    except sqlite3.IntegrityError:
        assume(False)
    assert changed == 1
    verdict = copied.verify()
    # The name of a key in a token may be one the signer had once: then nothing is proven wrong, and it is told.
    assert not verdict.is_whole or (column == "token" and verdict.notes)


@quick
@given(
    table=st.sampled_from(["journal_chain", "journal_content", "journal_head", "journal_checkpoint", "thing"]),
    row=st.integers(0, 30),
)
def test_a_row_that_was_deleted_is_found(copied: Copies, table: str, row: int) -> None:
    copied.fresh()
    found = copied.rows(f"SELECT rowid AS place FROM {table} ORDER BY rowid")  # noqa: S608 - our own names
    copied.run(f"DELETE FROM {table} WHERE rowid = :row", row=found[row % len(found)]["place"])  # noqa: S608
    assert not copied.verify().is_whole


@quick
@given(
    first=st.integers(1, 11), second=st.integers(1, 11), column=st.sampled_from((*COLUMNS["journal_chain"][1:], "*"))
)
def test_two_entries_that_changed_places_are_found(copied: Copies, first: int, second: int, column: str) -> None:
    copied.fresh()
    one, two = (copied.rows(f"SELECT * FROM journal_chain WHERE number = {number}")[0] for number in (first, second))  # noqa: S608
    columns = COLUMNS["journal_chain"][1:] if column == "*" else (column,)
    assume(any(one[name] != two[name] for name in columns))
    for source, target in ((one, two), (two, one)):
        sets = ", ".join(f"{name} = :{name}" for name in columns)
        copied.run(
            f"UPDATE journal_chain SET {sets} WHERE number = :number",  # noqa: S608 - our own names
            number=target["number"],
            **{name: source[name] for name in columns},
        )
    assert not copied.verify().is_whole


@quick
@given(number=st.integers(-2, 20), is_hashed=st.booleans())
def test_an_entry_that_was_put_in_between_is_found(copied: Copies, number: int, is_hashed: bool) -> None:
    """Moves everything after it on by one, and hashes its own entry rightly where `is_hashed`."""
    copied.fresh()
    count = copied.rows("SELECT count(*) AS count FROM journal_chain")[0]["count"]
    for table in ("journal_chain", "journal_content"):
        copied.run(f"UPDATE {table} SET number = -number WHERE number >= :number", number=number)  # noqa: S608
        copied.run(f"UPDATE {table} SET number = 1 - number WHERE number <= -:number", number=max(number, 1))  # noqa: S608
    before = copied.rows(f"SELECT hash FROM journal_chain WHERE number = {number - 1}")  # noqa: S608
    previous = before[0]["hash"] if before else "0" * 64
    salt, content = "11" * 16, canonical({"state": "made", "uses": 0})
    row: dict[str, Any] = {"number": number, "at": "2026-11-21T12:00:00.000000Z", "kind": "other.made", "about": "x-1"}
    row["digest"] = digest_of(salt, content)
    hashed = link(previous, seal_of(**row)) if is_hashed else "22" * 32
    copied.run(
        "INSERT INTO journal_chain (number, at, kind, about, digest, previous, hash) "
        "VALUES (:number, :at, :kind, :about, :digest, :previous, :hash)",
        **row,
        previous=previous,
        hash=hashed,
    )
    copied.run(
        "INSERT INTO journal_content VALUES (:number, :salt, :content)", number=number, salt=salt, content=content
    )
    wrongs = copied.wrongs()
    assert wrongs
    if is_hashed and number == count + 1:
        assert wrongs == {Wrong.HEAD}


@quick
@given(left=st.integers(0, 12))
def test_a_log_cut_off_below_its_last_checkpoint_is_found_even_when_its_head_fits(copied: Copies, left: int) -> None:
    copied.fresh()
    signed = copied.rows("SELECT max(number) AS last FROM journal_checkpoint")[0]["last"]
    assume(left < signed)
    for table in ("journal_chain", "journal_content"):
        copied.run(f"DELETE FROM {table} WHERE number > {left}")  # noqa: S608 - our own names
    copied.run(
        f"UPDATE journal_head SET number = {left}, "  # noqa: S608 - our own names
        f"hash = coalesce((SELECT hash FROM journal_chain WHERE number = {left}), '{'0' * 64}')"
    )
    assert Wrong.SHORTER in copied.wrongs()


@pytest.mark.parametrize("ahead", range(1, 9))
def test_a_chain_that_was_written_anew_does_not_fit_its_checkpoints(copied: Copies, ahead: int) -> None:
    copied.fresh()
    rewrite(copied, ahead, {"state": "made", "uses": 77})
    assert Wrong.CHECKPOINT in copied.wrongs()


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("UPDATE thing SET state = 'signed' WHERE id = 'thing-0'", Wrong.ROW_DIFFERS),
        ("UPDATE thing SET uses = 1.5 WHERE id = 'thing-0'", Wrong.ROW_DIFFERS),
        ("UPDATE thing SET state = CAST(x'ff' AS TEXT) WHERE id = 'thing-0'", Wrong.ROW_UNREADABLE),
        ("DELETE FROM thing WHERE id = 'thing-0'", Wrong.ROW_GONE),
        ("INSERT INTO thing VALUES ('thing-9', 'signed', 0)", Wrong.ROW_UNWRITTEN),
        ("INSERT INTO thing VALUES ('thing-3', 'made', 3)", Wrong.ROW_DIFFERS),
        ("DELETE FROM journal_content WHERE number = 1", Wrong.CONTENT_GONE),
        ("UPDATE journal_content SET salt = upper(salt) WHERE number = 1", Wrong.CONTENT_ALTERED),
        ("INSERT INTO journal_content VALUES (3, '" + "0" * 32 + "', '{}')", Wrong.CONTENT_BACK),
        ("INSERT INTO journal_content VALUES (99, '" + "0" * 32 + "', '{}')", Wrong.CONTENT_STRAY),
        ("UPDATE journal_chain SET kind = x'ff' WHERE number = 2", Wrong.ALTERED),
        ("UPDATE journal_chain SET previous = '" + "0" * 64 + "' WHERE number = 2", Wrong.UNLINKED),
        ("UPDATE journal_chain SET about = CAST(x'ff' AS TEXT) WHERE number = 2", Wrong.DAMAGED),
        ("UPDATE journal_checkpoint SET token = CAST(x'ff' AS TEXT) WHERE number = 6", Wrong.DAMAGED),
        ("UPDATE journal_checkpoint SET token = 'no token'", Wrong.SIGNATURE),
        ("DELETE FROM journal_checkpoint WHERE number = 6", Wrong.CHECKPOINT),
        ("DELETE FROM journal_chain WHERE number = 4", Wrong.MISSING),
        ("DELETE FROM journal_chain", Wrong.SHORTER),
        ("DELETE FROM journal_head", Wrong.HEAD),
        ("DROP TABLE thing", Wrong.ROW_UNREADABLE),
    ],
)
def test_each_change_is_called_by_its_name(copied: Copies, statement: str, wrong: Wrong) -> None:
    copied.fresh()
    copied.run(statement)
    assert wrong in copied.wrongs()


def test_forgetting_without_an_entry_that_tells_of_it_is_found(copied: Copies) -> None:
    """Whoever hides a row's history deletes what was said about it; only the program's own forgetting says so."""
    copied.fresh()
    copied.run("DELETE FROM thing WHERE id = 'thing-0'", "DELETE FROM journal_content WHERE number = 1")
    assert copied.wrongs() == {Wrong.CONTENT_GONE}


def test_nothing_can_be_said_to_be_forgotten_in_advance(school: Node) -> None:
    with school.database.writing() as work:
        school.room.journal.write(work, FORGOTTEN, "forgetting-1", {"numbers": [[1, 50]]})
    school.put("thing-1", "made")
    school.tamper("DELETE FROM journal_content WHERE number = 2", "DELETE FROM thing")
    assert {finding.wrong for finding in school.verify().findings} == {Wrong.CONTENT_GONE}


def test_a_finding_names_the_entry_and_the_thing_and_no_data(copied: Copies) -> None:
    copied.fresh()
    copied.run("UPDATE thing SET state = 'secret-of-ada' WHERE id = 'thing-1'")
    copied.run('UPDATE journal_content SET content = \'{"state":"secret-of-ada"}\' WHERE number = 1')
    verdict = copied.verify()
    assert {(finding.number, finding.about) for finding in verdict.findings} >= {(7, "thing-1"), (1, "thing-0")}
    assert "secret-of-ada" not in repr(verdict)


def test_a_page_of_the_file_that_was_damaged_is_found(copied: Copies) -> None:
    copied.fresh()
    whole = copied.file.read_bytes()
    # A page is filled from its end; on one that ends in zeros nothing is written.
    used = [end - 60 for end in range(2 * 4096, len(whole) + 1, 4096) if any(whole[end - 60 : end])]
    assert len(used) > 10
    for offset in used:
        copied.fresh()
        copied.file.write_bytes(whole[:offset] + b"\xff" * 60 + whole[offset + 60 :])
        assert Wrong.DAMAGED in copied.wrongs(), offset


def test_findings_beyond_a_thousand_are_counted_and_not_kept(school: Node) -> None:
    with school.database.writing() as work:
        for number in range(1100):
            school.put(f"thing-{number}", "made", work=work)
    school.tamper("UPDATE thing SET uses = 5")
    verdict = school.verify()
    assert (len(verdict.findings), verdict.untold) == (1000, 100)


def test_signatures_of_a_key_that_ended_are_noted_and_a_newer_one_proves_all_before(world: World) -> None:
    school = world[SCHOOL]
    school.put("thing-1", "made")
    school.seal()
    world.settle()
    world.retired.add(school.key.kid)
    verdict = school.verify()
    assert [finding.wrong for finding in verdict.findings] == [Wrong.UNSIGNED]
    assert (verdict.proven_to, verdict.witnessed_to, len(verdict.notes)) == (0, 1, 1)


def test_a_log_that_was_never_signed_says_so(school: Node) -> None:
    school.put("thing-1", "made")
    verdict = school.verify()
    assert (verdict.is_whole, verdict.proven_to) == (True, 0)
    assert "never" in verdict.notes[0] or "ever signed" in verdict.notes[0]


def test_the_witness_is_named_in_what_is_proven(history: World) -> None:
    verdict = history[SCHOOL].verify(history[SCHOOL].room.tasks.ask(HUB))
    assert (verdict.is_whole, verdict.proven_to, verdict.witnessed_to) == (True, 10, 10)
    assert (verdict.entries, verdict.rows, verdict.forgotten) == (11, 6, 1)


def rewrite(copied: Copies, ahead: int, content: dict[str, object]) -> None:
    """Change what an entry says and hash everything after it anew, as somebody who knows the formulas can."""
    text, salt = canonical(content), "33" * 16
    copied.run(
        "UPDATE journal_content SET salt = :salt, content = :content WHERE number = :number",
        salt=salt,
        content=text,
        number=ahead,
    )
    previous = "0" * 64
    for row in copied.rows("SELECT * FROM journal_chain ORDER BY number"):
        digest = digest_of(salt, text) if row["number"] == ahead else row["digest"]
        fields = {name: row[name] for name in ("number", "at", "kind", "about")}
        hashed = link(previous, seal_of(digest=digest, **fields))
        copied.run(
            "UPDATE journal_chain SET digest = :digest, previous = :previous, hash = :hash WHERE number = :number",
            digest=digest,
            previous=previous,
            hash=hashed,
            number=row["number"],
        )
        previous = hashed
    copied.run("UPDATE journal_head SET hash = :hash", hash=previous)


def _flipped(value: int | str, bit: int) -> int | bytes | str:
    if isinstance(value, int):
        return value ^ (1 << bit % 40)
    raw = bytearray(value.encode())
    raw[(bit // 8) % len(raw)] ^= 1 << bit % 8
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return bytes(raw)
