"""Token Status List: the bits of the standard's example, and no list that unpacks without end."""

from __future__ import annotations

import base64
import contextlib
import zlib
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.records.credentials import KeyResolver
from skillspace.records.credentials.token_status import TokenStatusList, pack, read_token_list, unpack, write_token_list
from skillspace.records.formats.issuing import Issuer
from skillspace.wire.jose import TokenExpired, sign_jwt

ADDRESS = "https://university.example/status"


def test_the_bits_lie_as_in_the_standard() -> None:
    """draft-ietf-oauth-status-list §4.1, the first example."""
    told = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
    assert unpack("eNrbuRgAAhcBXQ") == bytes([0xB9, 0xA3])
    assert unpack(pack([index for index, bit in enumerate(told) if bit], 16)) == bytes([0xB9, 0xA3])


def test_two_bits_a_token_are_read_as_in_the_standard() -> None:
    """The second example: twelve tokens of two bits each."""
    found = TokenStatusList(
        address=ADDRESS, issuer="did:web:x.example", bits=2, packed=bytes([0xC9, 0x44, 0xF9]), expires=None
    )
    assert [found.status(index) for index in range(12)] == [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]


@given(st.sets(st.integers(0, 999)))
def test_what_is_packed_is_unpacked(invalid: set[int]) -> None:
    found = TokenStatusList(address=ADDRESS, issuer="d", bits=1, packed=unpack(pack(invalid, 1000)), expires=None)
    assert {index for index in range(1000) if found.status(index)} == invalid


def published(issuer: Issuer, at: datetime, address: str = ADDRESS) -> str:
    return write_token_list(
        [7], 64, address=address, issuer_did=issuer.did, issuer_key=issuer.key, at=at, valid_for=timedelta(hours=1)
    )


def test_a_list_tells_who_was_taken_back(university: Issuer, resolve_key: KeyResolver, noon: datetime) -> None:
    found = read_token_list(published(university, noon), resolve_key, noon, address=ADDRESS, issuer=university.did)
    assert (found.status(7), found.status(8)) == (1, 0)
    with pytest.raises(BadInput, match="no place 64"):
        found.status(64)


def test_only_the_issuers_own_living_list_at_its_own_place_counts(
    university: Issuer, employer: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    own, read = published(university, noon), read_token_list
    with pytest.raises(InvalidSignature):
        read(published(employer, noon), resolve_key, noon, address=ADDRESS, issuer=university.did)
    with pytest.raises(BadInput, match="the list of"):
        read(own, resolve_key, noon, address=f"{ADDRESS}/2", issuer=university.did)
    with pytest.raises(TokenExpired):
        read(own, resolve_key, noon + timedelta(hours=2), address=ADDRESS, issuer=university.did)
    plain = sign_jwt({"iss": university.did, "sub": ADDRESS, "status_list": {"bits": 1, "lst": "eNo"}}, university.key)
    with pytest.raises(BadInput):
        read(plain, resolve_key, noon, address=ADDRESS, issuer=university.did)


def test_a_small_text_cannot_unpack_to_a_large_list() -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(bytes(64 * 1024 * 1024), 9)).decode().rstrip("=")
    with pytest.raises(BadInput, match="unpacks to more"):
        unpack(bomb)


@given(st.binary(max_size=40))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with contextlib.suppress(BadInput):
        unpack(base64.urlsafe_b64encode(content).decode().rstrip("="))
