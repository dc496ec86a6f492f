"""HTTPS of the node's own: what is spoken, renewed and refused; and proxies, where one stands before the node."""

from __future__ import annotations

import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from skillspace.kernel.clock import now
from skillspace.kernel.errors import BadInput
from skillspace.node import serving
from skillspace.node.app import application
from skillspace.node.composition import compose
from skillspace.node.encryption import Encryption, TlsTerms
from skillspace.node.frame import frame
from skillspace.node.serving import answering, in_a_thread, server
from skillspace.node.settings import Settings, settings_of
from skillspace.wire.jose import SigningKey
from tests.certificates import TLS, Authority, authority, context_of, lay_tls, private_pem
from tests.nodes import make_node, until
from tests.patience import PATIENCE_S

ROOT = authority("Invented Root", at=now())
TERMS = TlsTerms(**TLS)


def lay(folder: Path, by: Authority = ROOT, key: SigningKey | None = None) -> SigningKey:
    """Write a certificate for this machine and its key (or another key) into a folder."""
    return lay_tls(folder, by, "localhost", "127.0.0.1", key=key)


@contextmanager
def encrypted(folder: Path, **more: object) -> Iterator[Settings]:
    """Run a node that speaks HTTPS itself."""
    settings = make_node(folder, "Invented Space", "authority", taxonomies=str(folder / "none"), **more)
    lay(folder)
    told = {"address": settings.address.replace("http://127.0.0.1", "https://localhost"), "tls": TERMS}
    settings = settings.model_copy(update=told)
    with answering(compose(settings)):
        yield settings


def test_a_node_with_a_certificate_speaks_https_and_nothing_old(tmp_path: Path) -> None:
    with encrypted(tmp_path / "hub") as settings:
        told = httpx.get(f"{settings.address}/health", verify=context_of(ROOT), trust_env=False)
        assert told.json()["did"] == settings.did
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{settings.address}/health", verify=context_of(authority(at=now())), trust_env=False)
        for version, works in ((ssl.TLSVersion.TLSv1_3, True), (ssl.TLSVersion.TLSv1_2, True), (_OLD, False)):
            assert speaks(settings.port, version) is works
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://localhost:{settings.port}/health", trust_env=False)


_OLD = ssl.TLSVersion.TLSv1_1


def speaks(port: int, version: ssl.TLSVersion) -> bool:
    """Whether a handshake in one version of the protocol comes about."""
    context = context_of(ROOT)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        # The old one is named here to be refused.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        try:
            with context.wrap_socket(line, server_hostname="localhost") as secured:
                return secured.version() is not None
        except ssl.SSLError:
            return False


def test_a_renewed_certificate_is_taken_up_without_a_stop(tmp_path: Path) -> None:
    settings = make_node(tmp_path / "hub", "Invented Space", "authority", taxonomies=str(tmp_path / "none"))
    lay(settings.folder)
    held, later = Encryption(settings.folder, TERMS), authority("Invented Later Root", at=now())
    assert not held.renew()
    lay(settings.folder, by=later)
    assert held.renew()
    assert handshake(held, context_of(later)) is None
    assert isinstance(handshake(held, context_of(ROOT)), ssl.SSLCertVerificationError)
    # Who calls an address of numbers names no host.
    assert handshake(held, context_of(later), host="127.0.0.1") is None
    assert not held.renew()


def test_a_running_node_answers_with_what_was_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "LOOK_FOR_RENEWED_S", 0)
    later = authority("Invented Later Root", at=now())
    with encrypted(tmp_path / "hub") as settings:
        lay(settings.folder, by=later)
        until(lambda: is_believed(settings, later), "the new certificate is shown")
        assert not is_believed(settings, ROOT)


def is_believed(settings: Settings, root: Authority) -> bool:
    """Whether who trusts one authority alone gets an answer."""
    try:
        return httpx.get(f"{settings.address}/health", verify=context_of(root), trust_env=False).status_code == 200
    except httpx.ConnectError:
        return False


@pytest.mark.parametrize("spoil", ["another key", "half", "gone", "locked"])
def test_what_does_not_fit_leaves_the_certificate_in_use_as_it_is(
    tmp_path: Path, spoil: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path)
    held = Encryption(tmp_path, TERMS)
    secret = private_pem(spoiled(tmp_path, spoil)).decode().split("\n")[1]
    assert not held.renew()
    assert handshake(held, context_of(ROOT)) is None
    said = capsys.readouterr().out
    assert "certificate.not_renewed" in said
    assert secret not in said
    lay(tmp_path)
    assert held.renew()


