"""Columns give back what was written, and find what is sorted."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.taxonomy.columns import Links, Strings, load, save

TEXTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=12), max_size=12)


@settings(deadline=None)  # the first run maps files
@given(TEXTS)
def test_a_column_of_text_gives_back_what_was_written(texts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        Strings.write(Path(folder), "column", texts)
        column = Strings.open(Path(folder), "column")
        assert list(column) == texts
        assert column[1:] == texts[1:]


@settings(deadline=None)  # the first run maps files
@given(TEXTS, st.text(max_size=4))
def test_a_sorted_column_finds_every_text_it_has_and_no_other(texts: list[str], other: str) -> None:
    known = sorted(set(texts))
    with TemporaryDirectory() as folder:
        Strings.write(Path(folder), "column", known)
        column = Strings.open(Path(folder), "column")
        assert [column.find(text) for text in known] == list(range(len(known)))
        if other not in known:
            assert column.find(other) is None


@settings(deadline=None)  # the first run maps files
@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(0, 65535)))
def test_links_come_back_with_their_marks_smallest_first(links: dict[tuple[int, int], int]) -> None:
    triples = np.array([(*ends, mark) for ends, mark in links.items()], np.int64).reshape(-1, 3)
    with TemporaryDirectory() as folder:
        Links.write(Path(folder), "links", 5, triples)
        opened = Links.open(Path(folder), "links")
        for row in range(5):
            expected = [(mark, target) for (source, target), mark in links.items() if source == row]
            assert [(mark, target) for target, mark in opened.of(row)] == sorted(expected)


def test_a_damaged_column_is_named(tmp_path: Path) -> None:
    save(tmp_path, "kinds", np.arange(100))
    (tmp_path / "kinds.npy").write_bytes((tmp_path / "kinds.npy").read_bytes()[:60])
    with pytest.raises(UnreadableFile, match=r"kinds\.npy"):
        load(tmp_path, "kinds")
