"""What people said leaves a node as a file, changes `link` and `enrich` at once, and comes into another node once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from skillspace.cli import enrich, link, review
from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.market.courses import Course, read_course, write_course
from skillspace.market.review.mappings import Mappings
from skillspace.market.review.said import Kind, said, say
from skillspace.market.review.words import Words, own_of
from skillspace.market.vacancies import Vacancy, read_vacancy, write_vacancy
from skillspace.node.settings import Settings
from skillspace.skills.corrections import Correction, read_corrections, write_correction
from skillspace.skills.taxonomy import MatchKind, Taxonomies
from skillspace.storage.database import Database
from skillspace.storage.migrating import migrate
from tests.nodes import make_node

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
Word = Callable[..., Correction]


@pytest.fixture
def home(starter_taxonomies: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with the starter pack."""
    monkeypatch.setenv("SKILLSPACE_HOME", str(starter_taxonomies.parent))
    return starter_taxonomies.parent


@pytest.fixture
def node(tmp_path: Path, home: Path) -> Settings:
    """A node of an invented school."""
    return make_node(tmp_path / "node", "Invented School", "authority", "school")


@pytest.fixture
def word(starter_taxonomies: Path) -> Word:
    """A word on a skill of the starter pack by its English name."""
    taxonomies = Taxonomies.open(starter_taxonomies)

    def make(text: str, label: str, *, is_right: bool = True, who: str = "reviewer-1") -> Correction:
        concept = taxonomies.search(label, "en", limit=1)[0].uri
        return Correction(
            text=text, language="en", scheme="esco", concept=concept, is_right=is_right, who=who, when=NOW
        )

    return make


def run(app: Any, *words: str | Path, lines: str = "") -> str:
    result = CliRunner().invoke(app, [str(it) for it in words], input=lines)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def written(folder: Path, *words: Correction) -> Path:
    file = folder / "corrections.jsonl"
    file.write_bytes(b"".join(map(write_correction, words)))
    return file


def test_words_leave_one_node_and_come_into_another_once_under_a_strangers_name(
    node: Settings, word: Word, tmp_path: Path
) -> None:
    database = Database.in_folder(node.folder)
    migrate(database)
    with database.writing() as work:
        say(work, word("baking", "bake goods"), kind=Kind.LINK, about="q-1")
        say(work, word("bread", "bake goods"), kind=Kind.MAPPING, about="urn:mine:1")
    file = tmp_path / "said.jsonl"
    file.write_text(run(review.app, "export", "--folder", node.folder), encoding="utf-8")
    (one,) = read_corrections(file.read_bytes().splitlines())
    assert one == word("baking", "bake goods")
    assert "1 of 1 are new" in run(review.app, "import", file, "--folder", node.folder)
    assert "0 of 1 are new" in run(review.app, "import", file, "--folder", node.folder)
    with database.reading() as work:
        ours, theirs = (it for _, it in said(work, kind=Kind.LINK))
    database.close()
    assert (ours.who, theirs.text, theirs.when) == ("reviewer-1", "baking", NOW)
    assert theirs.who.startswith("elsewhere-")


def test_a_broken_file_is_refused_whole(node: Settings, word: Word, tmp_path: Path) -> None:
    file = written(tmp_path, word("baking", "bake goods"))
    file.write_bytes(file.read_bytes() + b"{}\n")
    with pytest.raises(BadInput, match="line 2"):
        run(review.app, "import", file, "--folder", node.folder)
    assert run(review.app, "export", "--folder", node.folder) == ""
    with pytest.raises(UnreadableFile):
        run(review.app, "import", tmp_path / "nowhere", "--folder", node.folder)


