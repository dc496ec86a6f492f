"""What people say changes the next answers at once: first, last, bounded, with its reason, the same for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from skillspace.kernel.errors import BadInput
from skillspace.skills.corrections import Correction, Corrections, Standing, read_corrections, write_correction
from skillspace.skills.corrections.corrections import CAPPED
from skillspace.skills.corrections.model import shifted
from skillspace.skills.taxonomy import MatchKind

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
A, B, C = (
    "http://data.europa.eu/esco/skill/a",
    "http://data.europa.eu/esco/skill/b",
    "http://data.europa.eu/esco/skill/c",
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A candidate of a model."""

    concept: str
    score: float


class Angles:
    """Texts such as "30" are unit vectors at so many degrees: how near two are is known to the letter."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        angles = np.radians([float(text.split()[-1]) for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32).reshape(-1, 2)


MODEL = [Found(concept=A, score=0.7), Found(concept=B, score=0.3), Found(concept=C, score=0.1)]


def said(concept: str, says: str = "yes", who: str = "reviewer-1", text: str = "Baking", **more: Any) -> Correction:
    facts: dict[str, Any] = {"language": "en", "scheme": "esco-skill", "when": NOW} | more
    return Correction(text=text, concept=concept, is_right=says == "yes", who=who, **facts)


def order(found: Corrections, text: str = "baking") -> list[str]:
    return [one.concept for one in found.corrected(MODEL, text, "esco-skill")]


def test_a_yes_puts_its_concept_first_for_the_same_text_whatever_its_case_and_says_why() -> None:
    best, *others = Corrections.of([said(C)]).corrected(MODEL, "BAKING!", "esco-skill")
    assert (best.concept, best.before, best.reason) == (C, 0.1, "confirmed by 1, last on 2026-11-22")
    assert best.score == pytest.approx((0.5 * 0.1 + 1) / 1.5, abs=1e-4)
    assert [(one.concept, one.reason) for one in others] == [(A, ""), (B, "")]


def test_a_no_takes_its_concept_down_with_its_score_and_more_of_them_to_the_end() -> None:
    once = Corrections.of([said(A, "no")]).corrected(MODEL, "baking", "esco-skill")
    assert [one.concept for one in once] == [B, A, C]
    assert once[1].reason == "refused by 1, last on 2026-11-22"
    assert once[1].score == pytest.approx(0.5 * 0.7 / 1.5, abs=1e-4)
    four = [said(A, "no", who=f"reviewer-{number}") for number in range(4)]
    assert order(Corrections.of(four)) == [B, C, A]


def test_one_wrong_no_does_not_topple_what_the_model_is_sure_of() -> None:
    sure = [Found(concept=A, score=0.95), Found(concept=B, score=0.1)]
    answer = Corrections.of([said(A, "no")]).corrected(sure, "baking", "esco-skill")
    assert [one.concept for one in answer] == [A, B]
    assert answer[0].score < 0.35


def test_a_concept_that_only_people_know_is_added() -> None:
    best = Corrections.of([said("new")]).corrected(MODEL, "baking", "esco-skill")[0]
    assert (best.concept, best.before) == ("new", None)


def test_two_who_disagree_leave_the_order_to_the_model_and_both_are_told_of() -> None:
    found = Corrections.of([said(C), said(C, "no", who="reviewer-2")])
    assert order(found) == [A, C, B] or order(found) == [A, B, C]
    reason = next(one.reason for one in found.corrected(MODEL, "baking", "esco-skill") if one.concept == C)
    assert reason == "confirmed by 1, refused by 1, last on 2026-11-22"


def test_one_person_counts_once_with_their_latest_word_in_whatever_order_it_is_read() -> None:
    words = [said(C), said(C), said(C, "no", when=NOW + timedelta(days=1))]
    for read in (words, words[::-1]):
        assert Corrections.of(read).standing("baking", C, "esco-skill") == Standing(
            yes=0, no=1, last=NOW + timedelta(days=1)
        )


def test_another_text_another_language_and_another_taxonomy_are_left_alone() -> None:
    found = Corrections.of([said(C)])
    assert order(found, "bakery") == [A, B, C]
    assert [one.concept for one in found.corrected(MODEL, "baking", "esco-skill", "fr")] == [A, B, C]
    assert [one.concept for one in found.corrected(MODEL, "baking", "rome")] == [A, B, C]
    assert [one.concept for one in found.corrected(MODEL, "baking", "esco")] == [C, A, B]


def test_a_text_near_by_moves_a_little_and_one_far_away_not_at_all() -> None:
    found = Corrections.of([said(B, text="30")], Angles())
    near = {one.concept: one for one in found.corrected(MODEL, "35", "esco-skill")}
    assert near[B].score > 0.3
    assert near[B].reason == "people said so of texts near by"
    assert near[A].score == 0.7
    far = {one.concept: one for one in found.corrected(MODEL, "120", "esco-skill")}
    assert (far[B].score, far[B].reason) == (0.3, "")


def test_nobody_and_no_crowd_moves_a_text_that_was_never_shown_beyond_the_bound() -> None:
    crowd = [said(C, who=f"reviewer-{number}", text=f"{place} 30") for number in range(50) for place in range(20)]
    one = Corrections.of([said(C, text="30")], Angles()).corrected(MODEL, "x 30", "esco-skill")
    many = Corrections.of(crowd, Angles()).corrected(MODEL, "x 30", "esco-skill")
    bound = shifted(0.1, CAPPED)
    for answer in (one, many):
        assert next(it.score for it in answer if it.concept == C) <= bound + 1e-4
        assert next(it.score for it in answer if it.concept == A) == 0.7


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from("ABCD"), st.booleans(), st.integers(0, 4), st.integers(0, 3)), max_size=20),
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
)
def test_scores_stay_chances_in_order_and_nothing_the_model_said_is_lost(
    words: list[tuple[str, bool, int, int]], scores: list[float]
) -> None:
    listed = [
        said(concept, "yes" if right else "no", who=f"reviewer-{who}", when=NOW + timedelta(days=day))
        for concept, right, who, day in words
    ]
    model = [Found(concept=name, score=score) for name, score in zip("ABC", sorted(scores, reverse=True), strict=True)]
    answer = Corrections.of(listed).corrected(model, "baking", "esco-skill")
    assert {one.concept for one in answer} == {"A", "B", "C"} | {concept for concept, *_ in words}
    assert all(0 <= one.score <= 1 for one in answer)
    assert [one.score for one in answer] == sorted((one.score for one in answer), reverse=True)
    quiet = [one.concept for one in answer if not one.reason]
    assert quiet == sorted(quiet)
    assert answer == Corrections.of(listed[::-1]).corrected(model, "baking", "esco-skill")


def test_a_line_reads_back_as_it_was_written() -> None:
    one = said(C, "no", relation=MatchKind.BROAD, version="link-1", score=0.25, origin="ad 1")
    assert list(read_corrections([write_correction(one), b"\n"])) == [one]


@pytest.mark.parametrize(
    "change",
    [
        {"says": "maybe"},
        {"when": "yesterday"},
        {"when": "2026-11-22T08:00:00"},
        {"score": 2},
        {"score": True},
        {"relation": "same"},
        {"text": " ... "},
        {"text": "a" * 2_001},
        {"who": ""},
        {"more": 1},
        {"concept": None},
    ],
)
def test_a_line_out_of_form_is_refused_with_its_number(change: dict[str, object]) -> None:
    good = orjson.loads(write_correction(said(C)))
    with pytest.raises(BadInput, match="corrections, line 2"):
        list(read_corrections([write_correction(said(C)), orjson.dumps(good | change)]))


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_never_breaks_the_reader(line: bytes) -> None:
    with suppress(BadInput):
        list(read_corrections([line]))
