"""Identifiers, moments and errors keep their promises."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel import errors
from skillspace.kernel.clock import from_iso, iso
from skillspace.kernel.ids import new_id, new_urn


def test_identifiers_never_repeat_and_name_their_kind() -> None:
    made = {new_id("grant") for _ in range(2000)}
    assert len(made) == 2000
    assert all(each.startswith("grant-") for each in made)
    assert new_urn().startswith("urn:uuid:")


@given(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_survives_the_wire_to_the_millisecond(moment: datetime) -> None:
    assert abs((from_iso(iso(moment)) - moment).total_seconds()) < 0.001
    assert iso(moment).endswith("Z")


def every_error(base: type[errors.SkillspaceError]) -> list[type[errors.SkillspaceError]]:
    return [base, *(leaf for child in base.__subclasses__() for leaf in every_error(child))]


@pytest.mark.parametrize("leaf", every_error(errors.SkillspaceError), ids=lambda leaf: leaf.__name__)
def test_every_fault_has_a_sentence_a_status_and_an_exit_code(leaf: type[errors.SkillspaceError]) -> None:
    fault = leaf()
    assert fault.message.endswith((".", "?", ";"))
    assert 400 <= leaf.http_status < 600
    assert leaf.exit_code > 0
    assert fault.code == leaf.__name__
