"""Whatever a record says is in what is written of it, or the loss report names it: looked for in the bytes themselves,
for every place of a record and every format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.records.formats import FORMATS, WritingFormat, read_all
from skillspace.records.formats.loss import unwritten
from skillspace.records.formats.suite import FULL, NOON, no_keys
from skillspace.records.life import Person
from skillspace.records.model import Record

WRITERS = [each for each in FORMATS if isinstance(each, WritingFormat)]
#: What is no word of its own: terms of lists, days, and how the record came to us.
CODED = {
    "kind", "issued", "valid_until", "proof", "media_type", "format", "standing", "validation", "since", "until",
    "birth", "country", "nationality", "phones", "code", "workload", "level", "mode", "credits", "credit_scheme",
    "level_scheme", "language", "listening", "reading", "interaction", "production", "writing", "evidence",
}  # fmt: skip
ADDRESSES = {"id", "issuer", "subject", "concept", "occupation", "occupations", "url"}


def marked(value: object, numbers: Iterator[int], name: str = "") -> object:
    """The record with a word of its own in every place that holds words."""
    if name in CODED:
        return value
    if isinstance(value, dict):
        return {inner: marked(each, numbers, inner) for inner, each in value.items()}
    if isinstance(value, list):
        return [marked(each, numbers, name) for each in value]
    if not isinstance(value, str):
        return value
    word = f"word{next(numbers)}end"
    if name == "emails":
        return f"{word}@example.org"
    return f"https://{word}.example/" if name in ADDRESSES else word


def places(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every marked word with the place where it stands; an entry's place is told by its kind."""
    if isinstance(value, dict):
        inner = f"{path}.{value['kind']}" if path.endswith(("entries", "parts")) else path
        for name, each in value.items():
            yield from places(each, f"{inner}.{name}" if inner else name)
    elif isinstance(value, list):
        for each in value:
            yield from places(each, path)
    elif isinstance(value, str) and "word" in value:
        yield path, value


def unsaid(format_: WritingFormat, record: Record) -> list[tuple[str, str]]:
    """The marked words that are neither in what is written nor named."""
    written = format_.write_record(record)
    (after,) = read_all(written, resolve_key=no_keys, at=NOON, hint=format_.FORMAT)
    named = {loss.path for loss in unwritten(record, after)}
    text = written.decode()
    return [(path, word) for path, word in places(record.to_json()) if word not in text and path not in named]


def test_the_record_to_be_looked_for_has_something_in_every_place() -> None:
    assert FULL.person is not None
    entries = [*FULL.entries, *(part for entry in FULL.entries for part in entry.parts)]
    links = FULL.person.links
    for told in ([FULL], [FULL.person], links, FULL.languages, FULL.assertions, entries):
        for field in fields(told[0]):
            is_told = any(getattr(each, field.name) not in (None, "", (), False) for each in told)
            assert is_told or field.name == "standing", field.name


@pytest.mark.parametrize("format_", WRITERS, ids=lambda each: each.FORMAT)
def test_every_word_of_a_record_is_carried_or_named(format_: WritingFormat) -> None:
    record = Record.from_json(marked(FULL.to_json(), count()))  # type: ignore[arg-type]
    assert unsaid(format_, record) == []


@pytest.mark.parametrize("format_", WRITERS, ids=lambda each: each.FORMAT)
@settings(max_examples=25, deadline=None)
@given(gone=st.sets(st.sampled_from([*(each.name for each in fields(Person)), "entries", "languages"])))
def test_so_is_every_word_of_a_record_that_says_less(format_: WritingFormat, gone: set[str]) -> None:
    whole = marked(FULL.to_json(), count())
    assert isinstance(whole, dict)
    whole["person"] = {name: each for name, each in whole["person"].items() if name not in gone}
    record = Record.from_json({name: each for name, each in whole.items() if name not in gone})
    try:
        assert unsaid(format_, record) == []
    except BadInput:
        assert "entries" in gone
