"""What is there when a stranger comes: somebody who has used their space for a while, and on whom people decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from importlib.resources import files

from skillspace.market.oversight import RECRUITMENT, Why
from skillspace.node.composition import Node
from skillspace.node.demo.space import DemoSpace
from skillspace.people.alerts import Quiet, Wishes
from skillspace.people.alerts.tasks import ROUND_TASK
from skillspace.people.sharing import PROFILE_DATASET
from skillspace.portal.rooms import Spaces
from skillspace.trust.identity import did_of_address

SHARED_FOR = timedelta(days=90)
#: A stranger may come at any hour of the day.
NEVER_QUIET = Quiet(start=time(0), end=time(0))
CHART = "team.csv"


def say_yes(space: DemoSpace, hub: Node) -> None:
    """Let them allow what they were asked, and wish to hear of news."""
    spaces = spaces_of(hub)
    with hub.database.writing() as work:
        for account in _accounts(space):
            for asked in spaces.consents.asks_waiting(work, account):
                spaces.consents.grant(work, asked.id, account)
            spaces.alerts.wish(work, account, Wishes(least=0, quiet=NEVER_QUIET), is_on=True)


def records_are_there(space: DemoSpace, hub: Node) -> float:
    """Return which share of the organisations that hold something about them have sent it."""
    dids = {node.id: did_of_address(node.address) for node in space.nodes}
    wanted = {(f"person-{one['id']}", dids[node]) for one in space.settled for node in one["holdings"]}
    with hub.database.reading() as work:
        records = [one for account in _accounts(space) for one in spaces_of(hub).profile.records(work, account)]
    return len(wanted & {(one.person, one.source) for one in records}) / len(wanted)


def share(space: DemoSpace, hub: Node) -> None:
    """Let them share their skills with the employer, let partners be asked for them, and look for news now.

    Who did so before the demo was interrupted does nothing more.
    """
    spaces, own = spaces_of(hub), hub.trust.did
    with hub.database.writing() as work:
        for one in space.settled:
            account = f"person-{one['id']}"
            given = spaces.consents.of_person(work, account)
            said = {grant.recipient for grant in given if not grant.why_not(work.now)}
            employer = hub.rooms.directory.find(work, did_of_address(space.node(one["decision"]["by"]).address))
            assert employer is not None  # noqa: S101 - everybody has joined
            if employer.did not in said:
                spaces.sharing.share(
                    work,
                    person=account,
                    recipient=employer,
                    purpose=RECRUITMENT,
                    kinds=("skills", "name"),
                    until=work.now + SHARED_FOR,
                    agreement=hub.exchange.negotiations.agreement_between(work, own, employer.did, PROFILE_DATASET),
                    why="",
                )
            for partner in spaces.partners.partners(work):
                if partner.did not in said:
                    asked = spaces.partners.propose(work, account, partner.did)
                    spaces.consents.grant(work, asked.id, account, kinds=("skills",))
        work.bring_forward(ROUND_TASK)


def is_received(space: DemoSpace, members: Mapping[str, Node]) -> float:
    """Return which share of their profiles the employers have."""
    return sum(_grant(members[one["decision"]["by"]], one["name"]) != "" for one in space.settled) / len(space.settled)


def decide(space: DemoSpace, members: Mapping[str, Node]) -> None:
    """Let a recruiter decide beside matching, and bring the chart of the team, as by hand."""
    chart = files("skillspace.node.demo").joinpath(CHART).read_bytes()
    for one in space.settled:
        made = one["decision"]
        employer = members[made["by"]]
        grant = _grant(employer, one["name"])
        with employer.database.writing() as work:
            if not employer.rooms.oversight.decisions.of(work, made["vacancy"], grant):
                employer.rooms.oversight.decide(
                    work,
                    made["vacancy"],
                    grant,
                    made["move"],
                    by=made["recruiter"],
                    why=Why(made["why"]),
                    words=made["words"],
                )
            employer.rooms.targets.keep_chart(work, employer.rooms.targets.read_chart(work, chart, CHART))


def spaces_of(hub: Node) -> Spaces:
    """Return the rooms of people's spaces."""
    assert hub.rooms.spaces is not None  # noqa: S101 - the hub is an intermediary
    return hub.rooms.spaces


def _accounts(space: DemoSpace) -> list[str]:
    return [f"person-{one['id']}" for one in space.settled]


def _grant(employer: Node, name: str) -> str:
    """Return the grant under which somebody shares with an employer, empty where their profile is not there yet."""
    with employer.database.reading() as work:
        people = employer.rooms.oversight.circles.now(work, RECRUITMENT).people
    return next((grant for grant, someone in people.items() if someone.name == name), "")
