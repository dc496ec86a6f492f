"""What an organisation's matching makes of a person under their yes, asked there and then; and the way to appeal."""

from __future__ import annotations

import structlog
from fastapi import APIRouter, Request, Response

from skillspace.kernel.clock import from_iso
from skillspace.kernel.errors import BadInput, NotFound, SkillspaceError
from skillspace.market.oversight import KIND, Compared, Explanation, Standing, Why
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.cases import case_line
from skillspace.portal.pages.person.grants import is_matched
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.pages.person.rights import room
from skillspace.portal.views.common import Match, MatchedSkill
from skillspace.portal.views.oversight import DecidedLine, MatchedLine, MatchedPage
from skillspace.portal.words import N_
from skillspace.trust.consent import Grant
from skillspace.trust.rights import Right, Scope

log = structlog.get_logger()

PATH = "/sharing/grants/{grant_id}/matching"
#: As many of a person's own words as a form takes.
MOST_WORDS = 2000
BANDS = {
    "first-three": N_("Matching puts you among the first three."),
    "first-ten": N_("Matching puts you among the first ten."),
    "beyond": N_("Matching does not put you among the first ten."),
}
STANDINGS = {
    Standing.MATCHED: N_("A person there put you back to where matching has you."),
    Standing.UP: N_("A person there moved you up."),
    Standing.ASIDE: N_("A person there set you aside."),
}
REASONS = {
    Why.KNOWN: N_("They know something your profile does not show."),
    Why.MISTAKEN: N_("The match rested on a mistake."),
    Why.CONDITION: N_("A condition of the job decided."),
    Why.APPEAL: N_("You asked them to look again."),
    Why.OTHER: N_("For another reason."),
}


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("Sharing")

    @routes.get(PATH)
    def matched(request: Request, grant_id: str) -> Response:
        with frame.reading(request) as visit:
            grant = own_grant(visit, grant_id)
        found = None
        try:
            found = frame.rooms.oversight.ask(grant.recipient, grant.id)
        except SkillspaceError as fault:
            log.info("matching.not_explained", grant=grant.id, code=fault.code)
        with frame.reading(request) as visit:
            return visit.show(_page(visit, grant, found))

    @routes.post(PATH)
    def appeal(request: Request, grant_id: str) -> Response:
        with frame.writing(request) as visit:
            person, _ = visit.person()
            grant = own_grant(visit, grant_id)
            words = visit.field("words").strip()
            if not 0 < len(words) <= MOST_WORDS:
                raise BadInput(f"Say what they should look at again, in at most {MOST_WORDS} characters.")
            title = " ".join(visit.field("title").split())[:400]
            case = room(visit).open(
                visit.work,
                person.id,
                Right.REVIEW,
                f"{title}: {words}" if title else words,
                Scope(kinds=(KIND,), grants=(grant.id,)),
                only=[grant.recipient],
            )
            return visit.go(f"/you/rights/{case.id}", "right-used")

    return routes


def own_grant(visit: Visit, grant_id: str) -> Grant:
    """Return a yes of the person's that matching may have used; raise NotFound."""
    person, spaces = visit.person()
    grant = spaces.consents.grant_of(visit.work, grant_id, person.id)
    if not is_matched(visit, grant):
        raise NotFound("Nobody compares you with jobs under this consent.")
    return grant


def _page(visit: Visit, grant: Grant, found: Explanation | None) -> MatchedPage:
    person, _ = visit.person()
    names = Names(visit)
    cases = [one for one in room(visit).cases(visit.work, person.id) if one.right is Right.REVIEW]
    listed = [one for one in (found.vacancies if found else []) if one.needs and one.band != "beyond"]
    unreached = visit.words.gettext("They cannot be asked at the moment. Try again later; you can appeal all the same.")
    return MatchedPage(
        chrome=visit.chrome("sharing"),
        grant_id=grant.id,
        place=names.place(grant.recipient, grant.recipient_name),
        at=from_iso(found.at) if found else None,
        looked_at=found.looked_at if found else 0,
        beyond=found.looked_at - len(listed) if found else 0,
        lines=tuple(_line(one, names) for one in found.vacancies) if found else (),
        cases=tuple(case_line(visit, one) for one in cases if grant.id in one.scope.grants),
        problem="" if found else unreached,
    )


def _line(one: Compared, names: Names) -> MatchedLine:
    _ = names.words.gettext
    return MatchedLine(
        vacancy=one.vacancy,
        title=one.title,
        where=one.where,
        band=_(BANDS[one.band]) if one.needs else "",
        match=_match(one, names) if one.needs else None,
        decided=tuple(
            DecidedLine(what=_(STANDINGS[each.state]), why=_(REASONS[each.why]), words=each.words, at=from_iso(each.at))
            for each in one.decided
        ),
    )


def _match(one: Compared, names: Names) -> Match:
    parts: dict[str, list[MatchedSkill]] = {"have": [], "close": [], "missing": []}
    for need in one.needs:
        part = "have" if need.validation else "close" if need.by else "missing"
        via = names.skill(need.by) if need.by else ""
        skill = MatchedSkill(uri=need.uri, label=names.skill(need.uri), level=need.validation, via=via)
        parts[part].append(skill)
    return Match(**{part: tuple(skills) for part, skills in parts.items()})
