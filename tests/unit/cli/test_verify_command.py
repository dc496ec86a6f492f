"""The command tells what is good and what is not, check by check, and its exit code says the same."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from typer.testing import CliRunner

from skillspace.cli.verify import app
from skillspace.kernel.clock import now
from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.credentials import issue
from skillspace.records.credentials.data_integrity import AUTHENTICATION, add_proof
from skillspace.records.credentials.selective import KeyBinding, bind, read_token
from skillspace.records.credentials.selective import issue as issue_selective
from skillspace.records.formats.files.baking import bake
from skillspace.records.trail import Trail, name_of, write_hop
from skillspace.trust.identity import did_document
from skillspace.trust.issuers.accreditation import Accreditation
from skillspace.trust.issuers.lists import write_list
from skillspace.wire.jose import SigningKey, sign_jwt
from skillspace.wire.proof_key import ProofKey
from tests import certificates
from tests.unit.records.trail.test_replaying import COUNCIL, KEYS, credential, recognition
from tests.unit.records.trail.test_standing import place, published
from tests.unit.trust.issuers.revoking import carrying, crl
from tests.unit.trust.issuers.sealing import authority, organisation, sealed

KEY = ProofKey.from_seed(bytes(range(32)))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'
#: One grey point.
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")
V2 = "https://www.w3.org/ns/credentials/v2"


def badge() -> dict[str, Any]:
    credential = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": KEY.did,
        "credentialSubject": {"id": "did:example:learner", "name": "Invented"},
    }
    return add_proof(credential, key=KEY, method=KEY.method_of_did, at=now())


def run(tmp_path: Path, content: object, *options: str) -> tuple[int, str]:
    file = tmp_path / "credential"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    result = CliRunner().invoke(app, [str(file), *options], catch_exceptions=False)
    return result.exit_code, " ".join(result.output.split())


def test_a_good_badge_is_good_without_any_network(tmp_path: Path) -> None:
    code, told = run(tmp_path, badge(), "--offline")
    assert code == 0
    assert told.endswith("Good.")
    assert "✓ signature" in told
    assert "– status: This was not looked at." in told


@pytest.mark.parametrize(
    ("change", "options", "told"),
    [
        ({"credentialSubject": {"id": "did:example:learner", "name": "Other"}}, (), "✗ signature"),
        ({"nobodyKnows": "this"}, (), "✗ form"),
        ({}, ("--trust", "did:web:school.example"), "✗ issuer"),
        ({}, ("--holder", "did:example:somebody-else"), "✗ holder"),
    ],
)
def test_what_is_not_good_says_why_and_exits_with_one(
    tmp_path: Path, change: dict[str, Any], options: tuple[str, ...], told: str
) -> None:
    code, said = run(tmp_path, badge() | change, "--offline", *options)
    assert code == 1
    assert told in said
    assert said.endswith("Not good.")


def test_a_trusted_issuer_and_the_right_holder_hold(tmp_path: Path) -> None:
    code, told = run(tmp_path, badge(), "--offline", "--trust", KEY.did, "--holder", "did:example:learner")
    assert code == 0
    assert "✓ issuer" in told
    assert "✓ holder" in told


def test_a_token_is_checked_with_its_issuers_document(tmp_path: Path) -> None:
    did = "did:web:school.example"
    key = SigningKey.generate(f"{did}#key-1")
    token = issue(
        "Diploma", {}, issuer_key=key, issuer_did=did, subject_did="did:example:l", valid_for=timedelta(days=1)
    )
    document = tmp_path / "did.json"
    document.write_text(json.dumps(did_document(did, [key], {})), encoding="utf-8")
    assert run(tmp_path, token, "--did-document", str(document))[0] == 0
    code, told = run(tmp_path, token, "--offline")
    assert code == 1
    assert "no network was to be asked" in told


def test_a_presentation_tells_of_each_credential_it_shows(tmp_path: Path) -> None:
    presentation = {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": KEY.did,
        "verifiableCredential": [badge(), badge() | {"name": "changed"}],
    }
    shown = add_proof(presentation, key=KEY, method=KEY.method_of_did, at=now(), purpose=AUTHENTICATION)
    code, told = run(tmp_path, shown, "--offline")
    assert code == 1
    assert "credential 1:" in told
    assert "credential 2:" in told
    assert told.count("✗") == 1


@pytest.mark.parametrize("picture", [SVG, PNG])
def test_a_badge_baked_into_a_picture_is_checked(tmp_path: Path, picture: bytes) -> None:
    file = tmp_path / "badge"
    file.write_bytes(bake(picture, json.dumps(badge()).encode()))
    result = CliRunner().invoke(app, [str(file), "--offline"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    file.write_bytes(bake(picture, json.dumps(badge() | {"name": "changed"}).encode()))
    assert CliRunner().invoke(app, [str(file), "--offline"], catch_exceptions=False).exit_code == 1


def test_a_picture_with_nothing_in_it_says_so(tmp_path: Path) -> None:
    file = tmp_path / "empty.svg"
    file.write_bytes(SVG)
    with pytest.raises(UnreadableFile):
        CliRunner().invoke(app, [str(file)], catch_exceptions=False)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="missing"):
        CliRunner().invoke(app, [str(tmp_path / "missing")], catch_exceptions=False)


def test_an_sd_jwt_recognises_itself(tmp_path: Path) -> None:
    key = SigningKey.generate("did:web:school.example#key-1")
    document = tmp_path / "did.json"
    document.write_text(json.dumps(did_document("did:web:school.example", [key], {})), encoding="utf-8")
    text = issue_selective(
        "urn:x",
        {"title": "Invented"},
        issuer_key=key,
        issuer_did="did:web:school.example",
        hidden=[("title",)],
        at=now(),
    )
    code, told = run(tmp_path, f"{text}\n", "--did-document", str(document))
    assert code == 0
    assert "✓ signature" in told
    first, _, rest = text.partition("~")
    code, told = run(tmp_path, f"{first}~{rest[::-1]}", "--did-document", str(document))
    assert code == 1


def test_what_was_shown_to_somebody_tells_what_is_proven_and_what_only_who_asked_knows(tmp_path: Path) -> None:
    did, holder = "did:web:school.example", SigningKey.generate("holder")
    key, document = SigningKey.generate(f"{did}#key-1"), tmp_path / "did.json"
    document.write_text(json.dumps(did_document(did, [key], {})), encoding="utf-8")
    kept = issue_selective(
        "urn:x", {}, issuer_key=key, issuer_did=did, hidden=(), at=now(), holder_jwk=holder.public_jwk()
    )
    shown = str(bind(read_token(kept), KeyBinding(audience="x509_hash:yard", nonce="n"), holder, at=now()))
    options = ("--did-document", str(document))
    code, told = run(tmp_path, shown, *options)
    assert code == 0
    assert "✓ shown" in told
    assert "– for whom: Made for x509_hash:yard" in told
    assert "– request" in told
    code, told = run(tmp_path, shown, *options, "--audience", "x509_hash:yard", "--nonce", "n")
    assert (code, "✓ for whom" in told, "✓ request" in told) == (0, True, True)
    code, told = run(tmp_path, shown, *options, "--nonce", "another")
    assert (code, "✗ shown" in told) == (1, True)


def test_an_issuer_known_by_its_certificate_is_told_with_who_certified_it(tmp_path: Path) -> None:
    root, key = certificates.authority(at=now()), SigningKey.generate("school")
    chain = root.give(key, hosts=["school.example"], organisation="Invented School", at=now())
    anchors = tmp_path / "anchors.pem"
    anchors.write_bytes(certificates.pem(root.certificate))
    claims = {"iss": "https://school.example", "iat": int(now().timestamp()), "vct": "urn:x"}
    text = sign_jwt(claims, key, typ="dc+sd-jwt", named={"x5c": certificates.x5c(chain)}) + "~"
    code, told = run(tmp_path, text, "--offline", "--seal-anchors", str(anchors))
    assert code == 0
    assert "issuer https://school.example: Who it is has been proven." in told
    assert "Invented Trust Services, on whom this organisation relies, certified that it is Invented School" in told
    code, told = run(tmp_path, text, "--offline")
    assert (code, "nobody on whom" in told) == (1, True)


def accredited(tmp_path: Path) -> tuple[str, Path, Path]:
    """A diploma of a school with the school's document, and a list that an agency signed with the same key."""
    did = "did:web:school.example"
    key = SigningKey.generate(f"{did}#key-1")
    document, listed = tmp_path / "did.json", tmp_path / "list.jwt"
    document.write_text(json.dumps(did_document(did, [key], {})), encoding="utf-8")
    one = Accreditation(names=(did,), organisation="A school", by="An agency", types=("Diploma",))
    listed.write_text(
        write_list([one], name="x", signer=did, key=key, at=now(), until=now() + timedelta(days=9)), encoding="utf-8"
    )
    diploma = issue(
        "Diploma", {}, issuer_key=key, issuer_did=did, subject_did="did:example:l", valid_for=timedelta(days=1)
    )
    return diploma, document, listed


