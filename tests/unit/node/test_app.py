"""The application of a node: headers on every answer, one way to say no, and no body without an end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from skillspace.node.app import application
from skillspace.node.composition import Node, compose
from skillspace.node.frame import HEADERS, MAX_BODY_BYTES
from tests.nodes import make_node


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, starter_taxonomies: Path) -> Iterator[Node]:
    folder = tmp_path_factory.mktemp("app") / "hub"
    packs = str(starter_taxonomies)
    made = compose(make_node(folder, "Invented Space", "authority", "intermediary", taxonomies=packs))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def client(node: Node) -> TestClient:
    return TestClient(application(node), base_url=node.settings.address, raise_server_exceptions=False)


@pytest.mark.parametrize(
    "path",
    ["/health", "/.well-known/did.json", "/sign-in", "/nowhere", "/membership/members", "/dsp/2025-1/catalog/request"],
)
def test_every_answer_carries_the_headers_that_protect_a_browser(client: TestClient, path: str) -> None:
    answer = client.get(path)
    for name in HEADERS:
        assert answer.headers[name], (path, name)
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "server" not in answer.headers


def test_a_node_says_who_it_is_and_keeps_its_key_to_itself(client: TestClient, node: Node) -> None:
    document = client.get("/.well-known/did.json").json()
    assert document["id"] == node.settings.did
    key = document["verificationMethod"][0]["publicKeyJwk"]
    assert "d" not in key
    assert node.trust.key.private_jwk()["d"] not in client.get("/.well-known/did.json").text


def test_an_address_nobody_answers_is_json_for_machines_and_a_page_for_people(client: TestClient) -> None:
    for_machines = client.get("/nowhere", headers={"Accept": "application/json"})
    assert (for_machines.status_code, for_machines.json()["code"]) == (404, "NotFound")
    for_people = client.get("/nowhere", headers={"Accept": "text/html"})
    assert for_people.status_code == 404
    assert "<h1>" in for_people.text


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_no_page_of_a_library_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/membership/members"),
        ("POST", "/dsp/2025-1/catalog/request"),
        ("POST", "/dsp/2025-1/negotiations/request"),
        ("POST", "/dsp/2025-1/transfers/request"),
        ("POST", "/consent/grants"),
        ("POST", "/people/links"),
        ("POST", "/people/shares/grant-1/comments"),
    ],
)
@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer x.y.z", "Basic YTpi", "Bearer " + "a" * 9000])
def test_who_shows_no_membership_gets_nothing(
    client: TestClient, method: str, path: str, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    body = {"code": "x", "subject": "urn:x:1", "credential": "x", "by": "x", "text": "x"}
    answer = client.request(method, path, headers=headers, json=body if method == "POST" else None)
    assert answer.status_code in (400, 401, 403), answer.text


def test_a_body_announced_too_large_is_refused_unread(client: TestClient) -> None:
    answer = client.post("/consent/grants", content=b"x", headers={"Content-Length": str(MAX_BODY_BYTES + 1)})
    assert (answer.status_code, answer.json()["code"]) == (413, "TooLarge")
    assert client.post("/sign-in", content=b"x", headers={"Content-Length": "-1"}).status_code == 413


@pytest.mark.parametrize("path", ["/people/links", "/consent/grants", "/dsp/2025-1/catalog/request", "/sign-in"])
def test_a_body_that_does_not_end_is_refused_when_it_is_too_large(client: TestClient, path: str) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 65536 + 2):
            yield b"x" * 65536

    headers = {"Content-Type": "application/json"}
    answer = client.post(path, content=endless(), headers=headers)
    assert answer.status_code in (400, 401, 413), (path, answer.status_code, answer.text[:200])


def test_what_cannot_be_read_is_said_with_its_place(client: TestClient) -> None:
    answer = client.post("/membership/applications", json={"name": 7})
    assert answer.status_code in (400, 401)
    assert set(answer.json()) == {"code", "message"}


def test_a_push_is_not_cut_at_the_limit_of_messages(client: TestClient) -> None:
    body = b"x" * (7 * 1024 * 1024)
    refused = client.put("/data/in/urn:uuid:none", content=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "TokenRefused")
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert client.post("/data/urn:uuid:none", content=body).status_code == 413
