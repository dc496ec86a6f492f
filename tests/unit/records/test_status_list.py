"""Status lists: every bit says what was set, and no list can grow beyond what is read."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.records.credentials import CredentialExpired, KeyResolver, Model, UntrustedIssuer, verify
from skillspace.records.credentials.data_integrity import add_proof
from skillspace.records.credentials.status_entries import entries_of, entry_for
from skillspace.records.credentials.status_list import (
    MAX_BITS,
    MIN_BITS,
    decode,
    encode,
    is_set,
    list_credential,
    read_list,
    with_bits,
    write_list,
)
from skillspace.records.formats.issuing import Issuer
from skillspace.trust.identity.resolver import document_of_key
from skillspace.wire.jose import sign_jwt
from skillspace.wire.proof_key import ProofKey

ADDRESS = "https://university.example/status/bitstring"
MODELS = st.sampled_from(("1.1", "2.0"))


def published(issuer: Issuer, at: datetime, model: Model = "2.0", **change: object) -> str:
    arguments = {
        "model": model,
        "address": ADDRESS,
        "purpose": "revocation",
        "issuer_key": issuer.key,
        "issuer_did": issuer.did,
        "at": at,
        "valid_until": at + timedelta(hours=1),
    }
    return write_list(with_bits(MIN_BITS, [5]), **{**arguments, **change})  # type: ignore[arg-type]


@settings(max_examples=40)
@given(st.sets(st.integers(0, MIN_BITS - 1), max_size=30), MODELS)
def test_exactly_the_bits_that_were_set_come_back(indexes: set[int], model: Model) -> None:
    bits = decode(encode(with_bits(MIN_BITS, sorted(indexes)), model))
    assert len(bits) * 8 == MIN_BITS
    assert {index for index in range(MIN_BITS) if bits[index // 8] and is_set(bits, index)} == indexes


def test_bits_count_from_the_left() -> None:
    bits = with_bits(MIN_BITS, [0, 15])
    assert bits[:2] == b"\x80\x01"


def test_the_list_of_the_norm_reads_as_all_zeros() -> None:
    # Bitstring Status List 1.0, example 2: 131,072 bits that are all zero, compressed by somebody else.
    text = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    assert decode(text) == bytes(MIN_BITS // 8)


@pytest.mark.parametrize("index", [-1, MIN_BITS, 10**9])
def test_a_place_outside_the_list_is_refused(index: int) -> None:
    with pytest.raises(BadInput, match="no place"):
        is_set(bytes(MIN_BITS // 8), index)


def test_padding_plain_base64_and_the_letter_u_make_no_difference() -> None:
    bits = with_bits(MIN_BITS, list(range(0, MIN_BITS, 3)))
    plain = base64.b64encode(gzip.compress(bits)).decode()
    assert decode(plain) == decode(f"u{plain}") == bits


def test_a_small_text_cannot_unpack_to_a_large_list() -> None:
    bomb = base64.urlsafe_b64encode(gzip.compress(bytes(MAX_BITS // 8 + 1))).decode()
    assert len(bomb) < 3000
    with pytest.raises(BadInput, match="unpacks to more"):
        decode(bomb)


def test_a_list_shorter_than_the_norm_is_refused() -> None:
    with pytest.raises(BadInput, match="asks for"):
        decode(encode(bytes(MIN_BITS // 8 - 1), "2.0"))


def test_a_list_that_breaks_off_or_goes_on_is_refused() -> None:
    packed = gzip.compress(bytes(MIN_BITS // 8))
    for damaged in (packed[:-1], packed[:-8], packed + b"x", packed + packed, packed[:20]):
        with pytest.raises(BadInput):
            decode(base64.urlsafe_b64encode(damaged).decode())


@given(st.text(max_size=80) | st.binary(max_size=80).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_garbage_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(BadInput):
        decode(text)


@given(MODELS, st.integers(0, MIN_BITS))
def test_an_entry_that_was_written_reads_back(model: Model, index: int) -> None:
    (entry,) = entries_of(entry_for(model, address=ADDRESS, purpose="revocation", index=index))
    assert (entry.address, entry.index, entry.purpose, entry.size) == (ADDRESS, index, "revocation", 1)


@pytest.mark.parametrize("index", [None, "", "-1", "1.0", "٣", "1" * 10, 1.5, True, ["1"], " 1"])
def test_an_entry_needs_a_small_whole_number(index: object) -> None:
    entry = entry_for("2.0", address=ADDRESS, purpose="revocation", index=1) | {"statusListIndex": index}
    with pytest.raises(BadInput):
        entries_of([entry])


def test_an_entry_of_another_kind_keeps_its_type_and_nothing_else() -> None:
    (entry,) = entries_of({"type": "AnotherKind", "id": "https://example.org/r"})
    assert (entry.type, entry.address) == ("AnotherKind", "")


@given(st.recursive(st.none() | st.text(max_size=5), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any_status_is_read_or_refused(status: object) -> None:
    try:
        entries_of(status)
    except BadInput:
        return


@pytest.mark.parametrize("model", ["1.1", "2.0"])
def test_a_published_list_reads_back(
    model: Model, university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    found = read_list(published(university, noon, model), resolve_key, noon, address=ADDRESS, issuer=university.did)
    assert (found.model, found.purposes, found.expires) == (model, ("revocation",), noon + timedelta(hours=1))
    assert (found.value(5), found.value(6)) == (1, 0)
    assert verify(published(university, noon, model), resolve_key, noon).id == ADDRESS


def test_a_place_of_several_bits_is_read_as_one_number(
    university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    found = read_list(published(university, noon), resolve_key, noon, address=ADDRESS, issuer=university.did)
    # Bit 5 alone is set: the third place of two bits is 01, the second of four is 0100.
    assert [found.value(place, 2) for place in range(4)] == [0, 0, 1, 0]
    assert [found.value(place, 4) for place in range(2)] == [0, 4]
    with pytest.raises(BadInput, match="no place"):
        found.value(MIN_BITS // 4, 4)


def test_a_list_with_its_proof_inside_reads_the_same(noon: datetime) -> None:
    key = ProofKey.from_seed(bytes(range(32)))
    credential = list_credential(
        with_bits(MIN_BITS, [5]),
        model="2.0",
        address=ADDRESS,
        purpose="revocation",
        issuer_did=key.did,
        at=noon,
        valid_until=noon + timedelta(hours=1),
    )
    text = json.dumps(add_proof(credential, key=key, method=key.method_of_did, at=noon))

    def resolve(issuer: str, kid: str) -> Mapping[str, object]:
        return document_of_key(issuer).key(kid, "assertionMethod")

    found = read_list(text, resolve, noon, address=ADDRESS, issuer=key.did)
    assert (found.value(5), found.value(6), found.purposes) == (1, 0, ("revocation",))
    with pytest.raises(UntrustedIssuer):
        read_list(text, resolve, noon, address=ADDRESS, issuer="did:web:other.example")
    with pytest.raises(InvalidSignature):
        read_list(text.replace("T13:00", "T14:00"), resolve, noon, address=ADDRESS, issuer=key.did)
    with pytest.raises(CredentialExpired):
        read_list(text, resolve, noon + timedelta(hours=2), address=ADDRESS, issuer=key.did)


def test_a_list_signed_by_another_than_the_credentials_issuer_is_refused(
    university: Issuer, employer: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    with pytest.raises(UntrustedIssuer):
        read_list(published(employer, noon), resolve_key, noon, address=ADDRESS, issuer=university.did)
    forged = published(university, noon, issuer_key=employer.key)
    with pytest.raises(InvalidSignature):
        read_list(forged, resolve_key, noon, address=ADDRESS, issuer=university.did)


def test_an_old_list_and_the_list_of_another_place_are_refused(
    university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    token = published(university, noon)
    with pytest.raises(CredentialExpired):
        read_list(token, resolve_key, noon + timedelta(hours=2), address=ADDRESS, issuer=university.did)
    with pytest.raises(BadInput, match="is the list of"):
        read_list(token, resolve_key, noon, address=f"{ADDRESS}/other", issuer=university.did)


def test_a_credential_that_is_no_list_is_refused(university: Issuer, resolve_key: KeyResolver, noon: datetime) -> None:
    claims = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": university.did,
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"type": "Other", "encodedList": "x"},
    }
    for change in ({}, {"credentialSubject": {"type": "BitstringStatusList", "statusPurpose": "revocation"}}):
        with pytest.raises(BadInput):
            read_list(
                sign_jwt(claims | change, university.key), resolve_key, noon, address=ADDRESS, issuer=university.did
            )
