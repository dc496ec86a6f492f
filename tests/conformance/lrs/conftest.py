"""The store each test asks, in each version of xAPI."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skillspace.records.statements import Version
from tests.conformance.lrs.door import Door


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    door = Door(tmp_path_factory.mktemp("store"))
    yield door
    door.close()


@pytest.fixture(params=list(Version))
def door(opened: Door, request: pytest.FixtureRequest) -> Door:
    opened.version = request.param
    return opened


@pytest.fixture
def door_1_0(opened: Door) -> Door:
    opened.version = Version.V1_0
    return opened