@pytest.mark.parametrize("spoil", ["another key", "half", "gone", "locked"])
def test_a_node_does_not_start_with_what_does_not_fit(tmp_path: Path, spoil: str) -> None:
    settings = make_node(tmp_path / "hub", "Invented Space", "authority", taxonomies=str(tmp_path / "none"))
    lay(settings.folder)
    spoiled(settings.folder, spoil)
    node = compose(settings.model_copy(update={"tls": TERMS}))
    with pytest.raises(BadInput, match="no certificate and its key"):
        server(node, application(node))
    node.stop()


def spoiled(folder: Path, how: str) -> SigningKey:
    """Spoil certificate or key in one way; return the key that was written last."""
    if how == "another key":
        other = SigningKey.generate("other")
        lay(folder, key=other)
        return other
    own = lay(folder)
    if how == "half":
        content = (folder / TERMS.certificate).read_bytes()
        (folder / TERMS.certificate).write_bytes(content[: len(content) // 2])
    elif how == "gone":
        (folder / TERMS.certificate).unlink()
    else:
        (folder / TERMS.key).write_bytes(private_pem(own, passphrase=b"invented"))
    return own


def handshake(held: Encryption, theirs: ssl.SSLContext, host: str = "localhost") -> Exception | None:
    """Shake hands in memory; return what the client holds against it."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = theirs.wrap_bio(to_client, to_server, server_hostname=host)
    other = held.context.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (client, other):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError as fault:
                return fault
    return None


def test_a_node_that_stops_does_not_wait_for_who_says_nothing(tmp_path: Path) -> None:
    settings = make_node(tmp_path / "hub", "Invented Space", "authority", taxonomies=str(tmp_path / "none"))
    lay(settings.folder)
    running = server(compose(settings.model_copy(update={"tls": TERMS})))
    # So long would it wait for connections that stay open.
    running.config.timeout_graceful_shutdown = 10 * PATIENCE_S
    before = set(threading.enumerate())
    with in_a_thread(running, within_s=PATIENCE_S):
        silent = socket.create_connection(("127.0.0.1", settings.port))
        secured = context_of(ROOT).wrap_socket(silent, server_hostname="localhost")
        secured.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert secured.recv(12) == b"HTTP/1.1 200"
    assert not [thread for thread in set(threading.enumerate()) - before if thread.name.endswith("(run)")]
    secured.close()


def test_https_needs_an_address_that_says_so(tmp_path: Path) -> None:
    content = {"name": "Invented", "address": "http://localhost:8000", "authority": "did:web:x.example", "roles": []}
    with pytest.raises(BadInput, match="begins with https"):
        settings_of(tmp_path, content | {"tls": {"certificate": "a", "key": "b"}})


def test_behind_a_proxy_a_node_listens_where_it_was_told(tmp_path: Path) -> None:
    content = {"name": "Invented", "address": "https://school.example", "authority": "did:web:x.example", "roles": []}
    assert settings_of(tmp_path, content).port == 443
    assert settings_of(tmp_path, content | {"listen_port": 8080}).port == 8080
    for wrong in ({"listen_port": 0}, {"listen_port": 70_000}, {"proxies": ["everybody"]}):
        with pytest.raises(BadInput):
            settings_of(tmp_path, content | wrong)


@pytest.mark.parametrize(("proxies", "caller"), [(("127.0.0.0/8",), "203.0.113.7"), (("192.0.2.1",), "127.0.0.1")])
def test_a_proxy_is_believed_about_callers_where_it_is_known(
    tmp_path: Path, proxies: tuple[str, ...], caller: str
) -> None:
    settings = make_node(
        tmp_path / "hub", "Invented Space", "authority", taxonomies=str(tmp_path / "none"), proxies=list(proxies)
    )
    node = compose(settings)
    app = application(node)
    seen: list[str] = []

    @app.get("/who")
    def who(request: Request) -> None:
        assert request.client is not None
        seen.append(request.client.host)

    with in_a_thread(server(node, app)):
        headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
        httpx.get(f"{settings.address}/who", headers=headers, trust_env=False)
    assert seen == [caller]


@pytest.mark.parametrize(("address", "told"), [("https://a.example", True), ("https://a.example:8443", False)])
def test_a_whole_host_of_https_tells_browsers_to_stay_there(address: str, told: bool) -> None:
    app = FastAPI()
    frame(app, address)
    with TestClient(app) as client:
        assert ("strict-transport-security" in client.get("/").headers) is told
