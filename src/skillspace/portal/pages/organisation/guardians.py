"""The officer's desk: who asks to be a child's guardian, what children told about theirs, and who is one."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.people.accounts import Account
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.tables import wanted
from skillspace.portal.pages.person.mandates import STATES
from skillspace.portal.rooms import Spaces
from skillspace.portal.views.guardians import GuardianLine, GuardiansPage, Party, WorryLine
from skillspace.trust.mandate import Concern, Mandate, MandateState
from skillspace.trust.mandate.machine import AGENT, OFFICER

PATH = "/org/guardians"
ROLE = "officer"
PAGE = 25
LIVING = (MandateState.ACTIVE, MandateState.SUSPENDED)
#: A reason is as long as the room of mandates keeps one.
MOST_REASON = 300


def router(frame: Frame) -> APIRouter:
    """Return the desk's routes."""
    routes = frame.router("Guardians")

    @routes.get(PATH)
    def desk(request: Request) -> Response:
        with frame.reading(request) as visit:
            officer_of(visit)
            return visit.show(_page(visit))

    @routes.post(PATH + "/worries/{concern_id}")
    def answer(request: Request, concern_id: str) -> Response:
        try:
            with frame.writing(request) as visit:
                account, spaces = officer_of(visit)
                said = spaces.mandates.concerns.answer(visit.work, concern_id, account.id, visit.field("words"))
                note(visit, account, "guardian.answer", said.mandate)
                return visit.go(PATH, "worry-answered")
        except BadInput:
            with frame.reading(request) as visit:
                officer_of(visit)
                problem = visit.words.gettext("Write at least a word, and not more than a page.")
                return visit.show(_page(visit, problem), 400)

    return routes


def officer_of(visit: Visit) -> tuple[Account, Spaces]:
    """Return the officer and the rooms of people's spaces; raise RoleMissing, and NotFound where no people live."""
    account = visit.staff(ROLE)
    if visit.rooms.spaces is None:
        raise NotFound("This organisation keeps no people's spaces, so nobody here has a guardian.")
    return account, visit.rooms.spaces


def note(visit: Visit, account: Account, act: str, mandate_id: str, why: str = "") -> None:
    """Write down what an officer did, naming the mandate and nobody in it."""
    title = visit.words.gettext("Mandate %(number)s") % {"number": mandate_id[-12:]}
    journal.note(visit.work, account, act, thing=mandate_id, title=title, why=why)


def party(visit: Visit, who: str) -> Party:
    """Return all an officer is shown of somebody: a name and a code; of who left or lives elsewhere the code alone."""
    try:
        return Party(name=visit.rooms.accounts.get(visit.work, who).name, code=who)
    except NotFound:
        return Party(name=visit.words.gettext("somebody who is not here any more") if ":" not in who else who, code=who)


def line(visit: Visit, mandate: Mandate) -> GuardianLine:
    """Return a mandate as a line."""
    word, kind = STATES[mandate.state]
    is_proposed = mandate.state is MandateState.PROPOSED
    return GuardianLine(
        id=mandate.id,
        child=party(visit, mandate.principal),
        guardian=party(visit, mandate.agent),
        state=visit.words.gettext(word),
        kind=kind,
        since=(mandate.proposed if is_proposed else mandate.starts).date(),
        until=mandate.ends.date(),
        jointly=mandate.jointly,
        waits=_waits(visit, mandate) if is_proposed else "",
        is_ours=is_proposed and OFFICER in mandate.awaits,
    )


def _waits(visit: Visit, mandate: Mandate) -> str:
    _ = visit.words.gettext
    if OFFICER in mandate.awaits:
        return _("It waits for you.")
    return _("It waits for the guardian.") if AGENT in mandate.awaits else _("It waits for the young person.")


def _page(visit: Visit, problem: str = "") -> GuardiansPage:
    _, spaces = officer_of(visit)
    asked = wanted(visit, PATH, (), sort="", size=PAGE)
    room = spaces.mandates.mandates
    count, living = room.guardians(visit.work, LIVING, code=asked.words, offset=asked.offset, limit=asked.size)
    _, proposed = room.guardians(visit.work, (MandateState.PROPOSED,))
    requests = sorted((line(visit, one) for one in proposed), key=lambda it: (not it.is_ours, it.since))
    return GuardiansPage(
        chrome=visit.chrome("guardians", path=PATH),
        listing=asked.listing(count),
        worries=tuple(_worry(visit, one) for one in spaces.mandates.concerns.waiting(visit.work)),
        requests=tuple(requests),
        living=tuple(line(visit, one) for one in living),
        problem=problem,
    )


def _worry(visit: Visit, concern: Concern) -> WorryLine:
    _, spaces = officer_of(visit)
    mandate = spaces.mandates.mandates.find(visit.work, concern.mandate)
    return WorryLine(
        id=concern.id,
        mandate=concern.mandate,
        child=party(visit, concern.person),
        guardian=party(visit, mandate.agent),
        words=concern.words,
        said=concern.said,
    )
