"""Credentials for wallets that know an issuer by its certificates, and by its DID from the same offer desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials.selective import verify
from skillspace.records.credentials.token_status import read_token_list
from skillspace.trust.issuers.certified import CertifiedKeys
from skillspace.wire.jose import SigningKey, read_unverified
from tests.certificates import authority, x5c
from tests.small_space import HeldClock
from tests.unit.trust.issuance.conftest import ADDRESS, KEY, SCHOOL, House, offer_of

BY_CERTIFICATE = "achievement-sd-jwt-x5c"
RELIED_ON = authority()
CHAIN = tuple(x5c(authority("A Town's Authority", by=RELIED_ON).give(KEY, hosts=["school.example"])))


def nobody(_issuer: str, _kid: str) -> dict[str, object]:
    raise AssertionError("Nobody's DID is asked for.")


@pytest.fixture
def certified(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, HeldClock(), chain=CHAIN)
    yield made
    made.database.close()


def given(house: House, wallet: SigningKey, *, by_certificate: bool) -> str:
    name = BY_CERTIFICATE if by_certificate else "achievement-sd-jwt"
    answer = house.credential(house.access(house.offer()), house.proof(wallet), name)
    return str(answer.json()["credentials"][0]["credential"])


def test_an_offer_names_what_its_wallets_can_check(certified: House) -> None:
    with certified.database.writing() as work:
        made = certified.issuance.offer(work, certified.achievement, about="student-7", by_certificate=True)
    assert offer_of(made.link)["credential_configuration_ids"] == [BY_CERTIFICATE]
    assert BY_CERTIFICATE not in offer_of(certified.offer().link)["credential_configuration_ids"]
    told = certified.web.get("/.well-known/openid-credential-issuer").json()["credential_configurations_supported"]
    assert told[BY_CERTIFICATE] == told["achievement-sd-jwt"] | {"scope": BY_CERTIFICATE}
    scopes = certified.web.get("/.well-known/oauth-authorization-server").json()["scopes_supported"]
    assert sorted(scopes) == sorted(told)


def test_a_credential_names_its_issuer_by_certificate_or_by_did_and_never_by_both(
    certified: House, wallet: SigningKey
) -> None:
    keys = CertifiedKeys(nobody, [RELIED_ON.certificate], certified.clock)
    found = verify(given(certified, wallet, by_certificate=True), keys.key, certified.clock())
    header, claims = read_unverified(found.token.issued)
    assert header == {"alg": "ES256", "typ": "dc+sd-jwt", "x5c": list(CHAIN)}
    assert found.issuer == claims["iss"] == ADDRESS
    header, claims = read_unverified(given(certified, wallet, by_certificate=False).partition("~")[0])
    assert header == {"alg": "ES256", "typ": "dc+sd-jwt", "kid": KEY.kid}
    assert claims["iss"] == SCHOOL


def test_its_standing_is_told_by_the_same_certificate(certified: House, wallet: SigningKey) -> None:
    keys = CertifiedKeys(nobody, [RELIED_ON.certificate], certified.clock)
    place = verify(given(certified, wallet, by_certificate=True), keys.key, certified.clock()).status
    assert place is not None

    def status() -> int:
        told = certified.web.get(place.address.removeprefix(ADDRESS))
        assert read_unverified(told.text)[0] == {"alg": "ES256", "typ": "statuslist+jwt", "x5c": list(CHAIN)}
        at = certified.clock()
        return read_token_list(told.text, keys.key, at, address=place.address, issuer=ADDRESS).status(place.index)

    assert status() == 0
    with certified.database.writing() as work:
        (offered,) = certified.issuance.latest(work)
        certified.issuance.revoke(work, offered.id)
    assert status() == 1


def test_who_has_no_certificate_offers_none(house: House, wallet: SigningKey) -> None:
    with house.database.writing() as work, pytest.raises(BadInput, match="no certificate"):
        house.issuance.offer(work, house.achievement, about="student-7", by_certificate=True)
    told = house.web.get("/.well-known/openid-credential-issuer").json()["credential_configurations_supported"]
    assert BY_CERTIFICATE not in told
    answer = house.credential(house.access(house.offer()), house.proof(wallet), BY_CERTIFICATE)
    assert (answer.status_code, answer.json()["error"]) == (400, "unknown_credential_configuration")
    assert house.web.get("/openid4vci/status/tokens-x5c").status_code == 404


def test_a_certificate_names_nobody_at_an_address_that_is_not_safe(tmp_path: Path) -> None:
    made = House(tmp_path, HeldClock(), chain=CHAIN, address="http://school.example")
    assert not made.issuance.signing.has_certificate
    made.database.close()
