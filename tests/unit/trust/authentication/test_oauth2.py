"""OAuth2 between connectors: only tokens of the one identity provider, for us and in time; no secret is told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from joserfc.jwk import RSAKey

from skillspace.kernel.clock import now
from skillspace.kernel.errors import BadInput, PeerUnreachable, Refused, SkillspaceError
from skillspace.trust.authentication import OAuth2Authentication, OAuth2Terms
from skillspace.trust.identity import Peer
from skillspace.wire.outbound import Outbound
from tests.patience import PATIENCE_S
from tests.unit.exchange.network import DATASET, Network, Side, Ticking, drain
from tests.unit.trust.authentication.provider import CLIENTS, IdentityProvider, identity_provider

SCHOOL, BUREAU = "urn:connector:school", "urn:connector:bureau"


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with identity_provider() as running:
        yield running


@pytest.fixture
def outbound() -> Iterator[Outbound]:
    made = Outbound(loopback=True, timeout_s=PATIENCE_S)
    yield made
    made.close()


def terms(provider: IdentityProvider, name: str = "school", **changes: Any) -> OAuth2Terms:
    client = f"client-of-{name}"
    facts = {
        "issuer": provider.issuer,
        "token_endpoint": f"{provider.issuer}/token",
        "jwks_uri": f"{provider.issuer}/jwks",
        "client_id": client,
        "client_secret": CLIENTS[client],
    }
    return OAuth2Terms(**facts | changes)


@pytest.fixture
def school(provider: IdentityProvider, outbound: Outbound) -> OAuth2Authentication:
    return OAuth2Authentication(SCHOOL, terms(provider), outbound, known={})


def bearer(token: str) -> str:
    return f"Bearer {token}"


def test_a_token_of_the_provider_says_who_calls(school: OAuth2Authentication, provider: IdentityProvider) -> None:
    assert school.authenticate(bearer(provider.token())).did == BUREAU
    assert school.authenticate(bearer(provider.token(aud=["urn:other", SCHOOL]))).did == BUREAU


def test_a_peer_the_operator_described_is_known_by_its_token(provider: IdentityProvider, outbound: Outbound) -> None:
    known = {BUREAU: Peer(did=BUREAU, name="Invented Bureau", roles=frozenset({"employer"}))}
    made = OAuth2Authentication(SCHOOL, terms(provider), outbound, known=known)
    assert made.authenticate(bearer(provider.token())) == known[BUREAU]


def test_the_claim_that_names_a_participant_is_the_operators_choice(
    provider: IdentityProvider, outbound: Outbound
) -> None:
    made = OAuth2Authentication(SCHOOL, terms(provider, participant_claim="participant"), outbound, known={})
    assert made.authenticate(bearer(provider.token(sub="client", participant=BUREAU))).did == BUREAU
    with pytest.raises(Refused):
        made.authenticate(bearer(provider.token()))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://another.example"},
        {"iss": None},
        {"aud": "urn:connector:somebody"},
        {"aud": None},
        {"aud": []},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"exp": None},
        {"exp": int(time.time()) - 86400},
        {"exp": "tomorrow"},
        {"nbf": int(time.time()) + 86400},
        {"iat": int(time.time()) + 86400},
    ],
    # Times are a day away: what is collected first may run last. Not named by their values, which are of this second.
    ids=lambda changes: next(iter(changes)),
)
def test_a_token_with_a_wrong_claim_is_refused(
    school: OAuth2Authentication, provider: IdentityProvider, changes: dict[str, Any]
) -> None:
    with pytest.raises((Refused, BadInput)):
        school.authenticate(bearer(provider.token(**changes)))


def test_a_token_signed_with_another_key_is_refused(school: OAuth2Authentication, provider: IdentityProvider) -> None:
    own = RSAKey.generate_key(2048, parameters={"kid": "first"})
    unknown = RSAKey.generate_key(2048, parameters={"kid": "nobody's"})
    for key in (own, unknown):
        with pytest.raises(Refused):
            school.authenticate(bearer(provider.token(key=key)))


def part(content: dict[str, Any] | bytes) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize("alg", ["none", "None", "HS256", "HS512", "", "RS1"])
def test_a_token_that_chooses_a_weak_way_is_refused(
    school: OAuth2Authentication, provider: IdentityProvider, alg: str
) -> None:
    claims = provider.token().split(".")[1]
    text = f"{part({'alg': alg, 'kid': 'first', 'typ': 'JWT'})}.{claims}"
    digest = hashlib.sha512 if alg == "HS512" else hashlib.sha256
    forged = hmac.new(provider.public_pem, text.encode(), digest).digest()
    for signature in (forged, b"", b"\x00"):
        with pytest.raises((Refused, BadInput)):
            school.authenticate(bearer(f"{text}.{part(signature) if signature else ''}"))


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Bearer a.b",
        "Bearer a.b.c",
        '{"clientId": "urn:connector:bureau"}',
        "Bearer " + "x" * 100_000,
        "Bearer \u00e9.\u00e9.\u00e9",
    ],
    ids=lambda header: repr(header)[:30],
)
def test_a_header_without_a_token_is_refused(school: OAuth2Authentication, header: str | None) -> None:
    with pytest.raises((Refused, BadInput)):
        school.authenticate(header)


def test_a_key_the_token_brings_along_counts_for_nothing(
    school: OAuth2Authentication, provider: IdentityProvider
) -> None:
    own = RSAKey.generate_key(2048, parameters={"kid": "mine"})
    good = provider.token(key=own).split(".")
    header = {"alg": "RS256", "kid": "mine", "jwk": own.as_dict(private=False), "jku": "http://127.0.0.1:1/keys"}
    with pytest.raises((Refused, BadInput)):
        school.authenticate(bearer(".".join([part(header), *good[1:]])))


def test_a_new_key_of_the_provider_is_found_and_the_old_one_forgotten(
    school: OAuth2Authentication, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = provider.token()
    assert school.authenticate(bearer(old)).did == BUREAU
    provider.rotate()
    del provider.keys[0]
    beginning = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: beginning + 10)
    assert school.authenticate(bearer(provider.token())).did == BUREAU
    monkeypatch.setattr(time, "monotonic", lambda: beginning + 400)
    with pytest.raises(Refused):
        school.authenticate(bearer(old))


def test_forged_tokens_do_not_make_us_ask_for_keys_each_time(
    school: OAuth2Authentication, provider: IdentityProvider
) -> None:
    forger = RSAKey.generate_key(2048, parameters={"kid": "forged"})
    for _ in range(10):
        with pytest.raises(Refused):
            school.authenticate(bearer(provider.token(key=forger)))
    assert len(provider.asked) <= 2


def test_a_provider_without_keys_at_the_moment_is_a_fault_that_passes(
    school: OAuth2Authentication, provider: IdentityProvider
) -> None:
    provider.status_of_keys = 503
    with pytest.raises(PeerUnreachable):
        school.authenticate(bearer(provider.token()))
    provider.status_of_keys = 200
    assert school.authenticate(bearer(provider.token())).did == BUREAU


def test_our_token_is_kept_and_renewed_before_it_ends(
    provider: IdentityProvider, outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau = OAuth2Authentication(BUREAU, terms(provider, "bureau"), outbound, known={})
    first = bureau.headers(SCHOOL)
    assert bureau.headers(SCHOOL) == first
    assert bureau.headers("urn:connector:other") != first
    assert provider.asked == ["/token"] * 2
    beginning = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: beginning + 285)
    bureau.headers(SCHOOL)
    assert provider.asked == ["/token"] * 3


def test_a_wrong_secret_is_refused_by_the_provider_and_never_told_or_printed(
    provider: IdentityProvider, outbound: Outbound, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "a-wrong-secret-0003"
    given = terms(provider, "bureau", client_secret=secret)
    with structlog.testing.capture_logs() as logs, pytest.raises(SkillspaceError) as refusal:
        OAuth2Authentication(BUREAU, given, outbound, known={}).headers(SCHOOL)
    seen = [refusal.value.message, repr(given), str(given), given.model_dump_json(), str(logs), *capsys.readouterr()]
    assert not [text for text in seen if secret in text]


class Trusted(Side):
    """A node whose peers prove who they are by tokens of the identity provider."""

    provider: IdentityProvider
    outbound: Outbound

    def authentication(self) -> OAuth2Authentication:
        return OAuth2Authentication(self.id, terms(self.provider, self.name), self.outbound, known={})


def test_two_nodes_negotiate_and_their_secrets_go_nowhere_but_to_the_provider(
    provider: IdentityProvider, outbound: Outbound, tmp_path: Path
) -> None:
    network, clock = Network(), Ticking()
    clock.moment = now() - timedelta(seconds=1)
    known = {f"urn:connector:{name}": f"https://{name}.invented.example/dsp" for name in ("school", "bureau")}
    kind = type("TrustedHere", (Trusted,), {"provider": provider, "outbound": outbound})
    school, bureau = (kind(tmp_path, name, network, clock, known) for name in ("school", "bureau"))
    school.forget()
    with school.database.reading() as work:
        offering = school.exchange.catalog.offering(work, DATASET)
        offer = school.exchange.catalog.offer(offering)
    with structlog.testing.capture_logs() as logs:
        with bureau.database.writing() as work:
            bureau.exchange.negotiations.open(work, school.id, DATASET, offer)
        drain(network, clock, school, bureau)
    assert [found.state for side in (school, bureau) for found in side.negotiations()] == ["FINALIZED"] * 2
    said = str([(request.headers, request.body, reply.body) for request, reply in network.said]) + str(logs)
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in CLIENTS.values():
        assert secret not in said
        assert secret.encode() not in kept
    described = school.client.get("/dsp/.well-known/dspace-version").json()["protocolVersions"][0]["auth"]
    assert described == {"protocol": "OAuth2", "version": "2.0", "profile": [provider.issuer]}
    for side in (school, bureau):
        side.close()
