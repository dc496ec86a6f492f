"""Mandates: who may do what for whom, and why not."""

from __future__ import annotations

from datetime import date

import pytest

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.trust.mandate import (
    ALL,
    Act,
    AgeUnknown,
    Capacity,
    MandateState,
    NeedsAssent,
    NeedsGuardian,
    NeedsSecondGuardian,
    NotMandated,
    Outgrown,
    OutOfScope,
    OwnActOnly,
    SaidNo,
    Scope,
)
from tests.conftest import NOON
from tests.unit.trust.mandate.conftest import (
    ADULT,
    BADGES,
    CHILD,
    COACH,
    EVERYTHING,
    FATHER,
    MOTHER,
    OFFICER,
    PAPER,
    WORKS,
    YEAR,
    World,
)

BEFORE_BIRTHDAY, BIRTHDAY = date(2013, 11, 22), date(2013, 11, 21)


def test_a_child_cannot_grant_alone_and_can_always_refuse_and_stop(world: World) -> None:
    for act in (Act.GRANT, Act.SHARE, Act.NAME_AGENT):
        with pytest.raises(NeedsGuardian):
            world.may(CHILD, act)
    for act in (Act.REFUSE, Act.REVOKE, Act.VIEW, Act.RIGHTS, Act.PLAN, Act.ASSENT, Act.ERASE_ACCOUNT):
        assert world.may(CHILD, act).is_self


def test_who_decides_alone_needs_nobody(world: World) -> None:
    acting = world.may(ADULT, principal=ADULT)
    assert (acting.is_self, acting.capacity, acting.mandate_id) == (True, None, None)
    for act in Act:
        assert world.may(ADULT, act, principal=ADULT).is_self


def test_where_the_age_is_unknown_nothing_is_given_away(world: World) -> None:
    with pytest.raises(AgeUnknown):
        world.may("stranger", principal="stranger")
    assert world.may("stranger", Act.REVOKE, principal="stranger").is_self


def test_without_a_mandate_nobody_does_anything_for_another(world: World) -> None:
    for act in Act:
        with pytest.raises((NotMandated, OwnActOnly)):
            world.may(MOTHER, act)


def test_a_guardians_yes_counts_with_the_childs_assent(world: World) -> None:
    mandate = world.guardian()
    with pytest.raises(NeedsAssent):
        world.may(MOTHER)
    world.say(True)
    acting = world.may(MOTHER)
    assert (acting.actor, acting.capacity, acting.mandate_id) == (MOTHER, Capacity.GUARDIAN, mandate.id)
    assert not acting.is_self


def test_a_childs_no_blocks_until_their_next_word(world: World) -> None:
    world.guardian()
    world.say(True)
    world.say(False)
    with pytest.raises(SaidNo):
        world.may(MOTHER)
    world.say(True)
    assert world.may(MOTHER)


def test_a_childs_no_to_the_same_data_for_the_same_recipient_holds_in_another_ask(world: World) -> None:
    world.guardian()
    world.say(True, about="ask-2")
    world.say(False, about="ask-1", kinds=("badge", "diploma"))
    with pytest.raises(SaidNo):
        world.may(MOTHER, about="ask-2")
    with pytest.raises(NeedsAssent) as caught:
        world.may(MOTHER, about="ask-3", recipient="did:web:other.example")
    assert not isinstance(caught.value, SaidNo)


@pytest.mark.parametrize(
    "other",
    [
        {"kinds": ("badge", "diploma")},
        {"purpose": "recruit"},
        {"recipient": "did:web:other.example"},
        {"about": "ask-2"},
        {"about": ""},
    ],
)
def test_an_assent_covers_what_was_asked_and_nothing_else(world: World, other: dict[str, object]) -> None:
    world.guardian()
    world.say(True)
    with pytest.raises(NeedsAssent):
        world.may(MOTHER, **other)


def test_nobody_says_a_childs_yes_for_them(world: World) -> None:
    world.guardian()
    for actor in (MOTHER, OFFICER, "stranger"):
        with pytest.raises(OwnActOnly), world.writing() as work:
            world.mandates.say(work, CHILD, actor=actor, about="ask-1", is_yes=True, **BADGES)
    with pytest.raises(NeedsAssent):
        world.may(MOTHER)


def test_a_small_child_is_not_asked_but_their_no_counts(world: World) -> None:
    world.born(CHILD, date(2021, 1, 1))
    world.guardian()
    assert world.may(MOTHER)
    world.say(False)
    with pytest.raises(SaidNo):
        world.may(MOTHER)


