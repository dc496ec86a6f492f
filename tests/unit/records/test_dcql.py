"""DCQL: what a query asks for, which credentials answer it, and which of their claims it wants."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials.dcql import read_query

CLAIMS = {
    "last_name": "Dent",
    "first_name": "Arthur",
    "address": {"street": "42 Market Street", "postal_code": "12345"},
    "degrees": [{"type": "Bachelor"}, {"type": "Master"}],
}


def asked(**more: Any) -> Any:
    credential = {"id": "a", "format": "dc+sd-jwt", "meta": {"vct_values": ["urn:one", "urn:two"]}} | more
    return read_query({"credentials": [credential]}).credentials[0]


def test_a_credential_of_the_right_format_and_type_fits() -> None:
    one = asked()
    assert one.fits("dc+sd-jwt", ["urn:two"])
    assert not one.fits("dc+sd-jwt", ["urn:three"])
    assert not one.fits("jwt_vc_json", ["urn:two"])
    assert asked(meta={}).fits("dc+sd-jwt", ["urn:three"])


def test_every_name_of_one_way_must_be_there() -> None:
    one = asked(format="jwt_vc_json", meta={"type_values": [["A", "B"], ["C"]]})
    assert one.fits("jwt_vc_json", ["B", "A", "X"])
    assert one.fits("jwt_vc_json", ["C"])
    assert not one.fits("jwt_vc_json", ["A"])


def test_whom_the_verifier_trusts_is_not_guessed() -> None:
    """Trusted authorities of a kind that cannot be judged here: the credential is treated as not matching."""
    by_key = asked(trusted_authorities=[{"type": "aki", "values": ["x", "y"]}, {"type": "etsi_tl", "values": ["z"]}])
    assert by_key.fits("dc+sd-jwt", ["urn:one"], {"y", "w"})
    assert not by_key.fits("dc+sd-jwt", ["urn:one"], {"z", "w"})
    assert not by_key.fits("dc+sd-jwt", ["urn:one"])
    assert not asked(trusted_authorities=[{"type": "etsi_tl", "values": ["z"]}]).fits("dc+sd-jwt", ["urn:one"], {"z"})


def test_all_claims_are_wanted_or_none() -> None:
    one = asked(claims=[{"path": ["last_name"]}, {"path": ["degrees", None, "type"]}])
    assert one.wanted(CLAIMS) == [("last_name",), ("degrees", 0, "type"), ("degrees", 1, "type")]
    assert asked(claims=[{"path": ["last_name"]}, {"path": ["absent"]}]).wanted(CLAIMS) is None
    assert asked().wanted(CLAIMS) == []


def test_a_value_narrows_what_is_wanted_and_its_type_counts() -> None:
    assert asked(claims=[{"path": ["degrees", None, "type"], "values": ["Master"]}]).wanted(CLAIMS) == [
        ("degrees", 1, "type")
    ]
    assert asked(claims=[{"path": ["flag"], "values": [1]}]).wanted({"flag": True}) is None
    assert asked(claims=[{"path": ["flag"], "values": [True]}]).wanted({"flag": True}) == [("flag",)]


def test_the_first_combination_that_can_be_given_is_taken() -> None:
    claims = [{"id": "a", "path": ["absent"]}, {"id": "b", "path": ["last_name"]}, {"id": "c", "path": ["first_name"]}]
    assert asked(claims=claims, claim_sets=[["a", "b"], ["c"], ["b"]]).wanted(CLAIMS) == [("first_name",)]
    assert asked(claims=claims, claim_sets=[["a"]]).wanted(CLAIMS) is None


def test_every_credential_is_required_unless_sets_say_otherwise() -> None:
    credentials = [{"id": name, "format": "dc+sd-jwt", "meta": {}} for name in "abc"]
    every = read_query({"credentials": credentials})
    assert every.is_answered_by("abc")
    assert not every.is_answered_by("ab")
    sets = [{"options": [["a", "b"], ["c"]]}, {"options": [["b"]], "required": False}]
    some = read_query({"credentials": credentials, "credential_sets": sets})
    assert some.is_answered_by("ab")
    assert some.is_answered_by("c")
    assert not some.is_answered_by("a")
    assert not some.is_answered_by("")
    assert not some.is_answered_by("cx")


def test_unknown_members_are_passed_over() -> None:
    assert asked(claims=[{"path": ["last_name"], "retain": True}], more={}).wanted(CLAIMS) == [("last_name",)]


@pytest.mark.parametrize(
    "broken",
    [
        {"id": ""},
        {"id": 7},
        {"format": None},
        {"claims": []},
        {"claims": [{"path": []}]},
        {"claims": [{"path": [-1]}]},
        {"claims": [{"path": [True]}]},
        {"claims": [{"path": ["a"], "values": [1.5]}]},
        {"claims": [{"path": ["a"], "values": []}]},
        {"claims": [{"id": "x", "path": ["a"]}, {"id": "x", "path": ["b"]}]},
        {"claim_sets": [["x"]]},
        {"multiple": "yes"},
        {"meta": []},
        {"meta": {"vct_values": []}},
    ],
)
def test_a_broken_query_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        asked(**broken)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["credentials", "id", "format", "meta", "claims", "path", "values", "claim_sets", "options"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_query_breaks_the_reader(document: object) -> None:
    try:
        found = read_query(document)
    except BadInput:
        return
    for credential in found.credentials:
        credential.wanted(CLAIMS)
