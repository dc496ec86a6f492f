"""An organisation with three people on its records, of whom two share an address, and a postbox that keeps letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from skillspace.people.holdings import HeldPerson, Holdings
from skillspace.people.recognition import CredentialRule, LinkingTerms, Recognition, Showing, Way, register
from skillspace.people.recognition.machine import Why
from skillspace.records.credentials import VerifiedCredential
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.identity.resolver import document_of_key
from skillspace.trust.issuers import TrustedIssuer, TrustedIssuers
from skillspace.wire.jose import SigningKey
from skillspace.wire.mail import Letter, MailRefused, MailUnavailable
from tests.small_space import HeldClock
from tests.tables import make_tables
from tests.unit.people.wire import UNIVERSITY

HUB, OTHER_HUB = "did:web:space.example", "did:web:other.example"
ALVA, CAMILLE = "urn:skillspace:subject:alva", "urn:skillspace:subject:camille"
MINISTRY = "did:web:ministry.example"
#: By record: Noor and Nils have one address between them.
ADDRESSES = {"s1": "Alva@example.org", "s2": "camille@example.org", "s3": "nn@example.org", "s4": "nn@example.org"}
STRANGE = "nobody@example.org"
CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}")


class Postbox:
    """Keeps what is sent, or refuses it."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.fault: MailRefused | MailUnavailable | None = None

    def send(self, letter: Letter) -> None:
        if self.fault is not None:
            raise self.fault
        self.letters.append(letter)

    def code(self, number: int = -1) -> str:
        found = CODE.search(self.letters[number].body)
        assert found is not None
        return found[0]


@dataclass
class School:
    """One organisation, its records and its post."""

    database: Database
    recognition: Recognition
    postbox: Postbox
    book: TaskBook
    ministry: SigningKey
    revoked: set[str] = field(default_factory=set)
    notes: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)

    @property
    def holdings(self) -> Holdings:
        return self.recognition.holdings

    def work_off(self) -> int:
        return Worker(self.database, self.book).run_due()

    def ask(self, address: str, subject: str = ALVA, hub: str = HUB, language: str = "en") -> None:
        with self.database.writing() as work:
            self.recognition.letters.ask(
                work, intermediary=hub, subject=subject, address=address, sender="Invented Space", language=language
            )
        self.work_off()

    def redeem(self, code: str, subject: str = ALVA, hub: str = HUB) -> Mapping[str, object]:
        with self.database.writing() as work:
            self.recognition.count_attempt(work, hub, subject)
        with self.database.writing() as work:
            return self.recognition.redeem(work, hub, code, subject)

    def connected(self) -> dict[tuple[str, str], tuple[str, str]]:
        with self.database.reading() as work:
            found = self.holdings.connections(work)
        return {(one.intermediary, one.subject): (one.local_id, one.way) for one in found}

    def why(self) -> list[Why | None]:
        with self.database.reading() as work:
            rows = work.connection.exec_driver_sql("SELECT why FROM link_letter ORDER BY asked, id").fetchall()
        return [Why(why) if why else None for (why,) in rows]

    def note(self, _work: Work, kind: str, about: str, content: Mapping[str, object]) -> None:
        self.notes.append((kind, about, content))


def school_at(folder: Path, clock: HeldClock, *, ways: tuple[Way, ...] = tuple(Way)) -> School:
    database = Database.in_folder(folder, clock=clock)
    make_tables(database)
    ministry = SigningKey.generate(f"{MINISTRY}#key-1")
    found: list[School] = []

    def resolve(did: str, kid: str) -> Mapping[str, object]:
        return ministry.public_jwk() if did == MINISTRY else document_of_key(did).key(kid, "assertionMethod")

    def check_status(credential: VerifiedCredential) -> None:
        from skillspace.trust.status import CredentialRevoked  # noqa: PLC0415 - one fault of another room

        if credential.id in found[0].revoked:
            raise CredentialRevoked()

    key = bytes(range(32))
    trusted = TrustedIssuers([TrustedIssuer(did=MINISTRY, types=("StudentCredential", "LibraryCard"))])
    showing = Showing(
        own_did=UNIVERSITY, key=key, resolve_key=resolve, trust=trusted.is_trusted, check_status=check_status
    )
    rules = (
        CredentialRule(type="StudentCredential", claim="studentNumber"),
        CredentialRule(type="LibraryCard", claim="card.number", field="library"),
    )
    notes: list[tuple[str, str, Mapping[str, object]]] = []

    def note(_work: Work, kind: str, about: str, content: Mapping[str, object]) -> None:
        notes.append((kind, about, content))

    holdings = Holdings(note)
    recognition = Recognition(
        terms=LinkingTerms(ways=ways, credentials=rules), holdings=holdings, showing=showing, key=key, note=note
    )
    book, postbox = TaskBook(), Postbox()
    register(book, recognition.letters, postbox, "Invented University")
    with database.writing() as work:
        for number, address in ADDRESSES.items():
            holdings.add_person(work, HeldPerson(local_id=number, name=f"Person {number}"))
            recognition.contacts.set_address(work, number, address)
            facts = {"document_id": number, "kind": "diploma", "media_type": "text/plain", "body": b"x"}
            holdings.add_document(work, local_id=number, dataset="diplomas", **facts)
        recognition.contacts.set_number(work, "s2", "library", "L-77")
    made = School(
        database=database, recognition=recognition, postbox=postbox, book=book, ministry=ministry, notes=notes
    )
    found.append(made)
    return made


@pytest.fixture
def school(tmp_path: Path, clock: HeldClock) -> Iterator[School]:
    made = school_at(tmp_path, clock)
    yield made
    made.database.close()
