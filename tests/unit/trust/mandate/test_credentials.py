"""Guardianship credentials and signed mandates: what was forged, borrowed or is garbage opens nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound, SkillspaceError
from skillspace.records.credentials import CredentialExpired, UntrustedIssuer, VerifiedCredential, issue
from skillspace.trust.mandate import (
    ALL,
    Capacity,
    Evidence,
    EvidenceRefused,
    Guardianship,
    Mandate,
    MandateState,
    Proof,
    Scope,
    read_guardianship,
    read_mandate,
)
from skillspace.trust.status import CredentialRevoked
from skillspace.wire.jose import SigningKey, sign_jwt
from tests.conftest import NOON
from tests.unit.trust.mandate.conftest import (
    ADULT,
    CHILD,
    COACH,
    EVERYTHING,
    FATHER,
    HUB,
    MOTHER,
    OFFICER,
    PAPER,
    REGISTER,
    YEAR,
    World,
)

MOTHER_ID, CHILD_ID = "did:example:mother", "urn:example:child-17"
SAID: dict[str, Any] = {"guardianOf": {"id": CHILD_ID}, "custody": "sole"}
KEY = SigningKey.generate(f"{REGISTER}#key-1")
HUB_KEY = SigningKey.generate(f"{HUB}#key-1")


def resolve(issuer: str, kid: str) -> Mapping[str, object]:
    for key in (KEY, HUB_KEY):
        if key.kid == kid and kid.startswith(f"{issuer}#"):
            return key.public_jwk()
    raise InvalidSignature(f"{issuer} names no key {kid}.")


def credential(said: Mapping[str, object] = SAID, **changes: Any) -> str:
    facts: dict[str, Any] = {
        "issuer_key": KEY,
        "issuer_did": REGISTER,
        "subject_did": MOTHER_ID,
        "at": NOON,
        "valid_until": NOON + YEAR,
    }
    return issue(changes.pop("types", "GuardianshipCredential"), said, **(facts | changes))


def read(token: str, *, is_revoked: bool = False) -> Guardianship:
    def check_status(_found: VerifiedCredential) -> None:
        if is_revoked:
            raise CredentialRevoked()

    trusted = {"VerifiableCredential", "GuardianshipCredential"}
    return read_guardianship(
        token,
        resolve,
        NOON,
        trust=lambda issuer, types: issuer == REGISTER and set(types) <= trusted,
        check_status=check_status,
    )


@pytest.fixture
def known(world: World) -> World:
    """Mother and child have proved who they are."""
    world.identifiers |= {MOTHER: {MOTHER_ID}, CHILD: {CHILD_ID}}
    return world


def present(world: World, guardianship: Guardianship, agent: str = MOTHER, principal: str = CHILD) -> Mandate:
    with world.writing() as work:
        return world.appointing.present(
            work, agent=agent, principal=principal, guardianship=guardianship, scope=EVERYTHING, ends=NOON + 3 * YEAR
        )


def test_a_guardian_acts_at_once_by_a_credential_and_no_longer_than_it_lasts(known: World) -> None:
    made = present(known, read(credential()))
    assert (made.state, made.ends, made.jointly) == (MandateState.ACTIVE, NOON + YEAR, False)
    assert (made.evidence[0].type, made.evidence[0].issuer, made.evidence[0].checked_by) == (
        "credential",
        REGISTER,
        HUB,
    )
    known.say(True)
    assert known.may(MOTHER).mandate_id == made.id


def test_joint_custody_makes_a_joint_mandate(known: World) -> None:
    assert present(known, read(credential({**SAID, "custody": "joint"}))).jointly


def test_a_credential_about_others_opens_nothing(known: World) -> None:
    guardianship = read(credential())
    for agent, principal in ((FATHER, CHILD), (MOTHER, "another child")):
        with pytest.raises(EvidenceRefused):
            present(known, guardianship, agent, principal)


def test_what_an_officer_ended_does_not_come_back_with_the_same_credential(known: World) -> None:
    guardianship = read(credential())
    made = present(known, guardianship)
    with known.writing() as work:
        known.appointing.end(work, made.id, OFFICER)
    again = present(known, guardianship)
    assert (again.state, again.awaits) == (MandateState.PROPOSED, ("officer",))
    with known.writing() as work:
        assert known.appointing.confirm(work, again.id, OFFICER, [PAPER]).state is MandateState.ACTIVE


def test_a_guardian_of_a_young_person_who_decides_alone_needs_their_yes(known: World) -> None:
    known.born(CHILD, date(2012, 1, 1))
    with known.writing() as work:
        made = known.appointing.present(
            work,
            agent=MOTHER,
            principal=CHILD,
            guardianship=read(credential()),
            scope=Scope.of(acts=["view"], kinds=[ALL]),
            ends=NOON + YEAR,
        )
        assert made.awaits == ("principal",)


def test_forged_evidence_is_refused() -> None:
    thief = SigningKey.generate(f"{REGISTER}#key-1")
    liar = SigningKey.generate("did:web:liar.example#key-1")
    with pytest.raises(InvalidSignature):
        read(credential(issuer_key=thief))
    with pytest.raises(UntrustedIssuer):
        read(credential(issuer_key=liar, issuer_did="did:web:liar.example"))
    with pytest.raises(InvalidSignature):
        read(credential(issuer_key=liar))
    with pytest.raises(UntrustedIssuer):
        read(credential(types=["GuardianshipCredential", "MembershipCredential"]))
    with pytest.raises(CredentialExpired):
        read(credential(at=NOON - YEAR, valid_until=NOON - timedelta(days=1)))
    with pytest.raises(CredentialRevoked):
        read(credential(), is_revoked=True)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"custody": "sole"},
        {"guardianOf": CHILD_ID, "custody": "sole"},
        {"guardianOf": {"id": ""}, "custody": "sole"},
        {"guardianOf": {"id": 7}, "custody": "sole"},
        {"guardianOf": {"id": "x" * 301}, "custody": "sole"},
        {"guardianOf": {"id": MOTHER_ID}, "custody": "sole"},
        {"guardianOf": {"id": CHILD_ID}},
        {"guardianOf": {"id": CHILD_ID}, "custody": ["sole"]},
        {"guardianOf": {"id": CHILD_ID}, "custody": "none"},
    ],
)
def test_a_credential_that_does_not_say_who_is_guardian_of_whom_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        read(credential(said))


def test_a_credential_of_another_kind_is_refused() -> None:
    with pytest.raises(BadInput):
        read(credential(types="DiplomaCredential"))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(
    ["guardianOf", "custody", "scope", "capacity", "jointly", "principal", "agent", "starts", "ends", "id"]
)


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_garbage_is_refused_in_our_own_words(text: str) -> None:
    for reader in (read, lambda token: read_mandate(token, resolve, NOON, intermediary=HUB)):
        with pytest.raises(SkillspaceError):
            reader(text)


@settings(max_examples=120, deadline=None)
@given(said=st.dictionaries(names, json_values, max_size=6))
def test_a_signed_credential_with_any_content_is_read_or_refused_in_our_own_words(said: dict[str, object]) -> None:
    """Even a trusted issuer may sign nonsense."""
    subject = {**said, "id": MOTHER_ID}
    frame = {"@context": ["https://www.w3.org/2018/credentials/v1"], "issuer": REGISTER, "id": "urn:example:1"}
    for kind, key, did, reader in (
        ("GuardianshipCredential", KEY, REGISTER, read),
        ("MandateCredential", HUB_KEY, HUB, lambda token: read_mandate(token, resolve, NOON, intermediary=HUB)),
    ):
        vc = {**frame, "issuer": did, "type": ["VerifiableCredential", kind], "credentialSubject": subject}
        claims = {"iss": did, "sub": MOTHER_ID, "jti": "urn:example:1", "nbf": int(NOON.timestamp()), "vc": vc}
        try:
            reader(sign_jwt(claims, key))  # type: ignore[operator]
        except SkillspaceError:
            continue


def test_both_parties_keep_a_signed_mandate_that_anybody_checks_offline(world: World) -> None:
    made = world.guardian()
    with world.database.reading() as work:
        tokens = {world.mandates.document(work, made.id, reader) for reader in (CHILD, MOTHER, OFFICER)}
        with pytest.raises(NotFound):
            world.mandates.document(work, made.id, "stranger")
    (token,) = tokens
    terms = read_mandate(token, world.resolve_key, NOON, intermediary=HUB)
    assert (terms.mandate, terms.capacity, terms.scope, terms.ends) == (
        made.id,
        Capacity.GUARDIAN,
        EVERYTHING,
        made.ends,
    )
    with pytest.raises(UntrustedIssuer):
        read_mandate(token, world.resolve_key, NOON, intermediary=REGISTER)
    with pytest.raises(CredentialExpired):
        read_mandate(token, world.resolve_key, made.ends + timedelta(minutes=1), intermediary=HUB)


def test_the_signed_mandate_names_no_account_and_tells_no_birthday(world: World) -> None:
    account = "account-0123456789"
    world.born(account, date(2013, 12, 24))
    with world.writing() as work:
        made = world.appointing.appoint(
            work,
            officer=OFFICER,
            principal=account,
            agent="did:web:caseworker.example",
            capacity=Capacity.CASEWORKER,
            scope=Scope.of(acts=["plan"]),
            evidence=[Evidence(type=Proof.SCHOOL_REGISTER, issuer="Invented school", reference="class list 7b")],
            ends=NOON + YEAR,
        )
        made = world.appointing.accept(work, made.id, "did:web:caseworker.example")
    terms = read_mandate(made.document, world.resolve_key, NOON, intermediary=HUB)
    assert terms.agent == "did:web:caseworker.example"
    said = json.dumps(vars(terms), default=str) + made.document
    assert account not in said
    assert "2013-12-24" not in said
    assert "2026-12-24" not in said


class Register:
    """A status register that keeps its bits in memory."""

    def __init__(self) -> None:
        self.revoked: list[int] = []

    def allocate(self, _work: object) -> dict[str, object]:
        return {
            "id": "https://hub.example/status#7",
            "type": "StatusList2021Entry",
            "statusPurpose": "revocation",
            "statusListIndex": "7",
            "statusListCredential": "https://hub.example/status",
        }

    def revoke(self, _work: object, index: int) -> None:
        self.revoked.append(index)


def test_a_mandate_that_ended_is_revoked_where_its_document_says_to_look(world: World) -> None:
    register = Register()
    world.appointing._register = register  # composition gives it; here the world is made already
    made = world.named(Scope.of(acts=["plan"]))
    entry = read_mandate(made.document, world.resolve_key, NOON, intermediary=HUB).status[0]
    assert (entry.index, entry.address) == (7, "https://hub.example/status")
    with world.writing() as work:
        world.appointing.suspend(work, made.id, ADULT)
        assert register.revoked == []
        world.appointing.end(work, made.id, COACH)
    assert register.revoked == [7]


@pytest.mark.parametrize("is_over", ["stepped back", "ran out"])
def test_what_an_officer_paused_does_not_come_back_with_the_same_credential(known: World, is_over: str) -> None:
    guardianship = read(credential())
    with known.writing() as work:
        made = known.appointing.present(
            work, agent=MOTHER, principal=CHILD, guardianship=guardianship, scope=EVERYTHING, ends=NOON + YEAR / 2
        )
        known.appointing.suspend(work, made.id, OFFICER, "The school is worried.")
        if is_over == "stepped back":
            known.appointing.end(work, made.id, MOTHER)
    known.clock.move(days=200)
    with known.writing() as work:
        known.appointing.tick(work)
    again = present(known, guardianship)
    assert (again.state, again.awaits) == (MandateState.PROPOSED, ("officer",))
