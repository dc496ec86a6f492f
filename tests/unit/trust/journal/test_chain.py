"""How content is spelled and hashed: one spelling for one content, and nothing that others would read differently."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.trust.journal.chain import canonical, digest_of, fresh_salt, link, seal_of
from skillspace.wire import canonical as signed

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
plain = st.recursive(
    texts | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abAB_:19", max_size=6), inner, max_size=4),
    max_leaves=12,
)
contents = st.dictionaries(st.text("abcdAB_:19", max_size=6), plain, max_size=5)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.sets(st.integers()) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


class State(StrEnum):
    """A state as rooms have them."""

    SIGNED = "signed"


@given(contents)
def test_it_spells_as_consent_does(content: dict[str, object]) -> None:
    assert canonical(content).encode() == signed.canonical(content)


@given(st.dictionaries(st.text(max_size=5) | st.integers(), anything, max_size=4))
def test_whatever_comes_is_spelled_or_refused(content: dict[Any, Any]) -> None:
    try:
        spelled = canonical(content)
    except BadInput:
        return
    assert spelled.startswith("{")


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), b"bytes", {1, 2}, datetime(2026, 1, 1, tzinfo=UTC), 2**53, {"å": 1}, {1: 1}, "\ud800"]
)
def test_what_readers_would_spell_differently_is_refused(value: object) -> None:
    with pytest.raises(BadInput):
        canonical({"value": value})


def test_what_is_nested_without_end_is_refused() -> None:
    content: dict[str, object] = {}
    for _ in range(30):
        content = {"in": content}
    with pytest.raises(BadInput, match="too deeply"):
        canonical(content)


def test_states_and_tuples_are_spelled_as_texts_and_lists() -> None:
    assert canonical({"state": State.SIGNED, "kinds": ("a", "b")}) == '{"kinds":["a","b"],"state":"signed"}'


def test_the_formulas_are_the_ones_that_the_documentation_gives() -> None:
    salt, content = "00" * 16, canonical({"b": 1, "a": "å"})
    digest = hashlib.sha256(('{"content":{"a":"å","b":1},"salt":"' + "00" * 16 + '"}').encode()).hexdigest()
    assert digest_of(salt, content) == digest
    fields: dict[str, Any] = {"number": 1, "at": "2026-11-21T12:00:00.000000Z", "kind": "a.b", "about": "x"}
    text = f'{{"about":"x","at":"2026-11-21T12:00:00.000000Z","digest":"{digest}","kind":"a.b","number":1}}'
    seal = hashlib.sha256(text.encode()).hexdigest()
    assert seal_of(digest=digest, **fields) == seal
    whole = f'{{"previous":"{"0" * 64}","seal":"{seal}"}}'
    assert link("0" * 64, seal) == hashlib.sha256(whole.encode()).hexdigest()


def test_the_same_content_has_another_digest_each_time() -> None:
    assert digest_of(fresh_salt(), "{}") != digest_of(fresh_salt(), "{}")
