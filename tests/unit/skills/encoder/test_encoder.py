"""The encoder and the file of its weights: what comes out has length one, and what is broken is said to be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.encoder import Encoder, quantised, write_encoder
from skillspace.skills.encoder.weights import read_tensors, write_tensors


@pytest.fixture
def table() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.random.default_rng(3).standard_normal((1 << 12, 32), np.float32)


@pytest.fixture
def file(tmp_path: Path, table: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> Path:
    write_encoder(tmp_path / "weights.safetensors", table, "test-1")
    return tmp_path / "weights.safetensors"


def test_vectors_have_length_one_and_nothing_has_none(file: Path) -> None:
    lengths = np.linalg.norm(Encoder.open(file).encode(["cook", "chef de cuisine", ""]), axis=1)
    assert lengths == pytest.approx([1, 1, 0], abs=1e-5)


def test_a_text_has_the_same_vector_alone_and_among_others(file: Path) -> None:
    encoder = Encoder.open(file)
    together = encoder.encode(["cook", "bake bread", "sell"])
    assert np.allclose(together[1], encoder.encode(["bake bread"])[0], atol=1e-5)


def test_whole_numbers_lose_less_than_half_a_step(table: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> None:
    rows, scales = quantised(table)
    off = np.abs(rows.astype(np.float32) * scales.astype(np.float32)[:, None] - table)
    assert (off <= scales.astype(np.float32)[:, None] * 0.6).all()


def test_the_version_travels_with_the_weights(file: Path) -> None:
    encoder = Encoder.open(file)
    assert (encoder.version, encoder.bits, encoder.width) == ("test-1", 12, 32)


def test_weights_that_are_absent_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"none\.safetensors"):
        Encoder.open(tmp_path / "none.safetensors")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(garbage=st.binary(max_size=300))
def test_garbage_is_no_weights_and_nothing_worse(tmp_path: Path, garbage: bytes) -> None:
    (tmp_path / "garbage").write_bytes(garbage)
    with pytest.raises(UnreadableFile):
        Encoder.open(tmp_path / "garbage")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 250), value=st.integers(0, 255))
def test_a_changed_byte_of_the_header_is_read_or_refused(file: Path, place: int, value: int) -> None:
    damaged = bytearray(file.read_bytes())
    damaged[place] = value
    (file.parent / "damaged").write_bytes(damaged)
    try:
        Encoder.open(file.parent / "damaged").encode(["cook"])
    except UnreadableFile:
        return


def test_tensors_of_several_types_come_back_as_they_were(tmp_path: Path) -> None:
    given_ = {"a": np.arange(3, dtype=np.int8), "b": np.ones((2, 2), np.float32), "c": np.zeros(1, np.float16)}
    write_tensors(tmp_path / "some", given_, {"note": "x"})
    found, about = read_tensors(tmp_path / "some")
    assert about == {"note": "x"}
    assert all(np.array_equal(found[name], tensor) for name, tensor in given_.items())
