"""The doctor against servers that misbehave in every way: it always says what is wrong, in bounded time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.exchange.doctor import CHECKS, Doctor, Finding, Instruments, Level, exit_code, service, worst
from skillspace.exchange.doctor.findings import finding_of
from skillspace.kernel.errors import BadInput, PeerUnreachable, Refused
from skillspace.storage.database import Database
from skillspace.trust.authentication import ClaimsAuthentication
from skillspace.trust.identity import DidResolver, PeerClient, SelfIssuedTokens
from skillspace.wire.jose import SigningKey
from skillspace.wire.outbound import Outbound
from tests.tables import make_tables
from tests.unit.exchange.doctor.servers import (
    Server,
    as_json,
    certified,
    dripping,
    endless,
    http,
    serving,
)

OWN = "did:web:127.0.0.1%3A1"


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PeerClient]:
    database = Database.in_folder(tmp_path_factory.mktemp("doctor"))
    make_tables(database)
    outbound = Outbound(loopback=True)
    resolver = DidResolver(outbound, loopback=True)
    tokens = SelfIssuedTokens(OWN, SigningKey.generate(f"{OWN}#key-1"), resolver, database)
    yield PeerClient(outbound, tokens, resolver, own_access=lambda _: None)
    outbound.close()
    database.close()


@pytest.fixture
def look(peers: PeerClient) -> Callable[..., dict[str, Finding]]:
    """Examine a peer and return its findings by check; `more` are other instruments."""

    def examine(peer: str, *, check_s: float = 3.0, round_s: float = 20.0, **more: Any) -> dict[str, Finding]:
        def nobody(_header: str | None) -> Any:
            raise Refused()

        facts: dict[str, Any] = {
            "own_address": "http://127.0.0.1:1",
            "authentication": ClaimsAuthentication(peers, nobody),
            "peers": peers,
            "loopback": True,
            "timeout_s": 1.0,
        }
        doctor = Doctor(Instruments(**facts | more), check_s=check_s, round_s=round_s)
        told: list[Finding] = []
        findings = doctor.examine(peer, told.append)
        assert told == findings
        assert [one.check for one in findings] == list(CHECKS)
        for one in findings:
            assert one.text
            assert bool(one.mend) == (one.level in (Level.WARN, Level.FAIL)), one
            assert one.advice is not None
            assert finding_of(one.as_json()) == one
        return {one.check: one for one in findings}

    return examine


Look = Callable[..., dict[str, Finding]]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found.orderly()


def test_a_foreign_connector_in_order_is_told_from_what_cannot_be_asked_of_it(look: Look, server: Server) -> None:
    found = look(server.did, is_member=lambda did: did == server.did, own_address=f"http://127.0.0.1:{server.port}")
    levels = {name: one.level for name, one in found.items()}
    assert {name for name, level in levels.items() if level is not Level.OK} == {"way-back", "credentials"}
    assert levels["way-back"] is Level.SKIP
    assert "Our own address" in found["way-back"].text
    assert "The authority lists them" in found["credentials"].text
    assert worst(found.values()) is Level.SKIP
    assert exit_code(found.values()) == 0


def test_our_own_address_is_looked_at_when_nobody_tries_the_way_back(look: Look, server: Server) -> None:
    found = look(server.did)
    assert "Our own address http://127.0.0.1:1 does not answer" in found["way-back"].text
    assert found["credentials"].level is Level.WARN
    assert exit_code(found.values()) == PeerUnreachable.exit_code


NO_PEERS = ("", "nobody", "did:key:z6Mk", "did:web:", "ftp://x", "http://", "http://u:p@x", "http://[", "\x00")


@pytest.mark.parametrize("peer", [*NO_PEERS, "did:web:x" * 99])
def test_what_is_no_peer_is_said_to_be_none(look: Look, peer: str) -> None:
    found = look(peer)
    assert found["name"].level is Level.FAIL
    assert {one.level for name, one in found.items() if name != "name"} == {Level.SKIP}


def test_a_name_that_leads_nowhere_and_a_port_that_is_shut(look: Look) -> None:
    found = look("did:web:no-such-name.invalid")
    assert "leads nowhere" in found["name"].text
    with serving() as gone:
        did = gone.did
    assert "refuses connections" in look(did)["connection"].text
    assert exit_code(found.values()) == PeerUnreachable.exit_code


def test_a_name_inside_a_network_is_never_called(look: Look, server: Server) -> None:
    found = look(server.did, loopback=False)
    assert found["name"].level is Level.FAIL
    for inside in ("https://10.0.0.1", "https://169.254.169.254", "https://127.0.0.1:1"):
        assert "must not be called" in look(inside, loopback=False)["name"].text
    assert server.asked == []


def test_a_peer_cannot_lead_the_doctor_inside(look: Look, server: Server) -> None:
    document = server.document()
    services: Any = document["service"]
    services[0]["serviceEndpoint"] = "http://169.254.169.254/.well-known/dspace-version"
    services.append({"id": "#n", "type": "SkillspaceNode", "serviceEndpoint": "http://10.0.0.1"})
    server.answers["/.well-known/did.json"] = as_json(document)
    found = look(server.did)
    assert found["versions"].level is Level.FAIL
    assert found["way-back"].level is Level.FAIL
    assert "not reached over HTTPS" in found["versions"].text + found["way-back"].text


@pytest.mark.parametrize(
    ("ahead", "level"), [(0, "ok"), (3, "ok"), (12, "warn"), (-12, "warn"), (90, "fail"), (-90, "fail")]
)
def test_clocks_that_differ(look: Look, server: Server, ahead: int, level: str) -> None:
    date = datetime.now(UTC) + timedelta(seconds=ahead)
    server.answers["/.well-known/did.json"] = http(b"{}", date=date)
    found = look(server.did)["clock"]
    assert found.level == level
    assert level == "ok" or ("ahead of" if ahead > 0 else "behind") in found.text


def test_no_date_says_nothing_about_clocks(look: Look, server: Server) -> None:
    server.answers["/.well-known/did.json"] = b"HTTP/1.1 200 OK\r\nDate: soon\r\nContent-Length: 2\r\n\r\n{}"
    assert look(server.did)["clock"].level is Level.SKIP


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (http(b"\x00garbage"), "cannot be read"),
        (http(b"", 302, Location="https://elsewhere.example"), "answer 302"),
        (as_json({"id": "did:web:somebody.else"}), "is not its DID document"),
        (http(b"{" * 100_000), "more than"),
        (http(b"[" * 30_000), "cannot be read"),
        (http(b"oops", 500), "500"),
        (b"", "does not answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "does not answer"),
        (endless, "more than"),
        (dripping, "seconds"),
    ],
    ids=range(10),
)
def test_a_document_that_is_none(look: Look, server: Server, answer: Any, why: str) -> None:
    server.answers["/.well-known/did.json"] = answer
    began = time.monotonic()
    found = look(server.did, check_s=1.0)
    assert time.monotonic() - began < 40
    assert found["document"].level is Level.FAIL
    assert why in found["document"].text
    assert exit_code(found.values()) == BadInput.exit_code or found["clock"].level is Level.FAIL
    assert {found[name].level for name in ("keys", "services", "versions", "catalog")} == {Level.SKIP}


def test_keys_and_services_that_are_missing_are_named(look: Look, server: Server) -> None:
    server.answers["/.well-known/did.json"] = as_json(server.document(capabilityInvocation=[], service=[]))
    found = look(server.did)
    assert "capabilityInvocation" in found["keys"].text
    assert "DataService" in found["services"].text
    soon = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    document: Any = server.document()
    document["verificationMethod"][0]["expires"] = soon
    server.answers["/.well-known/did.json"] = as_json(document)
    assert look(server.did)["keys"].level is Level.WARN


def test_versions_that_are_not_ours_and_tokens_that_are_not_taken(look: Look, server: Server) -> None:
    versions = "/dsp/.well-known/dspace-version"
    catalog = "/dsp/2025-1/catalog/request"
    reason = {"@type": "CatalogError", "code": "401", "reason": ["who are you?"]}
    for status, fault in ((401, "who are you?"), (403, "who are you?"), (404, "refuse our request")):
        server.answers[catalog] = as_json(reason, status)
        found = look(server.did)
        assert found["catalog"].level is Level.FAIL
        assert fault in found["catalog"].text
        assert str(status) in found["catalog"].text
        assert exit_code(found.values()) == Refused.exit_code
    server.answers[catalog] = http(b"<html>")
    assert look(server.did)["catalog"].level is Level.FAIL
    server.answers[versions] = as_json({"protocolVersions": [{"version": "0.8", "path": "/", "binding": "HTTPS"}]})
    found = look(server.did)
    assert "they speak 0.8" in found["versions"].text
    assert found["catalog"].level is Level.SKIP


def test_the_way_back_is_told_as_the_peer_saw_it(look: Look, server: Server) -> None:
    document: Any = server.document()
    endpoint = f"http://127.0.0.1:{server.port}"
    document["service"].append({"id": "#n", "type": "SkillspaceNode", "serviceEndpoint": endpoint})
    server.answers["/.well-known/did.json"] = as_json(document)
    echo = "/exchange/echo-back"
    for report, status, level, text in (
        ({"reached": False, "message": "no route"}, 200, Level.FAIL, "no route"),
        ({"reached": True, "accepted": False, "message": "not a member"}, 200, Level.FAIL, "not a member"),
        ({"reached": True, "accepted": True, "address": "a", "milliseconds": 3}, 200, Level.OK, "3 ms"),
        ({"message": "slow down"}, 409, Level.WARN, "slow down"),
        ({}, 404, Level.FAIL, "Our own address"),
        ({"reached": ["x"], "message": {"a": 1}, "token": "x.y.z"}, 200, Level.FAIL, "cannot reach us"),
    ):
        server.answers[echo] = as_json(report, status)
        found = look(server.did)["way-back"]
        assert (found.level, text in found.text) == (level, True), found


def test_a_peer_without_a_did_is_examined_by_its_address(look: Look, server: Server) -> None:
    server.answers.pop("/.well-known/did.json")
    server.answers["/.well-known/dspace-version"] = as_json(
        {"protocolVersions": [{"version": "2025-1", "path": "/dsp/2025-1", "binding": "HTTPS"}]}
    )
    address = f"http://127.0.0.1:{server.port}"
    found = look(address)
    assert found["document"].level is Level.WARN
    assert found["versions"].level is Level.OK
    assert found["catalog"].level is Level.OK
    found = look("urn:connector:foreign", known={"urn:connector:foreign": address})
    assert "written down by hand" in found["document"].text
    assert found["catalog"].level is Level.OK


@pytest.mark.parametrize(
    ("facts", "level", "text"),
    [
        ({}, Level.OK, "lasts until"),
        ({"ends": timedelta(days=5)}, Level.WARN, "runs out in"),
        ({"ends": timedelta(days=-1)}, Level.FAIL, "ran out on"),
        ({"begins": timedelta(days=3)}, Level.FAIL, "counts only from"),
        ({"name": "else.example"}, Level.FAIL, "is for else.example"),
    ],
)
def test_certificates_as_they_should_not_be(look: Look, tmp_path: Path, facts: Any, level: Level, text: str) -> None:
    tls, believing = certified(tmp_path, **facts)
    with serving(tls) as server:
        found = look(f"https://127.0.0.1:{server.port}", trust=lambda: believing)
    assert found["certificate"].level is level
    assert text in found["certificate"].text
    assert found["clock"].level is Level.FAIL, "everything but the certificate is called with the usual trust"


def test_a_certificate_nobody_vouches_for_and_a_port_without_encryption(look: Look, tmp_path: Path) -> None:
    tls, _ = certified(tmp_path)
    with serving(tls) as server:
        found = look(f"https://127.0.0.1:{server.port}", trust=lambda: httpx.create_ssl_context(trust_env=False))
    assert "Nobody known vouches" in found["certificate"].text
    with serving() as plain:
        found = look(f"https://127.0.0.1:{plain.port}")
    assert "No encrypted connection" in found["certificate"].text


@pytest.fixture(scope="module")
def shapeless() -> Iterator[Server]:
    with serving() as found:
        yield found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
GARBAGE = st.binary(max_size=200) | st.binary(max_size=200).map(http) | JSON.map(as_json)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    document=GARBAGE,
    versions=GARBAGE,
    catalog=GARBAGE,
    echo=GARBAGE,
    broken=st.sets(st.sampled_from(["document", "versions", "catalog", "echo"])),
)
def test_whatever_a_peer_answers_there_is_a_finding_for_every_check(
    look: Look, shapeless: Server, document: Any, versions: Any, catalog: Any, echo: Any, broken: set[str]
) -> None:
    shapeless.orderly()
    fine: Any = shapeless.document()
    endpoint = f"http://127.0.0.1:{shapeless.port}"
    fine["service"].append({"id": "#n", "type": "SkillspaceNode", "serviceEndpoint": endpoint})
    shapeless.answers["/.well-known/did.json"] = document if "document" in broken else as_json(fine)
    if "versions" in broken:
        shapeless.answers["/dsp/.well-known/dspace-version"] = versions
    if "catalog" in broken:
        shapeless.answers["/dsp/2025-1/catalog/request"] = catalog
    shapeless.answers["/exchange/echo-back"] = echo if "echo" in broken else as_json({"reached": True})
    look(shapeless.did, check_s=1.0, timeout_s=0.5)


def test_a_check_of_ours_that_breaks_is_a_finding_too(
    look: Look, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Finding:
        raise ZeroDivisionError("secret")

    monkeypatch.setitem(service.ROUND, "keys", broken)  # type: ignore[arg-type]
    found = look(server.did)["keys"]
    assert found.level is Level.FAIL
    assert "secret" not in found.text


def test_no_examination_takes_longer_than_it_may(look: Look, server: Server) -> None:
    server.answers, server.otherwise = {}, dripping
    began = time.monotonic()
    found = look(server.did, check_s=30.0, round_s=2.0)
    assert time.monotonic() - began < 20
    assert found["clock"].level is not Level.FAIL or found["document"].level is not Level.OK
