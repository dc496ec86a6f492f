"""An organisation's own register of people: their documents, and connecting them to the spaces they keep elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Protocol

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict, NotFound
from skillspace.kernel.ids import new_id
from skillspace.people.holdings.model import (
    AlreadyLinked,
    Connection,
    HeldDocument,
    HeldPerson,
    TooManyAttempts,
    WrongCode,
    new_link_code,
    plain_code,
)
from skillspace.people.holdings.store import attempts, codes, documents, people, subjects
from skillspace.storage.database import Work

CODE_LASTS = timedelta(days=30)
#: Wrong codes one person may try within a while, and all people of one intermediary together.
TRIES, TRIES_WITHIN = 5, timedelta(minutes=15)
TRIES_OF_ALL, TRIES_OF_ALL_WITHIN = 300, timedelta(hours=1)
#: How a connection came about that says nothing of it: by a code the organisation gave out.
BY_CODE = "code"

Note = Callable[[Work, str, str, Mapping[str, object]], None]


class Shelf(Protocol):
    """Where another room keeps documents about the same people, offered as one data set of its own."""

    @property
    def dataset(self) -> str:
        """The data set its documents belong to."""

    def shelved(self, work: Work, local_id: str, kinds: Collection[str] | None = None) -> Iterator[HeldDocument]:
        """Give the documents about a person, of these kinds only (None: all of them)."""

    def forget(self, work: Work, local_id: str) -> None:
        """Delete everything about a person."""


class Holdings:
    """The people an organisation knows by its own numbers, and what it holds about them.

    `note` writes into the journal that somebody was connected or let go, and how; never who.
    """

    def __init__(self, note: Note | None = None) -> None:
        self._note = note
        self._shelves: list[Shelf] = []

    def add_shelf(self, shelf: Shelf) -> None:
        """Let the documents of another room belong to what is held about people."""
        self._shelves.append(shelf)

    def add_person(self, work: Work, person: HeldPerson) -> None:
        """Add a person to the register; raise Conflict when the number is taken."""
        row = {"local_id": person.local_id, "name": person.name, "territory": person.territory}
        if not work.insert_new(people, row | {"synthetic": person.synthetic}, on="local_id"):
            raise Conflict(f"Number {person.local_id} belongs to somebody in the register already.")

    def person(self, work: Work, local_id: str) -> HeldPerson:
        """Return one person of the register; raise NotFound."""
        row = work.one(sa.select(people).where(people.c.local_id == local_id))
        if row is None:
            raise NotFound(f"The register knows no number {local_id}.")
        return HeldPerson(**row)

    def knows(self, work: Work, local_id: str) -> bool:
        """Tell whether a number is somebody's in the register."""
        return work.one(sa.select(people.c.local_id).where(people.c.local_id == local_id)) is not None

    def people(self, work: Work, *, limit: int = 100, after: str = "") -> list[HeldPerson]:
        """Return up to `limit` people of the register by number, those after the number `after`."""
        query = sa.select(people).where(people.c.local_id > after).order_by(people.c.local_id).limit(limit)
        return [HeldPerson(**row) for row in work.rows(query)]

    def remove_person(self, work: Work, local_id: str) -> None:
        """Delete a person with every document, code and connection."""
        self._let_go(work, subjects.c.local_id == local_id, "removed")
        for shelf in self._shelves:
            shelf.forget(work, local_id)
        work.delete(people, people.c.local_id == local_id)

    def add_document(
        self, work: Work, *, local_id: str, dataset: str, document_id: str, kind: str, media_type: str, body: bytes
    ) -> None:
        """Store a document, or replace the one of the same data set and id. Raises NotFound, Conflict."""
        self.person(work, local_id)
        here = (documents.c.dataset == dataset) & (documents.c.id == document_id)
        known = work.one(sa.select(documents.c.local_id).where(here))
        if known is not None and known["local_id"] != local_id:
            raise Conflict(f"Document {document_id} of {dataset} belongs to somebody else.")
        row = {"dataset": dataset, "id": document_id, "local_id": local_id, "kind": kind, "media_type": media_type}
        work.upsert(documents, row | {"body": body, "updated": work.now}, on=("dataset", "id"))

    def remove_document(self, work: Work, dataset: str, document_id: str) -> None:
        """Delete a document; the next gathering no longer delivers it."""
        work.delete(documents, (documents.c.dataset == dataset) & (documents.c.id == document_id))

    def documents_for(
        self, work: Work, *, intermediary: str, subject: str, dataset: str, kinds: Collection[str]
    ) -> list[HeldDocument]:
        """Return the documents of a connected person within one data set and of these kinds only, by id.

        Whoever calls this holds a release for exactly that. Raises NotFound when nobody is connected as `subject`.
        """
        local_id = self._connected(work, intermediary, subject)
        query = sa.select(documents).where(documents.c.local_id == local_id, documents.c.dataset == dataset)
        rows = work.rows(query.where(documents.c.kind.in_(sorted(kinds))).order_by(documents.c.id))
        shelved = [shelf.shelved(work, local_id, kinds) for shelf in self._shelves if shelf.dataset == dataset]
        return [*(HeldDocument(**row) for row in rows), *chain.from_iterable(shelved)]

    def documents_of(self, work: Work, *, intermediary: str, subject: str) -> list[HeldDocument]:
        """Return everything held about a connected person, by data set and id; nothing where nobody is connected."""
        try:
            local_id = self._connected(work, intermediary, subject)
        except NotFound:
            return []
        query = sa.select(documents).where(documents.c.local_id == local_id)
        rows = work.rows(query.order_by(documents.c.dataset, documents.c.id))
        shelved = [shelf.shelved(work, local_id) for shelf in self._shelves]
        return [*(HeldDocument(**row) for row in rows), *chain.from_iterable(shelved)]

    def record_of(self, work: Work, *, intermediary: str, subject: str) -> tuple[HeldPerson, datetime] | None:
        """Return the record of a connected person and since when they are connected, or None."""
        row = work.where(subjects, intermediary=intermediary, subject=subject)
        return (self.person(work, row["local_id"]), row["linked"]) if row else None

    def new_code(self, work: Work, local_id: str) -> str:
        """Return a code that connects this person once within thirty days; earlier unused ones stop working."""
        self.person(work, local_id)
        work.delete(codes, (codes.c.local_id == local_id) & codes.c.used_subject.is_(None))
        code = new_link_code()
        work.insert(codes, {"code_hash": _hashed(code), "local_id": local_id, "expires": work.now + CODE_LASTS})
        return code

    def count_attempt(self, work: Work, intermediary: str, subject: str) -> None:
        """Count a try before it is made, in a transaction of its own, so that a wrong one leaves its trace.

        Raises TooManyAttempts after five tries within a quarter of an hour, or 300 an hour through one intermediary.
        """
        work.delete(attempts, attempts.c.at <= work.now - TRIES_OF_ALL_WITHIN)
        through = attempts.c.intermediary == intermediary
        mine = through & (attempts.c.subject == subject) & (attempts.c.at > work.now - TRIES_WITHIN)
        if _count(work, mine) >= TRIES or _count(work, through) >= TRIES_OF_ALL:
            raise TooManyAttempts()
        row = {"id": new_id("attempt"), "intermediary": intermediary, "subject": subject, "at": work.now}
        work.insert(attempts, row)

    def redeem(self, work: Work, intermediary: str, code: str, subject: str) -> Mapping[str, Any]:
        """Connect the person a code was given to, and return ``{"datasets": […]}``: where something is held.

        The same code, intermediary and person again get the same answer, for an answer may be lost on its way. Raises
        WrongCode, AlreadyLinked, BadInput.
        """
        if not subject or len(subject) > 200 or not subject.isprintable():
            raise BadInput("The subject must be an identifier of at most 200 characters.")
        row = work.one(sa.select(codes).where(codes.c.code_hash == _hashed(code)))
        if row is None or row["expires"] <= work.now:
            raise WrongCode()
        if row["used_subject"] is None:
            self.connect(work, intermediary, subject, row["local_id"])
            here = codes.c.code_hash == row["code_hash"]
            work.update(codes, here, used_intermediary=intermediary, used_subject=subject)
        elif (row["used_intermediary"], row["used_subject"]) != (intermediary, subject):
            raise WrongCode()
        self.forgive(work, intermediary, subject)
        return self.held_for(work, intermediary, subject)

    def forgive(self, work: Work, intermediary: str, subject: str) -> None:
        """Forget the tries of somebody who has proven who they are."""
        work.delete(attempts, (attempts.c.intermediary == intermediary) & (attempts.c.subject == subject))

    def held_for(self, work: Work, intermediary: str, subject: str) -> Mapping[str, Any]:
        """Return ``{"datasets": […]}`` of a connected person; raise NotFound when nobody is connected as `subject`."""
        local_id = self._connected(work, intermediary, subject)
        query = sa.select(documents.c.dataset).where(documents.c.local_id == local_id).distinct()
        held = {row["dataset"] for row in work.rows(query)}
        held |= {shelf.dataset for shelf in self._shelves if any(shelf.shelved(work, local_id))}
        return {"datasets": sorted(held)}

    def disconnect(self, work: Work, intermediary: str, subject: str, *, by: str = "person") -> None:
        """Forget who a subject is; codes it used do not connect it again. `by` is "person" or "organisation"."""
        here = (subjects.c.intermediary == intermediary) & (subjects.c.subject == subject)
        self._let_go(work, here, by)
        work.delete(codes, (codes.c.used_intermediary == intermediary) & (codes.c.used_subject == subject))

    def connections(self, work: Work, *, limit: int = 1000) -> list[Connection]:
        """Return who is connected where and how that was proven, the latest first."""
        joined = sa.select(subjects, people.c.name).join(people, people.c.local_id == subjects.c.local_id)
        rows = work.rows(joined.order_by(subjects.c.linked.desc(), subjects.c.local_id).limit(limit))
        return [
            Connection(**{name: value for name, value in row.items() if name != "id"} | {"way": row["way"] or BY_CODE})
            for row in rows
        ]

    def connected(self, work: Work) -> Sequence[str]:
        """Return the numbers of everybody who is connected to a space somewhere."""
        query = sa.select(subjects.c.local_id).distinct().order_by(subjects.c.local_id)
        return [row["local_id"] for row in work.rows(query)]

    def connect(
        self, work: Work, intermediary: str, subject: str, local_id: str, *, way: str = BY_CODE, issuer: str = ""
    ) -> None:
        """Let a subject be this person, by whatever proved it (`way`, and `issuer` where a credential did).

        Raises AlreadyLinked when the subject is somebody else here.
        """
        known = work.one(
            sa.select(subjects.c.local_id).where(subjects.c.intermediary == intermediary, subjects.c.subject == subject)
        )
        if known is not None and known["local_id"] != local_id:
            raise AlreadyLinked()
        # A person who lost a space starts another one with a new code: the newest connection is the one that counts.
        self._let_go(work, (subjects.c.intermediary == intermediary) & (subjects.c.local_id == local_id), "replaced")
        row = {"intermediary": intermediary, "subject": subject, "local_id": local_id, "linked": work.now}
        made = {"id": new_id("connection"), "way": way, "issuer": issuer or None}
        work.insert(subjects, row | made)
        if self._note is not None:
            told = {"intermediary": intermediary, "way": way, **({"issuer": issuer} if issuer else {})}
            self._note(work, "link.made", str(made["id"]), told)

    def is_connected(self, work: Work, intermediary: str, subject: str, local_id: str) -> bool:
        """Tell whether a subject is this very person."""
        row = work.where(subjects, intermediary=intermediary, subject=subject)
        return row is not None and row["local_id"] == local_id

    def _let_go(self, work: Work, here: sa.ColumnElement[bool], by: str) -> None:
        ended = work.rows(sa.select(subjects.c.id, subjects.c.intermediary).where(here))
        work.delete(subjects, here)
        for row in ended:
            if self._note is not None and row["id"] is not None:
                self._note(work, "link.ended", row["id"], {"intermediary": row["intermediary"], "by": by})

    def _connected(self, work: Work, intermediary: str, subject: str) -> str:
        here = (subjects.c.intermediary == intermediary) & (subjects.c.subject == subject)
        row = work.one(sa.select(subjects.c.local_id).where(here))
        if row is None:
            raise NotFound("Nobody here is connected under this subject.")
        return str(row["local_id"])


def _hashed(code: str) -> str:
    """Return what is stored of a code. A plain hash will do: who can read the table can read the documents too."""
    return hashlib.sha256((plain_code(code) or "").encode()).hexdigest()


def _count(work: Work, where: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(attempts).where(where)
    return int(work.connection.execute(query).scalar_one())
