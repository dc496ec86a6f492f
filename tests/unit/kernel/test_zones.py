"""Days are counted on the clocks of a place, also on machines that know no places themselves."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest


@pytest.fixture
def bare_machine() -> Iterator[None]:
    """A machine without files of time zones, as in a minimal container."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath(to=before)
    zoneinfo.ZoneInfo.clear_cache()


@pytest.mark.usefixtures("bare_machine")
def test_the_zones_come_along_with_the_program() -> None:
    noon = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert noon.astimezone(zoneinfo.ZoneInfo("Europe/Stockholm")).date().day == 2
    assert noon.astimezone(zoneinfo.ZoneInfo("Atlantic/Azores")).date().day == 1
