"""Pages of what people share with this organisation: the list, one profile read live, and comments sent back."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from skillspace.kernel.clock import from_iso
from skillspace.kernel.errors import Conflict, NotFound, SkillspaceError, Unavailable
from skillspace.people.accounts import Account
from skillspace.people.received import LIVE_PURPOSES, ReceivedProfile, ReceivedState
from skillspace.people.received.lines import ReceivedLine
from skillspace.people.sharing import LEARNING_PURPOSE, SharedProfile
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.fitting import Nearness
from skillspace.portal.pages.organisation.learner import inferred_of
from skillspace.portal.pages.organisation.showing import Labels, profile_view
from skillspace.portal.pages.organisation.tables import wanted
from skillspace.portal.pages.organisation.wording import KINDS, PURPOSES, pseudonym, worded
from skillspace.portal.views.common import Comment
from skillspace.portal.views.insight import SharedLine, SharedListPage, SharedProfilePage, SharedRefusedPage
from skillspace.trust.consent import GrantState
from skillspace.trust.identity import PeerRefused

PATH = "/org/shared"
#: Which purpose somebody's role is about: nobody opens what was shared for another.
PURPOSE_OF = {
    "coach": "guidance",
    "recruiter": "recruitment",
    "adviser": "training-advice",
    "teacher": LEARNING_PURPOSE,
}
_SORTS = ("name", "since", "until", "state")
_STATES = {
    ReceivedState.WAITING: "REQUESTED",
    ReceivedState.REQUESTED: "REQUESTED",
    ReceivedState.OPEN: "ACTIVE",
    ReceivedState.FAILED: "FAILED",
    ReceivedState.ENDED: "TERMINATED",
}
_ENDS = {GrantState.REVOKED: "REVOKED", GrantState.EXPIRED: "EXPIRED"}
_REASONS = {
    "ConsentRevoked": "REVOKED",
    "ConsentExpired": "EXPIRED",
    "ConsentUsedUp": "EXPIRED",
    "IntermediarySilent": "UNREACHABLE",
    "PeerUnreachable": "UNREACHABLE",
    "Unavailable": "UNREACHABLE",
}
_STATUS = {"UNREACHABLE": 503, "ON_ITS_WAY": 409}


def router(frame: Frame) -> APIRouter:
    """Return the pages' routes."""
    routes = frame.router("Shared with us")
    nearness = Nearness(frame.rooms.taxonomies)

    @routes.get(PATH)
    def shared(request: Request) -> Response:
        with frame.reading(request) as visit:
            _purposes(visit)
            return visit.show(_list(visit))

    @routes.get(PATH + "/{grant_id}")
    def profile(request: Request, grant_id: str) -> Response:
        with frame.reading(request) as visit:
            share = _share(visit, grant_id)
        try:
            share, document = frame.rooms.received.look(grant_id)
        except SkillspaceError as fault:
            return _refused(frame, request, share, fault)
        with frame.writing(request) as visit:
            _note_look(visit, share, "DONE", "")
        with frame.reading(request) as visit:
            return visit.show(_profile(visit, share, document, nearness))

    @routes.post(PATH + "/{grant_id}/comments")
    def comment(request: Request, grant_id: str) -> Response:
        with frame.reading(request) as visit:
            share, account, text = _share(visit, grant_id), visit.account, visit.field("text")
        frame.rooms.received.comment(grant_id, by=account.name, text=text)
        with frame.writing(request) as visit:
            title = pseudonym(share.subject, visit.words)
            journal.note(visit.work, visit.account, "share.comment", thing=grant_id, title=title)
        return visit.go(f"{PATH}/{grant_id}", "commented")

    return routes


def _purposes(visit: Visit) -> frozenset[str]:
    account: Account = visit.staff(*PURPOSE_OF)
    return frozenset(purpose for role, purpose in PURPOSE_OF.items() if role in account.roles)


def _share(visit: Visit, grant_id: str) -> ReceivedProfile:
    """Return a share this account may open; one for another purpose is as good as not there."""
    purposes = _purposes(visit)
    share = visit.rooms.received.share(visit.work, grant_id)
    if share.purpose not in purposes:
        raise NotFound("Nothing was shared with you under this number.")
    return share


def _list(visit: Visit) -> SharedListPage:
    asked = wanted(visit, PATH, _SORTS, sort="since", is_down=True)
    total, found = visit.rooms.received.lines(
        visit.work,
        _purposes(visit),
        words=asked.words,
        sort=asked.sort,
        is_down=asked.is_down,
        offset=asked.offset,
        limit=asked.limit,
    )
    return SharedListPage(
        chrome=visit.chrome("shared"),
        listing=asked.listing(total),
        shared=tuple(_line(visit, line) for line in found),
    )


