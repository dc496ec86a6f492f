"""The stored tasks of rights: ask, answer, tell each other, bring packages home, and watch the clock."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import httpx2 as httpx
import structlog

from skillspace.kernel.errors import BadInput, Conflict, NotFound, SkillspaceError, Unavailable
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.identity import PeerRefused
from skillspace.trust.rights.desk import Desk
from skillspace.trust.rights.docket import Docket
from skillspace.trust.rights.errors import PackageTooLarge, WrongPackage
from skillspace.trust.rights.hearing import FETCH, Hearing
from skillspace.trust.rights.inbox import RESPOND, Inbox
from skillspace.trust.rights.ledger import TELL
from skillspace.trust.rights.machine import PartState
from skillspace.trust.rights.messages import PartMessage, ReplyMessage
from skillspace.trust.rights.model import HANDED_OVER, Part, Right
from skillspace.trust.rights.ports import SERVICE, Peers
from skillspace.trust.rights.rounds import Rounds
from skillspace.trust.rights.service import DELIVER
from skillspace.trust.rights.shelf import Shelf
from skillspace.trust.rights.speech import SEND, Speech

log = structlog.get_logger()

CLOCK = "rights.clock"
DAY = timedelta(days=1)
#: After so many tries in a row a peer is left in peace for a while; what the law demands is never given up. Fewer than
#: `storage.tasks.ATTEMPTS_ON_FAULT`, after which a task that is older than three days would be.
TRIES, PAUSE, PAUSE_AFTER_NO = 6, timedelta(minutes=10), timedelta(hours=1)
#: An answer that no later try will change.
FINAL = frozenset({400, 404, 409, 413, 422})
MAX_FETCH_S = 900.0
FETCH_TRIES = 3


class RightsTasks:
    """What this node does about rights by itself. `hearing` is there when it is an intermediary."""

    def __init__(
        self,
        *,
        peers: Peers,
        docket: Docket,
        desk: Desk,
        inbox: Inbox,
        speech: Speech,
        shelf: Shelf,
        rounds: Rounds,
        hearing: Hearing | None,
    ) -> None:
        self._own_did = docket.own_did
        self._peers = peers
        self._docket = docket
        self._desk = desk
        self._inbox = inbox
        self._speech = speech
        self._shelf = shelf
        self._rounds = rounds
        self._hearing = hearing

    def register(self, book: TaskBook) -> None:
        """Write the handlers into the node's book."""
        book.on_task(RESPOND, self._respond)
        book.on_task(SEND, self._send)
        book.on_task(DELIVER, self._deliver)
        book.on_task(TELL, self._tell)
        book.on_task(FETCH, self._fetch)
        book.on_task(CLOCK, self._tick)

    def start(self, work: Work) -> None:
        """Start the daily round; it goes on by itself, and a second start changes nothing."""
        work.enqueue(CLOCK, {}, key=CLOCK)

    # At the organisation

    def _respond(self, run: TaskRun) -> None:
        """Answer a request: pack what is held, outside of any writing, then write the answer with all it does."""
        id, words, by = (str(run.payload[name]) for name in ("request", "words", "by"))
        with run.reading() as work:
            request = self._desk.to_answer(work, id)
        if request is None:
            with run.finishing():
                return
        package = None
        if request.right in HANDED_OVER:
            try:
                with run.reading() as work:
                    who = self._docket.who(self._docket.row(work, id))
                    package = self._shelf.pack(work, request, who, run.id)
            except PackageTooLarge as fault:
                with run.finishing() as work:
                    self._desk.set_aside(work, id, fault.message)
                return
        with run.finishing() as work:
            if self._desk.to_answer(work, id) is not None:
                if package is not None:
                    self._shelf.put_out(id, run.id)
                self._desk.finish(work, id, by=by, words=words, package=package)
        self._shelf.drop(id, run.id)

    def _send(self, run: TaskRun) -> None:
        """Tell the intermediary what was said about a request, in order, up to the word this task is for."""
        id, number = str(run.payload["request"]), int(run.payload["number"])
        try:
            with run.reading() as work:
                intermediary = self._desk.request(work, id).intermediary
                words = self._speech.untold(work, id, number)
        except NotFound:  # the person's space was here, and they left
            words, intermediary = [], ""
        for word in words:
            try:
                refused = self._say(run, intermediary, word)
            except SkillspaceError as fault:
                self._again(run, fault)
                return
            with run.database.writing() as work:
                self._desk.told(work, word, refused)
        with run.finishing():
            pass

    def _say(self, run: TaskRun, intermediary: str, word: Mapping[str, Any]) -> str | None:
        """Return None once a word was taken or nobody is left to hear it, else the reason why it is not wanted."""
        body = {"reply": word["token"]} | ({"opens": word["opens"]} if word["opens"] else {})
        if intermediary == self._own_did:
            return self._take_own(run, ReplyMessage(**body))
        try:
            self._call(intermediary, "replies", body)
        except PeerRefused as fault:
            if fault.status not in FINAL:
                raise
            return None if fault.status == NotFound.http_status else fault.message
        return None

    def _take_own(self, run: TaskRun, message: ReplyMessage) -> str | None:
        hearing = self._intermediary()
        try:
            reply = hearing.read(message.reply, self._own_did)
            with run.database.writing() as work:
                hearing.apply(work, reply, message.opens)
        except NotFound:
            return None
        except (BadInput, Conflict) as fault:
            return fault.message
        return None

    # At the intermediary

    def _deliver(self, run: TaskRun) -> None:
        """Put a request before its organisation, however long that takes; the person sees since when it is silent."""
        hearing, organisation = self._intermediary(), str(run.payload["organisation"])
        message = PartMessage.model_validate(run.payload["body"])
        with run.reading() as work:
            is_due = hearing.must_ask(work, message.part, Right(message.right))
        if not is_due:
            with run.finishing():
                return
        try:
            word = self._ask(run, organisation, message)
            reply = hearing.read(word, organisation)
        except SkillspaceError as fault:
            with run.database.writing() as work:
                hearing.unreached(work, message.part, fault.message)
            self._again(run, fault)
            return
        with run.finishing() as work:
            state = hearing.state_of(work, message.part)
            if state is PartState.WITHDRAWN:  # while we asked
                hearing.call_off(work, organisation, message.part)
            elif state is not None:
                hearing.apply(work, reply)

    def _ask(self, run: TaskRun, organisation: str, message: PartMessage) -> str:
        if organisation == self._own_did:
            with run.database.writing() as work:
                return self._inbox.receive(work, organisation, message)
        word = self._call(organisation, "parts", message.model_dump()).get("reply")
        if not isinstance(word, str):
            raise BadInput(f"{organisation} answered without a signed word.")
        return word

    def _tell(self, run: TaskRun) -> None:
        """Tell an organisation about its part; one that never heard of it, or is past it, needs no telling."""
        organisation, part, door = (str(run.payload[name]) for name in ("organisation", "part", "door"))
        body = dict(run.payload["body"])
        try:
            if organisation == self._own_did:
                with run.database.writing() as work:
                    self._tell_own(work, part, door, body)
            else:
                self._call(organisation, f"parts/{part}/{door}", body)
        except PeerRefused as fault:
            if fault.status not in FINAL:
                self._again(run, fault)
                return
            log.info("rights.not_told", organisation=organisation, part=part, door=door, reason=fault.message)
        except Unavailable as fault:
            self._again(run, fault)
            return
        except NotFound:
            pass
        with run.finishing():
            pass

    def _tell_own(self, work: Work, part: str, door: str, body: Mapping[str, Any]) -> None:
        if door == "withdrawn":
            self._inbox.withdrawn(work, self._own_did, part)
        elif door == "supplied":
            self._inbox.supplied(work, self._own_did, part, str(body["words"]), str(body["at"]))
        elif door == "lifted":
            self._inbox.lifted(work, self._own_did, part)
        else:
            self._shelf.collected(work, self._own_did, part, str(body["digest"]))

    def _fetch(self, run: TaskRun) -> None:
        """Bring a package home; what was lost there, or is not what was signed for, the person is told about."""
        hearing, id = self._intermediary(), str(run.payload["part"])
        with run.reading() as work:
            waiting = hearing.to_fetch(work, id)
        if waiting is None:
            with run.finishing():
                return
        part, opens = waiting
        why = None
        try:
            self._bring(run, part, opens)
        except (PeerRefused, NotFound, WrongPackage) as fault:
            if isinstance(fault, PeerRefused) and fault.status not in FINAL:
                self._again(run, fault)  # whoever does not know us now may know us within the package's thirty days
                return
            if isinstance(fault, WrongPackage) and run.attempt < FETCH_TRIES:
                raise
            why = fault.message
        except Unavailable as fault:
            self._again(run, fault)
            return
        with run.finishing() as work:
            if hearing.to_fetch(work, id) is None:  # the person left meanwhile
                hearing.cabinet.remove(id)
            elif why is None:
                hearing.fetched(work, id)
            else:
                hearing.lost(work, id, why)

    def _bring(self, run: TaskRun, part: Part, opens: str) -> None:
        cabinet = self._intermediary().cabinet
        assert part.package is not None  # noqa: S101 - only what was signed for waits
        if part.organisation == self._own_did:
            with run.reading() as work:
                path = self._shelf.open(work, self._own_did, part.id, opens)
            with path.open("rb") as file:
                cabinet.receive(part.id, run.id, iter(lambda: file.read(256 * 1024), b""), part.package)
            return
        url = f"{self._peers.service(part.organisation, SERVICE)}/rights/parts/{part.id}/package"
        with self._peers.stream(part.organisation, url, {"Rights-Package": opens}) as response:
            cabinet.receive(part.id, run.id, _in_time(response), part.package)

    # Everywhere

    def _tick(self, run: TaskRun) -> None:
        with run.finishing(again_after=DAY) as work:
            self._rounds.make(work)

    def _again(self, run: TaskRun, fault: SkillspaceError) -> None:
        """Try again soon, then every ten minutes, or each hour where the answer was no; never give up."""
        if isinstance(fault, Unavailable) and run.attempt < TRIES:
            raise fault
        pause = PAUSE if isinstance(fault, Unavailable) else PAUSE_AFTER_NO
        log.warning("rights.not_reached", task=run.name, fault=fault.message)
        with run.finishing(again_after=pause):
            pass

    def _intermediary(self) -> Hearing:
        if self._hearing is None:
            raise BadInput("This node keeps no cases; switch the role “intermediary” on.")
        return self._hearing

    def _call(self, did: str, door: str, body: Mapping[str, object]) -> dict[str, object]:
        return self._peers.call("POST", did, f"{self._peers.service(did, SERVICE)}/rights/{door}", dict(body))


def _in_time(response: httpx.Response) -> Iterator[bytes]:
    """Yield what arrives, until the time for a whole package is over: a peer that drips holds nobody up."""
    end = time.monotonic() + MAX_FETCH_S
    for piece in response.iter_bytes():
        if time.monotonic() > end:
            raise Unavailable("The package took too long to arrive; it will be fetched again.")
        yield piece
