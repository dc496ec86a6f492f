"""News of jobs and trainings: what somebody was told and why, how they wish to hear of it, and what was learnt."""

from __future__ import annotations

from datetime import time
from functools import cache
from zoneinfo import available_timezones

from fastapi import APIRouter, Request, Response

from skillspace.insight import in_demand
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.market.territory import place as place_of
from skillspace.market.territory import territory_names
from skillspace.people.accounts import Account
from skillspace.people.alerts import MOST_EFFECT, Kind, Often, Outcome, Property, Quiet, Said, Wishes
from skillspace.people.alerts.choosing import MOST
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.alert_cards import batches_of, lesson_line
from skillspace.portal.pages.person.nearby import choice_of, circles, counted
from skillspace.portal.pages.person.opportunities import territories
from skillspace.portal.pages.person.regional import boost_said
from skillspace.portal.rooms import Spaces
from skillspace.portal.views.alerts import AlertsPage
from skillspace.portal.views.common import Choice
from skillspace.portal.words import N_

HOME = "/alerts"
KINDS = {Kind.JOB: N_("Jobs"), Kind.TRAINING: N_("Trainings")}
OFTEN = {Often.DAILY: N_("Once a day at most"), Often.WEEKLY: N_("Once a week at most")}
LEAST = {
    0: N_("Any of what it asks for"),
    25: N_("A quarter of what it asks for"),
    50: N_("Half of what it asks for"),
    75: N_("Three quarters of what it asks for"),
}
BACK = "back"


def router(frame: Frame) -> APIRouter:
    """Return the page of alerts."""
    routes = frame.router("Opportunities")

    @routes.get(HOME)
    def look(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post(HOME)
    def wish(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                person, spaces = visit.person()
                is_on = visit.field("do") != "off"
                wishes = _wished(visit) if is_on else spaces.alerts.standing(visit.work, person.id).wishes
                spaces.alerts.wish(visit.work, person.id, wishes, is_on=is_on)
                return visit.go(HOME, "alerts-on" if is_on else "alerts-off")
        except BadInput:
            with frame.reading(request) as visit:
                problem = visit.words.gettext(
                    "Choose jobs, trainings or both, and quiet hours on a quarter of an hour."
                )
                return visit.show(_page(visit, problem), 400)

    @routes.post(f"{HOME}/learning")
    def learn(request: Request) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            may = visit.field("learn") == "yes"
            spaces.alerts.learn(visit.work, person.id, may=may)
            return visit.go(HOME, "learning-on" if may else "learning-off")

    @routes.post(f"{HOME}/lessons/{{about}}")
    def unlearn(request: Request, about: str) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            if about not in set(Property):
                raise NotFound("Nothing is learnt about this.")
            spaces.alerts.unlearn(visit.work, person.id, Property(about), visit.field("value"))
            return visit.go(HOME, "lesson-gone")

    @routes.post(f"{HOME}/{{alert_id}}")
    def answer(request: Request, alert_id: str) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            said, outcome = _answered(visit.field("answer"))
            spaces.alerts.answer(visit.work, person.id, alert_id, said, outcome)
            return visit.go(HOME, "alert-answered" if said else "alert-back")

    return routes


def _wished(visit: Visit) -> Wishes:
    """Read the form; raise BadInput for what it does not offer."""
    person, _ = visit.person()
    try:
        quiet = Quiet(
            start=time.fromisoformat(visit.field("start")),
            end=time.fromisoformat(visit.field("end")),
            zone=visit.field("zone"),
        )
        return Wishes(
            kinds=frozenset(Kind(kind) for kind in visit.fields("kind")),
            often=Often(visit.field("often")),
            where=choice_of(visit.field("where"), person.territory),
            least=int(visit.field("least")),
            quiet=quiet,
            by_letter=visit.field("letter") == "yes",
            by_region=visit.field("region") == "yes",
        )
    except ValueError as fault:
        raise BadInput("The form does not offer this.") from fault


def _answered(text: str) -> tuple[Said | None, Outcome | None]:
    """Read what a button says; what came of an offer is a yes to it. Raises BadInput."""
    if text == BACK:
        return None, None
    try:
        return (Said.YES, Outcome(text)) if text in set(Outcome) else (Said(text), None)
    except ValueError as fault:
        raise BadInput("Choose one of the answers.") from fault


def _page(visit: Visit, problem: str = "") -> AlertsPage:
    person, spaces = visit.person()
    words, work = visit.words, visit.work
    standing = spaces.alerts.standing(work, person.id)
    told = spaces.alerts.of_person(work, person.id)
    wishes = standing.wishes
    may_learn = spaces.alerts.may_learn(work, person.id)
    return AlertsPage(
        chrome=visit.chrome("opportunities", path=HOME),
        most=MOST,
        most_effect=round(MOST_EFFECT * 100),
        next=standing.due,
        batches=batches_of(visit, spaces, told),
        kinds=tuple(
            Choice(value=kind, label=words.gettext(text), is_chosen=kind in wishes.kinds)
            for kind, text in KINDS.items()
        ),
        often=tuple(
            Choice(value=often, label=words.gettext(text), is_chosen=often is wishes.often)
            for often, text in OFTEN.items()
        ),
        territories=(*circles(person.territory, wishes.where, words), *_territories(spaces, person, wishes.where)),
        counted=counted(wishes.where, person.territory, words),
        by_region=wishes.by_region,
        region=_region(visit, person),
        has_home=person.territory is not None,
        least=tuple(
            Choice(value=str(least), label=words.gettext(text), is_chosen=least == wishes.least)
            for least, text in LEAST.items()
        ),
        start=wishes.quiet.start.isoformat("minutes"),
        end=wishes.quiet.end.isoformat("minutes"),
        zones=tuple(
            Choice(value=zone, label=zone.replace("_", " "), is_chosen=zone == wishes.quiet.zone)
            for zone in sorted({*_zones(), wishes.quiet.zone})
        ),
        by_letter=wishes.by_letter,
        sends_letters=spaces.mailboxes.is_open,
        address=person.email or "",
        learning_since=standing.learning_since,
        hint=""
        if may_learn
        else words.gettext("Until you are old enough to decide alone, nothing is learnt from you."),
        lessons=tuple(lesson_line(visit, one, told) for one in spaces.alerts.lessons(work, person.id)),
        problem=problem,
    )


def _region(visit: Visit, person: Account) -> str:
    """Return what the person's region asks for, as it counts here; empty where nothing is published of it."""
    found = in_demand(visit.work, person.territory)
    return boost_said(found, visit) if found else ""


def _territories(spaces: Spaces, person: Account, chosen: str) -> tuple[Choice, ...]:
    """Return where offers are, countries and regions, after the municipality somebody lives in."""
    index = spaces.indexes.jobs or spaces.indexes.trainings
    wider = territories(index.places() if index else {}, chosen)
    codes = dict.fromkeys(code for code in (person.territory, chosen) if code and place_of(code))
    own = (Choice(value=code, label=territory_names()[code], is_chosen=code == chosen) for code in codes)
    return (*own, *(choice for choice in wider if choice.value not in codes))


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(zone for zone in available_timezones() if zone.startswith(("Europe/", "Atlantic/"))))
