"""Who an organisation is, as a Gaia-X clearing house confirmed it, and nothing that it did not confirm.

The documents have the shapes of the Loire release: notary and compliance service sign with RSA keys, the participant
with its own; subjects are fragments of their documents; the label names the others by the digest of their content.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound, SkillspaceError
from skillspace.records.credentials import CredentialExpired, UntrustedIssuer, WrongHolder, verify
from skillspace.records.credentials.gaiax import LegalParticipant, NotCompliant, read_participant
from skillspace.wire.jose import SigningKey, sign_jwt

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ORCHARD = "did:web:orchard-college.example"
NOTARY = "did:web:notary.clearing.example:v2"
HOUSE = "did:web:compliance.clearing.example:v2"
BASE = "https://orchard-college.example/gaia-x"
CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/gaia-x/development#"]
OWN = SigningKey.generate(f"{ORCHARD}#key-0")
RSA = RSAKey.generate_key(2048)
TRUSTED = {HOUSE: {"gx:LabelCredential"}, NOTARY: {"gx:VatID", "gx:LeiCode"}}
Document = dict[str, Any]
Change = Callable[[dict[str, Document]], None]


def trust(issuer: str, types: tuple[str, ...]) -> bool:
    return set(types) - {"VerifiableCredential"} <= TRUSTED.get(issuer, set())


def resolve(issuer: str, kid: str) -> Mapping[str, object]:
    if issuer == ORCHARD and kid == OWN.kid:
        return OWN.public_jwk()
    if issuer in TRUSTED and kid == f"{issuer}#X509-JWK":
        return {**RSA.as_dict(private=False), "alg": "PS256", "x5u": "https://clearing.example/chain.pem"}
    raise NotFound(f"{issuer} has no key {kid}.")


def signed(document: Document, *, algorithm: str = "PS256", key: RSAKey = RSA) -> str:
    issuer = document["issuer"]
    if issuer == ORCHARD:
        return sign_jwt(document, OWN, typ="vc+jwt")
    header = {
        "alg": algorithm,
        "typ": "vc+ld+json+jwt",
        "cty": "vc+ld+json",
        "iss": issuer,
        "kid": f"{issuer}#X509-JWK",
    }
    registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    return jws.serialize_compact(header, json.dumps(document).encode(), key, registry=registry)


def credential(name: str, kind: str, issuer: str, subject: Document) -> Document:
    return {
        "@context": CONTEXT,
        "id": f"{BASE}/{name}.json",
        "type": ["VerifiableCredential", kind],
        "issuer": issuer,
        "validFrom": "2026-11-01T00:00:00.000+00:00",
        "validUntil": "2027-01-30T00:00:00.000+00:00",
        "credentialSubject": {"id": f"{BASE}/{name}.json#cs", **subject},
    }


def documents() -> dict[str, Document]:
    address = {"type": "gx:Address", "gx:countryCode": "SE"}
    person = {
        "schema:name": "Orchard College (invented)",
        "gx:registrationNumber": {"id": f"{BASE}/number.json#cs"},
        "gx:headquartersAddress": address,
        "gx:legalAddress": address,
    }
    number = {"type": "gx:VatID", "gx:vatID": "SE000000000001", "gx:countryCode": "SE"}
    return {
        "person": credential("person", "gx:LegalPerson", ORCHARD, person),
        "terms": credential("terms", "gx:Issuer", ORCHARD, {"gaiaxTermsAndConditions": "4bd7554097444c96"}),
        "number": credential("number", "gx:VatID", NOTARY, number),
    }


def sri(document: Document, *, is_hex: bool = True) -> str:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(text.encode())
    return f"sha256-{digest.hexdigest() if is_hex else base64.b64encode(digest.digest()).decode()}"


def label(named: dict[str, Document], *, is_hex: bool = True, digest: str = "gx:digestSRI") -> Document:
    subject = {
        "gx:labelLevel": "SC",
        "gx:engineVersion": "2.9.0",
        "gx:rulesVersion": "CD25.03",
        "gx:compliantCredentials": [
            {"id": each["id"], "type": each["type"][1], digest: sri(each, is_hex=is_hex)} for each in named.values()
        ],
    }
    return credential("label", "gx:LabelCredential", HOUSE, subject) | {"validUntil": "2026-12-01T00:00:00.000Z"}


def read(change: Change | None = None, *, after: Change | None = None, **options: Any) -> LegalParticipant:
    """Read what all four make, with a change before the label names them or after."""
    whole = documents()
    if change:
        change(whole)
    whole["label"] = label(whole)
    if after:
        after(whole)
    tokens = [signed(each) for each in whole.values()]
    return read_participant(tokens, resolve, options.pop("at", NOON), trust=options.pop("trust", trust), **options)


def test_a_confirmed_participant_is_known_by_name_number_country_and_level() -> None:
    found = read(participant=ORCHARD)
    assert (found.did, found.name, found.country) == (ORCHARD, "Orchard College (invented)", "SE")
    assert (found.numbers, found.level, found.rules) == ({"VatID": "SE000000000001"}, "SC", "CD25.03")
    assert (found.issuer, found.valid_until) == (HOUSE, datetime(2026, 12, 1, tzinfo=UTC))
    assert [each.issuer for each in found.credentials] == [HOUSE, ORCHARD, ORCHARD, NOTARY]


@pytest.mark.parametrize("is_hex", [True, False])
@pytest.mark.parametrize("digest", ["gx:digestSRI", "digestSRI"])
def test_digests_are_read_as_clearing_houses_and_as_the_norm_write_them(is_hex: bool, digest: str) -> None:
    named = label(documents(), is_hex=is_hex, digest=digest)
    assert read(after=lambda whole: whole.update(label=named)).level == "SC"


def test_the_older_names_and_a_lei_are_read_too() -> None:
    def older(whole: dict[str, Document]) -> None:
        person, number = whole["person"], whole["number"]
        person["type"] = ["VerifiableCredential", "gx:LegalParticipant"]
        person["@context"] = [CONTEXT[0], "https://w3id.org/gaia-x/2411"]
        subject = person["credentialSubject"]
        subject["gx:headquarterAddress"] = {"gx:countrySubdivisionCode": "FR-IDF"}
        del subject["gx:headquartersAddress"], subject["schema:name"]
        subject["gx:legalName"] = "Orchard"
        number["type"] = ["VerifiableCredential", "gx:LeiCode"]
        number["credentialSubject"] = {"id": "urn:lei", "schema:leiCode": "0000ORCHARD000000000"}

    found = read(older)
    assert (found.name, found.country, found.numbers) == ("Orchard", "FR", {"LeiCode": "0000ORCHARD000000000"})


def test_an_address_may_lie_in_a_credential_of_its_own() -> None:
    def pointed(whole: dict[str, Document]) -> None:
        whole["address"] = credential("address", "gx:Address", ORCHARD, {"gx:countryCode": "AT"})
        whole["person"]["credentialSubject"]["gx:headquartersAddress"] = {"id": f"{BASE}/address.json#cs"}

    assert read(pointed).country == "AT"


@pytest.mark.parametrize("name", ["person", "terms", "number", "label"])
def test_without_one_of_the_four_nothing_is_confirmed(name: str) -> None:
    with pytest.raises(NotCompliant):
        read(after=lambda whole: whole.pop(name) and None)


@pytest.mark.parametrize("name", ["person", "terms", "number"])
def test_what_was_changed_after_the_label_is_not_confirmed(name: str) -> None:
    with pytest.raises(NotCompliant, match="does not confirm"):
        read(after=lambda whole: whole[name].update(description="changed"))


def test_a_second_number_that_the_label_does_not_name_does_not_count() -> None:
    second = {"gx:leiCode": "9999ORCHARD000000000"}
    found = read(after=lambda whole: whole.update(more=credential("more", "gx:LeiCode", NOTARY, second)))
    assert found.numbers == {"VatID": "SE000000000001"}


@pytest.mark.parametrize(
    "trusted",
    [{}, {HOUSE: {"gx:LabelCredential"}}, {NOTARY: {"gx:VatID"}}, {HOUSE: {"gx:VatID"}, NOTARY: {"gx:VatID"}}],
)
def test_only_configured_clearing_houses_count_each_for_its_own_type(trusted: dict[str, set[str]]) -> None:
    def only(issuer: str, types: tuple[str, ...]) -> bool:
        return set(types) - {"VerifiableCredential"} <= trusted.get(issuer, set())

    with pytest.raises(UntrustedIssuer):
        read(trust=only)


def test_a_participant_cannot_confirm_itself() -> None:
    def own(whole: dict[str, Document]) -> None:
        whole["label"]["issuer"] = ORCHARD

    with pytest.raises(UntrustedIssuer):
        read(after=own)


def test_another_cannot_show_them() -> None:
    with pytest.raises(UntrustedIssuer):
        read(participant="did:web:thief.example")


def test_somebody_elses_acceptance_of_the_terms_does_not_count() -> None:
    def borrowed(whole: dict[str, Document]) -> None:
        whole["terms"]["issuer"] = HOUSE

    with pytest.raises(WrongHolder):
        read(borrowed)


def test_a_credential_of_two_kinds_is_neither() -> None:
    def both(whole: dict[str, Document]) -> None:
        whole["person"]["type"].append("gx:Issuer")

    with pytest.raises(NotCompliant):
        read(both)


def test_an_ended_label_does_not_count() -> None:
    with pytest.raises(CredentialExpired):
        read(at=NOON + timedelta(days=30))


@pytest.mark.parametrize(
    "place", [None, {}, "text", {"gx:countryCode": "Sweden"}, {"gx:countryCode": "É1"}, {"id": "urn:x"}]
)
def test_a_participant_without_a_country_is_not_taken(place: object) -> None:
    with pytest.raises(NotCompliant, match="country"):
        read(lambda whole: whole["person"]["credentialSubject"].update({"gx:headquartersAddress": place}))


def test_credentials_of_another_vocabulary_are_none_of_gaia_x() -> None:
    with pytest.raises(NotCompliant):
        read(lambda whole: whole["person"].update({"@context": CONTEXT[:1]}))


def test_rsa_signatures_count_here_and_nowhere_else() -> None:
    token = signed(label(documents()))
    with pytest.raises(InvalidSignature):
        verify(token, resolve, NOON)
    assert verify(token, resolve, NOON, rsa=True).issuer == HOUSE
    with pytest.raises(InvalidSignature):
        verify(signed(label(documents()), algorithm="RS256"), resolve, NOON, rsa=True)
    with pytest.raises(InvalidSignature):
        verify(signed(label(documents()), key=RSAKey.generate_key(2048)), resolve, NOON, rsa=True)


def test_a_short_rsa_key_is_refused() -> None:
    short = {"kty": "RSA", "e": "AQAB", "n": base64.urlsafe_b64encode(b"\xff" * 128).decode().rstrip("=")}
    with pytest.raises(InvalidSignature, match="1024"):
        verify(signed(label(documents())), lambda _i, _k: short, NOON, rsa=True)


def test_a_heap_of_credentials_is_not_read() -> None:
    with pytest.raises(BadInput, match="too many"):
        read_participant(["x"] * 21, resolve, NOON, trust=trust)


@settings(max_examples=50)
@given(
    st.dictionaries(
        st.sampled_from(
            ["gx:compliantCredentials", "gx:labelLevel", "gx:headquartersAddress", "schema:name", "gx:vatID"]
        ),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "gx:digestSRI"]), inner),
        ),
    ),
    st.sampled_from(["person", "terms", "number", "label"]),
)
def test_any_members_are_read_or_refused_but_never_break_the_reader(members: dict[str, object], name: str) -> None:
    def change(whole: dict[str, Document]) -> None:
        if name in whole:
            whole[name]["credentialSubject"].update(members)

    try:
        read(change, after=change if name == "label" else None)
    except SkillspaceError:
        return
