"""Compiling is all or nothing, and keeps what the draft said."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.skills.taxonomy import ConceptKind, Need, Taxonomies
from skillspace.skills.taxonomy.compile import compile_pack
from skillspace.skills.taxonomy.draft import LinkKind
from tests.unit.skills.taxonomy.small import COOK, ESCO, FRYING, HYGIENE, draft, small_esco


def test_a_crash_while_compiling_leaves_nothing_behind(tmp_path: Path) -> None:
    def crash(step: str, done: float) -> None:
        if step == "links":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compile_pack(small_esco(), tmp_path, crash)
    assert list((tmp_path / "taxonomies").iterdir()) == []
    assert Taxonomies.open(tmp_path).schemes == []


def test_a_crash_while_compiling_again_leaves_the_first_pack_in_use(tmp_path: Path) -> None:
    compile_pack(small_esco(), tmp_path)

    def crash(step: str, done: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compile_pack(small_esco(), tmp_path, crash)
    assert Taxonomies.open(tmp_path).label(COOK, "en") == "cook"


def test_a_node_keeps_reading_the_pack_it_opened_while_a_new_one_takes_its_place(tmp_path: Path) -> None:
    compile_pack(small_esco(), tmp_path)
    before = Taxonomies.open(tmp_path)
    changed = small_esco()
    changed.label(COOK, "sv", "kock", preferred=True)
    compile_pack(changed, tmp_path)
    assert before.label(COOK, "sv") == "cook"
    assert Taxonomies.open(tmp_path).label(COOK, "sv") == "kock"
    assert [place.name for place in (tmp_path / "taxonomies").iterdir()] == ["esco-1.1.1"]


def test_a_shortened_file_is_noticed_at_opening_and_named(tmp_path: Path) -> None:
    compile_pack(small_esco(), tmp_path)
    file = tmp_path / "taxonomies" / "esco-1.1.1" / "labels.text.npy"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(UnreadableFile, match=r"labels\.text\.npy"):
        Taxonomies.open(tmp_path)


@pytest.mark.parametrize("card", [b"", b"[]", b"{}", b"null", b'{"files": {"uris.text.npy": "x"}}', b"\xff\xfe"])
def test_a_damaged_card_is_named(tmp_path: Path, card: bytes) -> None:
    compile_pack(small_esco(), tmp_path)
    (tmp_path / "taxonomies" / "esco-1.1.1" / "pack.json").write_bytes(card)
    with pytest.raises(UnreadableFile, match=r"pack\.json|uris"):
        Taxonomies.open(tmp_path)


def test_rows_that_name_unknown_concepts_are_counted_and_left_out(tmp_path: Path) -> None:
    made = small_esco()
    made.need(COOK, f"{ESCO}skill/retired", Need.ESSENTIAL)
    made.link(LinkKind.BROADER, f"{ESCO}skill/retired", FRYING)
    made.label(f"{ESCO}skill/retired", "en", "retired skill")
    compile_pack(made, tmp_path)
    opened = Taxonomies.open(tmp_path)
    assert opened.unknown("esco") == {"needs": 1, "broader": 1, "labels": 1}
    assert {link.uri for link in opened.skills_of(COOK)} == {FRYING, HYGIENE}


def test_essential_outweighs_optional_when_a_source_says_both(tmp_path: Path) -> None:
    made = small_esco()
    made.need(COOK, FRYING, Need.ESSENTIAL)
    made.need(COOK, FRYING, Need.OPTIONAL)
    compile_pack(made, tmp_path)
    assert {link.need for link in Taxonomies.open(tmp_path).skills_of(COOK)} == {Need.ESSENTIAL}


def test_what_a_source_says_besides_names_and_links_is_kept_as_it_was_said(tmp_path: Path) -> None:
    made = small_esco()
    made.fact(COOK, "riasec", ["R", "E"])
    made.fact(COOK, "pay", {"low": 1, "year": None})
    made.fact(f"{ESCO}occupation/gone", "riasec", ["S"])
    compile_pack(made, tmp_path)
    opened = Taxonomies.open(tmp_path)
    assert opened.facts(COOK) == {"riasec": ["R", "E"], "pay": {"low": 1, "year": None}}
    assert opened.facts(FRYING) == {}
    assert opened.unknown("esco") == {"riasec": 1}


def test_a_concept_added_twice_is_refused() -> None:
    made = small_esco()
    with pytest.raises(BadInput, match="twice"):
        made.concept(COOK, ConceptKind.OCCUPATION)


def test_the_theme_is_the_top_group_below_the_roof(three_schemes: Taxonomies) -> None:
    assert three_schemes.theme(HYGIENE) == f"{ESCO}skill/S1"
    assert three_schemes.theme(f"{ESCO}skill/S1") == f"{ESCO}skill/S1"
    assert three_schemes.theme(COOK) == COOK


def test_a_circle_of_broader_concepts_ends(tmp_path: Path) -> None:
    made = draft("round")
    for name in "ab":
        made.concept(f"urn:round:{name}", ConceptKind.SKILL)
    made.link(LinkKind.BROADER, "urn:round:a", "urn:round:b")
    made.link(LinkKind.BROADER, "urn:round:b", "urn:round:a")
    compile_pack(made, tmp_path)
    assert Taxonomies.open(tmp_path).theme("urn:round:a") == "urn:round:a"


def test_an_empty_pack_compiles_and_answers_nothing(tmp_path: Path) -> None:
    compile_pack(draft("empty"), tmp_path)
    opened = Taxonomies.open(tmp_path)
    assert opened.search("anything", "en", scheme="empty") == []
    assert not opened.has("urn:empty:1")
