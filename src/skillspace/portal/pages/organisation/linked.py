"""The page of connected people: who of ours connected a space, how that was proven, and taking it back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.people.holdings import Connection
from skillspace.people.recognition import NoAddress
from skillspace.portal.pages.frame import HOLDERS, Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.wording import Names
from skillspace.portal.pages.sentences import explain
from skillspace.portal.views.connecting import LinkedPage, LinkedPerson
from skillspace.portal.views.organisation import Todo

PATH = "/org/linked"


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("Connected people")

    @routes.get(PATH)
    def linked(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post(PATH)
    def take_back(request: Request) -> Response:
        with frame.writing(request) as visit:
            account = visit.staff("operator")
            where, subject = visit.field("intermediary"), visit.field("subject")
            found = [one for one in _connections(visit) if (one.intermediary, one.subject) == (where, subject)]
            if not found:
                raise NotFound("Nobody is connected there any more.")
            visit.rooms.recognition.disconnect(visit.work, where, subject, by="organisation")
            journal.note(visit.work, account, "link.take-back", thing=subject, title=found[0].name)
        return visit.go(PATH, "taken-back")

    @routes.post(f"{PATH}/record")
    def record(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                return _change(visit)
        except (NotFound, NoAddress) as fault:
            with frame.reading(request) as visit:
                unknown = visit.words.gettext("No record of yours has this number.")
                problem = unknown if isinstance(fault, NotFound) else explain(fault, visit.words)[0]
                return visit.show(replace(_page(visit), problem=problem, number=visit.field("number")[:200]), 400)

    return routes


def waiting(visit: Visit) -> list[Todo]:
    """Return what an operator has to put right: records whose common address somebody asked for."""
    text = visit.words.gettext("One e-mail address stands on several records: %(numbers)s")
    return [
        Todo(text=text % {"numbers": visit.words.listing(list(numbers))}, href=PATH, since=_today(visit))
        for numbers in visit.rooms.recognition.letters.shared(visit.work)
    ]


def _change(visit: Visit) -> Response:
    """Make a code for a record, or write the address on it."""
    account, number = visit.staff("operator"), visit.field("number").strip()
    recognition = visit.rooms.recognition
    if visit.field("do") == "code":
        code = recognition.holdings.new_code(visit.work, number)
        journal.note(visit.work, account, "link.code", thing=number, title=number)
        return visit.show(replace(_page(visit), number=number, code=code))
    if visit.field("do") != "address":
        raise BadInput("A record gets a code, or an address.")
    recognition.contacts.set_address(visit.work, number, visit.field("address"))
    journal.note(visit.work, account, "link.address", thing=number, title=number)
    return visit.go(PATH, "address-kept")


def _page(visit: Visit) -> LinkedPage:
    visit.staff("operator")
    names = Names(visit)
    return LinkedPage(
        chrome=visit.chrome("linked", path=PATH),
        people=tuple(_line(one, names) for one in _connections(visit)),
        shared=tuple(visit.rooms.recognition.letters.shared(visit.work)),
        ways=tuple(str(way) for way in visit.rooms.recognition.terms.ways),
    )


def _connections(visit: Visit) -> list[Connection]:
    if not visit.rooms.roles & HOLDERS:
        raise NotFound("This organisation keeps no records of people of its own.")
    return visit.rooms.holdings.connections(visit.work)


def _line(one: Connection, names: Names) -> LinkedPerson:
    return LinkedPerson(
        number=one.local_id,
        name=one.name,
        space=names.of(one.intermediary),
        intermediary=one.intermediary,
        subject=one.subject,
        way=one.way,
        since=one.linked.date(),
        issuer=names.of(one.issuer) if one.issuer else "",
    )


def _today(visit: Visit) -> dt.date:
    return visit.work.now.astimezone(visit.words.zone).date()
