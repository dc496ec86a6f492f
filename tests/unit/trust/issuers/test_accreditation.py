"""What an accreditation covers, and when it counts: a limit narrows, an end ends, and what is not told is not known."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.trust.issuers import Matter, Outcome, Why
from skillspace.trust.issuers.accreditation import Accreditation, Said, line_of, vat_name
from tests.conftest import NOON

YEAR = timedelta(days=365)


def accreditation(**limits: object) -> Accreditation:
    facts = {"names": ("did:web:school.example",), "organisation": "A school", "by": "An agency"}
    return Accreditation.model_validate({**facts, **limits})


def said(given: Accreditation, list_until: datetime = NOON + YEAR) -> Said:
    return Said(accreditation=given, signer="An agency", taken=NOON, list_until=list_until)


@pytest.mark.parametrize(
    ("limits", "matter", "outcome"),
    [
        ({}, Matter(), Outcome.YES),
        ({"levels": (5, 6)}, Matter(levels=frozenset({6})), Outcome.YES),
        ({"levels": (5, 6)}, Matter(levels=frozenset({7})), Outcome.NO),
        ({"levels": (5, 6)}, Matter(levels=frozenset({6, 7})), Outcome.UNKNOWN),
        ({"levels": (5, 6)}, Matter(), Outcome.UNKNOWN),
        ({"fields": ("07",)}, Matter(fields=frozenset({"0715"})), Outcome.YES),
        ({"fields": ("0715",)}, Matter(fields=frozenset({"07"})), Outcome.NO),
        ({"types": ("Diploma",)}, Matter(types=frozenset({"Diploma"})), Outcome.YES),
        ({"types": ("Diploma",), "levels": (4,)}, Matter(types=frozenset({"Diploma"})), Outcome.UNKNOWN),
        ({"types": ("Diploma",), "levels": (4,)}, Matter(types=frozenset({"Badge"})), Outcome.NO),
        ({"skills": ("urn:welding",)}, Matter(skills=frozenset({"urn:baking"})), Outcome.NO),
        ({"places": ("urn:somewhere",)}, Matter(levels=frozenset({4})), Outcome.UNKNOWN),
    ],
)
def test_it_covers_what_lies_within_every_limit(limits: dict[str, object], matter: Matter, outcome: Outcome) -> None:
    assert accreditation(**limits).covers(matter) is outcome


matters = st.builds(
    Matter,
    types=st.frozensets(st.sampled_from(["A", "B", "C"])),
    levels=st.frozensets(st.integers(1, 8)),
    skills=st.frozensets(st.sampled_from(["urn:a", "urn:b"])),
)
limits = st.fixed_dictionaries(
    {
        "types": st.lists(st.sampled_from(["A", "B", "C"]), max_size=2).map(tuple),
        "levels": st.lists(st.integers(1, 8), max_size=3).map(tuple),
        "skills": st.lists(st.sampled_from(["urn:a", "urn:b"]), max_size=1).map(tuple),
    }
)


@given(limits, matters, st.integers(1, 8))
def test_a_further_limit_never_widens(first: dict[str, tuple[object, ...]], matter: Matter, level: int) -> None:
    narrower = accreditation(**{**first, "levels": (level,)} if not first["levels"] else first)
    if narrower.covers(matter) is Outcome.YES:
        assert accreditation(**first).covers(matter) is Outcome.YES


@given(limits, matters, st.integers(-500, 500), st.integers(-500, 500), st.integers(-500, 500))
def test_expiry_turns_it_off(first: dict[str, object], matter: Matter, since: int, until: int, list_until: int) -> None:
    given_one = accreditation(**first, since=NOON + timedelta(days=since), until=NOON + timedelta(days=until))
    line = line_of([said(given_one, NOON + timedelta(days=list_until))], matter, NOON)
    if line.outcome is Outcome.YES:
        assert since <= 0 < min(until, list_until)
        assert line.until == NOON + timedelta(days=min(until, list_until))
    if min(until, list_until) <= 0:
        assert (line.outcome, line.why) == (Outcome.NO, Why.ACCREDITATION_ENDED)


def test_the_best_that_counts_is_told_and_of_several_what_lasts_longest() -> None:
    short = said(accreditation(until=NOON + YEAR / 2))
    other, over = said(accreditation(levels=(8,))), said(accreditation(until=NOON - YEAR))
    line = line_of([over, other, short, said(accreditation())], Matter(levels=frozenset({4})), NOON)
    assert (line.outcome, line.until, line.checked) == (Outcome.YES, NOON + YEAR, NOON)
    line = line_of([over, other], Matter(levels=frozenset({4})), NOON)
    assert line.why is Why.ACCREDITED_OTHERWISE
    assert line_of([], Matter(), NOON).why is Why.NO_ACCREDITATION


def test_who_signed_is_told_beside_who_decided() -> None:
    both = Said(accreditation=accreditation(levels=(4,)), signer="A register", taken=NOON, list_until=NOON + YEAR)
    line = line_of([both], Matter(levels=frozenset({4})), NOON)
    assert (line.by, line.detail) == ("An agency (A register)", "EQF 4")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("SE556677889901", "VATSE-556677889901"),
        ("se 5566.7788-99 01", "VATSE-556677889901"),
        ("VATES-A00000000", "VATES-A00000000"),
        ("556677889901", None),
        ("", None),
    ],
)
def test_a_number_counts_with_its_country_alone(written: str, name: str | None) -> None:
    assert vat_name(written) == name
