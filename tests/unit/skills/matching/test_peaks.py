"""The best of each stretch says where to look, and nothing that passes a floor is overlooked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.skills.matching.peaks import Peaks

_SCORES = st.lists(st.floats(0, 1, width=32), min_size=1, max_size=60).map(lambda some: np.array(some, np.float32))


def cut(scores: np.ndarray, data: st.DataObject) -> np.ndarray:
    inner = data.draw(st.sets(st.integers(1, max(len(scores) - 1, 1)), max_size=len(scores) - 1))
    return np.array([0, *sorted(one for one in inner if one < len(scores)), len(scores)], dtype=np.int64)


@given(_SCORES, st.data())
def test_exactly_what_is_above_a_floor_is_found_however_scores_are_cut(scores: np.ndarray, data: st.DataObject) -> None:
    peaks = Peaks(scores, cut(scores, data))
    floor = np.float32(data.draw(st.floats(-1, 1, width=32)))
    assert peaks.above(floor).tolist() == np.flatnonzero(scores > floor).tolist()


@given(_SCORES, st.integers(1, 70), st.data())
def test_at_least_as_many_as_asked_for_reach_the_floor(scores: np.ndarray, k: int, data: st.DataObject) -> None:
    floor = Peaks(scores, cut(scores, data)).floor(k)
    assert floor == 0 or np.count_nonzero(scores >= floor) >= k


@given(_SCORES, st.data())
def test_stretches_told_of_are_known_again_as_if_all_were_looked_at_anew(
    scores: np.ndarray, data: st.DataObject
) -> None:
    starts = cut(scores, data)
    peaks = Peaks(scores, starts)
    risen = data.draw(st.sets(st.integers(0, len(starts) - 2)))
    for stretch in risen:
        scores[data.draw(st.integers(starts[stretch], starts[stretch + 1] - 1))] += np.float32(0.5)
    peaks.rose(np.array(sorted(risen), dtype=np.int64))
    assert peaks.best.tolist() == Peaks(scores, starts).best.tolist()


@pytest.mark.parametrize("starts", [[0], []])
def test_where_nothing_is_nothing_is_found(starts: list[int]) -> None:
    peaks = Peaks(np.empty(0, dtype=np.float32), np.array(starts, dtype=np.int64))
    assert len(peaks.above(np.float32(-1))) == 0
    assert peaks.floor(3) == 0
