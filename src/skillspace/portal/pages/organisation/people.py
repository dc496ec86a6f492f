"""The page of people who said yes: how they fit this organisation's vacancies, or which course closes their gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput
from skillspace.market.courses import Course, read_course
from skillspace.market.oversight import Circle, Oversight, Stock, Why
from skillspace.market.oversight.decisions import MOST_WORDS
from skillspace.portal.pages.frame import Frame, Visit, local_path
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.candidates import MOVES, Candidates, name_of, reasons_to_choose
from skillspace.portal.pages.organisation.learners import Learners
from skillspace.portal.pages.organisation.tables import wanted
from skillspace.portal.views.insight import FitGroup, PeoplePage, Untaken
from skillspace.storage.database import Work

PATH = "/org/people"
GROUPS = 5
#: So many of those who share are named on top; the list “Shared with us” names them all.
NAMED = 40
#: What was typed and not taken is shown again up to this length.
MOST_TYPED = 2_000
ADVICE = "training-advice"


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """What this page keeps between requests, and lets go when a share ends."""

    oversight: Oversight
    courses: Stock[Course]
    learners: Learners

    def forget(self, grant_id: str, work: Work) -> int:
        """Forget a share with all that was made of it: a deleter of the node's held grants."""
        self.learners.forget()
        return self.oversight.forget(grant_id, work)


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("People")
    rooms = frame.rooms
    desk = _Desk(
        oversight=rooms.oversight,
        courses=Stock(rooms.own_feeds("courses").feed, read_course, rooms.review.heard),
        learners=Learners(rooms.taxonomies, rooms.name),
    )

    rooms.consent.held.on_delete("matches", desk.forget)

    @routes.get(PATH)
    def people(request: Request) -> Response:
        with frame.reading(request) as visit:
            account = visit.staff("recruiter", "adviser")
            both = {"recruiter", "adviser"} <= account.roles
            learners = "adviser" in account.roles and (not both or visit.asked("kind") == "learners")
            return visit.show(_learners(visit, desk) if learners else _candidates(visit, desk))

    @routes.post(PATH)
    def decide(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                _decide(visit, desk.oversight)
                return visit.go(local_path(visit.field("back"), PATH), "match-decided")
        except BadInput:
            with frame.reading(request) as visit:
                visit.staff("recruiter")
                return visit.show(replace(_candidates(visit, desk), untaken=_untaken(visit)), 400)

    return routes


def _decide(visit: Visit, oversight: Oversight) -> None:
    account, move = visit.staff("recruiter"), visit.field("do")
    if move not in MOVES or visit.field("why") not in set(Why):
        raise BadInput("Choose what is decided, and a reason from the list.")
    made = oversight.decide(
        visit.work,
        visit.field("vacancy"),
        visit.field("person"),
        move,
        by=account.name,
        why=Why(visit.field("why")),
        words=visit.field("words"),
    )
    journal.note(visit.work, account, f"match.{move}", thing=made.id, title=made.title)


def _untaken(visit: Visit) -> Untaken:
    text = visit.words.gettext("Choose a reason, and say in your words why: %(most)s characters at most.")
    return Untaken(
        vacancy=visit.field("vacancy"),
        person=visit.field("person"),
        why=visit.field("why"),
        words=visit.field("words")[:MOST_TYPED],
        problem=text % {"most": visit.words.number(MOST_WORDS)},
    )


def _candidates(visit: Visit, desk: _Desk) -> PeoplePage:
    circle, etag, vacancies = desk.oversight.now(visit.work)
    ranked = desk.oversight.fits.ranked(circle, etag, vacancies)
    asked = wanted(visit, PATH, (), sort="", size=GROUPS)
    fitting = [one for one in ranked if asked.words.casefold() in f"{one.title} {one.place_name or ''}".casefold()]
    shown = fitting[asked.offset : asked.offset + asked.size]
    candidates = Candidates(visit, circle, etag)
    return _page(visit, "candidates", circle, [candidates.group(one) for one in shown], len(fitting))


def _learners(visit: Visit, desk: _Desk) -> PeoplePage:
    circle = desk.oversight.circles.now(visit.work, ADVICE)
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
    listing = asked.listing(total, kept=(("kind", kind),) if both else ())
    return PeoplePage(
        chrome=visit.chrome("people", path=listing.href(page=listing.page)),
        kind=kind,
        consented=len(circle.people),
        everyone=tuple((one.grant_id, name_of(one, visit)) for one in list(circle.people.values())[:NAMED]),
        groups=tuple(groups) if circle.people else (),
        reasons=reasons_to_choose(visit) if kind == "candidates" else (),
        listing=listing,
    )
