"""Files sent by the kernel: the same bytes in the same order, for one consumer or many, quick, slow or gone."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response

from skillspace.exchange.dataplane import sending
from skillspace.exchange.dataplane.answer import answer
from skillspace.exchange.dataplane.files import FileSource
from skillspace.exchange.dataplane.sources import Payload
from skillspace.node import file_sending
from skillspace.node.file_sending import FileSendingProtocol
from tests.nodes import free_port

BODY = os.urandom(32 * 1024 * 1024)


class Served:
    """A server of our own with one file, and whether its transfer stands."""

    def __init__(self, file: Path) -> None:
        self.stands = True
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}/"
        app = FastAPI()

        @app.get("/")
        def get(request: Request) -> Response:
            payload: Payload = FileSource(file, "application/octet-stream").open(None)  # type: ignore[arg-type]
            return answer(payload, dict(request.headers), "GET", lambda: self.stands)

        config = uvicorn.Config(app, port=self.port, log_config=None, lifespan="off", http=FileSendingProtocol)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)

    def down(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=60)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    file = tmp_path / "rows"
    file.write_bytes(BODY)
    server = Served(file)
    yield server
    server.down()
    assert file_sending._seats._value == file_sending.AT_ONCE


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes the kernel copied, for each file."""
    counts: list[int] = []
    real = file_sending._copy

    def counted(*all_of_it: int) -> int:
        counts.append(real(*all_of_it))  # type: ignore[arg-type]
        return counts[-1]

    monkeypatch.setattr(file_sending, "_copy", counted)
    return counts


def test_a_file_and_its_parts_go_over_one_connection_after_another(served: Served, copied: list[int]) -> None:
    with httpx.Client(trust_env=False) as client:
        for _ in range(3):
            assert client.get(served.address).content == BODY
            part = client.get(served.address, headers={"Range": "bytes=1000000-"})
            assert (part.status_code, part.content) == (206, BODY[1_000_000:])
            small = client.get(served.address, headers={"Range": "bytes=5-14"})
            assert small.content == BODY[5:15]
    assert copied == [len(BODY), len(BODY) - 1_000_000] * 3


def test_requests_that_came_together_are_answered_in_order(served: Served) -> None:
    ask = "GET / HTTP/1.1\r\nHost: x\r\nRange: bytes={}-\r\n\r\n"
    received = bytearray()
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as line:
        line.sendall((ask.format(1_000_000) + ask.format(2_000_000)).encode())
        while len(received) < 2 * len(BODY) - 3_000_000:
            received += line.recv(1 << 20)
    first = received.index(b"\r\n\r\n") + 4
    assert bytes(received[first : first + len(BODY) - 1_000_000]) == BODY[1_000_000:]
    second = received.index(b"\r\n\r\n", first + len(BODY) - 1_000_000) + 4
    while len(received) < second + len(BODY) - 2_000_000:
        break
    assert BODY[2_000_000:].startswith(bytes(received[second:]))


def test_a_slow_consumer_gets_everything_and_keeps_no_thread(
    served: Served, copied: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_sending, "PATIENCE_S", 0.2)
    received = bytearray()
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        time.sleep(1.0)
        assert file_sending._seats._value == file_sending.AT_ONCE
        while chunk := line.recv(1 << 20):
            received += chunk
    assert bytes(received[received.index(b"\r\n\r\n") + 4 :]) == BODY
    assert 0 < copied[0] < len(BODY)


def test_where_no_seat_is_free_files_go_piece_by_piece(
    served: Served, copied: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(file_sending, "_seats", threading.BoundedSemaphore(1))
        file_sending._seats.acquire()
        assert httpx.get(served.address, trust_env=False).content == BODY
    assert copied == []


def test_a_transfer_that_is_stopped_ends_in_the_middle(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LOOK_AGAIN_SECONDS", 0.05)
    received = 0
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        received += len(line.recv(1000))
        served.stands = False
        time.sleep(0.5)
        while chunk := line.recv(1 << 20):
            received += len(chunk)
    assert received < len(BODY)


def test_a_consumer_that_hangs_up_leaves_nothing_behind(served: Served) -> None:
    for _ in range(2 * file_sending.AT_ONCE):
        with socket.create_connection(("127.0.0.1", served.port), timeout=30) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            line.recv(1000)
    deadline = time.monotonic() + 60
    while file_sending._seats._value < file_sending.AT_ONCE:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert httpx.get(served.address, trust_env=False).content == BODY
