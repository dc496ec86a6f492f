"""Asking witnesses what they hold of this journal: by stored tasks, so that nobody waits; the last answer is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import quote

import sqlalchemy as sa

from skillspace.kernel.errors import SkillspaceError
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.journal.messages import read_answer
from skillspace.trust.journal.model import Checkpoint, WitnessAnswer
from skillspace.trust.journal.ports import SERVICE, Peers, Witnesses
from skillspace.trust.journal.service import Journal
from skillspace.trust.journal.statements import check_signature, read_acknowledgement, read_checkpoint
from skillspace.trust.journal.store import acknowledgements, entries, looks
from skillspace.trust.journal.witness import PAGE

CLOCK, LOOK = "journal.look_clock", "journal.look"
EVERY = timedelta(hours=1)
#: A witness is read this far in one look; what is held beyond is read at the next.
MOST_PAGES = 4


class Held(StrEnum):
    """What a witness held when it was asked last."""

    UNASKED = "unasked"
    NOTHING = "nothing"
    MATCHES = "matches"
    DIFFERS = "differs"


@dataclass(frozen=True, kw_only=True)
class Look:
    """The last look at what a witness holds. `number` and `at` are of the newest checkpoint it showed at `answered`.

    `asked` is later than `answered` where it did not answer the last time; `fault` says why, or what differs.
    """

    witness: str
    held: Held = Held.UNASKED
    asked: datetime | None = None
    answered: datetime | None = None
    number: int | None = None
    at: datetime | None = None
    fault: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether the witness did not answer the last time."""
        return self.asked is not None and self.asked != self.answered


class Looks:
    """What this node's witnesses hold of its journal."""

    def __init__(self, *, journal: Journal, peers: Peers, resolve_key: KeyResolver, witnesses: Witnesses) -> None:
        self._journal = journal
        self._peers = peers
        self._resolve_key = resolve_key
        self._witnesses = witnesses

    def register(self, book: TaskBook) -> None:
        """Write the handlers into the node's book."""
        book.on_task(CLOCK, self._tick)
        book.on_task(LOOK, self._look)

    def start(self, work: Work) -> None:
        """Start the clock; it goes on by itself, and a second start changes nothing."""
        work.enqueue(CLOCK, {}, key=CLOCK)

    def ask(self, work: Work) -> None:
        """Leave a task for each witness; the answers stand in `latest` when they have come."""
        for witness in self._named(work):
            work.enqueue(LOOK, {"witness": witness}, key=f"{LOOK}:{witness}")

    def latest(self, work: Work) -> list[Look]:
        """Return the last look at each witness there is now, also of those never asked."""
        named = self._named(work)
        rows = work.rows(sa.select(looks).where(looks.c.witness.in_(named)))
        known = {row["witness"]: Look(**{**row, "held": Held(row["held"])}) for row in rows}
        return [known.get(witness) or Look(witness=witness) for witness in named]

    def _named(self, work: Work) -> list[str]:
        return [witness for witness in self._witnesses(work) if witness != self._journal.did]

    def _tick(self, run: TaskRun) -> None:
        with run.finishing(again_after=EVERY) as work:
            self.ask(work)

    def _look(self, run: TaskRun) -> None:
        """Ask one witness from its last acknowledgement on; whatever it says, or does not say, is the outcome."""
        witness = str(run.payload["witness"])
        with run.reading() as work:
            acknowledged = self._acknowledged(work, witness)
        try:
            answer = self._asked(witness, max(0, acknowledged - 1))
            if not answer.held and acknowledged:
                answer = self._asked(witness, 0)
            shown, fault = self._read(answer)
        except SkillspaceError as silence:
            with run.finishing() as work:
                self._keep(work, witness, fault=silence.message[:500])
            return
        with run.finishing() as work:
            fault = fault or self._differs(work, shown, answer, acknowledged)
            last = shown[-1] if shown else None
            held = Held.DIFFERS if fault else Held.MATCHES if last else Held.NOTHING
            facts = {"number": last.number if last else None, "at": last.at if last else None}
            self._keep(work, witness, held=held, answered=work.now, fault=fault, **facts)

    def _asked(self, witness: str, after: int) -> WitnessAnswer:
        address = f"{self._peers.service(witness, SERVICE)}/journal/checkpoints/{quote(self._journal.did, safe='')}"
        held: list[tuple[str, str]] = []
        forks: list[str] = []
        for _ in range(MOST_PAGES):
            page = read_answer(self._peers.call("GET", witness, f"{address}?after={after}"))
            held, forks = [*held, *page.held], list(page.forks)
            following = read_acknowledgement(page.held[-1][1]).number if page.held else after
            if len(page.held) < PAGE or following <= after:
                break
            after = following
        return WitnessAnswer(witness=witness, held=held, forks=forks)

    def _read(self, answer: WitnessAnswer) -> tuple[list[Checkpoint], str]:
        """Return the checkpoints shown, and what is wrong with what the witness signed.

        Its key may be fetched, so no transaction is open. Our own signatures are held against the journal itself.
        """
        shown: list[Checkpoint] = []
        for token, acknowledgement in answer.held:
            point, given = read_checkpoint(token), read_acknowledgement(acknowledgement)
            if (point.did, given.witness, given.number, given.hash) != (
                self._journal.did,
                answer.witness,
                point.number,
                point.hash,
            ):
                return shown, "What it signed for is not what it shows."
            shown.append(point)
        if shown:
            try:
                check_signature(answer.held[-1][1], answer.witness, self._resolve_key)
            except SkillspaceError as fault:
                return shown, fault.message[:500]
        return shown, ""

    def _differs(self, work: Work, shown: list[Checkpoint], answer: WitnessAnswer, acknowledged: int) -> str:
        """Say what does not fit this journal as it stands now; empty where all does."""
        if answer.forks:
            return "It holds proof that this node signed two different journals."
        known = work.rows(
            sa.select(entries.c.number, entries.c.hash).where(entries.c.number.in_([one.number for one in shown]))
        )
        hashes = {row["number"]: row["hash"] for row in known}
        for one in shown:
            if hashes.get(one.number) != one.hash:
                return f"It holds another journal, from entry {one.number} on at the latest."
        if acknowledged > (shown[-1].number if shown else 0):
            return f"It signed for entry {acknowledged} and does not show that any more."
        return ""

    def _acknowledged(self, work: Work, witness: str) -> int:
        newest = sa.func.max(acknowledgements.c.number).label("number")
        row = work.one(sa.select(newest).where(acknowledgements.c.witness == witness))
        return int(row["number"] or 0) if row else 0

    def _keep(self, work: Work, witness: str, **changes: object) -> None:
        row = work.one(sa.select(looks).where(looks.c.witness == witness))
        before = dict(row) if row else {"witness": witness, "held": Held.UNASKED}
        work.upsert(looks, {**before, "asked": work.now, **changes}, on=("witness",))
