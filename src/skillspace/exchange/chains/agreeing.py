"""Whether this node takes part, as a stored task: the agreement, the terms, the consent, and what it signs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillspace.exchange.catalog import Crawler
from skillspace.exchange.chains import store
from skillspace.exchange.chains.checks import Checks
from skillspace.exchange.chains.errors import OnwardForbidden
from skillspace.exchange.chains.machine import NODE, PartState
from skillspace.exchange.chains.model import Part
from skillspace.exchange.chains.parts import AGREE, Parts
from skillspace.exchange.chains.statements import HandOn, Seal
from skillspace.exchange.negotiation import Negotiations
from skillspace.kernel.errors import SkillspaceError, Unavailable
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.contract import Agreement

_P = PartState


class Agreeing:
    """The first task of every part."""

    def __init__(
        self,
        *,
        own_did: str,
        parts: Parts,
        checks: Checks,
        seal: Seal,
        negotiations: Negotiations,
        crawler: Crawler,
    ) -> None:
        self._own_did = own_did
        self._parts = parts
        self._checks = checks
        self._seal = seal
        self._negotiations = negotiations
        self._crawler = crawler

    def register(self, book: TaskBook) -> None:
        """Take the task, and listen to the negotiations it begins."""
        book.on_task(AGREE, self._agree)
        book.on_event("negotiation.finalized", self._negotiated)
        book.on_event("negotiation.terminated", self._not_negotiated)

    def _agree(self, run: TaskRun) -> None:
        """See to the agreement with the neighbour before, look at terms and consent, and sign what we hand on."""
        with run.reading() as work:
            part = self._parts.still(work, run, _P.WAITING)
            agreement = self._agreement(work, part) if part is not None else None
            at = work.now
        handed = None
        try:
            if part is not None and part.previous is not None:
                handed = self._seal.read_hand_on(str(part.given), part, at)
                if agreement is None:
                    self._negotiate(run, part)
                    return
        except Unavailable:
            raise
        except SkillspaceError as fault:
            self._parts.fail(run, fault.message, _P.WAITING)
            return
        with run.finishing() as work:
            part = self._parts.still(work, run, _P.WAITING)
            if part is None:
                return
            try:
                self._agreed(work, part, handed, agreement)
            except SkillspaceError as fault:
                self._parts.close(work, part, "fail", NODE, fault.message)

    def _agreed(self, work: Work, part: Part, handed: HandOn | None, agreement: Agreement | None) -> None:
        changes: dict[str, Any] = {"given": None}
        if handed is not None and agreement is not None:
            self._checks.consent(work, part, handed)
            terms = self._checks.terms_after(handed, agreement)
            changes |= {"terms": terms, "agreement": agreement.id, "is_personal": handed.is_personal}
            if part.wants_result and handed.is_personal:
                raise OnwardForbidden("A result about people is not sent back in a message.")
        part = store.change_part(work, part, **changes)
        self._checks.may_hand_on(work, part)
        if not part.is_consumer:
            is_personal = part.is_personal or self._checks.is_personal(work, part)
            kinds = self._checks.kinds(work, part)
            hand_on = self._seal.hand_on(part, is_personal=is_personal, kinds=kinds, at=work.now)
            part = store.change_part(work, part, hand_on=hand_on)
        part = store.change_part(work, part, state=part.after("agree"))
        self._parts.report(work, part)

    def _agreement(self, work: Work, part: Part) -> Agreement | None:
        if part.previous is None:
            return None
        return self._negotiations.agreement_between(work, part.previous, self._own_did, str(part.previous_dataset))

    def _negotiate(self, run: TaskRun, part: Part) -> None:
        """Ask for the agreement that is missing; the event of its end brings us back here."""
        provider, dataset = str(part.previous), str(part.previous_dataset)
        with run.reading() as work:
            is_known = self._crawler.offering(work, provider, dataset) is not None
        offer = None if is_known else self._crawler.look_up(provider, dataset).offer
        with run.finishing() as work:
            found = self._parts.still(work, run, _P.WAITING)
            if found is None:
                return
            if offer is None:
                pid = self._negotiations.ensure_agreement(work, provider, dataset)
            else:
                pid = self._negotiations.open(work, provider, dataset, offer).pid
            store.change_part(work, found, negotiation=pid)
            if self._agreement(work, found) is not None:
                # It came into force since we looked: no event will tell.
                work.enqueue(AGREE, {"chain": found.chain, "attempt": found.attempt})

    def _negotiated(self, work: Work, event: Mapping[str, Any]) -> None:
        for part in store.parts_by(work, "negotiation", str(event["about"])):
            if part.state is _P.WAITING:
                work.enqueue(AGREE, {"chain": part.chain, "attempt": part.attempt})

    def _not_negotiated(self, work: Work, event: Mapping[str, Any]) -> None:
        for part in store.parts_by(work, "negotiation", str(event["about"])):
            if part.state is _P.WAITING:
                why = event["content"].get("reason") or "no reason was given."
                self._parts.close(work, part, "fail", NODE, f"No agreement on {part.previous_dataset}: {why}")
