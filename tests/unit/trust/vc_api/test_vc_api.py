"""Issue, check and take back over HTTP: what comes out is good, what was changed is not, and nobody else gets in."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from skillspace.kernel.errors import BadInput
from skillspace.node.composition import Node
from skillspace.node.keys import PROOF_FILE
from skillspace.node.settings import settings_of
from skillspace.node.verifying import lists_in
from skillspace.records.credentials.data_integrity import AUTHENTICATION, add_proof
from skillspace.trust.issuers.accreditation import Accreditation
from skillspace.trust.issuers.lists import read_list, write_list
from skillspace.trust.status.store import status_entries
from skillspace.wire.proof_key import ProofKey
from tests.nodes import make_node, running

V2 = "https://www.w3.org/ns/credentials/v2"
UNSIGNED: dict[str, Any] = {
    "@context": [V2],
    "type": ["VerifiableCredential"],
    "credentialSubject": {"id": "did:example:subject", "name": "Invented"},
}


def post(node: Node, path: str, content: object, **headers: str) -> httpx.Response:
    return httpx.post(f"{node.settings.address}/vc-api{path}", json=content, headers=headers, timeout=30)


def issued(node: Node, **change: Any) -> dict[str, Any]:
    answer = post(node, "/credentials/issue", {"credential": UNSIGNED | change})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()["verifiableCredential"]
    return found


def test_what_is_issued_is_good_and_what_was_changed_after_is_not(node: Node) -> None:
    credential = issued(node)
    good = post(node, "/credentials/verify", {"verifiableCredential": credential})
    assert (good.status_code, good.json()["verified"], good.json()["errors"]) == (200, True, [])
    credential["credentialSubject"]["name"] = "Somebody else"
    bad = post(node, "/credentials/verify", {"verifiableCredential": credential})
    assert (bad.status_code, bad.json()["verified"]) == (400, False)
    assert bad.json()["problemDetails"][0]["type"] == "https://w3id.org/security#PROOF_VERIFICATION_ERROR"


def standing(answer: httpx.Response) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer.json()["issuers"]
    return found


def test_beside_the_verdict_it_is_told_how_far_the_issuer_is_trusted_and_nothing_of_whose_signature_does_not_fit(
    node: Node,
) -> None:
    assert node.trust.vc_api is not None
    credential = issued(node, id="urn:invented:1")
    good = post(node, "/credentials/verify", {"verifiableCredential": credential})
    assert good.json()["verified"], "that nobody knows whose key it is makes a credential no worse than it is"
    (told,) = standing(good)
    assert (told["issuer"], told["credential"]) == (node.trust.vc_api.did, "urn:invented:1")
    assert told["identity"] == {"outcome": "unknown", "says": "It is not known who it is."}
    assert told["accreditation"]["outcome"] != "yes"
    assert (told["until"], told["checked"]) == (None, None)
    by_key = next(each for each in told["lines"] if each["source"] == "did")
    assert by_key["says"].startswith("It is a key and nothing else")
    changed = credential | {"name": "Somebody else's"}
    assert standing(post(node, "/credentials/verify", {"verifiableCredential": changed})) == []


def test_an_accredited_issuer_is_told_with_for_what_until_when_and_when_that_was_heard(node: Node) -> None:
    assert node.trust.vc_api is not None
    name, at = node.trust.vc_api.did, node.database.clock()
    until = (at + timedelta(days=30)).replace(microsecond=0)
    said = Accreditation(names=(name,), organisation="A school", by="An agency", types=("CourseCredential",))
    token = write_list([said], name="2026", signer=node.trust.did, key=node.trust.key, at=at, until=until)
    lists = lists_in(node.settings)
    found = read_list(token, node.trust.keys, node.database.clock())
    with node.database.writing() as work:
        lists.take(work, found)
    contexts = [V2, {"CourseCredential": "https://example.org/#Course"}]
    course = issued(node, **{"@context": contexts, "type": ["VerifiableCredential", "CourseCredential"]})
    document = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": [course, issued(node)]}
    stranger = ProofKey.generate()
    presentation = add_proof(document, key=stranger, method=stranger.method_of_did, at=at, purpose=AUTHENTICATION)
    try:
        answer = post(node, "/presentations/verify", {"verifiablePresentation": presentation})
    finally:
        with node.database.writing() as work:
            lists.remove(work, node.trust.did, "2026")
    assert answer.json()["verified"], answer.text
    first, second = standing(answer)
    assert (first["accreditation"]["outcome"], first["until"]) == ("yes", until.isoformat())
    assert first["accreditation"]["for"] == {"types": ["CourseCredential"]}
    assert first["checked"] is not None
    assert second["accreditation"]["outcome"] == "unknown", "it does not say that it is what the issuer is for"


def test_the_whole_answer_can_be_sent_on_and_only_as_it_came(node: Node) -> None:
    credential = UNSIGNED | {"@context": [V2, {"passed": "https://example.org/#passed"}]}
    credential["credentialSubject"] = {"id": "did:example:subject", "passed": True}
    answer = post(node, "/credentials/issue", {"credential": credential}).json()
    assert post(node, "/credentials/verify", {"verifiableCredential": answer}).status_code == 200
    inner = answer["verifiableCredential"]
    changed = inner | {"credentialSubject": {"id": "did:example:subject", "passed": 1}}
    for wrong in (
        changed | {"verifiableCredential": inner},
        inner | {"verifiableCredential": changed},
        {"verifiableCredential": inner},
        inner | {"verifiableCredential": inner, "more": "than came"},
        answer | {"verifiableCredential": answer},
    ):
        bad = post(node, "/credentials/verify", {"verifiableCredential": wrong})
        assert (bad.status_code, bad.json()["verified"]) == (400, False)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_either_cryptosuite_can_be_asked_for(node: Node, suite: str) -> None:
    answer = post(node, "/credentials/issue", {"credential": UNSIGNED, "options": {"cryptosuite": suite}})
    credential = answer.json()["verifiableCredential"]
    assert credential["proof"]["cryptosuite"] == suite
    assert post(node, "/credentials/verify", {"verifiableCredential": credential}).status_code == 200


def test_nobody_is_issued_for_but_the_node_itself(node: Node) -> None:
    assert node.trust.vc_api is not None
    for written in (
        "did:web:bank.example",
        {"id": "did:web:bank.example", "name": "Invented"},
        {"name": "Invented"},
        {"id": "", "name": "Invented"},
        "",
    ):
        credential = issued(node, issuer=written)
        issuer = credential["issuer"]
        assert (issuer["id"] if isinstance(issuer, dict) else issuer) == node.trust.vc_api.did
        assert credential["proof"]["verificationMethod"].startswith(node.trust.vc_api.did + "#")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"credential": "text"},
        {"credential": {}},
        {"credential": UNSIGNED, "options": "text"},
        {"credential": UNSIGNED | {"issuer": None}},
        {"credential": UNSIGNED | {"issuer": {"id": None}}},
        {"credential": UNSIGNED | {"issuer": {"id": {"id": "did:web:bank.example"}}}},
        {"credential": UNSIGNED | {"issuer": []}},
        {"credential": UNSIGNED | {"statusEntry": {"type": "BitstringStatusListEntry", "statusListIndex": True}}},
        {"credential": UNSIGNED | {"proof": {"type": "DataIntegrityProof"}}},
        {"credential": UNSIGNED | {"nobodyKnows": "this"}},
        {"credential": UNSIGNED, "options": {"cryptosuite": "none"}},
        {"credential": UNSIGNED | {"nobodyKnows": "this"}, "options": {"cryptosuite": "eddsa-jcs-2022"}},
    ],
)
def test_what_breaks_the_rules_is_not_issued(node: Node, body: dict[str, Any]) -> None:
    answer = post(node, "/credentials/issue", body)
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_a_refused_credential_takes_no_place_in_the_status_list(node: Node) -> None:
    def places() -> int:
        with node.database.reading() as work:
            return len(work.rows(status_entries.select()))

    before = places()
    post(node, "/credentials/issue", {"credential": UNSIGNED | {"nobodyKnows": "this"}})
    assert places() == before


def test_a_revoked_credential_is_not_good_from_that_moment_on(node: Node) -> None:
    credential = issued(node)
    kept, other = issued(node), {"verifiableCredential": credential}
    answer = post(node, "/credentials/status", {"credentialStatus": credential["credentialStatus"]})
    assert answer.status_code == 200, answer.text
    bad = post(node, "/credentials/verify", other)
    assert bad.status_code == 400
    assert bad.json()["problemDetails"][0]["type"].endswith("STATUS_VERIFICATION_ERROR")
    assert post(node, "/credentials/verify", {"verifiableCredential": kept}).status_code == 200


def test_the_status_list_is_a_good_credential_of_the_same_issuer_and_open_to_everybody(node: Node) -> None:
    entry = issued(node)["credentialStatus"]
    answer = httpx.get(entry["statusListCredential"], timeout=30)
    listed = answer.json()
    assert answer.status_code == 200
    assert listed["id"] == entry["statusListCredential"]
    assert node.trust.vc_api is not None
    assert listed["issuer"] == node.trust.vc_api.did
    assert listed["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert post(node, "/credentials/verify", {"verifiableCredential": listed}).status_code == 200


@pytest.mark.parametrize(
    "status",
    [
        {"statusListIndex": "999999999"},
        {"statusListIndex": 5},
        {},
        {"statusListIndex": "5", "statusPurpose": "suspension"},
        {"statusListIndex": "5", "statusListCredential": "https://other.example/list"},
    ],
)
def test_only_what_was_issued_here_can_be_taken_back(node: Node, status: dict[str, Any]) -> None:
    assert post(node, "/credentials/status", {"credentialStatus": status}).status_code in {400, 404}


def test_json_that_says_a_thing_twice_is_not_read(node: Node) -> None:
    content = b'{"verifiableCredential": {}, "verifiableCredential": {}}'
    answer = httpx.post(f"{node.settings.address}/vc-api/credentials/verify", content=content, timeout=30)
    assert answer.status_code == 400


def test_without_the_setting_there_is_no_vc_api(tmp_path: Path) -> None:
    with running(make_node(tmp_path / "plain", "Invented", "authority")) as [plain]:
        assert post(plain, "/credentials/issue", {"credential": UNSIGNED}).status_code == 404
        assert not (plain.settings.folder / PROOF_FILE).exists()


def test_only_who_shows_the_token_comes_in(tmp_path: Path) -> None:
    token = "an invented token"
    terms = {"token_sha256": hashlib.sha256(token.encode()).hexdigest()}
    with running(make_node(tmp_path / "closed", "Invented", "authority", vc_api=terms)) as [closed]:
        for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": f"Basic {token}"}):
            for path in ("/credentials/issue", "/credentials/verify", "/presentations/verify", "/credentials/status"):
                assert post(closed, path, {"credential": UNSIGNED}, **headers).status_code == 401
        allowed = post(closed, "/credentials/issue", {"credential": UNSIGNED}, Authorization=f"Bearer {token}")
        assert allowed.status_code == 201
        credential = allowed.json()["verifiableCredential"]
        assert credential["issuer"] == closed.trust.did
        checked = post(
            closed, "/credentials/verify", {"verifiableCredential": credential}, Authorization=f"Bearer {token}"
        )
        assert checked.status_code == 200, checked.text


def test_an_open_vc_api_is_for_a_machine_of_its_own(tmp_path: Path) -> None:
    content = {
        "name": "Invented",
        "address": "https://issuer.example",
        "roles": ["authority"],
        "authority": "did:web:a",
    }
    with pytest.raises(BadInput, match="token_sha256"):
        settings_of(tmp_path, content | {"vc_api": {}})
    assert settings_of(tmp_path, content | {"vc_api": {"token_sha256": "0" * 64}}).vc_api is not None


def test_the_proof_key_is_its_owners_alone(node: Node) -> None:
    file = node.settings.folder / PROOF_FILE
    assert file.stat().st_mode & 0o777 == 0o600
