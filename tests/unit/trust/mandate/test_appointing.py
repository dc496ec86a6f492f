"""How a mandate comes to be: asked for, checked, accepted, resting, ended; and what is kept of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict, MoveNotAllowed, NotFound, Refused, SkillspaceError
from skillspace.trust.mandate import (
    Act,
    Capacity,
    Evidence,
    EvidenceRefused,
    MandateEnded,
    MandateState,
    NeedsGuardian,
    NotMandated,
    Outgrown,
    Proof,
    Scope,
)
from skillspace.trust.mandate.store import acts, asked_again, births, mandates, words
from tests.conftest import NOON
from tests.unit.trust.mandate.conftest import (
    ADULT,
    CHILD,
    COACH,
    EVERYTHING,
    FATHER,
    MOTHER,
    OFFICER,
    PAPER,
    YEAR,
    World,
)

BEFORE_BIRTHDAY, BIRTHDAY = date(2013, 11, 22), date(2013, 11, 21)


def test_a_guardian_asks_and_an_officer_checks_the_evidence(world: World) -> None:
    with world.writing() as work:
        forged = replace(PAPER, checked_by=OFFICER, checked_at=NOON)
        made = world.appointing.request(
            work, agent=MOTHER, principal=CHILD, scope=EVERYTHING, evidence=[forged], ends=NOON + YEAR
        )
        assert made.evidence[0].checked_by == "", "who asks cannot say who checked"
        assert [each.id for each in world.mandates.waiting(work)] == [made.id]
        for by in (MOTHER, CHILD):
            with pytest.raises((Conflict, NeedsGuardian)):
                world.appointing.accept(work, made.id, by)
            with pytest.raises(Refused):
                world.appointing.confirm(work, made.id, by, [PAPER])
        witness = Evidence(type=Proof.WITNESS, issuer="Neighbour", reference="said so")
        with pytest.raises(EvidenceRefused):
            world.appointing.confirm(work, made.id, OFFICER, [witness])
        active = world.appointing.confirm(work, made.id, OFFICER, [PAPER])
        assert (active.state, active.evidence[0].checked_by) == (MandateState.ACTIVE, OFFICER)
        assert world.mandates.waiting(work) == []


def test_evidence_of_joint_custody_binds_who_asked_to_act_alone_and_keeps_its_day(world: World) -> None:
    dated = replace(PAPER, dated=date(2026, 10, 1))
    asked = {"agent": MOTHER, "principal": CHILD, "scope": EVERYTHING, "evidence": [PAPER], "ends": NOON + YEAR}
    with world.writing() as work:
        made = world.appointing.request(work, **asked)
        seen = world.appointing.confirm(work, made.id, OFFICER, [dated], jointly=True)
        kept = world.mandates.find(work, made.id)
    assert seen.jointly
    assert kept.evidence[0].dated == date(2026, 10, 1)
    with world.writing() as work:
        both = world.appointing.request(work, **{**asked, "agent": FATHER, "jointly": True})
        assert world.appointing.confirm(work, both.id, OFFICER, [dated]).jointly


def test_what_was_given_as_the_reason_is_kept_with_the_move_and_only_its_hash_in_the_journal(world: World) -> None:
    made = world.guardian()
    with world.writing() as work:
        rests = world.appointing.suspend(work, made.id, OFFICER, "The school called.")
        assert world.mandates.find(work, made.id).reason == rests.reason == "The school called."
        assert world.appointing.resume(work, made.id, OFFICER).reason == ""
        with pytest.raises(BadInput):
            world.appointing.end(work, made.id, OFFICER, "x" * 301)
    assert "school" not in str(world.notes.entries)
    assert len({str(said["reason"]) for _, about, said in world.notes.entries if about == made.id}) == 2


def test_mandates_of_guardians_are_listed_by_state_and_code_and_in_parts(world: World) -> None:
    living = {MandateState.ACTIVE, MandateState.SUSPENDED}
    mothers, fathers = world.guardian(), world.guardian(FATHER)
    world.named(EVERYTHING)
    with world.writing() as work:
        count, found = world.mandates.guardians(work, living)
        assert (count, {one.id for one in found}) == (2, {mothers.id, fathers.id})
        assert world.mandates.guardians(work, living, offset=1, limit=1)[1] == found[1:]
        assert [one.id for one in world.mandates.guardians(work, living, code=MOTHER)[1]] == [mothers.id]
        assert world.mandates.guardians(work, living, code=CHILD)[0] == 2
        assert world.mandates.guardians(work, living, code=COACH) == (0, [])


def test_asking_to_be_a_guardian_tells_nothing_of_a_stranger(world: World) -> None:
    """A child, an adult and nobody at all look the same to who asks."""
    for person in (CHILD, ADULT, "nobody"):
        with world.writing() as work:
            made = world.appointing.request(
                work, agent="anybody", principal=person, scope=EVERYTHING, evidence=[PAPER], ends=NOON + YEAR
            )
        assert (made.state, made.awaits, made.outgrows) == (MandateState.PROPOSED, ("officer",), "consent")
        with pytest.raises(NotMandated):
            world.may("anybody", Act.VIEW, principal=person)
    world.born(ADULT, date(1990, 1, 1))
    assert world.tick() == 0
    assert "mandate.outgrown" not in world.events()


def test_who_grows_up_while_a_mandate_waits_is_not_given_it(world: World) -> None:
    world.born(CHILD, BEFORE_BIRTHDAY)
    with world.writing() as work:
        made = world.appointing.appoint(
            work,
            officer=OFFICER,
            principal=CHILD,
            agent=MOTHER,
            capacity=Capacity.GUARDIAN,
            scope=EVERYTHING,
            evidence=[PAPER],
            ends=NOON + YEAR,
        )
    world.clock.move(days=1)
    with pytest.raises(Outgrown), world.writing() as work:
        world.appointing.accept(work, made.id, MOTHER)


def test_an_officer_decides_nothing_about_themselves(world: World) -> None:
    world.officers.add(MOTHER)
    with world.writing() as work:
        made = world.appointing.request(
            work, agent=MOTHER, principal=CHILD, scope=EVERYTHING, evidence=[PAPER], ends=NOON + YEAR
        )
        with pytest.raises(Refused):
            world.appointing.confirm(work, made.id, MOTHER, [PAPER])
        assert world.mandates.party(work, made, MOTHER) == "agent"


def test_who_is_no_party_finds_no_mandate(world: World) -> None:
    made = world.guardian()
    moves = (world.appointing.end, world.appointing.suspend, world.appointing.accept, world.mandates.document)
    for move in moves:
        with pytest.raises(NotFound), world.writing() as work:
            move(work, made.id, "stranger")


def test_a_child_cannot_dismiss_a_guardian_but_a_coach(world: World) -> None:
    guardian = world.guardian()
    with world.writing() as work:
        for move in (world.appointing.end, world.appointing.suspend):
            with pytest.raises(NeedsGuardian):
                move(work, guardian.id, CHILD)
        made = world.appointing.appoint(
            work,
            officer=OFFICER,
            principal=CHILD,
            agent=COACH,
            capacity=Capacity.COACH,
            scope=Scope.of(acts=["plan"]),
            evidence=[PAPER],
            ends=NOON + YEAR,
        )
        world.appointing.accept(work, made.id, COACH)
        assert world.appointing.end(work, made.id, CHILD).state is MandateState.ENDED
    with pytest.raises(MandateEnded):
        world.may(COACH, Act.PLAN)


def test_a_mandate_rests_until_the_same_party_lets_it_go_on(world: World) -> None:
    made = world.named(Scope.of(acts=["plan"]))
    with world.writing() as work:
        world.appointing.suspend(work, made.id, OFFICER)
        for by in (ADULT, COACH):
            with pytest.raises(Refused):
                world.appointing.resume(work, made.id, by)
        with pytest.raises(MoveNotAllowed):
            world.appointing.suspend(work, made.id, OFFICER)
    with pytest.raises(NotMandated):
        world.may(COACH, Act.PLAN, principal=ADULT)
    with world.writing() as work:
        world.appointing.resume(work, made.id, OFFICER)
    assert world.may(COACH, Act.PLAN, principal=ADULT)


def test_a_mandate_holds_from_its_start_to_its_end_to_the_moment(world: World) -> None:
    starts, ends = NOON + timedelta(days=1), NOON + timedelta(days=2)
    with world.writing() as work:
        made = world.appointing.name_agent(
            work,
            principal=ADULT,
            agent=COACH,
            capacity=Capacity.COACH,
            scope=Scope.of(acts=["plan"]),
            starts=starts,
            ends=ends,
        )
    with pytest.raises(NotMandated):
        world.may(COACH, Act.PLAN, principal=ADULT)
    with world.writing() as work:
        world.appointing.accept(work, made.id, COACH)
    instant = timedelta(microseconds=1)
    answers = []
    for at in (starts - instant, starts, ends - instant, ends):
        world.clock.at = at
        try:
            answers.append(bool(world.may(COACH, Act.PLAN, principal=ADULT)))
        except (NotMandated, MandateEnded) as fault:
            answers.append(type(fault))
    assert answers == [NotMandated, True, True, MandateEnded]
    assert world.tick() == 1
    with world.database.reading() as work:
        assert world.mandates.find(work, made.id).state is MandateState.EXPIRED


def test_a_proposal_nobody_answers_goes_away(world: World) -> None:
    with world.writing() as work:
        world.appointing.request(
            work, agent=MOTHER, principal=CHILD, scope=EVERYTHING, evidence=[PAPER], ends=NOON + YEAR
        )
    world.clock.move(days=59)
    assert world.tick() == 0
    world.clock.move(days=1)
    assert world.tick() == 1


def test_the_agent_has_to_want_it_and_may_say_no(world: World) -> None:
    with world.writing() as work:
        made = world.appointing.name_agent(
            work,
            principal=ADULT,
            agent=COACH,
            capacity=Capacity.COACH,
            scope=Scope.of(acts=["plan"]),
            ends=NOON + YEAR,
        )
        with pytest.raises(Conflict):
            world.appointing.accept(work, made.id, ADULT)
        assert world.appointing.refuse(work, made.id, COACH).state is MandateState.REFUSED


def test_there_is_one_living_mandate_for_a_pair_and_capacity(world: World) -> None:
    world.guardian()
    with pytest.raises(Conflict):
        world.guardian()


@pytest.mark.parametrize(
    "changes",
    [
        {"agent": ADULT},
        {"capacity": Capacity.GUARDIAN},
        {"ends": NOON},
        {"starts": NOON + 2 * YEAR},
        {"agent": ""},
        {"agent": "x" * 301},
        {"agent": "a\x00b"},
    ],
)
def test_a_mandate_that_cannot_be_is_refused(world: World, changes: dict[str, object]) -> None:
    facts = {"agent": COACH, "capacity": Capacity.COACH, "scope": Scope.of(acts=["plan"]), "ends": NOON + YEAR}
    with pytest.raises(SkillspaceError) as caught, world.writing() as work:
        world.appointing.name_agent(work, principal=ADULT, **(facts | changes))  # type: ignore[arg-type]
    assert isinstance(caught.value, BadInput)


def test_scopes_are_read_strictly() -> None:
    for wrong in ({"acts": []}, {"acts": ["rule the world"]}, {"acts": "view"}, {"acts": ["view"], "kinds": [""]}):
        with pytest.raises(BadInput):
            Scope.of(**wrong)  # type: ignore[arg-type]
    with pytest.raises(BadInput):
        Scope.of(acts=["view"], kinds=[f"kind-{number}" for number in range(101)])


def test_a_child_acts_for_nobody(world: World) -> None:
    world.born("sister", date(2017, 1, 1))
    with pytest.raises(EvidenceRefused), world.writing() as work:
        world.appointing.appoint(
            work,
            officer=OFFICER,
            principal=CHILD,
            agent="sister",
            capacity=Capacity.GUARDIAN,
            scope=EVERYTHING,
            evidence=[PAPER],
            ends=NOON + YEAR,
        )


def test_the_log_says_who_really_acted(world: World) -> None:
    mandate = world.guardian()
    world.say(True)
    world.given(MOTHER, "ask-1")
    with world.database.reading() as work:
        line = world.mandates.done_for(work, CHILD)[0]
    assert (line.actor, line.capacity, line.mandate, line.act, line.about) == (
        MOTHER,
        "guardian",
        mandate.id,
        "grant",
        "ask-1",
    )


def test_a_session_is_offered_those_it_can_act_for_now(world: World) -> None:
    world.guardian()
    resting = world.named(Scope.of(acts=["plan"]), agent=MOTHER)
    with world.writing() as work:
        world.appointing.suspend(work, resting.id, ADULT)
        assert [each.principal for each in world.mandates.acting_for(work, MOTHER)] == [CHILD]
        assert {each.principal for each in world.mandates.of_agent(work, MOTHER)} == {CHILD, ADULT}
    world.clock.at = NOON.replace(year=2030)
    with world.database.reading() as work:
        assert world.mandates.acting_for(work, MOTHER) == []


def test_what_the_journal_holds_is_what_the_tables_say(world: World) -> None:
    made = world.guardian()
    world.say(True)
    world.given(MOTHER, "ask-1")
    with world.writing() as work:
        world.appointing.suspend(work, made.id, OFFICER)
        newest = world.notes.newest()
        assert world.mandates.exhibit(work, list(newest)) == newest
        assert set(world.mandates.exhibited(work)) == set(newest)
        assert world.mandates.exhibit(work, ["mandate-none"]) == {"mandate-none": None}


def test_of_an_erased_child_nothing_is_left(world: World) -> None:
    world.guardian()
    world.say(True)
    world.given(MOTHER, "ask-1")
    with world.writing() as work:
        assert world.appointing.erase(work, CHILD) == 1
        assert world.mandates.of_principal(work, CHILD) == world.mandates.done_for(work, CHILD) == []
        assert world.mandates.said(work, CHILD) == list(world.mandates.exhibited(work)) == []
    assert not world.notes.entries
    with world.database.reading() as work:
        left = [row for table in (mandates, births, words, acts, asked_again) for row in work.rows(sa.select(table))]
    assert [row["person"] for row in left] == [ADULT], "only what is known of somebody else"


def test_an_erased_agent_leaves_a_line_without_a_name_and_their_grants_are_asked_again(world: World) -> None:
    world.guardian()
    world.say(True)
    world.given(MOTHER, "ask-1")
    with world.writing() as work:
        world.appointing.erase(work, MOTHER)
        line = world.mandates.done_for(work, CHILD)[0]
        kept = world.mandates.of_principal(work, CHILD)[0]
        newest = world.notes.newest()
        assert world.mandates.exhibit(work, list(newest)) == newest
    assert line.actor.startswith("erased-")
    assert line.actor == kept.agent
    assert (kept.state, kept.document) == (MandateState.ENDED, "")
    assert world.ledger.marked.keys() == {"ask-1"}
    assert MOTHER not in str(world.notes.entries)
