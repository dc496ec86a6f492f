"""One village for the tests of a module: each test begins with a new one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.exchange.chains.village import Village, village_in


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    """The village, built once."""
    with village_in(tmp_path_factory.mktemp("village")) as found:
        yield found


@pytest.fixture
def village(built: Village) -> Village:
    """The village as if it were new."""
    built.forget()
    return built
