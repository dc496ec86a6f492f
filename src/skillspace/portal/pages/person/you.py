"""You: sign-in and devices, connected organisations, everything to take along, and leaving for good."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from skillspace.kernel.errors import BadInput, Refused
from skillspace.market.territory import territory_names, towns
from skillspace.people.accounts import AccountKind
from skillspace.people.leaving import Download, jsonld, pdf
from skillspace.portal.pages.frame import Frame, Visit, go
from skillspace.portal.pages.person.door import let_out, script_answer
from skillspace.portal.pages.person.giving import day_of
from skillspace.portal.pages.person.guardians import cards
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.render import SECURITY_HEADERS
from skillspace.portal.views.account import Connection, ErasedPage, ErasePage, PasskeyView, YouPage
from skillspace.portal.words import LEVELS, N_
from skillspace.trust.mandate import Stage

PDF_WORDS = {
    "title": N_("My skills"),
    "skills": N_("Skills"),
    "skill": N_("Skill"),
    "since": N_("Since"),
    "from": N_("From"),
    "plan": N_("Plan"),
    "records": N_("Records"),
    "consents": N_("Who may see what"),
    "until": N_("until"),
}


MOST_TYPED = 100


def router(frame: Frame) -> APIRouter:
    """Return the pages about the account."""
    routes = frame.router("You")

    @routes.get("/you")
    def you(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post("/you/born")
    def born(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                person, spaces = visit.person()
                day = day_of(visit.field("born"))
                if day is None:
                    raise BadInput("Tell the day you were born.")
                spaces.mandates.births.declare(visit.work, person.id, born=day)
                return visit.go("/you", "born")
        except BadInput:
            with frame.reading(request) as visit:
                problem = visit.words.gettext("Tell the day, month and year you were born.")
                return visit.show(replace(_page(visit), problem=problem), 400)

    _home(frame, routes)
    _passkeys(frame, routes)
    _downloads(frame, routes)
    _erasing(frame, routes)
    return routes


def _home(frame: Frame, routes: APIRouter) -> None:
    @routes.post("/you/home")
    def home(request: Request) -> Response:
        typed = ""
        with frame.writing(request) as visit:
            person, _ = visit.person()
            typed = visit.field("home").strip()[:MOST_TYPED] if visit.field("do") != "remove" else ""
            found = towns(typed)
            if len(found) == 1 or not typed:
                code = found[0].code if typed else None
                visit.rooms.accounts.set_territory(visit.work, person.id, code)
                return visit.go("/you", "home-kept" if code else "home-gone")
        with frame.reading(request) as visit:
            named = visit.words.listing([f"{one.name}, {one.region_name}" for one in found])
            problem = (
                visit.words.gettext("More than one is called so: write %(names)s.") % {"names": named}
                if found
                else visit.words.gettext(
                    "We know no municipality of this name. Write its whole name, in the language spoken there."
                )
            )
            return visit.show(replace(_page(visit), home=typed, home_problem=problem), 400)


def _passkeys(frame: Frame, routes: APIRouter) -> None:
    passkeys = frame.rooms.passkeys

    @routes.post("/you/passkeys/options")
    def options(request: Request) -> Response:
        with frame.writing(request) as visit:
            return script_answer(passkeys.begin_adding(visit.work, visit.account))

    @routes.post("/you/passkeys")
    def change(request: Request) -> Response:
        with frame.writing(request) as visit:
            if visit.body:
                label = request.headers.get("sec-ch-ua-platform", "").strip('"')
                if passkeys.finish_registration(visit.work, visit.body, label=label).id != visit.account.id:
                    raise Refused("This passkey was asked for by another account.")
                return JSONResponse({})
            if visit.field("do") != "remove":
                raise BadInput("Adding a passkey needs JavaScript.")
            passkeys.remove(visit.work, visit.account.id, visit.field("passkey"))
            return visit.go("/you", "passkey-gone")


def _downloads(frame: Frame, routes: APIRouter) -> None:
    @routes.get("/you/download.jsonld")
    def as_jsonld(request: Request) -> Response:
        with frame.reading(request) as visit:
            everything = _everything(visit)
        return _file(jsonld(everything), "application/ld+json", "skillspace.jsonld")

    @routes.get("/you/download.pdf")
    def as_pdf(request: Request) -> Response:
        with frame.reading(request) as visit:
            everything = _everything(visit)
            words = {name: visit.words.gettext(text) for name, text in PDF_WORDS.items()}
            words |= {f"level{number}": visit.words.gettext(level.word) for number, level in LEVELS.items()}
            words["esco"] = next((pack.statement for pack in frame.rooms.taxonomies.schemes), "")
        return _file(pdf(everything, words), "application/pdf", "skillspace.pdf")


def _erasing(frame: Frame, routes: APIRouter) -> None:
    @routes.get("/you/erase")
    def look(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_erase_page(visit))

    @routes.post("/you/erase")
    def erase(request: Request) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            if visit.field("confirm") != "yes":
                return visit.go("/you/erase")
            spaces.erasure.erase(visit.work, person.id)
        return let_out(frame, go("/you/erased"))

    @routes.get("/you/erased")
    def erased(request: Request) -> Response:
        with frame.reading(request, anybody=True) as visit:
            return visit.show(ErasedPage(chrome=visit.chrome(path="/you/erased")))


def _page(visit: Visit) -> YouPage:
    account = visit.account
    keys = visit.rooms.passkeys.listed(visit.work, account.id)
    title, guardians = cards(visit)
    return YouPage(
        chrome=visit.chrome("you"),
        name=account.name,
        home=territory_names().get(account.territory or "", ""),
        has_home=account.territory is not None,
        passkeys=tuple(
            PasskeyView(
                id=key.id,
                label=key.label,
                added=key.added.date(),
                last_used=key.last_used.date() if key.last_used else None,
            )
            for key in keys
        ),
        connections=_connections(visit) if account.kind is AccountKind.PERSON else (),
        is_person=account.kind is AccountKind.PERSON,
        is_age_unknown=_is_age_unknown(visit),
        guardians_title=title,
        guardians=guardians,
        today=visit.work.now.date(),
    )


def _is_age_unknown(visit: Visit) -> bool:
    spaces = visit.rooms.spaces
    if spaces is None or visit.account.kind is not AccountKind.PERSON:
        return False
    return spaces.mandates.births.standing(visit.work, visit.account.id, visit.work.now).stage is Stage.UNKNOWN


def _connections(visit: Visit) -> tuple[Connection, ...]:
    person, spaces = visit.person()
    names = Names(visit)
    records = spaces.profile.records(visit.work, person.id)
    connections = []
    for link in spaces.links.of_person(visit.work, person.id):
        came = [record.updated.date() for record in records if record.source == link.organisation]
        connections.append(
            Connection(
                id=link.organisation,
                place=names.place(link.organisation, link.name),
                since=link.linked.date(),
                way=link.way,
                records=len(came),
                last_received=max(came, default=None),
            )
        )
    return tuple(connections)


def _everything(visit: Visit) -> Download:
    person, spaces = visit.person()
    return spaces.everything(visit.work, person.id, visit.rooms.accounts)


def _erase_page(visit: Visit) -> ErasePage:
    person, spaces = visit.person()
    return ErasePage(
        chrome=visit.chrome("you"),
        skills=len(spaces.profile.skills(visit.work, person.id, visit.language)),
        records=len(spaces.profile.records(visit.work, person.id)),
        stories=len(spaces.stories.of_person(visit.work, person.id)),
        grants=sum(not grant.why_not(visit.work.now) for grant in spaces.consents.of_person(visit.work, person.id)),
    )


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = SECURITY_HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