def test_who_vouches_is_told_beside_the_checks_and_only_lists_that_count_do(tmp_path: Path) -> None:
    diploma, document, listed = accredited(tmp_path)
    options = ("--did-document", str(document), "--accreditations", str(listed))
    code, told = run(tmp_path, diploma, *options, "--accreditor", "did:web:school.example")
    assert code == 0
    assert "It is accredited for this." in told
    assert "An agency (did:web:school.example) says that it is accredited for this: Diploma." in told
    code, told = run(tmp_path, diploma, *options, "--accreditor", "did:web:other.example")
    assert code == 0
    assert "No list that counts here names it." in told
    assert "It is accredited" not in told


def test_a_sealed_document_tells_of_its_seal(tmp_path: Path) -> None:
    house = authority()
    anchors = tmp_path / "anchors.pem"
    anchors.write_bytes(house.certificate.public_bytes(Encoding.PEM))
    document = sealed(organisation(house))
    code, told = run(tmp_path, document, "--offline", "--seal-anchors", str(anchors))
    assert code == 0
    assert "✓ seal" in told
    assert "issuer VATSE-556677889901:" in told
    code, told = run(tmp_path, {**document, "payload": "{}"}, "--offline")
    assert code == 1
    assert "✗ seal" in told


def test_what_nobody_signed_is_not_good(tmp_path: Path) -> None:
    code, told = run(tmp_path, {"basics": {"name": "Robin Sample"}, "skills": [{"name": "Welding"}]}, "--offline")
    assert code == 1
    assert "Nobody signed it" in told


