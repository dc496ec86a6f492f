"""The runner of measurements: what it finds, what it writes, and when it says that a limit is missed."""

from __future__ import annotations

import importlib
import json
import socket
from pathlib import Path

import pytest
from rich.console import Console

from bench import run
from bench.figures import Figure, figure, is_missed, timed


class Room:
    """Stands where a measuring module stands."""

    def __init__(self, *figures: Figure) -> None:
        self._figures = list(figures)

    def run(self, tell: object) -> list[Figure]:
        """Return the figures given."""
        assert callable(tell)
        tell("measuring")
        return self._figures


@pytest.mark.parametrize(
    ("value", "unit", "limit", "missed"),
    [
        (29.9, "ms", 30, False),
        (30.1, "ms", 30, True),
        (0.89, "share", 0.9, True),
        (0.95, "share", 0.9, False),
        (10, "1/s", 100, True),
        (9e9, "ms", None, False),
    ],
)
def test_a_limit_is_the_most_or_where_more_is_better_the_least(
    value: float, unit: str, limit: float | None, missed: bool
) -> None:
    assert is_missed(figure("some", value, unit, limit=limit)) is missed


def test_every_room_here_measures_and_what_serves_them_is_no_room() -> None:
    assert run.rooms() == [
        "alerts",
        "careers",
        "connector",
        "consent",
        "corrections",
        "demo",
        "enrichment_accuracy",
        "enrichment_languages",
        "enrichment_scores",
        "matching",
        "matching_fairness",
        "matching_growth",
        "matching_quality",
        "planning",
        "proofs",
        "records",
        "skills",
        "skills_accuracy",
        "skills_scaling",
        "taxonomy",
        "teams",
        "translation",
    ]


@pytest.mark.parametrize("room", run.rooms())
def test_every_room_opens(room: str) -> None:
    assert callable(importlib.import_module(f"bench.{room}").run)


@pytest.mark.parametrize(("value", "code"), [(1.0, 0), (3.0, 1)])
def test_figures_are_written_with_machine_and_commit_and_a_missed_limit_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: float, code: int
) -> None:
    room = Room(figure("wait_s", value, "s", "no wait", 0.12345, 2, {"rounds": 3}))
    monkeypatch.setattr(run.importlib, "import_module", lambda _: room)
    assert run.measure(["demo"], Console(quiet=True), tmp_path) == code
    written = json.loads((tmp_path / "demo.json").read_text("utf-8"))
    assert written["figures"] == [
        {
            "name": "wait_s",
            "value": value,
            "unit": "s",
            "peer": "no wait",
            "peer_value": 0.1235,
            "limit": 2,
            "more": {"rounds": 3},
        }
    ]
    assert set(written["machine"]) == {"cpu", "cores", "memory_gb", "python", "load_before"}
    assert "commit" in written


def test_what_is_written_names_neither_the_machine_nor_its_folders(tmp_path: Path) -> None:
    text = run.write("some", [figure("one", 1, "s")], tmp_path, run.machine()).read_text("utf-8")
    assert socket.gethostname() not in text
    assert str(tmp_path) not in text


def test_without_the_real_data_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.importlib, "import_module", lambda _: Room())
    assert run.measure(["skills"], Console(quiet=True), tmp_path) == 0
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_room_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main("nothing") == 2
    said = " ".join(capsys.readouterr().out.split())
    assert f"nothing; there are {', '.join(run.rooms())}." in said


def test_the_first_call_is_not_timed() -> None:
    seen: list[object] = []
    assert len(timed(seen.append, [1, 2])) == 2
    assert seen == [1, 1, 2]
