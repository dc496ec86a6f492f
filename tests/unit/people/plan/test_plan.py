"""A plan: one goal, the trainings chosen for it as they stood, whole in every form it is kept or sent in."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.people.accounts import Account, AccountKind, Accounts
from skillspace.people.plan import ChosenTraining, Goal, GoalNeed, Plan, Plans
from skillspace.people.plan.service import MAX_TRAININGS
from skillspace.storage.database import Database, Work

GOAL = Goal(title="Nurse", occupation="urn:x:nurse", offer=None, needs=(GoalNeed(uri="urn:x:care", is_essential=True),))
words = st.text(max_size=30)
trainings = st.builds(
    ChosenTraining,
    id=words,
    title=words,
    provider=words,
    place=words,
    starts=st.none() | st.dates(),
    skills=st.lists(words, max_size=3).map(tuple),
)
needs = st.builds(GoalNeed, uri=words, is_essential=st.booleans())
goals = st.builds(
    Goal,
    title=words,
    occupation=st.none() | words,
    offer=st.none() | words,
    needs=st.lists(needs, max_size=3).map(tuple),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["goal", "trainings", "needs", "uri", "title", "starts", "x"]), inner)
    ),
    max_leaves=12,
)


def training(name: str, title: str = "A course") -> ChosenTraining:
    return ChosenTraining(
        id=name,
        title=title,
        provider="Invented School",
        place="Exempelby",
        starts=date(2027, 1, 8),
        skills=("urn:x:care",),
    )


@pytest.fixture
def plans() -> Plans:
    return Plans()


@pytest.fixture
def alva(database: Database) -> Account:
    with database.writing() as work:
        return Accounts().make(work, name="Alva Exempelsson", kind=AccountKind.PERSON)


def of(database: Database, plans: Plans, person: Account) -> Plan | None:
    with database.reading() as work:
        return plans.of(work, person.id)


@given(goals, st.lists(trainings, max_size=3))
def test_a_plan_reads_back_as_it_was_written(goal: Goal, chosen: list[ChosenTraining]) -> None:
    plan = Plan(goal=goal, trainings=tuple(chosen))
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


@given(anything)
def test_what_is_no_plan_is_one_of_three_faults_and_no_other(written: object) -> None:
    try:
        Plan.from_json(written)  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError):
        return


def test_before_a_goal_there_is_no_plan_and_no_training(database: Database, plans: Plans, alva: Account) -> None:
    assert of(database, plans, alva) is None
    with database.writing() as work, pytest.raises(BadInput, match="choose a goal first"):
        plans.choose(work, alva.id, training("c1"))


def test_another_goal_keeps_the_trainings(database: Database, plans: Plans, alva: Account) -> None:
    other = Goal(title="Baker", occupation=None, offer="job-1", needs=())
    with database.writing() as work:
        plans.aim(work, alva.id, GOAL)
        plans.choose(work, alva.id, training("c1"))
        plans.aim(work, alva.id, other)
    assert of(database, plans, alva) == Plan(goal=other, trainings=(training("c1"),))


def test_a_training_chosen_again_is_there_once_as_it_stands_now(
    database: Database, plans: Plans, alva: Account
) -> None:
    with database.writing() as work:
        plans.aim(work, alva.id, GOAL)
        plans.choose(work, alva.id, training("c1", "Its old name"))
        plans.choose(work, alva.id, training("c2"))
        plan = plans.choose(work, alva.id, training("c1", "Its new name"))
    assert [(each.id, each.title) for each in plan.trainings] == [("c2", "A course"), ("c1", "Its new name")]


def test_a_plan_has_room_for_twenty_trainings(database: Database, plans: Plans, alva: Account) -> None:
    with database.writing() as work:
        plans.aim(work, alva.id, GOAL)
        for number in range(MAX_TRAININGS):
            plans.choose(work, alva.id, training(f"c{number}"))
        plans.choose(work, alva.id, training("c0"))
        with pytest.raises(BadInput, match="take one out first"):
            plans.choose(work, alva.id, training("one-more"))
        assert len(plans.drop(work, alva.id, "c3").trainings) == MAX_TRAININGS - 1
        assert len(plans.drop(work, alva.id, "never-chosen").trainings) == MAX_TRAININGS - 1


def test_a_plan_that_is_taken_stands_in_the_place_of_what_was_chosen(
    database: Database, plans: Plans, alva: Account
) -> None:
    with database.writing() as work:
        with pytest.raises(BadInput, match="choose a goal first"):
            plans.take(work, alva.id, [training("c1")])
        plans.aim(work, alva.id, GOAL)
        plans.choose(work, alva.id, training("c1"))
        plans.take(work, alva.id, [training("c2"), training("c3")])
        with pytest.raises(BadInput, match="take one out first"):
            plans.take(work, alva.id, [training(f"c{number}") for number in range(MAX_TRAININGS + 1)])
    assert of(database, plans, alva) == Plan(goal=GOAL, trainings=(training("c2"), training("c3")))


def test_plans_of_two_people_are_two(database: Database, plans: Plans, alva: Account) -> None:
    with database.writing() as work:
        camille = Accounts().make(work, name="Camille Exemplaire", kind=AccountKind.PERSON)
        plans.aim(work, alva.id, GOAL)
        assert plans.of(work, camille.id) is None
        assert plans.erase(work, camille.id) == 0
        assert plans.erase(work, alva.id) == 1
    assert of(database, plans, alva) is None


def test_a_plan_goes_with_its_account(database: Database, plans: Plans, alva: Account) -> None:
    def both(work: Work) -> Plan | None:
        plans.aim(work, alva.id, GOAL)
        Accounts().erase(work, alva.id)
        return plans.of(work, alva.id)

    with database.writing() as work:
        assert both(work) is None
