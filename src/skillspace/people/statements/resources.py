"""What each resource of the learning record store answers (xAPI 1.0.3 part 3 §2; 2.0 §4.1.6)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from skillspace.kernel.errors import BadInput, Refused
from skillspace.people.statements.calls import Call
from skillspace.people.statements.clients import Client, Clients, Scope, shown
from skillspace.people.statements.documents import Caution, Conditions, Document, Documents, Place
from skillspace.people.statements.query import (
    PARAMETERS,
    Format,
    Page,
    known_as,
    read_agent,
    read_query,
    when,
)
from skillspace.people.statements.service import Post, Received, Statements
from skillspace.people.statements.together import Together
from skillspace.people.statements.tries import Tries
from skillspace.records.statements import (
    Attachment,
    NotAStatement,
    Version,
    boundary_of,
    canonical,
    check_signatures,
    identity,
    ids_only,
    iri,
    matched,
    read_json,
    read_parts,
    read_statements,
    uuid,
    wanted_languages,
    write_parts,
)
from skillspace.storage.database import Database, Work

PATH = "/xapi"
JSON = "application/json"
_NO_PARAMETERS: frozenset[str] = frozenset()
_OLDER = ("1.0.0", "1.0.1", "1.0.2", "1.0.3")
#: The agents (`identity`) whose data nobody may use now.
Stopped = Callable[[Work], Collection[str]]


def nobody(_work: Work) -> Collection[str]:
    """Say of nobody that they stopped the use of their data."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a resource answers."""

    status: int = 200
    body: bytes = field(default=b"", repr=False)
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


NO_CONTENT = Answer(status=204)


