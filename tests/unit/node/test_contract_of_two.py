"""A contract between two real nodes, moved by the pages of both, where every agreement needs one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import httpx2 as httpx
import pytest

from skillspace.exchange import NegotiationState, Offering
from skillspace.node.composition import Node
from skillspace.people.accounts import AccountKind
from skillspace.trust.contract import ContractHead, ContractState, Member, SeatState, Talk
from skillspace.trust.policy import offer_rules
from tests.nodes import acquaint, admit, make_node, running, until

pytestmark = pytest.mark.slow
CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
DATASET = "courses"
TERMS = {
    "kind": "bilateral",
    "title": "Courses for the invented works",
    "roles": [{"role": "school"}, {"role": "employer"}],
    "clauses": [{"clause": "purpose-limitation/1", "values": {"purposes": ["training-advice", "recruitment"]}}],
    "purposes": ["training-advice", "recruitment"],
    "starts": "2026-01-01T00:00:00Z",
    "ends": "2099-01-01T00:00:00Z",
    "notice_days": 30,
    "law": "SE",
    "language": "en",
}


@dataclass
class Desk:
    """An operator at the pages of one node."""

    node: Node
    client: httpx.Client

    @property
    def did(self) -> str:
        return self.node.trust.did

    def page(self, path: str, **query: str) -> str:
        answer = self.client.get(f"{path}?{urlencode(query)}" if query else path)
        assert answer.status_code == 200, answer.text[-800:]
        return answer.text

    def send(self, path: str, status: int = 303, **fields: str | list[str]) -> str:
        """Send a form with the token of this session; return where it leads, or what it says."""
        found = CSRF.search(self.page("/org/log"))
        assert found is not None
        answer = self.client.post(path, data={"csrf": found[1], **fields})
        assert answer.status_code == status, (path, answer.status_code, answer.text[-1500:])
        return answer.headers.get("location") or answer.text

    def head(self) -> ContractHead | None:
        with self.node.database.reading() as work:
            return next(iter(self.node.contracts.contracts.listed(work)), None)

    def seat(self, member: str) -> Member | None:
        head = self.head()
        with self.node.database.reading() as work:
            members = self.node.contracts.contracts.members(work, head.id) if head else []
        return next((one for one in members if one.member == member), None)

    def talk(self, member: str) -> Talk | None:
        seat = self.seat(member)
        with self.node.database.reading() as work:
            return next(iter(self.node.contracts.contracts.talks(work, seat.id)), None) if seat else None

    def move(self, do: str, status: int = 303, **fields: str) -> str:
        head = self.head()
        assert head is not None
        return self.send("/org/contract", status, contract=head.id, do=do, **fields)

    def negotiated(self, provider: str) -> NegotiationState:
        """Ask for the data under the provider's terms, and return how that ended."""
        exchange = self.node.exchange
        with self.node.database.writing() as work:
            seen = exchange.crawler.offering(work, provider, DATASET)
            assert seen is not None
            pid = exchange.negotiations.open(work, provider, DATASET, seen.offer).pid
        state = "SELECT state FROM negotiation WHERE pid = ?"

        def now() -> NegotiationState:
            with self.node.database.reading() as work:
                return NegotiationState(work.connection.exec_driver_sql(state, (pid,)).scalar_one())

        ends = (NegotiationState.FINALIZED, NegotiationState.TERMINATED)
        until(lambda: now() in ends, "the negotiation ends")
        return now()


@pytest.fixture
def desks(tmp_path: Path, starter_taxonomies: Path) -> Iterator[tuple[Desk, Desk]]:
    """A school, which keeps the contract, and the works."""
    more = {"taxonomies": str(starter_taxonomies), "crawl_seconds": 3600.0, "demands_contract": True}
    school = make_node(tmp_path / "school", "Invented School", "authority", "university", **more)
    works = make_node(tmp_path / "works", "Invented Works", "participant", authority=school.did, **more)
    with running(school, works) as nodes:
        admit(*nodes)
        with nodes[0].database.writing() as work:
            nodes[0].exchange.catalog.publish(work, _courses())
        acquaint(*nodes)
        made = [Desk(node=node, client=_signed_in(node)) for node in nodes]
        seen = made[1].node.exchange.crawler

        def is_seen() -> object:
            with nodes[1].database.reading() as work:
                return seen.offering(work, school.did, DATASET)

        until(is_seen, "the works knows what the school offers")
        yield made[0], made[1]
        for desk in made:
            desk.client.close()


def _signed_in(node: Node) -> httpx.Client:
    with node.database.writing() as work:
        staff = node.rooms.accounts.make(work, name="Kim", kind=AccountKind.STAFF, roles=["operator"], is_demo=True)
    client = httpx.Client(base_url=node.settings.address, timeout=30, trust_env=False)
    assert client.post("/sign-in", data={"account": staff.id}).status_code == 303
    return client


def _courses(keep_days: int | None = None) -> Offering:
    return Offering(
        id=DATASET,
        title={"en": "Courses"},
        description={},
        kinds=(),
        personal=False,
        purposes=("training-advice",),
        media_type="text/csv",
        policy=offer_rules(purposes=["training-advice"], keep_days=keep_days),
        updated=datetime.now(UTC),
    )


def bring(desk: Desk, member: str, offering: dict[str, object], **said: str) -> None:
    """Say an offering whole, in a contract, as the form for it does."""
    head, seat = desk.head(), desk.seat(member)
    assert head is not None
    assert seat is not None
    about = {"contract": head.id, "seat": seat.id, "dataset": f"{offering['provider']} {DATASET}"}
    text = json.dumps(offering)
    desk.send("/org/contract/offering", **about, **said, **{"as": "json", "offering": text})


