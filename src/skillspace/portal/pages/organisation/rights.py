"""The page of data protection: what people asked for and what is due, what is held, what the gate refused."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from fastapi import APIRouter, Request, Response

from skillspace.exchange import ledger
from skillspace.portal.pages.frame import OFFICE_ROOMS, Frame, Visit
from skillspace.portal.pages.organisation.log import REFUSALS
from skillspace.portal.pages.organisation.rights_kept import after_yes, copies_of
from skillspace.portal.pages.organisation.rights_words import RIGHTS
from skillspace.portal.pages.organisation.wording import KINDS, PURPOSES, Names, worded
from skillspace.portal.pages.sentences import fault_sentence
from skillspace.portal.views.organisation import Todo
from skillspace.portal.views.protection import (
    Audited,
    CaseLine,
    CopyLine,
    Day,
    KeptLine,
    RightsPage,
    Tally,
)
from skillspace.trust.consent.log.audit import Decision
from skillspace.trust.register.record import in_language
from skillspace.trust.rights.model import AUTOMATIC, Right
from skillspace.trust.rights.model import Request as Asked

PATH = "/org/rights"
ROLES = ("dpo", "operator")
DAYS = 30
#: The month that the law gives, for the bar of a case.
TIME = 30
SOON_DAYS = 7
ANSWERED = 20
COPIES = 20
MOST_DECISIONS = 20_000
#: So many of the latest agreements are held against the contracts.
AGREEMENTS = 200


def router(frame: Frame) -> APIRouter:
    """Return the page's route."""
    routes = frame.router("Rights")

    @routes.get(PATH)
    def rights(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff(*ROLES)
            return visit.show(_page(visit))

    return routes


def case_line(visit: Visit, one: Asked, names: Names) -> CaseLine:
    """Return a request as a line; who asks is not named, the organisation knows them by another name."""
    today = visit.work.now.date()
    word, article = RIGHTS[one.right]
    left = (one.due - today).days if one.due else None
    whole = max(1, (one.due - one.asked.date()).days) if one.due else TIME
    return CaseLine(
        id=one.id,
        right=visit.words.gettext(word),
        article=article,
        via=names.of(one.intermediary),
        state=one.state.value,
        asked=one.asked.date(),
        due=one.due,
        left=left,
        spent=0 if left is None else max(0, min(100, 100 - 100 * left // whole)),
        is_overdue=one.is_overdue,
        taken_by=one.taken_by,
        note=one.note,
    )


def waiting(visit: Visit) -> list[Todo]:
    """Return the requests that a person must look at: a machine left them, or their last day is near."""
    soon = visit.work.now.date() + dt.timedelta(days=SOON_DAYS)
    words = visit.words
    return [
        Todo(
            text=words.gettext("A person waits for your answer: %(right)s")
            % {"right": words.gettext(RIGHTS[one.right][0])},
            href=f"{PATH}/{one.id}",
            since=one.asked.date(),
        )
        for one in visit.rooms.rights.desk.queue(visit.work)
        if one.due is not None and (one.note or one.right not in AUTOMATIC or one.due <= soon)
    ]


def _page(visit: Visit) -> RightsPage:
    desk, names, work = visit.rooms.rights.desk, Names(visit), visit.work
    answered = desk.answered(work, limit=ANSWERED)
    since = work.now - dt.timedelta(days=DAYS)
    decided = [it for it in visit.rooms.consent.gate.decisions(work, limit=MOST_DECISIONS) if it.at >= since]
    refused = [it for it in decided if it.outcome != "released"]
    live = visit.rooms.consent.held.live(work)
    cases = [case_line(visit, one, names) for one in desk.queue(work)]
    return RightsPage(
        chrome=visit.chrome("rights"),
        cases=tuple(sorted(cases, key=lambda one: (not one.is_overdue, one.left is None, one.left or 0))),
        answered=tuple(case_line(visit, one, names) for one in answered),
        copies=_copies(visit, names),
        copies_in_all=len(live),
        kept=tuple(line for one in answered if one.right is Right.ERASURE for line in kept_of(visit, one.id)),
        duties=_duties(visit),
        after=after_yes(visit, names, PATH),
        days=_days(work.now.date(), refused),
        refused=_why(visit, refused),
        uses=_uses(visit, [it for it in decided if it.outcome == "released"]),
        bare=_bare(visit, names),
        audited=audited(visit, names),
        sees_audit=any("audit" in OFFICE_ROOMS.get(role, ()) for role in visit.account.roles),
    )


def kept_of(visit: Visit, case: str) -> tuple[KeptLine, ...]:
    """Return what laws keep of what a case is about."""
    duties = visit.rooms.rights.desk.duties(visit.work, case)
    return tuple(KeptLine(what=one.what, law=one.law, until=one.until, case=case) for one in duties)


def _duties(visit: Visit) -> tuple[KeptLine, ...]:
    """Return what the record says that laws keep after a yes has ended, and until when at most."""
    _, record = visit.rooms.registers.own(visit.work)
    today = visit.work.now.date()
    return tuple(
        KeptLine(
            what=copies_of(one.kind, visit.words),
            law=in_language(one.law, visit.language),
            until=today + dt.timedelta(days=one.days),
            case="",
        )
        for one in record.duties
    )


def _copies(visit: Visit, names: Names) -> tuple[CopyLine, ...]:
    live = sorted(visit.rooms.consent.held.live(visit.work), key=lambda one: one.until)
    words = visit.words
    return tuple(
        CopyLine(
            kinds=words.listing(worded(one.kinds, KINDS, words)),
            provider=names.of(one.provider),
            purpose=worded([one.purpose], PURPOSES, words)[0],
            until=one.until.date(),
        )
        for one in live[:COPIES]
    )


def _days(today: dt.date, refused: list[Decision]) -> tuple[Day, ...]:
    counted = Counter(it.at.date() for it in refused)
    highest = max(counted.values(), default=1)
    days = [today - dt.timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    return tuple(Day(day=day, count=counted[day], height=100 * counted[day] // highest) for day in days)


def _why(visit: Visit, refused: list[Decision]) -> tuple[Tally, ...]:
    words = visit.words
    said = {
        code: words.gettext(REFUSALS[code]) if code in REFUSALS else fault_sentence(code, words) or code
        for code in {it.code for it in refused}
    }
    counted = Counter(said[it.code] for it in refused)
    return tuple(Tally(label=label, count=count) for label, count in counted.most_common())


def _uses(visit: Visit, released: list[Decision]) -> tuple[Tally, ...]:
    counted = Counter(it.purpose for it in released)
    return tuple(
        Tally(label=worded([purpose], PURPOSES, visit.words)[0], count=count)
        for purpose, count in counted.most_common()
    )


def _bare(visit: Visit, names: Names) -> tuple[tuple[str, str, str], ...]:
    """Return the agreements in force that no contract stands behind: identifier, what about, with whom."""
    cut = ledger.Cut(words="", sort="made", is_down=True, offset=0, limit=AGREEMENTS)
    _, found = ledger.agreements(visit.work, cut)
    room = visit.rooms.contracts.contracts
    return tuple(
        (it.id, names.title(it.provider, it.dataset), names.of(it.provider if is_ours else it.consumer))
        for it, is_ours in found
        if it.in_force
        and room.binding(visit.work, provider=it.provider, consumer=it.consumer, dataset=it.dataset) is None
    )


def audited(visit: Visit, names: Names) -> Audited:
    """Return how far the journal has come and how far it is signed."""
    journal = visit.rooms.journal.journal
    entries, _ = journal.head(visit.work)
    latest = journal.checkpoints(visit.work, limit=1)
    if not latest:
        return Audited(entries=entries)
    point, witnesses = latest[0]
    named = tuple(names.of(one) for one in witnesses)
    return Audited(entries=entries, signed=point.number, signed_at=point.at, witnesses=named)
