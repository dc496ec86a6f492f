"""Connecting an organisation: with a code, by the address it has on file, or with a credential; and letting it go."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, NotFound, Refused, SkillspaceError, Unavailable
from skillspace.people.accounts import Account
from skillspace.people.links import Asked, Link, Links, Offer
from skillspace.people.recognition.addresses import plain_address
from skillspace.portal.pages.frame import HOLDERS, Frame, Visit
from skillspace.portal.pages.sentences import fault_sentence
from skillspace.portal.rooms import Spaces
from skillspace.portal.views.common import Choice
from skillspace.portal.views.connecting import ConnectPage, WalletPage, WaysPage
from skillspace.trust.identity import Peer, PeerRefused

PATH = "/you/connect"
#: What is asked of another node may be refused, or not be answered; the page then says why.
FAULTS = (Refused, BadInput, Unavailable, NotFound)


def router(frame: Frame) -> APIRouter:
    """Return the pages that connect, and the button that lets go."""
    routes = frame.router("You")
    _by_code(frame, routes)
    _by_mail(frame, routes)
    _by_credential(frame, routes)

    @routes.post("/you/disconnect")
    def disconnect(request: Request) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            spaces.links.disconnect(visit.work, person.id, visit.field("organisation"))
            return visit.go("/you", "disconnected")

    return routes


def _by_code(frame: Frame, routes: APIRouter) -> None:
    @routes.get(PATH)
    def form(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post(PATH)
    def connect(request: Request) -> Response:
        try:
            person, links, peer, code = _asked(frame, request, "code")
            if _wants_ways(frame, request):
                with frame.reading(request) as visit:
                    return visit.go(f"{PATH}/ways?{urlencode({'organisation': peer.did})}")
            link = links.connect(person, peer.did, peer.name, code)
        except FAULTS as fault:
            with frame.reading(request) as visit:
                return visit.show(_page(visit, fault), 400)
        return _connected(frame, request, link)


def _by_mail(frame: Frame, routes: APIRouter) -> None:
    @routes.get(f"{PATH}/ways")
    def ways(request: Request) -> Response:
        _, links, peer, _ = _asked(frame, request, "")
        offer = links.offer(peer.did)
        with frame.reading(request) as visit:
            return visit.show(_ways(visit, peer, offer))

    @routes.post(f"{PATH}/mail")
    def letter(request: Request) -> Response:
        person, links, peer, address = _asked(frame, request, "address")
        try:
            plain_address(address)
            links.ask_letter(person, peer.did, address)
        except FAULTS as fault:
            offer = links.offer(peer.did)
            with frame.reading(request) as visit:
                page = replace(_ways(visit, peer, offer), address=address[:254], problem=reason(fault, visit))
                return visit.show(page, 400)
        minutes = links.offer(peer.did).minutes
        with frame.reading(request) as visit:
            asked = urlencode({"organisation": peer.did, "minutes": minutes})
            return visit.go(f"{PATH}?{asked}", "letter-asked")


def _by_credential(frame: Frame, routes: APIRouter) -> None:
    @routes.post(f"{PATH}/wallet")
    def begin(request: Request) -> Response:
        person, links, peer, _ = _asked(frame, request, "")
        offer, asked = links.offer(peer.did), links.ask_nonce(person, peer.did)
        with frame.reading(request) as visit:
            return visit.show(_wallet(visit, peer, offer, asked))

    @routes.post(f"{PATH}/shown")
    def show(request: Request) -> Response:
        person, links, peer, presentation = _asked(frame, request, "presentation")
        try:
            link = links.show(person, peer.did, peer.name, presentation)
        except FAULTS as fault:
            offer, asked = links.offer(peer.did), links.ask_nonce(person, peer.did)
            with frame.reading(request) as visit:
                return visit.show(replace(_wallet(visit, peer, offer, asked), problem=reason(fault, visit)), 400)
        return _connected(frame, request, link)


def reason(fault: SkillspaceError, visit: Visit) -> str:
    """Return why somebody said no, in the person's language: the other node's own fault travels in its answer."""
    code = str(fault.body.get("code", "")) if isinstance(fault, PeerRefused) else fault.code
    return fault_sentence(code, visit.words) or fault.message


def _asked(frame: Frame, request: Request, field: str) -> tuple[Account, Links, Peer, str]:
    """Return who asks, the organisation they mean, and one field; other nodes are called once this is closed."""
    with frame.reading(request) as visit:
        person, spaces = visit.person()
        did = visit.field("organisation") or visit.asked("organisation")
        peer = visit.rooms.directory.find(visit.work, did)
        if peer is None or not peer.roles & HOLDERS:
            raise NotFound("This organisation is not a member of the data space.")
        return person, spaces.links, peer, visit.field(field) if field else ""


def _wants_ways(frame: Frame, request: Request) -> bool:
    with frame.reading(request) as visit:
        return visit.field("do") == "ways"


def _connected(frame: Frame, request: Request, link: Link) -> Response:
    with frame.writing(request) as visit:
        spaces: Spaces = visit.person()[1]
        asked = spaces.asks.propose(visit.work, link)
        if len(asked) == 1:
            return visit.go(f"/sharing/ask/{asked[0].id}", "connected")
        return visit.go("/sharing", "connected") if asked else visit.go("/you", "known")


def _page(visit: Visit, fault: SkillspaceError | None = None) -> ConnectPage:
    visit.person()
    chosen = visit.field("organisation") or visit.asked("organisation")
    peers = [peer for peer in visit.rooms.directory.peers(visit.work) if peer.roles & HOLDERS]
    minutes = visit.asked("minutes")
    return ConnectPage(
        chrome=visit.chrome("you", path=PATH),
        code=visit.field("code")[:64],
        problem=reason(fault, visit) if fault else "",
        organisations=tuple(
            Choice(value=peer.did, label=peer.name, is_chosen=peer.did == chosen)
            for peer in peers
            if peer.did != visit.rooms.did
        ),
        minutes=int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 5 else 0,
    )


def _ways(visit: Visit, peer: Peer, offer: Offer) -> WaysPage:
    return WaysPage(
        chrome=visit.chrome("you", path=PATH),
        organisation=Choice(value=peer.did, label=peer.name),
        ways=offer.ways,
        credentials=offer.credentials,
        minutes=offer.minutes,
    )


def _wallet(visit: Visit, peer: Peer, offer: Offer, asked: Asked) -> WalletPage:
    return WalletPage(
        chrome=visit.chrome("you", path=PATH),
        name=peer.name,
        organisation=peer.did,
        action=f"{PATH}/shown",
        nonce=asked.nonce,
        audience=asked.audience,
        until=asked.until,
        credentials=offer.credentials,
    )
