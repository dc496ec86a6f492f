"""Learning is inferred from what somebody did alone, the same in every order, and each inference can be checked."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.records.analytics import Basis, Family, Inference, analyse, key_of, read_analytics_rules, standing_rules
from tests.unit.records.analytics.learners import ADL, NOW, SKILL, days, said

RULES = standing_rules()


def found(statements: Sequence[object], family: Family, **floors: Any) -> list[Inference]:
    return list(analyse(statements, RULES, NOW, floors).of(family))


def signs(statements: Sequence[object]) -> dict[str, Inference]:
    return {one.rule: one for one in found(statements, Family.SIGN)}


LIVES = st.lists(
    st.builds(
        said,
        st.integers(0, 60),
        st.sampled_from(["answered", "attempted", "passed", "failed", "completed", "experienced"]),
        ago=st.timedeltas(timedelta(), timedelta(days=90)),
        activity=st.sampled_from("abc"),
        right=st.booleans(),
        done=st.booleans(),
        skill=st.booleans(),
        course=st.booleans(),
        lasted=st.sampled_from(["PT5M", "PT1H2M3.5S", "P1D", "P1M", "nonsense"]),
        due=st.sampled_from(["2026-11-22", "2026-11-01T10:00:00Z", "soon"]),
    ),
    max_size=25,
    unique_by=lambda one: one["id"],
)


@settings(deadline=None)
@given(LIVES, st.randoms(use_true_random=False))
def test_the_order_of_statements_and_statements_that_come_twice_change_nothing(
    life: list[dict[str, Any]], chance: random.Random
) -> None:
    other = [*life, *life[:3]]
    chance.shuffle(other)
    assert analyse(other, RULES, NOW) == analyse(life, RULES, NOW)


@settings(deadline=None)
@given(LIVES, st.lists(st.integers(0, 60), max_size=4), st.randoms(use_true_random=False))
def test_neither_what_was_taken_back_nor_another_word_under_the_same_id_makes_the_order_count(
    life: list[dict[str, Any]], numbers: list[int], chance: random.Random
) -> None:
    others = [said(number, "failed", ago=timedelta(days=number), right=False) for number in numbers[:2]]
    voided = [
        said(100 + number, "voided") | {"object": {"objectType": "StatementRef", "id": said(number)["id"]}}
        for number in numbers[2:]
    ]
    everything = [*life, *others, *voided]
    mixed = list(everything)
    chance.shuffle(mixed)
    assert analyse(iter(mixed), RULES, NOW) == analyse(everything, RULES, NOW)


@settings(deadline=None)
@given(LIVES)
def test_every_inference_names_its_rule_the_statements_it_rests_on_and_how_sure_it_is(
    life: list[dict[str, Any]],
) -> None:
    known = {one["id"] for one in life}
    made = analyse(life, RULES, NOW)
    keys = [one.key for one in made.inferences]
    assert len(set(keys)) == len(keys)
    for one in made.inferences:
        assert set(one.statements) <= known
        assert one.statements
        assert one.version == RULES.version
        assert one.computed == NOW
        assert 0 <= one.confidence <= 1


@settings(deadline=None)
@given(LIVES)
def test_nothing_is_inferred_from_what_lies_before_a_floor(life: list[dict[str, Any]]) -> None:
    for one in analyse(life, RULES, NOW).inferences:
        kept = analyse(life, RULES, NOW, {one.key: NOW}).inferences
        assert one.key not in {other.key for other in kept}
        assert len(kept) == len(analyse(life, RULES, NOW).inferences) - 1


PARTS = [
    "id",
    "actor",
    "verb",
    "object",
    "result",
    "context",
    "timestamp",
    "definition",
    "name",
    "success",
    "contextActivities",
    "grouping",
    "extensions",
    "duration",
    "objectType",
    "type",
]


@settings(deadline=None, max_examples=200)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=5)
        | st.just("http://adlnet.gov/expapi/verbs/failed"),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(PARTS),
                inner,
                max_size=5,
            )
        ),
        max_leaves=15,
    )
)
def test_whatever_comes_as_a_statement_is_read_or_left_out_and_never_breaks(thing: object) -> None:
    broken = said(1) | thing if isinstance(thing, dict) else thing
    made = analyse([broken, thing, said(2)], RULES, NOW)
    assert made.deeds >= 1


def test_what_was_voided_counts_no_more() -> None:
    taken_back = said(9, "voided") | {"object": {"objectType": "StatementRef", "id": said(1)["id"].upper()}}
    (progress,) = found([said(1), said(2, activity="two"), taken_back], Family.PROGRESS)
    assert progress.statements == (said(2)["id"],)


def test_groups_and_statements_about_people_and_those_of_tomorrow_are_left_out() -> None:
    group = said(1) | {"actor": {"objectType": "Group", "mbox": "mailto:class@school.example"}}
    about = said(2) | {"object": {"objectType": "Agent", "mbox": "mailto:kim@school.example"}}
    assert analyse([group, about, said(3, ago=timedelta(days=-1))], RULES, NOW).deeds == 0


def test_progress_counts_activities_by_course_and_forgives_what_was_passed_later() -> None:
    life = [
        said(1, "attempted", ago=timedelta(hours=9), activity="quiz"),
        said(2, "failed", ago=timedelta(hours=8), activity="quiz"),
        said(3, "attempted", ago=timedelta(hours=7), activity="quiz"),
        said(4, "passed", ago=timedelta(hours=6), activity="quiz"),
        said(5, "failed", ago=timedelta(hours=5), activity="essay"),
        said(6, "completed", ago=timedelta(hours=4), activity="film"),
        said(7, "experienced", ago=timedelta(hours=3), activity="page", course=False),
    ]
    alone, course = found(life, Family.PROGRESS)
    assert alone.about is None
    assert course.about is not None
    assert course.about.name("sv") == "Bråk"
    assert course.numbers == {"activities": 3, "done": 2, "attempts": 3, "completed": 1, "passed": 1, "failed": 1}
    assert [row.about.name("en") for row in course.rows if row.about] == ["quiz", "film", "essay"]
    assert course.basis is Basis.REPORTED


def test_time_counts_what_tools_say_and_estimates_between_what_lies_close_and_nothing_twice() -> None:
    monday = NOW - timedelta(days=5, hours=2)
    life = [
        # A course of an hour holds an exercise of ten minutes.
        said(1, ago=NOW - monday, lasted="PT1H"),
        said(2, ago=NOW - monday + timedelta(minutes=20), lasted="PT10M"),
        # Twenty minutes to the next thing count as estimated, two hours to the one after that do not.
        said(3, ago=NOW - monday - timedelta(minutes=20)),
        said(4, ago=NOW - monday - timedelta(minutes=140)),
        # A window left open over night says nothing.
        said(5, ago=NOW - monday - timedelta(days=1), lasted="PT14H"),
    ]
    (time,) = found(life, Family.TIME)
    assert time.numbers == {"said": 3600, "estimated": 1200}
    assert time.confidence == 0.75
    assert [row.day for row in time.rows] == [monday.date()]


@settings(deadline=None)
@given(LIVES)
def test_nobody_is_credited_more_time_than_passed(life: list[dict[str, Any]]) -> None:
    for one in found(life, Family.TIME):
        begins = min(NOW - timedelta(days=90), NOW) - timedelta(minutes=RULES.time.longest_minutes)
        assert 0 < sum(one.numbers.values()) <= (NOW - begins).total_seconds()


def test_a_pause_is_long_by_ones_own_rhythm_and_only_while_something_is_open() -> None:
    daily = days(20, 19, 18, 17, 16, 15, 14, right=False)
    found = signs(daily)["sign-pause"]
    assert found.numbers == {"silence": 14, "usual": 1, "days": 7}
    assert found.confidence == 7 / 8
    fortnightly = days(98, 84, 70, 56, 42, 28, 14, right=False)
    assert "sign-pause" not in signs(fortnightly)
    assert "sign-pause" not in signs([*daily, said(1, "completed", ago=timedelta(days=14))])
    assert "sign-pause" not in signs(days(200, 199, 198, 197, 196, 195, 194))


def test_failing_again_and_again_is_a_sign_until_it_is_passed() -> None:
    failed = days(5, 4, 3, right=False, activity="quiz")
    one = signs(failed)["sign-failures"]
    assert one.numbers == {"failures": 3}
    assert one.about is not None
    assert one.about.id.endswith("quiz")
    assert one.statements == tuple(each["id"] for each in failed)
    assert "sign-failures" not in signs(failed[:2])
    assert "sign-failures" not in signs([*failed, said(1, "passed", ago=timedelta(days=2), activity="quiz")])
    assert "sign-failures" not in signs(days(90, 89, 88, right=False))


@pytest.mark.parametrize(
    ("due", "left"),
    [("2026-11-23T18:00:00Z", 2), ("2026-11-21", 0), ("2026-12-20", None), ("2026-11-20", None), ("someday", None)],
)
def test_what_is_due_soon_and_not_done_is_a_sign(due: str, left: int | None) -> None:
    found = signs([said(1, "attempted", ago=timedelta(days=2), due=due)])
    assert (found["sign-deadline"].numbers == {"days": left}) if left is not None else ("sign-deadline" not in found)
    done = said(2, "completed", ago=timedelta(days=1))
    assert "sign-deadline" not in signs([said(1, "attempted", ago=timedelta(days=2), due=due), done])


def test_who_somebody_is_changes_nothing() -> None:
    life = [*days(20, 19, 18, 17, 16, 15, 14, right=False, skill=True)]
    other = [one | {"actor": {"mbox": "mailto:other@school.example", "name": "Another Name"}} for one in life]
    platform = [one | {"context": one["context"] | {"platform": "A Phone", "language": "ar"}} for one in life]
    assert analyse(life, RULES, NOW) == analyse(other, RULES, NOW) == analyse(platform, RULES, NOW)


def test_a_skill_is_known_by_its_address_or_by_the_type_of_its_activity() -> None:
    goal = {
        "id": "https://school.example/goals/sums",
        "definition": {"type": "http://adlnet.gov/expapi/activities/objective", "name": {"en": "do sums"}},
    }
    life = days(3, 2, 1, right=True)
    for one in life:
        one["context"]["contextActivities"]["parent"] = goal
    life += days(13, 12, 11, right=True, skill=True)
    for place, one in enumerate(life):
        one["id"] = said(place)["id"]
    about = [one.about.id for one in found(life, Family.MASTERY) if one.about]
    assert sorted(about) == sorted([goal["id"], str(SKILL["id"])])


def test_rules_that_do_not_fit_are_refused_by_their_place() -> None:
    text = (files("skillspace.records.analytics") / "rules.toml").read_text(encoding="utf-8")
    for wrong, place in (
        (text.replace("in_a_row = 3", "in_a_row = 1"), "failures.in_a_row"),
        (text.replace("gap_minutes = 30", "gap_hours = 1"), "time.gap"),
        (text.replace("low = 0.1, high = 0.3", "low = 0.1, high = 0.9"), "mastery"),
        (text.replace("low = 0.1, high = 0.5", "low = 0.4, high = 0.5"), "mastery.start"),
    ):
        with pytest.raises(BadInput, match=place):
            read_analytics_rules(wrong.encode())
    assert ADL + "passed" in read_analytics_rules(text.encode()).reading.passed


def test_a_key_is_the_same_wherever_it_is_computed_and_fits_an_address() -> None:
    assert key_of("mastery", "https://example.org/å") == key_of("mastery", "https://example.org/å")
    assert key_of("mastery", "a") != key_of("mastery", "b")
    assert key_of("mastery", "a" * 5000).isascii()
    assert len(key_of("sign-failures", "a" * 5000)) < 40
