"""A taxonomy as a CASE package: what goes out comes back, and what does not is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from skillspace.cli.taxonomy import app
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.skills.taxonomy import ConceptKind, MatchKind, Own, Status, Taxonomies, add_pack
from skillspace.skills.taxonomy.as_case import Written, write_case

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ESCO = "http://data.europa.eu/esco/skill/bake"
TABLE = (
    "code,label:sv,label:en,alt:sv,kind,broader,exact,close,related,replaced_by,status,description\n"
    f"B,baka,bake,grädda|gräddning|baka av,skill,,{ESCO},,,,,Att baka.\n"
    "B1,baka bröd,bake bread,,skill,B,,http://example.org/bread,K,,,\n"
    "B2,baka limpa,,,skill,B,,,,B1,,\n"
    "B3,baka i ved,,,skill,B,,,,,retired,\n"
    "K,jäst,yeast,,knowledge,,,,,,,\n"
    "Y,bagare,baker,,occupation,,,,,,,\n"
)
#: What the standard asks of a package, in short: nothing besides, and every place by identifier, URI and title.
UUID = {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"}
TEXT = {"type": "string", "minLength": 1}
END = {"type": "object", "required": ["title", "identifier", "uri"], "additionalProperties": TEXT}
MOMENT, DAY = {"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}
TEXTS = {"type": "array", "items": TEXT}


def _closed(required: str, **members: object) -> dict[str, object]:
    return {"type": "object", "required": required.split(), "additionalProperties": False, "properties": members}


SCHEMA = _closed(
    "CFDocument CFItems CFAssociations",
    CFDocument=_closed(
        "identifier uri creator title lastChangeDateTime", identifier=UUID, uri=TEXT, creator=TEXT, title=TEXT,
        lastChangeDateTime=MOMENT, version=TEXT, language=TEXT, notes=TEXT,
    ),
    CFItems={"type": "array", "items": _closed(
        "identifier fullStatement uri lastChangeDateTime", identifier=UUID, fullStatement=TEXT, uri=TEXT,
        lastChangeDateTime=MOMENT, alternativeLabel=TEXT, abbreviatedStatement=TEXT, CFItemType=TEXT,
        humanCodingScheme=TEXT, listEnumeration=TEXT, notes=TEXT, language=TEXT, statusStartDate=DAY, statusEndDate=DAY,
        conceptKeywords=TEXTS, educationLevel=TEXTS, subject=TEXTS, CFItemTypeURI=END, conceptKeywordsURI=END,
        licenseURI=END, extensions={"type": "object"},
    )},
    CFAssociations={"type": "array", "items": _closed(
        "identifier associationType uri originNodeURI destinationNodeURI lastChangeDateTime", identifier=UUID,
        associationType={"enum": ["isChildOf", "isRelatedTo", "replacedBy", "exactMatchOf"]}, uri=TEXT,
        originNodeURI=END, destinationNodeURI=END, lastChangeDateTime=MOMENT,
    )},
)  # fmt: skip
CONFORMS = jsonschema_rs.validator_for(SCHEMA, validate_formats=True)


def added(home: Path, form: str, text: str, **own: Any) -> Taxonomies:
    file = home / f"mine.{form}"
    file.write_text(text, "utf-8")
    add_pack(str(file), home, None, own=Own(name="mine", **own))
    return Taxonomies.open(home)


def out_and_in(taxonomies: Taxonomies, home: Path, **options: Any) -> tuple[Written, Taxonomies]:
    """Write a taxonomy, hold it to the standard, and read it again."""
    written = write_case(taxonomies, "mine", at=NOON, **options)
    CONFORMS.validate(written.package)
    home.mkdir()
    return written, added(home, "json", json.dumps(written.package))


def test_a_table_goes_out_as_case_and_comes_back(tmp_path: Path) -> None:
    before = added(tmp_path, "csv", TABLE, languages=("sv", "en"))
    written, after = out_and_in(before, tmp_path / "again", language="sv")
    assert written.package["CFDocument"]["creator"] == before.schemes[0].statement
    bake = after.concept("mine:B")
    assert (bake.uri, bake.labels, bake.description) == ("urn:mine:B", {"sv": "baka"}, "Att baka.")
    assert bake.alternatives == {"sv": ("baka av", "grädda")}  # two of the three, by their letters
    assert [after.kind(f"mine:{code}") for code in "BKY"] == [
        ConceptKind.SKILL, ConceptKind.KNOWLEDGE, ConceptKind.OCCUPATION,
    ]  # fmt: skip
    assert after.narrower("mine:B") == before.narrower("mine:B")
    assert after.related("mine:B1") == ["urn:mine:K"]
    assert [(one.target, one.relation) for one in after.stated("mine:B")] == [(ESCO, MatchKind.EXACT)]
    assert [one.uri for one in after.current("mine:B2")] == ["urn:mine:B1"]
    assert [after.status(f"mine:{code}") for code in ("B2", "B3", "B")] == [
        Status.RETIRED, Status.RETIRED, Status.CURRENT,
    ]  # fmt: skip


def test_what_case_has_no_room_for_is_counted_with_examples(tmp_path: Path) -> None:
    before = added(tmp_path, "csv", TABLE, languages=("sv", "en"))
    lost = {one.what: (one.count, one.concepts) for one in write_case(before, "mine", at=NOON, language="sv").losses}
    assert lost == {
        "names in other languages": (4, ("urn:mine:B", "urn:mine:B1", "urn:mine:K")),
        "other names": (1, ("urn:mine:B",)),
        "close matches": (1, ("urn:mine:B1",)),
        "the day it ended (the day of writing stands there)": (1, ("urn:mine:B3",)),
    }
    in_english = {one.what: one.count for one in write_case(before, "mine", at=NOON, language="en").losses}
    assert in_english["other names"] == 3
    assert in_english["names in other languages"] == 4


def test_what_an_item_said_besides_is_said_again(tmp_path: Path) -> None:
    item = {
        "identifier": "edfce0e7-dbbf-40d5-af1a-baccabef85e9",
        "uri": "https://example.org/items/1",
        "fullStatement": "Understands ratios",
        "CFItemType": "Cluster",
        "educationLevel": ["06"],
        "conceptKeywords": ["ratio"],
        "listEnumeration": "d.",
        "lastChangeDateTime": "2017-05-25T18:05:33Z",
        "CFDocumentURI": {"uri": "https://example.org/frame"},
        "colour": "blue",
    }
    package = {
        "CFDocument": {"title": "Numbers", "creator": "A school"},
        "CFItems": [item],
        "CFRubrics": [{}],
        "CFDefinitions": {"CFConcepts": [{}, {}], "extensions": {}},
    }
    before = added(tmp_path, "json", json.dumps(package))
    assert before.unknown("mine") == {"members 'colour' of items": 1, "CFRubrics": 1, "CFConcepts": 2}
    assert before.schemes[0].statement == "Numbers, by A school"
    written, after = out_and_in(before, tmp_path / "again")
    (again,) = written.package["CFItems"]
    kept = {name: value for name, value in item.items() if name not in ("CFDocumentURI", "colour")}
    assert again == {**kept, "language": "en"}
    assert written.losses == ()
    assert write_case(after, "mine", at=NOON, creator=before.schemes[0].statement).package["CFItems"] == [again]


def test_what_is_not_there_cannot_be_written(tmp_path: Path) -> None:
    before = added(tmp_path, "csv", TABLE, languages=("sv", "en"))
    with pytest.raises(NotFound, match="'yours'"):
        write_case(before, "yours", at=NOON)
    with pytest.raises(BadInput, match="has no names in 'fi'"):
        write_case(before, "mine", at=NOON, language="fi")


def test_the_command_writes_a_package_and_tells_what_stayed_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKILLSPACE_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    added(tmp_path, "csv", TABLE, languages=("sv", "en"))
    out, loss = tmp_path / "frame.json", tmp_path / "loss.json"
    words = ["export", "mine", "--out", str(out), "--creator", "The bakers", "--loss", str(loss)]
    answer = CliRunner().invoke(app, words)
    assert answer.exception is None
    assert "names in other languages" in answer.stderr
    assert json.loads(out.read_bytes())["CFDocument"]["creator"] == "The bakers"
    assert {"what": "close matches", "count": 1, "concepts": ["urn:mine:B1"]} in json.loads(loss.read_bytes())["lost"]
    plain = CliRunner().invoke(app, ["export", "mine"])
    assert len(json.loads(plain.stdout)["CFItems"]) == 6


_words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)


@st.composite
def frameworks(draw: st.DrawFn) -> dict[str, Any]:
    """Packages of any few items, hanging under each other in any way that has no circle."""
    count = draw(st.integers(1, 5))
    items = []
    for number in range(count):
        others = draw(st.fixed_dictionaries({}, optional={
            "abbreviatedStatement": _words, "humanCodingScheme": st.just(f"c{number}"), "notes": _words,
            "CFItemType": st.sampled_from(["skill", "knowledge", "Cluster"]), "educationLevel": st.lists(_words),
            "statusEndDate": st.sampled_from(["2020-01-01", "2030-01-01"]),
        }))  # fmt: skip
        items.append({"uri": f"urn:x:{number}", "fullStatement": draw(_words), "language": "en", **others})

    def link(sort: str, source: int, target: int) -> dict[str, Any]:
        ends = ({"uri": f"urn:x:{number}"} for number in (source, target))
        return dict(zip(("associationType", "originNodeURI", "destinationNodeURI"), (sort, *ends), strict=True))

    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] > pair[1])
    sorts = st.sampled_from(["isChildOf", "isRelatedTo", "replacedBy"])
    links = draw(st.lists(st.tuples(sorts, pairs), max_size=5)) if count > 1 else []
    document = {"title": "Any", "creator": "Anybody", "lastChangeDateTime": "2026-01-01T00:00:00Z"}
    return {
        "CFDocument": document,
        "CFItems": items,
        "CFAssociations": [link(sort, *pair) for sort, pair in links],
    }


@settings(deadline=None, max_examples=40)  # each example compiles two packs
@given(frameworks())
def test_a_second_journey_changes_nothing(framework: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        home = Path(folder)
        once, after = out_and_in(added(home, "json", json.dumps(framework)), home / "1")
        twice, _ = out_and_in(after, home / "2")
        assert twice.package == once.package
        assert set(twice.losses) <= set(once.losses)


@pytest.mark.data
@pytest.mark.parametrize("items", [14, 16])
def test_real_frameworks_come_back_whole(tmp_path: Path, real_data: Path, items: int) -> None:
    files = [file.read_text("utf-8") for file in (real_data / "records" / "case_frameworks").glob("*.json")]
    before = added(tmp_path, "json", next(file for file in files if len(json.loads(file)["CFItems"]) == items))
    (tmp_path / "again").mkdir()
    written = write_case(before, "mine", at=NOON)
    after = added(tmp_path / "again", "json", json.dumps(written.package))
    assert len(after.concepts(scheme="mine")) == items
    assert written.losses == ()
    for uri in before.concepts(scheme="mine"):
        assert after.concept(uri) == before.concept(uri)
        assert after.broader(uri) == before.broader(uri)
        assert [one.target for one in after.stated(uri)] == [one.target for one in before.stated(uri)]