def _line(visit: Visit, line: ReceivedLine) -> SharedLine:
    return SharedLine(
        grant_id=line.grant_id,
        name=_name(line, visit),
        what=worded(line.kinds, KINDS, visit.words),
        why=worded([line.purpose], PURPOSES, visit.words)[0],
        since=line.since.date(),
        until=line.until.date(),
        state=_state(visit, line),
        has_news=line.state is ReceivedState.OPEN and line.read_at is None and not line.restricted,
    )


def _name(share: ReceivedLine | ReceivedProfile, visit: Visit) -> str:
    """Return the name that was shared, else a pseudonym; an ended share has neither left, a restricted one no name."""
    return share.name or pseudonym(share.subject or share.grant_id, visit.words)


def _state(visit: Visit, share: ReceivedLine | ReceivedProfile) -> str:
    if share.state is ReceivedState.ENDED:
        ended = visit.rooms.consent.held.ended_state(visit.work, share.intermediary, share.grant_id)
        return _ENDS.get(ended, "TERMINATED") if ended else "TERMINATED"
    if share.state is ReceivedState.OPEN and share.until <= visit.work.now:
        return "EXPIRED"
    if share.restricted:
        return "RESTRICTED"
    return _STATES[share.state]


def _profile(visit: Visit, share: ReceivedProfile, document: SharedProfile, nearness: Nearness) -> SharedProfilePage:
    theirs = {one.uri: one.label for one in document.skills}
    house = visit.rooms.review.mappings.names(visit.work, visit.language)
    labels = Labels(visit.rooms.taxonomies, visit.language, theirs, house)
    view = profile_view(
        document,
        document.name or _name(share, visit),
        labels,
        nearness,
        visit.work.now.date(),
        has_skills="skills" in share.kinds,
        others=visit.words.gettext("Other skills"),
    )
    return SharedProfilePage(
        chrome=visit.chrome("shared"),
        grant_id=share.grant_id,
        profile=view,
        why=worded([share.purpose], PURPOSES, visit.words)[0],
        until=share.until.date(),
        read_at=share.read_at or visit.work.now,
        comments=_comments(document),
        can_comment=True,
        is_kept=share.purpose not in LIVE_PURPOSES,
        inferred=inferred_of(document, visit.rooms.taxonomies, visit.words),
    )


def _comments(document: SharedProfile) -> tuple[Comment, ...]:
    """Return what was remarked; a moment the other node wrote badly is that of the profile itself."""
    found = []
    for one in document.comments:
        try:
            at = from_iso(one.at)
        except (ValueError, OverflowError):
            at = document.made_at
        found.append(Comment(by=one.by, at=at, text=one.text))
    return tuple(found)


def _refused(frame: Frame, request: Request, share: ReceivedProfile, fault: SkillspaceError) -> Response:
    """Write the refusal down and show why; what was known of the person before is all the page tells."""
    with frame.writing(request) as visit:
        share = visit.rooms.received.share(visit.work, share.grant_id)
        reason, code = _why(visit, share, fault)
        _note_look(visit, share, "REFUSED", code)
    with frame.reading(request) as visit:
        page = SharedRefusedPage(
            chrome=visit.chrome("shared"), grant_id=share.grant_id, name=_name(share, visit), reason=reason
        )
        return visit.show(page, _STATUS.get(reason, 403))


def _why(visit: Visit, share: ReceivedProfile, fault: SkillspaceError) -> tuple[str, str]:
    """Return the reason the page gives, and the code of the fault behind it."""
    body: Mapping[str, object] = fault.body if isinstance(fault, PeerRefused) else {}
    code = str(body.get("code") or fault.code)
    if share.state is ReceivedState.ENDED or share.until <= visit.work.now:
        state = _state(visit, share) if share.state is ReceivedState.ENDED else "EXPIRED"
        return (state if state in ("REVOKED", "EXPIRED") else "NOT_COVERED"), code
    if share.restricted:
        return "RESTRICTED", code
    if code in _REASONS:
        return _REASONS[code], code
    if isinstance(fault, Conflict) or share.state is not ReceivedState.OPEN:
        return "ON_ITS_WAY", code
    return ("UNREACHABLE" if isinstance(fault, Unavailable) else "NOT_COVERED"), code


def _note_look(visit: Visit, share: ReceivedProfile, outcome: str, why: str) -> None:
    """Write that a profile was opened or not; the journal outlives the yes, so it holds no name."""
    title = pseudonym(share.subject or share.grant_id, visit.words)
    journal.note(visit.work, visit.account, "share.look", thing=share.grant_id, title=title, outcome=outcome, why=why)
