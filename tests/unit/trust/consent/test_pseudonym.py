"""Pairwise subjects: stable for one organisation, unlike for two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.trust.consent import subject_for

secrets = st.binary(min_size=16, max_size=64)
dids = st.text(min_size=1, max_size=80).map(lambda text: f"did:web:{text}")


@given(secrets, dids, dids)
def test_two_organisations_know_a_person_by_two_names(secret: bytes, one: str, other: str) -> None:
    assert subject_for(secret, one) == subject_for(secret, one)
    assert (subject_for(secret, one) == subject_for(secret, other)) == (one == other)


@given(secrets, secrets, dids)
def test_two_people_never_share_a_name(ada: bytes, bo: bytes, did: str) -> None:
    assert (subject_for(ada, did) == subject_for(bo, did)) == (ada == bo)


def test_a_name_is_a_urn_that_says_nothing() -> None:
    name = subject_for(bytes(16), "did:web:school.example")
    assert name.startswith("urn:skillspace:subject:")
    assert len(name.rpartition(":")[2]) == 52
    assert "school" not in name


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(BadInput, match="16 bytes"):
        subject_for(b"short", "did:web:school.example")
