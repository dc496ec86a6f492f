"""Decisions about any ask, under any preferences: what holds for all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.trust.agent import Effect, Facts, Preference, Wish, decide, say
from skillspace.trust.agent.weektime import is_all_week, overlap
from skillspace.trust.consent import Direction, Grant
from tests.unit.trust.agent.asking import (
    ASKS,
    FACTS_OF_ALL_SORTS,
    OPENNESS,
    PREFERENCES,
    WISHES,
    of,
)


@given(ASKS, PREFERENCES, FACTS_OF_ALL_SORTS, WISHES)
@settings(max_examples=400, deadline=None)
def test_one_more_never_never_opens_anything(
    ask: Grant, preferences: list[Preference], facts: Facts, wish: Wish
) -> None:
    never = of(replace(wish, effect=Effect.NEVER), "p-new")
    before, after = decide(ask, preferences, facts), decide(ask, [*preferences, never], facts)
    assert OPENNESS[after.effect] <= OPENNESS[before.effect]


@given(ASKS, PREFERENCES, FACTS_OF_ALL_SORTS, st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_order_of_preferences_does_not_matter(
    ask: Grant, preferences: list[Preference], facts: Facts, random: Any
) -> None:
    shuffled = random.sample(preferences, len(preferences))
    assert decide(ask, preferences, facts) == decide(ask, shuffled, facts)


@given(ASKS, PREFERENCES, FACTS_OF_ALL_SORTS)
@settings(max_examples=400, deadline=None)
def test_every_decision_says_why_and_names_its_preference_or_none(
    ask: Grant, preferences: list[Preference], facts: Facts
) -> None:
    decision = decide(ask, preferences, facts)
    assert decision.reasons
    assert all(say(reason, language) for reason in decision.reasons for language in ("en", "sv", "fr"))
    assert decision.preference is None or decision.preference in preferences
    if decision.effect is not Effect.ASK:
        assert decision.preference is not None
        assert decision.preference.wish.effect is decision.effect


def is_about(wish: Wish, ask: Grant, facts: Facts) -> bool:
    """An oracle of its own: may this wish be about this ask, as far as anybody knows?"""
    roles = {f"role:{role}" for role in facts.roles}
    whom = not wish.organisations or ask.recipient in wish.organisations or bool(roles & wish.organisations)
    if not facts.roles and any(one.startswith("role:") for one in wish.organisations):
        whom = True
    where = wish.conditions.countries if wish.conditions else frozenset()
    is_there = not where or facts.country is None or facts.country in where
    is_why = not wish.purposes or ask.purpose in wish.purposes
    return wish.direction is Direction.SHARE and whom and is_there and is_why and bool(about(wish, ask))


def about(wish: Wish, ask: Grant) -> set[str]:
    proofs = {"badge", "diploma", "employment"} if "category:proofs" in wish.kinds else set()
    return set(ask.kinds) & (set(wish.kinds) | proofs) if wish.kinds else set(ask.kinds)


@given(ASKS, PREFERENCES, FACTS_OF_ALL_SORTS)
@settings(max_examples=600, deadline=None)
def test_a_yes_is_never_against_a_never_nor_wider_than_its_preference(
    ask: Grant, preferences: list[Preference], facts: Facts
) -> None:
    decision = decide(ask, preferences, facts)
    if decision.effect is not Effect.ALWAYS:
        return
    assert decision.preference is not None
    wish = decision.preference.wish
    for other in preferences:
        if other.wish.effect is Effect.NEVER and is_about(other.wish, ask, facts):
            assert not overlap(other.wish.conditions, decision.conditions)
            assert not is_all_week(other.wish.conditions)
    assert is_about(wish, ask, facts)
    assert about(wish, ask) == set(ask.kinds)
    assert decision.conditions == wish.conditions
    assert wish.most_days is None or ask.until <= facts.at + timedelta(days=wish.most_days)
    assert wish.until is None or ask.until <= wish.until
    assert wish.most_uses is None or (ask.max_uses is not None and ask.max_uses <= wish.most_uses)
    assert "story" not in ask.kinds
    assert facts.decides_alone
    assert facts.may_rest_on_consent
    assert not facts.is_notice_changed
    assert facts.taken_back is None
    assert facts.yeses < facts.limits.automatic_yeses_a_day


@given(ASKS, PREFERENCES, FACTS_OF_ALL_SORTS)
@settings(max_examples=200, deadline=None)
def test_a_narrower_yes_is_part_of_the_ask_and_leaves_out_what_is_forbidden(
    ask: Grant, preferences: list[Preference], facts: Facts
) -> None:
    fitting = decide(ask, preferences, facts).narrower
    if fitting is None:
        return
    assert set(fitting.kinds) <= set(ask.kinds)
    assert fitting.kinds
    assert fitting.until <= ask.until
    assert ask.max_uses is None or (fitting.max_uses is not None and fitting.max_uses <= ask.max_uses)
