"""The journal of one node: written in the transaction of what it tells, numbered without gaps, signed now and then."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

import orjson
import sqlalchemy as sa

from skillspace.kernel.clock import from_iso
from skillspace.kernel.errors import BadInput, SkillspaceError
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.journal.chain import GENESIS, canonical, digest_of, fresh_salt, link, seal_of
from skillspace.trust.journal.model import ADOPTED, FORGOTTEN, Acknowledgement, Checkpoint, Entry
from skillspace.trust.journal.ports import Exhibited
from skillspace.trust.journal.statements import read_checkpoint, sign_checkpoint
from skillspace.trust.journal.store import acknowledgements, checkpoints, contents, entries, head
from skillspace.wire.jose import SigningKey

#: Identifiers asked for in one query.
BATCH = 500
_KIND = re.compile(r"[a-z][a-z0-9_-]{0,39}(\.[a-z0-9_-]{1,40}){1,3}")
_ABOUT = re.compile(r"[!-~]{1,300}")
_HEAD = sa.select(head.c.number, head.c.hash).where(head.c.id == sa.bindparam("this")).with_for_update()
_ONLY = 1
_JOINED = sa.select(entries, contents.c.content).join_from(
    entries, contents, entries.c.number == contents.c.number, isouter=True
)
_LATEST = sa.select(checkpoints).order_by(checkpoints.c.number.desc())


class Journal:
    """Writes entries, forgets what they say of a person, and signs how far the log has come."""

    def __init__(self, *, did: str, key: SigningKey) -> None:
        self.did = did
        self._key = key

    def write(self, work: Work, kind: str, about: str, content: Mapping[str, object]) -> None:
        """Write what happened, within the caller's transaction: it is there when the change is, or not at all.

        `kind` is such as ``contract.signed``, `about` the thing's own random identifier. `content` is plain JSON and
        names no person; it holds what the room's exhibit shows, so that a later change of the row is found. Raises
        BadInput. On PostgreSQL whoever writes holds the journal until commit: write it last.
        """
        self._append(work, _known_kind(kind), about, canonical(content))

    def forget(self, work: Work, abouts: Iterable[str]) -> int:
        """Delete what the entries about these things say, for good, and return how many said something.

        Numbers, kinds, identifiers and digests stay, so the chain stays whole; one new entry tells which numbers were
        forgotten, so that what is missing without such an entry is found.
        """
        numbers: set[int] = set()
        for batch in batched(abouts, BATCH):
            query = sa.select(entries.c.number).join(contents, contents.c.number == entries.c.number)
            numbers.update(row["number"] for row in work.rows(query.where(entries.c.about.in_(batch))))
        for part in batched(sorted(numbers), BATCH):
            work.delete(contents, contents.c.number.in_(part))
        if numbers:
            self.write(work, FORGOTTEN, new_id("forgetting"), {"numbers": ranges_of(sorted(numbers))})
        return len(numbers)

    def adopt(self, work: Work, room: Exhibited) -> int:
        """Write down the rows that a room has from before it had a journal; return how many, 0 the second time.

        Once for each room: a row without an entry is a finding from then on.
        """
        if self.entries(work, kind=ADOPTED, about=room.prefix, limit=1):
            return 0
        count = 0
        for batch in batched(list(room.rows(work)), BATCH):
            query = sa.select(entries.c.about).where(entries.c.about.in_(batch) & begins(room.prefix))
            known = set(work.connection.execute(query).scalars())
            shown = room.exhibit(work, [about for about in batch if about not in known])
            for about, content in shown.items():
                if content is not None:
                    self.write(work, f"{room.prefix}adopted", about, content)
                    count += 1
        self.write(work, ADOPTED, room.prefix, {"rows": count})
        return count

    def head(self, work: Work) -> tuple[int, str]:
        """Return the number and the hash of the last entry; 0 and zeros before the first."""
        row = work.one(sa.select(head.c.number, head.c.hash))
        return (row["number"], row["hash"]) if row else (0, GENESIS)

    def checkpoint(self, work: Work) -> Checkpoint | None:
        """Sign the head and keep that; None when nothing was written since the last checkpoint."""
        # Locked, so that the head is not signed twice with different moments.
        row = work.one(_HEAD, this=_ONLY)
        latest = self.latest_checkpoint(work)
        if row is None or row["number"] == 0 or (latest is not None and latest.number >= row["number"]):
            return None
        # A longer log is never signed as the older one, wherever the clock went meanwhile.
        at = max(work.now, latest.at) if latest else work.now
        made = sign_checkpoint(self._key, did=self.did, number=row["number"], head=row["hash"], at=at)
        work.insert(checkpoints, {"number": made.number, "token": made.token})
        return made

    def latest_checkpoint(self, work: Work) -> Checkpoint | None:
        """Return the newest checkpoint, or None before the first."""
        row = work.one(_LATEST.limit(1))
        return read_checkpoint(row["token"]) if row else None

    def checkpoints(self, work: Work, *, limit: int = 50) -> list[tuple[Checkpoint, list[str]]]:
        """Return checkpoints, newest first, each with the DIDs of the witnesses that acknowledged it."""
        rows = work.rows(_LATEST.limit(limit))
        query = sa.select(acknowledgements.c.number, acknowledgements.c.witness).order_by(acknowledgements.c.witness)
        known: dict[int, list[str]] = {}
        if rows:
            for row in work.rows(query.where(acknowledgements.c.number >= rows[-1]["number"])):
                known.setdefault(row["number"], []).append(row["witness"])
        return [(read_checkpoint(row["token"]), known.get(row["number"], [])) for row in rows]

    def unacknowledged(self, work: Work, witness: str) -> Checkpoint | None:
        """Return the newest checkpoint if `witness` has not acknowledged it yet."""
        latest = self.latest_checkpoint(work)
        if latest is None:
            return None
        table = acknowledgements
        found = work.one(sa.select(table).where((table.c.number == latest.number) & (table.c.witness == witness)))
        return None if found else latest

    def keep_acknowledgement(self, work: Work, given: Acknowledgement) -> None:
        """Keep a witness's acknowledgement that was verified; the first one for a checkpoint stays."""
        row = {"number": given.number, "witness": given.witness, "token": given.token}
        table = acknowledgements
        at_hand = (table.c.number == given.number) & (table.c.witness == given.witness)
        if work.one(sa.select(table.c.number).where(at_hand)) is None:
            work.insert(table, row)

    def entries(
        self, work: Work, *, kind: str = "", about: str = "", before: int | None = None, limit: int = 50
    ) -> list[Entry]:
        """Return entries, newest first: those whose kind begins with `kind`, about one thing, before a number."""
        query = _JOINED.order_by(entries.c.number.desc()).limit(limit)
        if kind:
            query = query.where(begins(kind))
        if about:
            query = query.where(entries.c.about == about)
        if before is not None:
            query = query.where(entries.c.number < before)
        return [_entry(row) for row in work.rows(query)]

    def _append(self, work: Work, kind: str, about: str, content: str) -> None:
        if not _ABOUT.fullmatch(about):
            raise BadInput(f"{about[:80]!r} is no identifier the journal can name.")
        previous = self._held_head(work)
        number = previous["number"] + 1
        salt, at = fresh_salt(), moment_text(work.now)
        digest = digest_of(salt, content)
        hashed = link(previous["hash"], seal_of(number=number, at=at, kind=kind, about=about, digest=digest))
        row = {"number": number, "at": at, "kind": kind, "about": about, "digest": digest}
        work.insert(entries, row | {"previous": previous["hash"], "hash": hashed})
        work.insert(contents, {"number": number, "salt": salt, "content": content})
        work.change(head, {"id": _ONLY}, number=number, hash=hashed)

    def _held_head(self, work: Work) -> Mapping[str, Any]:
        """Return the head and hold it until commit; the first entry of all makes it."""
        if (found := work.one(_HEAD, this=_ONLY)) is not None:
            return found
        work.insert_new(head, {"id": _ONLY, "number": 0, "hash": GENESIS}, on="id")
        if (found := work.one(_HEAD, this=_ONLY)) is not None:
            return found
        raise SkillspaceError("The journal has no head; look with “skillspace audit verify”.")


def moment_text(at: datetime) -> str:
    """Write a moment as entries do: UTC with microseconds, always as long."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def begins(prefix: str) -> sa.ColumnElement[bool]:
    """The condition that an entry's kind begins with `prefix`, to the letter (LIKE would not care for case)."""
    return sa.func.substr(entries.c.kind, 1, len(prefix)) == prefix


def batched(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Give things in lists of at most `size`."""
    iterator = iter(things)
    while batch := list(islice(iterator, size)):
        yield batch


def ranges_of(numbers: Sequence[int]) -> list[list[int]]:
    """Write ascending numbers as ranges, first and last included."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ranges


@lru_cache(maxsize=1024)
def _known_kind(kind: str) -> str:
    if not _KIND.fullmatch(kind):
        raise BadInput(f"{kind[:80]!r} is no kind of entry; use words such as contract.signed.")
    return kind


def _entry(row: Mapping[str, Any]) -> Entry:
    try:
        content = orjson.loads(row["content"]) if row["content"] is not None else None
        return Entry(**{**row, "at": from_iso(row["at"]), "content": content})
    except ValueError:
        raise SkillspaceError(
            f"Entry {row['number']} of the journal was damaged; look with “skillspace audit verify”."
        ) from None
