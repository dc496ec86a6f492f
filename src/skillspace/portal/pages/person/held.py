"""My data: where it is, organisation by organisation, and under which yes each holds, held or sent it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.grants import is_gather, is_live, is_yes
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.views.rights import HeldLine, HolderView, MyDataPage
from skillspace.portal.words import N_
from skillspace.trust.consent import Grant
from skillspace.trust.consent.machine import HolderState

HOLDS = {
    HolderState.TOLD: (N_("told to delete"), "care"),
    HolderState.KEEPING: (N_("kept because of a law"), "care"),
    HolderState.DELETED: (N_("deleted"), "good"),
}


def router(frame: Frame) -> APIRouter:
    """Return the page that says who holds what."""
    routes = frame.router("You")

    @routes.get("/you/data")
    def held(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    return routes


def _page(visit: Visit) -> MyDataPage:
    person, spaces = visit.person()
    names = Names(visit)
    records = spaces.profile.records(visit.work, person.id)
    places: dict[str, tuple[str, list[HeldLine]]] = {
        link.organisation: (link.name, []) for link in spaces.links.of_person(visit.work, person.id)
    }
    for grant in spaces.consents.of_person(visit.work, person.id):
        if is_yes(grant):
            comes = is_gather(grant, visit)
            did, name = (grant.provider, grant.provider_name) if comes else (grant.recipient, grant.recipient_name)
            places.setdefault(did, (name, []))[1].append(_line(visit, grant, did, names))
    return MyDataPage(
        chrome=visit.chrome("you"),
        holders=tuple(
            HolderView(
                place=names.place(did, name),
                lines=tuple(lines),
                records=sum(record.source == did for record in records),
            )
            for did, (name, lines) in places.items()
        ),
        records=len(records),
        skills=len(spaces.profile.skills(visit.work, person.id, visit.language)),
    )


def _line(visit: Visit, grant: Grant, did: str, names: Names) -> HeldLine:
    word, kind = _stand(visit, grant, did)
    return HeldLine(
        grant_id=grant.id,
        what=names.kinds(grant.kinds),
        why=names.purpose(grant.purpose),
        since=(grant.decided or grant.asked).date(),
        state=visit.words.gettext(word),
        kind=kind,
        is_gather=is_gather(grant, visit),
    )


def _stand(visit: Visit, grant: Grant, did: str) -> tuple[str, str]:
    """Where an organisation stands with what one yes let it have."""
    _, spaces = visit.person()
    comes = is_gather(grant, visit)
    if is_live(grant, visit):
        return (N_("may send it to you"), "good") if comes else (N_("may see it"), "good")
    if comes:
        return N_("sends nothing more"), "ended"
    found = next((each for each in spaces.consents.holders_of(visit.work, grant) if each.organisation == did), None)
    return HOLDS[found.state] if found else (N_("sees nothing more"), "ended")
