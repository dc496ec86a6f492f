"""Records at a node: its own, written in versions, and those of the others, fetched signed and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.kernel.events import Event
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.identity import PeerRefused
from skillspace.trust.register.record import Duty, Record, read_record
from skillspace.trust.register.store import known_records, own_records
from skillspace.wire.jose import SigningKey, read_unverified, sign_jwt, verify_jwt

RECORD = "organisation-record+jwt"
FETCH, LOOK = "register.fetch", "register.look"
LOOK_EVERY = timedelta(hours=6)
SERVICE = "SkillspaceNode"


class Peers(Protocol):
    """Calls to other nodes: `identity.PeerClient`."""

    def service(self, did: str, kind: str) -> str:
        """Return the address of a service of `did`."""

    def call(self, method: str, did: str, url: str, body: object = None) -> dict[str, Any]:
        """Send one request and return its JSON object; raise PeerRefused or PeerUnreachable."""


class Own:
    """The record of this organisation alone, for commands beside the node. `fallback` stands until one is written."""

    def __init__(self, *, own_did: str, fallback: Record) -> None:
        self.own_did = own_did
        self._fallback = fallback

    def own(self, work: Work) -> tuple[int, Record]:
        """Return this organisation's record and its version; version 0 is what the settings say."""
        row = work.one(sa.select(own_records).order_by(own_records.c.version.desc()).limit(1))
        return (row["version"], read_record(row["content"])) if row else (0, self._fallback)

    def versions(self, work: Work) -> list[Mapping[str, Any]]:
        """Return every version that was written, the newest first: version, content, by, made."""
        return work.rows(sa.select(own_records).order_by(own_records.c.version.desc()))

    def write(self, work: Work, record: Record, *, by: str) -> int:
        """Put a new version in force and return its number; the same once more changes nothing."""
        version, current = self.own(work)
        if record == current and version:
            return version
        work.insert(own_records, {"version": version + 1, "content": record.to_json(), "by": by, "made": work.now})
        self._announce(work, self.own_did, version + 1)
        return version + 1

    def _announce(self, work: Work, did: str, version: int) -> None:
        work.publish(Event(name="register.changed", about=did, content={"did": did, "version": version}, at=work.now))


class Registers(Own):
    """The record of this organisation, and those it has seen of others."""

    def __init__(
        self,
        *,
        own_did: str,
        key: SigningKey,
        resolve_key: KeyResolver,
        peers: Peers,
        fallback: Record,
        members: Callable[[Work], Iterable[str]],
    ) -> None:
        super().__init__(own_did=own_did, fallback=fallback)
        self._key = key
        self._resolve_key = resolve_key
        self._peers = peers
        self._members = members

    def register(self, book: TaskBook) -> None:
        """Take the tasks; whoever's catalog was read has its record fetched too."""
        book.on_task(FETCH, self._fetch)
        book.on_task(LOOK, self._look)
        book.on_event("catalog.crawled", self._crawled)

    def start(self, work: Work) -> None:
        """Look at every member's record from time to time."""
        work.enqueue(LOOK, {}, key=LOOK)

    def of(self, work: Work, did: str) -> tuple[int, Record] | None:
        """Return the newest known record of an organisation and its version; None when none was seen."""
        if did == self.own_did:
            return self.own(work)
        row = work.where(known_records, did=did)
        return (row["version"], read_record(row["content"])) if row else None

    def country(self, work: Work, did: str) -> str | None:
        """Return the one country in which an organisation works with data; None when none or several are known."""
        found = self.of(work, did)
        places = found[1].works_in() if found else ()
        return places[0] if len(places) == 1 else None

    def duty(self, work: Work, kind: str) -> Duty | None:
        """Return this organisation's duty to keep copies of a kind."""
        return self.own(work)[1].duty(kind)

    def signed(self, work: Work) -> str:
        """Return this organisation's record as others get it."""
        version, record = self.own(work)
        claims = {"iss": self.own_did, "iat": int(work.now.timestamp()), "version": version, "record": record.to_json()}
        return sign_jwt(claims, self._key, typ=RECORD)

    def take(self, work: Work, did: str, version: int, record: Record, token: str) -> bool:
        """Keep a record that `did` signed and announce it; tell whether it changed. An older one changes nothing."""
        known = self.of(work, did)
        if known is not None and (known[0] > version or known == (version, record)):
            return False
        row = {"did": did, "version": version, "content": record.to_json(), "token": token, "fetched": work.now}
        work.upsert(known_records, row, on=("did",))
        self._announce(work, did, version)
        return True

    def read(self, token: str, did: str) -> tuple[int, Record]:
        """Verify a record that `did` signed; raise BadInput or InvalidSignature."""
        header, claims = read_unverified(token)
        if header.get("typ") != RECORD or claims.get("iss") != did:
            raise InvalidSignature(f"This is no record that {did[:200]} signed.")
        verify_jwt(token, self._resolve_key(did, str(header.get("kid"))))
        version, content = claims.get("version"), claims.get("record")
        if not isinstance(version, int) or isinstance(version, bool) or version < 0 or not isinstance(content, dict):
            raise BadInput(f"The record of {did[:200]} cannot be read.")
        return version, read_record(content)

    def _crawled(self, work: Work, event: Mapping[str, Any]) -> None:
        provider = str(event["content"]["provider"])
        work.enqueue(FETCH, {"did": provider}, key=f"{FETCH}:{provider}")

    def _look(self, run: TaskRun) -> None:
        with run.finishing(again_after=LOOK_EVERY) as work:
            for did in self._members(work):
                if did != self.own_did:
                    work.enqueue(FETCH, {"did": did}, key=f"{FETCH}:{did}")

    def _fetch(self, run: TaskRun) -> None:
        did = str(run.payload["did"])
        try:
            answer = self._peers.call("GET", did, f"{self._peers.service(did, SERVICE)}/register")
            token = str(answer.get("record"))
            version, record = self.read(token, did)
        except (PeerRefused, BadInput, InvalidSignature):
            with run.finishing():
                return  # asked again at the next look; until then what is known stands
        with run.finishing() as work:
            self.take(work, did, version, record, token)
