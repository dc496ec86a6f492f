"""Whatever somebody is shown is examined for what it is, and nothing that was not signed is told as if it were."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, NotFound, SkillspaceError, UnreadableFile
from skillspace.records import credentials
from skillspace.records.credentials.data_integrity import AUTHENTICATION, add_proof
from skillspace.records.credentials.selective import issue as issue_selective
from skillspace.records.credentials.verdict import Outcome, Question
from skillspace.records.formats.credentials import elm
from skillspace.records.formats.files.baking import bake
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.model import RecordKind
from skillspace.trust.identity.resolver import document_of_key
from skillspace.trust.status import CredentialRevoked
from skillspace.trust.verification import Examined, Examiner, Kind, TooMuchShown
from skillspace.wire.jose import SigningKey
from skillspace.wire.proof_key import ProofKey
from tests.conftest import NOON
from tests.unit.trust.issuers.sealing import YEAR, authority, organisation, sealed

SCHOOL, HOLDER = "did:web:school.example", "did:web:holder.example"
KEYS = {did: SigningKey.generate(f"{did}#key-1") for did in (SCHOOL, HOLDER)}
PROOF = ProofKey.from_seed(bytes(range(32)))
V2 = "https://www.w3.org/ns/credentials/v2"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'


def key(did: str, kid: str, purpose: str = "assertionMethod") -> Mapping[str, object]:
    if did.startswith("did:key:"):
        return document_of_key(did).key(kid, purpose)
    return KEYS[did].public_jwk()


def holder_key(did: str, kid: str) -> Mapping[str, object]:
    return key(did, kid, "authentication")


def nobody(did: str, kid: str) -> Mapping[str, object]:
    raise NotFound(f"{did} has no key {kid} here.")


def examiner(**more: Any) -> Examiner:
    options = {"check_status": None, "anchors": (), "clock": lambda: NOON}
    return Examiner(**{"resolve_key": key, "resolve_holder_key": holder_key} | options | more)


def diploma(until: timedelta = YEAR) -> bytes:
    achievement = elm.Achievement(title="Welding", skills=(SkillClaim(label="MIG welding", concept="urn:mig"),), eqf=4)
    issuer = Issuer(did=SCHOOL, name="A school", key=KEYS[SCHOOL])
    return elm.write(
        [achievement], kind=RecordKind.DIPLOMA, title="Welder", issuer=issuer, subject_did=HOLDER, issued=NOON - YEAR,
        valid_until=NOON + until,
    )  # fmt: skip


def badge(name: str = "Invented") -> dict[str, Any]:
    credential = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": PROOF.did,
        "credentialSubject": {"id": HOLDER, "name": name},
    }
    return add_proof(credential, key=PROOF, method=PROOF.method_of_did, at=NOON)


def failed(examined: Examined) -> set[Question]:
    assert examined.verdict is not None
    return {check.question for check in examined.verdict.checks if check.outcome is Outcome.FAILED}


def test_a_diploma_tells_who_says_what_of_whom_and_until_when() -> None:
    found = examiner().examine(diploma())
    assert (found.kind, found.holds, found.issuer, found.issuer_name) == (Kind.CREDENTIAL, True, SCHOOL, "A school")
    assert (found.title, found.format, found.about) == ("Welder", "elm", HOLDER)
    assert (found.issued, found.until) == ((NOON - YEAR).date(), (NOON + YEAR).date())
    assert found.skills == ("MIG welding (EQF 4)",)
    assert found.matter.levels == {4}
    assert found.matter.skills == {"urn:mig"}
    assert "EuropeanDigitalCredential" in found.matter.types
    assert "VerifiableCredential" not in found.matter.types


def test_one_that_ran_out_says_so_and_still_tells_whose_it_was() -> None:
    found = examiner().examine(diploma(-timedelta(days=1)))
    assert not found.holds
    assert failed(found) == {Question.PERIOD}
    assert found.issuer == SCHOOL


def test_one_that_was_taken_back_says_so() -> None:
    def revoked(_: object) -> None:
        raise CredentialRevoked()

    found = examiner(check_status=revoked).examine(diploma())
    assert failed(found) == {Question.STATUS}
    assert found.verdict is not None
    assert [check.code for check in found.verdict.checks if check.code] == ["CredentialRevoked"]


def test_of_one_whose_signature_does_not_fit_no_issuer_is_told() -> None:
    head, body, _ = diploma().decode().split(".")
    found = examiner().examine(f"{head}.{body}.{'A' * 86}".encode())
    assert not found.holds
    assert (found.issuer, found.title, found.skills) == ("", "", ())


def test_a_proof_inside_is_checked_and_a_picture_is_opened() -> None:
    assert examiner().examine(json.dumps(badge()).encode()).holds
    assert examiner().examine(bake(SVG, json.dumps(badge()).encode())).holds
    assert not examiner().examine(json.dumps(badge() | {"name": "changed"}).encode()).holds


def test_an_sd_jwt_is_checked_as_kept_and_as_shown_to_somebody() -> None:
    text = issue_selective(
        "urn:x", {"title": "Welding"}, issuer_key=KEYS[SCHOOL], issuer_did=SCHOOL, hidden=[("title",)], at=NOON
    )
    found = examiner().examine(text.encode())
    assert (found.holds, found.issuer, found.matter.types) == (True, SCHOOL, {"urn:x"})
    # What its holder did not sign for changes nothing of what the issuer signed, and was shown by somebody else.
    lent = examiner().examine(f"{text}a.b.c".encode())
    assert (lent.holds, lent.verdict is not None and lent.verdict.is_good) == (False, True)


def test_a_presentation_is_as_good_as_what_it_shows() -> None:
    def shown(*held: dict[str, Any]) -> bytes:
        presentation = {"@context": [V2], "type": ["VerifiablePresentation"], "holder": PROOF.did}
        whole = {**presentation, "verifiableCredential": list(held)}
        return json.dumps(
            add_proof(whole, key=PROOF, method=PROOF.method_of_did, at=NOON, purpose=AUTHENTICATION)
        ).encode()

    good = examiner().examine(shown(badge(), badge("Other")))
    assert (good.kind, good.holds, len(good.shown)) == (Kind.PRESENTATION, True, 2)
    assert {each.issuer for each in good.shown} == {PROOF.did}
    bad = examiner().examine(shown(badge(), badge() | {"name": "changed"}))
    assert not bad.holds
    assert [each.holds for each in bad.shown] == [True, False]
    with pytest.raises(TooMuchShown):
        examiner(most=1).examine(shown(badge(), badge()))


def test_a_presentation_as_a_token_is_known_for_one() -> None:
    token = credentials.present(
        [diploma().decode()], holder_key=KEYS[HOLDER], holder_did=HOLDER, audience="did:web:someone.example", nonce="n"
    )
    found = examiner().examine(token.encode())
    assert found.kind is Kind.PRESENTATION


def test_a_sealed_document_tells_of_its_seal() -> None:
    house = authority()
    _, body, _ = diploma().decode().split(".")
    content = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    document = sealed(organisation(house), json.dumps(content.get("vc", content)))
    found = examiner(anchors=[house.certificate]).examine(json.dumps(document).encode())
    assert (found.kind, found.holds, found.issuer, found.title) == (Kind.SEALED, True, "", "Welder")
    assert found.seal is not None
    assert found.seal.is_known
    changed = {**document, "payload": str(document["payload"]).replace("Welder", "Doctor")}
    found = examiner().examine(json.dumps(changed).encode())
    assert (found.holds, found.seal, found.title) == (False, None, "")
    assert found.fault is not None


def test_what_nobody_signed_is_told_as_that() -> None:
    resume = json.dumps({"basics": {"name": "Robin Sample"}, "skills": [{"name": "Welding"}]}).encode()
    found = examiner().examine(resume)
    assert (found.kind, found.holds, found.issuer) == (Kind.UNSIGNED, False, "")
    assert found.about == "Robin Sample"
    bare = {name: value for name, value in badge().items() if name != "proof"}
    with pytest.raises(UnreadableFile):
        examiner().examine(json.dumps(bare).encode())


@pytest.mark.parametrize("content", [b"", b"  ", b"hello", b"{", b"\xff\xfe", b"<a/>", SVG, b"%PDF-1.7", b"PK\x03\x04"])
def test_what_is_no_document_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(BadInput):
        examiner().examine(content)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_examined_or_refused_and_never_hold(content: bytes) -> None:
    try:
        found = examiner().examine(content)
    except SkillspaceError:
        return
    assert not found.holds


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=3))
def test_a_change_anywhere_is_found(place: int, noise: bytes) -> None:
    document = diploma()
    place %= len(document)
    changed = document[:place] + noise + document[place + len(noise) :]
    try:
        found = examiner().examine(changed)
    except SkillspaceError:
        return
    assert not found.holds or changed.strip() == document


@pytest.mark.data
def test_every_real_record_is_examined_or_refused_and_sealed_ones_tell_whose_they_are(real_data: Path) -> None:
    sealed_ones = {}
    for file in sorted((real_data / "records").rglob("*")):
        if not file.is_file() or file.stat().st_size > 1_000_000:
            continue
        try:
            found = examiner(resolve_key=nobody).examine(file.read_bytes())
        except SkillspaceError:
            continue
        assert found.holds == (found.kind is Kind.SEALED), file
        if found.seal is not None:
            sealed_ones[found.title] = (found.seal.organisation, found.about, found.matter.levels)
    assert sealed_ones == {
        "Certificate of Participation": ("ORGANIZACION TEST", "Ana Andromeda", frozenset()),
        "Micro-Credential": ("ORGANIZACION TEST", "Ana Andromeda", frozenset({6})),
    }
