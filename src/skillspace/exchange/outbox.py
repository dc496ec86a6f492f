"""Messages on their way out: written with the state they announce, sent in order, retried until the peer is back.

A room moves its own state first and leaves the message here in the same transaction; so a peer's next message finds us
where it expects us, also when it arrives before our request has returned. When a peer refuses a message, or its own
crossed ours, the room is told in which state the peer is, and settles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import sqlalchemy as sa
import structlog

from skillspace.exchange.addresses import Addresses, segment
from skillspace.exchange.messages import plain
from skillspace.kernel.errors import BadInput, NotFound, SkillspaceError
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Moment, Work, metadata
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.identity import PeerClient, PeerRefused

log = structlog.get_logger()

TASK = "exchange.send"
#: Answers that say no to this message; any other refusal (not known yet, not a member yet) is asked again a few times.
FINAL_ANSWERS = frozenset({400, 409, 410, 413, 422})
PATIENT_ATTEMPTS = 6

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


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Where a process's messages go; `base` is None when the peer's DID says it. `peer_pid` None: not answered yet."""

    to: str
    base: str | None
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
    """What became of a message; `theirs` is the peer's state, where the room wanted to know it and the peer told."""

    is_accepted: bool
    reply: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    theirs: str | None = None
    is_last: bool = True


class Correspondent(Protocol):
    """A room that sends messages."""

    def envelope(self, work: Work, process: str) -> Envelope | None:
        """Return where messages of `process` go, None when there is no such process any more."""

    def wants_their_state(self, sent: Outgoing, envelope: Envelope, *, is_accepted: bool) -> bool:
        """Tell whether, after the last waiting message, the peer's state must be compared with ours."""

    def answered(self, work: Work, sent: Outgoing, outcome: Outcome) -> None:
        """Take the outcome, in the transaction that closes the message."""


class Outbox:
    """Keeps and sends messages; each process's messages go one after the other, in the order they were left."""

    def __init__(self, peers: PeerClient, addresses: Addresses) -> None:
        self._peers = peers
        self._addresses = addresses
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
        mine = (outgoing.c.room == room) & (outgoing.c.process == process)
        last = work.connection.execute(sa.select(sa.func.max(outgoing.c.position)).where(mine)).scalar()
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
            work.enqueue(TASK, {"message": row["id"]}, key=str(row["id"]))

    def waiting(self, work: Work, room: str, process: str) -> int:
        """Count the messages of a process that no peer has answered yet."""
        mine = (outgoing.c.room == room) & (outgoing.c.process == process)
        return int(work.connection.execute(sa.select(sa.func.count()).where(mine)).scalar_one())

    def _send(self, run: TaskRun) -> None:
        with run.reading() as work:
            row = work.one(sa.select(outgoing).where(outgoing.c.id == run.payload["message"]))
            sent = _outgoing(row) if row else None
            envelope = self._rooms[sent.room].envelope(work, sent.process) if sent else None
        if sent is None or envelope is None or not (envelope.peer_pid or sent.is_initial):
            with run.finishing() as work:
                self._close(work, sent)
            return
        outcome = self._deliver(run, sent, envelope)
        with run.finishing() as work:
            self._close(work, sent)
            self._rooms[sent.room].answered(work, sent, outcome)

    def _deliver(self, run: TaskRun, sent: Outgoing, envelope: Envelope) -> Outcome:
        try:
            base = envelope.base or self._addresses.base(envelope.to)
            place = sent.action if sent.is_initial else f"{segment(envelope.peer_pid or '')}/{sent.action}"
            reply = self._peers.call("POST", envelope.to, f"{base}/{sent.room}/{place}", self._written(sent, envelope))
        except (PeerRefused, BadInput, NotFound) as fault:
            if not _is_final(fault) and run.attempt < PATIENT_ATTEMPTS:
                raise
            log.info("exchange.refused", to=envelope.to, action=sent.action, process=sent.process, why=fault.message)
            return self._compare(run, sent, Outcome(is_accepted=False, reason=plain(fault.message)))
        return self._compare(run, sent, Outcome(is_accepted=True, reply=reply))

    def _written(self, sent: Outgoing, envelope: Envelope) -> dict[str, Any]:
        if sent.is_initial:
            return dict(sent.body)
        body = dict(sent.body)
        return {"@context": body.pop("@context"), "@type": body.pop("@type"), **envelope.pids, **body}

    def _compare(self, run: TaskRun, sent: Outgoing, outcome: Outcome) -> Outcome:
        """Add the peer's state where the room needs it to settle."""
        room = self._rooms[sent.room]
        with run.reading() as work:
            envelope = room.envelope(work, sent.process)
            is_last = self.waiting(work, sent.room, sent.process) <= 1
        theirs = None
        can_ask = envelope is not None and envelope.peer_pid is not None and is_last
        if envelope and can_ask and room.wants_their_state(sent, envelope, is_accepted=outcome.is_accepted):
            theirs = self._their_state(sent.room, envelope)
        return Outcome(
            is_accepted=outcome.is_accepted, reply=outcome.reply, reason=outcome.reason, theirs=theirs, is_last=is_last
        )

    def _their_state(self, room: str, envelope: Envelope) -> str | None:
        base = envelope.base or self._addresses.base(envelope.to)
        try:
            url = f"{base}/{room}/{segment(envelope.peer_pid or '')}"
            content = self._peers.call("GET", envelope.to, url)
        except (PeerRefused, BadInput):
            return None
        state = content.get("state")
        return state if isinstance(state, str) else None

    def _close(self, work: Work, sent: Outgoing | None) -> None:
        """Forget a message (it may hold a data token) and let the next one of its process go."""
        if sent is None:
            return
        work.delete(outgoing, outgoing.c.id == sent.id)
        mine = (outgoing.c.room == sent.room) & (outgoing.c.process == sent.process)
        following = work.one(sa.select(outgoing.c.id).where(mine).order_by(outgoing.c.position).limit(1))
        if following:
            work.enqueue(TASK, {"message": following["id"]}, key=str(following["id"]))


def _is_final(fault: SkillspaceError) -> bool:
    return isinstance(fault, PeerRefused) and fault.status in FINAL_ANSWERS


def _outgoing(row: Mapping[str, Any]) -> Outgoing:
    return Outgoing(
        id=row["id"],
        room=row["room"],
        process=row["process"],
        action=row["action"],
        leads_to=row["leads_to"],
        body=row["body"],
        is_initial=row["is_initial"],
    )