class RecordStore:
    """The learning record store of one node, at `address` under ``/xapi``.

    What names an agent of those that are `stopped` is kept, and read by no tool.
    """

    def __init__(self, database: Database, address: str, stopped: Stopped = nobody) -> None:
        self._database = database
        self._stopped = stopped
        self._tries = Tries(database.clock)
        self._path = urlsplit(address).path.rstrip("/") + PATH
        self.clients = Clients()
        self.statements = Statements(address)
        self.documents = Documents()
        self._together = Together(database, self.statements)
        self._agents = Kept("agent", Scope.PROFILE, "profileId", self)
        self._activities = Kept("activity", Scope.PROFILE, "profileId", self)
        self._state = Kept("state", Scope.STATE, "stateId", self)
        #: What is used how, by whom: by the last part of the address.
        self.resources: Mapping[str, Mapping[str, Callable[[Call, Client], Answer]]] = {
            "statements": {"GET": self._read, "PUT": self._put, "POST": self._post},
            "activities": {"GET": self._activity},
            "agents": {"GET": self._person},
            "activities/state": self._state.methods,
            "activities/profile": self._activities.methods,
            "agents/profile": self._agents.methods,
        }

    def reading(self) -> AbstractContextManager[Work]:
        """Open a transaction that changes nothing."""
        return self._database.reading()

    def writing(self) -> AbstractContextManager[Work]:
        """Open a transaction that is written whole or not at all."""
        return self._database.writing()

    def calling(self, authorization: str | None, origin: str) -> Client:
        """Return the client that calls from an address; raise NotSignedIn, TooManyTries."""
        name, _ = shown(authorization)
        with self._tries.one(name, origin), self.reading() as work:
            return self.clients.calling(work, authorization)

    def about(self, named: str) -> Answer:
        """Say which versions are spoken; who speaks an older one is told of those it can know."""
        spoken = [*_OLDER] if named.startswith("1.") else [*_OLDER, Version.V2_0.value]
        return Answer(body=orjson.dumps({"version": spoken}))

    def must_be_free(self, work: Work, agent: str) -> None:
        """Raise Refused where what is kept about an agent (`identity`) may not be used now."""
        if agent and agent in self._stopped(work):
            raise Refused("This person stopped the use of their data: they are kept, and nobody reads them.")

    def through(self) -> datetime:
        """Return up to when everything that is or will be stored can be read."""
        return self._together.through()

    def _put(self, call: Call, client: Client) -> Answer:
        client.must(Scope.WRITE)
        call.only(frozenset({"statementId"}))
        named = uuid(call.needed("statementId"), "statementId")
        content, attachments = _content(call)
        if not isinstance(content, dict):
            raise NotAStatement("One statement is put at a time; post several.")
        if str(content.setdefault("id", named)).lower() != named.lower():
            raise NotAStatement("The statement has another id than statementId.")
        self._store(read_statements(content, call.version), attachments, call.version, client)
        return NO_CONTENT

    def _post(self, call: Call, client: Client) -> Answer:
        client.must(Scope.WRITE)
        call.only(_NO_PARAMETERS)
        content, attachments = _content(call)
        ids = self._store(read_statements(content, call.version), attachments, call.version, client)
        return Answer(body=orjson.dumps(ids))

    def _store(
        self, listed: list[dict[str, Any]], attachments: Mapping[str, Attachment], version: Version, client: Client
    ) -> list[str]:
        received = []
        for place, (statement, own) in enumerate(matched(listed, attachments), start=1):
            check_signatures(statement, own, version, f"statement {place}")
            received.append(Received(statement=dict(statement), attachments=own))
        may_void_all = client.may(Scope.ALL)
        post = Post(received=received, writer=client.name, version=version, may_void_all=may_void_all)
        return self._together.store(post)

    def _read(self, call: Call, client: Client) -> Answer:
        client.must(Scope.READ_MINE)
        query = read_query(call.only(PARAMETERS))
        with self.reading() as work:
            writer = None if client.may(Scope.READ) else client.name
            page = self.statements.page(work, query, writer=writer, without=self._stopped(work))
            listed = self._formatted(work, page, query.format, call)
        if query.one is not None:
            content, stored = listed[0], page.stored
        else:
            more = "" if page.next is None else self._more(call.parameters, page.next)
            content = b'{"statements":[' + b",".join(listed) + b'],"more":' + orjson.dumps(more) + b"}"
            stored = None
        content_type = JSON
        if query.attachments:
            content_type, content = write_parts(content, page.attachments)
        return Answer(body=content, content_type=content_type, headers=_modified(stored))

    def _formatted(self, work: Work, page: Page, how: Format, call: Call) -> list[bytes]:
        if how is Format.EXACT:
            return page.statements
        if how is Format.IDS:
            return [orjson.dumps(ids_only(orjson.loads(one))) for one in page.statements]
        languages = wanted_languages(call.headers.get("accept-language", ""))
        known: dict[str, Any] = {}

        def definition(activity: str) -> Mapping[str, Any] | None:
            if activity not in known:
                known[activity] = self.statements.definition(work, activity)
            found: Mapping[str, Any] | None = known[activity]
            return found

        return [orjson.dumps(canonical(orjson.loads(one), languages, definition)) for one in page.statements]

    def _more(self, parameters: Mapping[str, str], following: int) -> str:
        return f"{self._path}/statements?{urlencode({**parameters, 'more': str(following)})}"

    def _activity(self, call: Call, client: Client) -> Answer:
        client.must(Scope.READ_MINE, Scope.PROFILE, Scope.STATE)
        call.only(frozenset({"activityId"}))
        activity = iri(call.needed("activityId"), "activityId")
        with self.reading() as work:
            known = self.statements.definition(work, activity)
        described = {"definition": known} if known is not None else {}
        return Answer(body=orjson.dumps({"objectType": "Activity", "id": activity, **described}))

    def _person(self, call: Call, client: Client) -> Answer:
        client.must(Scope.READ_MINE, Scope.PROFILE)
        call.only(frozenset({"agent"}))
        agent = read_agent(call.needed("agent"))
        if identity(agent) is None or agent.get("objectType") == "Group":
            raise NotAStatement("agent: this must be an agent.")
        # Only what the caller brought: that two agents are one person is for the person to say.
        person = {name: [value] for name, value in agent.items() if name != "objectType"}
        return Answer(body=orjson.dumps({"objectType": "Person", **person}))


