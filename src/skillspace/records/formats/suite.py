"""The tests that every format must pass, ours and a third party's: run `check(format, sample)` for each of its samples.

A format recognises its own documents and no other's, reads them the same way twice, can read what it writes and loses
nothing more on a second journey, names what it lost on the first, and answers everything hostile with a plain refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from skillspace.kernel.errors import BadInput, NotFound, Refused
from skillspace.records.credentials import KeyResolver
from skillspace.records.formats import FORMATS, Format, WritingFormat, read_all
from skillspace.records.formats.edge import asserted
from skillspace.records.formats.files.opening import open_document
from skillspace.records.formats.loss import unwritten
from skillspace.records.life import Entry, EntryKind, Language, Link, Person
from skillspace.records.model import ProofStatus, Record, RecordKind, ValidationLevel

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
STEPS = 40
"""At how many places a document is broken off, and how many of its bytes are changed, in looking for a crash."""


def no_keys(issuer: str, kid: str) -> Mapping[str, object]:
    """Know no issuer's key."""
    raise NotFound(f"{issuer} has no key {kid}.")


def check(format_: Format, sample: bytes, *, resolve_key: KeyResolver = no_keys, at: datetime = NOON) -> None:
    """Hold a format to all its promises with one of its documents; raises AssertionError naming the broken one."""
    known = (*(each for each in FORMATS if each.FORMAT != format_.FORMAT), format_)

    def read(document: bytes) -> tuple[Record, ...]:
        return read_all(document, resolve_key=resolve_key, at=at, formats=known, hint=format_.FORMAT)

    _recognised_by_it_alone(format_, sample)
    records = read(sample)
    _that(read(sample) == records, format_, "reads a document the same way twice")
    _that(len({record.id for record in records}) == len(records), format_, "gives each record its own identifier")
    if isinstance(format_, WritingFormat):
        for record in (*records, FULL):
            _written(format_, record, read)
    _hostile(format_, sample, read)


def _recognised_by_it_alone(format_: Format, sample: bytes) -> None:
    """What a token carries is not looked at here: signed samples are recognised when they are read."""
    document = open_document(sample).document
    if isinstance(document, str):
        return
    _that(format_.recognises(document), format_, "recognises its own document")
    others = [each.FORMAT for each in FORMATS if each.FORMAT != format_.FORMAT and each.recognises(document)]
    _that(not others, format_, f"keeps its documents to itself, which {', '.join(others)} took")
    odd = {"@context": None, "type": [None]}
    junk: tuple[object, ...] = (None, "", 0, [], {}, [[]], [{}], {"": {}}, "text", {"type": 1}, odd)
    for nothing in junk:
        _that(not format_.recognises(nothing), format_, f"leaves {nothing!r} alone")


def _written(format_: WritingFormat, record: Record, read: Callable[[bytes], tuple[Record, ...]]) -> None:
    try:
        written = format_.write_record(record)
    except BadInput:
        return  # it says that it has no room for such a record, which is an answer
    (once,) = read(written)
    for loss in unwritten(record, once):
        _that(bool(loss.words and loss.examples), format_, f"names what it lost at {loss.path}")
    (twice,) = read(format_.write_record(once))
    again = unwritten(once, twice) + unwritten(twice, once)
    _that(not again, format_, f"loses nothing more on a second journey, as it did at {[x.path for x in again]}")


