"""SSSOM: what is written reads back the same, and what is out of form is refused with its line."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.skills.taxonomy import MatchKind
from skillspace.skills.translation.sssom import (
    SLOTS,
    MappingSet,
    Row,
    parse_mapping_set,
    read_mapping_set,
    write_mapping_set,
)

PREFIXES = {"a": "https://a.example/", "b": "urn:b:"}
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
LOCAL = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_./:-]{0,12}", fullmatch=True)
URI = st.builds(str.__add__, st.sampled_from(sorted(PREFIXES.values())), LOCAL)
ROW = st.builds(
    Row,
    subject=URI,
    predicate=st.sampled_from([f"http://www.w3.org/2004/02/skos/core#{kind.value}Match" for kind in MatchKind]),
    object=URI,
    justification=st.just("https://w3id.org/semapv/vocab/ManualMappingCuration"),
    confidence=st.none() | st.floats(0, 1),
    slots=st.dictionaries(st.sampled_from(SLOTS), TEXT | st.sampled_from(['"', "a\tb", "two\nlines", "#1"])),
)
METADATA = st.dictionaries(
    st.sampled_from(["mapping_set_id", "license", "mapping_set_title", "comment", "creator_id", "other"]),
    TEXT | st.lists(TEXT, min_size=1, max_size=3).map(tuple),
)
HEAD = "#curie_map:\n#  a: https://a.example/\n"
COLUMNS = "subject_id\tpredicate_id\tobject_id\tmapping_justification"
LINE = "a:1\tskos:exactMatch\ta:2\tsemapv:ManualMappingCuration"


@given(st.lists(ROW, max_size=5), METADATA)
def test_what_is_written_reads_back_the_same(rows: list[Row], metadata: dict[str, str | tuple[str, ...]]) -> None:
    mappings = MappingSet(prefixes=PREFIXES, metadata=metadata, rows=tuple(rows))
    assert parse_mapping_set(write_mapping_set(mappings)) == mappings


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_garbage_is_bad_input_and_nothing_else(text: str) -> None:
    for attempt in (text, f"{HEAD}{text}", f"{HEAD}{COLUMNS}\n{text}", f"#{text}\n{COLUMNS}\n{LINE}"):
        with suppress(BadInput):
            parse_mapping_set(attempt)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{HEAD}{COLUMNS}\na:1\tskos:exactMatch\tc:2\tsemapv:X", "line 4: the prefix 'c'"),
        (f"{HEAD}{COLUMNS}\na:1\tskos:exactMatch\thttps://a.example/2\tsemapv:X", "line 4: object_id"),
        (f"{HEAD}{COLUMNS}\na:1\tskos:exactMatch", "line 4: 2 cells where the header has 4"),
        (f"{HEAD}{COLUMNS}\tconfidence\n{LINE}\t2", "line 4: the confidence '2'"),
        (f"{HEAD}{COLUMNS}\tconfidence\n{LINE}\tnan", "line 4: the confidence 'nan'"),
        (f"{HEAD}subject_id\tobject_id\n", "line 3: the column 'predicate_id' is missing"),
        (f"{HEAD}{COLUMNS}\tsubject_id\n", "line 3: the column 'subject_id' is there twice"),
        ("#license: !tag x\n" + COLUMNS, "line 1: '!tag x' uses YAML"),
        ("#license: x\n#license: y\n" + COLUMNS, "line 2: 'license' is there twice"),
        ("#a:\n#  b: c\n" + COLUMNS, "line 2: nested values"),
        ("#curie_map:\n#  skos: https://elsewhere.example/\n" + COLUMNS, "'skos' is built in"),
        ("\ufeff" + COLUMNS, "byte order mark"),
    ],
)
def test_what_is_out_of_form_is_refused_with_its_line(text: str, why: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        parse_mapping_set(text)
    assert why in refused.value.message


def test_what_the_set_says_once_holds_for_every_mapping_unless_one_says_otherwise() -> None:
    once = parse_mapping_set(f"{HEAD}#mapping_provider: https://p.example\n{COLUMNS}\n{LINE}\n{LINE}\n")
    assert [one.author for one, _ in once.statements()] == ["https://p.example"] * 2
    own = f"{HEAD}#mapping_provider: https://p.example\n{COLUMNS}\tmapping_provider\n{LINE}\t\n{LINE}\thttps://q.example\n"
    assert [row.slots.get("mapping_provider") for row in parse_mapping_set(own).rows] == [None, "https://q.example"]


def test_what_is_no_skos_relation_is_kept_and_is_no_statement() -> None:
    lines = (
        "a:1\towl:differentFrom\ta:2\tsemapv:X\t",
        "a:1\tskos:exactMatch\ta:3\tsemapv:X\tNot",
        "a:1\tskos:exactMatch\tsssom:NoTermFound\tsemapv:X\t",
        "a:1\tskos:narrowMatch\ta:4\tsemapv:X\t",
    )
    found = parse_mapping_set(f"{HEAD}{COLUMNS}\tpredicate_modifier\n" + "\n".join(lines))
    assert len(found.rows) == 4
    assert [(one.target, one.relation) for one, _ in found.statements()] == [("https://a.example/4", MatchKind.NARROW)]


def test_a_single_value_may_stand_for_a_list_and_comments_are_passed_over() -> None:
    head = '# curie_map:\n#   a: https://a.example/\n# # a remark\n# creator_id: x # who\n# see_also: ["y", "z"]\n'
    found = parse_mapping_set(f"{head}{COLUMNS}\n{LINE}")
    assert found.metadata == {"creator_id": "x", "see_also": ("y", "z")}


def test_a_file_that_is_not_there_or_not_utf8_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="absent"):
        read_mapping_set(tmp_path / "absent.tsv")
    (tmp_path / "old.tsv").write_bytes(b"#\xe9")
    with pytest.raises(UnreadableFile, match="not UTF-8"):
        read_mapping_set(tmp_path / "old.tsv")
