"""Nobody is trusted for what no list names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from skillspace.trust.issuers import TrustedIssuer, TrustedIssuers

AUTHORITY = "did:web:authority.example"
CHAMBER = "did:web:chamber.example"


def issuers() -> TrustedIssuers:
    chamber = TrustedIssuer(did=CHAMBER, types=("CompanyCredential", "LicenceCredential"))
    return TrustedIssuers([chamber], authority=AUTHORITY)


def test_an_issuer_counts_for_the_types_it_is_listed_for() -> None:
    assert issuers().is_trusted(CHAMBER, ["VerifiableCredential", "CompanyCredential"])
    assert not issuers().is_trusted(CHAMBER, ["VerifiableCredential", "MembershipCredential"])
    assert not issuers().is_trusted(AUTHORITY, ["CompanyCredential"])
    assert issuers().of("LicenceCredential") == {CHAMBER}


def test_the_authority_counts_for_membership() -> None:
    assert issuers().is_trusted(AUTHORITY, ["VerifiableCredential", "MembershipCredential"])


def test_no_type_rides_on_the_trust_for_another() -> None:
    assert not issuers().is_trusted(CHAMBER, ["VerifiableCredential", "CompanyCredential", "MembershipCredential"])


@pytest.mark.parametrize("types", [[], ["VerifiableCredential"]])
def test_a_credential_of_no_type_has_no_trusted_issuer(types: list[str]) -> None:
    assert not issuers().is_trusted(AUTHORITY, types)


@given(st.text(), st.lists(st.text(), max_size=4))
def test_unknown_means_not_trusted(issuer: str, types: list[str]) -> None:
    assert not TrustedIssuers().is_trusted(issuer, types)


@pytest.mark.parametrize(
    "line",
    [
        {"did": "http://example.org", "types": ["A"]},
        {"did": "example.org", "types": ["A"]},
        {"did": CHAMBER, "types": []},
        {"did": CHAMBER, "types": ["*"]},
        {"did": CHAMBER, "types": ["VerifiableCredential"]},
        {"did": CHAMBER, "types": [5]},
        {"did": CHAMBER, "types": ["A"], "note": "?"},
        {"did": CHAMBER},
    ],
)
def test_a_list_that_is_unclear_is_refused(line: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TrustedIssuer.model_validate(line)


def test_who_is_known_by_an_address_is_trusted_by_it() -> None:
    listed = TrustedIssuers([TrustedIssuer(did="https://school.example", types=("Diploma",))])
    assert listed.is_trusted("https://school.example", ("Diploma",))
    assert not listed.is_trusted("https://school.example.org", ("Diploma",))
