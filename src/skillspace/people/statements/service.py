"""The statements of a learning record store: written once and for good, found by what they name, voided, and erased."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import sqlalchemy as sa

from skillspace.kernel.errors import Conflict, Refused
from skillspace.people.statements.definitions import Definitions
from skillspace.people.statements.finding import find
from skillspace.people.statements.query import Page, Query, everywhere
from skillspace.people.statements.store import attachments, marks, statements
from skillspace.records.statements import (
    Attachment,
    By,
    Version,
    are_same,
    identity,
    mark,
    target_of,
    voids,
    written,
)
from skillspace.records.statements import marks as marks_of
from skillspace.storage.database import Work

#: What a store without statements is up to date with.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = sa.select(statements.c.number, statements.c.stored).order_by(statements.c.number.desc()).limit(1)
_TICK = timedelta(microseconds=1)
#: So many statements of a person are read, or erased, at once.
_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Received:
    """A checked statement on its way in, with the bytes of its attachments."""

    statement: dict[str, Any]
    attachments: Sequence[Attachment] = ()


@dataclass(frozen=True, kw_only=True)
class Post:
    """Statements that came together: from which client, in which version, and whether it may void those of others."""

    received: Sequence[Received]
    writer: str
    version: Version
    may_void_all: bool = False


@dataclass(frozen=True, kw_only=True)
class _Known:
    """A statement that is here, and who wrote it."""

    writer: str
    statement: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class _Fresh:
    """A statement that is to be stored under a number."""

    number: int
    writer: str
    received: Received

    @property
    def id(self) -> str:
        return str(self.received.statement["id"]).lower()


@dataclass(frozen=True, kw_only=True)
class Deed:
    """A stored statement about one who acted alone."""

    number: int
    stored: datetime
    is_voided: bool
    statement: dict[str, Any]


class Statements:
    """Keeps statements. What was stored stays as it is: the same id again must bring the same statement."""

    def __init__(self, home: str) -> None:
        """`home` is this store's own address, under which its clients are known as who vouches."""
        self.home = home
        self._definitions = Definitions()

    def store(
        self, work: Work, received: Sequence[Received], writer: str, version: Version, *, may_void_all: bool = False
    ) -> list[str]:
        """Store one post, all or nothing, and return its ids; raise what `store_each` would give as its refusal."""
        post = Post(received=received, writer=writer, version=version, may_void_all=may_void_all)
        (outcome,) = self.store_each(work, [post])
        if isinstance(outcome, Conflict | Refused):
            raise outcome
        return outcome

    def store_each(
        self, work: Work, posts: Sequence[Post], after: datetime = NEVER
    ) -> list[list[str] | Conflict | Refused]:
        """Store posts in the order given, each whole or not at all; return the ids of each, or why it is refused.

        Sets id, stored, timestamp, authority and version where they are the store's to set: stored is later than
        `after` and than that of all before, even where the clock went back. A refusal is a Conflict where an id is
        taken by another statement (one that is here already is not stored again), and Refused where somebody else's
        statement would be voided.
        """
        given = [one.statement["id"].lower() for post in posts for one in post.received if "id" in one.statement]
        meant = [str(target_of(one.statement)) for post in posts for one in post.received if voids(one.statement)]
        known = self._known(work, [*given, *meant])
        latest = work.one(_LATEST)
        number = latest["number"] if latest is not None else 0
        last = latest["stored"] if latest is not None else NEVER
        stored = max(work.now, last + _TICK, after + _TICK)
        fresh: list[_Fresh] = []
        outcomes: list[list[str] | Conflict | Refused] = []
        for post in posts:
            try:
                new = _new(post, known)
            except (Conflict, Refused) as refusal:
                outcomes.append(refusal)
                continue
            for one in new:
                number += 1
                self._fill_in(one.statement, stored, post)
                fresh.append(_Fresh(number=number, writer=post.writer, received=one))
                known[one.statement["id"].lower()] = _Known(writer=post.writer, statement=one.statement)
            outcomes.append([one.statement["id"] for one in post.received])
        if fresh:
            self._insert(work, fresh, stored, waiting=bool(given))
            before = (latest["number"], latest["stored"]) if latest is not None else (0, None)
            said = [one.received.statement for one in fresh]
            self._definitions.learn(work, said, before=before, after=(number, stored))
        return outcomes

    def page(self, work: Work, query: Query, *, writer: str | None = None, without: Collection[str] = ()) -> Page:
        """Return what a question finds, newest first unless asked otherwise; voided statements are in no answer but the
        one that asks for one of them. With `writer` only what that client wrote is there, and nothing that names one
        of the agents `without` (`identity`). Raises NotFound."""
        hidden = [each for who in without for each in everywhere(who)]
        if writer is None:
            return find(work, query, hidden=hidden)
        # Every statement names who wrote it, so this is how a writer's are found where nothing else is asked.
        named = everywhere(str(identity(self._authority(writer))))
        query = replace(query, marks=(*query.marks, named))
        return find(work, query, bounds=[statements.c.writer == writer], hidden=hidden)

    def through(self, work: Work) -> datetime:
        """Return when the last statement that can be read was stored: writers go one after the other, each with a
        later moment, so every one before it can be read, too."""
        latest = work.one(_LATEST)
        return latest["stored"] if latest is not None else NEVER

    def definition(self, work: Work, activity: str) -> Mapping[str, Any] | None:
        """Return what is known of an activity, or None."""
        return self._definitions.of(work, activity)

    def deeds_of(self, work: Work, who: Collection[str]) -> Iterator[Deed]:
        """Give every statement in which one of these agents (`identity`) acted alone, oldest first: none by groups, nor
        by others about these agents. However many there are, few are in memory at once."""
        named = sa.select(marks.c.number).where(marks.c.mark.in_([mark(By.AGENT, one) for one in who])).distinct()
        after = 0
        while True:
            numbers = named.where(marks.c.number > after).order_by(marks.c.number).limit(_AT_ONCE)
            query = sa.select(statements).where(statements.c.number.in_(numbers)).order_by(statements.c.number)
            rows = work.rows(query)
            if not rows:
                return
            for row in rows:
                statement = orjson.loads(row["content"])
                if identity(statement["actor"]) in who and statement["actor"].get("objectType") != "Group":
                    yield Deed(
                        number=row["number"], stored=row["stored"], is_voided=row["is_voided"], statement=statement
                    )
            after = rows[-1]["number"]

    def erase(self, work: Work, numbers: Sequence[int]) -> int:
        """Delete statements with everything they are found by; return how many."""
        erased = 0
        for first in range(0, len(numbers), _AT_ONCE):
            some = numbers[first : first + _AT_ONCE]
            work.delete(marks, marks.c.number.in_(some))
            work.delete(attachments, attachments.c.number.in_(some))
            erased += work.delete(statements, statements.c.number.in_(some))
        return erased

    def _known(self, work: Work, ids: Sequence[str]) -> dict[str, _Known]:
        rows = work.among(statements, "id", ids) if ids else []
        return {row["id"]: _Known(writer=row["writer"], statement=orjson.loads(row["content"])) for row in rows}

    def _authority(self, writer: str) -> dict[str, Any]:
        return {"objectType": "Agent", "account": {"homePage": self.home, "name": writer}}

    def _fill_in(self, statement: dict[str, Any], stored: datetime, post: Post) -> None:
        statement["stored"] = written(stored)
        statement.setdefault("timestamp", statement["stored"])
        statement.setdefault("version", "1.0.0" if post.version is Version.V1_0 else post.version.value)
        # Who vouches is who wrote it: what a client says of others is its own word.
        statement["authority"] = self._authority(post.writer)

    def _insert(self, work: Work, fresh: Sequence[_Fresh], stored: datetime, *, waiting: bool) -> None:
        rows: list[dict[str, Any]] = []
        found: list[dict[str, Any]] = []
        attached: list[dict[str, Any]] = []
        # Only a statement whose id its writer chose can have been referred to before it came.
        referring = self._referring(work, [one.id for one in fresh]) if waiting else {}
        for one in fresh:
            statement = one.received.statement
            row: dict[str, Any] = {
                "number": one.number,
                "id": one.id,
                "stored": stored,
                "target": target_of(statement),
                "voids": voids(statement),
                "is_voided": not voids(statement) and any(each["voids"] for each in referring.get(one.id, ())),
                "writer": one.writer,
                "content": orjson.dumps(statement),
            }
            rows.append(row)
            found.extend({"mark": each, "number": one.number} for each in marks_of(statement))
            attached.extend(
                {"number": one.number, "sha2": each.sha2, "content_type": each.content_type, "body": each.body}
                for each in one.received.attachments
            )
        work.insert(statements, *rows)
        work.insert(attachments, *attached)
        work.insert(marks, *found)
        for row in rows:
            if row["target"] is not None:
                self._void_and_inherit(work, row)
            for each in referring.get(row["id"], ()):
                self._inherit(work, each)

    def _void_and_inherit(self, work: Work, row: Mapping[str, Any]) -> None:
        if row["voids"]:
            here = (statements.c.id == row["target"]) & ~statements.c.voids
            work.update(statements, here, is_voided=True)
        self._inherit(work, row)

    def _inherit(self, work: Work, row: Mapping[str, Any]) -> None:
        """Let a statement that refers to another be found by what that one is found by, and so on (§2.1.3): both ways,
        for either of them may come first."""
        passed_on: set[bytes] = set()
        seen, target = {row["id"]}, row["target"]
        while target is not None and target not in seen:
            seen.add(target)
            meant = work.where(statements, id=target)
            if meant is None:
                break
            passed_on |= marks_of(orjson.loads(meant["content"]))
            target = meant["target"]
        if not passed_on:
            return
        waiting, reached = [row], {row["id"]}
        while waiting:
            one = waiting.pop()
            for each in sorted(passed_on):
                work.upsert(marks, {"mark": each, "number": one["number"]}, on=("mark", "number"))
            for other in self._referring(work, [one["id"]]).get(one["id"], ()):
                if other["id"] not in reached:
                    reached.add(other["id"])
                    waiting.append(other)

    def _referring(self, work: Work, ids: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
        """Return the statements that refer to these, by the id they refer to."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for row in work.among(statements, "target", ids):
            found.setdefault(row["target"], []).append(row)
        return found


def _new(post: Post, known: Mapping[str, _Known]) -> list[Received]:
    """Return which statements of a post are not here yet, each with an id by now; raise Conflict, Refused."""
    fresh = {}
    for one in post.received:
        number = one.statement.setdefault("id", str(uuid4())).lower()
        before = known.get(number)
        if before is None:
            fresh[number] = one
        elif not are_same(before.statement, one.statement):
            raise Conflict(f"There is another statement with the id {number}; a statement never changes.")
    if not post.may_void_all:
        for one in fresh.values():
            target = str(target_of(one.statement))
            is_own = target in fresh or (target in known and known[target].writer == post.writer)
            if voids(one.statement) and not is_own:
                raise Refused(
                    f"The client {post.writer} voids what it wrote itself; for the statement {target}, which is of "
                    "another one or not here, it would need the scope all."
                )
    return [*fresh.values()]
