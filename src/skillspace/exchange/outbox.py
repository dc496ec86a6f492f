"""Messages on their way out: written with the state they announce, sent in order, retried until the peer is back.

A room moves its own state first and leaves the message here in the same transaction; so a peer's next message finds us
where it expects us, also when it arrives before our request has returned. When a peer refuses a message, or its own
crossed ours, the room is told in which state the peer is, and settles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
import structlog

from skillspace.exchange.addresses import Address, Addresses, segment
from skillspace.exchange.channel import Channel
from skillspace.exchange.dialects import CURRENT, dialect
from skillspace.exchange.messages import plain
from skillspace.kernel.errors import BadInput, NotFound, PeerUnreachable, SkillspaceError
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Moment, Work, metadata
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.identity import PeerRefused

log = structlog.get_logger()

TASK = "exchange.send"
#: Answers that say no to this message; any other refusal (not known yet, not a member yet) is asked again a few times.
FINAL_ANSWERS = frozenset({400, 410, 413, 422})
PATIENT_ATTEMPTS = 6
#: A peer that knows the process is asked for as long as this: giving up earlier would leave it in a state of its own.
PATIENCE = timedelta(minutes=5)
#: “Not now”: some connectors say so while they still store what they just answered, so it is asked again once or twice.
CONFLICT = 409
CONFLICT_ATTEMPTS = 3

outgoing = sa.Table(
    "outgoing_message",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("room", sa.String, nullable=False),
    sa.Column("process", sa.String, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("action", sa.String, nullable=False),
    sa.Column("leads_to", sa.String, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("is_initial", sa.Boolean, nullable=False),
    sa.Column("made", Moment, nullable=False),
    sa.UniqueConstraint("room", "process", "position", name="outgoing_message_order"),
)


_MINE = (outgoing.c.room == sa.bindparam("room")) & (outgoing.c.process == sa.bindparam("process"))
_LAST = sa.select(sa.func.max(outgoing.c.position)).where(_MINE)
_COUNT = sa.select(sa.func.count()).where(_MINE)
_FIRST = sa.select(outgoing.c.id).where(_MINE).order_by(outgoing.c.position).limit(1)
_LEADING_TO = sa.select(outgoing.c.id).where(
    _MINE, outgoing.c.leads_to == sa.bindparam("state"), outgoing.c.is_initial.is_(False)
)
_BY_ID = sa.select(outgoing).where(outgoing.c.id == sa.bindparam("message"))
_FORGET = sa.delete(outgoing).where(outgoing.c.id == sa.bindparam("message"))


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message of one process: `action` is the end of its address, `leads_to` the state it announces."""

    id: str
    room: str
    process: str
    action: str
    leads_to: str
    body: Mapping[str, Any]
    is_initial: bool
    made: datetime


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Where a process's messages go, and in which version of the protocol.

    `base` is None when the peer's DID says where, `version` None as long as nothing was said yet; `peer_pid` is None
    until the peer has answered.
    """

    to: str
    base: str | None
    version: str | None
    own_pid: str
    peer_pid: str | None
    is_consumer: bool
    state: str

    @property
    def pids(self) -> dict[str, str]:
        """Both process identifiers under their protocol names."""
        own, other = ("consumerPid", "providerPid") if self.is_consumer else ("providerPid", "consumerPid")
        return {own: self.own_pid} | ({other: self.peer_pid} if self.peer_pid else {})


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a message, said in `version`; `theirs` is the peer's state, where it was asked for and told."""

    is_accepted: bool
    version: str
    reply: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    theirs: str | None = None
    is_last: bool = True


class Correspondent(Protocol):
    """A room that sends messages. Messages of both sides `can_cross` where they do not take turns."""

    can_cross: bool

    def envelope(self, work: Work, process: str) -> Envelope | None:
        """Return where messages of `process` go, None when there is no such process any more."""

    def written(self, run: TaskRun, sent: Outgoing) -> Mapping[str, Any]:
        """Return the body as it goes out now: the place for secrets that are not kept where messages wait."""

    def wants_their_state(self, sent: Outgoing, envelope: Envelope, *, is_accepted: bool) -> bool:
        """Tell whether, after the last waiting message, the peer's state must be compared with ours."""

    def answered(self, work: Work, sent: Outgoing, outcome: Outcome) -> None:
        """Take the outcome, in the transaction that closes the message."""


