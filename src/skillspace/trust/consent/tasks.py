"""The stored tasks of consent: deliver a grant, tell who must let go, report what was decided, and watch the clock."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog

from skillspace.kernel.clock import Clock, iso, now
from skillspace.kernel.errors import BadInput, SkillspaceError, Unavailable
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.consent.copies.held import DELETED, HeldGrants, grant_of_receipt, read_deletion
from skillspace.trust.consent.copies.holders import TELL_ENDED
from skillspace.trust.consent.log.audit import REPORT
from skillspace.trust.consent.model import Grant
from skillspace.trust.consent.ports import SERVICE, Peers
from skillspace.trust.consent.service import DELIVER, Consents
from skillspace.trust.identity import PeerRefused

log = structlog.get_logger()

CLOCK = "consent.clock"
ASK_AGAIN = "consent.ask_again"
TICK = timedelta(seconds=30)
#: So much is ended in one transaction: everybody's last day ends at one moment, and others have to write meanwhile.
AT_ONCE = 200
MOST_ROUNDS = 1000
#: A recipient is offered its grant so often at once, and this time later again, for as long as the yes lives.
TRIES, TRIES_UNHEARD, LATER = 8, 60, timedelta(hours=1)


class ConsentTasks:
    """What this node does about consent by itself. `consents` is there when it is an intermediary."""

    def __init__(
        self,
        *,
        peers: Peers,
        resolve_key: KeyResolver,
        held: HeldGrants,
        consents: Consents | None,
        clock: Clock = now,
    ) -> None:
        self._peers = peers
        self._resolve_key = resolve_key
        self._held = held
        self._consents = consents
        self._clock = clock

    def register(self, book: TaskBook) -> None:
        """Write the handlers into the node's book."""
        book.on_task(DELIVER, self._deliver, is_urgent=True)
        book.on_task(TELL_ENDED, self._tell_ended, is_urgent=True)
        book.on_task(REPORT, self._report)
        book.on_task(DELETED, self._deleted)
        book.on_task(CLOCK, self._tick)
        if self._consents is not None:
            book.on_task(ASK_AGAIN, self._ask_again)
            book.on_event("register.changed", self._record_changed)

    def start(self, work: Work) -> None:
        """Start the clock; it goes on by itself, and a second start changes nothing."""
        work.enqueue(CLOCK, {}, key=CLOCK)

    def _deliver(self, run: TaskRun) -> None:
        """Give the recipient its grant, unless the yes has ended meanwhile."""
        consents = self._intermediary()
        with run.reading() as work:
            grant = consents.find(work, run.payload["grant"])
            token = consents.credential(work, grant.id) if grant.why_not(work.now) is None else None
        try:
            if token is not None:
                self._call(grant.recipient, "grants", {"credential": token})
        except SkillspaceError as fault:
            if run.attempt < (TRIES_UNHEARD if isinstance(fault, Unavailable) else TRIES):
                raise
            log.warning("consent.not_delivered", grant=grant.id, recipient=grant.recipient, fault=fault.message)
            with run.finishing(again_after=LATER):
                return
        with run.finishing():
            pass

    def _tell_ended(self, run: TaskRun) -> None:
        """Tell one organisation that a grant is over and keep its deletion receipt; silence and refusal come again."""
        consents = self._intermediary()
        organisation = str(run.payload["organisation"])
        with run.reading() as work:
            grant = consents.find(work, run.payload["grant"])
        if organisation == consents.own_did:
            self._let_go_here(run, consents, grant)
            return
        at = iso(grant.ended) if grant.ended else ""
        answer = self._call(organisation, "ended", {"grant": grant.id, "state": grant.state, "at": at})
        token = answer.get("receipt")
        if not isinstance(token, str):
            raise BadInput(f"{organisation} answered without a deletion receipt.")
        receipt = read_deletion(token, self._resolve_key, self._clock(), organisation=organisation, grant=grant.id)
        with run.finishing() as work:
            consents.keep_deletion(work, receipt)

    def _let_go_here(self, run: TaskRun, consents: Consents, grant: Grant) -> None:
        own = consents.own_did
        with run.finishing() as work:
            token = self._held.end(work, sender=own, is_intermediary=True, grant=grant.id, state=grant.state)
            receipt = read_deletion(token, self._resolve_key, work.now, organisation=own, grant=grant.id)
            consents.keep_deletion(work, receipt)

    def _report(self, run: TaskRun) -> None:
        """Tell the person's intermediary of a decision; one it does not want to hear is not repeated."""
        try:
            self._call(str(run.payload["intermediary"]), "reports", dict(run.payload["body"]))
        except PeerRefused as fault:
            log.warning("consent.report_refused", intermediary=run.payload["intermediary"], fault=fault.message)
        with run.finishing():
            pass

    def _deleted(self, run: TaskRun) -> None:
        """Hand over the receipt of something that was kept by law and is gone now."""
        intermediary, token = str(run.payload["intermediary"]), str(run.payload["receipt"])
        if intermediary == self._held.own_did:
            with run.finishing() as work:
                self._take_receipt(work, self._held.own_did, token)
            return
        with suppress(PeerRefused):  # it reminds us if it wants the receipt after all
            self._call(intermediary, "deletions", {"receipt": token})
        with run.finishing():
            pass

    def _take_receipt(self, work: Work, organisation: str, token: str) -> None:
        grant = grant_of_receipt(token)
        receipt = read_deletion(token, self._resolve_key, work.now, organisation=organisation, grant=grant)
        self._intermediary().keep_deletion(work, receipt)

    def _record_changed(self, work: Work, event: Mapping[str, Any]) -> None:
        told = event["content"]
        payload = {"recipient": told["did"], "after": ""}
        work.enqueue(ASK_AGAIN, payload, key=f"{ASK_AGAIN}:{told['did']}:{told['version']}")

    def _ask_again(self, run: TaskRun) -> None:
        """Put changed notices to the people they matter to, some at a time."""
        recipient = str(run.payload["recipient"])
        with run.finishing() as work:
            after = self._intermediary().ask_again(work, recipient, after=str(run.payload["after"]))
            if after:
                work.enqueue(ASK_AGAIN, {"recipient": recipient, "after": after})

    def _tick(self, run: TaskRun) -> None:
        for _ in range(MOST_ROUNDS):
            with run.database.writing() as work:
                done = [self._held.expire_due(work, limit=AT_ONCE), self._held.delete_kept(work, limit=AT_ONCE)]
                if self._consents is not None:
                    done.append(self._consents.expire_due(work, limit=AT_ONCE))
            if max(done) < AT_ONCE:
                break
        with run.finishing(again_after=TICK) as work:
            if self._consents is not None:
                self._consents.remind_due(work)

    def _intermediary(self) -> Consents:
        if self._consents is None:
            raise BadInput("This node keeps no consents; switch the role “intermediary” on.")
        return self._consents

    def _call(self, did: str, door: str, body: dict[str, object]) -> dict[str, object]:
        return self._peers.call("POST", did, f"{self._peers.service(did, SERVICE)}/consent/{door}", body)
