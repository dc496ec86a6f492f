"""Audit of a node's journal: entries, contents, signed heads and live rows, all of one state of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Database, Work
from skillspace.trust.journal.chain import GENESIS
from skillspace.trust.journal.live import compare_rows
from skillspace.trust.journal.model import FORGOTTEN, Verdict, WitnessAnswer, Wrong
from skillspace.trust.journal.ports import Exhibited
from skillspace.trust.journal.signatures import SignedHeads
from skillspace.trust.journal.store import acknowledgements, checkpoints, contents, entries, head
from skillspace.trust.journal.walk import Forgotten, Walk, check_content

PAGE = 2000
#: Told after each page: how many entries were seen, of how many.
Progress = Callable[[int, int], None]
_ROWS = sa.select(entries, contents.c.salt, contents.c.content).join_from(
    entries, contents, entries.c.number == contents.c.number, isouter=True
)
_ROWS = _ROWS.order_by(entries.c.number).limit(PAGE)
_AFTER = _ROWS.where(entries.c.number > sa.bindparam("after"))


def verify(
    database: Database,
    rooms: Sequence[Exhibited],
    *,
    did: str,
    resolve_key: KeyResolver,
    answers: Sequence[WitnessAnswer] = (),
    progress: Progress | None = None,
) -> Verdict:
    """Look through everything and return what was found; nothing is changed, and a running node is not held up.

    Checks numbers and links, digests of the contents that are there, contents that are gone against the entries that
    tell of forgetting, the signatures of checkpoints and acknowledgements and the heads they name, what witnesses hold
    (`answers`), and each room's live rows. Memory stays the same however long the log is, but for the checkpoints and
    the ranges of what was forgotten. A database that cannot be read is a finding too.
    """
    verdict = Verdict(did=did)
    try:
        _look(database, rooms, verdict, SignedHeads(verdict, resolve_key), answers, progress)
    except (sa.exc.DBAPIError, UnicodeDecodeError) as fault:  # the second is how SQLite fails to quote what is damaged
        text = f"the database cannot be read on from entry {verdict.entries} ({type(fault).__name__})"
        verdict.find(Wrong.DAMAGED, text)
    return verdict


def _look(
    database: Database,
    rooms: Sequence[Exhibited],
    verdict: Verdict,
    heads: SignedHeads,
    answers: Sequence[WitnessAnswer],
    progress: Progress | None,
) -> None:
    _signed(database, heads)
    for answer in answers:
        heads.answered(answer)
    heads.close()
    with database.reading() as work:
        hold_still(work)
        _chain(work, verdict, heads, progress)
        for room in rooms:
            compare_rows(work, room, verdict)


def _signed(database: Database, heads: SignedHeads) -> None:
    """Collect what was signed; keys may have to be fetched, so the transaction is closed before."""
    with database.reading() as work:
        own = work.rows(sa.select(checkpoints).order_by(checkpoints.c.number))
        given = work.rows(sa.select(acknowledgements).order_by(acknowledgements.c.number))
    for row in own:
        heads.own(row["token"], row["number"])
    for row in given:
        heads.acknowledged(row["token"], row["number"], row["witness"])


def hold_still(work: Work) -> None:
    """See one state from the first query to the last; SQLite does so by itself."""
    if work.connection.dialect.name == "postgresql":
        work.connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _chain(work: Work, verdict: Verdict, heads: SignedHeads, progress: Progress | None) -> None:
    if work.connection.dialect.name == "sqlite":
        for (told,) in work.connection.exec_driver_sql("PRAGMA integrity_check(10)"):
            if told != "ok":
                verdict.find(Wrong.DAMAGED, f"the database file is damaged: {str(told)[:200]}")
    count = work.connection.execute(sa.select(sa.func.count()).select_from(entries)).scalar_one()
    forgotten = _forgotten(work)
    walk = Walk(verdict, heads.marks)
    for page in pages(work):
        for row in page:
            walk.take(row)
            check_content(verdict, row, forgotten)
        if progress is not None:
            progress(verdict.entries, count)
    walk.end()
    _stray(work, verdict)
    last = work.one(sa.select(head.c.number, head.c.hash)) or {"number": 0, "hash": GENESIS}
    if (last["number"], last["hash"]) != (walk.number, walk.hash):
        verdict.find(Wrong.HEAD, "the head of the log is not its last entry", number=last["number"])


def pages(work: Work) -> Iterator[Sequence[Mapping[Any, Any]]]:
    """Give all entries with their contents in order, a page at a time."""
    page = work.connection.execute(_ROWS).mappings().all()
    while page:
        yield page
        page = work.connection.execute(_AFTER, {"after": page[-1]["number"]}).mappings().all()


def _forgotten(work: Work) -> Forgotten:
    """Read which contents were forgotten; that these entries are genuine is seen on the walk, like all others."""
    found = Forgotten()
    query = sa.select(entries.c.number, contents.c.content).join_from(
        entries, contents, entries.c.number == contents.c.number
    )
    for number, content in work.connection.execute(query.where(entries.c.kind == FORGOTTEN)):
        try:
            found.add(number, orjson.loads(content))
        except (ValueError, TypeError):
            continue
    found.close()
    return found


def _stray(work: Work, verdict: Verdict) -> None:
    absent = ~sa.exists().where(entries.c.number == contents.c.number)
    for row in work.rows(sa.select(contents.c.number).where(absent).limit(verdict.MOST)):
        verdict.find(Wrong.CONTENT_STRAY, "there is a content without an entry", number=row["number"])
