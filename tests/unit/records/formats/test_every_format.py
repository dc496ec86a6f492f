"""Every format passes the tests that are shipped for formats, and anybody's own may be held to them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, Refused, UnreadableFile
from skillspace.records import formats
from skillspace.records.formats import FORMATS, WritingFormat, named, read, read_all
from skillspace.records.formats.edge import Envelope, asserted
from skillspace.records.formats.files.tables import parse_table
from skillspace.records.formats.files.xml import as_bytes, parse_xml
from skillspace.records.formats.loss import unwritten
from skillspace.records.formats.suite import FULL, NOON, check, no_keys
from skillspace.records.life import Entry, EntryKind, Language, Link, Person
from skillspace.records.model import Record, RecordKind
from tests.unit.records.formats.samples import SAMPLES

WRITERS = [each for each in FORMATS if isinstance(each, WritingFormat)]
REFUSED = {"case"}


def test_every_file_that_is_a_format_is_found_in_the_folder_of_its_kind() -> None:
    folder = Path(str(formats.__file__)).parent
    files = [file.stem for file in folder.rglob("*.py") if "\nFORMAT = " in file.read_text("utf-8")]
    assert sorted(str(vars(each)["__name__"]).rpartition(".")[2] for each in FORMATS) == sorted(files)


def test_there_is_a_sample_of_every_format() -> None:
    assert set(SAMPLES) == {each.FORMAT for each in FORMATS}
    assert len({each.TITLE for each in FORMATS}) == len(FORMATS)


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - REFUSED))
def test_a_format_keeps_all_its_promises(name: str) -> None:
    check(named(name), SAMPLES[name])


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - REFUSED))
def test_a_sample_is_found_out_without_a_hint(name: str) -> None:
    records = read_all(SAMPLES[name], resolve_key=no_keys, at=NOON)
    assert records
    assert {record.format for record in records} == {name}


def test_a_framework_of_competences_is_recognised_and_refused_by_what_it_is() -> None:
    with pytest.raises(UnreadableFile, match=r"competency framework \(CASE\) of 1 items"):
        read(SAMPLES["case"], resolve_key=no_keys, at=NOON)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A third party's format, with one promise broken on demand."""

    broken: str = ""
    FORMAT: str = "recipe"
    TITLE: str = "A recipe"
    NEEDS_SIGNATURE: bool = True

    def recognises(self, document: object) -> bool:
        greedy = self.broken == "greedy" and isinstance(document, list)
        return greedy or (isinstance(document, Mapping) and isinstance(document.get("recipe"), str))

    def read(self, document: object, envelope: Envelope) -> Record:
        whole = document if isinstance(document, Mapping) else {}
        if self.broken == "crash" and "extra" not in whole:
            raise KeyError("extra")
        record = replace(FULL, id=envelope.name_of(None), title=str(whole.get("recipe")), format=self.FORMAT)
        record = replace(record, person=None, languages=(), entries=(), occupations=(), assertions=())
        return replace(record, assertions=(asserted(record, record.title),))

    def write_record(self, record: Record) -> bytes:
        title = record.title + "!" if self.broken == "growing" else record.title
        return json.dumps({"recipe": title, "extra": 1}).encode()


def test_a_third_partys_format_enters_by_the_same_door() -> None:
    check(Recipe(), b'{"recipe": "Rye bread", "extra": 1}')


