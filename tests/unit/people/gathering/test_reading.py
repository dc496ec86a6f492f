"""What a bundle may hold: anything at all; only what the person allowed and an issuer vouches for becomes a skill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, PeerUnreachable
from skillspace.people.accounts import Accounts
from skillspace.people.gathering.reading import Reading
from skillspace.people.gathering.rereading import FIRST_LOOK_AGAIN, Reread
from skillspace.people.holdings import BundledRecord, HeldDocument, read_bundle, write_bundle
from skillspace.people.profile import Profile
from skillspace.records.formats.credentials import openbadges
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.consent import Grant, GrantState
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
)


def grant(*kinds: str) -> Grant:
    return Grant(
        id="grant-1",
        person="alva",
        subject="urn:skillspace:subject:alva",
        provider="did:web:university.example",
        provider_name="Invented University",
        recipient="did:web:space.example",
        recipient_name="Invented Space",
        dataset="diplomas",
        purpose="gather",
        kinds=kinds,
        starts=NOON,
        until=NOON + timedelta(days=1),
        notice_hash="",
        agreement=None,
        state=GrantState.GRANTED,
        asked=NOON,
        decided=NOON,
        ended=None,
        reason="",
        note="",
    )


def sent(body: str, kind: str = "badge", **facts: str) -> BundledRecord:
    return BundledRecord(id="b1", kind=kind, mediaType="application/jwt", document=body, **facts)  # type: ignore[arg-type]


def issuers_key(_issuer: str, _kid: str) -> Mapping[str, object]:
    return ISSUER.key.public_jwk()


def silence(issuer: str, _kid: str) -> Mapping[str, object]:
    raise PeerUnreachable(f"{issuer} does not answer.")


def reading(resolve_key=issuers_key) -> Reading:  # type: ignore[no-untyped-def]
    return Reading(resolve_key, lambda: NOON)


def test_of_a_kind_only_the_single_records_that_were_allowed_are_kept() -> None:
    allowed = replace(grant("badge"), items={"badge": ("b2",)})
    found = reading().arrival(allowed, sent(BADGE.decode()))
    assert (found.document, found.record) == (b"", None)
    assert found.problem is not None
    assert found.problem.code == "ConsentMissing"
    assert reading().arrival(replace(allowed, items={"badge": ("b1",)}), sent(BADGE.decode())).record is not None


def test_a_kind_that_was_not_allowed_is_thrown_away_unread() -> None:
    arrival = reading().arrival(grant("diploma"), sent(BADGE.decode()))
    assert arrival.record is None
    assert arrival.document == b""
    assert arrival.problem is not None
    assert "did not allow" in arrival.problem.message


def test_base64_that_is_none_is_a_problem_of_that_document() -> None:
    arrival = reading().arrival(grant("badge"), sent("%%%", encoding="base64"))
    assert arrival.problem is not None
    assert arrival.problem.code == "BadInput"


@given(body=st.text(max_size=200))
def test_no_document_stops_the_others(body: str) -> None:
    arrival = reading().arrival(grant("badge"), sent(body))
    assert (arrival.record is None) != (arrival.problem is None)


def test_an_issuer_that_is_silent_is_asked_again_later(
    database: Database, clock: HeldClock, taxonomies: Taxonomies
) -> None:
    answers = [silence]

    def resolve(issuer: str, kid: str) -> Mapping[str, object]:
        return answers[-1](issuer, kid)

    profile, read = Profile(taxonomies, Accounts()), reading(resolve)
    reread, book = Reread(read, profile), TaskBook()
    reread.register(book)
    with database.writing() as work:
        arrival = read.arrival(grant("badge"), sent(BADGE.decode()))
        reread.leave(work, arrival, profile.keep(work, arrival))
    worker = Worker(database, book)
    clock.at += FIRST_LOOK_AGAIN
    assert worker.run_due() == 1
    assert problems(database, profile) == ["Unavailable"]
    answers.append(issuers_key)
    clock.at += FIRST_LOOK_AGAIN
    assert worker.run_due() == 0
    clock.at += FIRST_LOOK_AGAIN
    assert worker.run_due() == 1
    assert problems(database, profile) == [None]
    with database.reading() as work:
        assert [skill.uri for skill in profile.skills(work, "alva", "en")] == [LEAD_A_TEAM]


def problems(database: Database, profile: Profile) -> list[str | None]:
    with database.reading() as work:
        return [record.problem.code if record.problem else None for record in profile.records(work, "alva")]


BODIES = st.binary(max_size=40) | st.text(max_size=40).map(str.encode)


@given(bodies=st.lists(BODIES, max_size=5))
def test_a_bundle_brings_every_byte_across(bodies: list[bytes]) -> None:
    held = [
        HeldDocument(id=f"d{n}", local_id="s1", dataset="d", kind="badge", media_type="x/y", body=body, updated=NOON)
        for n, body in enumerate(bodies)
    ]
    bundle = read_bundle(write_bundle("urn:subject", held))
    assert [record.body() for record in bundle.records] == bodies
    assert bundle.subject == "urn:subject"


@given(body=st.binary(max_size=200))
def test_garbage_is_no_bundle(body: bytes) -> None:
    with pytest.raises(BadInput):
        read_bundle(body)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b'{"@type": "RecordBundle", "subject": "s"}',
        b'{"@type": "Other", "subject": "s", "records": []}',
        b'{"@type": "RecordBundle", "subject": "s", "records": [], "more": 1}',
        b'{"@type": "RecordBundle", "subject": "s", "records": [{"id": "a", "kind": "k", "mediaType": "m"}]}',
        b'{"@type": "RecordBundle", "subject": "s", "records": ['
        b'{"id": "a", "kind": "k", "mediaType": "m", "document": ""},'
        b'{"id": "a", "kind": "k", "mediaType": "m", "document": ""}]}',
    ],
)
def test_a_bundle_of_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput, match="bundle"):
        read_bundle(body)
