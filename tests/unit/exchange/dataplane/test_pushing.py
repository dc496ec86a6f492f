"""Pushing: data go to the consumer's sink in portions, go on after every fault, and stop with their transfer."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from skillspace.exchange import Payload, PullRequest, TransferState
from skillspace.exchange.dataplane import push, sending, sink
from skillspace.exchange.dataplane.files import FileSource
from skillspace.exchange.dataplane.sink import Limits
from skillspace.exchange.messages import HTTP_PUSH
from skillspace.exchange.parties import PROVIDER
from tests.unit.exchange.dataplane.asking import at_bureau, open_dataset
from tests.unit.exchange.neighbours import Diplomas, Neighbour, Town, agreed, settle

BODY = bytes(range(256)) * 12_000
DIGEST = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def served(tmp_path: Path) -> FileSource:
    file = tmp_path / "served.csv"
    file.write_bytes(BODY)
    return FileSource(file, "text/csv")


def begun(town: Town, source: Any, dataset: str | None = None) -> str:
    """Ask for a push and let it be started; the data stay where they are until the school's worker goes on."""
    name = dataset or open_dataset(town)
    town.school.exchange.sources.register(name, source)
    agreement_id = agreed(town.bureau, town.school, name)
    with town.bureau.work() as work:
        agreement = town.bureau.exchange.negotiations.agreement(work, agreement_id)
        assert agreement is not None
        return town.bureau.exchange.transfers.request(work, agreement, f"push-{name}", format=HTTP_PUSH)


def arrived(town: Town, pid: str) -> Path | None:
    with town.bureau.work() as work:
        return town.bureau.exchange.dataplanes.sink.received(work, pid)


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


def told(town: Town, pid: str) -> list[dict[str, Any]]:
    return [one for one in town.bureau.heard("transfer.received") if one["consumer_pid"] == pid]


@pytest.fixture(scope="module", autouse=True)
def listening(town: Town) -> None:
    town.bureau.book.on_event("transfer.received", town.bureau._hear)


