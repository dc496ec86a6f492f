"""Ray answers as one process does, line by line; it listens on this machine alone, and leaves nothing running."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from skillspace.cli.json_lines import batches, begin
from skillspace.engines import processes, ray
from skillspace.kernel.errors import Unavailable
from tests.conftest import ROOT
from tests.questions import QUESTIONS, answers, lines

COUNT = 60
needs_ray = pytest.mark.skipif(
    not (importlib.util.find_spec("ray") and importlib.util.find_spec("pyarrow")), reason="needs the extras of tests"
)


@pytest.fixture(scope="module")
def said(home: Path) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    command = [sys.executable, "-m", "tests.unit.engines.with_ray", str(home), str(COUNT)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@needs_ray
@pytest.mark.slow
@pytest.mark.parametrize("name", QUESTIONS)
def test_ray_processes_and_one_process_answer_the_same_lines_in_the_same_order(
    said: dict[str, Any], home: Path, name: str
) -> None:
    alone = b"".join(answers(home, name, COUNT))

    def opened() -> Any:
        return begin(home, QUESTIONS[name], b"".join)

    pool = b"".join(found for found, _, _ in processes.answers(opened, batches(lines(name, COUNT), 7), workers=2))
    assert said[name]["lines"].encode() == alone == pool
    assert said[name]["count"] == COUNT


@needs_ray
@pytest.mark.slow
@pytest.mark.parametrize("name", QUESTIONS)
def test_rows_of_parquet_from_ray_hold_what_the_lines_say(said: dict[str, Any], home: Path, name: str) -> None:
    assert [without_none(row) for row in said[name]["parquet"]] == [
        without_none(orjson.loads(line)) for line in answers(home, name, COUNT)
    ]


@needs_ray
@pytest.mark.slow
def test_a_ray_of_our_own_is_heard_on_this_machine_alone_and_leaves_nothing_running(said: dict[str, Any]) -> None:
    assert said["listeners"] > 3
    assert said["abroad"] == []
    assert said["left"] == []


@needs_ray
@pytest.mark.slow
def test_a_fault_of_ours_comes_back_from_ray_as_itself(said: dict[str, Any]) -> None:
    assert said["fault"] == "nothing in it"


def test_where_ray_is_missing_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    with pytest.raises(Unavailable, match=r"pip install skillspace\[ray\]"):
        next(iter(ray.answers(dict, [1], workers=1)))


def without_none(said: Any) -> Any:
    """Return the same without the members that are not there."""
    if isinstance(said, dict):
        return {name: without_none(value) for name, value in said.items() if value is not None}
    return [without_none(one) for one in said] if isinstance(said, list) else said
