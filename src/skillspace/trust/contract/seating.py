"""Who takes part in a contract, at the orchestrator: invited or asking, agreed, signed, countersigned, and gone."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from skillspace.kernel.clock import from_iso, iso
from skillspace.kernel.errors import BadInput, Conflict, NotFound
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.contract.errors import TermsChanged
from skillspace.trust.contract.machine import (
    CLOCK,
    CONTRACT,
    MEMBER,
    ORCHESTRATOR,
    PARTICIPATION,
    RULE,
    SEATED,
    ContractState,
    SeatState,
)
from skillspace.trust.contract.model import Offering, Participation, Terms
from skillspace.trust.contract.moving import Moves, check_reason, own_contract
from skillspace.trust.contract.offers import Offers
from skillspace.trust.contract.plain import moment
from skillspace.trust.contract.reading import check_offering, read_participation
from skillspace.trust.contract.signing import Key, bare, countersign, sign_participation
from skillspace.trust.contract.store import (
    Row,
    agreed_offerings,
    bind,
    contract_row,
    live_seat,
    offers,
    seat_row,
    seats,
    seats_of,
    sign_by,
    terms_of,
)
from skillspace.wire.jose import SigningKey

#: A signature may say it was made so much later than our clock shows.
LEEWAY = timedelta(minutes=5)
MILLISECOND = timedelta(milliseconds=1)
#: What keeps a participation suspended: the orchestrator's word, or a signature that is missing.
BY_ORCHESTRATOR, BY_SIGNATURE = "orchestrator", "signature"


class Seats:
    """The participations in the contracts this node is the orchestrator of."""

    def __init__(self, *, key: SigningKey, moves: Moves, countersigns_at_once: bool = True) -> None:
        self.own_did = moves.own_did
        self.offers = Offers(moves)
        self._moves = moves
        self._key = key
        self._countersigns_at_once = countersigns_at_once

    def invite(self, work: Work, contract: str, member: str, role: str) -> str:
        """Invite a member in a role and return the participation's identifier."""
        return str(self._admit(work, contract, member, role, SeatState.INVITED)["id"])

    def request(self, work: Work, contract: str, member: str, role: str) -> None:
        """Note that a member asks to take part; a contract of two is by invitation alone."""
        if contract_row(work, contract)["kind"] == "bilateral":
            raise NotFound(f"There is no contract {contract[:100]} here.")
        self._admit(work, contract, member, role, SeatState.REQUESTED)

    def move(self, work: Work, participation: str, move: str, *, reason: str = "") -> Row:
        """Move a participation as its table lets the orchestrator: admit, reject, withdraw, conclude, suspend, resume,
        release, exclude. Excluding and suspending say why.
        """
        seat = self._seat(work, participation)
        if move == "countersign":
            raise BadInput("A participation is countersigned with countersign.")
        if move in ("suspend", "exclude") and not reason:
            raise BadInput("Who is suspended or excluded is told why.")
        check_reason(reason)
        if seat["member"] == self.own_did:
            raise Conflict("The orchestrator's own part ends with the contract.")
        if move == "conclude" and (open_ones := self._undecided(work, seat)):
            raise Conflict(f"Not agreed yet: {', '.join(open_ones)}.")
        changes: dict[str, object] = {"reason": reason}
        if move == "suspend":
            changes["suspended_for"] = sorted({*seat["suspended_for"], BY_ORCHESTRATOR})
        if move == "resume":
            changes["suspended_for"] = [cause for cause in seat["suspended_for"] if cause != BY_ORCHESTRATOR]
        seat = self._lift(work, self._moves.seat(work, seat, move, ORCHESTRATOR, **changes))
        self._moves.settle(work, seat["contract"])
        return seat

    def propose(self, work: Work, participation: str, offering: Offering) -> str:
        """Bring up an offering as the orchestrator, and return its identifier."""
        return self.offers.propose(work, self._seat(work, participation), offering, party=ORCHESTRATOR)

    def counter(self, work: Work, offer: str, round: int, offering: Offering) -> None:
        """Answer a member's word about an offering with another."""
        self.offers.counter(work, offer, round, offering, party=ORCHESTRATOR)

    def agree(self, work: Work, offer: str, round: int) -> None:
        """Agree with a member's word about an offering."""
        self.offers.agree(work, offer, round, party=ORCHESTRATOR)

    def drop(self, work: Work, offer: str) -> None:
        """Let go of an offering."""
        self.offers.drop(work, offer, party=ORCHESTRATOR)

    def act(self, work: Work, seat: Row, move: str, *, reason: str = "", leaves: datetime | None = None) -> None:
        """Move a participation as its table lets its member."""
        changes = {"leaves": leaves} if leaves is not None else {}
        self._moves.seat(work, seat, move, MEMBER, reason=reason, **changes)
        self._moves.settle(work, seat["contract"])

    def take_signature(self, work: Work, seat: Row, document: Participation, signature: str, key: Key) -> None:
        """Keep a member's signature that was checked with `key`; raises TermsChanged where it signed anything but what
        is agreed now."""
        if document != self._expected(work, seat, document.signed):
            raise TermsChanged("What was signed is not what the contract and the offerings say now; read them again.")
        last = seat["document"]
        if document.signed > work.now + LEEWAY or (last and iso(document.signed) <= last["signed"]):
            raise BadInput("The participation says it was signed at another time than now.")
        waiting = {"document": document.content(), "signature": signature, "key": bare(key)}
        self._moves.seat(work, seat, "sign", MEMBER, waiting=waiting)
        if self._countersigns_at_once:
            self.countersign(work, seat["id"])

    def countersign(self, work: Work, participation: str) -> None:
        """Sign what a member signed: from now on it binds. Raises TermsChanged where there is a newer version."""
        seat = self._seat(work, participation)
        waiting = seat["waiting"]
        if waiting is None:
            raise Conflict("The member has not signed.")
        document = read_participation(waiting["document"])
        if document != self._expected(work, seat, document.signed):
            raise TermsChanged("The contract or its offerings changed since the member signed; it has to sign again.")
        token = self._countersignature(work, document, waiting["signature"], waiting["key"])
        terms = terms_of(work, document.contract, document.version)
        seat = self._moves.seat(
            work,
            seat,
            "countersign",
            ORCHESTRATOR,
            waiting=None,
            document=document.content(),
            signature=waiting["signature"],
            countersignature=token,
            key=waiting["key"],
            orchestrator_key=bare(self._key.public_jwk()),
            suspended_for=[cause for cause in seat["suspended_for"] if cause != BY_SIGNATURE],
            **bounds(terms, sign_by(work, terms.id, terms.version)),
        )
        bind(work, seat["id"], document)
        self._lift(work, seat)
        self._moves.settle(work, seat["contract"])

    def sign_own(self, work: Work, contract: str) -> None:
        """Sign and countersign the orchestrator's own part as it stands now."""
        seat = live_seat(work, contract, self.own_did)
        if seat is None:
            return
        last = seat["document"]
        signed = max(moment(work.now), from_iso(last["signed"]) + MILLISECOND) if last else moment(work.now)
        document = self._expected(work, seat, signed)
        signature = sign_participation(document, self._key, work.now)
        waiting = {"document": document.content(), "signature": signature, "key": bare(self._key.public_jwk())}
        self._moves.seat(work, seat, "sign", MEMBER, waiting=waiting)
        self.countersign(work, seat["id"])

    def take_own(self, work: Work, contract: str, role: str) -> Row:
        """Give the orchestrator its own part in a contract it publishes, ready to be signed."""
        seat = self._new(work, contract, self.own_did, role, SeatState.INVITED)
        for move, party in (("accept", MEMBER), ("conclude", ORCHESTRATOR)):
            seat = self._moves.seat(work, seat, move, party)
        return seat

    def bring(self, work: Work, seat: Row, offering: Offering) -> None:
        """Let the orchestrator agree with itself about an offering of its own."""
        id = self.offers.propose(work, seat, offering, party=MEMBER)
        self.agree(work, id, 1)
        seat = seat_row(work, seat["id"])
        if seat["state"] == SeatState.NEGOTIATING:
            self._moves.seat(work, seat, "conclude", ORCHESTRATOR)

    def countersign_again(self, work: Work, contract: str) -> None:
        """Countersign every participation with the key this node signs with now."""
        for seat in seats_of(work, contract):
            if seat["state"] in SEATED and seat["member"] != self.own_did:
                document = read_participation(seat["document"])
                token = self._countersignature(work, document, seat["signature"], seat["key"])
                key = bare(self._key.public_jwk())
                self._moves.seat(work, seat, "countersign", ORCHESTRATOR, countersignature=token, orchestrator_key=key)

    def take_version(self, work: Work, terms: Terms) -> None:
        """Let a new version take its effect on everybody who is under an older one."""
        deadlines: dict[int, datetime | None] = {}
        for seat in seats_of(work, terms.id):
            if seat["member"] == self.own_did or seat["state"] in PARTICIPATION.final:
                continue
            if seat["state"] == SeatState.SIGNED:
                self._moves.seat(work, seat, "reopen", RULE, waiting=None)
            elif seat["version"] is not None:
                version = seat["version"]
                if version not in deadlines:
                    deadlines[version] = sign_by(work, terms.id, version)
                revision = self._moves.touch(work, terms.id)
                work.update(
                    seats, seats.c.id == seat["id"], sign_by=deadlines[version], waiting=None, revision=revision
                )
        self.sign_own(work, terms.id)

    def tick(self, work: Work, contract: str) -> None:
        """Let those go whose notice is over, and suspend those who did not sign in time."""
        is_due = (seats.c.leaves <= work.now) | (seats.c.sign_by <= work.now)
        due = (seats.c.contract == contract) & seats.c.state.in_(SEATED) & is_due
        for seat in work.rows(sa.select(seats).where(due)):
            if seat["leaves"] is not None and seat["leaves"] <= work.now:
                self._moves.seat(work, seat, "depart", CLOCK)
            elif seat["sign_by"] and seat["sign_by"] <= work.now and BY_SIGNATURE not in seat["suspended_for"]:
                causes = sorted({*seat["suspended_for"], BY_SIGNATURE})
                reason = "The new version of the contract was not signed in time."
                self._moves.seat(work, seat, "lapse", CLOCK, suspended_for=causes, reason=reason)

    def _countersignature(self, work: Work, document: Participation, signature: str, key: Key) -> str:
        return countersign(document, signature, key, orchestrator=self.own_did, key=self._key, at=work.now)

    def _lift(self, work: Work, seat: Row) -> Row:
        if seat["state"] == SeatState.SUSPENDED and not seat["suspended_for"]:
            return self._moves.seat(work, seat, "lift", RULE, reason="")
        return seat

    def _undecided(self, work: Work, seat: Row) -> list[str]:
        waiting = (offers.c.participation == seat["id"]) & offers.c.state.in_(["proposed", "countered"])
        return [str(row["content"]["dataset"]) for row in work.rows(sa.select(offers).where(waiting))]

    def _expected(self, work: Work, seat: Row, signed: datetime) -> Participation:
        """What a signature is for now: the current version, and the offerings agreed on."""
        row = contract_row(work, seat["contract"])
        terms = terms_of(work, row["id"], row["version"])
        return expected(terms, seat, agreed_offerings(work, seat["id"]), signed)

    def _admit(self, work: Work, contract: str, member: str, role: str, state: SeatState) -> Row:
        row = own_contract(work, contract, self.own_did)
        terms = terms_of(work, contract, row["version"])
        if row["state"] == ContractState.DRAFT or row["state"] in CONTRACT.final or row["stops"] is not None:
            raise Conflict(f"Nobody new takes part in a contract that is {row['state']} or about to end.")
        if role not in terms.role_names:
            raise BadInput(f"The contract has no role {role[:100]}; it has {', '.join(sorted(terms.role_names))}.")
        others = [seat for seat in seats_of(work, contract) if seat["state"] not in PARTICIPATION.final]
        if any(seat["member"] == member for seat in others):
            raise Conflict(f"{member} already has a part in this contract.")
        if terms.kind == "bilateral" and len(others) > 1:
            raise Conflict("A contract of two has its two parties.")
        seat = self._new(work, contract, member, role, state)
        self._moves.tell(work, seat, seat["revision"])
        return seat

    def _new(self, work: Work, contract: str, member: str, role: str, state: SeatState) -> Row:
        id = new_id("participation")
        row = {
            "id": id,
            "contract": contract,
            "member": member,
            "role": role,
            "state": state,
            "suspended_for": [],
            "reason": "",
            "since": work.now,
            "signature": "",
            "countersignature": "",
            "fault": "",
            "revision": self._moves.touch(work, contract),
            "told": 0,
        }
        work.insert(seats, row)
        self._moves.note(work, f"participation.{state}", id, contract=contract, member=member, role=role)
        return seat_row(work, id)

    def _seat(self, work: Work, participation: str) -> Row:
        seat = seat_row(work, participation)
        own_contract(work, seat["contract"], self.own_did)
        return seat


def expected(terms: Terms, seat: Row, offerings: tuple[Offering, ...], signed: datetime) -> Participation:
    """Return what a member signs: its part under `terms`; raises BadInput, Conflict where the two do not fit."""
    parties = (seat["member"], terms.orchestrator) if terms.kind == "bilateral" else (seat["member"],)
    for offering in offerings:
        check_offering(offering, terms, among=parties)
    if seat["role"] not in terms.role_names:
        raise Conflict(f"The contract no longer has the role {seat['role']}.")
    return Participation(
        id=seat["id"],
        contract=terms.id,
        version=terms.version,
        terms_hash=terms.hash,
        member=seat["member"],
        role=seat["role"],
        offerings=offerings,
        signed=signed,
    )


def bounds(terms: Terms, until: datetime | None) -> dict[str, object]:
    """What a signed participation is looked up by: the version it is under, and from when until when that counts."""
    return {
        "version": terms.version,
        "terms_hash": terms.hash,
        "starts": terms.starts,
        "ends": terms.ends,
        "sign_by": until,
    }
