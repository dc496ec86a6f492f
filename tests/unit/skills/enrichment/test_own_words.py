"""A taxonomy of one's own reads texts as ESCO does: as written, in other forms, and by meaning."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from skillspace.kernel.errors import BadInput
from skillspace.skills.answering import Answers, Enrich
from skillspace.skills.taxonomy import Own, Taxonomies, add_pack

TABLE = "code,label:en,alt:en\nA1,snake charming,taming snakes\nA2,asking tables,\n"
TEXT = {"id": 1, "text": "Experience with snake charming is required. You will ask tables for numbers."}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "mine.csv").write_text(TABLE, encoding="utf-8")
    add_pack(str(folder / "mine.csv"), folder, None, own=Own(name="mine", version="1", languages=("en",)))
    return folder


def concepts(home: Path, **how: bool) -> list[str]:
    answer = Answers(home, Taxonomies.open(home)).to(Enrich(scheme="mine", language="en", **how))
    return [one["concept"] for one in orjson.loads(answer(orjson.dumps(TEXT), 1))["mentions"]]


def test_own_words_are_found_by_their_codes(home: Path) -> None:
    assert concepts(home, gazetteer_only=True) == ["A1"]
    assert concepts(home) == ["A1", "A2"]


def test_a_taxonomy_that_is_not_there_is_named_with_those_that_are(home: Path) -> None:
    with pytest.raises(BadInput, match=r"'theirs'; there is mine\."):
        Answers(home).to(Enrich(scheme="theirs"))
