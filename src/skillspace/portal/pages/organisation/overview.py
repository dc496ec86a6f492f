"""The first page of the offices: how the node is doing, what waits for a person, and what changed last."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Request, Response

from skillspace.exchange import ledger
from skillspace.exchange.parties import CONSUMER
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.frame import Frame, Visit, home_of
from skillspace.portal.pages.organisation import contracts, linked, members, negotiations, rights, transfers
from skillspace.portal.pages.organisation.wording import Names, until_of
from skillspace.portal.views.organisation import Event, Health, OverviewPage, Todo
from skillspace.storage.health import queue

PATH = "/org"
SOON = dt.timedelta(days=30)
#: The members' catalogs are read every minute or so; a quarter of an hour without any is late.
CRAWL_IS_LATE = dt.timedelta(minutes=15)
EVENTS = 12


def router(frame: Frame) -> APIRouter:
    """Return the page's route."""
    routes = frame.router("Overview")

    @routes.get(PATH)
    def overview(request: Request) -> Response:
        with frame.reading(request) as visit:
            account = visit.staff()
            if "operator" not in account.roles and (home := home_of(account, visit.rooms)) != PATH:
                return visit.go(home)
            visit.staff("operator")
            names = Names(visit)
            return visit.show(
                OverviewPage(
                    chrome=visit.chrome("overview"),
                    did=visit.rooms.did,
                    health=_health(visit),
                    todos=tuple(_todos(visit, names)),
                    events=tuple(_events(visit, names)),
                )
            )

    return routes


def _health(visit: Visit) -> Health:
    rooms, work = visit.rooms, visit.work
    others = [peer.did for peer in rooms.directory.peers(work) if peer.did != rooms.did]
    reachable = rooms.exchange.crawler.reachability(work)
    tasks, last = queue(work), rooms.exchange.crawler.last_crawl(work)
    return Health(
        reachable=sum(reachable.get(did, False) for did in others),
        members=len(others),
        queued=tasks.waiting,
        oldest_queued=tasks.oldest,
        failed=tasks.dead,
        last_crawl=last,
        is_crawl_late=last is None or work.now - last > CRAWL_IS_LATE,
        expiring=_expiring(visit),
        expiring_within_days=SOON.days,
    )


def _expiring(visit: Visit) -> int:
    """Count agreements and shares that end soon; what people gather into their own spaces is theirs to watch."""
    work = visit.work
    ends = [until_of(policy) for policy in ledger.policies_with_an_end(work)]
    soon = work.now + SOON
    shares = visit.rooms.received.ending_before(work, soon)
    return sum(end is not None and work.now < end < soon for end in ends) + shares


def _todos(visit: Visit, names: Names) -> list[Todo]:
    words = visit.words
    asking = [
        Todo(
            text=words.gettext("%(name)s asks to join") % {"name": one.name}, href=members.PATH, since=one.since.date()
        )
        for one in members.applicants(visit)
    ]
    offered = [
        Todo(
            text=_waits(one.role, words)
            % {
                "name": names.of(one.peer),
                "title": names.title(negotiations.provider_of(one, visit.rooms.did), one.dataset),
            },
            href=f"{negotiations.PATH}/{one.pid}",
            since=one.changed.date(),
        )
        for one in ledger.offers_waiting(visit.work)
    ]
    return [*asking, *offered, *contracts.waiting(visit, names), *rights.waiting(visit), *linked.waiting(visit)]


def _waits(role: str, words: Translator) -> str:
    """Return what somebody waits for: an answer to their offer, or to their answer to ours."""
    if role == CONSUMER:
        return words.gettext("%(name)s offers you “%(title)s”")
    return words.gettext("%(name)s answers your offer of “%(title)s” with other terms")


def _events(visit: Visit, names: Names) -> list[Event]:
    own, latest = visit.rooms.did, ledger.Cut(limit=EVENTS)
    _, negotiated = ledger.negotiations(visit.work, latest, own)
    events = [
        Event(
            at=line.changed,
            what=f"{line.asset} · {line.other}",
            state=line.state,
            who=line.who,
            why=line.why,
            href=f"{negotiations.PATH}/{line.id}",
        )
        for line in negotiations.negotiation_lines(visit.work, negotiated, names, own)
    ]
    _, carried = ledger.transfers(visit.work, latest, own)
    lines = [transfers.transfer_line(one, names, own) for one in carried]
    events += [
        Event(
            at=line.changed,
            what=f"{line.asset} · {line.other}",
            state=line.state,
            who=line.who,
            why=line.why,
            href=transfers.PATH,
        )
        for line in lines
    ]
    return sorted(events, key=lambda event: event.at, reverse=True)[:EVENTS]
