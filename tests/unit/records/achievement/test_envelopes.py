"""One achievement in three envelopes: signed three times, and the same in all that each can carry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.records.achievement import Achievement, Envelope, Holder, compare, lost, read, write
from skillspace.records.achievement.comparing import same_assertions
from skillspace.records.credentials import KeyResolver
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.model import ValidationLevel
from skillspace.wire.jose import SigningKey

ESCO = "http://data.europa.eu/esco/skill/"
KEY = SigningKey.generate("did:web:school.example#key-1")
SCHOOL = Issuer(did="did:web:school.example", name="School of Example", key=KEY)
HOLDER = Holder(did="did:key:zDnExample", jwk=SigningKey.generate("holder").public_jwk())
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
WELDING = Achievement(
    id="urn:uuid:7b0d1c5e-0000-4000-8000-000000000001",
    title="Welding, part two",
    description="Twelve weeks in the workshop.",
    criteria="A test piece under supervision.",
    awarded=date(2026, 6, 1),
    valid_until=date(2029, 5, 31),
    credits=7.5,
    eqf=4,
    skills=(
        SkillClaim(label="MIG welding", concept=f"{ESCO}mig", level="4", level_scheme="workshop scale"),
        SkillClaim(label="reading drawings", concept=f"{ESCO}drawings", level="3", level_scheme="workshop scale"),
        SkillClaim(label="TIG welding", concept=f"{ESCO}tig"),
    ),
)
WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)


def keys(_issuer: str, _kid: str) -> dict[str, str]:
    return KEY.public_jwk()


def written(achievement: Achievement, envelope: Envelope) -> str:
    return write(achievement, envelope, issuer=SCHOOL, holder=HOLDER, at=NOON)


@st.composite
def achievements(draw: st.DrawFn) -> Achievement:
    names = draw(st.lists(WORDS, max_size=4, unique=True))
    language = draw(st.sampled_from(["en", "sv", "fr"]))

    def skill(name: str) -> SkillClaim:
        level = draw(st.none() | WORDS)
        scheme = draw(WORDS) if level else None
        return SkillClaim(label=name, concept=f"{ESCO}{name}", language=language, level=level, level_scheme=scheme)

    return Achievement(
        id=f"urn:uuid:{draw(st.uuids())}",
        title=draw(WORDS),
        description=draw(st.none() | WORDS),
        awarded=draw(st.dates(date(2000, 1, 1), date(2026, 1, 1))),
        credits=draw(st.none() | st.integers(1, 120).map(float)),
        eqf=draw(st.none() | st.integers(1, 8)),
        language=language,
        valid_until=draw(st.none() | st.dates(date(2027, 1, 1), date(2040, 1, 1))),
        skills=tuple(skill(name) for name in names),
    )


@given(achievements())
def test_all_envelopes_read_back_to_the_same_skill_assertions(achievement: Achievement) -> None:
    records = [read(written(achievement, each), keys, NOON).record for each in Envelope]
    assert all(same_assertions(records[0], record) for record in records[1:])
    assert {each.validation for record in records for each in record.assertions} == {ValidationLevel.CERTIFIED}
    assert len(records[0].assertions) == max(1, len(achievement.skills))


@given(achievements())
def test_an_sd_jwt_carries_everything(achievement: Achievement) -> None:
    assert read(written(achievement, Envelope.SD_JWT), keys, NOON).achievement == achievement
    assert lost(achievement, Envelope.SD_JWT) == ()


@pytest.mark.parametrize(
    ("first", "second", "only_first", "only_second"),
    [
        (Envelope.SD_JWT, Envelope.OPEN_BADGE, ("eqf",), ()),
        (Envelope.SD_JWT, Envelope.ELM, ("criteria",), ()),
        (Envelope.OPEN_BADGE, Envelope.ELM, ("criteria",), ("eqf",)),
    ],
)
def test_two_envelopes_are_the_same_achievement_and_say_what_one_cannot_carry(
    first: Envelope, second: Envelope, only_first: tuple[str, ...], only_second: tuple[str, ...]
) -> None:
    found = compare(written(WELDING, first), written(WELDING, second), keys, NOON)
    assert found.are_the_same
    assert (found.only_first, found.only_second, dict(found.differing)) == (only_first, only_second, {})
    assert {"title", "awarded", "credits", f"skill {ESCO}mig level", "signer", "achievement"} <= set(found.shared)


def test_what_an_envelope_loses_is_named() -> None:
    nameless = replace(WELDING, skills=(*WELDING.skills, SkillClaim(label="patience")))
    assert lost(nameless, Envelope.OPEN_BADGE) == ("eqf", "skill patience label", "skill patience language")
    assert lost(nameless, Envelope.ELM) == ("criteria",)


def test_another_level_in_one_envelope_is_found() -> None:
    raised = replace(WELDING, skills=(replace(WELDING.skills[0], level="5"), *WELDING.skills[1:]))
    found = compare(written(WELDING, Envelope.SD_JWT), written(raised, Envelope.OPEN_BADGE), keys, NOON)
    assert not found.are_the_same
    assert dict(found.differing) == {f"skill {ESCO}mig level": ("4", "5")}


def test_another_achievement_with_the_same_words_is_not_the_same() -> None:
    other = replace(WELDING, id="urn:uuid:7b0d1c5e-0000-4000-8000-000000000002")
    assert not compare(written(WELDING, Envelope.SD_JWT), written(other, Envelope.ELM), keys, NOON).are_the_same


def test_another_signer_never_makes_the_same_achievement(university: Issuer, resolve_key: KeyResolver) -> None:
    def both(issuer: str, kid: str) -> object:
        return keys(issuer, kid) if issuer == SCHOOL.did else resolve_key(issuer, kid)

    copied = write(WELDING, Envelope.OPEN_BADGE, issuer=university, holder=HOLDER, at=NOON)
    found = compare(written(WELDING, Envelope.SD_JWT), copied, both, NOON)  # type: ignore[arg-type]
    assert not found.are_the_same
    assert "signer" in found.differing


def test_a_forged_envelope_is_compared_with_nothing() -> None:
    thief = replace(SCHOOL, key=SigningKey.generate(KEY.kid))
    forged = write(WELDING, Envelope.ELM, issuer=thief, holder=HOLDER, at=NOON)
    with pytest.raises(InvalidSignature):
        compare(written(WELDING, Envelope.SD_JWT), forged, keys, NOON)


@pytest.mark.parametrize(
    "broken",
    [
        {"eqf": 9},
        {"title": ""},
        {"valid_until": date(2020, 1, 1)},
        {"skills": (SkillClaim(label="a"), SkillClaim(label="a", level="2"))},
    ],
)
def test_an_achievement_that_nobody_could_read_is_not_made(broken: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        replace(WELDING, **broken)  # type: ignore[arg-type]


@given(achievements())
def test_an_achievement_is_stored_and_read_as_json(achievement: Achievement) -> None:
    assert Achievement.from_json(achievement.to_json()) == achievement
