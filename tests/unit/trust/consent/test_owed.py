"""A refusal whose transaction was rolled back is written down later, whatever comes between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from skillspace.kernel.errors import ConsentMissing, Unavailable
from skillspace.storage.database import Work
from skillspace.trust.consent import Grant
from skillspace.trust.consent.errors import ConsentRevoked
from skillspace.trust.contract import Agreement
from tests.unit.trust.consent.conftest import HUB, WORKS, World, refusals, release, revoke


def test_a_refusal_that_could_not_be_written_at_once_is_written_with_the_next(
    world: World, share: tuple[Grant, str, Agreement], monkeypatch: pytest.MonkeyPatch
) -> None:
    grant, token, agreement = share
    revoke(world, grant)
    database, turns = world[HUB].database, iter([False, True])
    writing = database.writing

    @contextmanager
    def busy(*_: Any) -> Iterator[Work]:
        if next(turns, False):
            raise Unavailable("The database is busy writing; try again.")
        with writing() as work:
            yield work

    monkeypatch.setattr(database, "writing", busy)
    with pytest.raises((ConsentRevoked, Unavailable)):
        release(world, HUB, token, WORKS, agreement)
    monkeypatch.undo()
    assert refusals(world, HUB) == []
    with pytest.raises(ConsentMissing):
        release(world, HUB, None, WORKS, agreement)
    assert refusals(world, HUB) == ["ConsentRevoked", "ConsentMissing"]
