"""Validating people's skills: the requests that came, what was released for each, and the organisation's steps."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, Conflict, NotFound, Refused
from skillspace.people.validation import CASE, ORGANISATION, Evidence
from skillspace.people.validation import Request as Asked
from skillspace.people.validation.desk import NEED_WORDS
from skillspace.people.validation.model import OWN_WORDS
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.validating import line, steps
from skillspace.portal.render import SECURITY_HEADERS
from skillspace.portal.views.common import Place
from skillspace.portal.views.validation import (
    CaseLine,
    EvidenceView,
    MoveForm,
    ValidationDeskPage,
    ValidationRequestPage,
)
from skillspace.portal.words import N_

PATH = "/org/validation"
ROLES = ("assessor",)
MOVES = {
    "accept": N_("Take it up"),
    "refuse": N_("Say no"),
    "want evidence": N_("Ask for more"),
    "assess": N_("Write down the assessment"),
    "recognise": N_("Recognise the skill"),
    "recognise in part": N_("Recognise it in part"),
    "do not recognise": N_("Do not recognise it"),
    "take back": N_("Take the recognition back"),
    "take assessment back": N_("Take the assessment back"),
}
ASKS = {
    "refuse": N_("Why? The person reads it."),
    "want evidence": N_("What do you want to see?"),
    "assess": N_("How was it assessed, and what was shown?"),
    "recognise in part": N_("Which part, and what is missing?"),
    "do not recognise": N_("Why, and what would help?"),
    "take back": N_("Why? The person reads it. It cannot be undone."),
    "take assessment back": N_("Why? The person reads it. What rests on it falls with it, and that cannot be undone."),
}
WORDS = N_("What the person should know")
STOPPING = frozenset({"refuse", "do not recognise", "take back", "take assessment back"})
TELL_AGAIN = "tell again"
#: Texts are shown on the page up to here; the whole is in the document.
MOST_TEXT = 4000


def router(frame: Frame) -> APIRouter:
    """Return the desk's routes."""
    routes = frame.router("Validation")

    @routes.get(PATH)
    def inbox(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff(*ROLES)
            desk = visit.rooms.validation_desk
            found = tuple(_line(visit, one) for one in desk.listed(visit.work))
            return visit.show(
                ValidationDeskPage(chrome=visit.chrome("validation", path=PATH), cases=found, is_open=desk.is_open)
            )

    @routes.get(PATH + "/{name}")
    def show(request: Request, name: str) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit, name))

    @routes.get(PATH + "/{name}/evidence/{number}")
    def document(request: Request, name: str, number: int) -> Response:
        with frame.reading(request) as visit:
            visit.staff(*ROLES)
            held = visit.rooms.validation_desk.evidence(visit.work, name)
            if not 0 <= number < len(held) or (found := held[number]).document is None:
                raise NotFound("There is no such document.")
        # Never shown as a page of ours: what somebody sent is saved, and opened elsewhere.
        headers = {"Content-Disposition": f'attachment; filename="evidence-{number + 1}"'}
        return Response(found.document, media_type="application/octet-stream", headers=SECURITY_HEADERS | headers)

    @routes.post(PATH + "/{name}")
    def move(request: Request, name: str) -> Response:
        try:
            with frame.writing(request) as visit:
                account, chosen = visit.staff(*ROLES), visit.field("do")
                if chosen == TELL_AGAIN:
                    visit.rooms.validation_desk.tell_again(visit.work, name)
                    return visit.go(f"{PATH}/{name}", "again")
                moved = visit.rooms.validation_desk.move(
                    visit.work, name, chosen, words=visit.field("words"), level=visit.field("level"), by=account.name
                )
                journal.note(
                    visit.work, account, "validation.step", thing=name, title=moved.label, outcome=moved.state.value
                )
                return visit.go(f"{PATH}/{name}", "moved")
        except (BadInput, Conflict, Refused) as fault:
            with frame.reading(request) as visit:
                return visit.show(replace(_page(visit, name), problem=fault.message), 400)

    return routes


def _page(visit: Visit, name: str) -> ValidationRequestPage:
    visit.staff(*ROLES)
    desk, words = visit.rooms.validation_desk, visit.words.gettext
    found, held = desk.request(visit.work, name), desk.evidence(visit.work, name)
    moves = [] if found.restricted else CASE.allowed(found.state, ORGANISATION)
    return ValidationRequestPage(
        chrome=visit.chrome("validation", path=f"{PATH}/{name}"),
        case=_line(visit, found),
        evidence=tuple(_evidence(name, number, one) for number, one in enumerate(held)),
        steps=steps(visit, found.steps, visit.words.gettext("The person"), visit.rooms.name),
        moves=tuple(
            MoveForm(
                name=move,
                label=words(MOVES[move]),
                ask=words(ASKS.get(move, WORDS)),
                needs_words=move in NEED_WORDS,
                has_level=move == "assess",
                is_stop=move in STOPPING,
            )
            for move in moves
        ),
        restricted=found.restricted or "",
        untold=found.problem or "",
    )


def _line(visit: Visit, request: Asked) -> CaseLine:
    """A request as a line; of its person the organisation knows where their space is, and nothing more."""
    keeper = visit.rooms.directory.find(visit.work, request.intermediary)
    return line(visit, request, Place(name=keeper.name if keeper else request.intermediary, is_verified=bool(keeper)))


def _evidence(name: str, number: int, one: Evidence) -> EvidenceView:
    is_text = one.document is not None and (one.media_type or "").startswith("text/plain")
    return EvidenceView(
        title=one.title,
        kind=one.kind,
        source=one.source,
        level=one.level,
        text=one.document.decode(errors="replace")[:MOST_TEXT] if is_text and one.document is not None else "",
        href=f"{PATH}/{name}/evidence/{number}" if one.document is not None and one.id != OWN_WORDS else "",
    )
