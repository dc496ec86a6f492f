"""Gathering: after a person's yes, bring their records from an organisation into their space, whatever happens between.

Each step is a stored task or an event's listener, and each is harmless when it comes twice: killed at any point, the
node takes up where it was, and nothing is doubled or lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from skillspace.exchange import Exchange
from skillspace.kernel.errors import (
    BadInput,
    Conflict,
    MoveNotAllowed,
    NotFound,
    Refused,
    SkillspaceError,
    Unavailable,
)
from skillspace.people.gathering.machine import GATHERING, NODE, GatheringState
from skillspace.people.gathering.reading import Reading
from skillspace.people.gathering.rereading import Reread
from skillspace.people.gathering.store import GatheringStatus, gatherings, status_of
from skillspace.people.holdings import MAX_BUNDLE_BYTES, RecordBundle, read_bundle
from skillspace.people.profile import Arrival, Profile
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.consent import Consents, Direction, Grant, GrantState, HeldGrants, Uses
from skillspace.trust.consent.errors import PASSING
from skillspace.trust.identity import PeerRefused

FETCH = "people.fetch"
#: So many documents of one person and one yes are kept at most, whatever an organisation sends.
MOST_RECORDS = 10_000
_OVER = ("revoked", "expired", "terminated")


class Gathering:
    """The intermediary's gatherings, for everybody who has a space here."""

    def __init__(
        self,
        *,
        consents: Consents,
        held: HeldGrants,
        uses: Uses,
        exchange: Exchange,
        profile: Profile,
        reading: Reading,
    ) -> None:
        self._consents = consents
        self._uses = uses
        self._exchange = exchange
        self._transfers = exchange.transfers
        self._profile = profile
        self._reading = reading
        self._reread = Reread(reading, profile)
        held.on_delete("records", self.delete_copies)

    def register(self, book: TaskBook) -> None:
        """Listen to consents, contracts and transfers, and take the tasks that follow from them."""
        book.on_event("consent.granted", self._granted)
        for end in _OVER:
            book.on_event(f"consent.{end}", self._consent_over)
        book.on_event("negotiation.finalized", self._contract_made)
        book.on_event("negotiation.terminated", self._contract_failed)
        book.on_event("catalog.crawled", self._crawled)
        book.on_event("transfer.started", self._started)
        book.on_event("transfer.terminated", self._broken_off)
        book.on_task(FETCH, self._fetch, given_up=self._gave_up)
        self._reread.register(book)

    def state_of(self, work: Work, grant_id: str) -> GatheringStatus | None:
        """Return where the records of a yes are; None when it brings nothing here."""
        row = work.one(sa.select(gatherings).where(gatherings.c.grant_id == grant_id))
        return status_of(row) if row else None

    def of_person(self, work: Work, person: str) -> list[GatheringStatus]:
        """Return a person's gatherings, the latest first."""
        query = sa.select(gatherings).where(gatherings.c.person == person)
        return [status_of(row) for row in work.rows(query.order_by(gatherings.c.made.desc(), gatherings.c.grant_id))]

    def again(self, work: Work, grant_id: str, person: str) -> GatheringStatus:
        """Fetch once more under the same yes. Raises NotFound, MoveNotAllowed while one is under way or it ended."""
        found = self.state_of(work, grant_id)
        if found is None or found.person != person:
            raise NotFound("There is no such gathering.")
        self._step(work, found, "again", reason=None)
        self._advance(work, grant_id)
        return self._found(work, grant_id)

    def erase(self, work: Work, person: str) -> int:
        """Forget a person's gatherings and return how many there were; records are the profile's to erase.

        What is under way is broken off, and nothing that still arrives is kept.
        """
        mine = self.of_person(work, person)
        for found in mine:
            if found.transfer is not None:
                self._terminate(work, found.transfer, "The consent was ended.")
        return work.delete(gatherings, gatherings.c.person == person)

    def delete_copies(self, grant_id: str, work: Work) -> int:
        """Return how many records went because a yes was taken back: what the deletion receipt says."""
        self._end(work, grant_id)
        found = self.state_of(work, grant_id)
        return found.removed if found else 0

    def _granted(self, work: Work, event: Mapping[str, Any]) -> None:
        grant = self._consents.find(work, event["content"]["grant_id"])
        if grant.direction(self._consents.own_did) is not Direction.GATHER or grant.why_not(work.now):
            return
        row = {name: getattr(grant, name) for name in ("person", "provider", "provider_name", "dataset")}
        row |= {"grant_id": grant.id, "state": GatheringState.WAITING.value, "made": work.now}
        zero = {"tries": 0, "records": 0, "problems": 0, "removed": 0}
        if work.insert_new(gatherings, row | zero, on="grant_id"):
            self._advance(work, grant.id)

    def _advance(self, work: Work, grant_id: str) -> None:
        """Request the transfer where the contract is there, else see to the contract."""
        found = self._found(work, grant_id)
        if found.state is not GatheringState.WAITING:
            return
        contracts, own_did = self._exchange.negotiations, self._consents.own_did
        agreement = contracts.agreement_between(work, found.provider, own_did, found.dataset)
        if agreement is not None:
            if self._consents.find(work, grant_id).why_not(work.now):
                return  # it ended a moment ago; the event that says so is on its way
            pid = self._transfers.request(work, agreement, reference=grant_id)
            self._step(work, found, "request", transfer=pid)
        elif self._exchange.crawler.offering(work, found.provider, found.dataset) is not None:
            contracts.ensure_agreement(work, found.provider, found.dataset)

    def _contract_made(self, work: Work, event: Mapping[str, Any]) -> None:
        for found in self._waiting(work, event["content"]["provider"], event["content"]["dataset"]):
            self._advance(work, found.grant_id)

    def _contract_failed(self, work: Work, event: Mapping[str, Any]) -> None:
        told = event["content"]
        for found in self._waiting(work, told["provider"], told["dataset"]):
            reason = f"{found.provider_name} made no contract: {told.get('reason') or 'no reason was given'}"
            self._step(work, found, "fail", reason=reason[:500])

    def _crawled(self, work: Work, event: Mapping[str, Any]) -> None:
        for found in self._waiting(work, event["content"]["provider"]):
            self._advance(work, found.grant_id)

    def _started(self, work: Work, event: Mapping[str, Any]) -> None:
        found = self.state_of(work, event["content"]["reference"])
        if found is None or found.state not in (GatheringState.REQUESTED, GatheringState.FAILED):
            return
        pid = event["content"]["consumer_pid"]
        self._step(work, found, "fetch", transfer=pid, reason=None, tries=0)
        work.enqueue(FETCH, {"grant": found.grant_id, "transfer": pid})

    def _broken_off(self, work: Work, event: Mapping[str, Any]) -> None:
        found = self.state_of(work, event["content"].get("reference", ""))
        if found is not None and found.state is GatheringState.REQUESTED:
            reason = event["content"].get("reason") or f"{found.provider_name} broke off the transfer."
            self._step(work, found, "fail", reason=str(reason)[:500])

    def _consent_over(self, work: Work, event: Mapping[str, Any]) -> None:
        self._end(work, event["content"]["grant_id"])

    def _fetch(self, run: TaskRun) -> None:
        grant_id, transfer = str(run.payload["grant"]), str(run.payload["transfer"])
        with run.reading() as work:
            grant = self._to_fetch(work, grant_id, transfer)
        if grant is None:
            with run.finishing():
                return
        try:
            names, arrivals = self._gather(run, transfer, grant)
        except Unavailable:
            with run.database.writing() as work:
                work.update(gatherings, gatherings.c.grant_id == grant_id, tries=run.attempt)
            raise
        except (Refused, BadInput, NotFound, Conflict) as fault:
            if (fault.body.get("code") if isinstance(fault, PeerRefused) else fault.code) in PASSING:
                raise Unavailable(fault.message) from fault
            with run.finishing() as work:
                self._give_up(work, grant_id, transfer, fault)
            return
        with run.finishing() as work:
            if self._to_fetch(work, grant_id, transfer) is not None:
                self._keep(work, arrivals)
                self._finish(work, grant, transfer, names)

    def _to_fetch(self, work: Work, grant_id: str, transfer: str) -> Grant | None:
        """Return the grant while it still stands and this transfer is the one awaited."""
        found = self.state_of(work, grant_id)
        if found is None or found.state is not GatheringState.FETCHING or found.transfer != transfer:
            return None
        with suppress(NotFound):
            grant = self._consents.find(work, grant_id)
            return grant if grant.why_not(work.now) is None else None
        return None

    def _gather(self, run: TaskRun, transfer: str, grant: Grant) -> tuple[dict[str, bool], list[Arrival]]:
        """Fetch one bundle after the other, and keep all but the last. Return what every document is called and whether
        it could be read, and the last bundle's documents, which are left to the transaction that ends it all.

        Nothing is kept any more once the yes has ended.
        """
        names: dict[str, bool] = {}
        after = ""
        while True:
            bundle = self._pull(transfer, grant, after)
            arrivals = [self._reading.arrival(grant, record) for record in bundle.records]
            named = {arrival.record_id: arrival.record is not None for arrival in arrivals}
            if named.keys() & names.keys() or len(names) + len(named) > MOST_RECORDS:
                raise BadInput(f"{grant.provider_name} sent the same records twice, or too many of them.")
            names |= named
            if bundle.more is None:
                return names, arrivals
            with run.database.writing() as work:
                if self._to_fetch(work, grant.id, transfer) is None:
                    return names, []
                self._keep(work, arrivals)
            after = bundle.more

    def _keep(self, work: Work, arrivals: Iterable[Arrival]) -> None:
        for arrival in arrivals:
            self._reread.leave(work, arrival, self._profile.keep(work, arrival))

    def _pull(self, transfer: str, grant: Grant, after: str) -> RecordBundle:
        body = bytearray()
        query = {"after": after} if after else None
        with self._transfers.fetch(transfer, grant=self._uses.token(grant.id), query=query) as response:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MAX_BUNDLE_BYTES:
                    raise BadInput(f"{grant.provider_name} sent more than {MAX_BUNDLE_BYTES} bytes at once.")
        bundle = read_bundle(bytes(body))
        if bundle.subject != grant.subject:
            raise BadInput(f"{grant.provider_name} sent the records of somebody else; nothing of them was kept.")
        return bundle

    def _finish(self, work: Work, grant: Grant, transfer: str, names: Mapping[str, bool]) -> None:
        self._profile.keep_only(
            work,
            grant.person,
            source=grant.provider,
            dataset=grant.dataset,
            kinds=grant.kinds,
            record_ids=names,
        )
        with suppress(MoveNotAllowed):  # it was stopped while the last bytes came; they were released all the same
            self._transfers.complete(work, transfer)
        read = sum(names.values())
        counts = {"records": read, "problems": len(names) - read, "arrived": work.now}
        self._step(work, self._found(work, grant.id), "arrive", **counts)

    def _gave_up(self, work: Work, payload: Mapping[str, Any], fault: Exception) -> None:
        """A silent organisation is called for days; then the person may try again or let it be."""
        said = fault if isinstance(fault, SkillspaceError) else Unavailable("Something went wrong at this node.")
        self._give_up(work, str(payload["grant"]), str(payload["transfer"]), said)

    def _give_up(self, work: Work, grant_id: str, transfer: str, fault: SkillspaceError) -> None:
        found = self.state_of(work, grant_id)
        if found is not None and found.state is GatheringState.FETCHING and found.transfer == transfer:
            if not isinstance(fault, Conflict):  # a transfer that is only paused may start once more
                self._terminate(work, transfer, fault.message)
            self._step(work, found, "fail", reason=fault.message[:500])

    def _terminate(self, work: Work, transfer: str, reason: str) -> None:
        with suppress(MoveNotAllowed):  # it is over already
            self._transfers.terminate(work, transfer, reason[:500])

    def _end(self, work: Work, grant_id: str) -> None:
        """Stop a gathering. A yes taken back takes its records along; one that merely ran out leaves them: they are
        the person's own, in their own space."""
        found = self.state_of(work, grant_id)
        if found is None or found.state is GatheringState.ENDED:
            return
        grant = self._consents.find(work, grant_id)
        removed = self._profile.remove_grant(work, grant_id) if grant.state is not GrantState.EXPIRED else 0
        if found.transfer is not None:
            self._terminate(work, found.transfer, f"The consent was {grant.state}.")
        self._step(work, found, "end", removed=removed, reason=f"The consent was {grant.state}.")

    def _waiting(self, work: Work, provider: str, dataset: str | None = None) -> list[GatheringStatus]:
        query = sa.select(gatherings).where(
            gatherings.c.provider == provider, gatherings.c.state == GatheringState.WAITING.value
        )
        return [status_of(row) for row in work.rows(query.where(gatherings.c.dataset == dataset) if dataset else query)]

    def _found(self, work: Work, grant_id: str) -> GatheringStatus:
        found = self.state_of(work, grant_id)
        if found is None:
            raise NotFound("There is no such gathering.")
        return found

    def _step(self, work: Work, found: GatheringStatus, move: str, **changes: Any) -> None:
        state = GATHERING.step(found.state, move, NODE)
        work.update(gatherings, gatherings.c.grant_id == found.grant_id, state=state.value, **changes)
