"""Both data models of verifiable credentials: what each demands, and what neither forgives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, InvalidSignature, SkillspaceError
from skillspace.records.credentials import (
    VC_CONTEXT_2,
    CredentialExpired,
    CredentialNotYetValid,
    KeyResolver,
    Model,
    UntrustedIssuer,
    WrongAudience,
    WrongHolder,
    issue,
    present,
    verify,
    verify_presentation,
)
from skillspace.records.credentials.issuing import seal_payload
from skillspace.records.formats.issuing import Issuer
from skillspace.wire.jose import SigningKey, TokenExpired, read_unverified, sign_jwt

PERSON = "did:web:people.example:p:7"
VERIFIER = "did:web:verifier.example"
Keys = Mapping[str, SigningKey]
KEY = SigningKey.generate("did:web:university.example#fuzz")


def credential(issuer: Issuer, at: datetime, model: Model, subject: str = PERSON) -> str:
    return issue(
        "MembershipCredential",
        {"role": "participant"},
        issuer_key=issuer.key,
        issuer_did=issuer.did,
        subject_did=subject,
        at=at,
        valid_for=timedelta(days=30),
        model=model,
    )


def document(issuer: Issuer, at: datetime, /, **change: object) -> dict[str, object]:
    whole: dict[str, object] = {
        "@context": [VC_CONTEXT_2],
        "id": "urn:uuid:1",
        "type": ["VerifiableCredential"],
        "issuer": {"id": issuer.did, "name": "University"},
        "validFrom": iso(at),
        "credentialSubject": {"id": PERSON},
    }
    return {name: value for name, value in {**whole, **change}.items() if value is not None}


class TestCredentials:
    """One credential in either model."""

    @pytest.mark.parametrize("model", ["1.1", "2.0"])
    def test_either_model_says_what_was_issued(
        self, model: Model, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        read = verify(credential(university, noon, model), resolve_key, noon)
        assert (read.model, read.issuer, read.subject_id) == (model, university.did, PERSON)
        assert (read.issued, read.expires) == (noon, noon + timedelta(days=30))
        assert read.status == ()

    def test_a_2_0_credential_is_the_payload_itself(self, university: Issuer, noon: datetime) -> None:
        header, claims = read_unverified(credential(university, noon, "2.0"))
        assert header["typ"] == "vc+jwt"
        assert "vc" not in claims
        assert claims["@context"] == [VC_CONTEXT_2]
        assert set(claims) & {"sub", "nbf", "exp", "jti"} == set()

    @pytest.mark.parametrize("model", ["1.1", "2.0"])
    def test_either_model_ends_and_begins(
        self, model: Model, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        token = credential(university, noon, model)
        with pytest.raises(CredentialExpired):
            verify(token, resolve_key, noon + timedelta(days=31))
        with pytest.raises(CredentialNotYetValid):
            verify(token, resolve_key, noon - timedelta(minutes=1))

    def test_nanoseconds_of_other_makers_are_read(
        self, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        claims = document(university, noon, validFrom="2026-11-21T11:59:59.123456789Z")
        assert verify(sign_jwt(claims, university.key), resolve_key, noon).issued.microsecond == 123456

    @pytest.mark.parametrize(
        "change",
        [
            {"iss": "did:web:acme.example"},
            {"issuer": "did:web:acme.example", "iss": "did:web:university.example"},
            {"issuer": None},
            {"issuer": {"name": "no identifier"}},
            {"sub": "did:web:someone.else"},
            {"jti": "urn:uuid:2"},
            {"validFrom": None},
            {"validFrom": "soon"},
            {"type": ["Other"]},
            {"type": [5]},
            {"@context": None},
            {"@context": ["https://w3id.org/x", VC_CONTEXT_2]},
            {"credentialSubject": None},
            {"credentialSubject": [{"id": PERSON}, "text"]},
            {"credentialSubject": [{"id": PERSON}, {"name": "nobody"}]},
            {"credentialSubject": {"name": "nobody"}},
            {"credentialStatus": "https://example.org/status"},
            {"credentialStatus": {"type": "BitstringStatusListEntry", "statusListIndex": "1"}},
        ],
    )
    def test_a_2_0_credential_that_is_broken_or_contradicts_itself_is_refused(
        self, change: dict[str, object], university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        with pytest.raises(SkillspaceError) as refusal:
            verify(sign_jwt(document(university, noon, **change), university.key), resolve_key, noon)
        assert isinstance(refusal.value, BadInput | InvalidSignature)

    def test_one_subject_in_a_list_is_that_subject(
        self, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        claims = document(university, noon, credentialSubject=[{"id": PERSON, "role": "x"}])
        assert verify(sign_jwt(claims, university.key), resolve_key, noon).subject == {"id": PERSON, "role": "x"}

    def test_several_subjects_are_all_there_and_sub_names_the_first(
        self, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        claims = document(university, noon, credentialSubject=[{"id": "urn:a"}, {"id": PERSON}], sub=PERSON)
        read = verify(sign_jwt(claims, university.key), resolve_key, noon)
        assert [subject["id"] for subject in read.subjects] == [PERSON, "urn:a"]
        assert read.subject_id == PERSON

    def test_a_credential_without_an_identifier_is_told_from_others_by_its_token(
        self, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        token = sign_jwt(document(university, noon, id=None), university.key)
        assert verify(token, resolve_key, noon).id.startswith("urn:sha256:")

    @pytest.mark.parametrize("typ", ["vp+jwt", "at+jwt", "secevent+jwt", "dpop+jwt", ""])
    def test_a_token_made_for_something_else_is_no_credential(
        self, typ: str, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        with pytest.raises(BadInput, match="of type"):
            verify(sign_jwt(document(university, noon), university.key, typ=typ), resolve_key, noon)

    def test_trust_is_asked_by_issuer_and_types_before_any_key(self, university: Issuer, noon: datetime) -> None:
        asked: list[tuple[str, tuple[str, ...]]] = []

        def nobody(issuer: str, types: tuple[str, ...]) -> bool:
            asked.append((issuer, types))
            return False

        def never(issuer: str, kid: str) -> Mapping[str, object]:
            raise AssertionError(f"asked for {kid} of {issuer}")

        with pytest.raises(UntrustedIssuer, match="MembershipCredential"):
            verify(credential(university, noon, "2.0"), never, noon, trust=nobody)
        assert asked == [(university.did, ("VerifiableCredential", "MembershipCredential"))]

    def test_what_some_makers_leave_out_is_borne_only_when_asked(
        self, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        inner = {
            "@context": ["https://www.w3.org/2018/credentials/v1"],
            "id": "0b3f",
            "type": ["MembershipCredential"],
            "issuer": university.did,
            "issuanceDate": iso(noon),
            "credentialSubject": {"id": PERSON},
        }
        claims = {"iss": university.did, "sub": "0b3f", "jti": "another", "nbf": int(noon.timestamp()), "vc": inner}
        token = sign_jwt(claims, university.key)
        with pytest.raises(BadInput):
            verify(token, resolve_key, noon)
        read = verify(token, resolve_key, noon, lenient=True)
        assert (read.id, read.subject_id) == ("0b3f", PERSON)

    def test_bearing_with_makers_never_reaches_issuer_signature_or_time(
        self, university: Issuer, employer: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        forged = sign_jwt(document(university, noon), employer.key)
        foreign = sign_jwt(document(university, noon, iss=employer.did), employer.key)
        for token in (forged, foreign):
            with pytest.raises(BadInput):
                verify(token, resolve_key, noon, lenient=True)
        with pytest.raises(CredentialExpired):
            verify(credential(university, noon, "1.1"), resolve_key, noon + timedelta(days=99), lenient=True)

    @given(
        st.dictionaries(
            st.sampled_from(
                ["@context", "id", "type", "issuer", "iss", "sub", "vc", "vp", "credentialSubject", "credentialStatus"]
            ),
            st.recursive(
                st.none() | st.integers() | st.sampled_from([VC_CONTEXT_2, "VerifiableCredential", "did:web:x"]),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "type"]), inner),
            ),
        )
    )
    def test_any_signed_claims_are_read_or_refused_but_never_break_the_reader(self, claims: dict[str, object]) -> None:
        at = datetime.fromisoformat("2026-11-21T12:00:00+00:00")
        token = sign_jwt(claims, KEY)
        for read in (
            lambda: verify(token, lambda _i, _k: KEY.public_jwk(), at, lenient=True),
            lambda: verify_presentation(token, lambda _i, _k: KEY.public_jwk(), at, VERIFIER, unaddressed=True),
        ):
            try:
                read()
            except SkillspaceError:
                continue


class TestPresentations:
    """One presentation in either model."""

    def test_a_2_0_presentation_shows_enveloped_credentials(
        self, keys: Keys, university: Issuer, employer: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        tokens = [credential(each, noon, "2.0") for each in (university, employer)]
        shown = present(
            tokens, holder_key=keys[PERSON], holder_did=PERSON, audience=VERIFIER, at=noon, nonce="n", model="2.0"
        )
        header, claims = read_unverified(shown)
        assert (header["typ"], claims["type"]) == ("vp+jwt", "VerifiablePresentation")
        read = verify_presentation(shown, resolve_key, noon, VERIFIER, nonce="n")
        assert [each.issuer for each in read] == [university.did, employer.did]
        assert {each.model for each in read} == {"2.0"}

    def test_an_envelope_is_opened_as_an_object_and_as_some_makers_sign_it(
        self, keys: Keys, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        shown = present(
            [credential(university, noon, "2.0")],
            holder_key=keys[PERSON],
            holder_did=PERSON,
            audience=VERIFIER,
            at=noon,
            model="2.0",
        )
        envelope = {
            "@context": [VC_CONTEXT_2],
            "id": f"data:application/vp+jwt,{shown}",
            "type": "EnvelopedVerifiablePresentation",
        }
        signed = sign_jwt(envelope, keys[PERSON])
        for each in (envelope, signed):
            assert len(verify_presentation(each, resolve_key, noon, VERIFIER)) == 1
        again = {**envelope, "id": f"data:application/vp+jwt,{signed}"}
        with pytest.raises(BadInput):
            verify_presentation(again, resolve_key, noon, VERIFIER)

    def test_a_presentation_for_nobody_counts_only_where_the_connection_says_for_whom(
        self, keys: Keys, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        claims = {
            "@context": [VC_CONTEXT_2],
            "type": "VerifiablePresentation",
            "holder": PERSON,
            "verifiableCredential": [
                {
                    "@context": VC_CONTEXT_2,
                    "id": f"data:application/vc+jwt,{credential(university, noon, '2.0')}",
                    "type": "EnvelopedVerifiableCredential",
                }
            ],
        }
        bare = sign_jwt(claims, keys[PERSON])
        with pytest.raises(BadInput):
            verify_presentation(bare, resolve_key, noon, VERIFIER)
        assert len(verify_presentation(bare, resolve_key, noon, VERIFIER, unaddressed=True)) == 1
        past = int((noon - timedelta(hours=1)).timestamp())
        for more, fault in (({"aud": "did:web:thief.example"}, WrongAudience), ({"exp": past}, TokenExpired)):
            with pytest.raises(fault):
                verify_presentation(
                    sign_jwt(claims | more, keys[PERSON]), resolve_key, noon, VERIFIER, unaddressed=True
                )
        with pytest.raises(WrongAudience, match="nonce"):
            verify_presentation(bare, resolve_key, noon, VERIFIER, unaddressed=True, nonce="n")

    def test_the_signer_is_the_holder_and_every_subject(
        self, keys: Keys, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        both = document(university, noon, credentialSubject=[{"id": PERSON}, {"id": "did:web:other.example"}])
        foreign = both | {"credentialSubject": {"id": "did:web:other.example"}}
        token = seal_payload(foreign, issuer_key=university.key, issued=noon)
        pair = sign_jwt(both, university.key)
        for shown in (token, pair):
            presentation = present(
                [shown], holder_key=keys[PERSON], holder_did=PERSON, audience=VERIFIER, at=noon, model="2.0"
            )
            with pytest.raises(WrongHolder):
                verify_presentation(presentation, resolve_key, noon, VERIFIER)
        _, claims = read_unverified(presentation)
        with pytest.raises(WrongHolder):
            verify_presentation(
                sign_jwt({**claims, "holder": "did:web:x.example"}, keys[PERSON]), resolve_key, noon, VERIFIER
            )

    def test_models_are_not_mixed(
        self, keys: Keys, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        tokens = [credential(university, noon, "1.1"), credential(university, noon, "2.0")]
        shown = present(tokens, holder_key=keys[PERSON], holder_did=PERSON, audience=VERIFIER, at=noon)
        with pytest.raises(BadInput, match="mixes"):
            verify_presentation(shown, resolve_key, noon, VERIFIER)

    def test_the_presenters_key_may_be_another_than_an_issuers(
        self, keys: Keys, university: Issuer, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        shown = present(
            [credential(university, noon, "1.1")],
            holder_key=keys[PERSON],
            holder_did=PERSON,
            audience=VERIFIER,
            at=noon,
        )

        def no_authentication(issuer: str, kid: str) -> Mapping[str, object]:
            raise InvalidSignature(f"{issuer} names no key {kid} for authentication.")

        with pytest.raises(InvalidSignature, match="authentication"):
            verify_presentation(shown, resolve_key, noon, VERIFIER, resolve_holder_key=no_authentication)

    @pytest.mark.parametrize("address", ["data:application/vc+jwt;x.y.z", "data:text/plain,x.y.z", "x.y.z", "", None])
    def test_only_a_token_in_its_own_data_address_is_opened(
        self, address: object, keys: Keys, resolve_key: KeyResolver, noon: datetime
    ) -> None:
        claims = {
            "@context": [VC_CONTEXT_2],
            "type": "VerifiablePresentation",
            "iss": PERSON,
            "verifiableCredential": [{"id": address, "type": "EnvelopedVerifiableCredential"}],
        }
        with pytest.raises(BadInput):
            verify_presentation(sign_jwt(claims, keys[PERSON]), resolve_key, noon, VERIFIER, unaddressed=True)
