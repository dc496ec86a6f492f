"""A ranking policy: the usual one changes nothing, every number is bounded, and all of it is told in words."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import suppress
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.skills.matching import DEFAULT, Close, Closeness, Gap, Have, Missing, Weights
from skillspace.skills.ranking import MOST, USUAL, InDemand, Policy, declared, read_in_demand
from skillspace.skills.taxonomy import Need

DAY = dt.date(2026, 10, 1)
LISTED = InDemand(
    name="Skills short in Norrland", source="Region Exempel", day=DAY, skills={"urn:a": 1.0, "urn:b": 0.5}
)
NEEDS = [("urn:a", 1.0, Need.ESSENTIAL), ("urn:b", 2.0, Need.OPTIONAL), ("urn:c", 1.0, Need.ESSENTIAL)]
small = st.floats(0, MOST)
policies = st.builds(
    Policy,
    weights=st.builds(Weights, optional=st.floats(0, 1), rarity=st.floats(0, 3), narrower=st.floats(0, 0.9)),
    own=small,
    bonus=small,
    in_demand=st.none() | st.just(LISTED),
    is_must=st.booleans(),
)


@given(policies)
def test_a_policy_is_what_its_json_says(policy: Policy) -> None:
    assert Policy.of_json(json.loads(json.dumps(policy.to_json()))) == policy


def test_the_usual_policy_changes_nothing() -> None:
    assert USUAL.weights == DEFAULT
    assert USUAL.needs(NEEDS) == NEEDS
    assert USUAL.gain(0.3, is_own=True) == 0.3
    assert USUAL.to_json()["weights"] == {}


def test_what_is_in_demand_weighs_more_by_its_share_of_the_bonus() -> None:
    policy = Policy(bonus=0.5, in_demand=LISTED)
    assert [weight for _, weight, _ in policy.needs(NEEDS)] == [1.5, 2.5, 1.0]
    assert replace(policy, bonus=0.0).needs(NEEDS) == NEEDS


@given(
    weights=st.lists(st.floats(0.1, 9), min_size=1, max_size=6),
    kinds=st.lists(st.sampled_from("hcm"), min_size=6, max_size=6),
    bonus=small,
)
def test_a_gap_is_weighed_as_its_needs_are(weights: list[float], kinds: list[str], bonus: float) -> None:
    policy = Policy(bonus=bonus, in_demand=LISTED)
    uris = [f"urn:{letter}" for letter in "abcdef"[: len(weights)]]

    def gap_of(needs: list[tuple[str, float, Need]]) -> Gap:
        total = sum(weight for _, weight, _ in needs)
        parts = [(kind, uri, weight / total) for kind, (uri, weight, _) in zip(kinds, needs, strict=False)]
        parts.sort(key=lambda part: (-part[2], part[1]))
        have = tuple(Have(need_uri=uri, validation=1, weight=share) for kind, uri, share in parts if kind == "h")
        close = tuple(
            Close(need_uri=uri, by_uri="urn:x", path=Closeness.RELATED, credit=0.25, weight=share)
            for kind, uri, share in parts
            if kind == "c"
        )
        missing = tuple(
            Missing(need_uri=uri, weight=share, need=Need.ESSENTIAL) for kind, uri, share in parts if kind == "m"
        )
        coverage = sum(one.weight for one in have) + sum(0.25 * one.weight for one in close)
        return Gap(coverage=coverage, have=have, close=close, missing=missing)

    needs = [(uri, weight, Need.ESSENTIAL) for uri, weight in zip(uris, weights, strict=True)]
    after, before = policy.gap(gap_of(needs)), gap_of(policy.needs(needs))
    assert after.coverage == pytest.approx(before.coverage)
    for name in ("have", "close", "missing"):
        told = {one.need_uri: one.weight for one in getattr(after, name)}
        assert told == pytest.approx({one.need_uri: one.weight for one in getattr(before, name)})
        shares = [one.weight for one in getattr(after, name)]
        assert shares == sorted(shares, reverse=True)


def test_an_empty_gap_stays_empty() -> None:
    nothing = Gap(coverage=0.0, have=(), close=(), missing=())
    assert Policy(bonus=0.5, in_demand=LISTED).gap(nothing) == nothing


def test_a_must_is_met_by_the_skill_or_a_special_case_of_it() -> None:
    found = Gap(
        coverage=0.5,
        have=(Have(need_uri="urn:a", validation=1, weight=0.4),),
        close=(Close(need_uri="urn:b", by_uri="urn:x", path=Closeness.RELATED, credit=0.25, weight=0.3),),
        missing=(Missing(need_uri="urn:c", weight=0.3, need=Need.OPTIONAL),),
    )
    policy = Policy(is_must=True)
    assert not policy.lacks(found, {"urn:a"})
    assert policy.lacks(found, {"urn:a", "urn:b"})
    special = replace(found, close=(replace(found.close[0], path=Closeness.NARROWER, credit=0.7),))
    assert not policy.lacks(special, {"urn:a", "urn:b"})
    assert not USUAL.lacks(found, {"urn:a", "urn:b", "urn:c"})


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"own": 0.6}, "own courses is 60%"),
        ({"bonus": -0.1}, "in demand is -10%"),
        ({"colour": 1}, "A policy has no 'colour'"),
        ({"weights": {"luck": 1}}, "weights has no 'luck'"),
        ({"weights": {"optional": "much"}}, "optional is a number"),
        ({"must": "yes"}, "must is true or false"),
        ({"in_demand": {"name": "x"}}, "in_demand has a name"),
        ({"in_demand": {"name": "x", "source": "y", "day": "soon", "skills": {}}}, "day of in_demand"),
        ({"in_demand": {"name": "x", "source": "y", "day": "2026-01-01", "skills": {"urn:a": 2}}}, "in demand by 2"),
        ([], "A policy is an object"),
    ],
)
def test_what_is_wrong_in_a_policy_is_named(said: object, fault: str) -> None:
    with pytest.raises(BadInput, match=fault):
        Policy.of_json(said)


values = (
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.dictionaries(st.text(), st.floats())
)


@given(st.dictionaries(st.sampled_from(["weights", "own", "bonus", "must", "in_demand"]), values) | values)
def test_any_json_is_a_policy_or_bad_input(said: object) -> None:
    with suppress(BadInput):
        assert 0 <= Policy.of_json(said).own <= MOST


@given(policies, policies)
def test_two_policies_that_differ_are_told_differently(one: Policy, other: Policy) -> None:
    def shown(policy: Policy) -> tuple[object, ...]:
        """What the sentences have numbers for, as they are rounded there."""
        weights = [f"{100 * getattr(policy.weights, name.name):.4g}" for name in fields(Weights)]
        listed = policy.in_demand if policy.bonus else None
        bonus = f"{100 * policy.bonus:.4g}" if listed else ""
        return (*weights, f"{1 + policy.weights.rarity:g}", f"{100 * policy.own:.4g}", bonus, listed, policy.is_must)

    if declared(one) == declared(other):
        first, second = shown(one), shown(other)
        assert first[1] == second[1]
        assert first[-5:] == second[-5:]


def test_a_list_in_demand_is_told_with_its_source_and_its_day() -> None:
    told = " ".join(declared(Policy(bonus=0.25, in_demand=LISTED, own=0.1, is_must=True)))
    for words in (
        "Skills short in Norrland",
        "Region Exempel",
        "2026-10-01",
        "25\u00a0%",
        "10\u00a0%",
        "nobody is left out",
    ):
        assert words in told
    assert "%(" not in told
    assert "%%" not in told


def find(said: str) -> str | None:
    return said if said.startswith("urn:") else None


def test_a_list_is_read_from_a_table_with_the_largest_count_as_one() -> None:
    read = read_in_demand(b"concept,share\nurn:a,40\nurn:b,10\n", name="n", source="s", day=DAY, find=find)
    assert read.skills == {"urn:a": 1.0, "urn:b": 0.25}
    assert read_in_demand(b"concept\nurn:a\n", name="n", source="s", day=DAY, find=find).skills == {"urn:a": 1.0}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"concept\nurn:a\nurn:a\n", "Line 3, column concept: urn:a stands here twice"),
        (b"concept\nbaking\n", "Line 2, column concept: no taxonomy"),
        (b"concept,share\nurn:a,0\n", "Line 2, column share: give a number above 0"),
        (b"concept\n", "has 1 to 5,000 lines"),
    ],
)
def test_what_is_wrong_in_a_list_is_named_with_its_place(content: bytes, fault: str) -> None:
    with pytest.raises(BadInput, match=fault):
        read_in_demand(content, name="n", source="s", day=DAY, find=find)
