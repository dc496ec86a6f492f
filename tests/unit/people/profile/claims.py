"""Invented claims about skills that tests of joining share."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from skillspace.people.profile import Claim
from skillspace.people.profile.join import Name
from skillspace.records.model import Evidence, RecordKind, ValidationLevel

TODAY = date(2026, 11, 21)
UNIVERSITY, EMPLOYER = "did:web:university.example", "did:web:employer.example"


def claim(
    esco: str | None = "esco:a",
    *,
    concept: str | None = None,
    relation: str = "exact",
    label: str = "bookkeeping",
    level: str | None = None,
    validation: int = 1,
    source: str = UNIVERSITY,
    issuer: str | None = None,
    issued: date | None = None,
    until: date | None = None,
    record: str = "r1",
    title: str = "Diploma",
) -> Claim:
    return Claim(
        concept=concept or esco,
        esco=esco,
        relation=relation if esco else None,
        label=label,
        language="en",
        level=level,
        level_scheme=None,
        validation=ValidationLevel(validation),
        issuer=issuer or source,
        issuer_name="Invented issuer",
        issued=issued,
        valid_until=until,
        source=source,
        source_name="Invented source",
        record=record,
        arrived=TODAY,
        evidence=Evidence(record_id=record, title=title, kind=RecordKind.DIPLOMA),
    )


def named(uri: str) -> Name | None:
    is_known = uri.startswith("esco:") and "#" not in uri
    return Name(label=uri.upper(), theme="t", theme_label="Theme") if is_known else None


CLAIMS = st.lists(
    st.builds(
        claim,
        st.sampled_from(["esco:a", "esco:b", None]),
        concept=st.sampled_from(["other:x", None]),
        relation=st.sampled_from(["exact", "broad"]),
        label=st.sampled_from(["one", "One ", "two"]),
        level=st.sampled_from([None, "B1", "C1", "3/5", "4/5", "good"]),
        validation=st.integers(1, 6),
        source=st.sampled_from([UNIVERSITY, EMPLOYER]),
        issued=st.none() | st.dates(date(2015, 1, 1), TODAY),
        until=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        record=st.sampled_from(["r1", "r2"]),
    ),
    max_size=8,
)
