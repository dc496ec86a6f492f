"""1EdTech's revocation list: what stands in it was taken back, and a list of somebody else says nothing."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, Refused
from skillspace.records.credentials import UntrustedIssuer
from skillspace.records.credentials.revocation_list import ENTRY_TYPE, read_revocation_list
from skillspace.records.credentials.status_entries import entries_of

ADDRESS, ISSUER = "https://school.example/revoked", "did:web:school.example"


def revoked(document: object) -> frozenset[str]:
    return read_revocation_list(json.dumps(document), address=ADDRESS, issuer=ISSUER).revoked


def test_what_stands_in_it_was_taken_back_unless_it_says_no() -> None:
    listed = [
        {"id": "a"},
        {"id": "b", "revoked": True, "revocationReason": "by mistake"},
        {"id": "c", "revoked": False},
    ]
    assert revoked({"id": ADDRESS, "issuer": ISSUER, "revokedCredentials": listed}) == {"a", "b"}
    assert revoked({"issuer": {"id": ISSUER}}) == frozenset()


def test_the_list_of_somebody_else_is_refused() -> None:
    with pytest.raises(UntrustedIssuer, match="not of"):
        revoked({"issuer": "did:web:other.example", "revokedCredentials": []})


@pytest.mark.parametrize(
    "document", [[], {}, {"revokedCredentials": []}, {"issuer": ISSUER, "revokedCredentials": {}}], ids=str
)
def test_what_is_no_list_is_no_yes(document: object) -> None:
    with pytest.raises(BadInput, match="no revocation list"):
        revoked(document)


@pytest.mark.parametrize("entry", ["a", {}, {"id": 7}, None], ids=str)
def test_an_entry_that_names_nothing_is_refused(entry: object) -> None:
    with pytest.raises(BadInput, match="names no credential"):
        revoked({"issuer": ISSUER, "revokedCredentials": [entry]})


def test_an_entry_in_a_credential_leads_to_its_list() -> None:
    (entry,) = entries_of({"id": ADDRESS, "type": ENTRY_TYPE})
    assert (entry.type, entry.address, entry.purpose) == (ENTRY_TYPE, ADDRESS, "revocation")
    with pytest.raises(BadInput, match="address"):
        entries_of({"type": ENTRY_TYPE})


@given(st.text(max_size=200) | st.binary(max_size=100).map(lambda raw: raw.decode("latin-1")))
def test_anything_at_all_is_a_list_or_refused(text: str) -> None:
    with contextlib.suppress(BadInput, Refused):
        read_revocation_list(text, address=ADDRESS, issuer=ISSUER)
