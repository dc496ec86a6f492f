"""Documents of tools: the state of somebody's work, and profiles of activities and agents (xAPI 1.0.3 part 3 §2.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

import orjson
import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict, NotFound
from skillspace.people.statements.store import documents
from skillspace.storage.database import Work

MAX_LISTED = 10_000
"""How many ids of documents one answer holds at most."""


class Caution(Enum):
    """When a tool that puts a document must say which one it knows."""

    NEVER = "never"
    IF_THERE = "if there is one"
    ALWAYS = "always"


class PreconditionFailed(BadInput):
    """The document is not the one you say it is; read it again, and send If-Match with the ETag you were given."""

    http_status = 412


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a document is kept: its kind, whom and what it is about, and its own name ("" where there is none)."""

    kind: str
    activity: str = ""
    agent: str = ""
    registration: str = ""
    name: str = ""

    def columns(self) -> dict[str, str]:
        """Return it as the columns that are the key of the table."""
        return {
            "activity": self.activity,
            "agent": self.agent,
            "registration": self.registration,
            "kind": self.kind,
            "name": self.name,
        }


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a tool keeps; the store does not look into it."""

    content_type: str
    body: bytes = field(repr=False)
    etag: str = ""
    updated: datetime | None = None

    @property
    def is_json(self) -> bool:
        """Whether it says that it is JSON."""
        return self.content_type.partition(";")[0].strip().lower() == "application/json"


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """Which document a tool wants to change: the ETags it knows (RFC 9110 §13.1)."""

    if_match: str | None = None
    if_none_match: str | None = None

    @property
    def are_none(self) -> bool:
        """Whether the tool does not say which one it means."""
        return self.if_match is None and self.if_none_match is None

    def check(self, etag: str | None) -> None:
        """Raise PreconditionFailed when the document with this ETag (None: there is none) is not the one meant."""
        if self.if_match is not None and not _names(self.if_match, etag):
            raise PreconditionFailed
        if self.if_none_match is not None and _names(self.if_none_match, etag):
            raise PreconditionFailed


class Documents:
    """Keeps documents by their place."""

    def get(self, work: Work, place: Place) -> Document:
        """Return a document; raise NotFound."""
        row = work.where(documents, **place.columns())
        if row is None:
            raise NotFound("There is no such document here.")
        return _document(row)

    def listed(self, work: Work, place: Place, since: datetime | None) -> list[str]:
        """Return the names of the documents at a place whose own name is left open, those changed after `since`."""
        here = _around(place)
        if since is not None:
            here &= documents.c.updated > since
        query = sa.select(documents.c.name).where(here).distinct().order_by(documents.c.name).limit(MAX_LISTED)
        return [row["name"] for row in work.rows(query)]

    def put(self, work: Work, place: Place, document: Document, asked: Conditions, caution: Caution) -> None:
        """Put a document in its place. Raises PreconditionFailed; and, where there is to be caution, Conflict when
        there is one that the tool does not say it knows, or BadInput when it says nothing of an empty place."""
        etag = self._etag(work, place)
        asked.check(etag)
        if asked.are_none and caution is not Caution.NEVER:
            if etag is not None:
                raise Conflict(
                    "There is a document here already: read it, and send If-Match with its ETag to replace it."
                )
            if caution is Caution.ALWAYS:
                raise BadInput("Send If-None-Match: * to put a new document here, or If-Match to replace one.")
        self._write(work, place, document)

    def post(self, work: Work, place: Place, document: Document, asked: Conditions) -> None:
        """Put a document in its place, or merge it into the one there, property by property of the outermost object.

        Raises PreconditionFailed; BadInput where JSON and something else, or what is no object, would be merged.
        """
        row = work.where(documents, **place.columns())
        asked.check(row["etag"] if row is not None else None)
        new = _object(document) if document.is_json else None
        if row is None:
            self._write(work, place, document)
            return
        known = _document(row)
        if new is None or not known.is_json:
            raise BadInput("Only a JSON object can be merged into a JSON object; to replace a document, put it.")
        try:
            whole = orjson.dumps({**_object(known), **new})
        except orjson.JSONEncodeError:
            raise BadInput("These documents are nested too deep to be merged; put a new one in their place.") from None
        self._write(work, place, Document(content_type=known.content_type, body=whole))

    def delete(self, work: Work, place: Place, asked: Conditions) -> None:
        """Take a document away, if there is one; raise PreconditionFailed."""
        asked.check(self._etag(work, place))
        work.remove(documents, **place.columns())

    def delete_all(self, work: Work, place: Place) -> int:
        """Take away every document at a place whose own name is left open; return how many."""
        return work.delete(documents, _around(place))

    def delete_about(self, work: Work, agent: str) -> int:
        """Take away every document about an agent (`identity`); return how many."""
        return work.delete(documents, documents.c.agent == agent)

    def _etag(self, work: Work, place: Place) -> str | None:
        row = work.where(documents, **place.columns())
        return str(row["etag"]) if row is not None else None

    def _write(self, work: Work, place: Place, document: Document) -> None:
        # Forty hexadecimal digits, as 1.0.3 wants a SHA-1 to look; nothing rests on its being one.
        etag = hashlib.sha256(document.content_type.encode() + b"\n" + document.body).hexdigest()[:40]
        row = {"content_type": document.content_type, "body": document.body, "etag": etag, "updated": work.now}
        work.upsert(documents, place.columns() | row, on=tuple(place.columns()))


def _around(place: Place) -> sa.ColumnElement[bool]:
    """Every document at a place, whatever its own name; of every registration where none is asked for."""
    here = (documents.c.kind == place.kind) & (documents.c.activity == place.activity)
    here &= documents.c.agent == place.agent
    return here & (documents.c.registration == place.registration) if place.registration else here


def _names(header: str, etag: str | None) -> bool:
    """Tell whether an If-Match or If-None-Match header names a document with this ETag."""
    if etag is None:
        return False
    named = {one.strip().removeprefix("W/") for one in header.split(",")}
    return "*" in named or f'"{etag}"' in named


def _object(document: Document) -> dict[str, Any]:
    try:
        content = orjson.loads(document.body)
    except orjson.JSONDecodeError as fault:
        raise BadInput(f"This document says it is JSON and is not: {str(fault)[:100]}.") from None
    if not isinstance(content, dict):
        raise BadInput("A JSON document that is posted must be an object.")
    return content


def _document(row: Mapping[str, Any]) -> Document:
    return Document(content_type=row["content_type"], body=row["body"], etag=row["etag"], updated=row["updated"])
