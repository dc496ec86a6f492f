"""Births: what is told of an age is who decides, and nobody grows up by saying so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, Refused
from skillspace.storage.database import Database
from skillspace.trust.mandate import Evidence, Proof, Settings, Stage, Standing, age_of_consent
from tests.conftest import NOON
from tests.small_space import HeldClock
from tests.unit.trust.mandate.conftest import ADULT, CHILD, OFFICER, PAPER, World


def standing(world: World, person: str, at: datetime | None = None) -> Standing:
    with world.database.reading() as work:
        return world.mandates.standing(work, person, at or world.clock())


def test_where_nothing_was_told_nobody_knows(world: World) -> None:
    assert standing(world, "stranger") == Standing(stage=Stage.UNKNOWN)


def test_an_adults_own_word_is_enough_unless_the_data_space_demands_proof(
    world: World, database: Database, clock: HeldClock
) -> None:
    assert standing(world, ADULT) == Standing(stage=Stage.SELF, is_of_age=True)
    strict = World(database, clock, Settings(demands_proof=True))
    assert standing(strict, ADULT).stage is Stage.UNKNOWN
    strict.born(ADULT, date(1990, 1, 1))
    assert standing(strict, ADULT) == Standing(stage=Stage.SELF, is_of_age=True)


def test_a_declared_birth_makes_a_child_but_no_adult_where_proof_is_demanded(
    database: Database, clock: HeldClock
) -> None:
    strict = World(database, clock, Settings(demands_proof=True))
    with strict.writing() as work:
        strict.births.declare(work, "young", born=date(2016, 1, 1))
        strict.births.declare(work, "old", born=date(1990, 1, 1))
    assert standing(strict, "young").stage is Stage.CHILD
    assert standing(strict, "old").stage is Stage.UNKNOWN


def test_a_child_does_not_grow_up_by_telling_another_age(world: World) -> None:
    for born in (None, date(1990, 1, 1)):
        with pytest.raises(Refused), world.writing() as work:
            world.births.declare(work, CHILD, born=born)
    assert standing(world, CHILD).stage is Stage.CHILD


def test_only_an_officer_with_more_than_a_word_changes_an_age(world: World) -> None:
    word = Evidence(type=Proof.WITNESS, issuer="Neighbour", reference="said so")
    for officer, evidence in ((CHILD, PAPER), ("stranger", PAPER), (OFFICER, word)):
        with pytest.raises((Refused, BadInput)), world.writing() as work:
            world.births.prove(work, CHILD, born=date(1990, 1, 1), evidence=evidence, officer=officer)
    world.born(CHILD, date(2010, 1, 1))
    assert standing(world, CHILD) == Standing(stage=Stage.SELF)


def test_the_journal_hears_on_which_evidence_an_age_was_recorded_and_never_the_date(world: World) -> None:
    seen = Evidence(type=Proof.CIVIL_REGISTER, issuer="Invented register", reference="line 9", dated=date(2026, 10, 1))
    with world.writing() as work:
        world.births.prove(work, CHILD, born=date(2015, 3, 4), evidence=seen, officer=OFFICER)
    entries = [(about, said) for kind, about, said in world.notes.entries if kind == "age.recorded"]
    assert len({about for about, _ in entries}) == 1
    assert entries[-1][1] == {
        "person": CHILD,
        "proof": "civil_register",
        "issuer": "Invented register",
        "reference": "line 9",
        "dated": "2026-10-01",
        "told_by": OFFICER,
    }
    assert "2015" not in str(world.notes.entries)


@pytest.mark.parametrize("born", [date(2027, 1, 1), date(1890, 1, 1), date.min, date.max])
def test_a_birth_that_cannot_be_is_refused(world: World, born: date) -> None:
    with pytest.raises(BadInput), world.writing() as work:
        world.births.declare(work, "somebody", born=born)


def test_a_country_without_an_age_is_refused(world: World) -> None:
    with pytest.raises(BadInput), world.writing() as work:
        world.births.declare(work, "somebody", born=None, country="ZZ")


def test_a_child_is_asked_too_from_seven_and_decides_alone_from_thirteen_in_sweden(world: World) -> None:
    world.born(CHILD, date(2016, 2, 29))
    stockholm = ZoneInfo("Europe/Stockholm")
    moments = {
        datetime(2023, 2, 28, 12, tzinfo=stockholm): Standing(stage=Stage.CHILD),
        datetime(2023, 3, 1, 0, tzinfo=stockholm): Standing(stage=Stage.CHILD, is_asked_too=True),
        datetime(2029, 2, 28, 23, 59, tzinfo=stockholm): Standing(stage=Stage.CHILD, is_asked_too=True),
        datetime(2029, 3, 1, 0, tzinfo=stockholm): Standing(stage=Stage.SELF),
        datetime(2034, 3, 1, 0, tzinfo=stockholm): Standing(stage=Stage.SELF, is_of_age=True),
    }
    assert {at: standing(world, CHILD, at) for at in moments} == moments


def test_a_child_reads_words_for_their_age_and_an_adult_none(world: World) -> None:
    found = {}
    for years in (5, 8, 11, 14):
        world.born(CHILD, date(2026 - years, 1, 1), country="DE")
        with world.database.reading() as work:
            found[years] = world.births.band(work, CHILD, world.clock())
    assert found == {5: "7-9", 8: "7-9", 11: "10-12", 14: "13-15"}
    with world.database.reading() as work:
        assert world.births.band(work, ADULT, world.clock()) == ""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    born=st.dates(date(2005, 1, 1), date(2020, 12, 31)),
    country=st.sampled_from(["SE", "FR", "DE", "PT", "DK"]),
    at=st.datetimes(datetime(2024, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 (naive bounds)
)
def test_what_the_clock_finds_grown_is_what_a_standing_says(
    world: World, born: date, country: str, at: datetime
) -> None:
    """The query over all births and the answer about one person never differ."""
    world.clock.at = NOON
    world.born("somebody", min(born, NOON.date()), country)
    now = standing(world, "somebody", at)
    with world.database.reading() as work:
        from skillspace.trust.mandate.store import births  # noqa: PLC0415 (the table is the room's own)

        for of_age, expected in ((False, now.stage is Stage.SELF), (True, now.is_of_age)):
            grown = (births.c.person == "somebody") & world.births.grown(at, of_age=of_age)
            assert (work.one(births.select().where(grown)) is not None) == expected
    assert age_of_consent(country, at.date() + timedelta(days=1)) in (13, 15, 16)
