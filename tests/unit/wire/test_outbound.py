"""No peer can lead this node to a place it must not call."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from skillspace.kernel.errors import BadInput, PeerUnreachable
from skillspace.wire.outbound import Outbound
from tests.patience import PATIENCE_S


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/secret")
            self.end_headers()
            return
        self.send_response(503 if self.path == "/ill" else 200)
        self.end_headers()
        self.wfile.write(b"x" * 1000)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def outbound() -> Iterator[Outbound]:
    client = Outbound(loopback=True, timeout_s=PATIENCE_S)
    yield client
    client.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/x",
        "http://169.254.169.254/latest/meta-data",
        "https://192.168.1.1/x",
        "http://[::ffff:10.0.0.1]/x",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "https://user@127.0.0.1/x",
        "//127.0.0.1/x",
    ],
)
def test_an_address_inside_a_network_or_of_another_kind_is_never_called(outbound: Outbound, url: str) -> None:
    with pytest.raises(BadInput):
        outbound.send("GET", url)


def test_without_the_loopback_setting_this_machine_is_out_of_reach(address: str) -> None:
    with pytest.raises(BadInput):
        Outbound().send("GET", address)


def test_plain_http_leads_to_public_addresses_and_only_where_that_was_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    meanings = iter(["93.184.216.34"] * 2 + ["10.0.0.1", "127.0.0.1", "169.254.169.254"])

    def found(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(meanings), 0))]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    Outbound(plain=True)._check("http://lists.example/all.crl")
    with pytest.raises(BadInput, match="HTTPS"):
        Outbound()._check("http://lists.example/all.crl")
    for _ in range(3):
        with pytest.raises(BadInput, match="inside a network"):
            Outbound(plain=True)._check("http://lists.example/all.crl")


def test_a_name_that_means_another_place_a_moment_later_leads_nowhere(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(address.rpartition(":")[2])
    meanings = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])

    def changing(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(meanings), 0))]

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    with pytest.raises(BadInput, match="inside a network"):
        Outbound().send("GET", f"https://changing.example:{port}/")


def test_a_host_of_two_addresses_is_reached_by_the_one_that_answers(outbound: Outbound, address: str) -> None:
    assert outbound.send("GET", address.replace("127.0.0.1", "localhost")).status == 200


def test_a_redirect_is_not_followed(outbound: Outbound, address: str) -> None:
    assert outbound.send("GET", f"{address}/redirect").status == 302


def test_a_reply_longer_than_allowed_is_cut_off_with_a_reason(outbound: Outbound, address: str) -> None:
    with pytest.raises(BadInput, match="more than 999 bytes"):
        outbound.send("GET", address, max_bytes=999)
    assert len(outbound.send("GET", address, max_bytes=1000).body) == 1000


def test_a_peer_that_is_ill_or_silent_is_unreachable_and_can_be_asked_again(outbound: Outbound, address: str) -> None:
    with pytest.raises(PeerUnreachable):
        outbound.send("GET", f"{address}/ill")
    with pytest.raises(PeerUnreachable):
        outbound.send("GET", "http://127.0.0.1:1/")
