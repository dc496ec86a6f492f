"""The demo's contract: its organisations share people's data under one, each invited, heard and signed as by hand."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from skillspace.kernel.errors import NotFound
from skillspace.node.composition import Node
from skillspace.node.demo.space import DemoNode, DemoSpace
from skillspace.storage.database import Work
from skillspace.trust.contract import Member, Offering, SeatState
from skillspace.trust.contract.clauses import from_template
from skillspace.trust.identity import did_of_address
from skillspace.trust.policy import offer_rules

TEMPLATE, LASTS = "personal-data-sharing", timedelta(days=3 * 365)
#: Who uses what people share; the others give what they keep.
USERS = frozenset({"training", "employer", "agency"})
_WAY = {SeatState.NEGOTIATING: 0.4, SeatState.AGREED: 0.7, SeatState.SIGNED: 0.9}


def draw_up(space: DemoSpace, hub: Node) -> str:
    """Write the contract from the library's template, publish it with the hub's offering, and invite everybody."""
    with hub.database.writing() as work:
        kinds = sorted({kind for node in space.nodes for plan in node.offerings for kind in plan["kinds"]})
        purposes = sorted({use for node in space.nodes for plan in node.offerings for use in plan["purposes"]})
        values = {
            "orchestrator": hub.trust.did,
            "starts": work.now.date().isoformat(),
            "ends": (work.now + LASTS).date().isoformat(),
            "law": "SE",
            "court": "Exempels tingsrätt",
            "purposes": purposes,
            "kinds": kinds,
            "title": f"{space.data_space}: sharing with people's yes",
        }
        terms = hub.contracts.record.draft(work, from_template(TEMPLATE, values, at=work.now))
        own = _offerings(space.orchestrator, hub)
        hub.contracts.record.publish(work, terms.id, role="intermediary", offerings=own)
        for node in space.nodes[1:]:
            role = "data-user" if USERS.intersection(node.roles) else "data-provider"
            hub.contracts.seats.invite(work, terms.id, did_of_address(node.address), role)
    return terms.id


def go_on(node: DemoNode, member: Node, hub: Node, contract: str) -> float:
    """Let whoever's turn it is take the next step with this member; return how much of its way is behind it."""
    with hub.database.writing() as work:
        seat = _seat(hub, work, contract, member.trust.did)
        talks = hub.contracts.contracts.talks(work, seat.id)
        if seat.state is SeatState.NEGOTIATING and len(talks) == len(_offerings(node, member)):
            for talk in talks:
                hub.contracts.seats.agree(work, talk.id, talk.round)
            hub.contracts.seats.move(work, seat.id, "conclude")
    if seat.state is SeatState.IN_FORCE:
        return 1.0
    with member.database.writing() as work, suppress(NotFound):
        _answer(node, member, work, contract)
    return _WAY.get(seat.state, 0.0)


def _answer(node: DemoNode, member: Node, work: Work, contract: str) -> None:
    known = member.contracts.contracts
    if known.waiting_orders(work, contract):
        return
    seat = _seat(member, work, contract, member.trust.did)
    if seat.state is SeatState.INVITED:
        member.contracts.partaking.accept(work, contract)
        for offering in _offerings(node, member):
            member.contracts.partaking.propose(work, contract, offering)
    elif seat.state is SeatState.AGREED:
        member.contracts.partaking.sign(work, contract, known.terms(work, contract).hash)


def _seat(where: Node, work: Work, contract: str, did: str) -> Member:
    found = [one for one in where.contracts.contracts.members(work, contract) if one.member == did]
    if not found:
        raise NotFound(f"{did} has no part in the contract yet.")
    return found[-1]


def _offerings(node: DemoNode, of: Node) -> list[Offering]:
    """Return what an organisation gives about people, under the rules it publishes in its catalog."""
    return [
        Offering(
            provider=of.trust.did,
            dataset=plan["id"],
            policy=offer_rules(purposes=plan["purposes"], keep_days=plan["retention_days"]),
            purposes=tuple(plan["purposes"]),
            kinds=tuple(plan["kinds"]),
            legal_basis="consent",
        )
        for plan in node.offerings
        if plan["personal"]
    ]
