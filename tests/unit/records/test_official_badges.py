"""1EdTech's own Open Badges 3.0 and CLR 2.0, good and deliberately broken, each with the verdict it deserves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from skillspace.kernel.errors import NotFound, Refused
from skillspace.records.credentials import VerifiedCredential
from skillspace.records.credentials.status_entries import ENTRY_TYPES
from skillspace.records.credentials.verdict import Outcome, Question, judge
from skillspace.trust.identity.multikey import jwk_of_multikey

pytestmark = pytest.mark.data
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

GOOD = [
    "clr20/simple.json",
    "clr20/simple_v1.json",
    "ob30/complete.json",
    "ob30/endorsement-valid.json",
    "ob30/simple-context-alias.json",
    "ob30/simple-context-version.json",
    "ob30/simple-did-web-method.json",
    "ob30/simple-eddsa-2022.json",
    "ob30/simple-multiple-proofs.json",
    "ob30/simple.json",
    "ob30/simple_v1.json",
]
#: What is wrong with each, and a word of the sentence that says so.
BAD = {
    # Its issuer is a urn:uuid, which has no keys; whoever holds the did:key that signed could say the same.
    "clr20/complex.json": (Question.SIGNATURE, "says it is from"),
    "clr20/simple-noproof.json": (Question.FORM, "no proof"),
    # Its context was a draft that nobody publishes any more; contexts are never fetched.
    "clr20/simple_old_safesigned.json": (Question.FORM, "not known here"),
    # The norm wants statusListIndex as a text; these are revoked besides.
    "ob30/bit-string-list/credential-status-revoked-blank-nodes.json": (Question.FORM, "statusListIndex"),
    "ob30/bit-string-list/credential-status-revoked.json": (Question.FORM, "statusListIndex"),
    # Signed with a key that stands on a page of its issuer, where there is none any more.
    "ob30/complete_v1.json": (Question.SIGNATURE, "cannot be had"),
    "ob30/credential-status-revoked.json": (Question.STATUS, "not understood"),
    "ob30/endorsement-err-schema-status-refresh.json": (Question.SIGNATURE, "does not belong"),
    # Selective disclosure with ECDSA, which is not read here.
    "ob30/sd/derivedcredential.json": (Question.SIGNATURE, "not known here"),
    # The key is a did:key of its own, and not its issuer's.
    "ob30/simple-did-key-method.json": (Question.SIGNATURE, "says it is from"),
    "ob30/simple-err-context.json": (Question.FORM, "first @context"),
    "ob30/simple-err-credential-subject-achievement-result-description-type.json": (Question.FORM, "resultType"),
    "ob30/simple-err-credential-subject-identifier-type.json": (Question.FORM, "hashed"),
    "ob30/simple-err-credential-subject-profile-type.json": (Question.FORM, "InvalidProfile"),
    "ob30/simple-err-credential-subject-result-type.json": (Question.FORM, "achievedLevel"),
    "ob30/simple-err-credential-subject-type.json": (Question.FORM, "achievement"),
    "ob30/simple-err-evidence-type.json": (Question.FORM, "audience"),
    "ob30/simple-err-expired.json": (Question.PERIOD, "2010"),
    "ob30/simple-err-issued.json": (Question.PERIOD, "2040"),
    "ob30/simple-err-issuer-otheridentifier-type.json": (Question.FORM, "identifier"),
    "ob30/simple-err-issuer-parentorg-type.json": (Question.FORM, "InvalidProfile"),
    "ob30/simple-err-issuer-type.json": (Question.FORM, "InvalidProfile"),
    "ob30/simple-err-issuer.json": (Question.FORM, "issuer"),
    "ob30/simple-err-proof-method-no-scheme.json": (Question.FORM, "no key of anybody"),
    "ob30/simple-err-proof-method-unknown-did-method.json": (Question.FORM, "no key of anybody"),
    "ob30/simple-err-proof-method-unknown-scheme.json": (Question.FORM, "no key of anybody"),
    "ob30/simple-err-proof-method.json": (Question.SIGNATURE, "cannot be had"),
    "ob30/simple-err-proof-value.json": (Question.SIGNATURE, "does not belong"),
    "ob30/simple-err-type.json": (Question.FORM, "OtherCredential"),
    "ob30/simple-noproof.json": (Question.FORM, "no proof"),
    # HR Open's samples of learner records name no issuer, and are signed by nobody.
    "tcp/LER-RS_V2_UC008_portability.json": (Question.FORM, "issuer"),
    "tcp/LER-RS_V2_UC009_exchanging.json": (Question.FORM, "issuer"),
    "tcp/LER-RS_V2_UC010_applying.json": (Question.FORM, "issuer"),
    "tcp/LER-RS_V2_VCwrapper.json": (Question.FORM, "issuer"),
}


def key_in_its_name(_controller: str, method: str) -> Mapping[str, object]:
    """These samples' keys are where 1EdTech's validator looks for them: in the fragment of the method's address."""
    fragment = method.partition("#")[2]
    if not fragment.startswith("z6Mk"):
        raise NotFound("Nobody answers at that address.")
    return jwk_of_multikey(fragment)


def status(credential: VerifiedCredential) -> None:
    for entry in credential.status:
        if entry.type not in ENTRY_TYPES.values():
            raise Refused(f"Statuses of type {entry.type} are not understood here.")


@pytest.fixture(scope="module")
def samples(real_data: Path) -> dict[str, Path]:
    folder = real_data / "records" / "openbadges_clr_lerrs"
    found = [*folder.glob("*/src/test/resources/*/**/*.json")]
    return {file.as_posix().partition("/resources/")[2]: file for file in found if "/ob20/" not in file.as_posix()}


def test_every_sample_has_its_expected_verdict_here(samples: dict[str, Path]) -> None:
    assert set(samples) == {*GOOD, *BAD}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_credential_is_good(name: str, samples: dict[str, Path]) -> None:
    # Where some of them say whether they were taken back, nobody answers; that question is left out.
    verdict = judge(samples[name].read_bytes(), key_in_its_name, NOON)
    assert verdict.is_good, verdict.faults


@pytest.mark.parametrize("name", GOOD)
def test_a_good_credential_that_was_changed_is_not(name: str, samples: dict[str, Path]) -> None:
    document = json.loads(samples[name].read_bytes())
    subject = document["credentialSubject"]
    document["credentialSubject"] = {**subject, "id": "did:example:somebody-else"}
    assert not judge(document, key_in_its_name, NOON).is_good


@pytest.mark.parametrize("name", BAD)
def test_a_broken_credential_is_refused_for_its_own_reason(name: str, samples: dict[str, Path]) -> None:
    question, word = BAD[name]
    verdict = judge(samples[name].read_bytes(), key_in_its_name, NOON, check_status=status)
    failed = [check for check in verdict.checks if check.outcome is Outcome.FAILED]
    assert [check.question for check in failed] == [question]
    assert word in failed[0].why