def test_offers_are_written_out_in_the_organisations_words_and_what_nobody_mapped_is_named(
    node: Settings, starter_taxonomies: Path, tmp_path: Path
) -> None:
    shared = Taxonomies.open(starter_taxonomies)
    target = shared.search("use spreadsheets software", "en", limit=1)[0].uri
    database = Database.in_folder(node.folder)
    migrate(database)
    words = Words(node.folder, shared)
    own = own_of(name="mine", version="1", languages="en", kind="skill")
    draft = words.read(b"code,label\n1,sums in boxes\n2,nothing known\n", ".csv", own)
    with database.writing() as work:
        mappings = Mappings(words, lambda: None, lambda _: None)
        one = words.keep(work, draft, "esco")
        mappings.accept(work, one, "urn:mine:1", target, MatchKind.EXACT, account="account-1")
    database.close()
    needs = ("urn:mine:1", "urn:mine:2")
    job = Vacancy(
        id="1",
        title="Clerk",
        language="en",
        employer="Invented School",
        synthetic=True,
        source="did:web:x.example",
        skills=tuple((uri, True) for uri in needs),
    )
    file = tmp_path / "vacancies.jsonl"
    file.write_bytes(write_vacancy(job) + b"\n")
    result = CliRunner().invoke(review.app, ["words", str(file), "--folder", str(node.folder)])
    (line,) = result.stdout.splitlines()
    told = read_vacancy(line.encode())
    assert (told.skills, told.words) == (((target, True),), ((target, "sums in boxes"),))
    assert "urn:mine:2" in result.stderr
    course = Course(id="1", title="x", language="en", provider="p", synthetic=True, source="s", skills=(target,))
    file.write_bytes(write_course(course) + b"\n")
    read = read_course(run(review.app, "words", file, "--courses", "--folder", node.folder).encode())
    assert (read.skills, read.words) == ((target,), ((target, "sums in boxes"),))
    with pytest.raises(UnreadableFile, match="line 1"):
        run(review.app, "words", file, "--folder", node.folder)


@pytest.mark.usefixtures("home")
def test_link_puts_a_confirmed_concept_first_and_says_why(word: Word, tmp_path: Path) -> None:
    yes = word("Bake bread", "use spreadsheets software")
    asked = json.dumps({"id": 1, "text": "bake bread"})
    file = written(tmp_path, yes)
    plain = json.loads(run(link.app, "--scheme", "esco-skill", lines=asked))["candidates"]
    heard = json.loads(run(link.app, "--scheme", "esco-skill", "--corrections", file, lines=asked))["candidates"]
    assert plain[0]["concept"] != yes.concept
    assert heard[0]["concept"] == yes.concept
    assert heard[0]["reason"] == "confirmed by 1, last on 2026-11-22"
    assert len(heard) <= 10
    with pytest.raises(UnreadableFile):
        run(link.app, "--scheme", "esco-skill", "--corrections", tmp_path / "nowhere", lines=asked)


@pytest.mark.usefixtures("home")
def test_enrich_takes_out_what_was_refused_and_puts_in_what_was_confirmed(word: Word, tmp_path: Path) -> None:
    asked = json.dumps({"id": 1, "text": "You must be able to bake goods and use spreadsheets software."})
    right, wrong = word("bake goods", "prepare bakery products"), word("bake goods", "bake goods", is_right=False)
    file = written(tmp_path, right, wrong, word("bake goods", "bake goods", is_right=False, who="reviewer-2"))
    plain = json.loads(run(enrich.app, "--lang", "en", lines=asked))["mentions"]
    heard = json.loads(run(enrich.app, "--lang", "en", "--corrections", file, lines=asked))["mentions"]
    at = plain[0]["start"]
    assert wrong.concept in [one["concept"] for one in plain if one["start"] == at]
    assert {one["concept"]: one.get("reason", "") for one in heard if one["start"] == at}[right.concept] == (
        "confirmed by 1, last on 2026-11-22"
    )
    left = next((one["score"] for one in heard if one["concept"] == wrong.concept), 0.0)
    assert left < 0.3
    assert "people-" in heard[0]["version"]
    others = [[one["concept"] for one in found if one["start"] > at] for found in (plain, heard)]
    assert others[0] == others[1]
