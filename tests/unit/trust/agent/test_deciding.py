"""Deciding: pure, the same in any order, never more open than what the person said, and with every reason named."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.trust.agent import Decision, Effect, Facts, Preference, PreferenceState, Wish, decide, read_json, say
from skillspace.trust.agent.limits import limits
from skillspace.trust.agent.model import checked
from skillspace.trust.agent.weektime import is_all_week, overlap
from skillspace.trust.consent import Conditions, Direction, Grant, GrantState
from tests.conftest import NOON

HUB, WORKS, OTHER = "did:web:hub.example", "did:web:works.example", "did:web:other.example"
KINDS = ["badge", "diploma", "skills", "story"]
OPENNESS = {Effect.NEVER: 0, Effect.ASK: 1, Effect.ALWAYS: 2}
WEEKDAYS = Conditions(days=frozenset({1, 2, 3, 4, 5}))
WEEKEND = Conditions(days=frozenset({6, 7}))


def ask_for(*kinds: str, **changes: Any) -> Grant:
    facts: dict[str, Any] = {
        "id": "grant-1",
        "person": "ada",
        "subject": "urn:example:ada",
        "provider": HUB,
        "provider_name": "Hub",
        "recipient": WORKS,
        "recipient_name": "Works",
        "dataset": "profiles",
        "purpose": "recruit",
        "kinds": kinds,
        "starts": None,
        "until": NOON + timedelta(days=30),
        "notice_hash": "",
        "agreement": None,
        "state": GrantState.PENDING,
        "asked": NOON,
        "decided": None,
        "ended": None,
        "reason": "",
        "note": "",
    }
    return Grant(**(facts | changes))


def preference(effect: Effect, *kinds: str, to: tuple[str, ...] = (WORKS,), id: str = "p", **more: Any) -> Preference:
    wish = Wish(effect=effect, kinds=frozenset(kinds), organisations=frozenset(to), **more)
    return of(wish, id)


def of(wish: Wish, id: str) -> Preference:
    return Preference(
        id=id,
        person="ada",
        wish=wish,
        state=PreferenceState.ACTIVE,
        words="",
        language="en",
        proposed=NOON,
        changed=NOON,
        since=NOON,
    )


FACTS = Facts(own=HUB, at=NOON, limits=limits(), roles=frozenset({"employer"}), country="SE", is_known=True)


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


HOURS = st.sampled_from([time(0), time(8), time(17)])
CONDITIONS = st.none() | st.builds(
    Conditions,
    days=st.frozensets(st.sampled_from([1, 3, 6, 7]), min_size=1),
    start=HOURS,
    end=HOURS,
    zone=st.just("UTC"),
    countries=st.sampled_from([frozenset(), frozenset({"SE"}), frozenset({"FR"})]),
)
WISHES = st.builds(
    Wish,
    effect=st.sampled_from(list(Effect)),
    direction=st.sampled_from([Direction.SHARE, Direction.SHARE, Direction.GATHER]),
    kinds=st.frozensets(st.sampled_from([*KINDS, "category:proofs"]), max_size=3),
    organisations=st.frozensets(st.sampled_from([WORKS, OTHER, "role:employer", "role:school"]), max_size=2),
    purposes=st.sampled_from([frozenset(), frozenset({"recruit"}), frozenset({"train"})]),
    conditions=CONDITIONS,
    most_days=st.sampled_from([None, None, 10, 60]),
    most_uses=st.sampled_from([None, None, 2]),
    until=st.sampled_from([None, None, NOON + timedelta(days=20)]),
)
#: A wish that would grant most asks: without it nearly nothing is granted, and properties of a yes say nothing.
BROAD = st.builds(
    Wish,
    effect=st.just(Effect.ALWAYS),
    kinds=st.sampled_from(
        [frozenset(KINDS), frozenset({"badge", "diploma", "skills"}), frozenset({"category:proofs"})]
    ),
    organisations=st.sampled_from([frozenset({WORKS, OTHER}), frozenset({WORKS}), frozenset({"role:employer"})]),
    conditions=st.none() | CONDITIONS,
    most_days=st.sampled_from([None, None, 60]),
)
NARROW = WISHES.map(lambda wish: replace(wish, conditions=WEEKEND) if wish.effect is Effect.NEVER else wish)
PREFERENCES = st.builds(
    lambda broad, wishes: [of(wish, f"p{n}") for n, wish in enumerate([*broad, *wishes])],
    st.lists(BROAD, max_size=2),
    st.lists(WISHES | NARROW, max_size=3),
)
ASKS = st.builds(
    lambda kinds, recipient, uses, days: ask_for(
        *kinds, recipient=recipient, max_uses=uses, until=NOON + timedelta(days=days)
    ),
    st.lists(st.sampled_from(KINDS), min_size=1, max_size=2, unique=True),
    st.sampled_from([WORKS, OTHER]),
    st.sampled_from([None, 1, 5]),
    st.sampled_from([5, 30, 365]),
)
FACTS_OF_ALL_SORTS = st.builds(
    replace,
    st.just(FACTS),
    roles=st.sampled_from([frozenset(), frozenset({"employer"}), frozenset({"school"})]),
    country=st.sampled_from([None, "SE", "FR"]),
    is_known=st.sampled_from([True, True, False]),
    may_rest_on_consent=st.sampled_from([True] * 7 + [False]),
    decides_alone=st.sampled_from([True] * 7 + [False]),
    is_notice_changed=st.sampled_from([False] * 7 + [True]),
    taken_back=st.sampled_from([None] * 6 + [NOON - timedelta(days=1), NOON]),
    yeses=st.sampled_from([0] * 7 + [50]),
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
