"""Pages of negotiations: every one with its state, and one as a thread with what each offer changed and our moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response

from skillspace.exchange import Negotiation, NegotiationState, ledger
from skillspace.exchange.negotiation import NEGOTIATION
from skillspace.exchange.negotiation.model import Turn as Taken
from skillspace.exchange.parties import CONSUMER, PROVIDER
from skillspace.kernel.errors import BadInput
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.tables import as_csv, cut_of, wanted
from skillspace.portal.pages.organisation.terms import changed_terms, side_by_side
from skillspace.portal.pages.organisation.terms_form import terms_form, written_terms
from skillspace.portal.pages.organisation.wording import Names, terms_of
from skillspace.portal.views.connector import NegotiationLine, NegotiationPage, NegotiationsPage, Turn
from skillspace.storage.database import Work

PATH = "/org/negotiations"
#: The moves a person makes by one button; ending asks for a reason, a counter-offer for its terms.
BY_HAND = ("accept", "agree")
COUNTERS = frozenset({"offer", "request"})
ACTS = {
    NegotiationState.ACCEPTED: "negotiation.accept",
    NegotiationState.AGREED: "negotiation.agree",
    NegotiationState.TERMINATED: "negotiation.terminate",
}
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
            if chosen == "counter":
                try:
                    rules = written_terms(visit, found.offer)
                except BadInput as fault:
                    return visit.show(_negotiation(visit, found, problem=fault.message), 400)
                visit.rooms.exchange.negotiations.counter(visit.work, pid, rules)
            else:
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


def _negotiation(visit: Visit, found: Negotiation, *, problem: str = "") -> NegotiationPage:
    names, own = Names(visit), visit.rooms.did
    can_counter = bool(COUNTERS & set(found.moves))
    is_json = problem and visit.field("as") == "json"
    written = visit.field("rules") if is_json else ""
    return NegotiationPage(
        chrome=visit.chrome("negotiations", path=f"{PATH}/{found.pid}"),
        negotiation=negotiation_lines(visit.work, [found], names, own)[0],
        turns=_turns(visit, found, names),
        moves=tuple(move for move in BY_HAND if move in found.moves),
        can_end="terminate" in found.moves,
        form=terms_form(found.offer, visit.words, problem=problem, json=written) if can_counter else None,
        terms=terms_of(found.offer, visit.words),
        facts=_facts(visit, found),
        agreement=found.agreement or "",
        problem=problem,
    )


def _facts(visit: Visit, found: Negotiation) -> tuple[tuple[str, str], ...]:
    """Return what identifies a negotiation on both sides."""
    words = visit.words
    listed = (
        (words.gettext("Data set"), found.dataset),
        (words.gettext("Other side"), found.peer),
        (words.gettext("Ours"), found.pid),
        (words.gettext("Theirs"), found.peer_pid or words.gettext("not known yet")),
        (words.gettext("Version of the protocol"), found.version or words.gettext("not known yet")),
    )
    return tuple(listed)


def _turns(visit: Visit, found: Negotiation, names: Names) -> tuple[Turn, ...]:
    """Return every turn; an offer is compared with the one before, the first one with what the catalog says."""
    taken = visit.rooms.exchange.negotiations.history(visit.work, found.pid)
    by_hand = {entry.at: entry.by for entry in journal.about(visit.work, found.pid)}
    shown: list[Turn] = []
    before, than = _published(visit, found), "catalog"
    for turn in taken:
        shown.append(_turn(turn, found, before, than, visit, names, by_hand.get(turn.at, "")))
        if turn.offer is not None:
            before, than = turn.offer, "before"
    return tuple(shown)


def _turn(
    turn: Taken,
    found: Negotiation,
    before: Mapping[str, Any] | None,
    than: str,
    visit: Visit,
    names: Names,
    person: str,
) -> Turn:
    is_us = turn.party == found.role
    who = visit.rooms.name if is_us else names.of(found.peer)
    shown = Turn(
        at=turn.at,
        who=f"{person} · {who}" if person else who,
        is_us=is_us,
        state=turn.state.value,
        text=turn.reason or "",
    )
    if turn.offer is None:
        return shown
    if before is None:
        return replace(shown, terms=terms_of(turn.offer, visit.words))
    changes = changed_terms(before, turn.offer, visit.words)
    return replace(shown, than=than, changes=changes, rows=side_by_side(before, turn.offer))


def _published(visit: Visit, found: Negotiation) -> Mapping[str, Any] | None:
    """Return the terms as the catalog has them."""
    exchange = visit.rooms.exchange
    if found.role == PROVIDER:
        own = exchange.catalog.offering(visit.work, found.dataset)
        return own.policy if own else None
    seen = exchange.crawler.offering(visit.work, found.peer, found.dataset)
    return seen.offer if seen else None


def _move(visit: Visit, found: Negotiation, chosen: str, why: str) -> None:
    negotiations = visit.rooms.exchange.negotiations
    if chosen == "accept":
        negotiations.accept(visit.work, found.pid)
    elif chosen == "agree":
        negotiations.agree(visit.work, found.pid)
    elif chosen == "terminate":
        negotiations.terminate(visit.work, found.pid, why)
    else:
        raise BadInput("This move is not yours to make; reload the page and look what can be done now.")


def _mover(found: Negotiation, entry: journal.Entry | None, names: Names, own_did: str) -> str:
    """Return who made the last move: a person of ours, or the party to whom the protocol gives it."""
    if entry is not None and entry.act == ACTS.get(found.state):
        return entry.by
    parties = {party for (_, _, party), state in NEGOTIATION.moves.items() if state is found.state}
    party = parties.pop() if len(parties) == 1 else ""
    if party not in (CONSUMER, PROVIDER):
        return ""
    return names.of(own_did if party == found.role else found.peer)
