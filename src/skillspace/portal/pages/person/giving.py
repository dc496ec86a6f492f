"""Sharing from one's own side: choosing an organisation, what it may see and until when, with a look before the yes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput
from skillspace.people.sharing import PROFILE_DATASET, PURPOSES
from skillspace.people.sharing.service import KINDS
from skillspace.portal.pages.frame import Frame, Visit, go
from skillspace.portal.pages.person.limits import conditions, limits_form, most_uses
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.pages.person.skills import themes_of
from skillspace.portal.pages.person.young import assent, band_of
from skillspace.portal.views.common import Choice
from skillspace.portal.views.sharing import DataKind, GivePage
from skillspace.trust.consent import subject_for
from skillspace.trust.consent.notices.notice import kind_label
from skillspace.trust.identity import Peer
from skillspace.trust.mandate import AgeUnknown

LONGEST = timedelta(days=365)
PROPOSED = timedelta(days=90)
#: What is switched on before the person decides; a name is never.
PROPOSED_KINDS = frozenset({"skills", "plan"})


def router(frame: Frame) -> APIRouter:
    """Return the form that shares a profile."""
    routes = frame.router("Sharing")

    @routes.get("/sharing/give")
    def form(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit, visit.asked("to"), PROPOSED_KINDS, None))

    @routes.post("/sharing/give")
    def give(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                return _propose(visit) if band_of(visit) else _give(visit)
        except AgeUnknown:
            return go("/you", "age-first")
        except BadInput as fault:
            with frame.reading(request) as visit:
                kinds, until = frozenset(visit.fields("kind")), day_of(visit.field("until"))
                return visit.show(_page(visit, visit.field("to"), kinds, until, fault), 400)

    return routes


def recipients(visit: Visit) -> tuple[Choice, ...]:
    """Return who may be shared with: members of a fitting role that signed a contract for profiles with this node.

    A choice's value is ``purpose:DID``.
    """
    own, names = visit.rooms.did, Names(visit)
    signed = {
        agreement.consumer
        for agreement in visit.rooms.exchange.negotiations.agreements(visit.work)
        if agreement.provider == own and agreement.dataset == PROFILE_DATASET and agreement.in_force
    }
    peers = [peer for peer in visit.rooms.directory.peers(visit.work) if peer.did in signed]
    return tuple(
        Choice(value=f"{purpose}:{peer.did}", label=f"{peer.name}: {names.purpose(purpose)}")
        for peer in peers
        for role, purpose in PURPOSES.items()
        if role in peer.roles
    )


def day_of(text: str) -> date | None:
    """Read the day of a form's date field; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def end_of(day: date) -> datetime:
    """Return the last second of a day: a yes until a day includes it."""
    return datetime.combine(day, time(23, 59, 59), UTC)


def _wish(visit: Visit) -> tuple[Peer, str, list[str], datetime]:
    """Read with whom, for what, what and until when; raise BadInput for what is not offered."""
    purpose, _, did = visit.field("to").partition(":")
    allowed = {choice.value for choice in recipients(visit)}
    peer = visit.rooms.directory.find(visit.work, did)
    if visit.field("to") not in allowed or peer is None:
        raise BadInput("Choose an organisation from the list.")
    kinds, until = visit.fields("kind"), day_of(visit.field("until"))
    if not kinds:
        raise BadInput("Choose at least one thing to share.")
    if until is None or not visit.work.now < end_of(until) <= visit.work.now + LONGEST + timedelta(days=1):
        raise BadInput("The last day lies between today and a year from now.")
    return peer, purpose, [kind for kind in KINDS if kind in kinds], end_of(until)


def _propose(visit: Visit) -> Response:
    """Keep a child's wish to share as an ask with their own yes to it, which their guardian answers."""
    person, spaces = visit.person()
    peer, purpose, kinds, until = _wish(visit)
    agreement = visit.rooms.exchange.negotiations.agreement_between(
        visit.work, visit.rooms.did, peer.did, PROFILE_DATASET
    )
    skills = _chosen_skills(visit) if "skills" in kinds else None
    asked = spaces.consents.ask(
        visit.work,
        person=person.id,
        subject=subject_for(person.secret, peer.did),
        provider=spaces.consents.own_did,
        provider_name=spaces.consents.own_name,
        recipient=peer.did,
        recipient_name=peer.name,
        dataset=PROFILE_DATASET,
        purpose=purpose,
        kinds=kinds,
        until=until,
        agreement=agreement.id if agreement else None,
        why="",
        items={"skills": tuple(skills)} if skills else None,
        max_uses=most_uses(visit),
    )
    assent(visit, asked)
    return visit.go(f"/sharing/ask/{asked.id}", "assented")


def _give(visit: Visit) -> Response:
    person, spaces = visit.person()
    peer, purpose, kinds, until = _wish(visit)
    grant = spaces.sharing.share(
        visit.work,
        person=person.id,
        recipient=peer,
        purpose=purpose,
        kinds=kinds,
        until=until,
        agreement=visit.rooms.exchange.negotiations.agreement_between(
            visit.work, visit.rooms.did, peer.did, PROFILE_DATASET
        ),
        why="",
        skills=_chosen_skills(visit) if "skills" in kinds else None,
        max_uses=most_uses(visit),
        conditions=conditions(visit, peer.did),
    )
    return visit.go(f"/sharing/grants/{grant.id}/view", "shared")


def _chosen_skills(visit: Visit) -> list[str] | None:
    """Return the only skills to be seen, of the person's own; None when none was chosen: then all are."""
    person, spaces = visit.person()
    chosen = list(dict.fromkeys(visit.fields("skill")))
    if set(chosen) - {skill.uri for skill in spaces.profile.skills(visit.work, person.id, visit.language)}:
        raise BadInput("Only your own skills can be chosen.")
    return chosen or None


def _page(
    visit: Visit, to: str, kinds: frozenset[str], until: date | None, problem: BadInput | None = None
) -> GivePage:
    person, spaces = visit.person()
    _ = visit.words.gettext
    today = visit.work.now.date()
    mine = spaces.profile.skills(visit.work, person.id, visit.language)
    plan = spaces.plans.of(visit.work, person.id)
    counts = {"skills": len(mine), "plan": 1 if plan else 0}
    explains = {
        "name": person.name,
        "plan": plan.goal.title if plan else _("You have no plan yet."),
        "skills": _("Each with how it is proven, by whom, and since when."),
    }
    choices = recipients(visit)
    chosen = to if to in {choice.value for choice in choices} else ""
    return GivePage(
        chrome=visit.chrome("sharing", path="/sharing/give"),
        recipients=tuple(
            Choice(value=choice.value, label=choice.label, is_chosen=choice.value == chosen) for choice in choices
        ),
        kinds=tuple(
            DataKind(
                key=kind,
                label=kind_label(kind, visit.language),
                explains=explains[kind],
                count=counts.get(kind) if kind == "skills" else None,
                is_on=kind in kinds,
            )
            for kind in KINDS
        ),
        until=until or today + PROPOSED,
        earliest=today,
        latest=today + LONGEST,
        themes=themes_of(mine, Names(visit)),
        problem=_(
            "Choose an organisation, at least one thing to share, and a last day within a year. Days, hours and "
            "countries must be some in which they work."
        )
        if problem
        else "",
        skills=frozenset(visit.fields("skill")),
        form=limits_form(visit, [choice.value.partition(":")[2] for choice in choices], is_all=not band_of(visit)),
    )
