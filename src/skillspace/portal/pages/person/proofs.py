"""Who somebody is: what they proved to their space with a wallet, by whose word, and letting it go again."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from skillspace.people.identifiers import Identifiers
from skillspace.people.recognition import Challenge
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.connect import FAULTS, reason
from skillspace.portal.views.connecting import ProofLine, ProofsPage, WalletPage

PATH = "/you/proofs"


def router(frame: Frame) -> APIRouter:
    """Return the page of proofs, the request to a wallet, and what comes of its answer."""
    routes = frame.router("You")

    @routes.get(PATH)
    def proofs(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post(f"{PATH}/wallet")
    def begin(request: Request) -> Response:
        with frame.writing(request) as visit:
            return visit.show(_wallet(visit))

    @routes.post(f"{PATH}/shown")
    def show(request: Request) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            presentation = visit.field("presentation").strip()
        try:
            spaces.identifiers.prove(person.id, presentation)
        except FAULTS as fault:
            with frame.writing(request) as visit:
                return visit.show(replace(_wallet(visit), problem=reason(fault, visit)), 400)
        with frame.reading(request) as visit:
            return visit.go(PATH, "proven")

    @routes.post(f"{PATH}/forget")
    def forget(request: Request) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            spaces.identifiers.forget(visit.work, person.id, visit.field("identifier"))
            return visit.go(PATH, "proof-gone")

    return routes


def _page(visit: Visit) -> ProofsPage:
    person, spaces = visit.person()
    found = spaces.identifiers.of(visit.work, person.id)
    return ProofsPage(
        chrome=visit.chrome("you", path=PATH),
        proofs=tuple(ProofLine(identifier=one.identifier, issuer=one.issuer, until=one.until.date()) for one in found),
        credentials=spaces.identifiers.types,
    )


def _wallet(visit: Visit) -> WalletPage:
    person, spaces = visit.person()
    identifiers: Identifiers = spaces.identifiers
    asked: Challenge = identifiers.begin(visit.work, person.id)
    return WalletPage(
        chrome=visit.chrome("you", path=PATH),
        name=visit.rooms.name,
        action=f"{PATH}/shown",
        nonce=asked.nonce,
        audience=asked.audience,
        until=asked.until,
        credentials=identifiers.types,
    )
