"""Settling the demo's nodes after their first start: joined, with contracts, offers, statistics, people connected."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import sqlalchemy as sa

from skillspace.kernel.errors import Unavailable
from skillspace.market.index import MarketKind
from skillspace.node.composition import Node, compose
from skillspace.node.demo import contracting, living
from skillspace.node.demo.space import DemoSpace, Progress
from skillspace.node.founding import ask_to_join, invitation
from skillspace.storage.database import tasks

SETTLE_WITHIN_S = 240.0


def join(space: DemoSpace, progress: Progress) -> None:
    """Let each organisation join as it would by hand: with an invitation, over the wire."""
    authority = space.settings(space.orchestrator)
    members = space.nodes[1:]
    for number, node in enumerate(members):
        progress("Joining the data space", number / len(members))
        code = invitation(authority, node.name, frozenset(node.roles))
        ask_to_join(space.node_folder(node), space.orchestrator.address, code)


def settle(space: DemoSpace, codes: dict[str, dict[str, str]], progress: Progress, check: Callable[[], None]) -> None:
    """Wait until contracts are made, then connect the invented people, and wait until offers and statistics are here.

    Whoever has lived here for a while says yes meanwhile. `check` raises when a node has ended by itself.
    """
    hub = compose(space.settings(space.orchestrator))
    members = {planned.id: compose(space.settings(planned)) for planned in space.nodes[1:]}

    def wait_for(what: str, share: Callable[[], float]) -> None:
        _wait_for(progress, what, share, check)

    try:
        wait_for("Reading catalogs and making contracts", lambda: _contracts_made(space, hub))
        contract = contracting.draw_up(space, hub)
        wait_for("Signing the contract of all", lambda: _signed(space, hub, members, contract))
        for number, (person, given) in enumerate(codes.items()):
            progress("Connecting people", number / len(codes))
            _connect(hub, f"person-{person}", given)
        living.say_yes(space, hub)
        wait_for("Fetching vacancies and courses", lambda: _market_is_there(space, hub))
        wait_for("Gathering records", lambda: living.records_are_there(space, hub))
        living.share(space, hub)
        wait_for("Counting for the statistics", lambda: _statistics_are_there(hub))
        wait_for("Sharing a profile", lambda: living.is_received(space, members))
        living.decide(space, members)
    finally:
        for node in (hub, *members.values()):
            node.stop()


def _signed(space: DemoSpace, hub: Node, members: Mapping[str, Node], contract: str) -> float:
    steps = (contracting.go_on(planned, members[planned.id], hub, contract) for planned in space.nodes[1:])
    return sum(steps) / len(members)


def _wait_for(progress: Progress, what: str, share: Callable[[], float], check: Callable[[], None]) -> None:
    deadline = time.monotonic() + SETTLE_WITHIN_S
    while (done := share()) < 1.0:
        progress(what, done)
        check()
        if time.monotonic() > deadline:
            raise Unavailable(f"{what} did not end within {SETTLE_WITHIN_S:.0f} seconds; see the nodes' logs.")
        time.sleep(0.2)


def _contracts_made(space: DemoSpace, hub: Node) -> float:
    """Every organisation's personal offering has an agreement with the hub, the hub's profiles with three roles, and
    matching is bought where it is sold."""
    wanted = [(node, plan["id"]) for node in space.nodes[1:] for plan in node.offerings if plan["personal"]]
    with hub.database.reading() as work:
        agreements = hub.exchange.negotiations.agreements(work)
        provided = {agreement.dataset for agreement in agreements if agreement.consumer == hub.trust.did}
        consumers = {agreement.consumer for agreement in agreements if agreement.dataset == "skills-profile"}
        partners = living.spaces_of(hub).partners.partners(work)
    made = sum(dataset in provided for _, dataset in wanted) + len(consumers) + len(partners)
    return made / (len(wanted) + 3 + sum(node.sells_matching for node in space.nodes))


def _market_is_there(space: DemoSpace, hub: Node) -> float:
    spaces = living.spaces_of(hub)
    feeds = sum(plan["id"] in ("vacancies", "courses") for node in space.nodes[1:] for plan in node.offerings)
    with hub.database.reading() as work:
        arrived = sum(row["arrived"] is not None for row in spaces.feeds.status(work))
        waiting = work.one(sa.select(tasks.c.id).where(tasks.c.name.in_(["market.index", "market.fetch"])).limit(1))
        fresh = all(spaces.market.count(work, kind) for kind in MarketKind) and waiting is None
    ready = spaces.indexes.jobs is not None and spaces.indexes.trainings is not None
    return (arrived + (fresh and ready)) / (feeds + 1)


def _statistics_are_there(hub: Node) -> float:
    with hub.database.reading() as work:
        return 1.0 if hub.rooms.insight.latest(work) is not None else 0.0


def _connect(hub: Node, person: str, codes: dict[str, str]) -> None:
    spaces = living.spaces_of(hub)
    for organisation, code in codes.items():
        with hub.database.reading() as work:
            account = hub.rooms.accounts.get(work, person)
            name = hub.rooms.directory.name(work, organisation)
        link = spaces.links.connect(account, organisation, name, code)
        with hub.database.writing() as work:
            spaces.asks.propose(work, link)
