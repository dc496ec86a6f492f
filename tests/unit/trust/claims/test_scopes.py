"""Scopes: three parts written, two or three read, everything else refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.trust.claims.scopes import ID_ALIAS, TYPE_ALIAS, Scope, of_type, read_scope, read_scopes

NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=":"), min_size=1, max_size=60)
IDS = st.one_of(NAMES, NAMES.map(lambda name: f"urn:uuid:{name}"), NAMES.map(lambda name: f"https://x.example/{name}"))


@given(NAMES)
def test_a_type_is_read_back_from_three_parts_and_from_two(name: str) -> None:
    assert read_scope(str(of_type(name))) == of_type(name)
    assert read_scope(f"{TYPE_ALIAS}:{name}") == of_type(name)


@given(IDS.filter(lambda name: not name.endswith(":read")))
def test_an_identifier_may_hold_colons(name: str) -> None:
    scope = Scope(alias=ID_ALIAS, name=name)
    assert read_scope(str(scope)) == scope
    assert read_scope(f"{ID_ALIAS}:{name}") == scope


@given(st.text(max_size=400))
def test_any_text_is_a_scope_or_bad_input(text: str) -> None:
    try:
        scope = read_scope(text)
    except BadInput:
        return
    assert read_scope(str(scope)) == scope


@pytest.mark.parametrize(
    "text",
    [
        "",
        TYPE_ALIAS,
        f"{TYPE_ALIAS}:",
        f"{TYPE_ALIAS}::read",
        f"{TYPE_ALIAS}:Diploma:write",
        f"{TYPE_ALIAS}:Diploma:*",
        f"{TYPE_ALIAS}:Diploma:read:read",
        f"{TYPE_ALIAS}:Dip loma",
        "org.example.other:Diploma:read",
        f"{TYPE_ALIAS}:{'x' * 300}",
    ],
)
def test_what_asks_for_something_else_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_scope(text)


def test_a_scope_named_twice_counts_once() -> None:
    assert read_scopes([f"{TYPE_ALIAS}:A", f"{TYPE_ALIAS}:A:read", f"{TYPE_ALIAS}:B"]) == (of_type("A"), of_type("B"))


def test_a_scope_covers_its_type_or_its_identifier_and_nothing_else() -> None:
    assert of_type("A").covers(("VerifiableCredential", "A"), "id")
    assert not of_type("A").covers(("VerifiableCredential", "B"), "A")
    assert Scope(alias=ID_ALIAS, name="urn:uuid:1").covers((), "urn:uuid:1")
    assert not Scope(alias=ID_ALIAS, name="urn:uuid:1").covers(("urn:uuid:1",), None)
