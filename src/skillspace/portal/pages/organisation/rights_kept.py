"""What laws keep after yeses have ended, for the page of data protection: by law, by year, and line by line."""

from __future__ import annotations

from skillspace.portal.i18n import Translator
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.organisation.tables import wanted
from skillspace.portal.pages.organisation.wording import KINDS, Names, worded
from skillspace.portal.views.protection import AfterLine, AfterYes, LawLine, Year
from skillspace.portal.words import N_
from skillspace.trust.consent.copies.kept import KeptCopy, KeptKind
from skillspace.trust.consent.machine import GrantState
from skillspace.trust.register.record import in_language

#: So many lines stand on one page.
LINES = 25
ENDED = {GrantState.REVOKED: "REVOKED", GrantState.EXPIRED: "EXPIRED"}
#: Rooms that keep copies name them as a whole; these are the words for them.
COPIES_OF = {
    "profiles": N_("shared profiles"),
    "records": N_("gathered records"),
    "chains": N_("results of service chains"),
    "matches": N_("matches with offers"),
    "remarks": N_("words to decisions on matches"),
}


def after_yes(visit: Visit, names: Names, path: str) -> AfterYes | None:
    """Return what laws keep of yeses that have ended; None where nothing is. `path` is the page with its pages."""
    held = visit.rooms.consent.held
    sums = held.kept_sums(visit.work)
    if not sums.by_kind:
        return None
    asked = wanted(visit, path, (), sort="", size=LINES)
    total, shown = held.kept_all(visit.work, offset=asked.offset, limit=asked.limit)
    most = max(1, *sums.by_year.values())
    return AfterYes(
        count=sums.count,
        laws=tuple(_law(one, visit) for one in sums.by_kind),
        years=tuple(Year(year=year, count=count, length=100 * count // most) for year, count in sums.by_year.items()),
        lines=tuple(_line(one, visit, names) for one in shown),
        listing=asked.listing(total),
    )


def copies_of(kind: str, words: Translator) -> str:
    """Return what copies a room keeps under one word, as people say it."""
    return words.gettext(COPIES_OF[kind]) if kind in COPIES_OF else worded([kind], KINDS, words)[0]


def _law(one: KeptKind, visit: Visit) -> LawLine:
    return LawLine(
        what=copies_of(one.kind, visit.words),
        law=in_language(one.law, visit.language),
        count=one.count,
        yeses=one.grants,
        last=one.last.date(),
    )


def _line(one: KeptCopy, visit: Visit, names: Names) -> AfterLine:
    return AfterLine(
        what=copies_of(one.kind, visit.words),
        count=one.count,
        law=in_language(one.law, visit.language),
        until=one.until.date(),
        via=names.of(one.intermediary),
        grant=one.grant,
        state=ENDED.get(one.state, "TERMINATED") if one.state else "",
        since=one.since.date() if one.since else None,
    )
