"""Records survive being written down, and what is no record is refused by name."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.records.model import Evidence, ProofStatus, Record, RecordKind, SkillAssertion, ValidationLevel

_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_maybe = st.none() | _words
_days = st.none() | st.dates()
_assertions = st.builds(
    SkillAssertion,
    concept=_maybe,
    label=_words,
    language=_maybe,
    level=_maybe,
    level_scheme=_maybe,
    validation=st.sampled_from(ValidationLevel),
    issuer=_words,
    issuer_name=_words,
    issued=_days,
    valid_until=_days,
    evidence=st.builds(Evidence, record_id=_words, title=_words, kind=st.sampled_from(RecordKind), excerpt=_maybe),
)
_records = st.builds(
    Record,
    id=_words,
    kind=st.sampled_from(RecordKind),
    title=_words,
    issuer=_words,
    issuer_name=_words,
    issued=_days,
    valid_until=_days,
    assertions=st.lists(_assertions, max_size=3).map(tuple),
    proof=st.sampled_from(ProofStatus),
    subject=_maybe,
    media_type=_words,
    format=_words,
)


@given(_records)
def test_a_record_survives_being_written_as_json(record: Record) -> None:
    assert Record.from_json(json.loads(json.dumps(record.to_json()))) == record


@given(_assertions)
def test_an_assertion_survives_being_written_as_json(assertion: SkillAssertion) -> None:
    again = SkillAssertion.from_json(json.loads(json.dumps(assertion.to_json())))
    assert again == assertion
    assert type(again.validation) is ValidationLevel


@given(_records, st.sampled_from(ValidationLevel))
def test_a_ceiling_only_ever_lowers(record: Record, ceiling: ValidationLevel) -> None:
    for before, after in zip(record.assertions, record.at_most(ceiling).assertions, strict=True):
        assert after.validation == min(before.validation, ceiling)


def test_levels_are_ordered_from_told_to_recognised() -> None:
    assert ValidationLevel.SELF_DECLARED < ValidationLevel.INFERRED < ValidationLevel.CERTIFIED
    assert max(ValidationLevel) is ValidationLevel.RECOGNISED


@pytest.mark.parametrize(
    ("change", "place"),
    [({"kind": "medal"}, "kind"), ({"issued": "soon"}, "issued"), ({"extra": 1}, "extra"), ({"title": 5}, "title")],
)
def test_what_is_no_record_is_refused_by_the_name_of_its_fault(change: dict[str, object], place: str) -> None:
    record = Record(
        id="r",
        kind=RecordKind.BADGE,
        title="Teamwork",
        issuer="did:web:a.example",
        issuer_name="A",
        issued=date(2026, 1, 2),
        proof=ProofStatus.UNSIGNED,
        media_type="application/json",
        format="openbadges",
    )
    with pytest.raises(BadInput, match=place):
        Record.from_json({**record.to_json(), **change})
