"""An applicant shows who it is by law; what a clearing house confirmed is believed, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from skillspace.kernel.errors import PeerUnreachable, Refused
from skillspace.node.founding import ask_to_join
from skillspace.records.credentials import VerifiedCredential
from skillspace.records.credentials.gaiax import MAX_TOKENS
from skillspace.storage.database import Database
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.membership import Application, LegalIdentities, LegalIdentity
from skillspace.trust.membership.legal import legal_identities
from tests.nodes import make_node, running, until
from tests.tables import make_tables
from tests.unit.records.test_gaiax import HOUSE, NOON, ORCHARD, documents, label, resolve, signed, trust


class Desk:
    """An authority's desk: what is shown there is looked at."""

    def __init__(self, folder: Path) -> None:
        self.at = NOON
        self.fault: Exception | None = None
        self.database = Database.in_folder(folder, clock=self.clock)
        make_tables(self.database)
        self.legal = LegalIdentities(resolve_key=resolve, trust=trust, check_status=self.check)
        book = TaskBook()
        self.legal.register(book)
        self.worker = Worker(self.database, book)

    def clock(self) -> datetime:
        return self.at

    def check(self, _credential: VerifiedCredential) -> None:
        if self.fault is not None:
            raise self.fault

    def show(self, tokens: list[str], did: str = ORCHARD) -> LegalIdentity:
        with self.database.writing() as work:
            self.legal.show(work, did, tokens)
        self.worker.run_due()
        return self.known(did)

    def known(self, did: str = ORCHARD) -> LegalIdentity:
        with self.database.reading() as work:
            found = self.legal.of(work, did)
        assert found is not None
        return found

    def kept(self) -> list[object]:
        with self.database.reading() as work:
            return [row["tokens"] for row in work.rows(sa.select(legal_identities.c.tokens))]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def tokens() -> list[str]:
    whole = documents()
    return [signed(each) for each in (*whole.values(), label(whole))]


def test_what_a_clearing_house_confirmed_is_known_and_the_credentials_are_not_kept(
    desk: Desk, tokens: list[str]
) -> None:
    found = desk.show(tokens)
    assert (found.name, found.country, found.level) == ("Orchard College (invented)", "SE", "SC")
    assert (found.numbers, found.issuer, found.why) == ({"VatID": "SE000000000001"}, HOUSE, None)
    assert desk.kept() == [None]


def test_it_holds_until_its_end_and_not_longer(desk: Desk, tokens: list[str]) -> None:
    found = desk.show(tokens)
    assert found.until is not None
    assert found.holds(found.until - timedelta(seconds=1))
    assert not found.holds(found.until)


def test_what_does_not_hold_says_why(desk: Desk, tokens: list[str]) -> None:
    for shown, did in ((tokens[:3], ORCHARD), (tokens, "did:web:somebody.example"), (["garbage"], ORCHARD)):
        found = desk.show(shown, did)
        assert (found.name, found.holds(NOON)) == (None, False)
        assert found.why
    assert desk.kept() == [None, None]


def test_a_revoked_label_confirms_nothing(desk: Desk, tokens: list[str]) -> None:
    desk.fault = Refused("It was revoked.")
    assert desk.show(tokens).why == "It was revoked."


def test_a_host_that_does_not_answer_is_asked_again(desk: Desk, tokens: list[str]) -> None:
    desk.fault = PeerUnreachable("Nobody there.")
    found = desk.show(tokens)
    assert (found.name, found.why) == (None, None)
    desk.fault = None
    desk.at += timedelta(seconds=11)
    desk.worker.run_due()
    assert desk.known().holds(desk.at)


def test_what_is_shown_anew_takes_the_place_of_what_was_known(desk: Desk, tokens: list[str]) -> None:
    assert desk.show(tokens).holds(NOON)
    desk.at += timedelta(seconds=1)
    found = desk.show(tokens[:1])
    assert not found.holds(NOON)
    assert found.numbers == {}


def test_more_credentials_than_are_read_are_refused_at_the_door() -> None:
    with pytest.raises(ValidationError):
        Application(name="X", roles=[], address="https://x.example", credentials=["a"] * (MAX_TOKENS + 1))


def test_credentials_are_shown_over_the_wire_and_an_unknown_clearing_house_confirms_nothing(
    tmp_path: Path, tokens: list[str]
) -> None:
    hub = make_node(tmp_path / "hub", "Invented Space", "authority")
    school = make_node(tmp_path / "school", "Invented School", "school", authority=hub.did)
    with running(hub) as (node,):
        assert ask_to_join(school.folder, hub.address, None, tokens) == "requested"
        authority = node.trust.authority
        assert authority is not None

        def why() -> str | None:
            with node.database.reading() as work:
                found = authority.legal.of(work, school.did)
            return found.why if found else None

        until(lambda: why() is not None, "the credentials were looked at")
        assert "not trusted" in str(why()) or "untrusted" in str(why()).lower(), why()
