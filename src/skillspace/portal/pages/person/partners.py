"""Partners: members who sell matching can be asked too what fits, off until the person says yes to each of them."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput
from skillspace.market.matching_service import Asked, NoAnswer, Partner
from skillspace.market.matching_service.messages import Fit
from skillspace.market.territory import territory_names
from skillspace.people.sharing import SKILLS_DATASET
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.views.common import Match, MatchedSkill, SkillTag
from skillspace.portal.views.partners import PartnerCard, PartnerJob, PartnersPage
from skillspace.portal.words import N_
from skillspace.trust.consent import Grant, GrantState

NONE_CAME = {
    NoAnswer.SILENT: N_("They cannot be reached at the moment."),
    NoAnswer.BUSY: N_("They are asked too much at the moment."),
    NoAnswer.PAUSED: N_("They have paused what your space gets from them."),
    NoAnswer.BROKEN_OFF: N_("They broke off what your space gets from them."),
    NoAnswer.NO_CONTRACT: N_("The contract with them about matching is not in force."),
    NoAnswer.NOT_ALLOWED: N_("Your space may not ask them now: your yes or the contract does not cover it."),
    NoAnswer.NOTHING_TO_ASK: N_("None of the skills you allowed is one that others know."),
    NoAnswer.REFUSED: N_("They refused to answer."),
    NoAnswer.UNREADABLE: N_("What they answered cannot be read."),
}


def router(frame: Frame) -> APIRouter:
    """Return the page of partners."""
    routes = frame.router("Opportunities")

    @routes.get("/opportunities/partners")
    def partners(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post("/opportunities/partners")
    def move(request: Request) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            match visit.field("do"):
                case "ask":
                    asked = spaces.partners.propose(visit.work, person.id, visit.field("seller"))
                    return visit.go(f"/sharing/ask/{asked.id}")
                case "again":
                    spaces.partners.again(visit.work, visit.field("grant"), person.id)
                    return visit.go("/opportunities/partners")
            raise BadInput("Choose what shall happen.")

    return routes


def _page(visit: Visit) -> PartnersPage:
    person, spaces = visit.person()
    mine = [one for one in spaces.consents.of_person(visit.work, person.id) if one.dataset == SKILLS_DATASET]
    heard = {one.grant_id: one for one in spaces.partners.of_person(visit.work, person.id)}
    cards = []
    for partner in spaces.partners.partners(visit.work):
        grant = next((one for one in mine if one.recipient == partner.did and _stands(one, visit)), None)
        cards.append(_card(visit, partner, grant, heard.get(grant.id) if grant else None))
    return PartnersPage(chrome=visit.chrome("opportunities"), partners=tuple(cards))


def _stands(grant: Grant, visit: Visit) -> bool:
    return grant.why_not(visit.work.now) is None or grant.state is GrantState.PENDING


def _card(visit: Visit, partner: Partner, grant: Grant | None, found: Asked | None) -> PartnerCard:
    person, spaces = visit.person()
    names = Names(visit)
    card = PartnerCard(did=partner.did, place=names.place(partner.did, partner.name))
    if grant is None:
        return card
    question = spaces.partners.preview(visit.work, grant)
    skills = question.skills if question else []
    card = replace(
        card,
        state="waiting" if grant.state is GrantState.PENDING else "asking",
        grant_id=grant.id,
        sent=tuple(SkillTag(uri=one.concept, label=names.skill(one.concept), level=one.validation) for one in skills),
        region=territory_names().get(question.region, "") if question and question.region else "",
    )
    if found is None:
        return card
    held = {one.uri: one.validation for one in spaces.profile.person_skills(visit.work, person.id)}
    fits = found.answer.matches if found.answer else []
    jobs = tuple(_job(fit, held, names) for fit in fits)
    reason = visit.words.gettext(NONE_CAME[found.reason]) if found.reason else ""
    return replace(card, state=found.state, reason=reason, answered=found.answered, jobs=jobs)


def _job(fit: Fit, held: dict[str, int], names: Names) -> PartnerJob:
    """Return a job as the partner named it, with the skills by the names they have here."""

    def skills(needs: list[str]) -> tuple[MatchedSkill, ...]:
        return tuple(MatchedSkill(uri=uri, label=names.skill(uri), level=held.get(uri)) for uri in needs)

    match = Match(
        have=skills([one.need for one in fit.have]),
        close=skills([one.need for one in fit.close]),
        missing=skills([one.need for one in fit.missing]),
    )
    is_address = urlsplit(fit.offer).scheme in ("https", "http")
    return PartnerJob(title=fit.title or fit.offer, match=match, href=fit.offer if is_address else "")
