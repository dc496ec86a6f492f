"""What an issuer takes back counts no more the next day, and one that falls silent is believed for a while only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.people.accounts import Accounts
from skillspace.people.gathering.reading import Reading
from skillspace.people.gathering.rereading import BELIEVED, WATCH_AGAIN, WATCH_EVERY, Reread
from skillspace.people.profile import Arrival, Profile, StoredRecord
from skillspace.records.credentials import VerifiedCredential
from skillspace.records.credentials.status_entries import entry_for
from skillspace.records.formats.credentials import openbadges
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.model import Standing, ValidationLevel
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database, metadata
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.status import CredentialRevoked, CredentialSuspended, StatusStale, StatusUnreachable
from skillspace.wire.jose import SigningKey
from tests.conftest import NOON
from tests.small_space import HeldClock
from tests.unit.people.conftest import LEAD_A_TEAM

ISSUER = Issuer(did="did:web:issuer.example", name="Invented", key=SigningKey.generate("did:web:issuer.example#k"))
BADGE = openbadges.write(
    openbadges.Badge(
        name="Team", description="Led.", criteria="Led.", skills=(SkillClaim(label="lead", concept=LEAD_A_TEAM),)
    ),
    issuer=ISSUER,
    subject_did="urn:local:s1",
    issued=NOON - timedelta(days=300),
    status=entry_for("2.0", address="https://issuer.example/list", purpose="revocation", index=3),
)
WORDS = {
    "revoked": CredentialRevoked,
    "suspended": CredentialSuspended,
    "silent": StatusUnreachable,
    "old": StatusStale,
}


class Home:
    """A person with one badge, and an issuer that says of it what it is told to."""

    def __init__(self, database: Database, clock: HeldClock, taxonomies: Taxonomies) -> None:
        self.database, self.clock, self.word = database, clock, "stands"
        self.profile = Profile(taxonomies, Accounts())
        self.reading = Reading(self._key, clock, self._status)
        reread, book = Reread(self.reading, self.profile), TaskBook()
        reread.register(book)
        self.reread, self.worker = reread, Worker(database, book)

    def _key(self, _issuer: str, _kid: str) -> Mapping[str, object]:
        return ISSUER.key.public_jwk()

    def _status(self, _credential: VerifiedCredential) -> None:
        if self.word in WORDS:
            raise WORDS[self.word]()

    def arrive(self, word: str) -> None:
        self.word = word
        record, problem = self.reading.read(BADGE, ISSUER.did)
        arrival = Arrival(
            person="alva",
            source=ISSUER.did,
            source_name=ISSUER.name,
            record_id="badge",
            kind="badge",
            media_type="application/vc+jwt",
            document=BADGE,
            record=record,
            problem=problem,
        )
        with self.database.writing() as work:
            self.reread.leave(work, arrival, self.profile.keep(work, arrival))

    def later(self, passing: timedelta, word: str) -> None:
        self.word = word
        self.clock.at += passing
        self.worker.run_due()

    @property
    def record(self) -> StoredRecord:
        with self.database.reading() as work:
            (found,) = self.profile.records(work, "alva")
        return found

    @property
    def level(self) -> ValidationLevel | None:
        with self.database.reading() as work:
            return next((skill.validation for skill in self.profile.skills(work, "alva", "en")), None)


@pytest.fixture
def home(database: Database, clock: HeldClock, taxonomies: Taxonomies) -> Home:
    return Home(database, clock, taxonomies)


def test_what_stands_is_certified_and_what_nobody_vouches_for_is_the_persons_word(home: Home) -> None:
    home.arrive("stands")
    assert home.level is ValidationLevel.CERTIFIED
    home.arrive("silent")
    assert home.level is ValidationLevel.SELF_DECLARED
    assert home.record.record is not None
    assert home.record.record.standing is Standing.UNASKED
    assert home.record.problem is None


def test_a_revocation_takes_the_skill_along_the_next_day_for_good(home: Home) -> None:
    home.arrive("stands")
    home.later(WATCH_EVERY, "revoked")
    assert home.level is None
    assert home.record.problem is not None
    assert home.record.problem.code == "CredentialRevoked"
    home.later(WATCH_EVERY * 3, "stands")
    assert home.level is None


def test_what_was_suspended_counts_again_once_it_stands(home: Home) -> None:
    home.arrive("stands")
    home.later(WATCH_EVERY, "suspended")
    assert home.level is None
    home.later(WATCH_AGAIN, "silent")
    assert home.level is None
    home.later(WATCH_EVERY, "stands")
    assert home.level is ValidationLevel.CERTIFIED


@pytest.mark.parametrize("word", ["silent", "old"])
def test_a_silent_issuer_is_believed_for_three_days(home: Home, word: str) -> None:
    home.arrive("stands")
    home.later(WATCH_EVERY, word)
    assert home.level is ValidationLevel.CERTIFIED
    home.later(BELIEVED, word)
    assert home.level is ValidationLevel.SELF_DECLARED
    home.later(WATCH_EVERY, "stands")
    assert home.level is ValidationLevel.CERTIFIED


def test_who_could_not_be_asked_at_first_is_asked_within_the_hour(home: Home) -> None:
    home.arrive("silent")
    home.later(WATCH_AGAIN, "stands")
    assert home.level is ValidationLevel.CERTIFIED


def test_looking_again_changes_nothing_that_did_not_change(home: Home) -> None:
    home.arrive("stands")
    before = home.record
    for _ in range(3):
        home.later(WATCH_EVERY, "stands")
    assert home.record == before


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("watching")


MOVES = st.tuples(st.sampled_from(["arrive", "hour", "day"]), st.sampled_from(["stands", *WORDS]))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(MOVES, max_size=8))
def test_no_history_lets_what_was_revoked_or_unasked_count(
    folder: Path, taxonomies: Taxonomies, moves: list[tuple[str, str]]
) -> None:
    database = Database.in_folder(folder, clock=(clock := HeldClock()))
    metadata.drop_all(database.engine)
    metadata.create_all(database.engine)
    home = Home(database, clock, taxonomies)
    home.arrive("stands")
    good = clock.at
    for move, word in moves:
        if move == "arrive":
            home.arrive(word)
        else:
            home.later(WATCH_AGAIN if move == "hour" else WATCH_EVERY, word)
        if word == "stands":
            good = clock.at
        level = home.level
        assert level in (None, ValidationLevel.SELF_DECLARED, ValidationLevel.CERTIFIED)
        if level is ValidationLevel.CERTIFIED and word in ("silent", "old"):
            assert clock.at - good < BELIEVED + WATCH_EVERY
        with database.reading() as work:
            assert len(home.profile.records(work, "alva")) == 1
    database.close()
