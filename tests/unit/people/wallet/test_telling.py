"""What a card says counts in whatever envelope it came; a card that tells of no skill says nothing, and is kept."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from skillspace.people.accounts import Accounts
from skillspace.people.gathering import Reading
from skillspace.people.profile import Profile
from skillspace.people.wallet import CardRecords
from skillspace.records.achievement import Achievement, Envelope, Holder, write
from skillspace.records.credentials import VerifiedCredential
from skillspace.records.credentials.selective import StatusPlace, issue
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.model import ValidationLevel
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database
from skillspace.trust.status import CredentialRevoked
from skillspace.wire.jose import SigningKey
from tests.conftest import NOON
from tests.small_space import HeldClock
from tests.unit.people.conftest import LEAD_A_TEAM

KEY = SigningKey.generate("did:web:school.example#key-1")
SCHOOL = Issuer(did="did:web:school.example", name="School of Example", key=KEY)
HOLDER = Holder(did="did:key:z", jwk=SigningKey.generate("holder").public_jwk())
LEADING = Achievement(
    id="urn:uuid:00000000-0000-4000-8000-000000000001",
    title="Leading",
    awarded=NOON.date(),
    skills=(SkillClaim(label="lead a team", concept=LEAD_A_TEAM),),
)


def key_of(_issuer: str, _kid: str) -> Mapping[str, object]:
    return KEY.public_jwk()


def revoked(_credential: VerifiedCredential) -> None:
    raise CredentialRevoked()


def card(token: str) -> dict[str, str]:
    return {"token": token, "issuer": SCHOOL.did, "issuer_name": SCHOOL.name}


@pytest.mark.parametrize("envelope", list(Envelope))
def test_a_card_counts_in_every_envelope(
    envelope: Envelope, database: Database, clock: HeldClock, taxonomies: Taxonomies
) -> None:
    profile = Profile(taxonomies, Accounts())
    records = CardRecords(profile, Reading(key_of, clock))
    said = records.read(card(write(LEADING, envelope, issuer=SCHOOL, holder=HOLDER, at=NOON)), "alva", "card-1")
    assert said is not None
    with database.writing() as work:
        records.keep(work, said)
        records.keep(work, said)
    with database.reading() as work:
        (skill,) = profile.skills(work, "alva", "en")
    assert (skill.uri, skill.validation, len(skill.assertions)) == (LEAD_A_TEAM, ValidationLevel.CERTIFIED, 1)


def test_a_card_that_was_taken_back_is_told_of_and_counts_for_nothing(
    database: Database, clock: HeldClock, taxonomies: Taxonomies
) -> None:
    profile = Profile(taxonomies, Accounts())
    records = CardRecords(profile, Reading(key_of, clock, revoked))
    place = StatusPlace(address="https://school.example/status", index=1)
    token = write(LEADING, Envelope.SD_JWT, issuer=SCHOOL, holder=HOLDER, at=NOON, status=place)
    said = records.read(card(token), "alva", "card-1")
    assert said is not None
    assert said.problem is not None
    assert (said.record, said.problem.code) == (None, "CredentialRevoked")
    with database.writing() as work:
        records.keep(work, said)
        assert profile.skills(work, "alva", "en") == ()


def test_a_library_card_says_nothing_of_skills(clock: HeldClock, taxonomies: Taxonomies) -> None:
    records = CardRecords(Profile(taxonomies, Accounts()), Reading(key_of, clock))
    token = issue("urn:library:card", {"name": "x"}, issuer_key=KEY, issuer_did=SCHOOL.did, hidden=(), at=NOON)
    assert records.read(card(token), "alva", "card-1") is None