@pytest.mark.parametrize(
    ("broken", "message"),
    [("greedy", "leaves .* alone"), ("growing", "second journey"), ("crash", "KeyError")],
)
def test_a_broken_promise_is_named(broken: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check(Recipe(broken=broken), b'{"recipe": "Rye bread", "extra": 1}')


_words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
_maybe = st.none() | _words
_days = st.none() | st.dates().map(str) | st.integers(1900, 2100).map(str) | st.just("2014-06")
_people = st.builds(Person, name=_words, headline=_maybe, summary=_maybe, city=_maybe, country=_maybe,
                    emails=st.lists(_words, max_size=2).map(tuple),
                    links=st.lists(st.builds(Link, url=_words, label=_maybe), max_size=2).map(tuple))  # fmt: skip
_entries = st.builds(Entry, kind=st.sampled_from(EntryKind), title=_words, organisation=_maybe, place=_maybe,
                     since=_days, until=_days, summary=_maybe, url=_maybe, field=_maybe, grade=_maybe,
                     is_ongoing=st.booleans(), highlights=st.lists(_words, max_size=2).map(tuple))  # fmt: skip
_languages = st.builds(Language, label=_words, code=st.sampled_from([None, "swe", "dan"]), is_native=st.booleans(),
                       level=st.sampled_from([None, "B1", "fluent"]))  # fmt: skip


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Records with any words in any places."""
    record = replace(
        FULL,
        kind=draw(st.sampled_from([RecordKind.PROFILE, RecordKind.TRANSCRIPT, RecordKind.BADGE])),
        title=draw(_words),
        issuer_name=draw(_words),
        issued=draw(st.none() | st.dates(min_value=NOON.date().replace(year=1970), max_value=NOON.date())),
        valid_until=None,
        person=draw(st.none() | _people),
        languages=tuple(draw(st.lists(_languages, max_size=2))),
        entries=tuple(draw(st.lists(_entries, max_size=3))),
        assertions=(),
    )
    told = st.tuples(_words, _maybe, _maybe, _maybe)
    skills = draw(st.lists(told, max_size=3))
    return replace(
        record,
        assertions=tuple(
            asserted(record, label, level=level, scheme="scale", group=group, concept=concept and f"urn:x:{concept}")
            for label, level, group, concept in skills
        ),
    )


@pytest.mark.parametrize("format_", WRITERS, ids=lambda each: each.FORMAT)
@settings(max_examples=40, deadline=None)
@given(record=records())
def test_any_record_survives_a_second_journey_as_it_survived_the_first(format_: WritingFormat, record: Record) -> None:
    try:
        written = format_.write_record(record)
    except BadInput:
        return
    (once,) = read_all(written, resolve_key=no_keys, at=NOON, hint=format_.FORMAT)
    (twice,) = read_all(format_.write_record(once), resolve_key=no_keys, at=NOON, hint=format_.FORMAT)
    assert unwritten(once, twice) == ()
    assert unwritten(twice, once) == ()


XML = ["elm2", "elmo", "europass", "europass_passport"]


@pytest.mark.parametrize("name", XML)
@settings(max_examples=80, deadline=None)
@given(
    place=st.integers(0, 500), words=st.text(st.characters(exclude_categories=["C"]), max_size=8), is_gone=st.booleans()
)
def test_one_element_changed_or_gone_is_read_or_bad_input(name: str, place: int, words: str, is_gone: bool) -> None:
    root = parse_xml(SAMPLES[name])
    elements = [element for element in root.iter() if element is not root]
    element = elements[place % len(elements)]
    if is_gone:
        element.getparent().remove(element)
    else:
        element.text = words
    with contextlib.suppress(BadInput, Refused):
        read_all(as_bytes(root), resolve_key=no_keys, at=NOON)


@pytest.mark.parametrize("name", ["moodle", "table"])
@settings(max_examples=80, deadline=None)
@given(place=st.integers(0, 500), words=st.text(max_size=8))
def test_one_value_of_a_table_changed_is_read_or_bad_input(name: str, place: int, words: str) -> None:
    table = parse_table(SAMPLES[name].decode())
    rows = [list(row) for row in (table.columns, *table.rows)]
    spots = [(row, column) for row in range(len(rows)) for column in range(len(table.columns))]
    row, column = spots[place % len(spots)]
    rows[row][column] = words
    with contextlib.suppress(BadInput):
        read_all("\n".join(",".join(row) for row in rows).encode(errors="replace"), resolve_key=no_keys, at=NOON)
