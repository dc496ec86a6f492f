"""Keys of wallets: one for each credential, the same whenever it is asked for, and in no database."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.people.wallet.keys import did_of, key_of
from skillspace.people.wallet.store import cards, intakes, showings
from skillspace.trust.identity.multikey import jwk_of_multikey
from skillspace.wire.jose import sign_jwt, verify_jwt

SECRET = b"s" * 32


@settings(max_examples=30)
@given(st.binary(min_size=32, max_size=32), st.text(max_size=20))
def test_a_key_is_the_same_whenever_it_is_asked_for_and_signs(secret: bytes, name: str) -> None:
    key = key_of(secret, name)
    assert key.private_jwk() == key_of(secret, name).private_jwk()
    found = jwk_of_multikey(did_of(key).removeprefix("did:key:"))
    assert verify_jwt(sign_jwt({"a": 1}, key), found) == {"a": 1}


def test_each_name_and_each_node_has_a_key_of_its_own() -> None:
    keys = [key_of(SECRET, "card-1"), key_of(SECRET, "card-2"), key_of(b"t" * 32, "card-1")]
    assert len({did_of(key) for key in keys}) == 3


def test_the_database_of_a_wallet_holds_no_key() -> None:
    names = {column.name for table in (cards, intakes, showings) for column in table.columns}
    assert not {name for name in names if "key" in name or "secret" in name}
