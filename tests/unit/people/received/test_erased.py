"""What goes of the profiles an organisation received when a person has them erased, and what a law keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from skillspace.people.answers import received_answerer
from skillspace.people.received import ReceivedState
from skillspace.people.received.store import received
from skillspace.storage.database import Database, Work
from skillspace.trust.consent.copies.held import HeldGrants
from skillspace.trust.consent.store import ended, kept_copies
from skillspace.trust.register import Duty as LawfulDuty
from skillspace.trust.rights import Answerer, DataSubject, Duty, Scope
from skillspace.wire.jose import SigningKey
from tests.conftest import NOON
from tests.tables import make_tables
from tests.unit.people.received.test_ends_meanwhile import GRANT, SPACE, Office

LAW = {"en": "Invented Records Act §3", "sv": "Påhittade arkivlagen 3 §"}
ADA = DataSubject(intermediary=SPACE, subject="ada", scope=Scope())


class Kept(Office):
    """The office, with real books about yeses and what a law keeps; `duties` are those of its record."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.duties: dict[str, LawfulDuty] = {}
        key = SigningKey.generate("did:web:works.example#key-1")
        self.held = HeldGrants(own_did="did:web:works.example", key=key, resolve_key=lambda *_: {})

    @property
    def answerer(self) -> Answerer:
        return received_answerer(self.room, self.held, lambda _work, kind: self.duties.get(kind))

    def stop_by_law(self, work: Work) -> None:
        """The yes was stopped, and a law keeps the copy for a year."""
        until = work.now + timedelta(days=365)
        row = {"grant": GRANT, "intermediary": SPACE, "kind": "profiles", "count": 1}
        work.insert(kept_copies, row | {"until": until, "law": LAW})
        over = {"grant": GRANT, "intermediary": SPACE, "state": "revoked", "at": work.now, "receipt": "signed"}
        work.insert(ended, over)

    def has_copy(self) -> bool:
        row = self.row()
        return row is not None and row["profile"] is not None


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Kept]:
    database = Database.in_folder(tmp_path, clock=lambda: NOON)
    make_tables(database)
    made = Kept(database)
    made.expect(ReceivedState.REQUESTED)
    made.worker.run_due()
    yield made
    database.close()


def erase(office: Kept, who: DataSubject = ADA) -> tuple[list[Duty], dict[str, int]]:
    answerer = office.answerer
    assert answerer.duties is not None
    assert answerer.erase is not None
    with office.database.writing() as work:
        return list(answerer.duties(work, who)), dict(answerer.erase(work, who))


def test_without_a_law_the_copy_goes(office: Kept) -> None:
    assert erase(office) == ([], {"profile": 1})
    assert not office.has_copy()


def test_what_a_law_keeps_after_a_stopped_yes_is_named_and_stays(office: Kept) -> None:
    with office.database.writing() as work:
        office.stop_by_law(work)
    duty = Duty(law=LAW["en"], until=(NOON + timedelta(days=365)).date(), what="profile")
    assert erase(office) == ([duty], {"profile": 0})
    assert office.has_copy()


def test_what_a_law_will_keep_after_a_living_yes_is_not_erased_before_it_ends(office: Kept) -> None:
    office.duties["profiles"] = LawfulDuty(kind="profiles", days=90, law=LAW)
    assert erase(office) == ([Duty(law=LAW["en"], until=None, what="profile")], {"profile": 0})
    assert office.has_copy()


def test_what_came_after_the_person_asked_is_not_meant(office: Kept) -> None:
    before = DataSubject(**{**vars(ADA), "before": NOON - timedelta(seconds=1)})
    assert erase(office, before) == ([], {"profile": 0})
    assert office.has_copy()
    with office.database.reading() as work:
        assert work.one(received.select()) is not None
