"""A credential connects the record it names when whoever shows it holds its key; anything less connects nobody."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature, SkillspaceError
from skillspace.people.holdings import TooManyAttempts
from skillspace.people.recognition import NoHolderProof, NonceSpent, NotRecognised, Way, WayClosed
from skillspace.records.credentials import CredentialExpired, UntrustedIssuer, WrongAudience, WrongHolder
from skillspace.records.credentials.model import Model
from skillspace.trust.status import CredentialRevoked
from skillspace.wire.jose import SigningKey, TokenExpired
from tests.small_space import HeldClock
from tests.unit.people.recognition.conftest import ALVA, CAMILLE, HUB, OTHER_HUB, School, school_at
from tests.unit.people.recognition.wallet import Wallet
from tests.unit.people.wire import UNIVERSITY

STUDENT = {"studentNumber": "s1"}


def nonce(school: School, subject: str = ALVA, hub: str = HUB) -> str:
    with school.database.writing() as work:
        made = school.recognition.begin_showing(work, hub, subject)
    assert made.audience == UNIVERSITY
    return made.nonce


def show(school: School, presentation: str, subject: str = ALVA, hub: str = HUB) -> Mapping[str, object]:
    return school.recognition.show(school.database, hub, subject, presentation)


def student(school: School, wallet: Wallet, claims: dict[str, object] | None = None, **more: object) -> str:
    at = school.database.clock()
    return wallet.given(school.ministry, "StudentCredential", claims or dict(STUDENT), at=at, **more)  # type: ignore[arg-type]


def presented(school: School, wallet: Wallet, *credentials: str, **changes: object) -> str:
    facts = {"audience": UNIVERSITY, "at": school.database.clock()} | changes
    if "nonce" not in facts:
        facts["nonce"] = nonce(school)
    return wallet.shows(*credentials, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("model", ["1.1", "2.0"])
def test_a_credential_shown_by_its_own_key_connects_the_record_it_names(school: School, model: Model) -> None:
    wallet = Wallet()
    shown = presented(school, wallet, student(school, wallet, model=model), model=model)
    assert show(school, shown) == {"datasets": ["diplomas"], "way": "credential"}
    assert school.connected() == {(HUB, ALVA): ("s1", "credential")}
    assert school.notes[-1][2] == {"intermediary": HUB, "way": "credential", "issuer": "did:web:ministry.example"}


def test_another_field_of_the_record_can_be_named_deep_in_the_credential(school: School) -> None:
    wallet, at = Wallet(), school.database.clock()
    card = wallet.given(school.ministry, "LibraryCard", {"card": {"number": "L-77"}}, at=at)
    show(school, presented(school, wallet, card))
    assert school.connected() == {(HUB, ALVA): ("s2", "credential")}


def test_a_credential_alone_opens_nothing_and_says_why(school: School) -> None:
    with pytest.raises(NoHolderProof, match="shows not who sends it"):
        show(school, student(school, Wallet()))
    with pytest.raises(NoHolderProof):
        show(school, student(school, Wallet(), model="2.0"))
    assert school.connected() == {}


def test_somebody_elses_credential_opens_nothing(school: School) -> None:
    owner, thief = Wallet(), Wallet()
    with pytest.raises(WrongHolder):
        show(school, presented(school, thief, student(school, owner)))
    forged = Wallet()
    forged.did, forged.key = owner.did, SigningKey.from_jwk({**thief.key.private_jwk(), "kid": owner.key.kid})
    with pytest.raises(InvalidSignature):
        show(school, presented(school, forged, student(school, owner)))


def test_a_presentation_counts_once_for_one_person_at_one_intermediary_and_for_us(school: School) -> None:
    wallet = Wallet()
    made = student(school, wallet)
    first = presented(school, wallet, made)
    for subject, hub in ((CAMILLE, HUB), (ALVA, OTHER_HUB)):
        with pytest.raises(NonceSpent):
            show(school, first, subject, hub)
    with pytest.raises(WrongAudience):
        show(school, presented(school, wallet, made, audience="did:web:employer.example"))
    with pytest.raises(NonceSpent, match="no nonce"):
        show(school, presented(school, wallet, made, nonce=None))
    with pytest.raises(NonceSpent):
        show(school, presented(school, wallet, made, nonce="invented"))
    again = presented(school, wallet, made)
    show(school, again)
    with pytest.raises(NonceSpent):
        show(school, again)


def test_a_request_that_is_too_old_or_a_newer_one_ends_it(school: School, clock: HeldClock) -> None:
    wallet = Wallet()
    made = student(school, wallet)
    late = presented(school, wallet, made)
    clock.move(minutes=10)
    with pytest.raises(NonceSpent):
        show(school, late)
    first = presented(school, wallet, made)
    nonce(school)
    with pytest.raises(NonceSpent):
        show(school, first)
    stale = presented(school, wallet, made, nonce=nonce(school))
    clock.move(minutes=6)
    with pytest.raises(TokenExpired):
        show(school, stale)


def test_an_untrusted_revoked_or_expired_credential_opens_nothing(school: School, clock: HeldClock) -> None:
    wallet, at = Wallet(), school.database.clock()
    own_word = SigningKey.generate("did:web:anybody.example#key-1")
    with pytest.raises(UntrustedIssuer):
        show(school, presented(school, wallet, wallet.given(own_word, "StudentCredential", dict(STUDENT), at=at)))
    mixed = wallet.given(school.ministry, ["StudentCredential", "Nobility"], dict(STUDENT), at=at)
    with pytest.raises(UntrustedIssuer):
        show(school, presented(school, wallet, mixed))
    school.revoked.add("urn:x:gone")
    with pytest.raises(CredentialRevoked):
        show(school, presented(school, wallet, student(school, wallet, id="urn:x:gone")))
    old = student(school, wallet)
    clock.move(days=31)
    with pytest.raises(CredentialExpired):
        show(school, presented(school, wallet, old))
    assert school.connected() == {}


@pytest.mark.parametrize("claims", [{"studentNumber": "s9"}, {"studentNumber": ["s1"]}, {"number": "s1"}, {"id": "x"}])
def test_a_credential_that_names_no_record_connects_nobody(school: School, claims: dict[str, object]) -> None:
    wallet = Wallet()
    with pytest.raises(NotRecognised):
        show(school, presented(school, wallet, student(school, wallet, claims)))


def test_credentials_that_name_two_records_connect_neither(school: School) -> None:
    wallet = Wallet()
    both = student(school, wallet), student(school, wallet, {"studentNumber": "s2"})
    with pytest.raises(NotRecognised):
        show(school, presented(school, wallet, *both))
    assert school.connected() == {}


def test_only_a_did_key_counts_as_holder_so_that_nobody_is_called(school: School) -> None:
    other = Wallet()
    other.did, other.key = "did:web:person.example", SigningKey.generate("did:web:person.example#key-1")
    with pytest.raises(WrongHolder, match="did:key"):
        show(school, presented(school, other, student(school, other)))


def test_tries_are_bounded(school: School) -> None:
    for _ in range(5):
        with pytest.raises(NoHolderProof):
            show(school, student(school, Wallet()))
    with pytest.raises(TooManyAttempts):
        show(school, student(school, Wallet()))


def test_a_way_the_organisation_does_not_offer_is_closed(tmp_path, clock: HeldClock) -> None:  # type: ignore[no-untyped-def]
    school = school_at(tmp_path, clock, ways=(Way.CODE,))
    assert school.recognition.offer() == {"ways": ["code"], "credentials": [], "minutes": 15}
    with pytest.raises(WayClosed):
        nonce(school)
    with pytest.raises(WayClosed):
        show(school, "x.y.z")
    school.database.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60) | st.from_regex(r"[A-Za-z0-9_-]{2,30}\.[A-Za-z0-9_-]{2,30}\.[A-Za-z0-9_-]{0,30}"))
def test_garbage_is_refused_as_what_it_is(school: School, garbage: str) -> None:
    with school.database.writing() as work, pytest.raises((BadInput, NonceSpent)) as no:
        school.recognition._showing.take(work, HUB, ALVA, garbage)
    assert isinstance(no.value, SkillspaceError)
