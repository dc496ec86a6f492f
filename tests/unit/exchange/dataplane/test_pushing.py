"""Pushing: data go to the consumer's sink in portions, go on after every fault, and stop with their transfer."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from skillspace.exchange import Payload, PullRequest, TransferState
from skillspace.exchange.dataplane import push, sending
from skillspace.exchange.dataplane.files import FileSource
from skillspace.exchange.messages import HTTP_PUSH
from tests.unit.exchange.dataplane.asking import at_bureau
from tests.unit.exchange.dataplane.pushing import BODY, DIGEST, arrived, begun, in_the_background, told, until
from tests.unit.exchange.neighbours import Diplomas, Town, settle

pytestmark = pytest.mark.usefixtures("listening")


def test_a_push_arrives_whole_is_announced_and_ends_the_transfer(
    town: Town, served: FileSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "PORTION", 1_000_000)
    pid = begun(town, served)
    settle(town.school, town.bureau)
    file = arrived(town, pid)
    assert file is not None
    assert file.read_bytes() == BODY
    assert at_bureau(town, pid).state is TransferState.COMPLETED
    assert [one["sha256"] for one in told(town, pid)] == [DIGEST]


class Dripping:
    """A source that sends slowly, for ever or until `left` pieces are gone, and says how much it gave."""

    def __init__(self, left: int = 10**9, piece: int = 20_000) -> None:
        self.left = left
        self.given = 0
        self.piece = piece

    def open(self, request: PullRequest) -> Payload:  # noqa: ARG002
        return Payload(media_type="text/plain", chunks=self._drip())

    def _drip(self) -> Iterator[bytes]:
        while self.left:
            self.left -= 1
            self.given += 1
            yield b"x" * self.piece
            time.sleep(0.002)


@pytest.mark.parametrize("side", ["school", "bureau"])
@pytest.mark.parametrize("move", ["suspend", "terminate"])
def test_a_push_stops_within_a_second_of_its_transfer(town: Town, side: str, move: str) -> None:
    source = Dripping()
    pid = begun(town, source)
    node = getattr(town, side)
    with in_the_background(town.school, town.bureau):
        try:
            until(lambda: source.given > 50 and at_bureau(town, pid).state is TransferState.STARTED)
            own = pid if side == "bureau" else str(at_bureau(town, pid).provider_pid)
            with node.work() as work:
                getattr(node.exchange.transfers, move)(work, own, "Enough for now.")
            time.sleep(1.3)
            given = source.given
            time.sleep(0.4)
            assert source.given == given
        finally:
            source.left = 0
        over = (TransferState.SUSPENDED, TransferState.TERMINATED)
        until(lambda: town.school.transfer_state(str(at_bureau(town, pid).provider_pid)) in over)
        until(lambda: at_bureau(town, pid).state in over)
    settle(town.school, town.bureau)
    assert arrived(town, pid) is None
    name = hashlib.sha256(pid.encode()).hexdigest()[:32]
    assert (pushed_to(town) / f"{name}.part").exists() is (move == "suspend")


def pushed_to(town: Town) -> Path:
    return Path(town.bureau.database.engine.url.database or "").parent / "pushed"


def test_a_push_that_was_suspended_goes_on_where_it_stopped(
    town: Town, served: FileSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "PORTION", 100_000)
    monkeypatch.setattr(sending, "LOOK_AGAIN_SECONDS", 0.0)
    firsts: list[int] = []

    class Slowly:
        def open(self, request: PullRequest) -> Payload:
            payload = served.open(request)
            content = payload.content
            assert content is not None
            real = content.read

            def read(first: int, count: int) -> Iterator[bytes]:
                firsts.append(first)
                time.sleep(0.02)
                return real(first, count)

            content.read = read  # type: ignore[method-assign]
            return payload

    pid = begun(town, Slowly())
    with in_the_background(town.school, town.bureau):
        until(lambda: len(firsts) > 4 and at_bureau(town, pid).state is TransferState.STARTED)
        with town.bureau.work() as work:
            town.bureau.exchange.transfers.suspend(work, pid, "A pause.")
        provider_pid = str(at_bureau(town, pid).provider_pid)
        until(lambda: town.school.transfer_state(provider_pid) is TransferState.SUSPENDED)
        time.sleep(0.3)
        assert arrived(town, pid) is None
        with town.bureau.work() as work:
            town.bureau.exchange.transfers.resume(work, pid)
        until(lambda: arrived(town, pid))
        until(lambda: at_bureau(town, pid).state is TransferState.COMPLETED)
    file = arrived(town, pid)
    assert file is not None
    assert file.read_bytes() == BODY
    assert firsts.count(0) == 1


def test_a_fault_in_the_middle_is_gone_on_with(town: Town, served: FileSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "PORTION", 1_000_000)
    calls = {"count": 0}
    pushes = town.school.exchange.dataplanes.pushes
    real = pushes._send

    def sometimes(*all_of_it: Any) -> httpx.Response:
        calls["count"] += 1
        if calls["count"] == 2:
            raise push.PeerUnreachable("the cable was pulled")
        return real(*all_of_it)

    monkeypatch.setattr(pushes, "_send", sometimes)
    pid = begun(town, served)
    settle(town.bureau, town.school)
    assert arrived(town, pid) is None
    town.school.later(30)
    settle(town.school, town.bureau)
    assert arrived(town, pid) is not None
    assert calls["count"] == 5


def test_people_are_not_pushed_without_their_consent(town: Town) -> None:
    dataset = town.dataset(formats=(HTTP_PUSH,))
    pid = begun(town, Diplomas(needs_grant=True), dataset)
    settle(town.bureau, town.school)
    for _ in range(4):
        town.school.later(30)
        settle(town.school, town.bureau)
    assert arrived(town, pid) is None
    found = at_bureau(town, pid)
    assert found.state is TransferState.TERMINATED
    assert "No live consent" in str(found.reason)
