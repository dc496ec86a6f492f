"""Chains of certificates: they count when they lead to somebody relied on, for signing, on this day, and name who."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.wire.certificates import (
    authorities_named_in,
    chain_name,
    check_chain,
    issuer_named_in,
    named_in,
    read_chain,
    written_chain,
)
from skillspace.wire.jose import SigningKey
from tests.certificates import YEAR, authority, self_signed, x5c
from tests.conftest import NOON

ROOT = authority()
BELOW = authority("Invented Issuing Office", ROOT)
KEY = SigningKey.generate("yard")
HOST = "yard.example"
ANCHORS = [ROOT.certificate]


def test_a_chain_that_leads_to_an_anchor_says_whom_it_names() -> None:
    chain = BELOW.give(KEY, hosts=["Yard.example"], addresses=["https://yard.example/issuer"])
    assert len(chain) == 2
    found = check_chain(read_chain(chain_name({"x5c": x5c(chain)})), ANCHORS, NOON)
    assert found.hosts == {HOST}
    assert (found.organisation, found.authority, found.until) == (
        "Invented Yard",
        "Invented Issuing Office",
        NOON + YEAR,
    )
    assert dict(found.jwk) == {name: KEY.public_jwk()[name] for name in ("kty", "crv", "x", "y")}
    named = ("https://yard.example", "https://YARD.example/x", "https://yard.example/issuer")
    others = (
        "https://school.example@yard.example",
        "https://yard.example.org",
        "http://yard.example",
        "did:web:yard.example",
        "https://[",
        "",
    )
    assert [found.is_named(each) for each in (*named, *others)] == [True] * 3 + [False] * 6


def test_an_office_in_between_may_be_relied_on_by_itself() -> None:
    assert check_chain(BELOW.give(KEY, hosts=[HOST])[:1], [BELOW.certificate], NOON).hosts == {HOST}


def hostile() -> dict[str, tuple[list[x509.Certificate], list[x509.Certificate]]]:
    """Chains that hold for nobody, each with the anchors it is held against."""
    good, stranger = BELOW.give(KEY, hosts=[HOST]), authority("A stranger")
    leaf_as_authority = authority("Not one", ROOT)
    pretended = ROOT.give(KEY, hosts=[HOST], is_authority=False)
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    own = self_signed(KEY, HOST)
    return {
        "nobody is relied on": (good, []),
        "from a stranger": (stranger.give(KEY, hosts=[HOST]), ANCHORS),
        "a stranger of the same name": (authority().give(KEY, hosts=[HOST]), ANCHORS),
        "the office in between is missing": (good[:1], ANCHORS),
        "given by its owner": ([own], ANCHORS),
        "given by its owner, who is relied on": ([own], [own]),
        "ran out": (BELOW.give(KEY, hosts=[HOST], until=NOON - timedelta(seconds=1)), ANCHORS),
        "not yet": (BELOW.give(KEY, hosts=[HOST], at=NOON + 2 * YEAR), ANCHORS),
        "not for signing": (BELOW.give(KEY, hosts=[HOST], signs=False), ANCHORS),
        "an authority's own": (BELOW.give(KEY, hosts=[HOST], is_authority=True), ANCHORS),
        "names nobody": (BELOW.give(KEY), ANCHORS),
        "below one that is no authority": ([*leaf_as_authority.give(KEY, hosts=[HOST])[:1], *pretended], ANCHORS),
        "something critical that nobody understands": (BELOW.give(KEY, hosts=[HOST], more=[unknown]), ANCHORS),
    }


@pytest.mark.parametrize("case", list(hostile()))
def test_a_chain_that_does_not_hold_is_refused(case: str) -> None:
    chain, anchors = hostile()[case]
    with pytest.raises(InvalidSignature):
        check_chain(chain, anchors, NOON)


def test_what_is_written_leaves_the_anchor_out() -> None:
    chain = BELOW.give(KEY, hosts=[HOST])
    assert list(written_chain([*chain, ROOT.certificate])) == x5c(chain)


def test_an_issuer_without_a_name_is_the_one_its_certificate_names() -> None:
    both = BELOW.give(KEY, hosts=[HOST], addresses=["did:web:yard.example", "https://yard.example/issuer"])
    assert issuer_named_in({"x5c": x5c(both)}) == "https://yard.example/issuer"
    assert issuer_named_in({"x5c": x5c(BELOW.give(KEY, hosts=[HOST]))}) == f"https://{HOST}"
    with pytest.raises(BadInput):
        issuer_named_in({"x5c": x5c(BELOW.give(KEY))})


def test_the_authorities_above_are_named_by_their_keys() -> None:
    above = [each.certificate.public_key() for each in (BELOW, ROOT)]
    named = {
        base64.urlsafe_b64encode(x509.SubjectKeyIdentifier.from_public_key(key).digest).rstrip(b"=").decode()
        for key in above
    }
    assert authorities_named_in({"x5c": x5c(BELOW.give(KEY, hosts=[HOST]))}) == named
    assert authorities_named_in({}) == authorities_named_in({"x5c": ["AAAA"]}) == frozenset()


@pytest.mark.parametrize("given_x5c", [None, [], "x", [7], ["x"] * 7, ["!"], ["AAAA"], ["A" * 9000]], ids=str)
def test_what_is_no_chain_is_refused(given_x5c: object) -> None:
    with pytest.raises(BadInput):
        read_chain(chain_name({"x5c": given_x5c}))


@given(raw=st.binary(max_size=200), at=st.integers(0, 900))
def test_a_damaged_certificate_is_read_or_refused_and_never_counts_for_more(raw: bytes, at: int) -> None:
    der = base64.b64decode(x5c(BELOW.give(KEY, hosts=[HOST]))[0])
    damaged = der[:at] + raw + der[at + len(raw) :]
    try:
        chain = read_chain("x5c:" + base64.b64encode(damaged).decode())
        check_chain([chain[0], BELOW.certificate], ANCHORS, NOON)
    except (BadInput, InvalidSignature):
        return
    assert damaged == der
    assert named_in(chain[0]).hosts == {HOST}
