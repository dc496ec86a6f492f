"""What two nodes tell each other of a case is read strictly, whoever sends it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from skillspace.kernel.errors import BadInput
from skillspace.people.validation import Step
from skillspace.people.validation.messages import Asking, EvidenceSent, Steps, StepSent, evidence_of, heard, sent

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MOVES = ("accept", "refuse", "want evidence", "assess", "recognise", "recognise in part", "do not recognise")


@given(st.sampled_from(MOVES), st.text(max_size=50), st.none() | st.text(max_size=20), st.datetimes())
def test_a_step_arrives_as_it_was_taken(move: str, words: str, level: str | None, at: datetime) -> None:
    step = Step(party="organisation", move=move, words=words, level=level, at=at.replace(tzinfo=UTC))
    assert heard(sent(step)) == step


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_junk_is_refused_and_never_crashes(junk: bytes) -> None:
    for kind in (Asking, Steps):
        with pytest.raises(ValidationError):
            kind.model_validate_json(junk)


@pytest.mark.parametrize(
    "change",
    [
        {"steps": []},
        {"steps": [{"move": "withdraw", "words": "", "at": "x"}]},
        {"more": 1},
        {"offer": 1},
        {"trail": []},
    ],
)
def test_what_is_no_message_about_steps_is_refused(change: dict[str, object]) -> None:
    whole = {"steps": [{"move": "accept", "words": "", "at": NOON.isoformat()}]}
    assert Steps.model_validate(whole).steps[0].move == "accept"
    with pytest.raises(ValidationError):
        Steps.model_validate(whole | change)


@pytest.mark.parametrize("at", ["", "noon", "2026-11-21T12:00:00"])
def test_a_step_without_a_moment_is_refused(at: str) -> None:
    with pytest.raises(BadInput, match="no moment"):
        heard(StepSent(move="accept", words="", at=at))


def test_a_document_that_is_no_base64_is_refused() -> None:
    one = EvidenceSent(id="r", title="t", kind="badge", source="s", document="é", hop="h")
    with pytest.raises(BadInput, match="not base64"):
        evidence_of(one)
