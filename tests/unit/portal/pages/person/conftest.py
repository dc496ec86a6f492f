"""A composed node with two people, their records, a small market and one waiting ask; its worker stands still."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from skillspace.exchange.negotiation import store
from skillspace.exchange.negotiation.machine import NegotiationState
from skillspace.exchange.negotiation.model import Negotiation
from skillspace.market.courses import read_starter_courses, write_course
from skillspace.market.index import MarketKind
from skillspace.market.vacancies import Vacancy, write_vacancy
from skillspace.node.composition import Node, compose
from skillspace.people.accounts import Account, AccountKind
from skillspace.people.profile import Arrival
from skillspace.portal.pages import routers
from skillspace.records.model import Evidence, ProofStatus, Record, RecordKind, SkillAssertion, ValidationLevel
from skillspace.skills.taxonomy import Need, Taxonomies, add_pack
from skillspace.storage.database import Work
from skillspace.trust.consent import Grant, subject_for
from skillspace.trust.contract import Agreement
from skillspace.trust.identity import Peer
from tests.nodes import make_node

UNIVERSITY, AGENCY, TESTER = (f"did:web:{name}.example" for name in ("university", "agency", "tests"))
MEMBERS = (
    Peer(did=UNIVERSITY, name="Invented University", roles=frozenset({"university"})),
    Peer(did=TESTER, name="Invented Tests", roles=frozenset({"edtech"})),
    Peer(did=AGENCY, name="Invented Agency", roles=frozenset({"agency"})),
)
CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
PAGES = (
    "/skills",
    "/skills?view=list",
    "/skills/said",
    "/records",
    "/stories/new",
    "/opportunities",
    "/opportunities?tab=trainings",
    "/opportunities?tab=moves",
    "/opportunities/paths",
    "/opportunities/what-if",
    "/opportunities/partners",
    "/opportunities?w-optional=more",
    "/opportunities/interests",
    "/opportunities/why?offer=opening",
    "/alerts",
    "/plan",
    "/sharing",
    "/sharing/give",
    "/log",
    "/you",
    "/you/connect",
    "/you/erase",
    "/you/data",
    "/you/proofs",
    "/you/learning",
    "/you/mailbox",
    "/you/cards",
    "/you/helpers",
    "/you/agent",
    "/you/agent?look=now",
    "/you/agent/choose",
    "/you/guardians",
    "/you/rights",
    "/you/rights/use/erasure",
)


class Browser:
    """Somebody's browser: it keeps cookies, does not follow redirects, and fills in the form token of a page."""

    def __init__(self, app: FastAPI, address: str) -> None:
        self.client = TestClient(app, base_url=address, follow_redirects=False, raise_server_exceptions=False)

    def sign_in(self, account: Account) -> Browser:
        assert self.client.post("/sign-in", data={"account": account.id}).status_code == 303
        return self

    def get(self, path: str, **headers: str) -> Response:
        return self.client.get(path, headers=headers)

    def settled(self, path: str) -> str:
        """The text of a page once it need not be looked at again."""
        for _ in range(60):
            text = self.get(path).text
            if "data-reload" not in text:
                return text
        raise TimeoutError(path)

    def csrf(self) -> str:
        found = CSRF.search(self.get("/you").text)
        assert found is not None
        return found[1]

    def post(self, path: str, data: Mapping[str, object] | None = None, **headers: str) -> Response:
        return self.client.post(path, data={"csrf": self.csrf(), **(data or {})}, headers=headers)


@dataclass
class House:
    """The node with what a test needs to know of it."""

    node: Node
    app: FastAPI
    alva: Account
    camille: Account
    staff: Account
    ask: Grant
    record: str
    skills: list[str] = field(default_factory=list)

    def browser(self, account: Account | None = None) -> Browser:
        browser = Browser(self.app, self.node.settings.address)
        return browser.sign_in(account) if account else browser

    def language(self, account: Account, language: str) -> None:
        with self.node.database.writing() as work:
            self.node.rooms.accounts.set_language(work, account.id, language)


