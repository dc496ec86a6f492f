"""Connecting an organisation with the code it gave the person, and letting it go again."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, NotFound, Refused, SkillspaceError, Unavailable
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.sentences import fault_sentence
from skillspace.portal.views.account import ConnectPage
from skillspace.portal.views.common import Choice
from skillspace.trust.identity import PeerRefused

#: Members that hold something about people.
HOLDERS = frozenset({"university", "school", "training", "employer", "agency", "edtech"})


def router(frame: Frame) -> APIRouter:
    """Return the form that connects."""
    routes = frame.router("You")

    @routes.get("/you/connect")
    def form(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post("/you/connect")
    def connect(request: Request) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            did, code = visit.field("organisation"), visit.field("code")
            peer = visit.rooms.directory.find(visit.work, did)
        if peer is None or not peer.roles & HOLDERS:
            return _wrong(frame, request, NotFound("This organisation is not a member of the data space."))
        try:
            link = spaces.links.connect(person, peer.did, peer.name, code)
        except (Refused, BadInput, Unavailable) as fault:
            return _wrong(frame, request, fault)
        with frame.writing(request) as visit:
            asked = spaces.asks.propose(visit.work, link)
            if len(asked) == 1:
                return visit.go(f"/sharing/ask/{asked[0].id}", "connected")
            return visit.go("/sharing", "connected") if asked else visit.go("/you", "known")

    @routes.post("/you/disconnect")
    def disconnect(request: Request) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            spaces.links.disconnect(visit.work, person.id, visit.field("organisation"))
            return visit.go("/you", "disconnected")

    return routes


def _wrong(frame: Frame, request: Request, fault: SkillspaceError) -> Response:
    with frame.reading(request) as visit:
        return visit.show(_page(visit, fault), 400)


def _page(visit: Visit, fault: SkillspaceError | None = None) -> ConnectPage:
    visit.person()
    chosen = visit.field("organisation")
    peers = [peer for peer in visit.rooms.directory.peers(visit.work) if peer.roles & HOLDERS]
    return ConnectPage(
        chrome=visit.chrome("you", path="/you/connect"),
        code=visit.field("code")[:64],
        problem=_reason(fault, visit) if fault else "",
        organisations=tuple(
            Choice(value=peer.did, label=peer.name, is_chosen=peer.did == chosen)
            for peer in peers
            if peer.did != visit.rooms.did
        ),
    )


def _reason(fault: SkillspaceError, visit: Visit) -> str:
    """Return why the organisation said no: its own fault's name travels in the answer."""
    code = str(fault.body.get("code", "")) if isinstance(fault, PeerRefused) else fault.code
    return fault_sentence(code, visit.words) or fault.message
