"""Whoever changes a yes in the tables, past the rooms, is found out by the journal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from skillspace.trust.consent.store import grants, releases
from tests.conftest import NOON
from tests.unit.trust.consent.conftest import HUB, PROFILES, WORKS, release
from tests.unit.trust.consent.falling import FallingWorld

#: What is no part of what was agreed: names and words to read, and the count of uses, of which each is a line.
BESIDE = {"id", "provider_name", "recipient_name", "reason", "note", "used"}
LATER = NOON + timedelta(days=400)
OTHERS = {
    **dict.fromkeys(("person", "subject", "provider", "recipient", "dataset", "purpose"), "another"),
    **dict.fromkeys(("notice_hash", "agreement", "replaces"), "another"),
    **dict.fromkeys(("asked", "decided", "starts", "until", "ended"), LATER),
    "kinds": ["plan", "diploma"],
    "state": "refused",
    "items": {"plan": ["this"]},
    "max_uses": 99,
    "conditions": {"days": [1], "start": "08:00", "end": "16:00", "zone": "Europe/Paris", "countries": []},
    "acting": {"actor": "x", "name": "x", "capacity": "coach", "mandate": "m"},
}


@pytest.fixture
def told(tmp_path: Path, empty: Path) -> FallingWorld:
    return FallingWorld(tmp_path, empty)


def test_every_part_of_what_was_agreed_is_held_against_the_journal(told: FallingWorld) -> None:
    assert set(OTHERS) | BESIDE == {column.name for column in grants.c}
    grant = told.granted(kinds=("plan",))
    assert told.wrong_in_journal(HUB) == []
    for name, value in OTHERS.items():
        with told[HUB].database.writing() as work:
            before = work.one(sa.select(grants.c[name]).where(grants.c.id == grant.id))
            assert before is not None
            work.update(grants, grants.c.id == grant.id, **{name: value})
        assert any(grant.id in wrong for wrong in told.wrong_in_journal(HUB)), name
        with told[HUB].database.writing() as work:
            work.update(grants, grants.c.id == grant.id, **before)
    assert told.wrong_in_journal(HUB) == []


@pytest.mark.parametrize("change", ["gone", "outcome", "recipient"])
def test_a_release_that_was_changed_or_taken_away_is_found_out(told: FallingWorld, change: str) -> None:
    agreement = told.agree(HUB, WORKS, PROFILES, purposes=["recruit"], roles=["employer"])
    told[HUB].offered[PROFILES] = frozenset({"skills-profile", "plan"})
    release(told, HUB, told.token(told.granted()), WORKS, agreement)
    assert told.wrong_in_journal(HUB) == []
    with told[HUB].database.writing() as work:
        row = work.one(sa.select(releases.c.id))
        assert row is not None
        if change == "gone":
            work.delete(releases, releases.c.id == row["id"])
        else:
            work.update(releases, releases.c.id == row["id"], **{change: "refused" if change == "outcome" else "x"})
    assert any(row["id"] in wrong for wrong in told.wrong_in_journal(HUB))
