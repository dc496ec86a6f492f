"""The documents say what the code is."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def test_the_map_names_every_room_in_its_own_words() -> None:
    spec = importlib.util.spec_from_file_location("make_map", ROOT / "tools" / "make_map.py")
    assert spec is not None
    assert spec.loader is not None
    make_map = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_map)
    assert (ROOT / "docs" / "map.md").read_text("utf-8") == make_map.written(), "run python tools/make_map.py"
    rooms = [(wing, *room) for wing in make_map.WINGS for room in make_map.rooms(make_map.HOUSE / wing)]
    assert [room for room in rooms if not room[2]] == [], "a room without an opening sentence"


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=lambda p: p.name
)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize(
    "word", [".".join(("pypi", "org")), "pythonhosted", "registry" + ".npmjs", "/".join(("", "root", "")), "file:///"]
)
def test_no_document_names_a_machine_or_a_registry(word: str) -> None:
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "requirements").iterdir()]
    assert [file.name for file in files if word in file.read_text("utf-8")] == []
