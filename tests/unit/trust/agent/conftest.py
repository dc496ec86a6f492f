"""One intermediary with real consents, the agent beside them, a clock to move, and people of every age."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.agent import AgentRoom, Aim, Effect, OnOffer, Preference, Wish, agent_door, agent_of
from skillspace.trust.agent.model import CAPACITY
from skillspace.trust.agent.suggesting import ranked
from skillspace.trust.consent import Acting, Consents, Grant, subject_for
from skillspace.trust.consent.notices.noticing import Notices, no_agreement
from skillspace.trust.mandate import NeedsGuardian, NotMandated
from skillspace.trust.register import Record
from skillspace.wire.jose import SigningKey
from tests.small_space import HeldClock, empty_database

HUB, WORKS, OTHER = "did:web:hub.example", "did:web:works.example", "did:web:other.example"
SCHOOL, COURSES = "did:web:school.example", "did:web:courses.example"
ADA, BO = "person-ada", "person-bo"
SECRET = b"a secret of Ada Example, 32 byte"
YEAR = timedelta(days=365)


@dataclass
class Journal:
    """What a journal was told; it may be told to fail."""

    entries: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)
    fails_at: str = ""
    fault: Exception = field(default_factory=lambda: RuntimeError("the machine stopped here"))

    def write(self, _work: Work, kind: str, about: str, content: Mapping[str, object]) -> None:
        if kind == self.fails_at:
            raise self.fault
        self.entries.append((kind, about, dict(content)))

    def forget(self, _work: Work, abouts: Any) -> None:
        gone = set(abouts)
        self.entries = [entry for entry in self.entries if entry[1] not in gone]


class World:
    """The rooms over a real database, and short ways to say what tests often say."""

    def __init__(self, database: Database, clock: HeldClock) -> None:
        self.database, self.clock = database, clock
        self.journal, self.consent_journal = Journal(), Journal()
        self.children: set[str] = set()
        self.roles: dict[str, frozenset[str]] = {
            WORKS: frozenset({"employer"}),
            OTHER: frozenset({"employer"}),
            SCHOOL: frozenset({"university"}),
            COURSES: frozenset({"training"}),
        }
        self.countries: dict[str, str] = {}
        self.records: dict[str, tuple[int, Record]] = {}
        self.aims: dict[str, Aim] = {}
        self.offers: list[OnOffer] = []
        key = SigningKey.generate(f"{HUB}#key-1")
        notices = Notices(
            country="SE", find_record=lambda _work, did: self.records.get(did), find_agreement=no_agreement
        )
        self.consents = Consents(
            own_did=HUB,
            own_name="Invented Hub",
            key=key,
            notices=notices,
            may_act=agent_door(self.may_act, own_did=HUB),
            note=self.consent_journal.write,
        )
        self.room: AgentRoom = agent_of(
            consents=self.consents,
            roles_of=lambda _work, did: self.roles.get(did, frozenset()),
            country_of=lambda _work, did: self.countries.get(did),
            find_record=lambda _work, did: self.records.get(did),
            decides_alone=lambda _work, person: person not in self.children,
            aim_of=lambda _work, person: self.aims.get(person),
            catalogue=lambda _work, aim: [one.offer for one in ranked(self.offers, aim)],
            people=lambda _work, after, limit: [one for one in sorted(self.aims) if one > after][:limit],
            note=self.journal.write,
            forget=self.journal.forget,
        )
        self.preferences, self.agent = self.room.preferences, self.room.agent
        self.book = TaskBook()
        self.room.register(self.book)
        self.events: list[Mapping[str, Any]] = []
        for name in ("decided", "undone", "paused", "suggested"):
            self.book.on_event(f"agent.{name}", lambda _work, event: self.events.append(event))
        self.worker = Worker(database, self.book)

    def may_act(self, _work: Work, acting: Acting | None, act: str, grant: Grant) -> Acting | None:
        """The rules about people: nobody acts for another, and a child gives nothing away."""
        if acting is not None and acting.capacity != CAPACITY:
            raise NotMandated("Nobody holds a mandate here.")
        if act == "grant" and grant.person in self.children:
            raise NeedsGuardian()
        return None

    def settle(self) -> None:
        """Hand out the events; tasks that call other nodes have no other node here and are left out."""
        self.book.on_task("consent.deliver", _do_nothing)
        self.book.on_task("consent.tell_ended", _do_nothing)
        self.worker.run_due()

    def wish(self, effect: Effect = Effect.ALWAYS, *kinds: str, to: tuple[str, ...] = (WORKS,), **more: Any) -> Wish:
        return Wish(effect=effect, kinds=frozenset(kinds), organisations=frozenset(to), **more)

    def prefer(self, wish: Wish, person: str = ADA) -> Preference:
        """Propose a wish and let it count."""
        with self.database.writing() as work:
            made = self.preferences.propose(work, person, wish)
            return self.preferences.activate(work, made.id, person)

    def put(self, work: Work, *kinds: str, recipient: str = WORKS, **changes: Any) -> Grant:
        """Ask: a share with a recipient, or a gathering where the hub itself is the recipient."""
        is_gather = recipient == HUB
        facts: dict[str, Any] = {
            "person": ADA,
            "subject": subject_for(SECRET, SCHOOL if is_gather else recipient),
            "provider": SCHOOL if is_gather else HUB,
            "provider_name": "Invented University" if is_gather else "Invented Hub",
            "recipient": recipient,
            "recipient_name": "Invented Hub" if is_gather else "Invented Works",
            "dataset": "urn:example:profiles",
            "purpose": "gather" if is_gather else "recruit",
            "kinds": kinds,
            "until": self.clock() + timedelta(days=30),
            "agreement": None,
            "why": "We would like to see whether you fit.",
        }
        return self.consents.ask(work, **(facts | changes))

    def ask(self, *kinds: str, recipient: str = WORKS, **changes: Any) -> Grant:
        """Ask, let the agent hear of it, and return what became of the ask."""
        with self.database.writing() as work:
            asked = self.put(work, *kinds, recipient=recipient, **changes)
            self.agent.on_ask(work, asked)
            return self.consents.find(work, asked.id)

    def grant(self, id: str) -> Grant:
        with self.database.reading() as work:
            return self.consents.find(work, id)

    def why(self, grant: Grant) -> list[str]:
        """The codes of the reasons for what became of an ask."""
        with self.database.reading() as work:
            found = self.agent.decision_on(work, grant.id)
        return [reason.code for reason in found.reasons] if found else []

    def undo(self, grant: Grant) -> Grant:
        """Undo what the agent decided about an ask; the ask that was put again, or the grant that was stopped."""
        with self.database.writing() as work:
            found = self.agent.decision_on(work, grant.id)
            assert found is not None
            undone = self.agent.undo(work, found.id, grant.person)
            return self.consents.find(work, undone.reopened or grant.id)

    def state(self, preference: Preference) -> str:
        with self.database.reading() as work:
            return str(self.preferences.of(work, preference.id, preference.person).state)


def _do_nothing(run: Any) -> None:
    with run.finishing():
        pass


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and no row, to be copied."""
    return empty_database(tmp_path_factory.mktemp("empty"))


def opened(empty: Path, folder: Path) -> World:
    """A world of its own in a folder."""
    shutil.copy(empty, folder)
    clock = HeldClock()
    return World(Database.in_folder(folder, clock=clock), clock)


@pytest.fixture
def world(tmp_path: Path, empty: Path) -> Iterator[World]:
    made = opened(empty, tmp_path)
    yield made
    made.database.close()
