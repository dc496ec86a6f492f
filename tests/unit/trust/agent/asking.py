"""Asks, wishes and facts for the tests of the agent: single ones to choose from, and all sorts of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

from hypothesis import strategies as st

from skillspace.trust.agent import Effect, Facts, Preference, PreferenceState, Wish
from skillspace.trust.agent.limits import limits
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
