"""A university that issues, a company that holds and asks, and a shop nobody knows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.trust.claims.parties import BADGE, DIPLOMA, Party, Time, Web


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def university(web: Web, tmp_path: Path, time: Time) -> Party:
    return Party("university", web, tmp_path, time)


@pytest.fixture
def holder(web: Web, tmp_path: Path, time: Time, university: Party) -> Party:
    """Trusts the university for diplomas and badges, and has earned them."""
    party = Party("holder", web, tmp_path, time)
    party.trusts(university, DIPLOMA, BADGE)
    university.entitled[party.did] = time() + timedelta(days=30)
    return party


@pytest.fixture
def verifier(web: Web, tmp_path: Path, time: Time, university: Party) -> Party:
    """Trusts the university for diplomas only."""
    party = Party("verifier", web, tmp_path, time)
    party.trusts(university, DIPLOMA)
    return party


@pytest.fixture
def shop(web: Web, tmp_path: Path, time: Time) -> Party:
    return Party("shop", web, tmp_path, time)
