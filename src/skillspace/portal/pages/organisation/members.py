"""The authority's page of members: who asks to join, who is in, and the decisions with their reasons."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.people.accounts import Account
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.tables import part_of, wanted
from skillspace.portal.pages.organisation.wording import ROLES, worded
from skillspace.portal.views.organisation import LegalIdentity, Member, MembersPage
from skillspace.trust.membership import Authority
from skillspace.trust.membership.machine import MemberState
from skillspace.trust.membership.model import Member as Registered

PATH = "/org/members"
MOVES = ("admit", "refuse")
ACTS = tuple(f"member.{move}" for move in MOVES)
_KEYS = {
    "name": lambda it: it.name.casefold(),
    "did": lambda it: it.did,
    "roles": lambda it: it.roles,
    "state": lambda it: it.state,
    "since": lambda it: it.since,
    "reachable": lambda it: (it.is_reachable is None, not it.is_reachable),
    "decided_by": lambda it: it.decided_by.casefold(),
}


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("Members")

    @routes.get(PATH)
    def members(request: Request) -> Response:
        with frame.reading(request) as visit:
            _, authority = _authority(visit)
            return _members(visit, authority)

    @routes.post(PATH)
    def decide(request: Request) -> Response:
        with frame.writing(request) as visit:
            account, authority = _authority(visit)
            did, move, why = visit.field("member"), visit.field("do"), visit.field("why").strip()
            if move not in MOVES:
                raise BadInput("An organisation that asks to join is admitted or refused.")
            if not why:
                raise BadInput("Say why: the reason is kept with the decision.")
            moved = authority.move(visit.work, did, move)
            outcome = "ADMITTED" if moved.state is MemberState.ADMITTED else "REFUSED"
            journal.note(visit.work, account, f"member.{move}", thing=did, title=moved.name, outcome=outcome, why=why)
        return visit.go(PATH, "admitted" if move == "admit" else "not-admitted")

    return routes


def applicants(visit: Visit) -> list[Registered]:
    """Return who asks to join and waits for an answer, the longest first; none where this node admits nobody."""
    if visit.rooms.authority is None:
        return []
    asking = [one for one in visit.rooms.authority.register(visit.work) if one.state is MemberState.REQUESTED]
    return sorted(asking, key=lambda one: one.since)


def _authority(visit: Visit) -> tuple[Account, Authority]:
    account = visit.staff("operator")
    if visit.rooms.authority is None:
        raise NotFound("Only the authority of the data space keeps a register of members.")
    return account, visit.rooms.authority


def _members(visit: Visit, authority: Authority) -> Response:
    asked = wanted(visit, PATH, _KEYS, sort="name")
    register = authority.register(visit.work)
    reachable = visit.rooms.exchange.crawler.reachability(visit.work)
    decided = journal.last_about(visit.work, [one.did for one in register], ACTS)
    settled = [one for one in register if one.state is not MemberState.REQUESTED]
    lines = [_line(one, visit, reachable, decided) for one in settled]
    total, shown = part_of(lines, asked, keys=_KEYS, text=lambda it: f"{it.name} {it.did} {' '.join(it.roles)}")
    return visit.show(
        MembersPage(
            chrome=visit.chrome("members"),
            listing=asked.listing(total),
            applicants=tuple(_line(one, visit, reachable, {}) for one in applicants(visit)),
            members=tuple(shown),
            can_decide=True,
        )
    )


def _line(one: Registered, visit: Visit, reachable: Mapping[str, bool], decided: Mapping[str, journal.Entry]) -> Member:
    entry = decided.get(one.did)
    return Member(
        id=one.did,
        name=one.name,
        did=one.did,
        roles=worded(sorted(one.roles), ROLES, visit.words),
        state="APPLIED" if one.state is MemberState.REQUESTED else one.state.value.upper(),
        since=one.since.date(),
        is_reachable=True if one.did == visit.rooms.did else reachable.get(one.did),
        decided_by=entry.by if entry else "",
        why=entry.why if entry else "",
        legal=_legal(visit, one.did),
    )


def _legal(visit: Visit, did: str) -> LegalIdentity | None:
    authority = visit.rooms.authority
    found = authority.legal.of(visit.work, did) if authority else None
    if found is None:
        return None
    if found.name is None:
        return LegalIdentity(state="FAILS" if found.why else "LOOKING", why=found.why or "")
    return LegalIdentity(
        state="HOLDS" if found.holds(visit.work.now) else "OVER",
        name=found.name,
        country=found.country or "",
        numbers=tuple(sorted(found.numbers.items())),
        level=found.level or "",
        issuer=found.issuer or "",
        until=found.until.date() if found.until else None,
    )
