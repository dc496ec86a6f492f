"""What the tests of the offices share: a composed node with staff of every role, entered through its real pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import SkillspaceError
from skillspace.node.composition import Node, compose
from skillspace.people.accounts import Account, AccountKind
from skillspace.people.received import LIVE_PURPOSES, Received, ReceivedProfile, ReceivedState
from skillspace.people.received.store import received
from skillspace.people.sharing import SharedProfile, SharedSkill
from skillspace.portal.pages import routers
from skillspace.portal.rooms import Rooms
from skillspace.skills.taxonomy import Taxonomies, add_pack
from skillspace.storage.database import Work
from skillspace.trust.consent.store import held
from skillspace.trust.identity import Peer
from tests.conftest import NOON
from tests.nodes import make_node

ROLES = ("operator", "recruiter", "adviser", "coach", "teacher", "analyst", "dpo", "auditor", "officer")
SPACE = "did:web:space.example"


class Doorstep(Received):
    """Received shares whose pull is answered here: with a profile, or with the fault of the other side."""

    answers: dict[str, SharedProfile | SkillspaceError]

    def _pull(self, share: ReceivedProfile, transfer: str) -> SharedProfile:  # noqa: ARG002
        answer = self.answers[transfer]
        if isinstance(answer, SkillspaceError):
            raise answer
        return answer


@dataclass
class Office:
    """One organisation's node with a client for each account."""

    node: Node
    rooms: Rooms
    accounts: Mapping[str, Account]
    clients: Mapping[str, TestClient]

    def get(self, path: str, role: str = "operator") -> str:
        """Return the page as this role sees it; it must be there."""
        answer = self.clients[role].get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, role: str = "operator", **fields: str) -> str:
        """Send a form of this role's session and return where it leads."""
        answer = self.clients[role].post(path, data={"csrf": self.csrf(role), **fields}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def csrf(self, role: str) -> str:
        """Return the form token of this role's session."""
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.clients[role].get("/org/log").text)
        assert found is not None
        return found.group(1)

    def write(self, act: Callable[[Work], object]) -> None:
        """Do something in one transaction."""
        with self.rooms.database.writing() as work:
            act(work)

    def share(
        self, grant: str, profile: SharedProfile, *, purpose: str, kinds: tuple[str, ...], **more: object
    ) -> None:
        """Let somebody share with this organisation, as far as its own books know."""
        facts = {"state": ReceivedState.OPEN.value, "transfer": f"pull {grant}", "reason": None} | more
        is_live = purpose in LIVE_PURPOSES
        with self.rooms.database.writing() as work:
            row = {
                "grant_id": grant,
                "intermediary": SPACE,
                "subject": profile.subject,
                "dataset": "skills-profile",
                "purpose": purpose,
                "kinds": list(kinds),
                "since": work.now,
                "until": work.now + timedelta(days=30),
                "name": profile.name,
                "profile": None if is_live else profile.model_dump(exclude_none=True),
                "read_at": None if is_live else work.now,
            }
            work.insert(received, row | facts)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Taxonomies small enough to compile for tests."""
    folder = tmp_path_factory.mktemp("home")
    add_pack("starter", folder, None)
    return folder / "taxonomies"


@pytest.fixture(scope="session")
def taxonomies(home: Path) -> Taxonomies:
    return Taxonomies.open(home)


@pytest.fixture
def skill(taxonomies: Taxonomies) -> Callable[[str], str]:
    """The URI of a skill by its English name."""

    def find(label: str) -> str:
        hit = taxonomies.search(label, "en", limit=1)[0]
        assert hit.label == label
        return hit.uri

    return find


@pytest.fixture
def office(tmp_path: Path, home: Path) -> Iterator[Office]:
    """The node of an invented employer that also trains people."""
    with _opened(tmp_path, home, "employer", "training") as found:
        yield found


@pytest.fixture
def authority(tmp_path: Path, home: Path) -> Iterator[Office]:
    """The node that admits members."""
    with _opened(tmp_path, home, "authority") as found:
        yield found


class _opened:  # noqa: N801  used as a function
    def __init__(self, folder: Path, home: Path, *roles: str) -> None:
        authority = None if "authority" in roles else "did:web:authority.example"
        settings = make_node(
            folder / roles[0], "Fjällverk Exempel AB", *roles, authority=authority, taxonomies=str(home)
        )
        self.node = compose(settings)

    def __enter__(self) -> Office:
        node = self.node
        doorstep = Doorstep(
            exchange=node.exchange,
            held=node.consent.held,
            uses=node.consent.uses,
            restrictions=node.rights.restrictions,
            peers=node.trust.peers,
            database=node.database,
        )
        doorstep.answers = {}
        rooms = replace(node.rooms, received=doorstep)
        app = FastAPI()
        for each in routers(rooms):
            app.include_router(each)
        accounts, clients = {}, {}
        with node.database.writing() as work:
            for role in ROLES:
                name = f"{role.title()} Exempel"
                accounts[role] = rooms.accounts.make(work, name=name, kind=AccountKind.STAFF, roles=[role])
            accounts["person"] = rooms.accounts.make(work, name="Alva Exempelsson", kind=AccountKind.PERSON)
            rooms.directory.replace(work, [Peer(did=rooms.did, name=rooms.name, roles=rooms.roles), PEER])
            for name, account in accounts.items():
                session = rooms.sessions.begin(work, account)
                clients[name] = TestClient(
                    app, base_url=rooms.address, cookies={rooms.cookie.name: session.token}, follow_redirects=False
                )
        clients["nobody"] = TestClient(app, base_url=rooms.address, follow_redirects=False)
        return Office(node=node, rooms=rooms, accounts=accounts, clients=clients)

    def __exit__(self, *_: object) -> None:
        self.node.stop()


PEER = Peer(did="did:web:school.example", name="Lycée Jean Exemple", roles=frozenset({"school"}))


def profile(
    subject: str, *skills: tuple[str, str, int], name: str | None = None, plan: dict[str, object] | None = None
) -> SharedProfile:
    """A shared profile of skills (URI, label, level of validation)."""
    return SharedProfile(
        subject=subject,
        language="sv",
        made=iso(NOON),
        name=name,
        skills=[
            SharedSkill(uri=uri, label=label, validation=level, sources=["Exempel University"], since="2026-01-01")
            for uri, label, level in skills
        ],
        plan=plan,
    )


def hold(office: Office, grant: str) -> None:
    """Let the node hold the credential of a grant."""

    def write(work: Work) -> None:
        row = {
            "id": grant,
            "intermediary": SPACE,
            "provider": SPACE,
            "dataset": "skills-profile",
            "purpose": "guidance",
        }
        times = {"starts": work.now, "until": work.now.replace(year=work.now.year + 1), "received": work.now}
        work.insert(
            held,
            row | times | {"kinds": ["skills"], "subject": "s", "agreement": None, "token": "t"},
        )

    office.write(write)
