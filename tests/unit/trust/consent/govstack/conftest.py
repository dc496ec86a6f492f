"""An intermediary with GovStack's API over real rooms: consents, journal, register, programs, delegations."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

from skillspace.kernel.errors import InvalidSignature
from skillspace.storage.database import Database, Work
from skillspace.trust.consent import Consents, Grant, consent_of, subject_for
from skillspace.trust.consent.govstack import PREFIX, Act, Clients, Delegations, govstack_router, with_programs
from skillspace.trust.consent.release.desk import UseDesk
from skillspace.trust.identity import Peer
from skillspace.trust.journal import Journal
from skillspace.trust.register import Processing, Record, Registers
from skillspace.wire.jose import SigningKey
from tests.small_space import HeldClock, answer_faults
from tests.unit.trust.consent.conftest import HUB, OTHER, PROFILES, WORKS, YEAR

ADA, BO = "person-ada", "person-bo"
NAMES = {WORKS: "Invented Works", OTHER: "Other Works"}
SECRETS = {ADA: b"a secret of Ada Example, 32 byte", BO: b"a secret of Bo Example, 32 bytes"}
HEADER = "X-ConsentBB-IndividualId"


class Nobody:
    """No other node is called by anything here."""

    def service(self, did: str, kind: str) -> str:
        raise AssertionError((did, kind))

    def call(self, method: str, did: str, url: str, body: object = None) -> dict[str, Any]:
        raise AssertionError((method, did, url, body))


@dataclass
class House:
    """The intermediary, two people, two employers, and one program of each kind."""

    clock: HeldClock
    key: SigningKey
    database: Database
    journal: Journal
    registers: Registers
    consents: Consents
    desk: UseDesk
    clients: Clients
    delegations: Delegations
    app: FastAPI
    client: TestClient
    secrets: dict[str, str]
    individuals: dict[str, str]

    def ask(self, work: Work, person: str = ADA, recipient: str = WORKS, **changes: Any) -> Grant:
        facts: dict[str, Any] = {
            "person": person,
            "subject": subject_for(SECRETS.get(person, SECRETS[ADA]), recipient),
            "provider": HUB,
            "provider_name": "Invented Hub",
            "recipient": recipient,
            "recipient_name": NAMES[recipient],
            "dataset": PROFILES,
            "purpose": "recruit",
            "kinds": ("skills", "plan"),
            "until": self.clock() + YEAR,
            "agreement": None,
            "why": "We would like to see whether you fit.",
        }
        return self.consents.ask(work, **(facts | changes))

    def asked(self, person: str = ADA, recipient: str = WORKS, **changes: Any) -> Grant:
        with self.database.writing() as work:
            return self.ask(work, person, recipient, **changes)

    def granted(self, person: str = ADA, recipient: str = WORKS, **changes: Any) -> Grant:
        given = {name: changes.pop(name) for name in ("conditions",) if name in changes}
        with self.database.writing() as work:
            asked = self.ask(work, person, recipient, **changes)
            return self.consents.grant(work, asked.id, person, **given)

    def now_says(self, number: int, keeps_days: int) -> None:
        """Let the employer's record, and with it the notice of its next ask, say something else."""
        record = Record(
            name="Invented Works", country="SE", processings=(Processing(purpose="recruit", keeps_days=keeps_days),)
        )
        with self.database.writing() as work:
            self.registers.take(work, WORKS, number, record, "token")

    def call(self, method: str, path: str, who: str = "", *, individual: str = "", **rest: Any) -> httpx2.Response:
        """Call the API as one of the programs, about a person who let it."""
        headers = {"Authorization": f"Bearer {self.secrets[who]}"} if who else {}
        if individual:
            headers[HEADER] = self.individuals.get(individual, individual)
        return self.client.request(method, PREFIX + path, headers=headers, **rest)

    def read(self, path: str, who: str, *, individual: str = "", **rest: Any) -> dict[str, Any]:
        """Read something that must be there."""
        answer = self.call("GET", path, who, individual=individual, **rest)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def key_of(self, issuer: str, kid: str) -> dict[str, str]:
        if (issuer, kid) != (HUB, self.key.kid):
            raise InvalidSignature("no such key")
        return self.key.public_jwk()


def make_house(folder: Path, empty: Path) -> House:
    shutil.copy(empty, folder)
    clock, key = HeldClock(), SigningKey.generate(f"{HUB}#key-1")
    database = Database.in_folder(folder, clock=clock)
    journal = Journal(did=HUB, key=key)
    registers = Registers(
        own_did=HUB,
        key=key,
        resolve_key=lambda _issuer, _kid: key.public_jwk(),
        peers=Nobody(),
        fallback=Record(name="Invented Hub", country="SE"),
        members=lambda _work: [],
    )
    room = consent_of(
        own_did=HUB,
        own_name="Invented Hub",
        key=key,
        database=database,
        resolve_key=lambda _issuer, _kid: key.public_jwk(),
        peers=Nobody(),
        find_member=lambda _work, did: Peer(did=did, name=NAMES.get(did, did), roles=frozenset({"employer"})),
        find_agreement=lambda _work, _id: None,
        kinds_offered=lambda _work, _dataset: frozenset({"skills", "plan"}),
        is_intermediary=True,
        find_record=registers.of,
        may_act=with_programs(lambda _work, _acting, _act, _grant: None),
        country_of=registers.country,
        note=journal.write,
        forget=journal.forget,
    )
    assert room.consents is not None
    assert room.desk is not None
    clients, delegations = Clients(), Delegations(journal.write)
    app = FastAPI()
    app.include_router(
        govstack_router(
            room.consents,
            registers,
            database,
            clients,
            delegations=delegations,
            journal=journal,
            address="https://hub.example",
        )
    )
    answer_faults(app)
    app.add_exception_handler(RequestValidationError, _as_malformed)
    house = House(
        clock=clock,
        key=key,
        database=database,
        journal=journal,
        registers=registers,
        consents=room.consents,
        desk=room.desk,
        clients=clients,
        delegations=delegations,
        app=app,
        client=TestClient(app, raise_server_exceptions=False),
        secrets={},
        individuals={},
    )
    house.now_says(1, 0)
    _let_in(house)
    return house


def _let_in(house: House) -> None:
    with house.database.writing() as work:
        for name, organisation in (("org", None), ("individual", None), ("auditor", None), ("consumer", WORKS)):
            house.secrets[name] = house.clients.add(work, name, [name], organisation=organisation)
        house.secrets["other-consumer"] = house.clients.add(work, "other", ["consumer"], organisation=OTHER)
        house.secrets["other-individual"] = house.clients.add(work, "second", ["individual"])
        for person in (ADA, BO):
            given = house.delegations.give(
                work, client="individual", person=person, acts=set(Act), until=work.now + timedelta(days=30)
            )
            house.individuals[person] = given.id


def _as_malformed(_request: Request, fault: Exception) -> JSONResponse:
    assert isinstance(fault, RequestValidationError)
    return JSONResponse({"code": "BadInput", "message": str(fault.errors()[0]["msg"])}, status_code=400)


@pytest.fixture
def house(tmp_path: Path, empty: Path) -> Iterator[House]:
    made = make_house(tmp_path, empty)
    yield made
    made.client.close()
    made.database.close()