def test_a_contract_is_offered_answered_signed_kept_to_paused_and_ended_by_the_pages_of_both(
    desks: tuple[Desk, Desk],
) -> None:
    school, works = desks
    assert works.negotiated(school.did) is NegotiationState.TERMINATED  # no contract yet
    seat = invited(school, works)
    talked(school, works, seat)
    signed(school, works, seat)

    # What the catalog offers is looser than what both signed.
    assert works.negotiated(school.did) is NegotiationState.TERMINATED
    with school.node.database.writing() as work:
        school.node.exchange.catalog.publish(work, _courses(keep_days=90))
    _read_again(works, school)
    assert works.negotiated(school.did) is NegotiationState.FINALIZED

    school.move("suspend", why="We look into a complaint.")
    for desk in desks:
        until(lambda desk=desk: _binding(desk, school, works) is None, f"nothing binds at {desk.did}")
    assert "We look into a complaint." in _contract_page(works)
    assert works.negotiated(school.did) is NegotiationState.TERMINATED
    school.move("resume")
    for desk in desks:
        until(lambda desk=desk: _binding(desk, school, works), f"it binds again at {desk.did}")
    ended(school, works)
    assert works.negotiated(school.did) is NegotiationState.TERMINATED


def invited(school: Desk, works: Desk) -> str:
    """Draft, publish, invite and accept; return the identifier of the works' part."""
    school.send("/org/contract/new", **{"as": "json", "terms": json.dumps(TERMS)})
    school.move("publish", role="school")
    school.move("invite", member=works.did, role="employer")
    until(lambda: works.seat(works.did), "the works is invited")
    assert str(TERMS["title"]) in works.page("/org/contracts")
    seat = works.seat(works.did)
    assert seat is not None
    works.move("accept", seat=seat.id)
    until(lambda: _state(school, works) is SeatState.NEGOTIATING, "the school knows that they talk")
    return seat.id


def talked(school: Desk, works: Desk, seat: str) -> None:
    """The school offers its courses, the works answers with a shorter time to keep them, and that is agreed."""
    first: dict[str, object] = {"provider": school.did, "dataset": DATASET, "purposes": ["training-advice"]}
    first |= {"kinds": [], "legal_basis": "public-task", "roles": ["employer"]}
    bring(school, works.did, first | {"policy": offer_rules(purposes=["training-advice"])})
    until(lambda: works.talk(works.did), "the works sees the offering")
    talk = works.talk(works.did)
    assert talk is not None
    other = first | {"policy": _courses(keep_days=90).policy}
    bring(works, works.did, other, offer=talk.id, round=str(talk.round))
    until(lambda: (said := school.talk(works.did)) and said.round == 2, "the school hears the counter-offer")
    assert "Changed against the offer before" in _contract_page(school)
    school.move("agree", 409, seat=seat, offer=talk.id, round="1")  # that was not the last word
    school.move("agree", seat=seat, offer=talk.id, round="2")
    school.move("conclude", seat=seat)
    until(lambda: _state(works, works) is SeatState.AGREED, "the works may sign")


def signed(school: Desk, works: Desk, seat: str) -> None:
    """The works signs what it reads, the school countersigns, and both hold the same document."""
    head = works.head()
    assert head is not None
    with works.node.database.reading() as work:
        terms = works.node.contracts.contracts.terms(work, head.id)
    works.move("sign", 409, hash="0" * 64)
    works.move("sign", hash=terms.hash)
    for desk in (school, works):
        until(lambda desk=desk: _state(desk, works) is SeatState.IN_FORCE, f"it is in force at {desk.did}")
    documents = [found.document for desk in (school, works) if (found := desk.seat(works.did)) and found.id == seat]
    assert documents[0] is not None
    assert documents[0] == documents[1]


def ended(school: Desk, works: Desk) -> None:
    """The school ends it; both say why, and both have their evidence."""
    school.move("terminate", why="The courses are over.", by_law="yes")
    for desk in (school, works):
        until(lambda desk=desk: _is_over(desk), f"it ended at {desk.did}")
        assert _binding(desk, school, works) is None
        assert "The courses are over." in _contract_page(desk)
        head = desk.head()
        assert head is not None
        evidence = desk.client.get(f"/org/contract/evidence?{urlencode({'id': head.id})}")
        assert evidence.headers["content-disposition"].startswith("attachment")
        assert desk.node.journal.verify(desk.node.database).findings == []


def _is_over(desk: Desk) -> bool:
    head = desk.head()
    return head is not None and head.state is ContractState.TERMINATED


def _state(desk: Desk, member: Desk) -> SeatState | None:
    seat = desk.seat(member.did)
    return seat.state if seat else None


def _contract_page(desk: Desk) -> str:
    head = desk.head()
    assert head is not None
    return desk.page("/org/contract", id=head.id)


def _binding(desk: Desk, school: Desk, works: Desk) -> object:
    with desk.node.database.reading() as work:
        asked = {"provider": school.did, "consumer": works.did, "dataset": DATASET}
        return desk.node.contracts.contracts.binding(work, **asked)


def _read_again(works: Desk, school: Desk) -> None:
    crawler = works.node.exchange.crawler
    with works.node.database.writing() as work:
        crawler.crawl_now(work, school.did)

    def is_new() -> bool:
        with works.node.database.reading() as work:
            found = crawler.offering(work, school.did, DATASET)
        return found is not None and "P90D" in json.dumps(found.offer)

    until(is_new, "the works read the stricter offer")
