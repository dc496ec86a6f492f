"""The door of checks: so many a minute for one caller and for all, two at a time, and each issuer is looked at once."""

from __future__ import annotations

import threading

import pytest

from skillspace.trust.verification import Examined, Kind, TooManyChecks, VerificationRoom
from skillspace.trust.verification import room as room_module
from skillspace.trust.verification.room import MOST_OF_ALL, MOST_OF_ONE, ChecksBusy
from tests.patience import PATIENCE_S
from tests.small_space import HeldClock


class Desk:
    """Stands for the examiner and for the answers about issuers."""

    def __init__(self) -> None:
        self.looked: list[str] = []
        self.found = Examined(kind=Kind.UNSIGNED)
        self.hold: threading.Event | None = None
        self.begun = threading.Semaphore(0)

    def examine(self, document: bytes) -> Examined:  # noqa: ARG002
        self.begun.release()
        if self.hold is not None:
            self.hold.wait(PATIENCE_S)
        return self.found

    def look(self, issuer: str) -> None:
        self.looked.append(issuer)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def room(desk: Desk, clock: HeldClock) -> VerificationRoom:
    return VerificationRoom(
        examiner=desk,  # type: ignore[arg-type]
        issuers=desk,  # type: ignore[arg-type]
        close=lambda: None,
        clock=clock,
    )


def test_one_caller_is_slowed_and_others_are_not(room: VerificationRoom, clock: HeldClock) -> None:
    for _ in range(MOST_OF_ONE):
        room.examine(b"x", "192.0.2.1")
    with pytest.raises(TooManyChecks):
        room.examine(b"x", "192.0.2.1")
    room.examine(b"x", "192.0.2.2")
    clock.move(minutes=1)
    room.examine(b"x", "192.0.2.1")


def test_one_connection_of_ipv6_is_one_caller(room: VerificationRoom) -> None:
    for number in range(MOST_OF_ONE):
        room.examine(b"x", f"2001:db8::{number:x}")
    with pytest.raises(TooManyChecks):
        room.examine(b"x", "2001:db8::ffff")
    room.examine(b"x", "2001:db8:0:1::1")


def test_all_together_are_bounded_too(room: VerificationRoom) -> None:
    for number in range(MOST_OF_ALL):
        room.examine(b"x", f"192.0.2.{number}")
    with pytest.raises(TooManyChecks):
        room.examine(b"x", "testclient")


def test_only_two_are_checked_at_a_time(room: VerificationRoom, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_module, "PATIENCE_SECONDS", 0.01)
    desk.hold = threading.Event()
    busy = [threading.Thread(target=room.examine, args=(b"x", f"192.0.2.{number}")) for number in range(2)]
    for each in busy:
        each.start()
        desk.begun.acquire(timeout=PATIENCE_S)
    with pytest.raises(ChecksBusy):
        room.examine(b"x", "192.0.2.9")
    desk.hold.set()
    for each in busy:
        each.join()
    room.examine(b"x", "192.0.2.9")


def test_each_issuer_of_what_is_shown_is_looked_at_once(room: VerificationRoom, desk: Desk) -> None:
    one, two = (Examined(kind=Kind.CREDENTIAL, issuer=f"did:web:{name}.example") for name in "ab")
    desk.found = Examined(kind=Kind.PRESENTATION, shown=(one, two, one, Examined(kind=Kind.UNSIGNED)))
    room.examine(b"x", "192.0.2.1")
    assert desk.looked == ["did:web:a.example", "did:web:b.example"]
