"""A gigabyte between two nodes, each its own process, in little memory on both sides."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import transfer

pytestmark = [pytest.mark.slow, pytest.mark.nodes, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[transfer.Pair]:
    folder = tmp_path_factory.mktemp("pair")
    yield transfer.build(folder)
    shutil.rmtree(folder)


@pytest.mark.parametrize("way", ["pulled", "pushed"])
def test_a_gigabyte_costs_neither_side_a_hundred_megabytes(pair: transfer.Pair, way: str) -> None:
    carried = getattr(transfer, way)(pair)
    assert carried.is_same
    assert carried.provider_mb < transfer.MOST_MB
    assert carried.consumer_mb < transfer.MOST_MB


def test_a_server_that_is_killed_in_the_middle_is_gone_on_with(pair: transfer.Pair, tmp_path: Path) -> None:
    target = tmp_path / "here.bin"
    with transfer.serving(pair.provider) as (provider,):
        part = target.with_name("here.bin.part")
        with transfer.start_download(pair, target) as consumer:
            transfer.until(lambda: part.exists() and part.stat().st_size > transfer.BYTES // 10, "some of it is here")
            transfer.kill(provider)
            assert consumer.wait(timeout=60) != 0
    size = part.stat().st_size
    assert not target.exists()
    assert 0 < size < transfer.BYTES
    with transfer.serving(pair.provider):
        began = part.stat().st_ino
        with transfer.start_download(pair, target) as consumer:
            assert consumer.wait(timeout=120) == 0
    assert target.stat().st_ino == began
    assert transfer.same(pair.file, target)
    target.unlink()
