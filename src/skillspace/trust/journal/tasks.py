"""The stored tasks of the journal: sign the head each hour when there is something new, and hand it to witnesses."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import structlog

from skillspace.kernel.errors import BadInput, InvalidSignature, SkillspaceError, Unavailable
from skillspace.kernel.events import Event
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.journal.errors import Forked
from skillspace.trust.journal.messages import read_answer
from skillspace.trust.journal.model import Acknowledgement, Checkpoint, WitnessAnswer
from skillspace.trust.journal.ports import SERVICE, Peers, Witnesses
from skillspace.trust.journal.service import Journal
from skillspace.trust.journal.statements import check_signature, read_acknowledgement
from skillspace.trust.journal.witness import PAGE

log = structlog.get_logger()

CLOCK = "journal.clock"
DELIVER = "journal.deliver"
TICK = timedelta(hours=1)
#: A witness that is not there is asked again this often, for as long as it takes.
AGAIN = timedelta(minutes=10)
#: Half a million checkpoints are more than an hourly clock makes in fifty years.
MOST_PAGES = 1000


class JournalTasks:
    """What this node does about its journal by itself."""

    def __init__(self, *, journal: Journal, peers: Peers, resolve_key: KeyResolver, witnesses: Witnesses) -> None:
        self._journal = journal
        self._peers = peers
        self._resolve_key = resolve_key
        self._witnesses = witnesses

    def register(self, book: TaskBook) -> None:
        """Write the handlers into the node's book."""
        book.on_task(CLOCK, self._tick)
        book.on_task(DELIVER, self._deliver)

    def start(self, work: Work) -> None:
        """Start the clock; it goes on by itself, and a second start changes nothing."""
        work.enqueue(CLOCK, {}, key=CLOCK)

    def seal(self, work: Work) -> Checkpoint | None:
        """Sign the head now and leave a task for each witness that does not have it; None when nothing was new."""
        made = self._journal.checkpoint(work)
        for witness in self._witnesses(work):
            if witness != self._journal.did and self._journal.unacknowledged(work, witness) is not None:
                work.enqueue(DELIVER, {"witness": witness}, key=f"{DELIVER}:{witness}")
        return made

    def ask(self, witness: str) -> WitnessAnswer:
        """Ask a witness for all it holds about this node; call it with no transaction open.

        Raises PeerRefused, PeerUnreachable, or BadInput when the answer cannot be read.
        """
        held: list[tuple[str, str]] = []
        forks: list[str] = []
        after, address = 0, f"{self._peers.service(witness, SERVICE)}/journal/checkpoints"
        for _ in range(MOST_PAGES):
            url = f"{address}/{quote(self._journal.did, safe='')}?after={after}"
            page = read_answer(self._peers.call("GET", witness, url))
            held += page.held
            forks = list(page.forks)
            if len(page.held) < PAGE:
                return WitnessAnswer(witness=witness, held=held, forks=forks)
            following = read_acknowledgement(page.held[-1][1]).number
            if following <= after:
                break
            after = following
        raise BadInput(f"{witness} gives checkpoints without end.")

    def _tick(self, run: TaskRun) -> None:
        with run.finishing(again_after=TICK) as work:
            self.seal(work)

    def _deliver(self, run: TaskRun) -> None:
        """Give one witness the newest checkpoint, which covers all before it; a refusal is an alarm, not repeated."""
        witness = str(run.payload["witness"])
        with run.reading() as work:
            checkpoint = self._journal.unacknowledged(work, witness)
        try:
            given = self._hand_over(witness, checkpoint) if checkpoint is not None else None
        except Unavailable as fault:
            log.info("journal.witness_silent", witness=witness, fault=fault.message)
            with run.finishing(again_after=AGAIN):
                return
        except SkillspaceError as fault:
            log.warning("journal.witness_refused", witness=witness, fault=fault.message)
            with run.finishing() as work:
                if checkpoint is not None and _is_fork(fault):
                    content: dict[str, object] = {"witness": witness, "number": checkpoint.number}
                    work.publish(Event(name="journal.disputed", about=witness, content=content, at=work.now))
            return
        with run.finishing() as work:
            if given is not None:
                self._journal.keep_acknowledgement(work, given)

    def _hand_over(self, witness: str, checkpoint: Checkpoint) -> Acknowledgement:
        url = f"{self._peers.service(witness, SERVICE)}/journal/checkpoints"
        token = self._peers.call("POST", witness, url, {"checkpoint": checkpoint.token}).get("acknowledgement")
        if not isinstance(token, str):
            raise BadInput(f"{witness} answered without an acknowledgement.")
        given = read_acknowledgement(token)
        about = (given.witness, given.did, given.number, given.hash)
        if about != (witness, checkpoint.did, checkpoint.number, checkpoint.hash):
            raise InvalidSignature(f"The acknowledgement of {witness} is about something else.")
        check_signature(token, witness, self._resolve_key)
        return given


def _is_fork(fault: SkillspaceError) -> bool:
    """Whether a peer's refusal is that of `Forked`; the error that carries it belongs to identity, above us."""
    body = getattr(fault, "body", None)
    return isinstance(body, dict) and body.get("code") == Forked.__name__
