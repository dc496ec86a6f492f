"""What a part does with data, as stored tasks: fetch them from the hop before, and let the service work on them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from skillspace.exchange.chains import parts, store
from skillspace.exchange.chains.bench import Bench, Stopped, pieces_of
from skillspace.exchange.chains.checks import Checks
from skillspace.exchange.chains.errors import BrokenChain
from skillspace.exchange.chains.machine import NODE, PartState
from skillspace.exchange.chains.model import Part
from skillspace.exchange.chains.parts import Parts
from skillspace.exchange.chains.processors import Job, Processors
from skillspace.exchange.chains.statements import Seal
from skillspace.exchange.dataplane.download import Downloaded, Downloads
from skillspace.exchange.negotiation import Negotiations
from skillspace.exchange.transfer import Transfers, TransferState
from skillspace.kernel.errors import BadInput, Conflict, NotFound, Refused, SkillspaceError, Unavailable
from skillspace.storage.database import Work
from skillspace.storage.tasks import Handler, TaskBook, TaskRun
from skillspace.trust.consent import Uses
from skillspace.trust.consent.errors import PASSING
from skillspace.trust.contract import Agreement
from skillspace.trust.identity import PeerRefused

log = structlog.get_logger()
_P = PartState
#: A service that fails in a way nobody foresaw is given this many tries.
TRIES = 3
#: As many fetch or process at once; each keeps one of the node's worker threads busy.
AT_ONCE = 2
SOON = timedelta(milliseconds=500)


class Moving:
    """The long work of the parts of one node."""

    def __init__(
        self,
        *,
        parts: Parts,
        checks: Checks,
        seal: Seal,
        bench: Bench,
        processors: Processors,
        negotiations: Negotiations,
        transfers: Transfers,
        downloads: Downloads,
        uses: Uses,
    ) -> None:
        self._parts = parts
        self._checks = checks
        self._seal = seal
        self._bench = bench
        self._processors = processors
        self._negotiations = negotiations
        self._transfers = transfers
        self._downloads = downloads
        self._uses = uses
        self._seats = threading.BoundedSemaphore(AT_ONCE)

    def register(self, book: TaskBook) -> None:
        """Take the tasks, and listen to the transfers they ask for."""
        book.on_task(parts.FETCH, self._seated(self._fetch))
        book.on_task(parts.PROCESS, self._seated(self._process))
        book.on_event("transfer.started", self._started)
        book.on_event("transfer.terminated", self._terminated)

    def _seated(self, handler: Handler) -> Handler:
        """Let only so many threads of the node be busy with long work."""

        def do(run: TaskRun) -> None:
            if not self._seats.acquire(blocking=False):
                with run.finishing(again_after=SOON):
                    return
            try:
                handler(run)
            finally:
                self._seats.release()

        return do

    def _started(self, work: Work, event: Mapping[str, Any]) -> None:
        for part in store.parts_by(work, "transfer", str(event["about"])):
            if part.state is _P.AGREED:
                work.enqueue(
                    parts.FETCH, {"chain": part.chain, "attempt": part.attempt}, key=f"chains.fetch {part.key}"
                )

    def _terminated(self, work: Work, event: Mapping[str, Any]) -> None:
        for part in store.parts_by(work, "transfer", str(event["about"])):
            if part.state is _P.AGREED:
                why = event["content"].get("reason") or "the transfer was ended."
                self._parts.close(work, part, "fail", NODE, f"{part.previous_dataset} did not come: {why}")

    def _fetch(self, run: TaskRun) -> None:
        """Download what the neighbour before has for us; a restart goes on where it stopped."""
        with run.reading() as work:
            part = self._parts.still(work, run, _P.AGREED)
        if part is None:
            with run.finishing():
                return
        try:
            came = self._download(part)
        except Conflict as fault:
            self._not_now(run, part, fault)
            return
        except (Refused, BadInput, NotFound) as fault:
            if (fault.body.get("code") if isinstance(fault, PeerRefused) else fault.code) in PASSING:
                raise Unavailable(fault.message) from fault
            self._parts.fail(run, fault.message, _P.AGREED)
            return
        with run.finishing() as work:
            found = self._parts.still(work, run, _P.AGREED)
            if found is not None:
                self._fetched(work, found, came)
        if found is None:
            self._bench.clear(part.chain, part.hop, part.attempt)

    def _download(self, part: Part) -> Downloaded:
        # Of a provider the whole dataset is taken, of a service what it made for this chain.
        place = part.chain if part.hop > 1 else ""
        self._bench.open(part)
        grant = part.grant
        came = self._downloads.download(
            str(part.transfer),
            self._bench.input(part),
            # For each request a token of its own: a download that goes on is one more use.
            show=(lambda: self._uses.token(grant)) if grant else None,
            path=place,
            max_bytes=part.max_bytes,
        )
        if part.input_digest not in (None, came.sha256):
            raise BrokenChain(f"{part.previous} sent other bytes than it announced.")
        return came

    def _not_now(self, run: TaskRun, part: Part, fault: Conflict) -> None:
        """A transfer that is paused goes on by itself; one that ended has its own event, or is over here."""
        with run.finishing() as work:
            found = self._parts.still(work, run, _P.AGREED)
            state = self._transfers.transfer(work, str(part.transfer)).state
            if found is not None and state is not TransferState.SUSPENDED:
                self._parts.close(work, found, "fail", NODE, fault.message)

    def _fetched(self, work: Work, part: Part, came: Downloaded) -> None:
        measured = {"input_digest": came.sha256, "input_bytes": came.bytes, "media_type": came.media_type}
        part = store.change_part(work, part, state=part.after("fetch"), **measured)
        if self._transfers.transfer(work, str(part.transfer)).state is TransferState.STARTED:
            self._transfers.complete(work, str(part.transfer))
        self._parts.say(work, part, "taken", {"digest": came.sha256, "bytes": came.bytes})
        if part.is_consumer:
            statement = self._seal.statement(part, given_under=None, at=work.now)
            part = store.change_part(work, part, statement=statement)
        else:
            work.enqueue(
                parts.PROCESS, {"chain": part.chain, "attempt": part.attempt}, key=f"chains.process {part.key}"
            )
        self._parts.report(work, part)

    def _process(self, run: TaskRun) -> None:
        """Let the service work on the input, piece by piece, for as long as the chain stands."""
        with run.reading() as work:
            part = self._parts.still(work, run, _P.FETCHED)
            agreement = self._negotiations.agreement(work, str(part.agreement)) if part else None
        if part is None or agreement is None:
            self._parts.fail(run, "The agreement has ended.", _P.FETCHED)
            return
        try:
            with run.reading() as work:
                self._checks.may_use(work, part)
            digest, kind = self._work_on(run, part, agreement)
        except Stopped:
            with run.finishing():
                pass
            self._bench.clear(part.chain, part.hop, part.attempt)
            return
        except Unavailable:
            raise
        except SkillspaceError as fault:
            self._parts.fail(run, f"The service cannot work on this: {fault.message}", _P.FETCHED)
            return
        except Exception as fault:
            # Its own words may hold what it read.
            log.warning("chains.service_failed", chain=part.chain, service=part.dataset, fault=type(fault).__name__)
            if run.attempt < TRIES:
                raise Unavailable(f"The service {part.dataset} failed ({type(fault).__name__}).") from None
            self._parts.fail(run, f"The service {part.dataset} failed.", _P.FETCHED)
            return
        size = self._bench.output(part).stat().st_size
        with run.finishing() as work:
            found = self._parts.still(work, run, _P.FETCHED)
            if found is not None:
                self._processed(work, found, digest, size, kind)
        self._bench.input(part).unlink(missing_ok=True)
        if found is None:
            self._bench.clear(part.chain, part.hop, part.attempt)

    def _processed(self, work: Work, part: Part, digest: str, size: int, kind: str) -> None:
        try:
            self._checks.may_hand_on(work, part)
        except SkillspaceError as fault:
            self._parts.close(work, part, "fail", NODE, fault.message)
            return
        changes = {"output_digest": digest, "output_bytes": size, "media_type": kind}
        part = store.change_part(work, part, state=part.after("process"), **changes)
        self._parts.say(work, part, "offered", {"digest": digest, "bytes": size})
        self._parts.report(work, part)

    def _work_on(self, run: TaskRun, part: Part, agreement: Agreement) -> tuple[str, str]:
        job = Job(
            chain=part.chain,
            dataset=str(part.dataset),
            purpose=part.purpose,
            media_type=str(part.media_type),
            agreement=agreement,
        )
        made = self._processors.of(job.dataset).process(pieces_of(self._bench.input(part)), job)

        def stands() -> bool:
            with run.reading() as work:
                return self._parts.still(work, run, _P.FETCHED) is not None

        output = self._bench.output(part)
        return self._bench.write(output, made.pieces, max_bytes=part.max_bytes, stands=stands), made.media_type[:200]
