"""SD-JWT VC among the formats: it recognises itself, and says what is disclosed and nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, Refused, UnreadableFile
from skillspace.records.achievement import Achievement, Envelope, Holder, write
from skillspace.records.credentials import VerifiedCredential
from skillspace.records.credentials.selective import StatusPlace, issue, read_token, reveal, show
from skillspace.records.formats import read
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.formats.loss import unread
from skillspace.records.formats.suite import NOON
from skillspace.records.model import ProofStatus, Record, Standing, ValidationLevel
from skillspace.wire.jose import SigningKey, read_unverified

KEY = SigningKey.generate("did:web:school.example#key-1")
SCHOOL = Issuer(did="did:web:school.example", name="School of Example", key=KEY)
HOLDER = Holder(did="did:key:z", jwk=SigningKey.generate("holder").public_jwk())
WELDING = Achievement(
    id="urn:uuid:00000000-0000-4000-8000-000000000001",
    title="Welding, part two",
    awarded=NOON.date() - timedelta(days=30),
    criteria="Watched at work.",
    skills=tuple(
        SkillClaim(label=f"skill {number}", concept=f"http://data.europa.eu/esco/skill/{number}", level=str(number))
        for number in range(4)
    ),
)
PLACE = StatusPlace(address="https://school.example/status", index=7)


class Revoked(Refused):
    """It was taken back."""


def school_key(_issuer: str, _kid: str) -> Mapping[str, object]:
    return KEY.public_jwk()


def signed(status: StatusPlace | None = None) -> str:
    return write(WELDING, Envelope.SD_JWT, issuer=SCHOOL, holder=HOLDER, at=NOON, status=status)


def showing(text: str, places: list[tuple[str | int, ...]]) -> str:
    token = read_token(text)
    return str(show(token, reveal(read_unverified(token.issued)[1], token.disclosures), places))


def said(text: str) -> Record:
    return read(text.encode(), resolve_key=school_key, at=NOON)


def test_it_is_found_out_and_all_of_it_is_certified() -> None:
    record = said(signed())
    assert (record.format, record.media_type, record.title) == ("sd_jwt", "application/dc+sd-jwt", WELDING.title)
    assert (record.issuer, record.proof, record.standing) == (SCHOOL.did, ProofStatus.SIGNED_BY_ISSUER, None)
    assert [each.label for each in record.assertions] == [skill.label for skill in WELDING.skills]
    assert {each.validation for each in record.assertions} == {ValidationLevel.CERTIFIED}
    assert record.assertions[0].evidence.excerpt == "Watched at work."


def test_it_is_read_with_white_space_around_and_without_its_title() -> None:
    record = said(f"\n {showing(signed(), [('skills', 1)])} \n")
    assert (record.title, record.issued) == ("School of Example", None)
    assert [each.label for each in record.assertions] == ["skill 1"]


@settings(max_examples=40, deadline=None)
@given(chosen=st.sets(st.integers(0, 3)), with_title=st.booleans())
def test_what_is_kept_back_is_nowhere_in_the_record(chosen: set[int], with_title: bool) -> None:
    places: list[tuple[str | int, ...]] = [("skills", number) for number in sorted(chosen)]
    record = said(showing(signed(), places + ([("title",)] if with_title else [])))
    told = [each.label for each in record.assertions]
    expected = [f"skill {number}" for number in sorted(chosen)]
    assert told == (expected or ([WELDING.title] if with_title else []))
    whole = str(record.to_json())
    assert not [number for number in range(4) if number not in chosen and f"skill {number}" in whole]
    assert (WELDING.title in whole) is with_title


def test_what_may_have_been_taken_back_counts_once_it_was_asked() -> None:
    text, asked = signed(PLACE).encode(), []
    unasked = read(text, resolve_key=school_key, at=NOON)
    assert unasked.standing is Standing.UNASKED
    assert {each.validation for each in unasked.assertions} == {ValidationLevel.SELF_DECLARED}

    def stands(credential: VerifiedCredential) -> None:
        asked.append([(entry.address, entry.index) for entry in credential.status])

    found = read(text, resolve_key=school_key, at=NOON, check_status=stands)
    assert asked == [[(PLACE.address, PLACE.index)]]
    assert found.standing is Standing.STANDS
    assert {each.validation for each in found.assertions} == {ValidationLevel.CERTIFIED}

    def revoked(_credential: VerifiedCredential) -> None:
        raise Revoked()

    with pytest.raises(Revoked):
        read(text, resolve_key=school_key, at=NOON, check_status=revoked)


def test_nobody_is_asked_of_what_cannot_be_taken_back() -> None:
    def never(_credential: VerifiedCredential) -> None:
        raise AssertionError

    assert read(signed().encode(), resolve_key=school_key, at=NOON, check_status=never).standing is None


def test_another_type_is_named_and_refused() -> None:
    text = issue("urn:library:card", {"name": "x"}, issuer_key=KEY, issuer_did=SCHOOL.did, hidden=(), at=NOON)
    with pytest.raises(UnreadableFile, match="urn:library:card"):
        said(text)


def test_a_changed_disclosure_is_refused_and_a_loss_report_looks_inside() -> None:
    text = signed()
    parts = text.split("~")
    with pytest.raises(BadInput):
        said("~".join([*parts[:-2], parts[-2][::-1], ""]))
    assert "awarded" not in {loss.path for loss in unread(text.encode(), [said(text)])}


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 5000), letter=st.sampled_from("~.eA_-=\0"))
def test_one_letter_changed_is_read_or_refused(place: int, letter: str) -> None:
    text = signed()
    at = place % len(text)
    with contextlib.suppress(BadInput, Refused):
        said(text[:at] + letter + text[at + 1 :])
