"""Negotiating an offering within a participation, at the orchestrator: either side speaks, each word whole."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict, NotFound
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.contract.errors import NotYours, Outdated
from skillspace.trust.contract.machine import ANSWERER, OFFER, OPENER, RULE, SEATED, OfferState, SeatState
from skillspace.trust.contract.model import Offering
from skillspace.trust.contract.moving import Moves
from skillspace.trust.contract.reading import check_offering
from skillspace.trust.contract.store import Row, contract_row, offers, offers_of, seat_row, seats, terms_of

_OPEN_FOR_TALK = (SeatState.NEGOTIATING, SeatState.AGREED, *SEATED)
#: An agreed or dropped offering is kept to be seen; more than this in one participation is no negotiation any more.
MOST_OFFERS = 200


class Offers:
    """The offerings under negotiation of the record this node keeps.

    `party` is who speaks; a `member` speaks of its own alone.
    """

    def __init__(self, moves: Moves) -> None:
        self._moves = moves

    def propose(self, work: Work, seat: Row, offering: Offering, *, party: str) -> str:
        """Bring up an offering and return its identifier; raises BadInput, Conflict where it is already spoken of."""
        self._check(work, seat, offering)
        known = offers_of(work, seat["id"])
        alive = [row["content"] for row in known if row["state"] != OfferState.DROPPED]
        if any((one["provider"], one["dataset"]) == (offering.provider, offering.dataset) for one in alive):
            raise Conflict(f"{offering.dataset} is spoken of already; answer there.")
        if len(known) >= MOST_OFFERS:
            raise Conflict(f"A participation has at most {MOST_OFFERS} offerings.")
        id = new_id("offer")
        row = {
            "id": id,
            "contract": seat["contract"],
            "participation": seat["id"],
            "opener": party,
            "state": OfferState.PROPOSED,
            "round": 1,
            "content": offering.content(),
            "before": None,
            "revision": 0,
        }
        work.insert(offers, row)
        self._spoken(work, seat, row, "propose", party)
        return id

    def counter(
        self, work: Work, id: str, round: int, offering: Offering, *, party: str, member: str | None = None
    ) -> None:
        """Answer the last word with another; raises Outdated where `round` was not the last."""
        row, seat = self._found(work, id, member)
        self._check_round(row, round)
        last = row["content"]
        if (offering.provider, offering.dataset) != (last["provider"], last["dataset"]):
            raise BadInput("A counter-offer is about the same data set of the same provider.")
        self._check(work, seat, offering)
        state = OFFER.step(OfferState(row["state"]), "counter", _side(row, party))
        changes = {"state": state, "round": round + 1, "content": offering.content(), "before": last}
        work.update(offers, offers.c.id == id, **changes)
        self._spoken(work, seat, dict(row) | changes, "counter", party)

    def agree(self, work: Work, id: str, round: int, *, party: str, member: str | None = None) -> None:
        """Agree with the other side's last word; raises Outdated, MoveNotAllowed for one's own word."""
        row, seat = self._found(work, id, member)
        self._check_round(row, round)
        state = OFFER.step(OfferState(row["state"]), "agree", _side(row, party))
        work.update(offers, offers.c.id == id, state=state)
        self._spoken(work, seat, dict(row) | {"state": state}, "agree", party)

    def drop(self, work: Work, id: str, *, party: str, member: str | None = None) -> None:
        """Let go of an offering; one that is signed counts until the participation is signed without it."""
        row, seat = self._found(work, id, member)
        state = OFFER.step(OfferState(row["state"]), "drop", _side(row, party))
        work.update(offers, offers.c.id == id, state=state)
        self._spoken(work, seat, dict(row) | {"state": state}, "drop", party)

    def _check(self, work: Work, seat: Row, offering: Offering) -> None:
        if seat["state"] not in _OPEN_FOR_TALK:
            raise Conflict(f"Nothing is negotiated while the participation is {seat['state']}.")
        contract = contract_row(work, seat["contract"])
        parties = [seat["member"], contract["orchestrator"]] if contract["kind"] == "bilateral" else [seat["member"]]
        check_offering(offering, terms_of(work, contract["id"], contract["version"]), among=parties)

    def _spoken(self, work: Work, seat: Row, row: Row, word: str, party: str) -> None:
        if seat["state"] == SeatState.AGREED:
            seat = self._moves.seat(work, seat, "reopen", RULE)
        elif seat["state"] not in _OPEN_FOR_TALK:
            raise Conflict(f"Nothing is negotiated while the participation is {seat['state']}.")
        revision = self._moves.touch(work, seat["contract"])
        work.update(offers, offers.c.id == row["id"], revision=revision)
        work.update(seats, seats.c.id == seat["id"], revision=revision)
        self._moves.tell(work, seat, revision)
        facts = {"contract": row["contract"], "participation": row["participation"], "round": row["round"]}
        self._moves.note(work, f"offering.{word}", row["id"], by=party, state=str(row["state"]), **facts)

    def _found(self, work: Work, id: str, member: str | None) -> tuple[Row, Row]:
        row = work.one(sa.select(offers).where(offers.c.id == id))
        if row is None:
            raise NotFound(f"There is no offering {id[:100]} under negotiation.")
        seat = seat_row(work, row["participation"])
        if member is not None and seat["member"] != member:
            raise NotYours(f"Offering {id[:100]} is negotiated with another member.")
        return row, seat

    def _check_round(self, row: Row, round: int) -> None:
        if row["round"] != round:
            raise Outdated(f"The last word about {row['content']['dataset']} is number {row['round']}, not {round}.")


def _side(row: Row, party: str) -> str:
    return OPENER if row["opener"] == party else ANSWERER
