"""The page of people who said yes: how they fit this organisation's vacancies, or which course closes their gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from skillspace.market.courses import Course, read_course
from skillspace.market.vacancies import Vacancy, read_vacancy
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation.candidates import Candidates
from skillspace.portal.pages.organisation.fitting import Circle, Circles, Stock
from skillspace.portal.pages.organisation.learners import Learners
from skillspace.portal.pages.organisation.tables import wanted
from skillspace.portal.pages.organisation.wording import pseudonym
from skillspace.portal.views.insight import FitGroup, PeoplePage
from skillspace.storage.database import Work

PATH = "/org/people"
GROUPS = 5
#: So many of those who share are named on top; the list “Shared with us” names them all.
NAMED = 40
RECRUITMENT, ADVICE = "recruitment", "training-advice"


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """What this page keeps between requests, and lets go when a share ends."""

    circles: Circles
    vacancies: Stock[Vacancy]
    courses: Stock[Course]
    candidates: Candidates
    learners: Learners

    def forget(self, grant_id: str, _work: Work) -> int:
        """Forget a share with all that was made of it: a deleter of the node's held grants."""
        self.candidates.forget()
        self.learners.forget()
        return self.circles.forget(grant_id)


def router(frame: Frame) -> APIRouter:
    """Return the page's route."""
    routes = frame.router("People")
    rooms = frame.rooms
    desk = _Desk(
        circles=Circles(rooms),
        vacancies=Stock(rooms.own_feeds("vacancies").feed, read_vacancy, rooms.review.heard),
        courses=Stock(rooms.own_feeds("courses").feed, read_course, rooms.review.heard),
        candidates=Candidates(rooms.taxonomies),
        learners=Learners(rooms.taxonomies),
    )

    rooms.consent.held.on_delete("matches", desk.forget)

    @routes.get(PATH)
    def people(request: Request) -> Response:
        with frame.reading(request) as visit:
            account = visit.staff("recruiter", "adviser")
            both = {"recruiter", "adviser"} <= account.roles
            learners = "adviser" in account.roles and (not both or visit.asked("kind") == "learners")
            return visit.show(_learners(visit, desk) if learners else _candidates(visit, desk))

    return routes


def _candidates(visit: Visit, desk: _Desk) -> PeoplePage:
    circle = desk.circles.now(visit.work, RECRUITMENT)
    etag, vacancies = desk.vacancies.now(visit.work)
    ranked = desk.candidates.ranked(circle, etag, vacancies)
    asked = wanted(visit, PATH, (), sort="", size=GROUPS)
    fitting = [one for one in ranked if asked.words.casefold() in f"{one.title} {one.place_name or ''}".casefold()]
    shown = fitting[asked.offset : asked.offset + asked.size]
    house = visit.rooms.review.mappings.names(visit.work, visit.language)
    groups = [desk.candidates.group(circle, etag, one, visit.words, house) for one in shown]
    return _page(visit, "candidates", circle, groups, len(fitting))


def _learners(visit: Visit, desk: _Desk) -> PeoplePage:
    circle = desk.circles.now(visit.work, ADVICE)
    etag, courses = desk.courses.now(visit.work)
    ranked = desk.learners.ranked(circle, etag, courses)
    asked = wanted(visit, PATH, (), sort="", size=GROUPS)
    fitting = [one for one in ranked if asked.words.casefold() in f"{one.title} {one.place_name or ''}".casefold()]
    shown = fitting[asked.offset : asked.offset + asked.size]
    house = visit.rooms.review.mappings.names(visit.work, visit.language)
    groups = [desk.learners.group(circle, etag, one, visit.words, house) for one in shown]
    return _page(visit, "learners", circle, groups, len(fitting))


def _page(visit: Visit, kind: str, circle: Circle, groups: Sequence[FitGroup], total: int) -> PeoplePage:
    asked = wanted(visit, PATH, (), sort="", size=GROUPS)
    both = {"recruiter", "adviser"} <= visit.account.roles
    return PeoplePage(
        chrome=visit.chrome("people"),
        kind=kind,
        consented=len(circle.people),
        everyone=tuple(
            (one.grant_id, one.name or pseudonym(one.subject, visit.words))
            for one in list(circle.people.values())[:NAMED]
        ),
        groups=tuple(groups) if circle.people else (),
        listing=asked.listing(total, kept=(("kind", kind),) if both else ()),
    )
