"""How I learn: what follows from the statements in my space, why, a way to deny it, and whom I let see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput
from skillspace.people.learning import KIND, Learned, Seen
from skillspace.people.sharing import LEARNING_DATASET, LEARNING_PURPOSE
from skillspace.portal.pages.frame import Frame, Visit, go
from skillspace.portal.pages.inferring import OTHERS, sign_line, skill_line, text_of, week_lines, why_of
from skillspace.portal.pages.person.giving import LONGEST, PROPOSED, day_of, end_of
from skillspace.portal.pages.person.grants import is_live
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.pages.person.young import assent, band_of
from skillspace.portal.views.common import Choice
from skillspace.portal.views.learning import (
    ActivityLine,
    AgreedLine,
    CourseLine,
    Inferred,
    LearningPage,
    SeenBy,
    TimeLine,
    Why,
)
from skillspace.portal.words import N_
from skillspace.records.analytics import Family, Row, Thing
from skillspace.trust.consent import subject_for
from skillspace.trust.mandate import AgeUnknown

PATH = "/you/learning"
#: So many statements of an inference are listed, and so many activities of a course.
STATEMENTS, ACTIVITIES = 5, 25
STATES = {
    "passed": (N_("passed"), "good"),
    "completed": (N_("completed"), "good"),
    "failed": (N_("not passed yet"), "care"),
    "open": (N_("begun"), "waiting"),
}


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("You")

    @routes.get(PATH)
    def learning(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post(f"{PATH}/deny")
    def deny(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                person, spaces = visit.person()
                key, title = visit.field("key"), " ".join(visit.field("title").split())[:400]
                case = spaces.learning.deny(visit.work, person.id, key, title, visit.field("words"))
                return visit.go(f"/you/rights/{case.id}", "right-used")
        except BadInput:
            with frame.reading(request) as visit:
                problem = visit.words.gettext("Say what is wrong, in at most 2,000 characters.")
                return visit.show(_page(visit, problem), 400)

    @routes.post(f"{PATH}/share")
    def share(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                return _share(visit)
        except AgeUnknown:
            return go("/you", "age-first")
        except BadInput:
            with frame.reading(request) as visit:
                problem = visit.words.gettext("Choose an organisation from the list, and a last day within a year.")
                return visit.show(_page(visit, problem), 400)

    return routes


def _share(visit: Visit) -> Response:
    """Let an organisation see it; of a child this becomes an ask that a guardian answers too."""
    person, spaces = visit.person()
    peer = visit.rooms.directory.find(visit.work, visit.field("to"))
    until = day_of(visit.field("until"))
    if peer is None or visit.field("to") not in {choice.value for choice in _recipients(visit)}:
        raise BadInput("Choose an organisation from the list.")
    if until is None or not visit.work.now < end_of(until) <= end_of(visit.work.now.date() + LONGEST):
        raise BadInput("The last day lies between today and a year from now.")
    kinds = [KIND, *(["name"] if visit.field("name") == "yes" else [])]
    agreement = visit.rooms.exchange.negotiations.agreement_between(
        visit.work, visit.rooms.did, peer.did, LEARNING_DATASET
    )
    if not band_of(visit):
        grant = spaces.sharing.share(
            visit.work,
            person=person.id,
            recipient=peer,
            purpose=LEARNING_PURPOSE,
            kinds=kinds,
            until=end_of(until),
            agreement=agreement,
            why="",
            dataset=LEARNING_DATASET,
        )
        return visit.go(f"/sharing/grants/{grant.id}", "shared")
    asked = spaces.consents.ask(
        visit.work,
        person=person.id,
        subject=subject_for(person.secret, peer.did),
        provider=spaces.consents.own_did,
        provider_name=spaces.consents.own_name,
        recipient=peer.did,
        recipient_name=peer.name,
        dataset=LEARNING_DATASET,
        purpose=LEARNING_PURPOSE,
        kinds=kinds,
        until=end_of(until),
        agreement=agreement.id if agreement else None,
        why="",
    )
    assent(visit, asked)
    return visit.go(f"/sharing/ask/{asked.id}", "assented")


def _recipients(visit: Visit) -> tuple[Choice, ...]:
    """Return who may be let see it: members with a contract for exactly this."""
    signed = {
        agreement.consumer
        for agreement in visit.rooms.exchange.negotiations.agreements(visit.work)
        if agreement.provider == visit.rooms.did and agreement.dataset == LEARNING_DATASET and agreement.in_force
    }
    peers = visit.rooms.directory.peers(visit.work)
    return tuple(Choice(value=peer.did, label=peer.name) for peer in peers if peer.did in signed)


def _page(visit: Visit, problem: str = "") -> LearningPage:
    person, spaces = visit.person()
    names = Names(visit)
    learned = spaces.learning.of(visit.work, person.id)
    today = visit.work.now.date()
    grants = [one for one in spaces.consents.of_person(visit.work, person.id) if one.dataset == LEARNING_DATASET]
    first = learned.analysis.first
    return LearningPage(
        chrome=visit.chrome("you", path=PATH),
        inferred=_inferred(visit, learned),
        deeds=learned.analysis.deeds,
        since=first.date() if first else None,
        agreed=tuple(
            AgreedLine(case=case.id, words=case.words, on=learned.contests.floors[key].date())
            for key, case in learned.contests.agreed.items()
        ),
        seen_by=tuple(
            SeenBy(id=one.id, place=names.place(one.recipient, one.recipient_name), until=one.until.date())
            for one in grants
            if is_live(one, visit)
        ),
        recipients=_recipients(visit),
        until=today + PROPOSED,
        earliest=today,
        latest=today + LONGEST,
        problem=problem,
    )


def _inferred(visit: Visit, learned: Learned) -> Inferred:
    _, spaces = visit.person()
    rules, words = spaces.learning.rules, visit.words
    time = next(iter(learned.of(Family.TIME)), None)
    return Inferred(
        courses=tuple(_course(visit, one) for one in learned.of(Family.PROGRESS)),
        time=_time(visit, time) if time else None,
        skills=tuple(
            skill_line(one.inference, _name(one.inference.about, visit), _why(visit, one), rules, words)
            for one in learned.of(Family.MASTERY)
        ),
        signs=tuple(
            sign_line(one.inference, _name(one.inference.about, visit), _why(visit, one), words)
            for one in learned.of(Family.SIGN)
        ),
        mastered=rules.mastery.mastered,
    )


def _course(visit: Visit, seen: Seen) -> CourseLine:
    found = seen.inference
    return CourseLine(
        title=_name(found.about, visit) or visit.words.gettext(OTHERS),
        done=int(found.numbers["done"]),
        of=len(found.rows),
        text=text_of(found, "", visit.words),
        why=_why(visit, seen),
        activities=tuple(_activity(row, visit) for row in found.rows[:ACTIVITIES]),
        more=max(0, len(found.rows) - ACTIVITIES),
    )


def _activity(row: Row, visit: Visit) -> ActivityLine:
    state = next((name for name in ("passed", "completed", "failed") if row.numbers[name]), "open")
    word, kind = STATES[state]
    return ActivityLine(
        title=_name(row.about, visit),
        attempts=int(row.numbers["attempts"]),
        state=visit.words.gettext(word),
        kind=kind,
        day=row.day or date.min,
    )


def _time(visit: Visit, seen: Seen) -> TimeLine:
    weeks = {row.day: row.numbers for row in seen.inference.rows if row.day is not None}
    return TimeLine(text=text_of(seen.inference, "", visit.words), why=_why(visit, seen), weeks=week_lines(weeks))


def _why(visit: Visit, seen: Seen) -> Why:
    """Return why, with the statements' own names and where it stands: the person sees all of it."""
    one, (_, spaces) = seen.inference, visit.person()
    found = why_of(
        one,
        one.basis.value,
        len(one.statements),
        one.computed,
        spaces.learning.rules,
        visit.words,
        anchor=one.key.replace(":", "-"),
    )
    answers = [part.words for part in seen.case.parts if part.words] if seen.case else []
    return replace(
        found,
        key=one.key,
        title=text_of(one, _name(one.about, visit), visit.words)[:400],
        statements=one.statements[-STATEMENTS:],
        standing=seen.standing.value if seen.case else "",
        case=seen.case.id if seen.case else "",
        answer=" ".join(answers),
    )


def _name(thing: Thing | None, visit: Visit) -> str:
    """Return what a thing is called; a skill of a taxonomy by its own label."""
    if thing is None:
        return ""
    taxonomies = visit.rooms.taxonomies
    return taxonomies.label(thing.id, visit.language) if taxonomies.has(thing.id) else thing.name(visit.language)
