"""What enrich, link and translate share: Parquet and JSON Lines say the same, and no shard is answered twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from skillspace.cli import enrich, link, translate
from skillspace.engines import processes
from skillspace.kernel.errors import BadInput, Conflict, Unavailable, UnreadableFile
from tests.conftest import ROOT
from tests.questions import QUESTIONS, TEXTS, WORDS, answers, asked, lines, make_home

pa = pytest.importorskip("pyarrow", reason="needs the extra parquet")
pq = pytest.importorskip("pyarrow.parquet")

APPS: dict[str, typer.Typer] = {"enrich": enrich.app, "link": link.app, "translate": translate.app}
GROUP, COUNT = 6, 40  # seven shards


@pytest.fixture(scope="module")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("home"))


@pytest.fixture
def home(made_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SKILLSPACE_HOME", str(made_home))
    return made_home


def run(name: str, *words: object, lines: bytes = b"") -> str:
    result = CliRunner().invoke(APPS[name], [*WORDS[name][1:], *map(str, words)], input=lines)
    if result.exception is not None:
        raise result.exception
    return result.stdout + result.stderr


def write(file: Path, rows: list[dict[str, Any]], **more: Any) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), file, **{"row_group_size": GROUP, **more})
    return file


def read(file: Path) -> list[Any]:
    return [without_none(row) for row in pq.read_table(file).to_pylist()]


def told(said: list[bytes]) -> list[Any]:
    return [without_none(orjson.loads(line)) for line in said]


def without_none(said: Any) -> Any:
    """Return the same without the members that are not there."""
    if isinstance(said, dict):
        return {name: without_none(value) for name, value in said.items() if value is not None}
    return [without_none(one) for one in said] if isinstance(said, list) else said


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("name", QUESTIONS)
def test_parquet_says_what_json_lines_say(home: Path, tmp_path: Path, name: str, workers: int) -> None:
    source, out = write(tmp_path / "in.parquet", asked(name, COUNT)), tmp_path / "out.parquet"
    run(name, source, "--out", out, "--workers", workers)
    assert read(out) == told(answers(home, name, COUNT))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]


@pytest.mark.parametrize("name", QUESTIONS)
def test_either_end_may_be_json_lines(home: Path, tmp_path: Path, name: str) -> None:
    source, out = write(tmp_path / "in.parquet", asked(name, COUNT)), tmp_path / "out.jsonl"
    run(name, source, "--out", out)
    assert out.read_bytes() == b"".join(answers(home, name, COUNT))
    run(name, "--out", tmp_path / "out.parquet", lines=b"".join(lines(name, COUNT)))
    assert read(tmp_path / "out.parquet") == told(answers(home, name, COUNT))


def test_answers_are_nested_columns_with_the_ids_as_they_came(home: Path, tmp_path: Path) -> None:
    rows = [{"id": f"text {at}", "text": text} for at, text in enumerate(TEXTS)]
    run("enrich", write(tmp_path / "in.parquet", rows), "--out", tmp_path / "out.parquet")
    schema = pq.read_schema(tmp_path / "out.parquet")
    assert schema.field("id").type == pa.string()
    contract = ["start", "end", "concept", "kind", "score", "relation", "label"]
    assert [field.name for field in schema.field("mentions").type.value_type][: len(contract)] == contract
    assert [row["id"] for row in read(tmp_path / "out.parquet")] == [row["id"] for row in rows]


def test_a_folder_is_answered_file_by_file_and_what_stands_is_left_alone(home: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for part in ("a", "b"):
        write(tmp_path / "in" / f"{part}.parquet", asked("link", COUNT))
    run("link", tmp_path / "in", "--out", tmp_path / "out", "--workers", 2)
    assert read(tmp_path / "out" / "a.parquet") == read(tmp_path / "out" / "b.parquet")
    (tmp_path / "out" / "b.parquet").unlink()
    stood = (tmp_path / "out" / "a.parquet").stat().st_mtime_ns
    assert "7 of 14 shards were answered before" in run("link", tmp_path / "in", "--out", tmp_path / "out")
    assert (tmp_path / "out" / "a.parquet").stat().st_mtime_ns == stood
    assert read(tmp_path / "out" / "b.parquet") == told(answers(home, "link", COUNT))


def test_a_row_that_cannot_be_read_is_named_and_the_shards_before_it_are_kept(home: Path, tmp_path: Path) -> None:
    rows = asked("translate", COUNT)
    rows[20]["concept"] = " "
    source, out = write(tmp_path / "in.parquet", rows), tmp_path / "out.parquet"
    with pytest.raises(BadInput, match="line 21"):
        run("translate", source, "--out", out)
    assert not out.exists()
    assert sorted(part.name for part in (tmp_path / "out.parquet.parts").glob("*.parquet")) == [
        "000000-0000.parquet",
        "000001-0000.parquet",
        "000002-0000.parquet",
    ]


def test_an_empty_cell_is_named(home: Path, tmp_path: Path) -> None:
    rows = [*asked("link", 8), {"id": 8, "text": None}]
    with pytest.raises(BadInput, match=r"Row 9 of .* has no text"):
        run("link", write(tmp_path / "in.parquet", rows), "--out", tmp_path / "out.parquet")


def test_a_large_row_group_is_several_shards(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skillspace.cli.parquet_shards.SHARD", 130)  # in pieces of 64: 128 rows
    rows = asked("translate", 300)
    rows[290]["concept"] = " "
    source, out = write(tmp_path / "in.parquet", rows, row_group_size=300), tmp_path / "out.parquet"
    with pytest.raises(BadInput, match="line 291"):
        run("translate", source, "--out", out)
    parts = sorted((tmp_path / "out.parquet.parts").glob("*.parquet"))
    assert [part.name for part in parts] == ["000000-0000.parquet", "000000-0001.parquet"]
    assert [pq.read_metadata(part).num_rows for part in parts] == [128, 128]
    write(source, asked("translate", 300), row_group_size=300)
    run("translate", source, "--out", out)
    parts_gone = not (tmp_path / "out.parquet.parts").exists()
    assert parts_gone
    assert read(out) == told(answers(home, "translate", 300))


def test_answers_to_something_else_are_not_overwritten(home: Path, tmp_path: Path) -> None:
    source, out = write(tmp_path / "in.parquet", asked("link", 3)), tmp_path / "out.parquet"
    run("link", source, "--out", out)
    with pytest.raises(Conflict, match="take it away"):
        run("link", source, "--out", out, "--least", "0.9")
    write(source, asked("link", 4))
    with pytest.raises(Conflict, match="take it away"):
        run("link", source, "--out", out)


def test_a_killed_run_goes_on_where_it_was_and_says_the_same(home: Path, tmp_path: Path) -> None:
    rows = [{"id": at, "text": TEXTS[at % len(TEXTS)] + "\nfry food" * 100} for at in range(80)]
    source, out = write(tmp_path / "in.parquet", rows, row_group_size=10), tmp_path / "out.parquet"
    command = [sys.executable, "-m", "skillspace.cli", *WORDS["enrich"], str(source), "--out", str(out)]
    parts = tmp_path / "out.parquet.parts"
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, env=dict(os.environ)) as running:
        deadline = time.monotonic() + 60
        while len(list(parts.glob("*.parquet"))) < 2 and time.monotonic() < deadline and running.poll() is None:
            time.sleep(0.005)
        running.send_signal(signal.SIGKILL)
    stood = {part.name: part.stat().st_mtime_ns for part in parts.glob("*.parquet")}
    assert 2 <= len(stood) < 8
    assert not out.exists()
    assert f"{len(stood)} of 8 shards were answered before" in run("enrich", source, "--out", out)
    run("enrich", source, "--out", tmp_path / "whole.parquet")
    assert pq.read_table(out).equals(pq.read_table(tmp_path / "whole.parquet"))


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([{"id": 1}], "no column 'text'"),
        ([{"text": "x"}], "no column 'id'"),
        ([{"id": 1, "text": 2}], "holds int64, and not texts"),
        ([{"id": 1.5, "text": "x"}], "holds double; write whole numbers or texts"),
    ],
)
def test_a_column_that_does_not_fit_is_named(home: Path, tmp_path: Path, rows: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        run("link", write(tmp_path / "in.parquet", rows), "--out", tmp_path / "out.parquet")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300) | st.binary(max_size=300).map(lambda some: b"PAR1" + some + b"PAR1"))
def test_garbage_is_said_to_be_no_parquet(home: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "in.parquet").write_bytes(content)
    with pytest.raises(UnreadableFile, match="cannot be read as Parquet"):
        run("link", tmp_path / "in.parquet", "--out", tmp_path / "out.parquet")


def test_a_file_that_is_torn_is_said_to_be_so(home: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "in.parquet", asked("link", 500), row_group_size=500)
    whole = file.read_bytes()
    file.write_bytes(whole[:40] + os.urandom(400) + whole[440:])
    with pytest.raises(UnreadableFile, match="cannot be read"):
        run("link", file, "--out", tmp_path / "out.parquet")


def test_ids_of_two_kinds_do_not_fit_into_a_column(home: Path, tmp_path: Path) -> None:
    said = b'{"id": 1, "text": "x"}\n{"id": "b", "text": "x"}\n'
    with pytest.raises(BadInput, match="'b' is none"):
        run("link", "--out", tmp_path / "out.parquet", lines=said)
    assert list(tmp_path.iterdir()) == []


def test_nothing_asked_is_nothing_answered(home: Path, tmp_path: Path) -> None:
    empty = pa.table({"id": pa.array([], pa.int64()), "text": pa.array([], pa.string())})
    pq.write_table(empty, tmp_path / "in.parquet")
    run("link", tmp_path / "in.parquet", "--out", tmp_path / "out.parquet")
    run("link", "--out", tmp_path / "lines.parquet")
    assert read(tmp_path / "out.parquet") == read(tmp_path / "lines.parquet") == []


def test_a_table_in_sssom_is_no_parquet(home: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="SSSOM is text"):
        run("translate", write(tmp_path / "in.parquet", asked("translate", 2)), "--format", "sssom")


def test_where_pyarrow_is_missing_it_is_said_what_to_install(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("skillspace.cli.parquet", "skillspace.cli.parquet_shards"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Unavailable, match=r"pip install skillspace\[parquet\]"):
        run("link", tmp_path / "in.parquet")


def test_what_an_answer_says_beyond_its_usual_members_is_kept() -> None:
    parquet = import_module("skillspace.cli.parquet")  # pyarrow is an extra
    said = {"id": 1, "candidates": [{"concept": "c", "score": 0.5, "new": [1]}], "other": True}
    (row,) = parquet.encode(parquet.schema_of(QUESTIONS["link"], pa.int64()), [json.dumps(said).encode()]).to_pylist()
    assert json.loads(row["more"]) == {"other": True}
    assert json.loads(row["candidates"][0]["more"]) == {"new": [1]}


def test_the_engine_that_is_asked_for_answers(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for: list[int] = []

    def ray(begin: Any, pieces: Any, *, workers: int) -> Iterator[Any]:
        asked_for.append(workers)
        return processes.answers(begin, pieces, workers=1)

    monkeypatch.setattr("skillspace.engines.ray.answers", ray)
    for name in QUESTIONS:
        said = run(name, "--engine", "ray", "--workers", 3, lines=b"".join(lines(name, 5)))
        assert said.splitlines()[:5] == [line.decode().rstrip("\n") for line in answers(home, name, 5)]
    assert asked_for == [3, 3, 3]
