"""The page of formats says what the code does."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

from skillspace.records.formats import WritingFormat
from skillspace.records.formats.suite import check

ROOT = Path(__file__).resolve().parents[3]


def test_the_page_of_formats_is_written_from_the_formats() -> None:
    spec = importlib.util.spec_from_file_location("make_formats", ROOT / "tools" / "make_formats.py")
    assert spec is not None
    assert spec.loader is not None
    make_formats = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_formats)
    page = (ROOT / "docs" / "formats.md").read_text("utf-8")
    assert page == make_formats.written(), "run python tools/make_formats.py"


def test_the_format_that_the_page_shows_keeps_all_promises() -> None:
    page = (ROOT / "docs" / "formats.md").read_text("utf-8")
    (shown,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (sample,) = re.findall(r"check\(recipes\.format, b'(.*?)'\)", page)
    recipe = ModuleType("recipe")
    exec(shown, vars(recipe))  # noqa: S102 - our own page
    assert isinstance(recipe, WritingFormat)
    check(recipe, sample.encode())
