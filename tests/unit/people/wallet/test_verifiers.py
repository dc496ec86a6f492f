"""Verifiers that are known by a certificate: a wallet answers those alone for whom somebody it relies on vouches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from cryptography import x509

from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound, Refused
from skillspace.people.wallet.model import NotARequest, RequestSeen
from skillspace.people.wallet.verifiers import Verifiers
from skillspace.trust.issuers.revocation import Words
from skillspace.trust.issuers.standings import Standings
from skillspace.trust.presentation import ANY_WALLET, BY_HASH, BY_HOST, REQUEST_TYPE, skills_query
from skillspace.wire.certificates import CertificateRevoked, named_in
from skillspace.wire.derived_key import derived_key
from skillspace.wire.jose import SigningKey, sign_jwt
from skillspace.wire.outbound import Outbound
from tests.certificates import authority, self_signed, x5c
from tests.conftest import NOON
from tests.small_space import HeldClock
from tests.unit.trust.issuers.revoking import crl

HOST = "yard.example"
KEY, STRANGER = SigningKey.generate("yard"), SigningKey.generate("stranger")
ROOT = authority()
BELOW = authority("Invented Issuing Office", ROOT)
GOOD = BELOW.give(KEY, hosts=[HOST], organisation="Invented Yard")
PUBLIC = {name: value for name, value in derived_key(b"s" * 32, "answer").items() if name != "d"}


def nobody(did: str, kid: str) -> Mapping[str, object]:
    raise NotFound(f"{did} has no key {kid}.")


def look(
    *,
    chain: Any = GOOD,
    key: SigningKey = KEY,
    client: str | None = None,
    standings: Standings | None = None,
    **changes: object,
) -> RequestSeen:
    """Look at a request that is told in the link, with a chain."""
    client_id = client if client is not None else f"{BY_HASH}{named_in(chain[0]).digest}"
    claims = {
        "client_id": client_id,
        "response_type": "vp_token",
        "response_mode": "direct_post.jwt",
        "response_uri": f"https://{HOST}/answers",
        "nonce": "n",
        "aud": ANY_WALLET,
        "dcql_query": skills_query(),
        "client_metadata": {"jwks": {"keys": [PUBLIC | {"use": "enc", "alg": "ECDH-ES"}]}},
    }
    token = sign_jwt(claims | changes, key, typ=REQUEST_TYPE, named={"x5c": x5c(chain)} if chain else {})
    verifiers = Verifiers(cast(Outbound, None), nobody, lambda: NOON, [ROOT.certificate], standings)
    return verifiers.look(f"openid4vp://?{urlencode({'client_id': client_id, 'request': token})}")


@pytest.mark.parametrize("client", [None, f"{BY_HOST}{HOST}"], ids=["hash", "name"])
def test_who_is_certified_is_known_by_name_host_and_authority(client: str | None) -> None:
    seen = look(client=client)
    assert (seen.is_signed, seen.verifier, seen.certified) == (True, HOST, "Invented Yard")
    assert seen.authority == "Invented Issuing Office"
    assert seen.client_id.startswith(BY_HASH if client is None else BY_HOST)


def test_whom_a_certificate_names_that_was_taken_back_is_not_answered_and_an_unchecked_one_is_told() -> None:
    def asked(*taken: x509.Certificate) -> Standings:
        houses = {BELOW.certificate: BELOW, ROOT.certificate: ROOT}
        return Standings(HeldClock(), lambda _, by: [Words(crls=(crl(houses[by], *taken),))])

    with pytest.raises(CertificateRevoked):
        look(standings=asked(GOOD[0]))
    assert not look(standings=asked()).is_unchecked
    assert look().is_unchecked
    assert look(standings=Standings(HeldClock())).is_unchecked


HOSTILE: dict[str, dict[str, Any]] = {
    "another certificate's hash": {"client": f"{BY_HASH}{named_in(BELOW.certificate).digest}"},
    "no hash": {"client": BY_HASH},
    "another's host": {"client": f"{BY_HOST}other.example"},
    "an answer that goes elsewhere": {"client": f"{BY_HOST}{HOST}", "response_uri": "https://other.example/answers"},
    "another in the request than in the link": {"client_id": f"{BY_HOST}{HOST}"},
    "a foreign key": {"key": STRANGER},
    "made for another wallet": {"aud": "https://wallet.example"},
    "ran out": {"exp": int(NOON.timestamp()) - 60},
    "a certificate of its own": {"chain": [self_signed(KEY, HOST)]},
    "a stranger's certificate": {"chain": authority().give(KEY, hosts=[HOST])},
    "a certificate that ran out": {"chain": BELOW.give(KEY, hosts=[HOST], until=NOON - timedelta(days=1))},
    "a certificate for something else": {"chain": BELOW.give(KEY, hosts=[HOST], signs=False)},
    "a gap in the chain": {"chain": GOOD[:1]},
    "no certificate": {"chain": (), "client": f"{BY_HOST}{HOST}"},
}


@pytest.mark.parametrize("case", list(HOSTILE))
def test_who_is_not_certified_is_not_answered(case: str) -> None:
    with pytest.raises((BadInput, Refused)):
        look(**HOSTILE[case])


def test_nobody_is_certified_where_nobody_is_relied_on() -> None:
    verifiers = Verifiers(cast(Outbound, None), nobody, lambda: NOON)
    link = {"client_id": f"{BY_HOST}{HOST}"}
    claims = {"client_id": link["client_id"], "aud": ANY_WALLET}
    link["request"] = sign_jwt(claims, KEY, typ=REQUEST_TYPE, named={"x5c": x5c(GOOD)})
    with pytest.raises(InvalidSignature, match="nobody on whom"):
        verifiers.look(f"openid4vp://?{urlencode(link)}")


def test_an_answer_that_would_go_nowhere_is_refused() -> None:
    nowhere = {"client_id": "redirect_uri:https://[", "response_uri": "https://[", "nonce": "n"}
    nowhere |= {"response_type": "vp_token", "response_mode": "direct_post", "dcql_query": json.dumps(skills_query())}
    verifiers = Verifiers(cast(Outbound, None), nobody, lambda: NOON)
    with pytest.raises(NotARequest, match="no address"):
        verifiers.look(f"openid4vp://?{urlencode(nowhere)}")