class Kept:
    """One of the three resources of documents; `own` is how the document's own name is asked for."""

    def __init__(self, kind: str, scope: Scope, own: str, store: RecordStore) -> None:
        self._kind, self._scope, self._own, self._store = kind, scope, own, store
        self.methods: Mapping[str, Callable[[Call, Client], Answer]] = {
            "GET": self._get,
            "PUT": self._put,
            "POST": self._post,
            "DELETE": self._delete,
        }

    def _get(self, call: Call, client: Client) -> Answer:
        if not client.may(Scope.ALL_READ):
            client.must(self._scope)
        place = self._place(call, "since")
        since = when(call.parameters, "since")
        with self._store.reading() as work:
            self._store.must_be_free(work, place.agent)
            if place.name:
                found = self._store.documents.get(work, place)
                headers = {"ETag": f'"{found.etag}"', **_modified(found.updated)}
                return Answer(body=found.body, content_type=found.content_type, headers=headers)
            return Answer(body=orjson.dumps(self._store.documents.listed(work, place, since)))

    def _put(self, call: Call, client: Client) -> Answer:
        place, document = self._named(call, client)
        with self._store.writing() as work:
            self._store.documents.put(work, place, document, _conditions(call), self._caution(call.version))
        return NO_CONTENT

    def _post(self, call: Call, client: Client) -> Answer:
        place, document = self._named(call, client)
        with self._store.writing() as work:
            self._store.documents.post(work, place, document, _conditions(call))
        return NO_CONTENT

    def _delete(self, call: Call, client: Client) -> Answer:
        client.must(self._scope)
        place = self._place(call)
        with self._store.writing() as work:
            if place.name:
                self._store.documents.delete(work, place, _conditions(call))
            elif self._kind == "state":
                self._store.documents.delete_all(work, place)
            else:
                call.needed(self._own)
        return NO_CONTENT

    def _caution(self, version: Version) -> Caution:
        """In 1.0.3 state may be overwritten unseen, and profiles never (§3.1); from 2.0 on one rule holds for all."""
        if version is Version.V2_0:
            return Caution.IF_THERE
        return Caution.NEVER if self._kind == "state" else Caution.ALWAYS

    def _named(self, call: Call, client: Client) -> tuple[Place, Document]:
        client.must(self._scope)
        place = self._place(call)
        call.needed(self._own)
        # In a form it may be any text, and whoever reads the document gets it as a header.
        if not (call.content_type.isascii() and call.content_type.isprintable()):
            raise BadInput("Content-Type: this has characters that no header can have.")
        return place, Document(content_type=call.content_type[:200], body=call.body)

    def _place(self, call: Call, *more: str) -> Place:
        """Return where the document is that a call means; raise BadInput."""
        about = {"state": ("activityId", "agent"), "activity": ("activityId",), "agent": ("agent",)}[self._kind]
        beside = ("registration",) if self._kind == "state" else ()
        asked = call.only(frozenset({*about, *beside, self._own, *more}))
        return Place(
            kind=self._kind,
            activity=iri(call.needed("activityId"), "activityId") if "activityId" in about else "",
            agent=known_as(call.needed("agent")) if "agent" in about else "",
            registration=uuid(asked["registration"], "registration").lower() if "registration" in asked else "",
            name=call.needed(self._own) if self._own in asked else "",
        )


def _content(call: Call) -> tuple[Any, dict[str, Attachment]]:
    """Return the JSON that a call brings, and the attachments with it; raise NotAStatement."""
    if call.media_type == JSON:
        return read_json(call.body), {}
    if call.media_type == "multipart/mixed":
        statements, attachments = read_parts(call.body, boundary_of(call.content_type))
        return read_json(statements, "the first part"), attachments
    raise NotAStatement("Statements come as application/json, or as multipart/mixed with their attachments.")


def _conditions(call: Call) -> Conditions:
    return Conditions(if_match=call.headers.get("if-match"), if_none_match=call.headers.get("if-none-match"))


def _modified(moment: datetime | None) -> dict[str, str]:
    return {"Last-Modified": format_datetime(moment, usegmt=True)} if moment is not None else {}
