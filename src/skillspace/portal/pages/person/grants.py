"""Asks and yeses as pages show them: who, what, why, until; how far the records have come; what the other side sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skillspace.market.oversight import RECRUITMENT
from skillspace.people.gathering import GatheringState, GatheringStatus
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.person.agent_lines import answered_lately, decision_on, why_left
from skillspace.portal.pages.person.diary import acted, days_of
from skillspace.portal.pages.person.limits import limits_of
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.pages.person.offers import Offers
from skillspace.portal.pages.person.seen import seen_profile
from skillspace.portal.pages.person.stopping import copies, stopping, versions
from skillspace.portal.views.common import Place
from skillspace.portal.views.sharing import (
    AskLine,
    DataKind,
    GrantPage,
    GrantViewPage,
    Progress,
    SharingPage,
    StopPage,
)
from skillspace.portal.views.sharing import Grant as GrantLine
from skillspace.portal.words import N_
from skillspace.trust.consent import Direction, Grant, GrantState, Use
from skillspace.trust.consent.notices.notice import kind_label

#: Lines of the log on the page of sharing, and how many are read to count uses.
LATEST, COUNTED = 12, 2000
STATES = {
    GrantState.GRANTED: "ACTIVE",
    GrantState.REVOKED: "REVOKED",
    GrantState.EXPIRED: "EXPIRED",
    GrantState.TERMINATED: "TERMINATED",
}
#: Where records that come in under a yes may be; the last two have their own sentences.
PROGRESS = {
    GatheringState.WAITING: N_("The contract between the two organisations is being settled."),
    GatheringState.REQUESTED: N_("Your records were asked for."),
    GatheringState.FETCHING: N_("Your records are on their way."),
}


def is_yes(grant: Grant) -> bool:
    """Tell whether the person ever said yes to this."""
    return grant.starts is not None


def is_live(grant: Grant, visit: Visit) -> bool:
    """Tell whether a yes still opens anything."""
    return grant.why_not(visit.work.now) is None


def sharing_page(visit: Visit) -> SharingPage:
    """Return the page of sharing."""
    person, spaces = visit.person()
    names = Names(visit)
    grants = spaces.consents.of_person(visit.work, person.id)
    asks = spaces.consents.asks_waiting(visit.work, person.id)
    left = why_left(visit, asks)
    uses = spaces.consents.log(visit.work, person.id, limit=COUNTED)
    yeses = [(line_of(grant, visit, names, uses), grant) for grant in grants if is_yes(grant)]
    return SharingPage(
        chrome=visit.chrome("sharing"),
        asks=tuple(replace(ask_line(ask, visit, names), left=left.get(ask.id, ())) for ask in asks),
        grants=tuple(line for line, grant in yeses if is_live(grant, visit)),
        ended=tuple(line for line, grant in yeses if not is_live(grant, visit)),
        days=days_of(uses[:LATEST], visit, names),
        answered=answered_lately(visit, names),
        is_agent_told=bool(spaces.agent.preferences.of_person(visit.work, person.id)),
    )


def line_of(grant: Grant, visit: Visit, names: Names, uses: Sequence[Use]) -> GrantLine:
    """Return a yes as a sentence's parts; `uses` may hold lines of other grants too."""
    used = [use.at for use in uses if use.grant == grant.id and use.outcome == "used"]
    is_over = grant.state is GrantState.GRANTED and not is_live(grant, visit)
    return GrantLine(
        id=grant.id,
        place=other_side(grant, visit, names),
        what=names.kinds(grant.kinds),
        why=names.purpose(grant.purpose),
        since=(grant.decided or grant.asked).date(),
        until=grant.until.date(),
        state="EXPIRED" if is_over else STATES.get(grant.state, grant.state.upper()),
        ended=grant.ended.date() if grant.ended else None,
        uses=len(used),
        last_used=max(used, default=None),
        is_gather=is_gather(grant, visit),
    )


def is_gather(grant: Grant, visit: Visit) -> bool:
    """Tell whether data comes in under a grant, rather than goes out."""
    return grant.direction(visit.rooms.did) is Direction.GATHER


