"""Stored data carried from one edition to the next: kept, replaced with a reason, or lost and said so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from skillspace.cli.taxonomy import app
from skillspace.kernel.errors import BadInput
from skillspace.skills.taxonomy import Ground, Taxonomies
from skillspace.skills.taxonomy.compile import compile_pack
from skillspace.skills.taxonomy.migration import SURE, Migration, Outcome, migrate, summary
from tests.unit.skills.taxonomy.small import COOK, ESCO
from tests.unit.skills.taxonomy.test_editions import GONE, GRILLER, SMOKER, newer, older


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("two-editions")
    compile_pack(older(), made)
    compile_pack(newer(), made)
    return made


@pytest.fixture(scope="module")
def way(home: Path) -> Migration:
    editions = Taxonomies.open(home).editions
    return Migration(editions.named("esco-1.0"), editions.named("esco-1.1.1"))


def test_each_concept_is_kept_replaced_or_lost_with_its_reason(way: Migration) -> None:
    outcomes = {uri: way.carry(uri) for uri in (COOK, GRILLER, SMOKER, GONE, "urn:x:y")}
    assert [one.outcome.value for one in outcomes.values()] == ["kept", "replaced", "lost", "lost", "lost"]
    assert outcomes[GRILLER].target == COOK
    assert "griller" in outcomes[GRILLER].reason
    assert outcomes[SMOKER].candidates == (COOK,)
    assert outcomes[SMOKER].target == SMOKER
    assert "neither" in outcomes["urn:x:y"].reason


def test_a_hint_carries_only_when_it_is_accepted(home: Path) -> None:
    editions = Taxonomies.open(home).editions
    grounds = SURE | {Ground.OTHER_NAME}
    way = Migration(editions.named("esco-1.0"), editions.named("esco-1.1.1"), grounds=grounds)
    assert way.carry(SMOKER).target == COOK


def test_concepts_are_found_at_any_depth_and_nothing_else_is_touched(way: Migration) -> None:
    document = {"concept": GRILLER, "more": [{"concept": [COOK, GRILLER], "text": GRILLER}], "concepts": GRILLER}
    written, carried = migrate(document, "concept", way)
    assert written == {"concept": COOK, "more": [{"concept": [COOK, COOK], "text": GRILLER}], "concepts": GRILLER}
    assert summary(carried) == {"kept": 1, "replaced": 2, "lost": 0}
    assert document["concept"] == GRILLER


@pytest.mark.parametrize("value", [3, True, {"uri": GRILLER}, [[3]], 1.5])
def test_a_field_that_holds_no_concept_is_refused(way: Migration, value: object) -> None:
    with pytest.raises(BadInput, match="must hold a concept"):
        migrate({"concept": value}, "concept", way)


def test_a_document_nested_without_end_is_refused(way: Migration) -> None:
    document: object = GRILLER
    for _ in range(300):
        document = [document]
    with pytest.raises(BadInput, match="nested"):
        migrate(document, "concept", way)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_a_document_without_the_field_comes_back_as_it_was(way: Migration, document: object) -> None:
    written, carried = migrate(document, "a field nobody has", way)
    assert (written, carried) == (document, [])


@given(st.lists(st.sampled_from([COOK, GRILLER, SMOKER, GONE]) | st.text()))
def test_migrating_twice_changes_nothing_more(way: Migration, concepts: list[str]) -> None:
    once, carried = migrate({"concept": concepts}, "concept", way)
    again, _ = migrate(once, "concept", way)
    assert again == once
    assert all(one.target == one.concept for one in carried if one.outcome is not Outcome.REPLACED)


def run(home: Path, monkeypatch: pytest.MonkeyPatch, *words: str, given: str = "") -> Result:
    monkeypatch.setenv("SKILLSPACE_HOME", str(home))
    result = CliRunner().invoke(app, list(words), input=given)
    if result.exception is not None:
        raise result.exception
    return result


def test_the_command_writes_lines_and_accounts_for_every_concept(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = "".join(json.dumps({"id": uri, "concept": uri}) + "\n" for uri in (COOK, GRILLER, GONE))
    words = "migrate", "--from", "esco-1.0", "--to", "esco-1.1.1", "--report", str(tmp_path / "report")
    result = run(home, monkeypatch, *words, given=lines)
    first, second, third = (json.loads(line) for line in result.stdout.splitlines())
    assert first == {"id": COOK, "concept": COOK}
    assert second["concept"] == COOK
    assert second["migrated"][0]["from"] == GRILLER
    assert third["concept"] == GONE
    assert third["migrated"][0]["outcome"] == "lost"
    assert "1 kept, 1 replaced, 1 lost" in result.stderr
    assert len((tmp_path / "report").read_text("utf-8").splitlines()) == 3


def test_the_command_carries_a_whole_document(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "profile.json"
    file.write_text(json.dumps({"skills": [{"uri": GRILLER}]}), "utf-8")
    words = "migrate", str(file), "--from", "esco-1.0", "--to", "esco-1.1.1", "--field", "uri", "--document"
    assert json.loads(run(home, monkeypatch, *words).stdout) == {"skills": [{"uri": COOK}]}


@pytest.mark.parametrize(("line", "said"), [("{", "line 2 is not JSON"), ('{"concept": 3}', "line 2: 'concept'")])
def test_a_bad_line_is_named(home: Path, monkeypatch: pytest.MonkeyPatch, line: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        run(home, monkeypatch, "migrate", "--from", "esco-1.0", "--to", "esco-1.1.1", given=f"{{}}\n{line}\n")


def test_the_diff_command_writes_a_table_json_and_csv(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    table = run(home, monkeypatch, "diff", "esco-1.0", "esco-1.1.1").stdout
    assert "griller" in table
    found = json.loads(run(home, monkeypatch, "diff", "esco-1.0", "esco-1.1.1", "--format", "json").stdout)
    assert found["counts"]["retired"] == 3
    assert found["counts"]["retired with a replacement"] == 2
    lines = run(home, monkeypatch, "diff", "esco-1.0", "esco-1.1.1", "--format", "csv").stdout.splitlines()
    assert lines[0] == "change,concept,name,what,before,after"
    assert f"retired,{GRILLER},griller,name,,{ESCO}occupation/cook" in lines
