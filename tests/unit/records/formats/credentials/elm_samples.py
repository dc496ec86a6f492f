"""Studies and people, invented, for European credentials: some with all that a profile asks, and any."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from skillspace.records.formats import read
from skillspace.records.formats.credentials import elm
from skillspace.records.formats.suite import FULL, NOON, no_keys
from skillspace.records.life import Entry, EntryKind, Link, Person
from skillspace.records.model import Record

Document = dict[str, Any]
COURSE = Entry(
    kind=EntryKind.EDUCATION, title="Rye", organisation="Bread School", country="SE", credits="3", grade="A",
    credit_scheme="ECTS", level="EQF 4", mode="Online", assessment="Practical test", quality="Review by peers",
    outcomes=("bake rye",), workload="PT60H",
    field="Food", url="https://bread.example/rye", identifier="RYE-1", summary="Three loaves.",
)  # fmt: skip
WHOLE = replace(COURSE, title="Baker", parts=(replace(COURSE, title="Yeast"), COURSE))
NOBODY = replace(FULL, entries=(COURSE,), assertions=(), languages=(), occupations=())


def document_of(record: Record) -> Document:
    document: Document = json.loads(elm.write_record(record))
    return document


def again(record: Record) -> Record:
    return read(elm.write_record(record), resolve_key=no_keys, at=NOON)


WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)
MAYBE = st.none() | WORDS
COUNTRIES = st.none() | st.sampled_from(["SE", "fr", "el", "DEU", "Sweden", "Narnia"])
PEOPLE = st.builds(
    Person, name=MAYBE, birth=st.sampled_from([None, "1990-02-03", "1990"]), nationality=COUNTRIES, headline=MAYBE,
    summary=MAYBE, street=MAYBE, postcode=MAYBE, city=MAYBE, region=MAYBE, country=COUNTRIES,
    links=st.lists(st.builds(Link, url=st.sampled_from(["https://e.example/", "e"]), label=MAYBE)).map(tuple),
)  # fmt: skip