def test_a_file_that_holds_no_certificates_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "anchors.pem"
    wrong.write_text("hello", encoding="utf-8")
    with pytest.raises(BadInput, match=r"anchors\.pem"):
        run(tmp_path, badge(), "--offline", "--seal-anchors", str(wrong))


def test_a_recognition_trail_is_told_hop_by_hop_and_not_good_once_one_was_taken_back(tmp_path: Path) -> None:
    first = write_hop(replace(credential(), issuer=COUNCIL, issuer_name="Invented Council"), KEYS[COUNCIL])
    last = write_hop(recognition(name_of(first)), KEYS[COUNCIL], place())
    brought = Trail.ending_in(recognition().subject, last, [first])
    document = tmp_path / "did.json"
    document.write_text(json.dumps(did_document(COUNCIL, [KEYS[COUNCIL]], {})))
    facts = ("--did-document", str(document))
    code, told = run(tmp_path, brought.to_json(), *facts)
    assert code == 0
    assert "2. recognition “Recognised” by Invented Council" in told
    assert "could not be looked up" in told
    standing = replace(brought, lists=(published(at=now()),))
    assert "could not be looked up" not in run(tmp_path, standing.to_json(), *facts)[1]
    code, told = run(tmp_path, replace(brought, lists=(published(7, at=now()),)).to_json(), *facts)
    assert code == 1
    assert "✗ 2. recognition “Recognised” by Invented Council" in told
    assert "Who made this hop has taken it back." in told


def test_no_document_writes_lines_of_its_own_or_hides_ours(tmp_path: Path) -> None:
    title = "Welder\n✓ 2. recognition “Surgeon”\x1b[8m"
    hop = write_hop(replace(credential(), issuer=COUNCIL, issuer_name="Council\u202e", title=title), KEYS[COUNCIL])
    file, document = tmp_path / "trail", tmp_path / "did.json"
    file.write_text(json.dumps(Trail.ending_in(credential().subject, hop, []).to_json()))
    document.write_text(json.dumps(did_document(COUNCIL, [KEYS[COUNCIL]], {})))
    told = CliRunner().invoke(app, [str(file), "--did-document", str(document)], catch_exceptions=False).output
    assert "Welder" in told
    assert not {"\x1b", "\u202e"} & set(told)
    assert not any(line.startswith("✓ 2.") for line in told.splitlines())


def test_whether_a_seal_s_certificate_was_taken_back_is_told_and_that_nobody_looked_too(tmp_path: Path) -> None:
    house = authority(until=now() + timedelta(days=9))
    school = organisation(house, until=now() + timedelta(days=9))
    anchors = tmp_path / "anchors.pem"
    anchors.write_bytes(house.certificate.public_bytes(Encoding.PEM))
    facts = ("--offline", "--seal-anchors", str(anchors))
    document = sealed(school, json.dumps({"id": "urn:x", "type": ["VerifiableCredential"]}))
    told = run(tmp_path, document, *facts)[1]
    assert "– certificate: Whether it was taken back was not checked." in told
    told = run(tmp_path, carrying(document, crls=[crl(house, at=now())]), *facts)[1]
    assert "✓ certificate: It was not taken back." in told
    code, told = run(tmp_path, carrying(document, crls=[crl(house, school.certificate, at=now())]), *facts)
    assert code == 1
    assert "✗ certificate: It was taken back." in told
