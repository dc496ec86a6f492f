"""Credentials and presentations: only what was signed, by whom it says, for whom it says, while it lasts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound
from skillspace.records.credentials import (
    VC_CONTEXT,
    CredentialExpired,
    CredentialNotYetValid,
    KeyResolver,
    UntrustedIssuer,
    WrongAudience,
    WrongHolder,
    issue,
    present,
    seal,
    verify,
    verify_presentation,
)
from skillspace.records.formats.issuing import Issuer
from skillspace.wire.jose import SigningKey, TokenExpired, sign_jwt

PERSON = "did:web:people.example:p:7"
Keys = Mapping[str, SigningKey]


def membership(issuer: Issuer, at: datetime, subject: str = PERSON) -> str:
    return issue(
        "MembershipCredential",
        {"role": "participant"},
        issuer_key=issuer.key,
        issuer_did=issuer.did,
        subject_did=subject,
        at=at,
        valid_for=timedelta(days=30),
    )


def test_a_credential_says_what_was_issued(university: Issuer, resolve_key: KeyResolver, noon: datetime) -> None:
    token = membership(university, noon)
    read = verify(token, resolve_key, noon, expected_type="MembershipCredential", trusted_issuers={university.did})
    assert read.types == ("VerifiableCredential", "MembershipCredential")
    assert (read.issuer, read.subject_id) == (university.did, PERSON)
    assert read.subject == {"id": PERSON, "role": "participant"}
    assert (read.issued, read.expires) == (noon, noon + timedelta(days=30))
    assert read.id.startswith("urn:uuid:")
    assert read.token == token


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9),
        st.text("aé中😀", max_size=9),
    )
)
def test_any_words_about_a_subject_survive(subject: dict[str, str]) -> None:
    key = SigningKey.generate("did:web:x.example#k")
    at = datetime.fromisoformat("2026-11-21T12:00:00+00:00")
    token = issue("T", subject, issuer_key=key, issuer_did="did:web:x.example", subject_did=PERSON, at=at)
    assert verify(token, lambda _i, _k: key.public_jwk(), at).subject == {**subject, "id": PERSON}


def test_a_credential_ends(university: Issuer, resolve_key: KeyResolver, noon: datetime) -> None:
    token = membership(university, noon)
    with pytest.raises(CredentialExpired):
        verify(token, resolve_key, noon + timedelta(days=31))
    with pytest.raises(CredentialNotYetValid):
        verify(token, resolve_key, noon - timedelta(days=1))


def test_the_credentials_own_end_counts_when_the_token_has_none(
    university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    credential = {
        "@context": [VC_CONTEXT],
        "id": "urn:uuid:1",
        "type": ["VerifiableCredential"],
        "issuer": university.did,
        "expirationDate": "2026-11-20T00:00:00Z",
        "credentialSubject": {"id": PERSON},
    }
    token = seal(credential, issuer_key=university.key, issued=noon - timedelta(days=9))
    with pytest.raises(CredentialExpired):
        verify(token, resolve_key, noon)


def test_a_forged_signature_is_refused(
    university: Issuer, employer: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    stolen = SigningKey.from_jwk({**employer.key.private_jwk(), "kid": university.key.kid})
    forged = membership(Issuer(did=university.did, name="", key=stolen), noon)
    with pytest.raises(InvalidSignature):
        verify(forged, resolve_key, noon)


def test_an_issuer_cannot_sign_with_anothers_name(
    university: Issuer, employer: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    forged = membership(Issuer(did=university.did, name="", key=employer.key), noon)
    with pytest.raises(InvalidSignature, match="its key belongs to"):
        verify(forged, resolve_key, noon)


def test_an_untrusted_issuers_key_is_never_asked_for(university: Issuer, noon: datetime) -> None:
    def never(issuer: str, kid: str) -> Mapping[str, object]:
        raise AssertionError(f"asked for {kid} of {issuer}")

    for trusted in ({"did:web:authority.example"}, set[str]()):
        with pytest.raises(UntrustedIssuer):
            verify(membership(university, noon), never, noon, trusted_issuers=trusted)


def test_what_the_resolver_says_about_an_unknown_key_is_passed_on(resolve_key: KeyResolver, noon: datetime) -> None:
    stranger = Issuer(did="did:web:nobody.example", name="", key=SigningKey.generate("did:web:nobody.example#k"))
    with pytest.raises(NotFound):
        verify(membership(stranger, noon), resolve_key, noon)


def test_another_type_is_refused_by_name(university: Issuer, resolve_key: KeyResolver, noon: datetime) -> None:
    with pytest.raises(BadInput, match="GrantCredential was expected"):
        verify(membership(university, noon), resolve_key, noon, expected_type="GrantCredential")


@pytest.mark.parametrize(
    "change",
    [
        {"iss": 5},
        {"iss": None},
        {"sub": "did:web:someone.else"},
        {"jti": "urn:uuid:2"},
        {"nbf": None},
        {"nbf": "now"},
        {"vc": "text"},
        {"vc": {}},
        {"vc": None},
        {"vc": {"type": ["VerifiableCredential"], "credentialSubject": {"id": PERSON}}},
        {"vc": {"@context": [VC_CONTEXT], "type": ["Other"], "credentialSubject": {"id": PERSON}}},
        {"vc": {"@context": [VC_CONTEXT], "type": ["VerifiableCredential"], "credentialSubject": []}},
        {
            "vc": {
                "@context": [VC_CONTEXT],
                "type": ["VerifiableCredential"],
                "issuer": "did:web:someone.else",
                "credentialSubject": {"id": PERSON},
            }
        },
    ],
)
def test_a_credential_that_is_broken_or_contradicts_itself_is_refused(
    change: dict[str, object], university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    sound: dict[str, object] = {
        "iss": university.did,
        "sub": PERSON,
        "jti": "urn:uuid:1",
        "nbf": int(noon.timestamp()),
        "vc": {
            "@context": [VC_CONTEXT],
            "id": "urn:uuid:1",
            "type": ["VerifiableCredential"],
            "issuer": {"id": university.did},
            "credentialSubject": {"id": PERSON},
        },
    }
    assert verify(sign_jwt(sound, university.key), resolve_key, noon).id == "urn:uuid:1"
    broken = {name: value for name, value in {**sound, **change}.items() if value is not None}
    with pytest.raises(BadInput):
        verify(sign_jwt(broken, university.key), resolve_key, noon)


def test_a_period_given_twice_or_backwards_cannot_be_issued(university: Issuer, noon: datetime) -> None:
    def give(valid_for: timedelta | None, valid_until: datetime | None) -> str:
        return issue(
            "T",
            {},
            issuer_key=university.key,
            issuer_did=university.did,
            subject_did=PERSON,
            at=noon,
            valid_for=valid_for,
            valid_until=valid_until,
        )

    with pytest.raises(BadInput):
        give(timedelta(days=1), noon + timedelta(days=1))
    with pytest.raises(BadInput):
        give(None, noon - timedelta(days=1))


class TestPresentations:
    """A holder shows credentials about itself to one audience."""

    AUDIENCE = "did:web:verifier.example"

    def show(self, keys: Keys, noon: datetime, *tokens: str, nonce: str | None = None) -> str:
        return present(tokens, holder_key=keys[PERSON], holder_did=PERSON, audience=self.AUDIENCE, nonce=nonce, at=noon)

    def test_a_holder_shows_its_credentials(
        self, keys: Keys, university: Issuer, employer: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        shown = self.show(keys, noon, membership(university, noon), membership(employer, noon))
        read = verify_presentation(shown, resolve_key, noon, self.AUDIENCE)
        assert [each.issuer for each in read] == [university.did, employer.did]

    def test_another_audience_is_refused(
        self, keys: Keys, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        shown = self.show(keys, noon, membership(university, noon))
        with pytest.raises(WrongAudience):
            verify_presentation(shown, resolve_key, noon, "did:web:thief.example")

    def test_a_replayed_answer_to_another_request_is_refused(
        self, keys: Keys, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        shown = self.show(keys, noon, membership(university, noon), nonce="n-1")
        assert verify_presentation(shown, resolve_key, noon, self.AUDIENCE, nonce="n-1")
        with pytest.raises(WrongAudience, match="nonce"):
            verify_presentation(shown, resolve_key, noon, self.AUDIENCE, nonce="n-2")

    def test_an_old_presentation_is_refused(
        self, keys: Keys, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        shown = self.show(keys, noon, membership(university, noon))
        with pytest.raises(TokenExpired):
            verify_presentation(shown, resolve_key, noon + timedelta(minutes=6), self.AUDIENCE)

    def test_a_credential_about_someone_else_is_refused(
        self, keys: Keys, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        shown = self.show(keys, noon, membership(university, noon, subject="did:web:people.example:p:8"))
        with pytest.raises(WrongHolder):
            verify_presentation(shown, resolve_key, noon, self.AUDIENCE)

    def test_an_expired_credential_inside_is_refused(
        self, keys: Keys, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        shown = self.show(keys, noon, membership(university, noon - timedelta(days=40)))
        with pytest.raises(CredentialExpired):
            verify_presentation(shown, resolve_key, noon, self.AUDIENCE)

    def test_an_untrusted_credential_inside_is_refused(
        self, keys: Keys, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        shown = self.show(keys, noon, membership(university, noon))
        with pytest.raises(UntrustedIssuer):
            verify_presentation(shown, resolve_key, noon, self.AUDIENCE, trusted_issuers={"did:web:a.example"})

    def test_an_empty_presentation_proves_nothing(self, keys: Keys, resolve_key: KeyResolver, noon: datetime) -> None:
        with pytest.raises(BadInput):
            verify_presentation(self.show(keys, noon), resolve_key, noon, self.AUDIENCE)

    def test_a_credential_is_no_presentation(
        self, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        with pytest.raises(BadInput):
            verify_presentation(membership(university, noon), resolve_key, noon, self.AUDIENCE)