def test_from_the_birthday_on_a_guardian_grants_no_more_even_before_the_clock_came_by(world: World) -> None:
    world.born(CHILD, BEFORE_BIRTHDAY)
    world.guardian()
    world.say(True)
    assert world.may(MOTHER)
    world.clock.move(hours=11)
    with pytest.raises(Outgrown):
        world.may(MOTHER)
    with pytest.raises(Outgrown):
        world.may(MOTHER, Act.VIEW)
    assert world.may(CHILD).is_self


def test_a_young_persons_guardian_sees_and_plans_but_decides_nothing(world: World) -> None:
    world.born(CHILD, BIRTHDAY)
    scope = Scope.of(acts=["view", "plan"], kinds=[ALL])
    with world.writing() as work:
        with pytest.raises(Outgrown):
            world.appointing.appoint(
                work,
                officer=OFFICER,
                principal=CHILD,
                agent=MOTHER,
                capacity=Capacity.GUARDIAN,
                scope=EVERYTHING,
                evidence=[PAPER],
                ends=NOON + YEAR,
            )
        made = world.appointing.appoint(
            work,
            officer=OFFICER,
            principal=CHILD,
            agent=MOTHER,
            capacity=Capacity.GUARDIAN,
            scope=scope,
            evidence=[PAPER],
            ends=NOON + 9 * YEAR,
        )
        assert world.appointing.accept(work, made.id, MOTHER).state is MandateState.PROPOSED
        assert world.appointing.accept(work, made.id, CHILD).state is MandateState.ACTIVE
    assert world.may(MOTHER, Act.VIEW)
    for act in (Act.GRANT, Act.SHARE, Act.REFUSE, Act.REVOKE):
        with pytest.raises(OwnActOnly):
            world.may(MOTHER, act)
    world.clock.at = NOON.replace(year=2031)
    with pytest.raises(Outgrown):
        world.may(MOTHER, Act.VIEW)
    assert world.tick() == 1


def test_an_adult_has_no_guardian(world: World) -> None:
    with pytest.raises(Outgrown), world.writing() as work:
        world.appointing.appoint(
            work,
            officer=OFFICER,
            principal=ADULT,
            agent=MOTHER,
            capacity=Capacity.GUARDIAN,
            scope=Scope.of(acts=["view"], kinds=[ALL]),
            evidence=[PAPER],
            ends=NOON + YEAR,
        )


def test_a_coach_grants_only_where_the_mandate_names_it(world: World) -> None:
    every = world.named(EVERYTHING)
    assert world.may(COACH, Act.VIEW, principal=ADULT)
    with pytest.raises(OutOfScope):
        world.may(COACH, principal=ADULT)
    with world.writing() as work:
        world.appointing.end(work, every.id, ADULT)
    named = Scope.of(acts=["grant"], purposes=["train"], kinds=["badge"], recipients=["role:employer"])
    world.named(named)
    assert world.may(COACH, principal=ADULT).capacity is Capacity.COACH


def test_a_persons_own_no_wins_over_their_coachs_yes(world: World) -> None:
    world.named(Scope.of(acts=["grant"], purposes=[ALL], kinds=[ALL], recipients=[ALL]))
    acting = world.may(ADULT, Act.REFUSE, principal=ADULT, about="ask-1")
    with world.writing() as work:
        world.mandates.record(work, acting, **BADGES)
    with pytest.raises(SaidNo):
        world.may(COACH, principal=ADULT, about="ask-2")


def test_nobody_but_a_guardian_gives_a_childs_data_away(world: World) -> None:
    with world.writing() as work:
        made = world.appointing.appoint(
            work,
            officer=OFFICER,
            principal=CHILD,
            agent=COACH,
            capacity=Capacity.CASEWORKER,
            scope=Scope.of(acts=["grant", "view", ALL], purposes=[ALL], kinds=[ALL], recipients=[ALL]),
            evidence=[PAPER],
            ends=NOON + 9 * YEAR,
        )
        world.appointing.accept(work, made.id, COACH)
    world.say(True)
    with pytest.raises(NeedsGuardian):
        world.may(COACH)
    assert world.may(COACH, Act.VIEW)
    world.clock.at = NOON.replace(year=2030)
    for act in (Act.GRANT, Act.VIEW):
        with pytest.raises(Outgrown):
            world.may(COACH, act)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"kinds": ("badge", "diploma")}, "diploma"),
        ({"purpose": "recruit"}, "recruit"),
        ({"recipient": "did:web:other.example"}, "other.example"),
    ],
)
def test_outside_of_the_scope_is_refused_by_name(world: World, changes: dict[str, object], what: str) -> None:
    world.guardian(scope=Scope.of(acts=["grant"], purposes=["train"], kinds=["badge"], recipients=[WORKS]))
    world.say(True)
    assert world.may(MOTHER)
    with pytest.raises(OutOfScope, match=what):
        world.may(MOTHER, **changes)
    with pytest.raises(OutOfScope, match="view"):
        world.may(MOTHER, Act.VIEW)


