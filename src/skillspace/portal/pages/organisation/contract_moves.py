"""Moves in contracts, as forms ask for them: each goes to the room it belongs to, which refuses what is not open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.organisation.contract_reading import groups_of
from skillspace.portal.pages.organisation.contract_words import CONTRACT_MOVES, OFFER_MOVES, OWN_MOVES, SEAT_MOVES
from skillspace.trust.contract import ContractHead, Member, Terms, read_terms
from skillspace.wire.jose import strict_json

MOST_JSON = 256 * 1024
#: What nobody writes by hand: it follows from the version before.
_FIXED = frozenset({"id", "kind", "version", "previous", "orchestrator", "issued", "material", "sign_within_days"})


def changeable(terms: Terms) -> dict[str, Any]:
    """Return what of the terms may be written anew."""
    return {name: value for name, value in terms.content().items() if name not in _FIXED}


def read_json(text: str) -> Mapping[str, Any]:
    """Return the JSON object somebody wrote; raise BadInput."""
    content = strict_json(text[:MOST_JSON])
    if not isinstance(content, dict):
        raise BadInput("A JSON object is wanted here.")
    return content


def write(visit: Visit, head: ContractHead, chosen: str) -> str:
    """Publish or revise a contract of ours and return what stands in the way, in words; empty when it is done.

    Every clause, all of them together and those of each role are read before anything is signed.
    """
    room = visit.rooms.contracts
    try:
        # What stands in the way may show late: nothing that was written before it stays.
        with visit.work.connection.begin_nested():
            if chosen == "revise":
                _revise(visit, head)
                return ""
            terms = room.contracts.terms(visit.work, head.id)
            if _is_faulty(terms, visit):
                return visit.words.gettext("Mend what is marked in the clauses first.")
            room.record.publish(visit.work, head.id, role=visit.field("role"))
    except BadInput as fault:
        return fault.message
    return ""


def _is_faulty(terms: Terms, visit: Visit) -> bool:
    groups = groups_of(terms, visit.words)
    return any(group.fault or any(line.fault for line in group.clauses) for group in groups)


def _revise(visit: Visit, head: ContractHead) -> None:
    room, is_draft = visit.rooms.contracts, head.state.value == "draft"
    content = read_json(visit.field("terms"))
    if strange := sorted(set(content) & _FIXED):
        raise BadInput(f"“{strange[0]}” is set here and not written by hand.")
    old = room.contracts.terms(visit.work, head.id)
    new = read_terms({**old.content(), **content})
    if not is_draft:
        for group in groups_of(new, visit.words):
            faults = [f"{line.title}: {line.fault}" for line in group.clauses if line.fault]
            if faults or group.fault:
                raise BadInput(" ".join(faults) or group.fault)
    days = visit.field("days") or "30"
    room.record.revise(
        visit.work,
        head.id,
        dict(content),
        material=visit.field("material") == "yes",
        sign_within_days=int(days) if days.isascii() and days.isdigit() else -1,
    )


def make(visit: Visit, head: ContractHead, chosen: str) -> None:
    """Make any other move. Raises BadInput for one that does not exist, MoveNotAllowed, NotYours, Conflict."""
    if visit.field("offer"):
        return _about_offer(visit, head, chosen)
    if visit.field("seat"):
        return _about_member(visit, head, chosen)
    room, why = visit.rooms.contracts, visit.field("why").strip()
    if chosen == "invite":
        room.seats.invite(visit.work, head.id, visit.field("member"), visit.field("role"))
    elif chosen == "sign":
        room.partaking.sign(visit.work, head.id, visit.field("hash"))
    elif chosen not in CONTRACT_MOVES:
        raise BadInput("There is no such move in a contract.")
    elif chosen == "resume":
        room.record.resume(visit.work, head.id)
    elif not why:
        raise BadInput("Say why: the members are told.")
    elif chosen == "suspend":
        room.record.suspend(visit.work, head.id, why)
    else:
        room.record.terminate(visit.work, head.id, why, by_law=visit.field("by_law") == "yes")
    return None


def seat_of(visit: Visit, contract: str, seat: str) -> Member:
    """Return a participation of this very contract; raise NotFound."""
    for one in visit.rooms.contracts.contracts.members(visit.work, contract):
        if one.id == seat:
            return one
    raise NotFound("There is no such member in this contract.")


def _about_member(visit: Visit, head: ContractHead, chosen: str) -> None:
    one, why = seat_of(visit, head.id, visit.field("seat")), visit.field("why").strip()
    room = visit.rooms.contracts
    if head.orchestrator == visit.rooms.did:
        if chosen not in SEAT_MOVES:
            raise BadInput("There is no such move about a member.")
        if chosen == "countersign":
            room.seats.countersign(visit.work, one.id)
        else:
            room.seats.move(visit.work, one.id, chosen, reason=why)
        return
    if one.member != visit.rooms.did or chosen not in OWN_MOVES:
        raise BadInput("A member moves its own part alone.")
    if chosen == "accept":
        room.partaking.accept(visit.work, head.id)
    elif chosen == "decline":
        room.partaking.decline(visit.work, head.id, why)
    elif chosen == "withdraw":
        room.partaking.withdraw(visit.work, head.id, why)
    else:
        room.partaking.leave(visit.work, head.id, why, by_law=chosen == "leave_by_law")


def _about_offer(visit: Visit, head: ContractHead, chosen: str) -> None:
    if chosen not in OFFER_MOVES:
        raise BadInput("An offering is agreed with, answered or let go.")
    seat = seat_of(visit, head.id, visit.field("seat"))
    offer = visit.field("offer")
    if all(it.id != offer for it in visit.rooms.contracts.contracts.talks(visit.work, seat.id)):
        raise NotFound("There is no such offering in this contract.")
    room, round = visit.rooms.contracts, visit.field("round")
    party = room.seats if head.orchestrator == visit.rooms.did else room.partaking
    if chosen == "drop":
        party.drop(visit.work, offer)
    else:
        party.agree(visit.work, offer, int(round) if round.isascii() and round.isdigit() else 0)
