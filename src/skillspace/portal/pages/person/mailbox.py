"""Where somebody gets letters: an address is entered, proven with the code that is sent there, changed and removed."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, Conflict, Refused
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.connect import reason
from skillspace.portal.views.account import MailboxPage

PATH = "/you/mailbox"
MOST_TYPED = 254


def router(frame: Frame) -> APIRouter:
    """Return the page of somebody's address."""
    routes = frame.router("You")

    @routes.get(PATH)
    def look(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post(PATH)
    def ask(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                person, spaces = visit.person()
                spaces.mailboxes.ask(visit.work, person.id, visit.field("address"))
                return visit.go(PATH, "letter-asked")
        except (BadInput, Refused) as fault:
            with frame.reading(request) as visit:
                typed = visit.field("address")[:MOST_TYPED]
                return visit.show(replace(_page(visit), address=typed, address_problem=reason(fault, visit)), 400)

    @routes.post(f"{PATH}/code")
    def prove(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                person, spaces = visit.person()
                if spaces.mailboxes.prove(visit.work, person.id, visit.field("code")):
                    return visit.go(PATH, "mailbox-proven")
                wrong = visit.words.gettext("This code is not right, was used before, or is too old.")
                return visit.show(_with_code(visit, wrong), 400)
        except Conflict as fault:
            with frame.reading(request) as visit:
                return visit.show(_with_code(visit, reason(fault, visit)), 409)

    @routes.post(f"{PATH}/remove")
    def remove(request: Request) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            if visit.field("what") == "waiting":
                spaces.mailboxes.give_up(visit.work, person.id)
                return visit.go(PATH)
            spaces.mailboxes.remove(visit.work, person.id)
            return visit.go(PATH, "mailbox-gone")

    return routes


def _with_code(visit: Visit, problem: str) -> MailboxPage:
    """Return the page with what is wrong beside the code; where no address waits any more, beside the address."""
    page = _page(visit)
    if not page.waiting:
        return replace(page, address_problem=problem)
    return replace(page, code=visit.field("code")[:MOST_TYPED], code_problem=problem)


def _page(visit: Visit) -> MailboxPage:
    person, spaces = visit.person()
    waiting = spaces.mailboxes.waiting(visit.work, person.id)
    return MailboxPage(
        chrome=visit.chrome("you", path=PATH),
        is_open=spaces.mailboxes.is_open,
        proven=person.email or "",
        waiting=waiting.address if waiting else "",
        until=waiting.until if waiting else None,
        is_refused=waiting is not None and waiting.is_refused,
    )
