"""Pages of negotiations: every one with its state, and one as a thread with the moves that are for people to make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from skillspace.exchange import Negotiation, NegotiationState, ledger
from skillspace.exchange.negotiation import NEGOTIATION
from skillspace.exchange.odrl import same_rules
from skillspace.exchange.parties import CONSUMER, PROVIDER
from skillspace.kernel.errors import BadInput
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.tables import as_csv, cut_of, wanted
from skillspace.portal.pages.organisation.wording import Names, terms_of
from skillspace.portal.views.organisation import (
    NegotiationLine,
    NegotiationPage,
    NegotiationsPage,
    TermChange,
    Turn,
)
from skillspace.storage.database import Work

PATH = "/org/negotiations"
#: The moves an organisation makes by hand; all others the node makes by itself, by the terms it published.
BY_HAND = ("accept", "terminate")
ACTS = {NegotiationState.ACCEPTED: "negotiation.accept", NegotiationState.TERMINATED: "negotiation.terminate"}
_SORTS = {"asset": "asset", "other": "other", "is_ours": "role", "state": "state", "changed": "changed"}


def router(frame: Frame) -> APIRouter:
    """Return the pages' routes."""
    routes = frame.router("Contracts")

    @routes.get(PATH)
    def negotiations(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return _negotiations(visit)

    @routes.get(PATH + "/{pid}")
    def negotiation(request: Request, pid: str) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return visit.show(_negotiation(visit, visit.rooms.exchange.negotiations.negotiation(visit.work, pid)))

    @routes.post(PATH + "/{pid}")
    def move(request: Request, pid: str) -> Response:
        with frame.writing(request) as visit:
            account = visit.staff("operator")
            found = visit.rooms.exchange.negotiations.negotiation(visit.work, pid)
            chosen, why = visit.field("do"), visit.field("why")
            _move(visit, found, chosen, why)
            title = Names(visit).title(provider_of(found, visit.rooms.did), found.dataset)
            journal.note(visit.work, account, f"negotiation.{chosen}", thing=pid, title=title, why=why)
        return visit.go(f"{PATH}/{pid}", "moved")

    return routes


def provider_of(process: Negotiation, own_did: str) -> str:
    """Return whose offering a negotiation is about."""
    return own_did if process.role == PROVIDER else process.peer


def negotiation_lines(work: Work, found: list[Negotiation], names: Names, own_did: str) -> list[NegotiationLine]:
    """Return negotiations as lines of a table: who moved each last follows from the state and the journal."""
    ours = journal.last_about(work, [one.pid for one in found], ACTS.values())
    return [
        NegotiationLine(
            id=one.pid,
            asset=names.title(provider_of(one, own_did), one.dataset),
            other=names.of(one.peer),
            is_ours=one.role == CONSUMER,
            state=one.state.value,
            changed=one.changed,
            who=_mover(one, ours.get(one.pid), names, own_did),
            why=one.reason or "",
        )
        for one in found
    ]


def _negotiations(visit: Visit) -> Response:
    asked = wanted(visit, PATH, _SORTS, sort="changed", is_down=True)
    names, own = Names(visit), visit.rooms.did
    total, found = ledger.negotiations(visit.work, cut_of(asked, names, _SORTS), own)
    lines = negotiation_lines(visit.work, found, names, own)
    if asked.is_csv:
        head = ("id", "about", "with", "asked_by_us", "state", "changed", "by", "why")
        rows = (
            (it.id, it.asset, it.other, it.is_ours, it.state, it.changed.isoformat(), it.who, it.why) for it in lines
        )
        return as_csv("negotiations", head, rows)
    return visit.show(
        NegotiationsPage(
            chrome=visit.chrome("negotiations"),
            listing=asked.listing(total, export=True),
            negotiations=tuple(lines),
        )
    )


def _negotiation(visit: Visit, found: Negotiation) -> NegotiationPage:
    names, own = Names(visit), visit.rooms.did
    line = negotiation_lines(visit.work, [found], names, own)[0]
    moves = [move for move in BY_HAND if move in found.moves and (move != "accept" or _waits_for_us(found))]
    return NegotiationPage(
        chrome=visit.chrome("negotiations"),
        negotiation=line,
        turns=_turns(visit, found, line, names),
        moves=tuple((move, move == "accept") for move in moves),
        terms=terms_of(found.offer, visit.words),
    )


def _turns(visit: Visit, found: Negotiation, line: NegotiationLine, names: Names) -> tuple[Turn, ...]:
    """Return the opening and the last turn: what lies between is not kept."""
    is_ours = found.role == found.opened_by
    opened = Turn(
        at=found.made,
        who=visit.rooms.name if is_ours else names.of(found.peer),
        is_us=is_ours,
        state=(NegotiationState.REQUESTED if found.opened_by == CONSUMER else NegotiationState.OFFERED).value,
    )
    if found.changed == found.made and found.state.value == opened.state:
        return (opened,)
    last = Turn(
        at=found.changed,
        who=line.who,
        is_us=line.who not in ("", names.of(found.peer)),
        state=line.state,
        changes=_changes(_published(visit, found), found.offer, visit),
        text=found.reason or "",
    )
    return opened, last


def _published(visit: Visit, found: Negotiation) -> Mapping[str, Any] | None:
    """Return the terms as the catalog has them."""
    exchange = visit.rooms.exchange
    if found.role == PROVIDER:
        own = exchange.catalog.offering(visit.work, found.dataset)
        return own.policy if own else None
    seen = exchange.crawler.offering(visit.work, found.peer, found.dataset)
    return seen.offer if seen else None


def _changes(before: Mapping[str, Any] | None, now: Mapping[str, Any], visit: Visit) -> tuple[TermChange, ...] | None:
    if before is None:
        return None
    if same_rules(before, now):
        return ()
    old, new = dict(terms_of(before, visit.words)), dict(terms_of(now, visit.words))
    return tuple(
        TermChange(term=term, before=old.get(term, ""), after=new.get(term, ""))
        for term in dict.fromkeys((*old, *new))
        if old.get(term) != new.get(term)
    )


def _move(visit: Visit, found: Negotiation, chosen: str, why: str) -> None:
    negotiations = visit.rooms.exchange.negotiations
    if chosen == "accept" and _waits_for_us(found):
        negotiations.accept(visit.work, found.pid)
    elif chosen == "terminate":
        negotiations.terminate(visit.work, found.pid, why)
    else:
        raise BadInput("This move is not yours to make; reload the page and look what can be done now.")


def _waits_for_us(found: Negotiation) -> bool:
    """Tell whether an offer lies here that only a person answers: the provider came to us with it."""
    return (found.role, found.state, found.opened_by) == (CONSUMER, NegotiationState.OFFERED, PROVIDER)


def _mover(found: Negotiation, entry: journal.Entry | None, names: Names, own_did: str) -> str:
    """Return who made the last move: a person of ours, or the party to whom the protocol gives it."""
    if entry is not None and entry.act == ACTS.get(found.state):
        return entry.by
    parties = {party for (_, _, party), state in NEGOTIATION.moves.items() if state is found.state}
    party = parties.pop() if len(parties) == 1 else ""
    if party not in (CONSUMER, PROVIDER):
        return ""
    return names.of(own_did if party == found.role else found.peer)
