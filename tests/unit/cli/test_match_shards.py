"""An index shared out over workers, and offers read by several: the same answers and the same index as by one."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.cli.match_shards import put_together
from tests.unit.cli.test_match_commands import home, offers, people, skillspace

__all__ = ["home", "offers"]
needs_ray = pytest.mark.skipif(not importlib.util.find_spec("ray"), reason="needs the extras of tests")
TEXT = "you keep the books of a small firm; accounting and invoices. Your head for numbers helps."


@pytest.fixture(scope="module")
def shared_out(home: Path, offers: Path) -> Path:
    said = skillspace(home, "index", "build", str(offers), "--index", str(home / "shards"), "--shards", "3")
    assert said.returncode == 0, said.stderr
    return home / "shards"


@pytest.fixture(scope="module")
def alone(home: Path, offers: Path) -> str:
    """What one worker answers from an index in one part."""
    folder = str(home / "one")
    assert skillspace(home, "index", "build", str(offers), "--index", folder).returncode == 0
    said = skillspace(home, "match", "--index", folder, "--batch", str(people(home)))
    assert said.returncode == 0, said.stderr
    return said.stdout


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_workers_with_a_share_each_answer_as_one_with_all(
    home: Path, shared_out: Path, alone: str, workers: int
) -> None:
    words = ("--batch", str(people(home)), "--by-shard", "--workers", str(workers))
    said = skillspace(home, "match", "--index", str(shared_out), *words)
    assert said.returncode == 0, said.stderr
    assert said.stdout == alone


@needs_ray
@pytest.mark.slow
def test_workers_of_ray_with_a_share_each_answer_as_one_with_all(home: Path, shared_out: Path, alone: str) -> None:
    words = ("--batch", str(people(home)), "--by-shard", "--workers", "2", "--engine", "ray")
    said = skillspace(home, "match", "--index", str(shared_out), *words)
    assert said.returncode == 0, said.stderr
    assert said.stdout == alone


def test_a_line_that_is_wrong_is_named_after_what_came_before_it_was_answered(
    home: Path, shared_out: Path, alone: str
) -> None:
    broken = home / "broken.jsonl"
    broken.write_text(people(home).read_text().splitlines()[0] + '\n{"id": "wrong", "skills": 1}\n')
    said = skillspace(home, "match", "--index", str(shared_out), "--batch", str(broken), "--by-shard", "--workers", "2")
    assert said.returncode != 0
    assert "Line 2" in said.stderr
    assert said.stdout == alone.splitlines(keepends=True)[0]


@pytest.mark.parametrize("words", [("--kind", "training"), ("--kind", "move"), ("--more", "1")])
def test_shares_answer_which_jobs_fit_and_nothing_else(home: Path, shared_out: Path, words: tuple[str, ...]) -> None:
    words = ("--batch", str(people(home)), "--by-shard", "--workers", "2", *words)
    said = skillspace(home, "match", "--index", str(shared_out), *words)
    assert said.returncode != 0
    assert "Shares of an index" in said.stderr


def test_offers_read_by_two_workers_make_the_index_that_one_makes(home: Path) -> None:
    told = home / "told.jsonl"
    lines = [{"id": f"told-{at:04d}", "title": "Accountant", "text": f"{TEXT} {at}"} for at in range(600)]
    told.write_text("".join(json.dumps(one) + "\n" for one in lines))
    for workers in ("1", "2"):
        folder = str(home / f"by-{workers}")
        said = skillspace(home, "index", "build", str(told), "--index", folder, "--workers", workers)
        assert said.returncode == 0, said.stderr
    one, two = (next((home / f"by-{workers}").glob("part-*")) for workers in ("1", "2"))
    names = sorted(path.name for path in one.glob("*.npy"))
    assert names == sorted(path.name for path in two.glob("*.npy"))
    for name in names:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


scores = st.sampled_from([0.25, 0.5, 0.500001, 1.0])


@given(found=st.dictionaries(st.text(max_size=2), scores, max_size=9), shares=st.integers(1, 4), k=st.integers(1, 9))
def test_what_shares_found_is_put_in_the_order_of_the_whole(found: dict[str, float], shares: int, k: int) -> None:
    def answer(chosen: Callable[[int], bool]) -> bytes:
        matches = [{"offer": name, "score": score} for at, (name, score) in enumerate(found.items()) if chosen(at)]
        matches.sort(key=lambda match: (-float(match["score"]), str(match["offer"]).encode()))
        return json.dumps({"id": 1, "matches": matches[:k], "note": "said"}, ensure_ascii=False).encode()

    apart = [answer(lambda at, share=share: at % shares == share) for share in range(shares)]  # type: ignore[misc]
    assert json.loads(put_together(apart, k)) == json.loads(answer(lambda _: True))