@contextmanager
def in_the_background(*nodes: Neighbour) -> Iterator[None]:
    """Let nodes do what is due, each in three threads as a real one does, until the end of the block."""
    end = threading.Event()

    def work(node: Neighbour) -> None:
        while not end.is_set():
            if not node.worker.run_due():
                time.sleep(0.005)

    threads = [threading.Thread(target=work, args=[node], daemon=True) for node in nodes for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        end.set()
        for thread in threads:
            thread.join(timeout=20)


def until(is_so: Callable[[], object], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


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


class Wire:
    """A consumer's sink, asked by hand."""

    def __init__(self, town: Town, pid: str, token: str) -> None:
        self.pid = pid
        self.url = f"{town.bureau.base}/data/in/{pid}"
        self.token = token

    def send(self, method: str, content: Any = b"", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        named.setdefault("Authorization", f"Bearer {self.token}")
        with httpx.Client(trust_env=False) as client:
            return client.request(method, self.url, content=content, headers=named)


@pytest.fixture
def wire(town: Town, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """A push whose provider's side is played by hand: its stored task does nothing."""
    dataset = open_dataset(town)
    monkeypatch.setitem(town.school.book.handlers, push.PUSH, _leave)
    pid = begun(town, Diplomas(), dataset)
    settle(town.school, town.bureau)
    with town.school.work() as work:
        found = town.school.exchange.transfers.transfer(work, str(at_bureau(town, pid).provider_pid))
    assert found.role == PROVIDER
    assert found.address is not None
    return Wire(town, pid, found.address["token"])


def _leave(run: Any) -> None:
    with run.finishing():
        pass


def test_only_the_transfers_own_token_opens_the_sink(town: Town, wire: Wire) -> None:
    answers = [
        wire.send(method, b"x", Authorization=f"Bearer {token}")
        for method in ("HEAD", "PUT", "POST")
        for token in ("guess", "None")
    ]
    assert {reply.status_code for reply in answers} == {403}
    other = httpx.put(f"{town.bureau.base}/data/in/urn:uuid:none", content=b"x", trust_env=False)
    assert other.status_code == 403
    assert wire.send("GET").status_code == 403
    with town.bureau.work() as work:
        town.bureau.exchange.transfers.suspend(work, wire.pid, "A pause.")
    assert wire.send("PUT", BODY).status_code == 403


def test_a_sender_is_told_how_far_it_came(town: Town, wire: Wire) -> None:
    total = len(BODY)
    assert (wire.send("HEAD").status_code, wire.send("HEAD").headers["upload-offset"]) == (204, "0")
    asked = wire.send("PUT", b"", Content_Range=f"bytes */{total}")
    assert (asked.status_code, "range" in asked.headers) == (308, False)
    part = wire.send("PUT", BODY[:1000], Content_Range=f"bytes 0-999/{total}", ETag='"v1"')
    assert (part.status_code, part.headers["range"]) == (308, "bytes=0-999")
    asked = wire.send("PUT", b"", Content_Range=f"bytes */{total}")
    assert (asked.status_code, asked.headers["range"]) == (308, "bytes=0-999")
    assert wire.send("HEAD").headers["upload-tag"] == '"v1"'
    gap = wire.send("PUT", BODY[2000:], Content_Range=f"bytes 2000-{total - 1}/{total}", ETag='"v1"')
    other = wire.send("PUT", BODY[1000:], Content_Range=f"bytes 1000-{total - 1}/{total}", ETag='"v2"')
    assert (gap.status_code, other.status_code) == (409, 412)
    rest = wire.send("PUT", BODY[1000:], Content_Range=f"bytes 1000-{total - 1}/{total}", ETag='"v1"')
    assert (rest.status_code, rest.headers["upload-complete"]) == (201, "?1")
    again = wire.send("PUT", BODY[1000:], Content_Range=f"bytes 1000-{total - 1}/{total}", ETag='"v1"')
    assert again.status_code == 200
    file = arrived(town, wire.pid)
    assert file is not None
    assert (file.read_bytes(), file.stat().st_mode & 0o077) == (BODY, 0)
    settle(town.bureau)
    assert len(told(town, wire.pid)) == 1


def test_a_plain_sender_sends_everything_in_one_request(town: Town, wire: Wire) -> None:
    pieces = (BODY[at : at + 50_000] for at in range(0, len(BODY), 50_000))
    assert wire.send("POST", pieces, Content_Type="text/csv").status_code == 201
    file = arrived(town, wire.pid)
    assert file is not None
    assert file.read_bytes() == BODY


def test_what_is_not_what_was_announced_is_thrown_away(town: Town, wire: Wire) -> None:
    wrong = f"sha-256=:{'A' * 43}=:"
    assert wire.send("PUT", BODY, Repr_Digest=wrong).status_code == 400
    assert wire.send("HEAD").headers["upload-offset"] == "0"
    for told_range in ("bytes 0-9/5", "bytes x", "lines 0-1/2", ""):
        assert wire.send("PUT", b"0123456789", Content_Range=told_range).status_code == 400
    assert wire.send("PUT", b"0123456789", Content_Range="bytes 0-3/100").status_code == 413


def test_a_sink_takes_no_more_than_it_was_allowed(town: Town, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    sink_here = town.bureau.exchange.dataplanes.sink
    monkeypatch.setattr(sink_here, "_limits", Limits(each=1000))
    assert wire.send("PUT", b"x" * 1001).status_code == 413
    assert wire.send("POST", (b"x" * 100 for _ in range(20))).status_code == 413
    assert wire.send("PUT", b"x" * 10, Content_Range="bytes 0-9/2000").status_code == 413
    for limits in (Limits(free=10**18), Limits(unfinished=0)):
        monkeypatch.setattr(sink_here, "_limits", limits)
        assert wire.send("PUT", b"x").status_code == 503


def test_a_sender_that_hangs_does_not_keep_its_successor_out(
    town: Town, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LOOK_AGAIN_SECONDS", 0.1)
    total = len(BODY)
    head = f"PUT /data/in/{wire.pid} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {wire.token}\r\n"
    head += f"Content-Range: bytes 0-{total - 1}/{total}\r\nContent-Length: {total}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", town.bureau.port), timeout=5) as line:
        line.sendall(head.encode() + BODY[:5000])
        time.sleep(0.2)
        began = time.monotonic()
        assert wire.send("PUT", BODY, Content_Range=f"bytes 0-{total - 1}/{total}").status_code == 201
        assert time.monotonic() - began < 3
        assert b" 409 " in line.recv(1000)
    file = arrived(town, wire.pid)
    assert file is not None
    assert file.read_bytes() == BODY


def test_a_sender_that_falls_silent_is_let_go(town: Town, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LOOK_AGAIN_SECONDS", 0.05)
    monkeypatch.setattr(sink, "SILENCE_SECONDS", 0.2)
    head = f"PUT /data/in/{wire.pid} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {wire.token}\r\n"
    head += f"Content-Range: bytes 0-9999/{len(BODY)}\r\nContent-Length: 10000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", town.bureau.port), timeout=5) as line:
        line.sendall(head.encode() + BODY[:5000])
        assert b" 503 " in line.recv(1000)
    assert wire.send("HEAD").headers["upload-offset"] == "5000"


class ForeignSink:
    """A consumer's plain endpoint: it takes a POST, and knows nothing of going on."""

    def __init__(self, head: int) -> None:
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer  # noqa: PLC0415

        self.taken: list[tuple[str, bytes, dict[str, str]]] = []
        taken = self.taken

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.send_response(head)
                self.end_headers()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                taken.append((self.path, body, {name.lower(): text for name, text in self.headers.items()}))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/sink"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.mark.parametrize("head", [200, 404, 405, 501])
def test_a_foreign_sink_gets_everything_in_one_request(town: Town, wire: Wire, served: FileSource, head: int) -> None:
    foreign = ForeignSink(head)
    try:
        with town.school.work() as work:
            from skillspace.exchange.transfer import store  # noqa: PLC0415

            found = store.one(work, str(at_bureau(town, wire.pid).provider_pid))
            assert found is not None
            store.change(work, found, address={"endpoint": foreign.address, "token": "sink-token"})
        town.school.exchange.sources.register(found.dataset, served)
        town.school.exchange.dataplanes.pushes._push(found.pid)
    finally:
        foreign.close()
    assert [(path, body) for path, body, _ in foreign.taken] == [("/sink", BODY)]
    headers = foreign.taken[0][2]
    assert (headers["authorization"], headers["content-type"]) == ("Bearer sink-token", "text/csv")


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


def test_a_push_cannot_be_pulled_and_a_pull_cannot_be_pushed_to(town: Town, wire: Wire) -> None:
    provider_pid = str(at_bureau(town, wire.pid).provider_pid)
    reply = httpx.get(
        f"{town.school.base}/data/{provider_pid}", headers={"Authorization": f"Bearer {wire.token}"}, trust_env=False
    )
    assert reply.status_code == 403
