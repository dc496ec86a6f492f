"""Pages of contracts: every one, one of them side by side with its rules, and the moves of whom each belongs to."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import contract_moves, journal
from skillspace.portal.pages.organisation.contract_reading import (
    groups_of,
    members_of,
    must_sign,
    own_part,
    versions_of,
    without_purpose,
)
from skillspace.portal.pages.organisation.contract_words import CONTRACT_MOVES, KINDS_OF_CONTRACT, moves_in_words
from skillspace.portal.pages.organisation.tables import part_of, wanted
from skillspace.portal.pages.organisation.wording import PURPOSES, Names, worded
from skillspace.portal.render import SECURITY_HEADERS
from skillspace.portal.views.common import Choice
from skillspace.portal.views.contracts import ContractLine, ContractPage, ContractsPage
from skillspace.portal.views.organisation import Todo
from skillspace.portal.words import N_
from skillspace.trust.contract import CONTRACT, PARTICIPATION, ContractHead, ContractState, Member, SeatState, Terms
from skillspace.trust.contract.clauses import role_title
from skillspace.trust.contract.machine import ORCHESTRATOR

PATH = "/org/contracts"
ONE = "/org/contract"
_KEYS = {
    "title": lambda it: it.title.casefold(),
    "state": lambda it: it.state,
    "role": lambda it: it.role,
    "kept_by": lambda it: it.kept_by.casefold(),
    "members": lambda it: it.members,
    "ends": lambda it: it.ends,
}
#: So many of the contracts that changed last are looked at for what waits.
WATCHED = 50
ASKED_OF_US = {
    SeatState.REQUESTED: N_("%(name)s asks to take part in “%(title)s”"),
    SeatState.SIGNED: N_("%(name)s signed “%(title)s” and waits for your signature"),
}
INVITED = N_("%(keeper)s invites you into “%(title)s”")
SIGNATURE_WANTED = N_("Your signature is wanted under “%(title)s”")
#: Of what was refused, the page shows this much.
REFUSALS = 5


def router(frame: Frame) -> APIRouter:
    """Return the pages' routes."""
    routes = frame.router("Contracts")

    @routes.get(PATH)
    def contracts(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return _contracts(visit)

    @routes.post(PATH)
    def join(request: Request) -> Response:
        with frame.writing(request) as visit:
            account = visit.staff("operator")
            named = {name: visit.field(name).strip() for name in ("orchestrator", "contract", "role")}
            if not all(named.values()):
                raise BadInput("Say who keeps the contract, which one it is, and in which role.")
            visit.rooms.contracts.partaking.join(visit.work, **named)
            journal.note(visit.work, account, "contract.join", thing=named["contract"], title=named["contract"])
        return visit.go(PATH, "asked-to-join")

    @routes.get(ONE)
    def contract(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return visit.show(contract_page(visit, visit.asked("id")))

    @routes.get(ONE + "/evidence")
    def evidence(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            visit.rooms.contracts.contracts.find(visit.work, visit.asked("id"))
            content = visit.rooms.contracts.contracts.export(visit.work, visit.asked("id"))
            return as_file("contract.json", content)

    @routes.post(ONE)
    def move(request: Request) -> Response:
        with frame.writing(request) as visit:
            account = visit.staff("operator")
            contract, chosen = visit.field("contract"), visit.field("do")
            head = visit.rooms.contracts.contracts.find(visit.work, contract)
            if chosen in ("publish", "revise"):
                problem = contract_moves.write(visit, head, chosen)
                if problem:
                    return visit.show(contract_page(visit, contract, problem=problem), 400)
            else:
                contract_moves.make(visit, head, chosen)
            journal.note(
                visit.work, account, f"contract.{chosen}", thing=contract, title=head.title, why=visit.field("why")
            )
        return visit.go(f"{ONE}?{urlencode({'id': contract})}", "moved")

    return routes


def waiting(visit: Visit, names: Names) -> list[Todo]:
    """Return what contracts wait for at this organisation: an answer to who asks, a signature, a countersignature."""
    room = visit.rooms.contracts.contracts
    found = []
    for head in room.listed(visit.work, limit=WATCHED):
        if head.state in CONTRACT.final:
            continue
        for one in room.members(visit.work, head.id):
            if text := _wanted(visit, head, one):
                said = {"name": names.of(one.member), "keeper": names.of(head.orchestrator), "title": head.title}
                href = f"{ONE}?{urlencode({'id': head.id})}"
                found.append(Todo(text=visit.words.gettext(text) % said, href=href, since=one.since.date()))
    return found


def _wanted(visit: Visit, head: ContractHead, one: Member) -> str:
    """Return what a participation waits for from us, as a sentence to be filled in; empty where it is nothing."""
    own = visit.rooms.did
    if head.orchestrator == own:
        return ASKED_OF_US.get(one.state, "") if one.member != own else ""
    if one.member != own:
        return ""
    room = visit.rooms.contracts.contracts
    signs = must_sign(room.terms(visit.work, head.id), one, room.talks(visit.work, one.id))
    return INVITED if one.state is SeatState.INVITED else SIGNATURE_WANTED if signs else ""


def as_file(name: str, content: object) -> Response:
    """Return JSON to be kept as a file."""
    headers = SECURITY_HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(json.dumps(content, ensure_ascii=False, indent=1), media_type="application/json", headers=headers)


def _contracts(visit: Visit) -> Response:
    asked = wanted(visit, PATH, _KEYS, sort="ends")
    names = Names(visit)
    room = visit.rooms.contracts.contracts
    lines = [_line(visit, head, room.members(visit.work, head.id), names) for head in room.listed(visit.work)]
    total, shown = part_of(lines, asked, keys=_KEYS, text=lambda it: f"{it.title} {it.kept_by} {it.role} {it.id}")
    others = [peer for peer in visit.rooms.directory.peers(visit.work) if peer.did != visit.rooms.did]
    return visit.show(
        ContractsPage(
            chrome=visit.chrome("contracts"),
            listing=asked.listing(total),
            contracts=tuple(shown),
            peers=tuple(Choice(value=peer.did, label=peer.name) for peer in others),
        )
    )


def _line(visit: Visit, head: ContractHead, members: list[Member], names: Names) -> ContractLine:
    own = own_part(visit, members)
    return ContractLine(
        id=head.id,
        title=head.title,
        state=head.state.value,
        role=role_title(own.role, visit.language) if own else "",
        kept_by=names.of(head.orchestrator),
        is_ours=head.orchestrator == visit.rooms.did,
        members=sum(one.state not in PARTICIPATION.final for one in members),
        version=head.version,
        starts=head.starts.date(),
        ends=head.ends.date(),
    )


def contract_page(visit: Visit, contract: str, *, problem: str = "") -> ContractPage:
    """Return one contract's page; raise NotFound."""
    room, words, names = visit.rooms.contracts.contracts, visit.words, Names(visit)
    head = room.find(visit.work, contract)
    terms = room.terms(visit.work, contract)
    members = room.members(visit.work, contract)
    own = own_part(visit, members)
    line = _line(visit, head, members, names)
    opened = CONTRACT.allowed(head.state, ORCHESTRATOR) if line.is_ours else []
    taken = {one.member for one in members if one.state not in PARTICIPATION.final} | {visit.rooms.did}
    peers = [peer for peer in visit.rooms.directory.peers(visit.work) if peer.did not in taken]
    can_invite = line.is_ours and head.state in (ContractState.OPEN, ContractState.IN_FORCE)
    return ContractPage(
        chrome=visit.chrome("contracts", path=f"{ONE}?{urlencode({'id': contract})}"),
        contract=line,
        facts=_facts(visit, head, terms, names),
        purposes=words.listing(worded(terms.purposes, PURPOSES, words)),
        groups=groups_of(terms, words),
        notices=_notices(visit, head, terms, own),
        members=members_of(visit, head, names),
        versions=versions_of(room.history(visit.work, contract)),
        moves=moves_in_words(opened, CONTRACT_MOVES, words),
        roles=tuple(Choice(value=role.role, label=role_title(role.role, visit.language)) for role in terms.roles),
        invitable=tuple(Choice(value=peer.did, label=peer.name) for peer in peers) if can_invite else (),
        terms_hash=terms.hash,
        signs=bool(own and not line.is_ours and must_sign(terms, own, room.talks(visit.work, own.id))),
        json=_written(visit, terms, problem) if "revise" in opened or head.state is ContractState.DRAFT else "",
        problem=problem,
    )


def _written(visit: Visit, terms: Terms, problem: str) -> str:
    if problem and visit.field("terms"):
        return visit.field("terms")
    return json.dumps(contract_moves.changeable(terms), ensure_ascii=False, indent=2)


def _facts(visit: Visit, head: ContractHead, terms: Terms, names: Names) -> tuple[tuple[str, str], ...]:
    words = visit.words
    return (
        (words.gettext("Kind"), words.gettext(KINDS_OF_CONTRACT[terms.kind])),
        (words.gettext("Kept by"), names.of(head.orchestrator)),
        (words.gettext("Starts"), words.date(terms.starts.date())),
        (words.gettext("Ends"), words.date(terms.ends.date())),
        (words.gettext("Notice"), words.gettext("%(days)s days") % {"days": terms.notice_days}),
        (words.gettext("Law"), terms.law),
        (words.gettext("Version"), str(terms.version)),
        (words.gettext("Identifier"), head.id),
        (words.gettext("Fingerprint"), terms.hash),
    )


def _notices(visit: Visit, head: ContractHead, terms: Terms, own: Member | None) -> tuple[str, ...]:
    """Return what somebody should know before anything else: that nothing could flow, notice given, signatures due,
    what waits, what failed."""
    words, room = visit.words, visit.rooms.contracts.contracts
    is_draft = head.state is ContractState.DRAFT
    found = [lack for lack in [without_purpose(terms, words)] if lack and not is_draft]
    if head.stops is not None:
        found.append(words.gettext("Notice was given: it ends on %(date)s.") % {"date": words.date(head.stops.date())})
    if head.reason:
        found.append(words.gettext("Why: %(why)s.") % {"why": head.reason.rstrip(".")})
    if own is not None and own.sign_by is not None:
        day = words.date(own.sign_by.date())
        found.append(words.gettext("Sign the new version by %(date)s, or your part is paused.") % {"date": day})
    if own is not None and own.fault:
        found.append(own.fault)
    waiting = room.waiting_orders(visit.work, head.id)
    if waiting:
        listed = words.listing(waiting)
        found.append(words.gettext("Sent, and not answered yet: %(moves)s.") % {"moves": listed})
    for move, reason in room.refusals(visit.work, head.id, limit=REFUSALS):
        told = {"move": move, "why": reason.rstrip(".")}
        found.append(words.gettext("They refused “%(move)s”: %(why)s.") % told)
    return tuple(found)