class Outbox:
    """Keeps and sends messages; each process's messages go one after the other, in the order they were left.

    `base_url` is this node's address, below which peers find us; `pause` lies between leaving a message and sending
    it, so that the answer to what the peer said reaches it first.
    """

    def __init__(self, channel: Channel, addresses: Addresses, *, base_url: str, pause: timedelta) -> None:
        self._channel = channel
        self._addresses = addresses
        self._base_url = base_url.rstrip("/")
        self._pause = pause
        self._rooms: dict[str, Correspondent] = {}

    def serve(self, room: str, correspondent: Correspondent) -> None:
        """Send messages of `room` (which is also the first segment of their address) for `correspondent`."""
        self._rooms[room] = correspondent

    def register(self, book: TaskBook) -> None:
        """Take the task of sending."""
        book.on_task(TASK, self._send)

    def leave(
        self,
        work: Work,
        *,
        room: str,
        process: str,
        action: str,
        leads_to: str,
        body: Mapping[str, Any],
        is_initial: bool = False,
    ) -> None:
        """Leave a message behind those already waiting. Both pids are written in when it is sent."""
        last = work.connection.execute(_LAST, {"room": room, "process": process}).scalar()
        row = {
            "id": new_id("message"),
            "room": room,
            "process": process,
            "position": (last or 0) + 1,
            "action": action,
            "leads_to": leads_to,
            "body": dict(body),
            "is_initial": is_initial,
            "made": work.now,
        }
        work.insert(outgoing, row)
        if last is None:
            after = timedelta() if is_initial else self._pause
            work.enqueue(TASK, {"message": row["id"]}, key=str(row["id"]), after=after)

    def waiting(self, work: Work, room: str, process: str) -> int:
        """Count the messages of a process that no peer has answered yet."""
        return int(work.connection.execute(_COUNT, {"room": room, "process": process}).scalar_one())

    def arrived(self, work: Work, room: str, process: str, leads_to: str) -> None:
        """Forget what led to a state from which the peer has moved on: whether its answer came or not, it was heard.

        First messages stay: their answer brings more than a yes, and whoever hears them twice knows them.
        """
        for row in work.rows(_LEADING_TO, room=room, process=process, state=leads_to):
            self.give_up(work, row["id"])

    def message(self, work: Work, message_id: str) -> Outgoing | None:
        """Return a message that waits, None when it was answered or given up."""
        row = work.one(sa.select(outgoing).where(outgoing.c.id == message_id))
        return _outgoing(row) if row else None

    def give_up(self, work: Work, message_id: str) -> None:
        """Forget a message that nobody takes, and let the next one of its process go."""
        self._close(work, self.message(work, message_id))

    def _send(self, run: TaskRun) -> None:
        with run.reading() as work:
            row = work.one(_BY_ID, message=run.payload["message"])
            sent = _outgoing(row) if row else None
            envelope = self._rooms[sent.room].envelope(work, sent.process) if sent else None
        if sent is None or envelope is None or not (envelope.peer_pid or sent.is_initial):
            with run.finishing() as work:
                self._close(work, sent)
            return
        outcome = self._deliver(run, sent, envelope)
        with run.finishing() as work:
            if self.message(work, sent.id) is None:
                return  # the peer moved on meanwhile, or somebody gave it up: the answer tells nothing any more
            self._close(work, sent)
            self._rooms[sent.room].answered(work, sent, outcome)

    def _deliver(self, run: TaskRun, sent: Outgoing, envelope: Envelope) -> Outcome:
        version = envelope.version or CURRENT.version
        try:
            address = self._address(envelope)
            version = address.dialect.version
            path, body = _path(sent, envelope), self._body(run, sent, envelope, address)
            reply: Mapping[str, Any] = {}
            if sent.is_initial:
                reply = self._channel.call("POST", envelope.to, address, path, body)
            else:
                self._channel.tell(envelope.to, address, path, body)
        except (PeerRefused, BadInput, NotFound) as fault:
            is_young = run.database.clock() - sent.made < PATIENCE
            if not _is_final(fault, run.attempt, is_patient=is_young and not sent.is_initial):
                raise PeerUnreachable(fault.message) from fault
            log.info("exchange.refused", to=envelope.to, action=sent.action, process=sent.process, why=fault.message)
            return self._compare(run, sent, Outcome(is_accepted=False, version=version, reason=plain(fault.message)))
        return self._compare(run, sent, Outcome(is_accepted=True, version=version, reply=reply))

    def _address(self, envelope: Envelope) -> Address:
        if envelope.base is None:
            return self._addresses.find(envelope.to, envelope.version)
        return Address(base=envelope.base, dialect=dialect(envelope.version or CURRENT.version))

    def _body(self, run: TaskRun, sent: Outgoing, envelope: Envelope, address: Address) -> dict[str, Any]:
        body = dict(self._rooms[sent.room].written(run, sent))
        callback = {"callbackAddress": f"{self._base_url}/dsp/{address.dialect.version}"}
        if sent.is_initial:
            return body | callback
        more = callback if sent.action in address.dialect.names_callback else {}
        return {"@context": body.pop("@context"), "@type": body.pop("@type"), **envelope.pids, **body, **more}

    def _compare(self, run: TaskRun, sent: Outgoing, outcome: Outcome) -> Outcome:
        """Add the peer's state where the room needs it to settle."""
        room = self._rooms[sent.room]
        if outcome.is_accepted and (sent.is_initial or not room.can_cross):
            return outcome
        with run.reading() as work:
            envelope = room.envelope(work, sent.process)
            is_last = self.waiting(work, sent.room, sent.process) <= 1
        theirs = None
        can_ask = envelope is not None and envelope.peer_pid is not None and is_last
        if envelope and can_ask and room.wants_their_state(sent, envelope, is_accepted=outcome.is_accepted):
            theirs = self._their_state(sent.room, envelope)
        return replace(outcome, theirs=theirs, is_last=is_last)

    def _their_state(self, room: str, envelope: Envelope) -> str | None:
        try:
            path = f"/{room}/{segment(envelope.peer_pid or '')}"
            content = self._channel.call("GET", envelope.to, self._address(envelope), path)
        except (PeerRefused, BadInput):
            return None
        state = content.get("state")
        return state if isinstance(state, str) else None

    def _close(self, work: Work, sent: Outgoing | None) -> None:
        """Forget a message (it may hold a data token) and let the next one of its process go."""
        if sent is None:
            return
        work.connection.execute(_FORGET, {"message": sent.id})
        following = work.one(_FIRST, room=sent.room, process=sent.process)
        if following:
            work.enqueue(TASK, {"message": following["id"]}, key=str(following["id"]))


def _path(sent: Outgoing, envelope: Envelope) -> str:
    place = sent.action if sent.is_initial else f"{segment(envelope.peer_pid or '')}/{sent.action}"
    return f"/{sent.room}/{place}"


def _is_final(fault: SkillspaceError, attempt: int, *, is_patient: bool) -> bool:
    """Tell whether asking again is no use, or was tried often enough."""
    status = fault.status if isinstance(fault, PeerRefused) else None
    if status in FINAL_ANSWERS:
        return True
    if status == CONFLICT:
        return attempt >= CONFLICT_ATTEMPTS
    return attempt >= PATIENT_ATTEMPTS and not is_patient


def _outgoing(row: Mapping[str, Any]) -> Outgoing:
    return Outgoing(
        id=row["id"],
        room=row["room"],
        process=row["process"],
        action=row["action"],
        leads_to=row["leads_to"],
        body=row["body"],
        is_initial=row["is_initial"],
        made=row["made"],
    )
