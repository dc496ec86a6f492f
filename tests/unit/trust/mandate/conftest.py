"""One intermediary with its mandates, a clock to move, and a ledger of grants as the room of consent would keep it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import InvalidSignature
from skillspace.storage.database import Database, Work, tasks
from skillspace.trust.mandate import (
    ALL,
    Act,
    Acting,
    Capacity,
    Evidence,
    Mandate,
    MandateRoom,
    Proof,
    Scope,
    Settings,
    mandate_of,
)
from skillspace.wire.jose import SigningKey
from tests.small_space import HeldClock
from tests.tables import make_tables

HUB, REGISTER, WORKS = "did:web:hub.example", "did:web:register.example", "did:web:works.example"
CHILD, MOTHER, FATHER, COACH, ADULT, OFFICER = "child", "mother", "father", "coach", "adult", "officer"
YEAR = timedelta(days=365)
PAPER = Evidence(type=Proof.DOCUMENT, issuer="Invented district court", reference="ruling 7")
#: What a grant is about in these tests.
BADGES: dict[str, Any] = {"purpose": "train", "kinds": ("badge",), "recipient": WORKS}
EVERYTHING = Scope.of(acts=[ALL], purposes=[ALL], kinds=[ALL], recipients=[ALL])


@dataclass
class Ledger:
    """Grants as the room of consent would keep them, by guardians only."""

    living: dict[str, str] = field(default_factory=dict)
    marked: dict[str, datetime] = field(default_factory=dict)
    stopped: list[str] = field(default_factory=list)

    def guardian_grants(self, _work: Work, person: str) -> Collection[str]:
        return [grant for grant, owner in self.living.items() if owner == person]

    def need_reconfirmation(self, _work: Work, grant_ids: Collection[str], until: datetime) -> None:
        self.marked |= dict.fromkeys(grant_ids, until)

    def stop(self, _work: Work, grant_ids: Collection[str]) -> None:
        for grant in grant_ids:
            self.stopped.append(grant)
            self.living.pop(grant, None)


@dataclass
class Notes:
    """What a journal was told."""

    entries: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)
    forgotten: set[str] = field(default_factory=set)

    def write(self, _work: Work, kind: str, about: str, content: Mapping[str, object]) -> None:
        self.entries.append((kind, about, dict(content)))

    def forget(self, _work: Work, abouts: Any) -> None:
        gone = set(abouts)
        self.forgotten |= gone
        self.entries = [entry for entry in self.entries if entry[1] not in gone]

    def newest(self) -> dict[str, Mapping[str, object]]:
        return {about: content for kind, about, content in self.entries if kind.startswith("mandate.")}


class World:
    """The room over a real database, and short ways to say what tests often say."""

    def __init__(self, database: Database, clock: HeldClock, settings: Settings | None = None) -> None:
        self.database, self.clock = database, clock
        self.ledger, self.notes = Ledger(), Notes()
        self.key = SigningKey.generate(f"{HUB}#key-1")
        self.register_key = SigningKey.generate(f"{REGISTER}#key-1")
        self.officers = {OFFICER}
        self.roles: dict[str, frozenset[str]] = {WORKS: frozenset({"employer"})}
        self.identifiers: dict[str, set[str]] = {}
        self.room: MandateRoom = mandate_of(
            own_did=HUB,
            key=self.key,
            grants=self.ledger,
            is_officer=lambda _work, who: who in self.officers,
            roles_of=lambda _work, did: self.roles.get(did, frozenset()),
            identifiers_of=lambda _work, who: self.identifiers.get(who, set()),
            settings=settings,
            note=self.notes.write,
            forget=self.notes.forget,
        )
        self.mandates, self.appointing = self.room.mandates, self.room.appointing
        self.births, self.hand_over = self.room.births, self.room.hand_over

    def writing(self) -> AbstractContextManager[Work]:
        return self.database.writing()

    def resolve_key(self, issuer: str, kid: str) -> Mapping[str, object]:
        for key in (self.key, self.register_key):
            if key.kid == kid and kid.startswith(f"{issuer}#"):
                return key.public_jwk()
        raise InvalidSignature(f"{issuer} names no key {kid}.")

    def born(self, person: str, born: date, country: str = "SE") -> None:
        evidence = Evidence(type=Proof.CIVIL_REGISTER, issuer="Invented register", reference="line 1")
        with self.writing() as work:
            self.births.prove(work, person, born=born, country=country, evidence=evidence, officer=OFFICER)

    def grown_up(self, *people: str) -> None:
        with self.writing() as work:
            for person in people:
                self.births.declare(work, person, born=None)

    def guardian(self, agent: str = MOTHER, *, scope: Scope = EVERYTHING, jointly: bool = False) -> Mandate:
        """Appoint a guardian of the child and let them accept."""
        with self.writing() as work:
            made = self.appointing.appoint(
                work,
                officer=OFFICER,
                principal=CHILD,
                agent=agent,
                capacity=Capacity.GUARDIAN,
                scope=scope,
                evidence=[PAPER],
                ends=self.clock() + 5 * YEAR,
                jointly=jointly,
            )
            return self.appointing.accept(work, made.id, agent)

    def named(self, scope: Scope, *, principal: str = ADULT, agent: str = COACH) -> Mandate:
        """Let an adult name a coach, who accepts."""
        with self.writing() as work:
            made = self.appointing.name_agent(
                work,
                principal=principal,
                agent=agent,
                capacity=Capacity.COACH,
                scope=scope,
                ends=self.clock() + YEAR,
            )
            return self.appointing.accept(work, made.id, agent)

    def may(self, actor: str, act: Act = Act.GRANT, *, principal: str = CHILD, **about: Any) -> Acting:
        named = {Act.PLAN: (), Act.RIGHTS: (), Act.VIEW: ("kinds",)}.get(act, tuple(BADGES))
        facts = {name: BADGES[name] for name in named} | {"about": "ask-1"} | about
        with self.database.reading() as work:
            return self.mandates.check(work, principal=principal, actor=actor, act=act, at=self.clock(), **facts)

    def say(self, is_yes: bool, *, person: str = CHILD, **about: Any) -> None:
        with self.writing() as work:
            self.mandates.say(work, person, actor=person, is_yes=is_yes, **({**BADGES, "about": "ask-1"} | about))

    def given(self, actor: str, grant: str, *, principal: str = CHILD) -> Acting:
        """Let somebody give a grant, recorded as the room of consent would."""
        acting = self.may(actor, principal=principal, about=grant)
        with self.writing() as work:
            self.mandates.record(work, acting, **BADGES)
        if acting.capacity is Capacity.GUARDIAN:
            self.ledger.living[grant] = principal
        return acting

    def tick(self) -> int:
        with self.writing() as work:
            return self.appointing.tick(work)

    def events(self) -> list[str]:
        with self.database.reading() as work:
            rows = work.rows(sa.select(tasks.c.name).where(tasks.c.name.startswith("event:")))
        return [str(row["name"]).removeprefix("event:") for row in rows]


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def database(tmp_path: Path, clock: HeldClock) -> Iterator[Database]:
    made = Database.in_folder(tmp_path, clock=clock)
    make_tables(made)
    yield made
    made.close()


@pytest.fixture
def world(database: Database, clock: HeldClock) -> World:
    """A child of ten in Sweden and an adult."""
    made = World(database, clock)
    made.born(CHILD, date(2016, 11, 1))
    made.grown_up(ADULT)
    return made