def is_matched(visit: Visit, grant: Grant) -> bool:
    """Tell whether matching may have used a grant: skills shared for recruitment are compared with jobs."""
    is_elsewhere = grant.direction(visit.rooms.did) is Direction.SHARE and grant.recipient != visit.rooms.did
    return is_elsewhere and is_yes(grant) and grant.purpose == RECRUITMENT


def other_side(grant: Grant, visit: Visit, names: Names) -> Place:
    """Return the organisation of a grant that is not the person's own space."""
    if is_gather(grant, visit):
        return names.place(grant.provider, grant.provider_name)
    return names.place(grant.recipient, grant.recipient_name)


def grant_page(visit: Visit, grant: Grant) -> GrantPage:
    """Return one yes in full."""
    _, spaces = visit.person()
    names = Names(visit)
    uses = spaces.consents.uses_of(visit.work, grant)
    asked = spaces.consents.notice(visit.work, grant).kinds
    is_coming = is_gather(grant, visit) and is_live(grant, visit)
    return GrantPage(
        chrome=visit.chrome("sharing"),
        grant=line_of(grant, visit, names, uses),
        kinds=tuple(
            DataKind(key=kind, label=kind_label(kind, visit.language), is_on=kind in grant.kinds) for kind in asked
        ),
        days=days_of(uses, visit, names, is_linked=False),
        copies=copies(visit, grant, uses, names),
        progress=_progress(spaces.gathering.state_of(visit.work, grant.id), visit) if is_coming else None,
        can_ask_again=is_gather(grant, visit) and not is_live(grant, visit),
        limits=limits_of(grant, visit, names),
        acted=acted(grant.acting, visit),
        decision=decision_on(visit, grant, names),
        versions=versions(visit, grant),
        stopping=stopping(visit, grant, names) if is_live(grant, visit) else None,
        is_matched=is_matched(visit, grant),
    )


def stop_page(visit: Visit, grant: Grant) -> StopPage:
    """Return the look before a stop."""
    names = Names(visit)
    return StopPage(
        chrome=visit.chrome("sharing"),
        grant=line_of(grant, visit, names, ()),
        stopping=stopping(visit, grant, names),
    )


def grant_view(visit: Visit, grant: Grant) -> GrantViewPage:
    """Return what the other side of a living yes sees now, made from the very document they would get."""
    person, spaces = visit.person()
    names = Names(visit)
    shown = spaces.sharing.document(
        visit.work,
        person=person.id,
        subject=grant.subject,
        kinds=grant.kinds,
        skills=grant.items.get("skills"),
        grant=grant.id,
    )
    profile = seen_profile(shown, Offers(visit))
    line = line_of(grant, visit, names, spaces.consents.uses_of(visit.work, grant))
    return GrantViewPage(chrome=visit.chrome("sharing"), grant=line, profile=profile, at=visit.work.now)


def ask_line(ask: Grant, visit: Visit, names: Names) -> AskLine:
    """Return an ask that waits, as one line."""
    return AskLine(
        id=ask.id,
        place=other_side(ask, visit, names),
        why=names.purpose(ask.purpose),
        what=names.kinds(ask.kinds),
        asked=ask.asked.date(),
        is_gather=is_gather(ask, visit),
    )


def _progress(found: GatheringStatus | None, visit: Visit) -> Progress | None:
    """Return how far the records have come; in the moment after a yes nothing is under way yet."""
    words = visit.words
    state = found.state if found else GatheringState.WAITING
    if found is None or state in PROGRESS:
        return Progress(text=words.gettext(PROGRESS[state]), is_moving=True)
    if found.state is GatheringState.ARRIVED:
        text = words.ngettext("%(num)d record has arrived.", "%(num)d records have arrived.", found.records)
        said = text % {"num": found.records}
        if found.problems:
            broken = words.ngettext("%(num)d could not be read.", "%(num)d could not be read.", found.problems)
            said = f"{said} {broken % {'num': found.problems}}"
        return Progress(text=said, has_arrived=True)
    if found.state is GatheringState.FAILED:
        text = words.gettext("The records could not be fetched: %(reason)s")
        return Progress(text=text % {"reason": found.reason or "?"}, can_retry=True)
    return None
