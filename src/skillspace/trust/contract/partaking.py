"""A member's own acts: written down here, and ordered at the contract's orchestrator one after the other.

What an act comes to is the record's to say; the replica shows it once the orchestrator has. Only leaving by law counts
here at once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from pydantic import ValidationError

from skillspace.kernel.clock import from_iso
from skillspace.kernel.errors import BadInput, Conflict, NotFound
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.contract.errors import NotYours, TermsChanged
from skillspace.trust.contract.fitness import check_usable
from skillspace.trust.contract.machine import (
    ANSWERER,
    MEMBER,
    OFFER,
    OPENER,
    PARTICIPATION,
    SEATED,
    OfferState,
    SeatState,
)
from skillspace.trust.contract.messages import (
    Act,
    Agree,
    Counter,
    Drop,
    Join,
    Leave,
    Message,
    Order,
    Plainly,
    Propose,
    Sign,
)
from skillspace.trust.contract.model import Offering
from skillspace.trust.contract.moving import Moves
from skillspace.trust.contract.plain import moment
from skillspace.trust.contract.reading import check_offering
from skillspace.trust.contract.seating import expected
from skillspace.trust.contract.signing import bare, sign_participation
from skillspace.trust.contract.store import (
    Row,
    agreed_offerings,
    bind,
    contract_row,
    document_of,
    live_seat,
    offers,
    orders,
    seats,
    terms_of,
)
from skillspace.wire.jose import SigningKey

ORDER = "contract.order"
#: Why this node's own participation counts no more, whatever the record says, until the record says that it is over.
GONE_BY_LAW = "This node has left, by law."
Saying = TypeVar("Saying", bound=Message)
_MILLISECOND = timedelta(milliseconds=1)


class Partaking:
    """What this node does in contracts that others keep; each act returns the identifier of its order."""

    def __init__(self, *, key: SigningKey, moves: Moves) -> None:
        self._own_did = moves.own_did
        self._moves = moves
        self._key = key

    def join(self, work: Work, *, orchestrator: str, contract: str, role: str) -> str:
        """Ask to take part in a contract of many."""
        if orchestrator == self._own_did:
            raise BadInput("The orchestrator has its part by publishing.")
        return self._order(work, orchestrator, contract, _said(Join, role=role))

    def accept(self, work: Work, contract: str) -> str:
        """Accept an invitation: now the offerings are negotiated."""
        return self._plainly(work, contract, "accept")

    def decline(self, work: Work, contract: str, reason: str = "") -> str:
        """Decline an invitation."""
        return self._plainly(work, contract, "decline", reason)

    def withdraw(self, work: Work, contract: str, reason: str = "") -> str:
        """Withdraw before the participation is in force."""
        return self._plainly(work, contract, "withdraw", reason)

    def propose(self, work: Work, contract: str, offering: Offering) -> str:
        """Bring up an offering; in a contract of two it may be the other's."""
        row, seat = self._own(work, contract)
        parties = [seat["member"], row["orchestrator"]] if row["kind"] == "bilateral" else [seat["member"]]
        check_offering(offering, terms_of(work, contract, row["version"]), among=parties)
        return self._order(work, row["orchestrator"], contract, Propose(offering=offering.content()))

    def counter(self, work: Work, offer: str, round: int, offering: Offering) -> str:
        """Answer the word `round` about an offering with another."""
        row = self._offer(work, offer, "counter")
        return self._say(work, row, Counter(offer=offer, round=round, offering=offering.content()))

    def agree(self, work: Work, offer: str, round: int) -> str:
        """Agree with the orchestrator's word `round` about an offering."""
        return self._say(work, self._offer(work, offer, "agree"), Agree(offer=offer, round=round))

    def drop(self, work: Work, offer: str) -> str:
        """Let go of an offering; one that is signed counts until it is signed without it."""
        return self._say(work, self._offer(work, offer, "drop"), Drop(offer=offer))

    def sign(self, work: Work, contract: str, terms_hash: str) -> str:
        """Sign the current version, with the offerings agreed on. `terms_hash` is of what was read before signing.

        Raises TermsChanged where there is a newer version, MoveNotAllowed before everything is agreed, and
        NoPurposeClause where nothing could be used under what would be signed.
        """
        row, seat = self._own(work, contract)
        PARTICIPATION.step(SeatState(seat["state"]), "sign", MEMBER)
        terms = terms_of(work, contract, row["version"])
        if terms.hash != terms_hash:
            raise TermsChanged(f"There is a newer version of contract {contract}: number {terms.version}.")
        check_usable(terms)
        last = seat["document"]
        signed = max(moment(work.now), from_iso(last["signed"]) + _MILLISECOND) if last else moment(work.now)
        document = expected(terms, seat, agreed_offerings(work, seat["id"]), signed)
        signature = sign_participation(document, self._key, work.now)
        self._moves.note(work, "signed", seat["id"], contract=contract, version=terms.version, digest=document.hash)
        act = Sign(document=document.content(), signature=signature)
        return self._order(work, row["orchestrator"], contract, act)

    def leave(self, work: Work, contract: str, reason: str, *, by_law: bool = False) -> str:
        """Leave with the contract's notice. `by_law`, where a law leaves no time, nothing flows from now on."""
        row, seat = self._own(work, contract)
        PARTICIPATION.step(SeatState(seat["state"]), "leave_by_law" if by_law else "leave", MEMBER)
        if not reason:
            raise BadInput("The orchestrator is told why a member leaves.")
        act = _said(Leave, reason=reason, by_law=by_law)
        if by_law:
            work.update(seats, seats.c.id == seat["id"], fault=GONE_BY_LAW)
            bind(work, seat["id"], None)
        return self._order(work, row["orchestrator"], contract, act)

    def renew_signatures(self, work: Work) -> None:
        """Sign again, with the key this node signs with now, what a retired key has signed, where nothing changed."""
        key = bare(self._key.public_jwk())
        own = (seats.c.member == self._own_did) & seats.c.state.in_(SEATED)
        for seat in work.rows(sa.select(seats).where(own)):
            row, document = contract_row(work, seat["contract"]), document_of(seat)
            if document is None or seat["key"] == key or row["orchestrator"] == self._own_did:
                continue
            terms = terms_of(work, row["id"], row["version"])
            if document.terms_hash == terms.hash and document.offerings == agreed_offerings(work, seat["id"]):
                self.sign(work, row["id"], terms.hash)

    def _plainly(self, work: Work, contract: str, move: Any, reason: str = "") -> str:
        row, seat = self._own(work, contract)
        PARTICIPATION.step(SeatState(seat["state"]), move, MEMBER)
        return self._order(work, row["orchestrator"], contract, _said(Plainly, move=move, reason=reason))

    def _say(self, work: Work, row: Row, act: Act) -> str:
        contract = contract_row(work, row["contract"])
        return self._order(work, contract["orchestrator"], row["contract"], act)

    def _offer(self, work: Work, offer: str, move: str) -> Row:
        row = work.one(sa.select(offers).where(offers.c.id == offer))
        if row is None:
            raise NotFound(f"There is no offering {offer[:100]} under negotiation.")
        OFFER.step(OfferState(row["state"]), move, OPENER if row["opener"] == MEMBER else ANSWERER)
        return row

    def _own(self, work: Work, contract: str) -> tuple[Row, Row]:
        row = contract_row(work, contract)
        seat = live_seat(work, contract, self._own_did)
        if row["orchestrator"] == self._own_did:
            raise NotYours("The orchestrator's own part is moved with the contract.")
        if seat is None:
            raise Conflict(f"This node has no part in contract {contract[:100]}.")
        return row, seat

    def _order(self, work: Work, orchestrator: str, contract: str, act: Act) -> str:
        order = _said(Order, id=new_id("order"), contract=contract, act=act)
        row = {
            "id": order.id,
            "contract": contract,
            "orchestrator": orchestrator,
            "body": order.model_dump(mode="json"),
            "state": "waiting",
            "reason": "",
            "made": work.now,
        }
        work.insert(orders, row)
        work.enqueue(ORDER, {"order": order.id}, key=f"{ORDER}:{order.id}")
        self._moves.note(work, f"order.{act.move}", order.id, contract=contract, orchestrator=orchestrator)
        return order.id


def _said(shape: type[Saying], **content: object) -> Saying:
    """Return a message; raise BadInput for what its reader would not take."""
    try:
        return shape(**content)
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"The {place or 'message'} cannot be sent: {first['msg'][:200]}.") from None