def _hostile(format_: Format, sample: bytes, read: Callable[[bytes], tuple[Record, ...]]) -> None:
    step = max(len(sample) // STEPS, 1)
    broken = [sample[:place] for place in range(0, len(sample), step)]
    changed = [
        sample[:place] + bytes([sample[place] ^ 0x55]) + sample[place + 1 :] for place in range(0, len(sample), step)
    ]
    named = [
        b"",
        b"\0" * 100,
        b"{}",
        b"[]",
        b"<a/>",
        b"a,b\n1,2\n",
        b"\x89PNG\r\n\x1a\n",
        b"%PDF-1.7",
        b"PK\x03\x04",
        sample * 2,
    ]
    for document in (*broken, *changed, *named):
        try:
            read(document)
        except (BadInput, Refused, NotFound):
            continue
        except Exception as fault:
            raise AssertionError(
                f"{format_.FORMAT} answers everything hostile with a refusal; it raised {type(fault).__name__}: {fault}"
            ) from fault


def _that(holds: bool, format_: Format, promise: str) -> None:
    if not holds:
        raise AssertionError(f"A format {promise}; {format_.FORMAT} does not.")


def _full() -> Record:
    """A record with something in every place, invented."""
    entry = Entry(
        kind=EntryKind.WORK, title="Lighthouse keeper", organisation="Coast Office", about_organisation="Keeps lights",
        place="Skagen", country="dk", since="2019-04", until="2021-09-30", summary="Kept the lamp.\nAnd the books.",
        highlights=("No night without light", "Two rescues"), keywords=("lamps", "weather"), roles=("keeper",),
        url="https://coast.example/", occupation="http://data.europa.eu/esco/occupation/0001", field="Transport",
    )  # fmt: skip
    course = Entry(
        kind=EntryKind.EDUCATION, title="Meteorology", identifier="MET-1", grade="B", grade_scheme="A to F",
        credits="7.5", credit_scheme="ECTS", passed=True, since="2016-09-01", until="2017-01-15",
    )  # fmt: skip
    study = Entry(
        kind=EntryKind.EDUCATION, title="Bachelor of Science", organisation="University of Example", country="se",
        since="2015", until="2018-06", field="Meteorology", level="EQF 6", grade="4.2", credits="180",
        credit_scheme="ECTS", outcomes=("Forecasts weather",), parts=(course,), passed=True, url="https://u.example/",
        workload="PT4500H", mode="Online", assessment="Oral examination", quality="Review by peers",
    )  # fmt: skip
    others = [
        Entry(kind=EntryKind.VOLUNTEERING, title="Coach", organisation="Sea Scouts", since="2020", is_ongoing=True),
        Entry(kind=EntryKind.PROJECT, title="Fog horn", summary="Louder.", roles=("maker",), keywords=("sound",)),
        Entry(kind=EntryKind.AWARD, title="Brass lantern", organisation="Guild", since="2020-05-02"),
        Entry(kind=EntryKind.CERTIFICATE, title="First aid", organisation="Red Cross", since="2022-01"),
        Entry(kind=EntryKind.PUBLICATION, title="On fog", organisation="Fog Press", since="2021"),
        Entry(kind=EntryKind.INTEREST, title="Chess", keywords=("endgames",)),
        Entry(kind=EntryKind.REFERENCE, title="Ada Keeper", summary="Never slept."),
        Entry(kind=EntryKind.OTHER, title="Membership", summary="Guild of keepers", field="Networks"),
    ]
    person = Person(
        name="Elin Example", given="Elin", family="Example", birth="1990-02-03", nationality="se",
        headline="Keeper of lights", summary="Awake at night.", emails=("elin@example.org",),
        phones=("+46 70 0000000",),
        links=(Link(url="https://elin.example/"), Link(url="https://net.example/elin", label="Net", username="elin")),
        street="1 Shore Road", postcode="12345", city="Visby", region="Gotland", country="se",
    )  # fmt: skip
    languages = (
        Language(label="Swedish", code="swe", is_native=True),
        Language(
            label="Danish",
            code="dan",
            level="B1",
            listening="C1",
            reading="C2",
            interaction="B2",
            production="B1",
            writing="B2",
        ),
    )
    record = Record(
        id="urn:uuid:00000000-0000-4000-8000-000000000001", kind=RecordKind.PROFILE, title="Keeper of lights",
        issuer="did:web:university.example", issuer_name="University of Example", issued=date(2026, 6, 1),
        valid_until=date(2036, 6, 1), proof=ProofStatus.SIGNED_BY_ISSUER, subject="did:web:people.example:p:7",
        media_type="application/vc+jwt", format="elm", person=person, languages=languages,
        entries=(entry, study, *others), occupations=("http://data.europa.eu/esco/occupation/0001",),
    )  # fmt: skip
    assertions = (
        asserted(
            record, "keep lamps", concept="http://data.europa.eu/esco/skill/0001", language="en", level="EQF 6",
            scheme="EQF", validation=ValidationLevel.CERTIFIED, said=("three winters",),
        ),
        asserted(record, "read clouds", group="keep lamps", validation=ValidationLevel.ASSESSED),
        asserted(record, "Meteorology", level="B", scheme="A to F", validation=ValidationLevel.CERTIFIED),
        asserted(record, "Swedish", level="native"),
        asserted(record, "Danish", level="B1", scheme="CEFR"),
    )  # fmt: skip
    return replace(record, assertions=assertions)


FULL = _full()
"""A record with something in every place that a record has, for looking at what a format has room for."""
