"""Proofs of possession: for one call, one place, one token and one key, made a moment ago; anything else is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature, Refused
from skillspace.wire.dpop import FRESH_FOR, PROOF_TYPE, prove, read_proof, thumbprint
from skillspace.wire.jose import SigningKey, sign_jwt
from tests.conftest import NOON

KEY, OTHER = SigningKey.generate("a"), SigningKey.generate("b")
PLACE, TOKEN = "https://issuer.example/token", "an access token"
JWK = {name: KEY.public_jwk()[name] for name in ("kty", "crv", "x", "y")}


def claims(**changes: object) -> dict[str, object]:
    made = {"jti": "once", "htm": "POST", "htu": PLACE, "iat": int(NOON.timestamp())}
    return {name: value for name, value in (made | changes).items() if value is not None}


def signed(key: SigningKey = KEY, *, typ: str = PROOF_TYPE, jwk: Any = JWK, **changes: object) -> str:
    return sign_jwt(claims(**changes), key, typ=typ, named={"jwk": jwk})


def test_a_proof_tells_the_key_and_what_it_was_made_for() -> None:
    proof = prove(KEY, "POST", f"{PLACE}?a=b#c", at=NOON, access_token=TOKEN, nonce="n")
    found = read_proof(proof, "POST", PLACE, at=NOON, access_token=TOKEN)
    assert (found.key, found.nonce, found.made) == (thumbprint(KEY.public_jwk()), "n", NOON)
    assert prove(KEY, "POST", PLACE, at=NOON) != prove(KEY, "POST", PLACE, at=NOON)


def test_the_standards_own_proof_is_read() -> None:
    # RFC 9449 §4.1, made at 1562262616.
    proof = (
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0Rs"
        "cEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2"
        "In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2Vu"
        "IiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZ"
        "T3Lg"
    )
    at = datetime.fromtimestamp(1562262616, UTC)
    found = read_proof(proof, "POST", "https://server.example.com/token", at=at)
    assert (found.name, found.key) == ("-BwC3ESc6acc2lTc", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")


def test_a_thumbprint_is_that_of_the_standard() -> None:
    # RFC 9449 §6.1: the key of the standard's own example, and its thumbprint.
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
        "kid": "any",
    }
    assert thumbprint(jwk) == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


@pytest.mark.parametrize(
    "place",
    ["HTTPS://ISSUER.example/token", "https://issuer.example:443/token", f"{PLACE}?x=y"],
)
def test_one_place_has_several_spellings(place: str) -> None:
    assert read_proof(signed(htu=place), "POST", PLACE, at=NOON).name == "once"


@pytest.mark.parametrize(
    "changes",
    [
        {"htm": "GET"},
        {"htm": None},
        {"htu": "https://issuer.example/credential"},
        {"htu": "http://issuer.example/token"},
        {"htu": "https://issuer.example:444/token"},
        {"htu": "https://someone@issuer.example/token"},
        {"htu": "https://[issuer.example/token"},
        {"htu": None},
        {"iat": None},
        {"iat": "now"},
        {"iat": int((NOON - FRESH_FOR).timestamp()) - 1},
        {"iat": int((NOON + timedelta(minutes=1)).timestamp())},
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 201},
        {"jti": 7},
        {"nonce": 7},
        {"typ": "JWT"},
        {"jwk": None},
        {"jwk": {}},
        {"jwk": {"kty": "oct", "k": "AAAA"}},
        pytest.param({"jwk": {**JWK, "d": "AAAA"}}, id="a private key"),
        pytest.param({"jwk": {name: OTHER.public_jwk()[name] for name in JWK}}, id="the key of another"),
    ],
    ids=str,
)
def test_a_proof_for_anything_else_is_none(changes: dict[str, Any]) -> None:
    with pytest.raises((BadInput, Refused)):
        read_proof(signed(**changes), "POST", PLACE, at=NOON)


@pytest.mark.parametrize("token", [None, "another token"])
def test_a_proof_counts_for_its_access_token_alone(token: str | None) -> None:
    with pytest.raises(InvalidSignature, match="ath"):
        read_proof(prove(KEY, "POST", PLACE, at=NOON, access_token=token), "POST", PLACE, at=NOON, access_token=TOKEN)


def test_a_proof_that_nobody_signed_is_none() -> None:
    head = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6Im5vbmUifQ"  # {"typ":"dpop+jwt","alg":"none"}
    body = signed().split(".")[1]
    for proof in (f"{head}.{body}.AA", f"{head}.{body}.", "", "x,y"):
        with pytest.raises((BadInput, Refused)):
            read_proof(proof, "POST", PLACE, at=NOON)


@given(text=st.text(max_size=200), place=st.text(max_size=60))
def test_whatever_is_sent_as_a_proof_is_read_or_refused(text: str, place: str) -> None:
    for proof in (text, signed(htu=place, jti=text)):
        try:
            found = read_proof(proof, "POST", PLACE, at=NOON)
        except (BadInput, Refused):
            continue
        assert found.key == thumbprint(JWK)