def test_an_empty_dimension_covers_nothing(world: World) -> None:
    world.guardian(scope=Scope.of(acts=["grant", "view"]))
    world.say(True)
    for act in (Act.GRANT, Act.VIEW):
        with pytest.raises(OutOfScope):
            world.may(MOTHER, act)


def test_an_act_that_does_not_say_what_it_is_about_is_refused(world: World) -> None:
    world.guardian()
    for act in (Act.GRANT, Act.SHARE, Act.VIEW, Act.ASK):
        with pytest.raises(BadInput):
            world.may(MOTHER, act, purpose="", kinds=(), recipient="")


def test_own_acts_are_nobody_elses(world: World) -> None:
    world.guardian()
    for act in (Act.ERASE_ACCOUNT, Act.NAME_AGENT, Act.ASSENT):
        with pytest.raises(OwnActOnly):
            world.may(MOTHER, act)
        with pytest.raises(BadInput):
            Scope.of(acts=[act])


def test_joint_guardians_wait_for_each_other(world: World) -> None:
    world.guardian(MOTHER, jointly=True)
    world.guardian(FATHER, jointly=True)
    world.say(True)
    with pytest.raises(NeedsSecondGuardian):
        world.may(MOTHER)
    thing = {"principal": CHILD, "act": Act.GRANT, "about": "ask-1", **BADGES}
    with world.writing() as work:
        assert world.mandates.agree(work, actor=MOTHER, **thing) is None
        assert world.mandates.agree(work, actor=MOTHER, **thing) is None, "agreeing twice is not two guardians"
        wider = thing | {"kinds": ("badge", "diploma")}
        world.mandates.say(
            work, CHILD, actor=CHILD, about="ask-1", is_yes=True, **(BADGES | {"kinds": ("badge", "diploma")})
        )
        assert world.mandates.agree(work, actor=FATHER, **wider) is None, "both agree to the same thing"
        acting = world.mandates.agree(work, actor=FATHER, **thing)
    assert acting is not None
    assert acting.actor == FATHER
    for act in (Act.REFUSE, Act.REVOKE, Act.VIEW):
        assert world.may(MOTHER, act)


def test_a_joint_agreement_ages_can_be_taken_back_and_ends_with_its_mandate(world: World) -> None:
    mothers = world.guardian(MOTHER, jointly=True)
    world.guardian(FATHER, jointly=True)
    world.say(True)

    def agree() -> None:
        with world.writing() as work:
            world.mandates.agree(work, principal=CHILD, actor=MOTHER, act=Act.GRANT, about="ask-1", **BADGES)

    agree()
    assert world.may(FATHER)
    with world.writing() as work:
        with pytest.raises(NotFound):
            world.mandates.take_back(work, mothers.id, FATHER)
        assert world.mandates.take_back(work, mothers.id, MOTHER) == 1
    with pytest.raises(NeedsSecondGuardian):
        world.may(FATHER)
    agree()
    world.clock.move(days=31)
    with pytest.raises(NeedsSecondGuardian):
        world.may(FATHER)
    agree()
    with world.writing() as work:
        world.appointing.suspend(work, mothers.id, OFFICER)
    with pytest.raises(NeedsSecondGuardian):
        world.may(FATHER)


def test_a_childs_missing_assent_is_not_hidden_by_a_second_guardian(world: World) -> None:
    world.guardian(MOTHER, jointly=True)
    world.guardian(FATHER, jointly=True)
    for actor in (MOTHER, FATHER):
        with pytest.raises(NeedsAssent), world.writing() as work:
            world.mandates.agree(work, principal=CHILD, actor=actor, act=Act.GRANT, about="ask-1", **BADGES)


def test_a_yes_to_some_of_it_takes_the_no_to_the_rest_not_back(world: World) -> None:
    world.named(Scope.of(acts=["grant"], purposes=[ALL], kinds=[ALL], recipients=[ALL]))
    world.say(False, person=ADULT, about="ask-1", kinds=("badge", "health"))
    world.say(True, person=ADULT, about="ask-2", kinds=("badge",))
    assert world.may(COACH, principal=ADULT, about="ask-3", kinds=("badge",))
    for about, kinds in (("ask-3", ("badge", "health")), ("ask-3", ("health",)), ("ask-1", ("badge", "health"))):
        with pytest.raises(SaidNo):
            world.may(COACH, principal=ADULT, about=about, kinds=kinds)
    world.say(True, person=ADULT, about="ask-4", kinds=("health",))
    assert world.may(COACH, principal=ADULT, about="ask-3", kinds=("badge", "health"))
