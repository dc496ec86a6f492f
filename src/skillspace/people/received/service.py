"""What an organisation does with a share: fetch it by contract, read it live or keep a copy, delete it when it ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from skillspace.exchange import Exchange
from skillspace.kernel.clock import from_iso
from skillspace.kernel.errors import BadInput, Conflict, ConsentMissing, NotFound, Refused, SkillspaceError, Unavailable
from skillspace.people.received.lines import ReceivedLine, ending_before, lines_about, living_lines, received_lines
from skillspace.people.received.machine import NODE, RECEIVED, ReceivedState
from skillspace.people.received.store import ReceivedProfile, received, share_of
from skillspace.people.sharing import LEARNING_PURPOSE, SENT_ALONE, SharedProfile
from skillspace.people.sharing.document import read_profile, within
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.consent import HeldGrants, Uses
from skillspace.trust.consent.errors import ANSWERS, PASSING, NoContract, OutsideConditions, Restricted
from skillspace.trust.identity import PeerClient, PeerRefused
from skillspace.trust.rights import Restrictions

log = structlog.get_logger()

#: For these purposes nothing is copied: each look is a pull of its own, and the person sees each in their log.
LIVE_PURPOSES = frozenset({"guidance", LEARNING_PURPOSE})
FETCH = "received.fetch"
#: What may not be fetched now may be later: at another hour, when a contract goes on, when a restriction is lifted.
NOT_NOW, LOOK_AGAIN = (OutsideConditions, NoContract, Restricted), timedelta(minutes=30)
MAX_PROFILE_BYTES = 4 * 1024 * 1024
#: What copies of profiles are called where an organisation's record says how long a law keeps them.
COPIES = "profiles"


class Received:
    """The shares this node received from people whose spaces are elsewhere."""

    def __init__(
        self,
        *,
        exchange: Exchange,
        held: HeldGrants,
        uses: Uses,
        restrictions: Restrictions,
        peers: PeerClient,
        database: Database,
    ) -> None:
        self._exchange = exchange
        self._held = held
        self._uses = uses
        self._restrictions = restrictions
        self._peers = peers
        self._database = database
        held.on_delete(COPIES, self.delete_copies, self.block_copies)

    def register(self, book: TaskBook) -> None:
        """Listen to grants, contracts and transfers, and take the tasks that follow from them."""
        book.on_event("consent.received", self._take)
        book.on_event("consent.ended_here", self._end)
        book.on_event("negotiation.finalized", self._contract_made)
        book.on_event("transfer.started", self._started)
        book.on_event("transfer.terminated", self._broken_off)
        book.on_event("catalog.crawled", self._crawled)
        book.on_task(FETCH, self._fetch)

    def listed(self, work: Work, *, purpose: str | None = None) -> list[ReceivedProfile]:
        """Return the shares, the latest first, ended ones too (without their content)."""
        query = sa.select(received).order_by(received.c.since.desc(), received.c.grant_id)
        rows = work.rows(query.where(received.c.purpose == purpose) if purpose else query)
        stopped = self._stopped(work)
        return [_shown(share_of(row), stopped) for row in rows]

    def lines(self, work: Work, purposes: Collection[str], **cut: Any) -> tuple[int, list[ReceivedLine]]:
        """Return how many shares for these purposes there are, and one page of them (see `received_lines`)."""
        return received_lines(work, purposes, self._stopped(work), **cut)

    def living(self, work: Work, purpose: str) -> list[ReceivedLine]:
        """Return the shares for a purpose that may be used now, by grant: for matching and whatever else takes all."""
        stopped = self._stopped(work)
        return [line for line in living_lines(work, purpose) if line.grant_id not in stopped]

    def ending_before(self, work: Work, moment: datetime) -> int:
        """Return how many living shares end before a moment."""
        return ending_before(work, moment)

    def share(self, work: Work, grant_id: str) -> ReceivedProfile:
        """Return one share; raise NotFound."""
        share = self._share(work, grant_id)
        return _shown(share, self._restrictions.stopped(work, [share]))

    def of_subject(self, work: Work, intermediary: str, subject: str) -> list[ReceivedProfile]:
        """Return every share of one person, who goes by `subject` with this intermediary, for their own rights alone.

        What they restricted is among it: they may see it and have it erased.
        """
        same = (received.c.intermediary == intermediary) & (received.c.subject == subject)
        return [share_of(row) for row in work.rows(sa.select(received).where(same).order_by(received.c.since))]

    def look(self, grant_id: str) -> tuple[ReceivedProfile, SharedProfile]:
        """Read a share now, over the wire, whatever was read before. Call it outside of any transaction.

        A share that failed is asked for once more, and is then on its way.
        Raises Restricted; ConsentMissing or a leaf of it with the reason the person's intermediary gives, PeerRefused
        with the reason of a refused pull, PeerUnreachable.
        """
        with self._database.reading() as work:
            share, is_held = self.share(work, grant_id), self._is_held(work, grant_id)
        if share.restricted and share.state is not ReceivedState.ENDED:
            raise Restricted(share.restricted)
        if share.state is ReceivedState.ENDED or (not is_held and share.state is ReceivedState.OPEN):
            raise self._ended(share)
        if share.state is ReceivedState.FAILED and is_held:
            with self._database.writing() as work:
                if (share := self.share(work, grant_id)).state is ReceivedState.FAILED:
                    self._advance(work, share)
        if share.transfer is None or not is_held or share.state is not ReceivedState.OPEN:
            raise Refused("The profile is on its way; try again in a moment.")
        profile = self._pull(share, share.transfer)
        with self._database.writing() as work:
            # It may have ended while the profile came: its receipt is signed, and no name is left behind it.
            if is_held := self._is_held(work, grant_id):
                work.update(received, received.c.grant_id == grant_id, name=profile.name, read_at=work.now)
            share = self.share(work, grant_id)
        if not is_held:
            raise self._ended(share)
        return share, profile

    def _is_held(self, work: Work, grant_id: str) -> bool:
        """Tell whether the grant still stands: that it is over may be known here before the share is closed."""
        with suppress(NotFound):
            return bool(self._held.find(work, grant_id))
        return False

    def _ended(self, share: ReceivedProfile) -> Refused:
        """Tell the person's intermediary that somebody wanted to look; return the reason it gives, else our own."""
        try:
            address = self._peers.service(share.intermediary, "SkillspaceNode")
            told = self._peers.call("POST", share.intermediary, f"{address}/people/shares/{share.grant_id}/looks")
        except SkillspaceError as fault:
            log.warning("received.look_untold", grant=share.grant_id, why=fault.message)
            told = {}
        reason = str(told.get("reason") or share.reason or "This share has ended.")
        return ANSWERS.get(str(told.get("code")), ConsentMissing)(reason)

    def comment(self, grant_id: str, *, by: str, text: str) -> None:
        """Leave a comment with the person. Call it outside of any transaction; raises PeerRefused with the reason, and
        Restricted."""
        with self._database.reading() as work:
            share = self.share(work, grant_id)
        if share.restricted:
            raise Restricted(share.restricted)
        address = f"{self._peers.service(share.intermediary, 'SkillspaceNode')}/people/shares/{grant_id}/comments"
        self._peers.call("POST", share.intermediary, address, {"by": by, "text": text})

    def delete_copies(self, grant_id: str, work: Work) -> int:
        """Delete what is held under a grant and return how many copies went: the deleter of deletion receipts."""
        row = work.one(sa.select(received.c.profile).where(received.c.grant_id == grant_id))
        work.update(received, received.c.grant_id == grant_id, profile=None, name=None, subject="")
        return 1 if row is not None and row["profile"] else 0

    def block_copies(self, grant_id: str, work: Work) -> int:
        """Return how many copies there are: a share that has ended is shown to nobody, and only waits for its day."""
        row = work.one(sa.select(received.c.profile).where(received.c.grant_id == grant_id))
        return 1 if row is not None and row["profile"] else 0

    def _stopped(self, work: Work) -> Mapping[str, str]:
        """Return why copies may not be used now, by grant: what every reader of them asks first."""
        some = {subject for _, subject in self._restrictions.subjects(work)}
        return self._restrictions.stopped(work, lines_about(work, some)) if some else {}

    def _share(self, work: Work, grant_id: str) -> ReceivedProfile:
        row = work.one(sa.select(received).where(received.c.grant_id == grant_id))
        if row is None:
            raise NotFound("Nothing was shared with us under this number.")
        return share_of(row)

    def _take(self, work: Work, event: Mapping[str, Any]) -> None:
        told = event["content"]
        if told["dataset"] in SENT_ALONE:
            return  # what comes with questions and requests is theirs to keep, and never fetched
        if not self._is_held(work, told["grant_id"]):
            return  # it has ended already: the news of that may be heard first
        row = {name: told[name] for name in ("intermediary", "subject", "dataset", "purpose", "kinds")}
        row |= {"grant_id": told["grant_id"], "since": work.now, "until": from_iso(told["until"])}
        if work.insert_new(received, row | {"state": ReceivedState.WAITING}, on="grant_id"):
            self._advance(work, self._share(work, told["grant_id"]))

    def _advance(self, work: Work, share: ReceivedProfile) -> None:
        """Request the transfer where the contract is there, else see to the contract."""
        provider = share.intermediary
        agreement = self._exchange.negotiations.agreement_between(work, provider, self._held.own_did, share.dataset)
        if agreement is None:
            if self._exchange.crawler.offering(work, provider, share.dataset) is not None:
                self._exchange.negotiations.ensure_agreement(work, provider, share.dataset)
            return
        pid = self._exchange.transfers.request(work, agreement, reference=share.grant_id)
        self._step(work, share, "request", transfer=pid)

    def _contract_made(self, work: Work, event: Mapping[str, Any]) -> None:
        for share in self._in_state(work, ReceivedState.WAITING):
            if (share.intermediary, share.dataset) == (event["content"]["provider"], event["content"]["dataset"]):
                self._advance(work, share)

    def _crawled(self, work: Work, event: Mapping[str, Any]) -> None:
        for share in self._in_state(work, ReceivedState.WAITING):
            if share.intermediary == event["content"]["provider"]:
                self._advance(work, share)

    def _started(self, work: Work, event: Mapping[str, Any]) -> None:
        row = work.one(sa.select(received).where(received.c.grant_id == event["content"]["reference"]))
        share = share_of(row) if row else None
        if share is None or share.state is not ReceivedState.REQUESTED:
            return
        pid = event["content"]["consumer_pid"]
        if share.purpose in LIVE_PURPOSES:
            self._step(work, share, "open", transfer=pid)
        else:
            work.enqueue(FETCH, {"grant": share.grant_id, "transfer": pid}, key=f"{FETCH} {share.grant_id}")

    def _broken_off(self, work: Work, event: Mapping[str, Any]) -> None:
        told = event["content"]
        row = work.one(sa.select(received).where(received.c.grant_id == told["reference"]))
        share = share_of(row) if row else None
        is_alive = share is not None and share.state in (ReceivedState.REQUESTED, ReceivedState.OPEN)
        # A copy stands without the transfer that brought it; a live look does not.
        if share is None or not is_alive or share.profile is not None or share.transfer != told["consumer_pid"]:
            return
        self._step(work, share, "fail", reason=str(told.get("reason") or "The transfer was broken off.")[:500])

    def _fetch(self, run: TaskRun) -> None:
        grant_id, transfer = str(run.payload["grant"]), str(run.payload["transfer"])
        with run.reading() as work:
            share = self._share(work, grant_id)
            is_awaited = share.state is ReceivedState.REQUESTED and self._is_held(work, grant_id)
        if not is_awaited:
            with run.finishing():
                return
        try:
            profile = self._pull(share, transfer)
        except NOT_NOW as fault:
            with run.finishing(again_after=LOOK_AGAIN) as work:
                work.update(received, received.c.grant_id == grant_id, reason=fault.message)
            return
        except (Refused, BadInput, NotFound, Conflict) as fault:
            if (fault.body.get("code") if isinstance(fault, PeerRefused) else fault.code) in PASSING:
                raise Unavailable(fault.message) from fault
            with run.finishing() as work:
                self._step(work, self._share(work, grant_id), "fail", reason=fault.message)
            return
        with run.finishing() as work:
            share = self._share(work, grant_id)
            # What ended meanwhile was signed to be gone: no copy may come after its receipt.
            if share.state is ReceivedState.REQUESTED and self._is_held(work, grant_id):
                content = profile.model_dump(exclude_none=True)
                self._step(work, share, "open", transfer=transfer, profile=content, name=profile.name, read_at=work.now)

    def _pull(self, share: ReceivedProfile, transfer: str) -> SharedProfile:
        with self._database.reading() as work:
            held = self._held.find(work, share.grant_id)
        with self._exchange.transfers.fetch(transfer, grant=self._uses.token(share.grant_id)) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MAX_PROFILE_BYTES:
                    raise BadInput("The shared profile is larger than a profile can be.")
        profile = read_profile(bytes(body))
        if profile.subject != held.subject:
            raise BadInput("The profile of somebody else was sent. Nothing was kept.")
        return within(profile, share.kinds, held.items)

    def _end(self, work: Work, event: Mapping[str, Any]) -> None:
        row = work.one(sa.select(received).where(received.c.grant_id == event["content"]["grant_id"]))
        if row is None or row["state"] == ReceivedState.ENDED:
            return
        share = share_of(row)
        if share.transfer is not None:
            self._exchange.transfers.end(work, share.transfer, f"The consent was {event['content']['state']}.")
        day = f"{work.now.day} {work.now:%b %Y}"
        self._step(work, share, "end", reason=f"The consent was {event['content']['state']} on {day}.")

    def _step(self, work: Work, share: ReceivedProfile, move: str, **changes: Any) -> None:
        state = RECEIVED.step(share.state, move, NODE)
        changes.setdefault("reason", None)
        work.update(received, received.c.grant_id == share.grant_id, state=state, **changes)

    def _in_state(self, work: Work, state: ReceivedState) -> list[ReceivedProfile]:
        return [share_of(row) for row in work.rows(sa.select(received).where(received.c.state == state))]


def _shown(share: ReceivedProfile, stopped: Mapping[str, str]) -> ReceivedProfile:
    """Return a share as it may be used: what is restricted, or kept by law alone, names nobody and shows nothing."""
    why = stopped.get(share.grant_id)
    is_blocked = why or share.state is ReceivedState.ENDED
    return replace(share, name=None, profile=None, restricted=why) if is_blocked else share
