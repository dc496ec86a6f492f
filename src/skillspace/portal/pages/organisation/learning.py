"""Learning, for teachers: who lets us see how they learn, and the group in counts that point at nobody.

How one learner learns opens under “Shared with us”, live, under their yes, and each look stands in their log.
"""

from __future__ import annotations

import structlog
from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import SkillspaceError
from skillspace.people.learning import GroupRow, group_of
from skillspace.people.sharing import LEARNING_PURPOSE, SharedProfile
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.inferring import SIGNS
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.learner import name_of
from skillspace.portal.pages.organisation.wording import pseudonym
from skillspace.portal.views.learning import CountLine, GroupPage, LearnerLine, LearnersPage
from skillspace.records.analytics import Family, standing_rules

log = structlog.get_logger()

PATH, ROLE = "/org/learning", "teacher"
#: As many learners are asked for one look at the group; each is a pull of its own.
MOST = 200


def router(frame: Frame) -> APIRouter:
    """Return the pages' routes."""
    routes = frame.router("Learning")

    @routes.get(PATH)
    def learners(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff(ROLE)
            return visit.show(_learners(visit))

    @routes.get(f"{PATH}/group")
    def group(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff(ROLE)
            lines = visit.rooms.received.living(visit.work, LEARNING_PURPOSE)[:MOST]
        # With too few nobody is asked at all: there would be nothing to show.
        looked = [_look(frame, one.grant_id) for one in lines] if len(lines) >= frame.rooms.threshold else []
        if looked:
            with frame.writing(request) as visit:
                title = visit.words.gettext("The group")
                journal.note(visit.work, visit.account, "share.look", thing="learning", title=title)
        with frame.reading(request) as visit:
            return visit.show(_group(visit, [one for one in looked if one is not None], looked.count(None)))

    return routes


def _learners(visit: Visit) -> LearnersPage:
    lines = visit.rooms.received.living(visit.work, LEARNING_PURPOSE)
    return LearnersPage(
        chrome=visit.chrome("learning", path=PATH),
        learners=tuple(
            LearnerLine(
                grant_id=one.grant_id,
                name=one.name or pseudonym(one.subject, visit.words),
                since=one.since.date(),
                until=one.until.date(),
            )
            for one in lines
        ),
        threshold=visit.rooms.threshold,
    )


def _look(frame: Frame, grant_id: str) -> SharedProfile | None:
    """Return what a learner lets us see now; None where they do not any more, or cannot be asked."""
    try:
        return frame.rooms.received.look(grant_id)[1]
    except SkillspaceError as fault:
        log.info("learning.not_seen", grant=grant_id, code=fault.code)
        return None


def _group(visit: Visit, found: list[SharedProfile], unreached: int) -> GroupPage:
    learners, rows = group_of(
        [one.learning or () for one in found],
        least=visit.rooms.threshold,
        mastered=standing_rules().mastery.mastered,
    )
    return GroupPage(
        chrome=visit.chrome("learning", path=f"{PATH}/group"),
        learners=learners,
        skills=tuple(_count(row, visit) for row in rows if row.what == Family.MASTERY),
        signs=tuple(_count(row, visit) for row in rows if row.what != Family.MASTERY),
        threshold=visit.rooms.threshold,
        unreached=unreached,
    )


def _count(row: GroupRow, visit: Visit) -> CountLine:
    if row.what == Family.MASTERY:
        what = name_of(row.about, dict(row.names), visit.rooms.taxonomies, visit.language)
    else:
        what = visit.words.gettext(SIGNS[row.what]) if row.what in SIGNS else row.what
    return CountLine(what=what, so=row.so, of=row.of)
