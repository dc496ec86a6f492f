"""Issuers of any make: what they say is believed only as far as the standard lets a wallet."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from skillspace.people.wallet.issuers import LOOK_AGAIN_AT_MOST_S, LOOK_AGAIN_S, Issuers
from skillspace.people.wallet.keys import key_of
from skillspace.people.wallet.model import NotAnOffer, NotReady, OfferRefused, OfferSeen, Terms
from skillspace.trust.issuance import CODE_GRANT, challenge_of
from skillspace.wire.jose import read_unverified
from skillspace.wire.outbound import Outbound, Reply
from tests.conftest import NOON

ISSUER = "https://issuer.example"
KEY = key_of(b"s" * 32, "card")
METADATA = {
    "credential_issuer": ISSUER,
    "credential_endpoint": f"{ISSUER}/credential",
    "deferred_credential_endpoint": f"{ISSUER}/deferred",
    "credential_configurations_supported": {
        "diploma": {
            "format": "dc+sd-jwt",
            "scope": "a-diploma",
            "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
        }
    },
}
SERVER = {
    "issuer": ISSUER,
    "token_endpoint": f"{ISSUER}/token",
    "authorization_endpoint": f"{ISSUER}/authorize",
    "pushed_authorization_request_endpoint": f"{ISSUER}/par",
    "code_challenge_methods_supported": ["S256"],
}


class Web:
    """What stands at each address, and what was sent there."""

    def __init__(self) -> None:
        self.pages: dict[str, Callable[[], tuple[int, object]]] = {}
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.at("/.well-known/openid-credential-issuer", METADATA)
        self.at("/.well-known/oauth-authorization-server", SERVER)

    def at(self, path: str, content: object, status: int = 200) -> None:
        self.pages[path] = lambda: (status, content)

    def send(self, _method: str, url: str, **given: Any) -> Reply:
        body = given.get("json") or {
            name: values[0] for name, values in parse_qs((given.get("content") or b"").decode()).items()
        }
        self.sent.append((urlsplit(url).path, body))
        status, content = self.pages[urlsplit(url).path]()
        return Reply(status=status, headers={}, body=json.dumps(content).encode())


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def issuers(web: Web) -> Issuers:
    return Issuers(
        cast(Outbound, web),
        lambda: NOON,
        did="did:web:space.example",
        address="https://space.example",
        secret=b"s" * 32,
    )


def link(grants: object) -> str:
    offer = {"credential_issuer": ISSUER, "credential_configuration_ids": ["diploma"], "grants": grants}
    return f"openid-credential-offer://?{urlencode({'credential_offer': json.dumps(offer)})}"


def looked(issuers: Issuers) -> OfferSeen:
    return issuers.look(link({CODE_GRANT: {"issuer_state": "s"}}))


def test_what_is_pushed_is_bound_to_our_address_and_a_secret_of_ours(issuers: Issuers, web: Web) -> None:
    web.at("/par", {"request_uri": "urn:x", "expires_in": 60}, 201)
    address = issuers.push(looked(issuers), state="mine", verifier="v" * 43)
    assert web.sent[-1] == (
        "/par",
        {
            "client_id": "did:web:space.example",
            "redirect_uri": "https://space.example/you/cards/signed-in",
            "response_type": "code",
            "state": "mine",
            "scope": "a-diploma",
            "code_challenge": challenge_of("v" * 43),
            "code_challenge_method": "S256",
            "issuer_state": "s",
        },
    )
    asked = {"client_id": ["did:web:space.example"], "request_uri": ["urn:x"]}
    assert parse_qs(urlsplit(address).query) == asked
    web.at("/.well-known/oauth-authorization-server", SERVER | {"authorization_endpoint": f"{ISSUER}/in?realm=a"})
    address = issuers.push(looked(issuers), state="mine", verifier="v" * 43)
    assert parse_qs(urlsplit(address).query) == asked | {"realm": ["a"]}


@pytest.mark.parametrize(
    "lacking",
    [
        {"code_challenge_methods_supported": ["plain"]},
        {"code_challenge_methods_supported": None},
        {"pushed_authorization_request_endpoint": None},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)//"},
        {"authorization_endpoint": "https://["},
        {"authorization_endpoint": f"{ISSUER}/authorize".replace("https:", "http:")},
        {"issuer": "https://other.example"},
    ],
    ids=str,
)
def test_a_sign_in_that_is_not_safe_is_no_offer(issuers: Issuers, web: Web, lacking: dict[str, object]) -> None:
    web.at("/.well-known/oauth-authorization-server", SERVER | lacking)
    with pytest.raises(NotAnOffer):
        looked(issuers)


def test_an_offer_of_nobody_that_can_be_found_is_none(issuers: Issuers) -> None:
    offer = {"credential_issuer": "https://[", "credential_configuration_ids": ["diploma"], "grants": {}}
    with pytest.raises(NotAnOffer, match="no address"):
        issuers.look(f"openid-credential-offer://?{urlencode({'credential_offer': json.dumps(offer)})}")


def test_an_issuer_that_does_not_know_us_says_so(issuers: Issuers, web: Web) -> None:
    web.at("/par", {"error": "invalid_client", "error_description": "unknown wallet"}, 401)
    with pytest.raises(OfferRefused, match="unknown wallet"):
        issuers.push(looked(issuers), state="s", verifier="v" * 43)


def terms(**changes: Any) -> Terms:
    given = {"issuer": ISSUER, "credential_endpoint": f"{ISSUER}/credential", "nonce_endpoint": None}
    given |= {"notification_endpoint": None, "configuration": "diploma", "format": "dc+sd-jwt"}
    return Terms(**given | {"deferred_endpoint": f"{ISSUER}/deferred"} | changes)


@pytest.mark.parametrize(
    ("interval", "seconds"),
    [(60, 60), (0, LOOK_AGAIN_S), (10**9, LOOK_AGAIN_AT_MOST_S), (None, LOOK_AGAIN_S), (True, LOOK_AGAIN_S)],
)
def test_what_is_not_ready_is_asked_for_later_under_its_name(
    issuers: Issuers, web: Web, interval: object, seconds: int
) -> None:
    web.at("/credential", {"transaction_id": "t", "interval": interval}, 202)
    with pytest.raises(NotReady) as later:
        issuers.fetch(terms(), "token", KEY)
    assert (later.value.transaction, later.value.after) == ("t", timedelta(seconds=seconds))
    web.at("/deferred", {"error": "issuance_pending", "interval": 60}, 400)
    with pytest.raises(NotReady) as still:
        issuers.fetch(terms(transaction="t"), "token", KEY)
    assert still.value.transaction == "t"
    web.at("/deferred", {"credentials": [{"credential": "c"}], "notification_id": "n"})
    assert issuers.fetch(terms(transaction="t"), "token", KEY) == ("c", "n")
    assert web.sent[-1] == ("/deferred", {"transaction_id": "t"})


def test_a_refusal_of_what_was_deferred_is_a_refusal(issuers: Issuers, web: Web) -> None:
    web.at("/deferred", {"error": "invalid_transaction_id"}, 400)
    with pytest.raises(OfferRefused, match="invalid_transaction_id"):
        issuers.fetch(terms(transaction="t"), "token", KEY)
    web.at("/credential", {"transaction_id": "t"}, 202)
    with pytest.raises(OfferRefused, match="not give"):
        issuers.fetch(terms(deferred_endpoint=None), "token", KEY)


BINDS = SERVER | {"dpop_signing_alg_values_supported": ["ES256"]}


class Binding(Web):
    """An issuer that binds its tokens to keys: it keeps what was proven, and wants a nonce of its own."""

    def __init__(self, nonce: str | None = "n-1") -> None:
        super().__init__()
        self.proven: list[tuple[str, dict[str, object]]] = []
        self.nonce = nonce
        self.at("/.well-known/oauth-authorization-server", BINDS)
        self.at("/token", {"access_token": "t", "token_type": "DPoP"})
        self.at("/credential", {"credentials": [{"credential": "c"}], "notification_id": "n"})
        self.at("/notification", {})

    def send(self, method: str, url: str, **given: Any) -> Reply:
        reply = super().send(method, url, **given)
        proof = (given.get("headers") or {}).get("DPoP")
        if proof is None:
            return reply
        header, claims = read_unverified(proof)
        self.proven.append((str(header["jwk"]), claims))
        if self.nonce is not None and claims.get("nonce") != self.nonce:
            body = json.dumps({"error": "use_dpop_nonce"}).encode()
            return Reply(status=400, headers={"dpop-nonce": self.nonce}, body=body)
        return reply


def binding(web: Binding) -> Issuers:
    outbound = cast(Outbound, web)
    return Issuers(
        outbound, lambda: NOON, did="did:web:space.example", address="https://space.example", secret=b"s" * 32
    )


CODE = {"urn:ietf:params:oauth:grant-type:pre-authorized_code": {"pre-authorized_code": "c"}}


@pytest.mark.parametrize("nonce", [None, "n-1"], ids=["without a nonce", "with the issuer's nonce"])
def test_where_tokens_are_bound_each_call_proves_the_key_of_this_credential_alone(nonce: str | None) -> None:
    web = Binding(nonce)
    wallet = binding(web)
    first, second = wallet.look(link(CODE)), wallet.look(link(CODE))
    assert wallet.redeem(first, None) == "t"
    bound = replace(first.terms, notification_endpoint=f"{ISSUER}/notification")
    assert wallet.fetch(bound, "t", KEY) == ("c", "n")
    wallet.tell(bound, "t", "n", "credential_accepted")
    (key,) = {each for each, _ in web.proven}
    told = [claims for _, claims in web.proven if claims.get("nonce") == nonce]
    assert [claims["htu"] for claims in told] == [
        f"{ISSUER}{path}" for path in ("/token", "/credential", "/notification")
    ]
    assert ["ath" in claims for claims in told] == [False, True, True]
    assert {claims["htm"] for claims in told} == {"POST"}
    assert len({claims["jti"] for _, claims in web.proven}) == len(web.proven)
    wallet.redeem(second, None)
    assert web.proven[-1][0] != key
    assert key != str({name: KEY.public_jwk()[name] for name in ("crv", "kty", "x", "y")})


def test_the_key_is_named_when_somebody_signs_in(web: Web, issuers: Issuers) -> None:
    web.at("/.well-known/oauth-authorization-server", BINDS)
    web.at("/par", {"request_uri": "urn:x", "expires_in": 60}, 201)
    issuers.push(looked(issuers), state="mine", verifier="v" * 43)
    assert len(web.sent[-1][1]["dpop_jkt"]) == 43


def test_an_issuer_that_binds_nothing_though_it_says_so_is_refused(web: Web, issuers: Issuers) -> None:
    web.at("/.well-known/oauth-authorization-server", BINDS)
    web.at("/token", {"access_token": "t", "token_type": "Bearer"})
    with pytest.raises(OfferRefused, match="binds"):
        issuers.redeem(issuers.look(link(CODE)), None)


def test_an_issuer_that_wants_ever_another_nonce_is_asked_twice_and_no_more() -> None:
    web = Binding("n-1")
    web.at("/token", {"error": "use_dpop_nonce"}, 400)
    wallet = binding(web)
    with pytest.raises(OfferRefused):
        wallet.redeem(wallet.look(link(CODE)), None)
    assert len(web.proven) == 2
