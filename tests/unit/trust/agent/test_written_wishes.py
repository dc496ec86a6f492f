"""Wishes as they are kept: read back as they were written, and never out of garbage."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.trust.agent import Effect, Wish, read_json
from skillspace.trust.agent.model import checked
from tests.conftest import NOON
from tests.unit.trust.agent.asking import (
    WISHES,
    WORKS,
)


@given(WISHES)
@settings(max_examples=100, deadline=None)
def test_a_wish_is_read_back_as_it_was_written(wish: Wish) -> None:
    assert read_json(wish.to_json()) == wish


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(WISHES, st.sampled_from(sorted(Wish.__dataclass_fields__)), JSON)
@settings(max_examples=200, deadline=None)
def test_garbage_in_a_written_wish_is_bad_input(wish: Wish, member: str, garbage: object) -> None:
    try:
        read = checked(read_json(wish.to_json() | {member: garbage}), NOON)
    except BadInput:
        return
    assert isinstance(read, Wish)


@pytest.mark.parametrize(
    "wish",
    [
        Wish(effect=Effect.ALWAYS, kinds=frozenset({"badge"})),
        Wish(effect=Effect.ALWAYS, organisations=frozenset({WORKS})),
        Wish(effect=Effect.NEVER, most_days=3),
        Wish(effect=Effect.NEVER, until=NOON),
        Wish(effect=Effect.NEVER, kinds=frozenset({""})),
        Wish(effect=Effect.NEVER, kinds=frozenset({"a\nb"})),
        Wish(effect=Effect.NEVER, kinds=frozenset(map(str, range(101)))),
    ],
)
def test_a_wish_that_is_not_specific_or_not_plain_is_not_kept(wish: Wish) -> None:
    with pytest.raises(BadInput):
        checked(wish, NOON)
