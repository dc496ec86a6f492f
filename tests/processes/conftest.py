"""One demo for all tests of this folder: seven processes on the starter pack, built once and shared by one worker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from skillspace.node.demo.building import build
from skillspace.node.demo.running import running
from skillspace.node.demo.space import read_space
from tests.processes.demo import Demo, free_ports

INHABITANTS = 200


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts processes: it is no part of the quick run."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.nodes)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, joined to one data space and settled: contracts made, feeds here, people connected and asked."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SKILLSPACE_DATA", str(tmp_path_factory.mktemp("empty") / "nothing"))
        space = read_space(tmp_path_factory.mktemp("demo"), free_ports(7))
        codes = build(space, lambda _what, _done: None, inhabitants=INHABITANTS)
    space.codes_file.write_text(json.dumps(codes), encoding="utf-8")
    with running(space, lambda _what, _done: None) as started:
        made = Demo(started)
        yield made
        for browser in made.browsers:
            browser.close()
