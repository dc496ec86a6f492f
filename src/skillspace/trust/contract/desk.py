"""The orchestrator's desk: members' orders, each done once, and only what its sender may move."""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Work
from skillspace.trust.contract.errors import ForgedContract
from skillspace.trust.contract.machine import MEMBER
from skillspace.trust.contract.messages import Agree, Counter, Drop, Join, Leave, Order, Plainly, Propose, Sign
from skillspace.trust.contract.model import Participation
from skillspace.trust.contract.moving import own_contract
from skillspace.trust.contract.reading import read_offering, read_participation
from skillspace.trust.contract.seating import Seats
from skillspace.trust.contract.signing import Key, check_participation
from skillspace.trust.contract.store import Row, contract_row, done, live_seat, terms_of


class Desk:
    """Does what members order."""

    def __init__(self, seats: Seats, *, resolve_key: KeyResolver) -> None:
        self._seats = seats
        self._resolve_key = resolve_key

    def check(self, order: Order, member: str) -> Key | None:
        """Return the key of a signature that the order brings, checked; asks other nodes, so no transaction is open."""
        if not isinstance(order.act, Sign):
            return None
        document = read_participation(order.act.document)
        if document.member != member or document.contract != order.contract:
            raise ForgedContract("A member signs for itself, and the contract it names.")
        return check_participation(document, order.act.signature, self._resolve_key).key

    def perform(self, work: Work, order: Order, member: str, key: Key | None) -> int:
        """Do an order of `member` unless it was done, and return the contract's revision after it.

        Raises NotFound, NotYours, MoveNotAllowed, Conflict, BadInput, TermsChanged, Outdated.
        """
        own_contract(work, order.contract, self._seats.own_did)
        known = (done.c.id == order.id) & (done.c.member == member)
        if work.one(sa.select(done.c.at).where(known)) is None:
            self._do(work, order, member, key)
            work.insert(done, {"id": order.id, "member": member, "at": work.now})
        return int(contract_row(work, order.contract)["revision"])

    def _do(self, work: Work, order: Order, member: str, key: Key | None) -> None:
        act, offers = order.act, self._seats.offers
        if isinstance(act, Join):
            self._seats.request(work, order.contract, member, act.role)
            return
        seat = live_seat(work, order.contract, member)
        if seat is None:
            raise NotFound(f"{member} has no part in contract {order.contract}.")
        match act:
            case Plainly():
                self._seats.act(work, seat, act.move, reason=act.reason)
            case Leave():
                self._leave(work, seat, act)
            case Propose():
                offers.propose(work, seat, read_offering(act.offering), party=MEMBER)
            case Counter():
                said = read_offering(act.offering)
                offers.counter(work, act.offer, act.round, said, party=MEMBER, member=member)
            case Agree():
                offers.agree(work, act.offer, act.round, party=MEMBER, member=member)
            case Drop():
                offers.drop(work, act.offer, party=MEMBER, member=member)
            case Sign():
                self._sign(work, seat, read_participation(act.document), act.signature, key)
            case _:
                assert_never(act)

    def _leave(self, work: Work, seat: Row, act: Leave) -> None:
        if act.by_law:
            self._seats.act(work, seat, "leave_by_law", reason=act.reason)
            return
        # A change of the notice period counts for those who signed it.
        version = seat["version"] or contract_row(work, seat["contract"])["version"]
        leaves = work.now + timedelta(days=terms_of(work, seat["contract"], version).notice_days)
        self._seats.act(work, seat, "leave", reason=act.reason, leaves=leaves)

    def _sign(self, work: Work, seat: Row, document: Participation, signature: str, key: Key | None) -> None:
        if key is None:
            raise ForgedContract("The signature was not checked.")
        self._seats.take_signature(work, seat, document, signature, key)