@pytest.fixture(scope="session")
def starter_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter pack, compiled."""
    home = tmp_path_factory.mktemp("starter")
    add_pack("starter", home, None)
    return home / "taxonomies"


@pytest.fixture
def house(tmp_path: Path, starter_home: Path) -> Iterator[House]:
    """An intermediary in the middle of a quiet day."""
    settings = make_node(tmp_path / "hub", "Invented Space", "authority", "intermediary", taxonomies=str(starter_home))
    node = compose(settings)
    app = FastAPI()
    for router in routers(node.rooms):
        app.include_router(router)
    spaces = node.rooms.spaces
    assert spaces is not None
    taxonomies = node.rooms.taxonomies
    occupation, skills = _occupation(taxonomies)
    with node.database.writing() as work:
        own = [Peer(did=node.rooms.did, name="Invented Space", roles=frozenset({"authority", "intermediary"}))]
        node.rooms.directory.replace(work, [*own, *MEMBERS])
        alva = _account(node, work, "Alva Exempelsson")
        camille = _account(node, work, "Camille <b>Exemplaire</b>")
        staff = _account(node, work, "Oona Orkester", kind=AccountKind.STAFF, roles=("operator",))
        record = spaces.profile.keep(work, _diploma(alva, taxonomies, skills[:4]))
        spaces.profile.keep(work, _diploma(camille, taxonomies, skills[6:8]))
        _market(node, work, occupation)
        _contract(work, node.rooms.did)
        ask = _ask(node, work, alva)
    with node.database.reading() as work:
        for kind in MarketKind:
            spaces.indexes.build(work, kind)
    yield House(node=node, app=app, alva=alva, camille=camille, staff=staff, ask=ask, record=record, skills=skills)
    node.stop()


def _account(node: Node, work: Work, name: str, **facts: object) -> Account:
    made = {"name": name, "kind": AccountKind.PERSON, "language": "en", "is_demo": True, "synthetic": True}
    return node.rooms.accounts.make(work, **{**made, **facts})  # type: ignore[arg-type]


def _occupation(taxonomies: Taxonomies) -> tuple[str, list[str]]:
    """The occupation of the starter pack that needs most, and what it insists on."""
    found = {}
    for uri in taxonomies.concepts(kinds={"occupation"}):  # type: ignore[arg-type]
        found[uri] = [link.uri for link in taxonomies.skills_of(uri) if link.need is Need.ESSENTIAL]
    best = max(found, key=lambda uri: (len(found[uri]), uri))
    return best, found[best]


def _diploma(person: Account, taxonomies: Taxonomies, skills: list[str]) -> Arrival:
    evidence = Evidence(record_id="d-1", title=f"Diploma of {person.id[-6:]}", kind=RecordKind.DIPLOMA)
    assertions = tuple(
        SkillAssertion(
            concept=uri,
            label=taxonomies.label(uri, "en"),
            validation=ValidationLevel.CERTIFIED if number else ValidationLevel.INFERRED,
            issuer=UNIVERSITY,
            issuer_name="Invented University",
            issued=date(2025, 6, 1),
            evidence=evidence,
        )
        for number, uri in enumerate(skills)
    )
    record = Record(
        id="d-1",
        kind=RecordKind.DIPLOMA,
        title=evidence.title,
        issuer=UNIVERSITY,
        issuer_name="Invented University",
        assertions=assertions,
        proof=ProofStatus.SIGNED_BY_ISSUER,
        media_type="application/jwt",
        format="Europass ELM 3",
    )
    return Arrival(
        person=person.id,
        source=UNIVERSITY,
        source_name="Invented University",
        record_id="d-1",
        kind="diploma",
        media_type="text/html",
        document=f"<script>{person.id}</script>".encode(),
        record=record,
    )


def _market(node: Node, work: Work, occupation: str) -> None:
    spaces, taxonomies = node.rooms.spaces, node.rooms.taxonomies
    assert spaces is not None
    jobs = [
        Vacancy(
            id=f"v{number}",
            title=f"Opening {number} <i>here</i>",
            language="en",
            employer="Sample Works",
            place_code="XX-01",
            place_name="Björkhamra",
            region_code="XX1",
            region_name="Provlandet",
            country="XX",
            occupation=occupation,
            skills=tuple((link.uri, link.need is Need.ESSENTIAL) for link in taxonomies.skills_of(occupation))[number:],
            words=tuple((link.uri, "our <b>own</b> word") for link in taxonomies.skills_of(occupation)[-1:]),
            url="https://jobs.example/1",
            hours="full-time",
            synthetic=number % 2 == 0,
            source="Invented ads",
        )
        for number in range(25)
    ]
    spaces.market.replace(work, AGENCY, MarketKind.JOB, [write_vacancy(job) for job in jobs])
    courses = [write_course(course) for course in read_starter_courses(taxonomies)]
    spaces.market.replace(work, UNIVERSITY, MarketKind.TRAINING, courses)


def _contract(work: Work, own: str) -> None:
    """The agency signed the contract for profiles."""
    facts = {"peer": AGENCY, "peer_pid": None, "callback": None, "opened_by": AGENCY, "offer": {}, "offers_made": 0}
    made = Negotiation(
        pid="urn:uuid:n1",
        role="provider",
        dataset="skills-profile",
        state=NegotiationState.FINALIZED,
        reason=None,
        agreement="urn:uuid:a1",
        made=work.now,
        changed=work.now,
        **facts,  # type: ignore[arg-type]
    )
    agreement = Agreement(
        id="urn:uuid:a1", dataset="skills-profile", provider=own, consumer=AGENCY, policy={}, made=work.now
    )
    store.add_agreement(work, store.add(work, made), agreement)
    store.put_in_force(work, made, True)


def _ask(node: Node, work: Work, person: Account) -> Grant:
    spaces = node.rooms.spaces
    assert spaces is not None
    return spaces.consents.ask(
        work,
        person=person.id,
        subject=subject_for(person.secret, UNIVERSITY),
        provider=UNIVERSITY,
        provider_name="Invented University",
        recipient=node.rooms.did,
        recipient_name="Invented Space",
        dataset="diplomas",
        purpose="gather",
        kinds=("diploma", "badge"),
        until=work.now + timedelta(days=300),
        agreement=None,
        why="",
    )
