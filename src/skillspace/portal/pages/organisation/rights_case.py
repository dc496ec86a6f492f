"""One request of a person at the organisation: what is held, which laws keep it, and the answers open now."""

from __future__ import annotations

from itertools import islice

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput
from skillspace.people.accounts import Account
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.contract_words import moves_in_words
from skillspace.portal.pages.organisation.rights import PATH, ROLES, case_line, kept_of
from skillspace.portal.pages.organisation.rights_words import GROUNDS, MOVES, REVIEW_MOVES, RIGHTS, SAID
from skillspace.portal.pages.organisation.wording import KINDS, PURPOSES, Names, worded
from skillspace.portal.views.common import Choice
from skillspace.portal.views.protection import CasePage, HeldLine, SaidLine
from skillspace.trust.rights.machine import ORGANISATION, PART
from skillspace.trust.rights.model import GROUNDS as KNOWN
from skillspace.trust.rights.model import HANDED_OVER, STOPPING, DataSubject, Ground, Right
from skillspace.trust.rights.model import Request as Asked

#: The page lists this many of the things held.
MOST_HELD = 200


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("Rights")

    @routes.get(PATH + "/{case}")
    def show(request: Request, case: str) -> Response:
        with frame.reading(request) as visit:
            _, found = _found(visit, case)
            return visit.show(_page(visit, found))

    @routes.post(PATH + "/{case}")
    def answer(request: Request, case: str) -> Response:
        with frame.writing(request) as visit:
            (account, found), chosen = _found(visit, case), visit.field("do")
            words = visit.field("words")
            try:
                _make(visit, found, chosen, account.name, words)
            except BadInput as fault:
                return visit.show(_page(visit, found, problem=fault.message), 400)
            title = visit.words.gettext(RIGHTS[found.right][0])
            journal.note(visit.work, account, f"right.{chosen}", thing=case, title=title)
        return visit.go(f"{PATH}/{case}", "right-moved")

    return routes


def _found(visit: Visit, case: str) -> tuple[Account, Asked]:
    """Return who is here and the request; who recruits answers only those that ask for another look at a match."""
    account = visit.staff(*ROLES, "recruiter")
    found = visit.rooms.rights.desk.request(visit.work, case)
    if found.right is not Right.REVIEW:
        visit.staff(*ROLES)
    return account, found


def _make(visit: Visit, found: Asked, chosen: str, by: str, words: str) -> None:
    desk, work = visit.rooms.rights.desk, visit.work
    if chosen == "take":
        desk.take(work, found.id, by)
    elif chosen == "answer":
        desk.answer(work, found.id, by, words, elsewhere=visit.field("elsewhere") == "yes")
    elif chosen == "extend":
        desk.extend(work, found.id, by, words)
    elif chosen == "doubt":
        desk.doubt(work, found.id, by, words)
    elif chosen == "refuse":
        if visit.field("ground") not in set(Ground):
            raise BadInput("A refusal rests on a ground that the law knows.")
        desk.refuse(work, found.id, by, Ground(visit.field("ground")), words)
    elif chosen == "lift":
        desk.lift(work, found.id, by, words)
    else:
        raise BadInput("There is no such answer to a request.")


def _page(visit: Visit, found: Asked, *, problem: str = "") -> CasePage:
    words, names = visit.words, Names(visit)
    opened = [move for move in PART.allowed(found.state, ORGANISATION) if move != "receive"]
    if found.right not in STOPPING:
        opened = [move for move in opened if move != "lift"]
    if found.doubted is not None:
        opened = [move for move in opened if move != "doubt"]
    scope = (*worded(found.scope.kinds, KINDS, words), *found.scope.datasets)
    return CasePage(
        chrome=visit.chrome("rights", path=f"{PATH}/{found.id}"),
        case=case_line(visit, found, names),
        words=found.words,
        corrections=tuple((one.item, one.wrong, one.right) for one in found.corrections),
        scope=words.listing(scope) if scope else words.gettext("everything"),
        supplied=found.supplied,
        held=_held(visit, found),
        kept=kept_of(visit, found.id),
        said=_said(visit, found.id),
        moves=moves_in_words(opened, REVIEW_MOVES if found.right is Right.REVIEW else MOVES, words),
        grounds=tuple(
            Choice(value=ground.value, label=words.gettext(GROUNDS[ground]))
            for ground in GROUNDS
            if ground in KNOWN[found.right]
        ),
        hands_over=found.right in HANDED_OVER,
        needs_words=found.right is Right.REVIEW,
        sees_all=bool(visit.account.roles & set(ROLES)),
        problem=problem,
    )


def _held(visit: Visit, found: Asked) -> tuple[HeldLine, ...]:
    """Return what the rooms hold about the person, without what it says."""
    who = DataSubject(
        intermediary=found.intermediary,
        subject=found.subject,
        scope=found.scope,
        is_own=found.intermediary == visit.rooms.did,
    )
    words = visit.words
    return tuple(
        HeldLine(
            kind=worded([one.kind], KINDS, words)[0],
            title=one.title,
            source=one.source,
            since=one.since.date(),
            purpose=worded([one.purpose], PURPOSES, words)[0],
            retention=one.retention,
        )
        for one in islice(visit.rooms.rights.answerers.collect(visit.work, who, found.right), MOST_HELD)
    )


def _said(visit: Visit, case: str) -> tuple[SaidLine, ...]:
    words = visit.words
    return tuple(
        SaidLine(
            move=worded([str(row["move"])], SAID, words)[0],
            at=row["at"],
            told=row["told"],
            refused=row["refused"] or "",
        )
        for row in visit.rooms.rights.desk.words(visit.work, case)
    )
