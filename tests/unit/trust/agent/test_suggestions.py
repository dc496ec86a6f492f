"""Suggestions: what fits a goal, with each term of the score; rare, and never what the person said no to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import NotFound
from skillspace.trust.agent import Aim, Effect, OnOffer, say
from skillspace.trust.agent.ports import Sort
from skillspace.trust.agent.suggesting import LEAST, fit, ranked
from skillspace.trust.consent import Direction
from tests.unit.trust.agent.conftest import ADA, COURSES, HUB, OTHER, WORKS, World

SKILLS = [f"skill:{number}" for number in range(6)]
AIM = Aim(
    title="invented baker",
    essential=frozenset(SKILLS[:4]),
    useful=frozenset(SKILLS[4:5]),
    held=frozenset(SKILLS[:2]),
)
COURSE = OnOffer(
    organisation=COURSES,
    name="Invented Courses",
    roles=frozenset({"training"}),
    offering="course-1",
    title="Sourdough",
    purpose="train",
    kinds=("skills",),
    teaches=frozenset(SKILLS[2:4]),
    has_record=True,
)
JOB = OnOffer(
    organisation=WORKS,
    name="Invented Works",
    roles=frozenset({"employer"}),
    offering="job-1",
    title="Baker",
    purpose="recruit",
    kinds=("skills", "badge", "name"),
    seeks=frozenset(SKILLS[:3]),
)
NOISE = replace(COURSE, offering="course-2", teaches=frozenset({"skill:else"}))


@pytest.fixture
def goal(world: World) -> World:
    world.aims[ADA] = AIM
    world.offers = [JOB, NOISE, COURSE]
    return world


def looked(world: World) -> list[str]:
    with world.database.reading() as work:
        return [one.offer.offering for one in world.room.suggestions.look(work, ADA)]


def weekly(world: World) -> str | None:
    with world.database.writing() as work:
        made = world.room.suggestions.weekly(work, ADA)
        return made.offering if made else None


def test_each_term_of_a_score_is_shown_and_they_add_up() -> None:
    found = fit(COURSE, AIM)
    assert [(term.reason.code, term.points) for term in found.terms] == [
        ("teaches_gap", 35),
        ("teaches_useful", 0),
        ("seeks_held", 0),
        ("tests_untested", 0),
        ("about_gap", 0),
        ("advises_gap", 0),
        ("asks_little", 10),
        ("has_record", 5),
    ]
    assert found.score == 50
    assert say(found.terms[0].reason, "en") == "It teaches 2 of the 2 skills you still need."


@given(
    st.builds(
        replace,
        st.just(COURSE),
        teaches=st.frozensets(st.sampled_from(SKILLS)),
        seeks=st.frozensets(st.sampled_from(SKILLS)),
        about=st.frozensets(st.sampled_from(SKILLS)),
        sort=st.sampled_from(Sort),
        kinds=st.lists(st.sampled_from("abcdefgh"), max_size=8).map(tuple),
        has_record=st.booleans(),
    ),
    st.frozensets(st.sampled_from(SKILLS)),
)
def test_a_score_lies_between_nothing_and_a_hundred_and_asking_more_never_raises_it(
    offer: OnOffer, held: frozenset[str]
) -> None:
    if offer.sort is Sort.MARKET:
        offer = replace(offer, about=frozenset())
    else:
        offer = replace(offer, teaches=frozenset(), seeks=frozenset())
    aim = replace(AIM, held=held, said_only=held)
    found = fit(offer, aim)
    assert 0 <= found.score <= 100
    assert all(0 <= term.points <= term.most for term in found.terms)
    assert fit(replace(offer, kinds=(*offer.kinds, "one", "two")), aim).score <= found.score
    assert all(one.score >= LEAST for one in ranked([offer], aim))


def test_a_test_of_skills_is_not_suggested_where_its_results_come_or_were_refused(goal: World) -> None:
    goal.aims[ADA] = replace(AIM, said_only=frozenset(SKILLS[:2]))
    goal.offers = [replace(COURSE, offering="test-1", purpose="", kinds=(), teaches=frozenset(), sort=Sort.TEST)]
    asked = goal.ask("assessment", provider=COURSES, recipient=HUB, purpose="gather")
    assert looked(goal) == ["test-1"], "an ask nobody answered stands in nothing's way"
    with goal.database.writing() as work:
        goal.consents.refuse(work, asked.id, ADA)
    assert looked(goal) == []


def test_what_fits_comes_first_and_what_does_not_never(goal: World) -> None:
    assert looked(goal) == ["course-1", "job-1"]
    goal.aims.clear()
    assert looked(goal) == []


def test_one_a_week_and_each_once(goal: World) -> None:
    assert [weekly(goal), weekly(goal)] == ["course-1", None]
    goal.clock.move(days=7)
    assert [weekly(goal), weekly(goal)] == ["job-1", None]
    goal.clock.move(days=7)
    assert weekly(goal) is None


def test_who_wants_quiet_gets_none_and_may_still_look(goal: World) -> None:
    with goal.database.writing() as work:
        goal.room.suggestions.quiet(work, ADA, is_quiet=True)
        assert goal.room.suggestions.is_quiet(work, ADA)
    assert weekly(goal) is None
    assert looked(goal) == ["course-1", "job-1"]
    with goal.database.writing() as work:
        goal.room.suggestions.quiet(work, ADA, is_quiet=False)
    assert weekly(goal) == "course-1"


def test_dismissed_stays_dismissed(goal: World) -> None:
    with goal.database.writing() as work:
        made = goal.room.suggestions.weekly(work, ADA)
        assert made is not None
        goal.room.suggestions.dismiss(work, made.id, ADA)
        with pytest.raises(NotFound):
            goal.room.suggestions.dismiss(work, made.id, ADA)
        assert goal.room.suggestions.of_person(work, ADA) == []
    goal.clock.move(days=30)
    assert looked(goal) == ["job-1"]
    assert weekly(goal) == "job-1"


def test_what_was_refused_stopped_or_forbidden_is_not_suggested(goal: World) -> None:
    asked = goal.ask("skills", recipient=COURSES, purpose="train")
    with goal.database.writing() as work:
        goal.consents.refuse(work, asked.id, ADA)
    assert looked(goal) == ["job-1"]
    never = goal.prefer(goal.wish(Effect.NEVER, "badge", to=("role:employer",)))
    assert looked(goal) == []
    with goal.database.writing() as work:
        goal.preferences.end(work, never.id, ADA)
    asked = goal.ask("skills")
    with goal.database.writing() as work:
        goal.consents.grant(work, asked.id, ADA)
    assert looked(goal) == []  # they have it already
    with goal.database.writing() as work:
        goal.consents.revoke(work, asked.id, ADA)
    assert looked(goal) == []


def test_an_app_is_not_suggested_of_whom_nothing_may_ever_be_fetched(goal: World) -> None:
    app = replace(COURSE, offering="app-1", purpose="", kinds=(), teaches=frozenset(), about=AIM.gaps, sort=Sort.APP)
    goal.offers = [app]
    goal.prefer(goal.wish(Effect.NEVER, "school-record", to=(), direction=Direction.GATHER))
    assert looked(goal) == ["app-1"], "a record of school is not what every app gives"
    goal.prefer(goal.wish(Effect.NEVER, direction=Direction.GATHER, to=(COURSES,)))
    assert looked(goal) == []


def test_the_round_goes_through_everybody_with_a_goal(goal: World) -> None:
    goal.aims |= {f"person-{number:03d}": AIM for number in range(120)}
    with goal.database.writing() as work:
        goal.room.start(work)
        goal.room.start(work)
    goal.settle()
    told = [event["content"]["person"] for event in goal.events if event["name"] == "agent.suggested"]
    assert len(told) == len(set(told)) == 121
    assert OTHER not in told
