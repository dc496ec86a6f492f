"""An answer never says more than its sources."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from skillspace.trust.issuers import IssuerAnswer, Line, Matter, Outcome, Source, Why
from skillspace.trust.issuers.model import ACCREDITING, IDENTIFYING
from skillspace.trust.issuers.words import ACCREDITATION, IDENTITY, OUTCOMES, SENTENCES, SOURCES, sentence
from tests.conftest import NOON

moments = st.none() | st.integers(-1000, 1000).map(lambda days: NOON + timedelta(days=days))
lines = st.builds(
    Line,
    source=st.sampled_from(Source),
    outcome=st.sampled_from(Outcome),
    why=st.sampled_from(Why),
    until=moments,
    checked=moments,
)


def answer(*said: Line) -> IssuerAnswer:
    return IssuerAnswer(issuer="did:web:school.example", matter=Matter(), at=NOON, lines=said)


@given(st.lists(lines, max_size=8))
def test_an_answer_says_no_more_than_its_lines(said: list[Line]) -> None:
    found = answer(*said)
    for whole, sources in ((found.identity, IDENTIFYING), (found.accreditation, ACCREDITING)):
        outcomes = {line.outcome for line in said if line.source in sources}
        assert (whole is Outcome.YES) == (Outcome.YES in outcomes)
        assert whole is not Outcome.NO or outcomes == {Outcome.NO}
    held = [line for line in said if line.outcome is Outcome.YES]
    assert all(found.until is not None and found.until <= line.until for line in held if line.until)
    assert all(found.checked is not None and found.checked <= line.checked for line in held if line.checked)
    if not held:
        assert (found.until, found.checked) == (None, None)


@given(st.lists(lines, max_size=8), lines)
def test_who_says_nothing_takes_nothing_away(said: list[Line], more: Line) -> None:
    before, after = answer(*said), answer(*said, more)
    assert before.identity is not Outcome.YES or after.identity is Outcome.YES
    assert before.accreditation is not Outcome.YES or after.accreditation is Outcome.YES


def test_no_source_at_all_is_not_a_no() -> None:
    assert (answer().identity, answer().accreditation) == (Outcome.UNKNOWN, Outcome.UNKNOWN)


def test_there_is_a_sentence_for_everything_an_answer_may_say() -> None:
    assert set(SENTENCES) == set(Why)
    assert set(SOURCES) == set(Source)
    assert set(IDENTITY) == set(ACCREDITATION) == set(OUTCOMES) == set(Outcome)
    line = Line(source=Source.MEMBERSHIP, outcome=Outcome.YES, why=Why.MEMBER, by="Demo space", detail="A school")
    assert sentence(line) == "Demo space has it among its members, as A school."
