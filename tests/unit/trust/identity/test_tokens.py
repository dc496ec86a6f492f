"""A self-issued token says who calls, to one, once, for minutes; anything else is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound, Refused, SkillspaceError
from skillspace.records.credentials import WrongAudience, present
from skillspace.storage.database import Database
from skillspace.trust.identity import DidResolver, SelfIssuedTokens, did_document, read_document
from skillspace.trust.identity import tokens as module
from skillspace.trust.identity.tokens import Replayed, seen_tokens
from skillspace.wire.jose import SigningKey, TokenExpired, TokenNotYetValid, read_unverified, sign_jwt
from skillspace.wire.outbound import Outbound
from tests.tables import make_tables

NODE = "did:web:node.example"
KEY = SigningKey.generate(f"{NODE}#key-1")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Iterator[Database]:
    database = Database.in_folder(tmp_path, clock=clock)
    make_tables(database)
    yield database
    database.close()


@pytest.fixture
def tokens(database: Database, clock: Clock) -> SelfIssuedTokens:
    """A node that talks to itself: the one document it needs is its own."""
    own = read_document(did_document(NODE, [KEY], {}), NODE)
    return SelfIssuedTokens(NODE, KEY, DidResolver(Outbound(), own=own, clock=clock), database, clock)


def token(jti: str = "j", *, typ: str = "JWT", key: SigningKey = KEY, **change: object) -> str:
    at = int(NOON.timestamp())
    claims = {"iss": NODE, "sub": NODE, "aud": NODE, "iat": at, "exp": at + 60, "jti": jti, **change}
    return sign_jwt({name: value for name, value in claims.items() if value is not None}, key, typ=typ)


def test_a_token_says_who_calls_and_carries_the_access_token(tokens: SelfIssuedTokens) -> None:
    caller = tokens.check(tokens.issue(NODE, access_token="opaque"))
    assert (caller.did, caller.access_token) == (NODE, "opaque")


@pytest.mark.parametrize("audience", [NODE, [NODE]])
def test_the_audience_is_a_text_or_a_list_of_one(audience: object, tokens: SelfIssuedTokens) -> None:
    assert tokens.check(token(aud=audience)).did == NODE


@pytest.mark.parametrize(
    "audience", [None, "", "did:web:other.example", [], [NODE, "did:web:other.example"], [NODE, NODE], [[NODE]], {}, 5]
)
def test_any_other_audience_is_refused(audience: object, tokens: SelfIssuedTokens) -> None:
    with pytest.raises(WrongAudience):
        tokens.check(token(aud=audience))


@pytest.mark.parametrize("name", [f"{NODE}#key-1", "#key-1", "key-1"])
def test_a_key_is_named_in_full_or_by_its_fragment(name: str, tokens: SelfIssuedTokens) -> None:
    assert tokens.check(token(key=SigningKey.from_jwk({**KEY.private_jwk(), "kid": name}))).did == NODE


def test_the_only_key_need_not_be_named(tokens: SelfIssuedTokens) -> None:
    def unnamed(key: SigningKey) -> str:
        payload = json.dumps(read_unverified(token())[1]).encode()
        return jws.serialize_compact({"alg": "ES256"}, payload, ECKey.import_key(key.private_jwk()))

    assert tokens.check(unnamed(KEY)).did == NODE
    with pytest.raises(InvalidSignature):
        tokens.check(unnamed(SigningKey.generate(KEY.kid)))


def test_a_signer_who_publishes_no_key_is_refused_and_not_reported_as_missing(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolver = DidResolver(Outbound(), clock=clock)
    monkeypatch.setattr(resolver, "_fetch", lambda did: NotFound(f"{did} publishes no DID document."))
    with pytest.raises(Refused, match="cannot be looked up"):
        SelfIssuedTokens(NODE, KEY, resolver, database, clock).check(token())


@pytest.mark.parametrize("name", ["did:web:other.example#key-1", f"{NODE}#key-2", NODE, "https://x.example#key-1"])
def test_a_key_of_somebody_else_or_nobody_is_refused(name: str, tokens: SelfIssuedTokens) -> None:
    with pytest.raises(InvalidSignature):
        tokens.check(token(key=SigningKey.from_jwk({**KEY.private_jwk(), "kid": name})))


def test_a_forged_token_is_refused_and_takes_no_name(tokens: SelfIssuedTokens) -> None:
    with pytest.raises(InvalidSignature):
        tokens.check(token("mine", key=SigningKey.generate(KEY.kid)))
    assert tokens.check(token("mine")).did == NODE


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"iss": None}, Refused),
        ({"iss": 5}, Refused),
        ({"sub": None}, Refused),
        ({"sub": "did:web:other.example"}, Refused),
        ({"jti": None}, Refused),
        ({"jti": ""}, Refused),
        ({"jti": 5}, Refused),
        ({"jti": "x" * 500}, Refused),
        ({"exp": None}, Refused),
        ({"iat": None}, Refused),
        ({"exp": "soon"}, BadInput),
        ({"exp": int(NOON.timestamp()) - 6}, TokenExpired),
        ({"iat": int(NOON.timestamp()) + 6}, TokenNotYetValid),
        ({"nbf": int(NOON.timestamp()) + 6}, TokenNotYetValid),
        ({"nbf": True}, BadInput),
        ({"exp": int(NOON.timestamp()) + 3600}, Refused),
        ({"iat": int(NOON.timestamp()) - 3600}, Refused),
        ({"vc": {}}, Refused),
        ({"vp": {}}, Refused),
        ({"token": "x" * 20_000}, BadInput),
    ],
)
def test_a_claim_that_is_missing_or_wrong_is_refused(
    change: dict[str, object], fault: type[SkillspaceError], tokens: SelfIssuedTokens
) -> None:
    with pytest.raises(fault):
        tokens.check(token(**{"jti": "j", **change}))  # type: ignore[arg-type]


def test_a_presentation_made_for_us_opens_no_door(tokens: SelfIssuedTokens) -> None:
    shown = present(["a.b.c"], holder_key=KEY, holder_did=NODE, audience=NODE, at=NOON)
    with pytest.raises(Refused, match="no self-issued token"):
        tokens.check(shown)


def test_an_unsigned_token_is_refused(tokens: SelfIssuedTokens) -> None:
    head, body, _ = token().split(".")
    for forged in (f"{head}.{body}.", f"{head}.{body}.AAAA", f"eyJhbGciOiJub25lIn0.{body}.AAAA"):
        with pytest.raises(SkillspaceError) as refusal:
            tokens.check(forged)
        assert isinstance(refusal.value, BadInput | Refused)


def test_a_token_is_accepted_once_as_long_as_it_lives_also_across_a_restart(
    tokens: SelfIssuedTokens, database: Database, clock: Clock
) -> None:
    long_lived = token(exp=int((NOON + timedelta(minutes=15)).timestamp()))
    tokens.check(long_lived)
    again = SelfIssuedTokens(NODE, KEY, tokens._resolver, database, clock)
    again._swept -= 3600  # as if it had run for long: old names are swept now
    for minutes in (0, 5, 14, 15):
        clock.at = NOON + timedelta(minutes=minutes)
        with pytest.raises(Replayed):
            again.check(long_lived)
    clock.at = NOON + timedelta(minutes=15, seconds=5)
    with pytest.raises(TokenExpired):
        again.check(long_lived)


def test_names_of_tokens_that_ended_are_forgotten_in_time(
    tokens: SelfIssuedTokens, database: Database, clock: Clock
) -> None:
    for number in range(5):
        tokens.check(token(f"old-{number}"))
    clock.at += timedelta(minutes=2)
    tokens._swept -= 3600
    at = int(clock.at.timestamp())
    tokens.check(token("new", iat=at, exp=at + 60))
    with database.reading() as work:
        assert [row["jti"] for row in work.rows(seen_tokens.select())] == [f"{NODE} new"]


def test_one_issuers_name_for_a_token_does_not_take_it_from_another(database: Database, clock: Clock) -> None:
    other = "did:web:other.example"
    theirs = SigningKey.generate(f"{other}#key-1")
    one = SelfIssuedTokens(
        NODE, KEY, DidResolver(Outbound(), own=read_document(did_document(NODE, [KEY], {}), NODE)), database, clock
    )
    two = SelfIssuedTokens(
        NODE, KEY, DidResolver(Outbound(), own=read_document(did_document(other, [theirs], {}), other)), database, clock
    )
    one.check(token("same"))
    assert two.check(token("same", iss=other, sub=other, key=theirs)).did == other


def test_what_is_issued_lives_a_minute_and_is_never_the_same(tokens: SelfIssuedTokens) -> None:
    issued = [read_unverified(tokens.issue("did:web:other.example"))[1] for _ in range(20)]
    assert {float(str(claims["exp"])) - float(str(claims["iat"])) for claims in issued} == {60.0}
    assert len({claims["jti"] for claims in issued}) == 20
    assert module.LIFETIME <= module.MAX_LIFETIME


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_garbage_is_refused_and_nothing_else(tokens: SelfIssuedTokens, text: str) -> None:
    with pytest.raises((BadInput, Refused)):
        tokens.check(text)
