"""Cells of vectors, and a look at what offers mean: nothing that could be among the best is passed over."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from skillspace.skills.matching import cells, meaning
from skillspace.skills.matching.cells import cells_of
from skillspace.skills.matching.meaning import Look, Meaning
from skillspace.skills.matching.peaks import Peaks

WIDTH = 6


def vectors(seed: int, size: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    draw = np.random.default_rng(seed)
    return draw.integers(-127, 128, (size, WIDTH)).astype(np.int8), np.full(size, 1 / 400, dtype=np.float32)


def in_cells(seed: int, size: int) -> Meaning:
    rows, scales = vectors(seed, size)
    found = cells_of(rows, scales)
    order = np.argsort(found, kind="stable")
    return Meaning.of(rows[order], scales[order], found[order])


@given(seed=st.integers(0, 99), size=st.integers(0, 300))
@settings(deadline=None, max_examples=30)
def test_every_vector_has_a_cell_and_the_same_ones_always_the_same(seed: int, size: int) -> None:
    rows, scales = vectors(seed, size)
    with mock.patch.object(cells, "MEMBERS", 4):
        found = cells_of(rows, scales)
        assert np.array_equal(found, cells_of(rows, scales))
        starts = in_cells(seed, size).starts
    assert len(found) == size
    assert (starts[0], starts[-1]) == (0, size)
    assert len(starts) - 1 == len(np.unique(found))


def test_equal_vectors_stand_in_one_cell() -> None:
    rows = np.repeat(np.eye(WIDTH, dtype=np.int8) * 100, 40, axis=0)
    found = cells_of(rows, np.full(len(rows), 0.01, dtype=np.float32))
    assert all(len(set(some.tolist())) == 1 for some in np.split(found, WIDTH))


def test_offers_without_vectors_stand_in_one_cell() -> None:
    assert not cells_of(np.empty((9_000, 0), dtype=np.int8), np.zeros(9_000, dtype=np.float32)).any()


@given(seed=st.integers(0, 99), size=st.integers(1, 300), floor=st.floats(0, 1.5), shut=st.booleans())
@settings(deadline=None, max_examples=30)
def test_whoever_passes_the_floor_by_what_they_mean_is_looked_at_once(
    seed: int, size: int, floor: float, shut: bool
) -> None:
    draw = np.random.default_rng(seed)
    question = draw.normal(size=WIDTH).astype(np.float32)
    question /= np.linalg.norm(question)
    told = draw.random(size).astype(np.float32)
    allowed = draw.random(size) < 0.5 if shut else None
    if allowed is not None:
        told *= allowed
    with (
        mock.patch.object(cells, "MEMBERS", 4),
        mock.patch.object(meaning, "TRUST", 1.0),
        mock.patch.object(meaning, "FIRST", 2),
    ):
        known = in_cells(seed, size)
        scores = told.copy()
        look = Look(known, question, np.float32(0.5), allowed=allowed, scores=scores)
        for at_least in (floor, floor / 2, floor / 2):
            look.add(np.float32(at_least))
    all_of = told + known.alike(np.arange(size), question) * np.float32(0.5)
    may = np.ones(size, dtype=bool) if allowed is None else allowed
    passing = may & (all_of > floor / 2)
    assert np.array_equal(scores[passing], all_of[passing])
    assert ((scores == told) | (scores == all_of)).all()
    assert (scores[~may] == 0).all()
    assert look.peaks.best.tolist() == Peaks(scores, known.starts).best.tolist()


@given(seed=st.integers(0, 99), size=st.integers(1, 60))
@settings(deadline=None)
def test_an_offer_is_as_alike_beside_any_others(seed: int, size: int) -> None:
    rows, scales = vectors(seed, size)
    known = Meaning.of(rows, scales, np.zeros(size, dtype=np.int32))
    question = np.random.default_rng(seed).normal(size=WIDTH).astype(np.float32)
    every = known.alike(np.arange(size), question)
    assert [float(known.alike(np.array([at]), question)[0]) for at in range(size)] == every.tolist()
    cosines = np.maximum((rows * scales[:, None]) @ question, 0)
    assert every == pytest.approx(cosines, abs=1e-3)
