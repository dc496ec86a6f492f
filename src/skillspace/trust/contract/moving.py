"""Every change of state at the orchestrator goes through here: by the table, written down, announced, and told on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput
from skillspace.kernel.events import Event
from skillspace.storage.database import Work
from skillspace.trust.contract.errors import NotYours
from skillspace.trust.contract.machine import CONTRACT, PARTICIPATION, RULE, SEATED, ContractState, SeatState
from skillspace.trust.contract.messages import MAX_REASON
from skillspace.trust.contract.ports import Note
from skillspace.trust.contract.store import Row, bind, contract_row, contracts, seat_row, seats, seats_of

TELL = "contract.tell"


class Moves:
    """Moves contracts and participations of the record this node keeps; nobody is told before the transaction is."""

    def __init__(self, *, own_did: str, note: Note | None = None) -> None:
        self.own_did = own_did
        self._note = note

    def note(self, work: Work, kind: str, about: str, **content: object) -> None:
        """Write into the journal, where there is one; never a reason, for people's own words may name somebody."""
        if self._note is not None:
            self._note(work, f"contract.{kind}", about, content)

    def touch(self, work: Work, contract: str) -> int:
        """Return the number of the next change of a contract: what members ask to be told since."""
        revision = int(contract_row(work, contract)["revision"]) + 1
        work.update(contracts, contracts.c.id == contract, revision=revision)
        return revision

    def seat(self, work: Work, row: Row, move: str, party: str, **changes: Any) -> Row:
        """Move a participation and return its row as it is now; tell its member, and the others who rely on it."""
        state = PARTICIPATION.step(SeatState(row["state"]), move, party)
        if state != row["state"]:
            changes |= {"state": state, "since": work.now}
        if state in PARTICIPATION.final:
            changes |= {"waiting": None}
            bind(work, row["id"], None)
        revision = self.touch(work, row["contract"])
        work.update(seats, seats.c.id == row["id"], revision=revision, **changes)
        self._tell_of_seat(work, row, state, revision)
        facts = {"contract": row["contract"], "member": row["member"], "role": row["role"], "state": str(state)}
        self.note(work, f"participation.{move}", row["id"], by=party, **facts)
        if state != row["state"]:
            announce_seat(work, row["id"], facts)
        return seat_row(work, row["id"])

    def contract(self, work: Work, row: Row, move: str, party: str, **changes: Any) -> Row:
        """Move a contract and return its row as it is now; tell every member that is not gone."""
        state = CONTRACT.step(ContractState(row["state"]), move, party)
        if state != row["state"]:
            changes |= {"state": state, "since": work.now}
        if changes:
            work.update(contracts, contracts.c.id == row["id"], **changes)
        self.tell_all(work, row["id"], self.touch(work, row["id"]))
        self.note(work, move, row["id"], by=party, state=str(state))
        announce_contract(work, row["id"], before=row["state"], after=state)
        return contract_row(work, row["id"])

    def tell_all(self, work: Work, contract: str, revision: int) -> None:
        """Leave it to the worker to tell every member that is not gone."""
        for row in seats_of(work, contract):
            if row["state"] not in PARTICIPATION.final:
                self.tell(work, row, revision)

    def tell(self, work: Work, seat: Row, revision: int) -> None:
        """Leave it to the worker to tell one member."""
        if seat["member"] != self.own_did:
            payload = {"contract": seat["contract"], "participation": seat["id"], "revision": revision}
            # Once for everything one transaction changes: the member is told the latest revision there is.
            work.enqueue(TELL, payload, key=f"{TELL}:{seat['id']}:{work.now.isoformat()}")

    def settle(self, work: Work, contract: str) -> None:
        """Let a contract come into force, or end, as what its members did demands."""
        row = contract_row(work, contract)
        others = (seats.c.contract == contract) & (seats.c.member != self.own_did)
        is_peopled = work.one(sa.select(seats.c.id).where(others & seats.c.state.in_(SEATED))) is not None
        was_peopled = others & (seats.c.countersignature != "")
        if row["state"] == ContractState.OPEN and is_peopled and row["starts"] <= work.now < row["ends"]:
            self.contract(work, row, "enter", RULE)
        elif is_peopled or row["state"] in CONTRACT.final:
            return
        elif row["kind"] == "bilateral" and work.one(sa.select(seats.c.id).where(was_peopled)) is not None:
            self.end(work, row, "end", RULE, reason="One of the two parties left.")
        elif row["state"] == ContractState.IN_FORCE:
            self.contract(work, row, "empty", RULE)

    def end(self, work: Work, row: Row, move: str, party: str, *, reason: str) -> None:
        """End a contract, and with it every participation in it."""
        self.contract(work, row, move, party, reason=reason)
        for seat in seats_of(work, row["id"]):
            if seat["state"] not in PARTICIPATION.final:
                self.seat(work, seat, "close", RULE, reason=reason)

    def _tell_of_seat(self, work: Work, row: Row, state: SeatState, revision: int) -> None:
        self.tell(work, row, revision)
        if row["state"] in SEATED or state in SEATED:
            placed = (seats.c.contract == row["contract"]) & seats.c.state.in_(SEATED) & (seats.c.id != row["id"])
            for other in work.rows(sa.select(seats).where(placed)):
                self.tell(work, other, revision)


def own_contract(work: Work, contract: str, own_did: str) -> Row:
    """Return a contract this node is the orchestrator of; raise NotFound, or NotYours for another's."""
    row = contract_row(work, contract)
    if row["orchestrator"] != own_did:
        raise NotYours(f"Contract {contract[:100]} is kept by {row['orchestrator']}.")
    return row


def check_reason(reason: str) -> None:
    """Raise BadInput for a reason that is too long to be told on: no member would hear of the move either."""
    if len(reason) > MAX_REASON:
        raise BadInput(f"A reason has at most {MAX_REASON} characters.")


def announce_seat(work: Work, id: str, facts: Mapping[str, object]) -> None:
    """Let other rooms know where a participation stands now."""
    work.publish(Event(name=f"participation.{facts['state']}", about=id, content=dict(facts), at=work.now))


def announce_contract(work: Work, id: str, *, before: str, after: str) -> None:
    """Let other rooms know that a contract came into force, ended, or is not what it was."""
    if after == ContractState.IN_FORCE and before != after:
        name = "contract.in_force"
    elif after in CONTRACT.final:
        name = "contract.ended"
    else:
        name = "contract.changed"
    work.publish(Event(name=name, about=id, content={"state": str(after)}, at=work.now))
