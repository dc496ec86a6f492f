"""Deciding: pure, the same in any order, never more open than what the person said, and with every reason named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from skillspace.trust.agent import Decision, Effect, PreferenceState, decide, say
from skillspace.trust.agent.limits import limits
from skillspace.trust.consent import Conditions, Direction, Grant
from tests.conftest import NOON
from tests.unit.trust.agent.asking import (
    FACTS,
    HUB,
    OTHER,
    WEEKDAYS,
    WEEKEND,
    ask_for,
    preference,
)


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def test_what_nobody_spoke_of_is_asked() -> None:
    decision = decide(ask_for("badge"), [], FACTS)
    assert (decision.effect, decision.preference, codes(decision)) == (Effect.ASK, None, ["no_wish"])


def test_an_always_that_covers_the_ask_grants_it_with_its_own_conditions() -> None:
    decision = decide(ask_for("badge"), [preference(Effect.ALWAYS, "badge", conditions=WEEKDAYS)], FACTS)
    assert (decision.effect, decision.conditions) == (Effect.ALWAYS, WEEKDAYS)


def test_never_beats_the_most_specific_always() -> None:
    always = preference(Effect.ALWAYS, "badge", id="a", purposes=frozenset({"recruit"}))
    assert decide(ask_for("badge"), [always, preference(Effect.NEVER, id="n", to=())], FACTS).effect is Effect.NEVER


def test_several_nevers_together_refuse_what_each_forbids_in_part() -> None:
    nevers = [preference(Effect.NEVER, "badge", id="n1"), preference(Effect.NEVER, "diploma", id="n2")]
    assert decide(ask_for("badge", "diploma"), nevers, FACTS).effect is Effect.NEVER
    partly = decide(ask_for("badge", "diploma"), nevers[:1], FACTS)
    assert (partly.effect, codes(partly)) == (Effect.ASK, ["partly_forbidden"])
    assert partly.narrower is not None
    assert partly.narrower.kinds == ("diploma",)


def test_a_more_specific_always_beats_an_ask_and_an_ask_wins_when_neither_is() -> None:
    ask = preference(Effect.ASK, to=(), id="q")
    assert decide(ask_for("badge"), [ask, preference(Effect.ALWAYS, "badge", id="a")], FACTS).effect is Effect.ALWAYS
    about_badges = preference(Effect.ASK, "badge", to=(), id="q")
    general = preference(Effect.ALWAYS, "category:proofs", id="a")
    decision = decide(ask_for("badge"), [about_badges, general], FACTS)
    assert (decision.effect, codes(decision)) == (Effect.ASK, ["wish_ask"])
    equal = preference(Effect.ASK, "badge", id="q")
    assert decide(ask_for("badge"), [equal, preference(Effect.ALWAYS, "badge", id="a")], FACTS).effect is Effect.ASK


def test_a_never_at_weekends_leaves_a_yes_on_weekdays_alone_and_stops_one_for_all_days() -> None:
    never = preference(Effect.NEVER, to=(), id="n", conditions=WEEKEND)
    on_weekdays = preference(Effect.ALWAYS, "badge", id="a", conditions=WEEKDAYS)
    assert decide(ask_for("badge"), [never, on_weekdays], FACTS).effect is Effect.ALWAYS
    any_day = preference(Effect.ALWAYS, "badge", id="a")
    assert codes(decide(ask_for("badge"), [never, any_day], FACTS)) == ["partly_forbidden"]


@pytest.mark.parametrize(
    ("ask", "wish", "code", "left"),
    [
        (ask_for("badge", "diploma"), {}, "more_kinds", ("badge",)),
        (ask_for("badge"), {"most_days": 10}, "longer", ("badge",)),
        (ask_for("badge"), {"until": NOON + timedelta(days=7)}, "longer", ("badge",)),
        (ask_for("badge"), {"most_uses": 3}, "more_uses", ("badge",)),
        (ask_for("badge", max_uses=4), {"most_uses": 3}, "more_uses", ("badge",)),
    ],
)
def test_an_ask_for_more_than_the_wish_is_asked_with_the_part_that_fits(
    ask: Grant, wish: dict[str, Any], code: str, left: tuple[str, ...]
) -> None:
    decision = decide(ask, [preference(Effect.ALWAYS, "badge", **wish)], FACTS)
    assert (decision.effect, codes(decision)) == (Effect.ASK, [code])
    assert decision.narrower is not None
    fitting = decision.narrower
    assert fitting.kinds == left
    narrowed = replace(ask, kinds=fitting.kinds, until=fitting.until, max_uses=fitting.max_uses)
    assert decide(narrowed, [preference(Effect.ALWAYS, "badge", **wish)], FACTS).effect is Effect.ALWAYS


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"may_rest_on_consent": False}, "not_by_consent"),
        ({"decides_alone": False}, "minor"),
        ({"is_notice_changed": True}, "changed_notice"),
        ({"yeses": limits().automatic_yeses_a_day}, "daily_limit"),
        ({"taken_back": NOON}, "taken_back"),
    ],
)
def test_what_no_yes_in_advance_covers_is_asked(facts: dict[str, Any], code: str) -> None:
    decision = decide(ask_for("badge"), [preference(Effect.ALWAYS, "badge")], replace(FACTS, **facts))
    assert (decision.effect, codes(decision)) == (Effect.ASK, [code])
    for language in ("en", "sv", "fr"):
        assert say(decision.reasons[0], language)


def test_two_wishes_that_hold_at_different_times_are_put_to_the_person() -> None:
    both = [
        preference(Effect.ALWAYS, "badge", id="a1", conditions=WEEKDAYS),
        preference(Effect.ALWAYS, "badge", id="a2", conditions=WEEKEND),
    ]
    decision = decide(ask_for("badge"), both, FACTS)
    assert (codes(decision), decision.narrower) == (["wishes_differ"], None)


def test_of_two_wishes_none_of_which_is_more_specific_both_bound_a_yes() -> None:
    by_whom = preference(Effect.ALWAYS, "category:proofs", id="a1")
    by_what = preference(Effect.ALWAYS, "badge", to=("role:employer",), id="a2", most_days=10)
    decision = decide(ask_for("badge"), [by_whom, by_what], FACTS)
    assert codes(decision) == ["longer"]
    assert decision.narrower is not None
    assert decision.narrower.until == NOON + timedelta(days=10)


def test_what_is_proposed_leaves_sensitive_things_out() -> None:
    decision = decide(ask_for("badge", "story"), [preference(Effect.ALWAYS, "badge", "story")], FACTS)
    assert codes(decision) == ["sensitive"]
    assert decision.narrower is not None
    assert decision.narrower.kinds == ("badge",)


@pytest.mark.parametrize("state", [one for one in PreferenceState if one is not PreferenceState.ACTIVE])
def test_only_what_is_active_decides(state: PreferenceState) -> None:
    asleep = replace(preference(Effect.NEVER, "badge"), state=state)
    assert codes(decide(ask_for("badge"), [asleep], FACTS)) == ["no_wish"]


def test_sensitive_things_are_always_asked() -> None:
    decision = decide(ask_for("story"), [preference(Effect.ALWAYS, "story")], FACTS)
    assert codes(decision) == ["sensitive"]
    assert "your stories" in say(decision.reasons[0], "en")


def test_an_organisation_that_comes_for_the_first_time_is_asked_about_unless_it_was_named() -> None:
    stranger = replace(FACTS, is_known=False)
    by_role = preference(Effect.ALWAYS, "badge", to=("role:employer",))
    assert codes(decide(ask_for("badge"), [by_role], stranger)) == ["first_time"]
    assert decide(ask_for("badge"), [by_role], FACTS).effect is Effect.ALWAYS
    assert decide(ask_for("badge"), [preference(Effect.ALWAYS, "badge")], stranger).effect is Effect.ALWAYS


def test_who_is_not_known_to_be_no_employer_is_not_let_past_a_never_for_employers() -> None:
    never = preference(Effect.NEVER, to=("role:employer",), id="n")
    always = preference(Effect.ALWAYS, "badge", id="a")
    unknown = decide(ask_for("badge"), [never, always], replace(FACTS, roles=frozenset()))
    assert (unknown.effect, codes(unknown)) == (Effect.ASK, ["partly_forbidden"])
    school = decide(ask_for("badge"), [never, always], replace(FACTS, roles=frozenset({"school"})))
    assert school.effect is Effect.ALWAYS


def test_where_the_recipient_works_counts_and_not_knowing_it_opens_nothing() -> None:
    in_sweden = Conditions(countries=frozenset({"SE"}))
    always = preference(Effect.ALWAYS, "badge", conditions=in_sweden)
    never = preference(Effect.NEVER, "badge", conditions=in_sweden)
    told = {None: (Effect.ASK, Effect.ASK), "SE": (Effect.ALWAYS, Effect.NEVER), "FR": (Effect.ASK, Effect.ASK)}
    for country, expected in told.items():
        facts = replace(FACTS, country=country)
        found = tuple(decide(ask_for("badge"), [one], facts).effect for one in (always, never))
        assert found == expected


def test_a_gathering_is_about_whom_the_data_comes_from() -> None:
    gathering = ask_for("badge", provider=OTHER, recipient=HUB, purpose="gather")
    fetch = preference(Effect.ALWAYS, "badge", to=(OTHER,), direction=Direction.GATHER)
    assert decide(gathering, [fetch], FACTS).effect is Effect.ALWAYS
    assert decide(ask_for("badge", recipient=OTHER), [fetch], FACTS).effect is Effect.ASK


def test_the_preferences_of_others_decide_nothing() -> None:
    of_bo = replace(preference(Effect.ALWAYS, "badge"), person="bo")
    assert codes(decide(ask_for("badge"), [of_bo], FACTS)) == ["no_wish"]


def test_after_a_decision_was_taken_back_only_a_later_never_decides() -> None:
    before = preference(Effect.NEVER, "badge")
    taken_back = replace(FACTS, at=NOON + timedelta(days=2), taken_back=NOON + timedelta(days=1))
    assert decide(ask_for("badge"), [before], taken_back).effect is Effect.ASK
    later = replace(before, since=NOON + timedelta(days=2))
    assert decide(ask_for("badge"), [later], taken_back).effect is Effect.NEVER
