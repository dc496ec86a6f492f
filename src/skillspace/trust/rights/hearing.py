"""What organisations say to the intermediary: each word is verified, kept as proof, and moves its part by the table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import BadInput, Conflict, NotFound
from skillspace.kernel.events import Event
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Work
from skillspace.trust.rights.cabinet import Cabinet
from skillspace.trust.rights.deadlines import Deadlines, due_of, may_extend
from skillspace.trust.rights.errors import NotThisRight, TooLate
from skillspace.trust.rights.ledger import Ledger
from skillspace.trust.rights.machine import (
    CASE,
    CLOCK,
    DONE,
    INTERMEDIARY,
    ORGANISATION,
    PACKAGE,
    CaseState,
    PackageState,
    PartState,
)
from skillspace.trust.rights.model import HANDED_OVER, STOPPING, Case, Part, Right
from skillspace.trust.rights.replies import Reply, read_reply
from skillspace.trust.rights.store import cases, duty_row, parts, proofs

FETCH = "rights.fetch"


class Hearing:
    """Follows the parts of all cases of this node."""

    def __init__(self, *, ledger: Ledger, cabinet: Cabinet, resolve_key: KeyResolver, clock: Clock = now) -> None:
        self._ledger = ledger
        self.cabinet = cabinet
        self._resolve_key = resolve_key
        self._clock = clock

    def read(self, token: str, sender: str) -> Reply:
        """Verify a word that `sender` signed, outside of any transaction. Raises as `read_reply`."""
        return read_reply(token, self._resolve_key, self._clock(), organisation=sender)

    def apply(self, work: Work, reply: Reply, opens: str | None = None) -> None:
        """Take an organisation's word about its part: keep the proof, move the part, go on with what follows.

        The same word again changes nothing; an older one that comes late is kept and moves nothing, as does one that
        crosses the person's own end. Raises NotFound for a part that is not this organisation's, Conflict for another
        word under the same number, TooLate for an extension after the month, MoveNotAllowed, BadInput.
        """
        found, part, row = self._part_for(work, reply)
        known = work.one(sa.select(proofs.c.token).where(proofs.c.part == part.id, proofs.c.number == reply.number))
        if known is not None:
            if known["token"] != reply.token:
                raise Conflict(f"Word {reply.number} about part {part.id} was said before, in other words.")
            return
        proof = {"part": part.id, "number": reply.number, "move": reply.move, "at": reply.at, "token": reply.token}
        work.insert(proofs, proof | {"arrived": work.now})
        if reply.number < row["number"] or part.state in (PartState.WITHDRAWN, PartState.LIFTED):
            return
        if part.state is PartState.SENT:
            part = self._receive(work, part, reply)
        if reply.move != "receive":
            changes = self._changes(work, found, part, reply, opens)
            part = self._ledger.step(work, part, reply.move, ORGANISATION, **changes)
        work.update(parts, parts.c.id == part.id, number=reply.number)
        self._ledger.moved(work, found, part, reply.move)
        if reply.move in ("answer", "refuse"):
            self._close_if_done(work, found)

    def unreached(self, work: Work, part: str, why: str) -> None:
        """Write down that an organisation cannot be reached, from the first time on."""
        if self.state_of(work, part) is not PartState.SENT:
            return
        found, this, row = self._ledger.find(work, part)
        since = row["unreached_since"] or work.now
        work.update(parts, parts.c.id == part, unreached_since=since, unreached_why=why[:500])
        if row["unreached_since"] is None:
            self._ledger.log(work, found, this, "not reached", why[:500])

    def state_of(self, work: Work, part: str) -> PartState | None:
        """Return where a part stands, None when it was erased."""
        row = work.one(sa.select(parts.c.state).where(parts.c.id == part))
        return PartState(row["state"]) if row else None

    def must_ask(self, work: Work, part: str, right: Right) -> bool:
        """Tell whether a part is still to be put before its organisation: until its signed receipt is here.

        That counts also when its answer overtook the receipt. Of a person who left only that is asked which needs no
        answer.
        """
        state = self.state_of(work, part)
        if state is None:
            return right not in HANDED_OVER
        receipt = sa.select(proofs.c.number).where(proofs.c.part == part, proofs.c.number == 1)
        return state is not PartState.WITHDRAWN and work.one(receipt) is None

    def call_off(self, work: Work, organisation: str, part: str) -> None:
        """Tell an organisation that a part was withdrawn, while it was being asked."""
        self._ledger.tell_organisation(work, organisation, part, "withdrawn", {})

    def to_fetch(self, work: Work, part: str) -> tuple[Part, str] | None:
        """Return a part whose package waits, with the key to it; None when it does not."""
        row = work.one(sa.select(parts).where(parts.c.id == part))
        if row is None or row["package_state"] != PackageState.WAITING or row["opens"] is None:
            return None
        return self._ledger.part(work, row), row["opens"]

    def fetched(self, work: Work, part: str) -> None:
        """The package is here: its key is forgotten, and the organisation told that it may throw it away."""
        found, this = self._step_package(work, part, "collect", INTERMEDIARY, "package here")
        assert this.package is not None  # noqa: S101 - only what was signed for is fetched
        self._ledger.tell_organisation(work, this.organisation, part, "collected", {"digest": this.package.digest})
        self._ledger.journal(work, "collect", part, {"case": found.id, "package": this.package.digest})

    def lost(self, work: Work, part: str, why: str) -> None:
        """The package cannot be had; the person is told and may ask again."""
        self._step_package(work, part, "lose", ORGANISATION, "package lost", why)

    def cleared(self, work: Work, part: str) -> None:
        """The package was here long enough; the signed answer stays."""
        self.cabinet.remove(part)
        self._step_package(work, part, "clear", CLOCK, "package cleared")

    def remind(self, work: Work) -> int:
        """Tell of every part whose last day has passed, once for each last day; return how many."""
        waiting = [state for state in PartState if state not in DONE]
        near = parts.c.due <= (work.now + timedelta(days=1)).date()
        untold = parts.c.overdue_told.is_(None) | (parts.c.overdue_told != parts.c.due)
        count = 0
        for row in work.rows(sa.select(parts).where(parts.c.state.in_(waiting) & near & untold)):
            part = self._ledger.part(work, row)
            if part.is_overdue:
                work.update(parts, parts.c.id == part.id, overdue_told=part.due)
                self._ledger.moved(work, self._ledger.case(work, part.case), part, "overdue")
                count += 1
        return count

    def _part_for(self, work: Work, reply: Reply) -> tuple[Case, Part, Mapping[str, Any]]:
        found, part, row = self._ledger.find(work, reply.part)
        if part.organisation != reply.organisation:
            raise NotFound(f"There is no part {reply.part}.")
        if found.right != reply.right:
            raise BadInput(f"Part {reply.part} is about {found.right}, not about {reply.right}.")
        return found, part, row

    def _receive(self, work: Work, part: Part, reply: Reply) -> Part:
        """Whatever an organisation says first, it says that the request arrived: its words may overtake each other."""
        changes = {"received": max(reply.received, part.asked), "due": due_of(vars(part), reply.country)}
        return self._ledger.step(work, part, "receive", ORGANISATION, country=reply.country, **changes)

    def _changes(self, work: Work, found: Case, part: Part, reply: Reply, opens: str | None) -> dict[str, Any]:
        changes: dict[str, Any] = {"words": reply.words}
        country = str(self._ledger.find(work, part.id)[2]["country"])
        if reply.move == "extend":
            if not may_extend(Deadlines(country), vars(part), reply.at):
                raise TooLate("Two more months can only be taken once, and within the first one.")
            return changes | {"extended": reply.at, "due": due_of(vars(part), country, extended=reply.at)}
        if reply.move == "doubt":
            if part.doubted is not None:
                raise Conflict("The person was asked for more before; a request is doubted once.")
            return changes | {"doubted": max(reply.at, part.asked), "due": None}
        if reply.move == "lift" and found.right not in STOPPING:
            raise NotThisRight(f"An answer to {found.right} stops nothing that could go on.")
        if reply.move in ("answer", "refuse"):
            changes |= {"done": reply.at, "due": None, "ground": reply.ground, "deleted": dict(reply.deleted)}
            changes |= {"kept": [duty_row(duty) for duty in reply.kept], "complaint": reply.complaint}
            if reply.package is not None and opens is not None and found.right in HANDED_OVER:
                waiting = PACKAGE.step(part.package_state, "announce", ORGANISATION)
                changes |= {"package": vars(reply.package), "package_state": waiting, "opens": opens}
                work.enqueue(FETCH, {"part": part.id}, key=f"{FETCH}:{part.id}")
        return changes

    def _close_if_done(self, work: Work, found: Case) -> None:
        state, ended = CASE.step(found.state, "answer", ORGANISATION), None
        if state is CaseState.PARTLY and all(part.is_done for part in self._ledger.case(work, found.id).parts):
            state, ended = CASE.step(state, "close", INTERMEDIARY), work.now
            work.publish(Event(name="rights.closed", about=found.id, content={"right": found.right}, at=work.now))
            self._ledger.journal(work, "closed", found.id, {})
        work.update(cases, cases.c.id == found.id, state=state, ended=ended)

    def _step_package(
        self, work: Work, part: str, move: str, party: str, what: str, why: str = ""
    ) -> tuple[Case, Part]:
        found, this, _ = self._ledger.find(work, part)
        state = PACKAGE.step(this.package_state, move, party)
        work.update(parts, parts.c.id == part, package_state=state, package_at=work.now, opens=None)
        self._ledger.log(work, found, this, what, why)
        self._ledger.announce(work, found, this, what)
        return found, this
