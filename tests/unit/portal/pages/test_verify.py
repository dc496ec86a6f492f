"""Anybody has a document checked without signing in, reads the outcome in plain words, and leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from skillspace.kernel.clock import now
from skillspace.node.composition import Node, compose
from skillspace.portal.pages import routers
from skillspace.records.credentials import issue
from skillspace.records.credentials.data_integrity import add_proof
from skillspace.records.credentials.selective import KeyBinding, bind, read_token
from skillspace.records.credentials.selective import issue as issue_selective
from skillspace.storage.database import metadata
from skillspace.trust.identity import Peer
from skillspace.trust.verification.room import MOST_OF_ONE
from skillspace.wire.jose import SigningKey
from skillspace.wire.proof_key import ProofKey
from tests.nodes import make_node
from tests.unit.trust.issuers.sealing import authority, organisation, sealed

PROOF = ProofKey.from_seed(bytes(range(32)))


@pytest.fixture
def node(tmp_path: Path, starter_taxonomies: Path) -> Iterator[Node]:
    settings = make_node(
        tmp_path / "node", "Invented School", "authority", "school", taxonomies=str(starter_taxonomies)
    )
    found = compose(settings)
    with found.database.writing() as work:
        found.trust.directory.replace(work, [Peer(did=found.trust.did, name="Invented School", roles=frozenset())])
    yield found
    found.stop()


@pytest.fixture
def client(node: Node) -> TestClient:
    app = FastAPI()
    for each in routers(node.rooms):
        app.include_router(each)
    return TestClient(app, base_url=node.rooms.address, follow_redirects=False)


def badge(**more: Any) -> str:
    credential = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": PROOF.did,
        "credentialSubject": {"id": "did:example:learner"},
    }
    return json.dumps(add_proof(credential, key=PROOF, method=PROOF.method_of_did, at=now()) | more)


def told(answer: httpx.Response, status: int = 200) -> str:
    assert answer.status_code == status, answer.text
    return unescape(answer.text)


def checked(client: TestClient, content: str | bytes, status: int = 200, **headers: str) -> str:
    raw = content.encode() if isinstance(content, str) else content
    return told(client.post("/verify", data={"csrf": ""}, files={"file": ("x", raw)}, headers=headers), status)


def contents(node: Node) -> dict[str, int]:
    with node.database.reading() as work:
        return {
            table.name: len(work.rows(sa.select(sa.literal(1)).select_from(table))) for table in metadata.sorted_tables
        }


def files(node: Node) -> list[tuple[str, int]]:
    return sorted(
        (str(file), file.stat().st_size) for file in node.settings.folder.rglob("*") if "node.db" not in file.name
    )


def test_the_page_is_open_to_everybody_and_may_use_the_camera(client: TestClient) -> None:
    answer = client.get("/verify")
    assert "Check a document" in told(answer)
    assert answer.headers["permissions-policy"].startswith("camera=(self)")
    assert client.get("/sign-in").headers["permissions-policy"].startswith("camera=()")


def test_a_credential_of_a_member_holds_and_it_is_told_who_vouches(node: Node, client: TestClient) -> None:
    token = issue(
        "Diploma", {}, issuer_key=node.trust.key, issuer_did=node.trust.did, subject_did="did:example:l",
        valid_for=timedelta(days=1),
    )  # fmt: skip
    page = checked(client, token)
    assert "It holds, and it is proven who vouches for it." in page
    assert f"{node.settings.data_space} has it among its members, as Invented School." in page
    assert "Nobody whose word counts here says that it is accredited for this." in page
    assert "did:example:l" in page


def test_what_somebody_was_shown_tells_what_nobody_but_who_asked_can_know(node: Node, client: TestClient) -> None:
    holder = SigningKey.generate("holder")
    kept = issue_selective(
        "urn:x", {}, issuer_key=node.trust.key, issuer_did=node.trust.did, hidden=(), at=now(),
        holder_jwk=holder.public_jwk(),
    )  # fmt: skip
    shown = bind(read_token(kept), KeyBinding(audience="x509_hash:yard", nonce="n"), holder, at=now())
    page = checked(client, str(shown))
    assert "It holds, and it is proven who vouches for it." in page
    assert "Its holder signed for showing exactly this" in page
    assert "for x509_hash:yard." in page
    assert "Whether it was shown to you cannot be seen here" in page
    thief = bind(read_token(kept), KeyBinding(audience="x", nonce="n"), SigningKey.generate("thief"), at=now())
    page = checked(client, str(thief))
    assert "Do not rely on it" in page
    assert "Its holder did not sign for showing this" in page


def test_a_key_alone_holds_and_nobody_knows_whose_it_is(client: TestClient) -> None:
    page = checked(client, badge())
    assert "It holds, but it is not proven who vouches for it." in page
    assert "It is a key and nothing else" in page


def test_a_document_that_was_changed_is_not_to_be_relied_on(client: TestClient) -> None:
    page = checked(client, badge(name="changed"))
    assert "Do not rely on it" in page
    assert "How far its issuer is trusted" not in page


def test_what_nobody_signed_says_so(client: TestClient) -> None:
    page = checked(client, json.dumps({"basics": {"name": "Robin Sample"}, "skills": [{"name": "Welding"}]}))
    assert "anybody could have written it" in page
    assert "Robin Sample" in page
    assert "Welding" in page


def test_a_sealed_document_tells_who_sealed_it(client: TestClient) -> None:
    page = checked(client, json.dumps(sealed(organisation(authority()))))
    assert "The seal fits; nothing was changed" in page
    assert "whom nobody here knows" in page
    assert "it is not proven who vouches for it" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": ""}, "Choose a file, or paste the text."),
        ({"text": "openid-credential-offer://?credential_offer=x"}, "This is a link."),
        ({"text": "https://school.example/badge"}, "This is a link."),
        ({"text": "hello <script>"}, "This cannot be read"),
    ],
)
def test_what_is_no_document_is_refused_in_words_and_stands_there_still(
    client: TestClient, fields: dict[str, str], words: str
) -> None:
    answer = client.post(
        "/verify", data={"csrf": "", **fields}, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    page = told(answer, 400)
    assert words in page
    assert "<script>" not in answer.text
    assert fields["text"] in page


def test_the_text_may_be_pasted(client: TestClient) -> None:
    assert "It holds" in told(client.post("/verify", data={"csrf": "", "text": f"\n{badge()}\n"}))


@pytest.mark.parametrize(("language", "words"), [("fr", "Il tient, mais rien ne prouve"), ("sv", "Det håller, men")])
def test_the_outcome_is_told_in_the_reader_s_language(client: TestClient, language: str, words: str) -> None:
    assert words in checked(client, badge(), **{"accept-language": language})


def test_of_what_was_checked_no_row_and_no_file_is_left(node: Node, client: TestClient) -> None:
    rows, kept = contents(node), files(node)
    for content in (
        badge(),
        badge(name="changed"),
        json.dumps({"basics": {"name": "Robin Sample"}, "skills": [{"name": "Welding"}]}),
    ):
        checked(client, content)
    client.post("/verify", data={"csrf": "", "text": "hello"})
    assert (contents(node), files(node)) == (rows, kept)


def test_who_checks_too_much_is_slowed(client: TestClient) -> None:
    for _ in range(MOST_OF_ONE):
        client.post("/verify", data={"csrf": "", "text": "hello"})
    assert "Too many documents" in told(client.post("/verify", data={"csrf": "", "text": "hello"}), 429)


def test_a_form_from_elsewhere_is_not_taken(client: TestClient) -> None:
    answer = client.post("/verify", data={"text": badge()}, headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == 403
