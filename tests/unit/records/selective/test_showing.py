"""What a holder shows: what they chose, for one audience and one request, and nothing besides."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

import pytest

from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.records.credentials import (
    CredentialExpired,
    CredentialNotYetValid,
    KeyResolver,
    UntrustedIssuer,
    WrongAudience,
)
from skillspace.records.credentials.selective import (
    KeyBinding,
    SelectiveToken,
    StatusPlace,
    bind,
    issue,
    show,
    verify,
    verify_shown,
)
from skillspace.records.formats.issuing import Issuer
from skillspace.wire.jose import SigningKey, sign_jwt
from tests.unit.records.selective.conftest import CLAIMS, VCT

ASKED = KeyBinding(audience="decentralized_identifier:did:web:acme.example", nonce="n-0S6_WzA2Mj")


def shown(issued: str, resolve_key: KeyResolver, at: datetime, key: SigningKey, *chosen: tuple[str | int, ...]) -> str:
    kept = verify(issued, resolve_key, at)
    return str(bind(show(kept.token, kept.revealed, chosen), ASKED, key, at=at))


def test_a_credential_says_what_was_issued(
    issued: str, holder: SigningKey, university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    found = verify(issued, resolve_key, noon)
    assert (found.vct, found.issuer, found.issued, found.expires) == (VCT, university.did, noon, None)
    assert {name: found.claims[name] for name in CLAIMS} == CLAIMS
    assert found.holder_key == {name: holder.public_jwk()[name] for name in ("kty", "crv", "x", "y")}


def test_one_skill_is_shown_and_nothing_else_can_be_read(
    issued: str, holder: SigningKey, resolve_key: KeyResolver, noon: datetime
) -> None:
    text = shown(issued, resolve_key, noon, holder, ("skills", 1, "label"))
    found = verify_shown(text, resolve_key, noon, ASKED)
    assert found.claims["skills"] == [{"label": "reading drawings"}]
    assert not {"title", "place"} & set(found.claims)
    assert (found.claims["awarded"], found.claims["language"]) == ("2026-06-01", "en")
    decoded = b"".join(base64.urlsafe_b64decode(part + "==") for part in text.replace("~", ".").split(".") if part)
    for hidden in (b"MIG", b"TIG", b"part two", "Umeå".encode()):
        assert hidden not in decoded


def test_a_chosen_claim_brings_what_is_in_it_and_what_it_lies_in(
    issued: str, holder: SigningKey, resolve_key: KeyResolver, noon: datetime
) -> None:
    text = shown(issued, resolve_key, noon, holder, ("skills", 0), ("place", "town"))
    found = verify_shown(text, resolve_key, noon, ASKED)
    assert found.claims["skills"] == [{"label": "MIG welding", "level": "4"}]
    assert found.claims["place"] == {"town": "Umeå", "country": "SE"}


def test_what_is_not_there_cannot_be_chosen(issued: str, resolve_key: KeyResolver, noon: datetime) -> None:
    kept = verify(issued, resolve_key, noon)
    with pytest.raises(BadInput, match="nothing at skills/7"):
        show(kept.token, kept.revealed, [("skills", 7)])


def test_another_key_than_the_credentials_shows_nothing(issued: str, resolve_key: KeyResolver, noon: datetime) -> None:
    text = shown(issued, resolve_key, noon, SigningKey.generate("thief"), ("title",))
    with pytest.raises(InvalidSignature):
        verify_shown(text, resolve_key, noon, ASKED)


@pytest.mark.parametrize(
    "other",
    [
        KeyBinding(audience="decentralized_identifier:did:web:elsewhere.example", nonce=ASKED.nonce),
        KeyBinding(audience=ASKED.audience, nonce="another"),
    ],
    ids=["another audience", "another request"],
)
def test_what_was_made_for_another_counts_nowhere_else(
    issued: str, holder: SigningKey, resolve_key: KeyResolver, noon: datetime, other: KeyBinding
) -> None:
    text = shown(issued, resolve_key, noon, holder, ("title",))
    with pytest.raises(WrongAudience):
        verify_shown(text, resolve_key, noon, other)


def test_a_disclosure_left_out_or_put_in_later_breaks_the_signature_of_the_holder(
    issued: str, holder: SigningKey, resolve_key: KeyResolver, noon: datetime
) -> None:
    text = shown(issued, resolve_key, noon, holder, ("title",), ("skills", 0))
    parts = text.split("~")
    with pytest.raises(InvalidSignature, match="another selection"):
        verify_shown("~".join([parts[0], *parts[2:]]), resolve_key, noon, ASKED)
    rest = [each.text for each in verify(issued, resolve_key, noon).token.disclosures if each.text not in parts]
    with pytest.raises(InvalidSignature, match="another selection"):
        verify_shown("~".join([*parts[:-1], rest[0], parts[-1]]), resolve_key, noon, ASKED)


def test_what_is_shown_is_fresh(issued: str, holder: SigningKey, resolve_key: KeyResolver, noon: datetime) -> None:
    text = shown(issued, resolve_key, noon, holder, ("title",))
    verify_shown(text, resolve_key, noon + timedelta(minutes=4), ASKED)
    with pytest.raises(WrongAudience, match="too long ago"):
        verify_shown(text, resolve_key, noon + timedelta(minutes=6), ASKED)


def test_a_credential_without_its_holders_signature_shows_nothing(
    issued: str, resolve_key: KeyResolver, noon: datetime
) -> None:
    with pytest.raises(InvalidSignature, match="key binding is missing"):
        verify_shown(issued, resolve_key, noon, ASKED)


def test_what_was_shown_to_one_is_no_credential_to_keep(
    issued: str, holder: SigningKey, resolve_key: KeyResolver, noon: datetime
) -> None:
    with pytest.raises(BadInput, match="no key binding"):
        verify(shown(issued, resolve_key, noon, holder, ("title",)), resolve_key, noon)


def test_a_token_of_another_kind_is_no_key_binding(
    issued: str, holder: SigningKey, resolve_key: KeyResolver, noon: datetime
) -> None:
    kept = verify(issued, resolve_key, noon).token
    token = bind(kept, ASKED, holder, at=noon)
    claims = {"aud": ASKED.audience, "nonce": ASKED.nonce, "iat": int(noon.timestamp())}
    forged = SelectiveToken(issued=token.issued, disclosures=token.disclosures, binding=sign_jwt(claims, holder))
    with pytest.raises(BadInput, match="type 'JWT'"):
        verify_shown(str(forged), resolve_key, noon, ASKED)


def test_a_credential_bound_to_no_key_cannot_be_shown(
    university: Issuer, holder: SigningKey, resolve_key: KeyResolver, noon: datetime
) -> None:
    text = issue(VCT, CLAIMS, issuer_key=university.key, issuer_did=university.did, hidden=[("title",)], at=noon)
    with pytest.raises(BadInput, match="bound to no key"):
        verify_shown(shown(text, resolve_key, noon, holder, ("title",)), resolve_key, noon, ASKED)


def test_an_untrusted_issuer_is_not_even_asked_for_a_key(issued: str, noon: datetime) -> None:
    def never(issuer: str, kid: str) -> dict[str, object]:
        raise AssertionError(f"{issuer} was asked for {kid}")

    with pytest.raises(UntrustedIssuer):
        verify(issued, never, noon, trust=lambda _issuer, types: types != (VCT,))


def test_a_credential_begins_and_ends(
    university: Issuer, holder: SigningKey, resolve_key: KeyResolver, noon: datetime
) -> None:
    place = StatusPlace(address="https://university.example/status", index=41)
    text = issue(
        VCT,
        CLAIMS,
        issuer_key=university.key,
        issuer_did=university.did,
        hidden=(),
        holder_jwk=holder.public_jwk(),
        at=noon,
        valid_until=noon + timedelta(days=1),
        status=place,
    )
    assert verify(text, resolve_key, noon).status == place
    with pytest.raises(CredentialNotYetValid):
        verify(text, resolve_key, noon - timedelta(minutes=1))
    with pytest.raises(CredentialExpired):
        verify(text, resolve_key, noon + timedelta(days=2))


@pytest.mark.parametrize("typ", ["JWT", "vc+jwt", None])
def test_a_token_of_another_type_is_no_such_credential(
    university: Issuer, resolve_key: KeyResolver, noon: datetime, typ: str | None
) -> None:
    named = {"kid": university.key.kid}
    claims = {"iss": university.did, "vct": VCT}
    signed = sign_jwt(claims, university.key, typ=typ, named=named) if typ else sign_jwt(claims, university.key, typ="")
    with pytest.raises(BadInput):
        verify(f"{signed}~", resolve_key, noon)


def test_an_earlier_name_of_the_type_is_still_read(
    university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    signed = sign_jwt({"iss": university.did, "vct": VCT}, university.key, typ="vc+sd-jwt")
    assert verify(f"{signed}~", resolve_key, noon).vct == VCT
