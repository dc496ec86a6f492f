"""The sink of a consumer, asked by hand, and a plain sink of somebody else's."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import httpx2 as httpx
import pytest

from skillspace.exchange.dataplane import push, sending, sink
from skillspace.exchange.dataplane.files import FileSource
from skillspace.exchange.dataplane.sink import Limits
from skillspace.exchange.parties import PROVIDER
from tests.unit.exchange.dataplane.asking import at_bureau, open_dataset
from tests.unit.exchange.dataplane.pushing import BODY, arrived, begun, told
from tests.unit.exchange.neighbours import Diplomas, Town, settle

pytestmark = pytest.mark.usefixtures("listening")


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
    with socket.create_connection(("127.0.0.1", town.bureau.port), timeout=30) as line:
        line.sendall(head.encode() + BODY[:5000])
        time.sleep(0.2)
        began = time.monotonic()
        assert wire.send("PUT", BODY, Content_Range=f"bytes 0-{total - 1}/{total}").status_code == 201
        assert time.monotonic() - began < 25
        assert b" 409 " in line.recv(1000)
    file = arrived(town, wire.pid)
    assert file is not None
    assert file.read_bytes() == BODY


def test_a_sender_that_falls_silent_is_let_go(town: Town, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LOOK_AGAIN_SECONDS", 0.05)
    monkeypatch.setattr(sink, "SILENCE_SECONDS", 0.2)
    head = f"PUT /data/in/{wire.pid} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {wire.token}\r\n"
    head += f"Content-Range: bytes 0-9999/{len(BODY)}\r\nContent-Length: 10000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", town.bureau.port), timeout=30) as line:
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


def test_a_push_cannot_be_pulled_and_a_pull_cannot_be_pushed_to(town: Town, wire: Wire) -> None:
    provider_pid = str(at_bureau(town, wire.pid).provider_pid)
    reply = httpx.get(
        f"{town.school.base}/data/{provider_pid}", headers={"Authorization": f"Bearer {wire.token}"}, trust_env=False
    )
    assert reply.status_code == 403
