"""The rules of digests and disclosures (RFC 9901 §7.1): any claims survive, and every trick is refused."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, SkillspaceError
from skillspace.records.credentials import KeyResolver
from skillspace.records.credentials.pointers import Pointer, places
from skillspace.records.credentials.selective import (
    Disclosure,
    conceal,
    read_token,
    reveal,
    show,
    verify,
)
from skillspace.records.credentials.selective.disclosure import disclose, read_disclosure
from skillspace.records.credentials.selective.token import SelectiveToken
from skillspace.records.formats.issuing import Issuer
from skillspace.wire.jose import SigningKey, sign_jwt
from tests.unit.records.selective.conftest import VCT

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
NAMES = WORDS.filter(lambda name: name not in ("_sd", "...", "_sd_alg"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
CLAIMS = st.dictionaries(NAMES, VALUES, max_size=4)


def all_places(value: object, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place of a document below its root."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for step, each in steps for place in ((*here, step), *all_places(each, (*here, step)))]


@st.composite
def concealed(draw: st.DrawFn) -> tuple[dict[str, Any], list[Pointer]]:
    claims = draw(CLAIMS)
    every = all_places(claims)
    return claims, draw(st.lists(st.sampled_from(every), max_size=6, unique=True)) if every else []


@given(concealed(), st.integers(0, 3))
def test_whatever_is_concealed_comes_back_with_all_its_disclosures(
    given_claims: tuple[dict[str, Any], list[Pointer]], decoys: int
) -> None:
    claims, hidden = given_claims
    payload, disclosures = conceal(claims, hidden, decoys=decoys)
    read = [read_disclosure(each.text) for each in disclosures]
    assert reveal(payload, read).claims == claims
    assert len(disclosures) == len(hidden)


@given(concealed(), st.data())
def test_what_is_chosen_is_there_and_what_is_concealed_and_not_chosen_is_not(
    given_claims: tuple[dict[str, Any], list[Pointer]], data: st.DataObject
) -> None:
    claims, hidden = given_claims
    payload, disclosures = conceal(claims, hidden)
    token = SelectiveToken(issued="a.b.c", disclosures=disclosures)
    whole = reveal(payload, disclosures)
    every = all_places(claims)
    chosen = data.draw(st.lists(st.sampled_from(every), max_size=3)) if every else []
    sent = show(token, whole, chosen).disclosures
    texts = {each.text for each in sent}
    assert reveal(payload, sent).placed == tuple(each for each in reveal(payload, sent).placed)
    for each in whole.placed:
        is_wanted = any(place[: len(each.place)] == each.place or each.place[: len(place)] == place for place in chosen)
        is_around = any(other.within == each.disclosure for other in whole.placed if other.disclosure.text in texts)
        assert (each.disclosure.text in texts) is (is_wanted or is_around)


def test_decoys_hide_how_many_there_are() -> None:
    claims = {"title": "a", "skills": ["x", "y"]}
    payload, disclosures = conceal(claims, [("title",), ("skills", None)], decoys=5)
    assert len(payload["_sd"]) == 6  # type: ignore[arg-type]
    assert len(payload["skills"]) == 7  # type: ignore[arg-type]
    assert reveal(payload, disclosures).claims == claims


def test_two_credentials_of_the_same_claims_have_no_digest_in_common() -> None:
    first, second = (conceal({"title": "a", "skills": ["x"]}, [("title",), ("skills", None)])[0] for _ in range(2))
    assert not set(first["_sd"]) & set(second["_sd"])  # type: ignore[call-overload]
    assert first["skills"] != second["skills"]


@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg"])
def test_no_claim_has_a_name_of_the_formats_own(name: str) -> None:
    with pytest.raises(BadInput, match="cannot be called"):
        conceal({"deep": [{name: 1}]}, [])


def hidden(name: str | None, value: object) -> Disclosure:
    return disclose(name, value, "a-salt-of-22-characters")


ONE, ELEMENT = hidden("title", "a"), hidden(None, "a")
INNER = hidden("town", "Umeå")
OUTER = hidden("place", {"_sd": [INNER.digest()]})


@pytest.mark.parametrize(
    ("payload", "given_ones", "reason"),
    [
        ({"_sd": [ONE.digest(), ONE.digest()]}, [ONE], "same digest twice"),
        ({"skills": [{"...": ELEMENT.digest()}, {"...": ELEMENT.digest()}]}, [ELEMENT], "same digest twice"),
        ({"_sd": [OUTER.digest(), INNER.digest()]}, [OUTER, INNER], "same digest twice"),
        ({"_sd": ["decoy", "decoy"]}, [], "same digest twice"),
        ({"_sd": [ONE.digest()]}, [ONE, ONE], "same disclosure twice"),
        ({"_sd": []}, [ONE], "belong to no digest"),
        ({"_sd": [OUTER.digest()]}, [INNER], "belong to no digest"),
        ({"_sd": [ONE.digest()], "title": "b"}, [ONE], "stands already"),
        ({"_sd": [ELEMENT.digest()]}, [ELEMENT], "where a claim with a name belongs"),
        ({"skills": [{"...": ONE.digest()}]}, [ONE], "where an element of a list belongs"),
        ({"skills": [{"...": ELEMENT.digest(), "more": 1}]}, [ELEMENT], "one digest and nothing else"),
        ({"skills": [{"...": 7}]}, [], "one digest and nothing else"),
        ({"_sd": "digest"}, [], "list of texts"),
        ({"_sd": [7]}, [], "list of texts"),
        ({"...": "digest"}, [], "cannot be called"),
        ({"deep": {"_sd_alg": "sha-256"}}, [], "cannot be called"),
        ({"_sd_alg": "md5", "_sd": [ONE.digest()]}, [ONE], "'md5' are not accepted"),
        ({"_sd_alg": 7}, [], "must be a text"),
    ],
)
def test_a_broken_rule_is_refused_by_name(
    payload: dict[str, object], given_ones: list[Disclosure], reason: str
) -> None:
    with pytest.raises(BadInput, match=reason):
        reveal(payload, given_ones)


def test_claims_nested_without_end_are_refused() -> None:
    deep: object = "a"
    for _ in range(40):
        deep = [deep]
    with pytest.raises(BadInput, match="nested"):
        reveal({"deep": deep}, [])


@pytest.mark.parametrize(
    "text",
    [
        "W10",
        "WyJhIl0",
        "WyJhIiwgIl9zZCIsIDFd",
        "WyJhIiwgIi4uLiIsIDFd",
        "WzEsICJhIl0",
        "WyJhIiwgMSwgMl0",
        "e30",
        "!",
        "",
    ],
    ids=["empty", "one", "_sd", "dots", "salt", "name", "object", "no base64url", "nothing"],
)
def test_what_is_no_disclosure_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_disclosure(text)


@pytest.mark.parametrize("name", ["iss", "exp", "nbf", "cnf", "vct", "status"])
def test_what_everybody_must_read_cannot_be_disclosed_by_choice(
    university: Issuer, resolve_key: KeyResolver, noon: datetime, name: str
) -> None:
    disclosure = hidden(name, 1)
    claims = {"iss": university.did, "vct": VCT, "_sd": [disclosure.digest()]}
    claims.pop(name, None)
    signed = sign_jwt(claims | {"iss": university.did, "vct": VCT}, university.key, typ="dc+sd-jwt")
    with pytest.raises(BadInput):
        verify(f"{signed}~{disclosure.text}~", resolve_key, noon)


@given(st.text(alphabet="abcXYZ019-_.~=!", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    key = SigningKey.generate("k")
    for candidate in (text, f"{sign_jwt({'iss': 'did:web:x.example', 'vct': 'v'}, key, typ='dc+sd-jwt')}~{text}"):
        with contextlib.suppress(SkillspaceError):
            verify(candidate, lambda _issuer, _kid: key.public_jwk(), datetime.fromisoformat("2026-11-21T12:00:00Z"))


@given(CLAIMS)
def test_no_payload_breaks_the_reader(claims: dict[str, Any]) -> None:
    key = SigningKey.generate("k")
    odd = {"cnf": claims, "status": claims, "iss": "did:web:x.example", "vct": "v"} | claims
    with contextlib.suppress(SkillspaceError):
        verify(
            f"{sign_jwt(odd, key, typ='dc+sd-jwt')}~",
            lambda _issuer, _kid: key.public_jwk(),
            datetime.fromisoformat("2026-11-21T12:00:00Z"),
        )


def test_a_pointer_selects_as_the_standard_says() -> None:
    """OpenID4VP 1.0 §7.3."""
    document = {
        "name": "Arthur Dent",
        "degrees": [{"type": "Bachelor"}, {"type": "Master"}],
        "nationalities": ["British", "Betelgeusian"],
    }
    assert places(document, ("name",)) == [("name",)]
    assert places(document, ("degrees", None, "type")) == [("degrees", 0, "type"), ("degrees", 1, "type")]
    assert places(document, ("nationalities", 1)) == [("nationalities", 1)]
    assert places(document, ("nationalities", 7)) == []
    assert places(document, ("absent",)) == []
    for wrong in [("name", "first"), ("name", None), ("degrees", "type")]:
        with pytest.raises(BadInput):
            places(document, wrong)


def test_what_is_too_long_is_not_read() -> None:
    with pytest.raises(BadInput, match="too long"):
        read_token("a" * 600_000)
    with pytest.raises(BadInput, match="disclosures"):
        read_token("a.b.c" + "~WyJhIiwxXQ" * 2001 + "~")
