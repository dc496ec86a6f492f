"""The agent at work: real consents decided by real preferences, undone, forbidden, crashed, forgotten."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict, ConsentMissing, NotFound, Refused
from skillspace.kernel.events import Event
from skillspace.storage.database import metadata
from skillspace.trust.agent import Effect
from skillspace.trust.agent.limits import limits
from skillspace.trust.consent import Acting, Conditions, Direction, GrantState
from skillspace.trust.consent.errors import NotMandated
from skillspace.trust.register import Contact, Record
from skillspace.trust.register.record import Basis, Processing
from tests.unit.trust.agent.conftest import ADA, BO, HUB, OTHER, SCHOOL, WORKS, World

ALWAYS, ASK, NEVER = Effect.ALWAYS, Effect.ASK, Effect.NEVER


def test_an_always_really_grants_in_the_agents_name_and_the_log_says_so(world: World) -> None:
    weekdays = Conditions(days=frozenset({1, 2, 3, 4, 5}))
    kept = world.prefer(world.wish(ALWAYS, "badge", conditions=weekdays))
    grant = world.ask("badge")
    assert (grant.state, grant.conditions) == (GrantState.GRANTED, weekdays)
    assert grant.acting == Acting(actor=ADA, name="the person’s agent", capacity="agent", mandate=kept.id)
    with world.database.reading() as work:
        line = world.consents.uses_of(work, grant)[0]
    assert (line.outcome, line.acting) == ("granted", grant.acting)
    assert world.why(grant) == ["wish_always"]


def test_a_never_really_refuses(world: World) -> None:
    kept = world.prefer(world.wish(NEVER, "school-record", to=("role:employer",)))
    grant = world.ask("school-record")
    assert grant.state is GrantState.REFUSED
    assert grant.acting is not None
    assert grant.acting.mandate == kept.id


def test_what_nobody_spoke_of_stays_open_and_says_why(world: World) -> None:
    grant = world.ask("badge")
    assert grant.state is GrantState.PENDING
    assert world.why(grant) == ["no_wish"]


def test_a_wish_that_was_only_proposed_or_paused_or_ended_decides_nothing(world: World) -> None:
    with world.database.writing() as work:
        made = world.preferences.propose(work, ADA, world.wish(ALWAYS, "badge"))
        assert world.preferences.propose(work, ADA, world.wish(ALWAYS, "badge")) == made
    assert world.ask("badge", recipient=WORKS, dataset="one").state is GrantState.PENDING
    with world.database.writing() as work:
        world.preferences.activate(work, made.id, ADA)
        world.preferences.pause(work, made.id, ADA)
    assert world.ask("badge", dataset="two").state is GrantState.PENDING
    with world.database.writing() as work:
        world.preferences.resume(work, made.id, ADA)
        world.preferences.end(work, made.id, ADA)
    assert world.ask("badge", dataset="three").state is GrantState.PENDING


@pytest.mark.parametrize(("effect", "state"), [(ALWAYS, GrantState.GRANTED), (NEVER, GrantState.REFUSED)])
def test_what_waits_already_is_answered_when_a_wish_begins_to_count(
    world: World, effect: Effect, state: GrantState
) -> None:
    waiting, other = world.ask("badge"), world.ask("school-record", dataset="another")
    assert (waiting.state, world.why(waiting)) == (GrantState.PENDING, ["no_wish"])
    kept = world.prefer(world.wish(effect, "badge"))
    world.settle()
    grant = world.grant(waiting.id)
    assert grant.acting is not None
    assert (grant.state, grant.acting.mandate, world.why(grant)) == (state, kept.id, [f"wish_{effect.value}"])
    assert world.grant(other.id).state is GrantState.PENDING
    assert world.undo(grant).state is (GrantState.REVOKED if effect is ALWAYS else GrantState.PENDING)


def test_what_was_put_back_to_the_person_is_not_answered_when_a_wish_goes_on(world: World) -> None:
    kept = world.prefer(world.wish(NEVER, "badge"))
    again = world.undo(world.ask("badge"))
    with world.database.writing() as work:
        world.preferences.pause(work, kept.id, ADA)
        world.preferences.activate(work, world.preferences.propose(work, ADA, world.wish(ALWAYS, "badge")).id, ADA)
    world.settle()
    assert world.grant(again.id).state is GrantState.PENDING


def test_a_preference_ends_by_itself_on_its_day(world: World) -> None:
    kept = world.prefer(world.wish(ALWAYS, "badge", until=world.clock() + timedelta(days=40)))
    assert world.ask("badge").state is GrantState.GRANTED
    world.clock.move(days=40)
    assert world.ask("badge", dataset="another").state is GrantState.PENDING
    with world.database.writing() as work:
        assert world.preferences.expire_due(work) == 1
        assert world.preferences.expire_due(work) == 0
    assert world.state(kept) == "ended"


def test_an_ask_for_more_is_not_granted_in_part_but_put_to_the_person_with_the_part(world: World) -> None:
    world.prefer(world.wish(ALWAYS, "badge", most_days=10))
    grant = world.ask("badge", "diploma")
    assert grant.state is GrantState.PENDING
    with world.database.reading() as work:
        found = world.agent.decision_on(work, grant.id)
    assert found is not None
    assert [reason.code for reason in found.reasons] == ["more_kinds", "longer"]
    assert found.narrower is not None
    assert (found.narrower.kinds, found.narrower.until) == (("badge",), world.clock() + timedelta(days=10))
    with world.database.writing() as work:
        given = world.consents.grant(work, grant.id, ADA, kinds=found.narrower.kinds, until=found.narrower.until)
    assert given.kinds == ("badge",)


def test_a_role_opens_nothing_to_an_organisation_the_person_never_met(world: World) -> None:
    world.prefer(world.wish(ALWAYS, "badge", to=("role:employer",)))
    known = world.ask("badge", recipient=SCHOOL)
    with world.database.writing() as work:
        world.consents.grant(work, known.id, ADA)
    first = world.ask("badge")
    assert world.why(first) == ["first_time"]
    with world.database.writing() as work:
        world.consents.grant(work, first.id, ADA)
    assert world.ask("badge", dataset="another").state is GrantState.GRANTED


def test_the_agents_own_yes_does_not_make_an_organisation_known(world: World) -> None:
    named = world.prefer(world.wish(ALWAYS, "badge"))
    world.prefer(world.wish(ALWAYS, "diploma", to=("role:employer",)))
    assert world.ask("badge").state is GrantState.GRANTED
    assert world.why(world.ask("diploma", dataset="another")) == ["first_time"]
    assert world.state(named) == "active"


def test_a_childs_agent_refuses_and_never_grants(world: World) -> None:
    world.prefer(world.wish(ALWAYS, "badge"))
    world.prefer(world.wish(NEVER, "diploma"))
    world.children.add(ADA)
    assert world.why(world.ask("badge")) == ["minor"]
    assert world.ask("diploma", dataset="another").state is GrantState.REFUSED


def test_the_rules_about_people_hold_even_if_the_agent_did_not_know_of_them(world: World) -> None:
    world.prefer(world.wish(ALWAYS, "badge"))
    world.room.circumstances._decides_alone = lambda _work, _person: True
    world.children.add(ADA)
    grant = world.ask("badge")
    assert grant.state is GrantState.PENDING
    with world.database.reading() as work:
        found = world.agent.decision_on(work, grant.id)
    assert found is not None
    assert (found.effect, found.undo_until) == (ASK, None)
    assert [(reason.code, dict(reason.facts)) for reason in found.reasons] == [
        ("held_back", {"fault": "NeedsGuardian"})
    ]


def test_where_the_law_needs_no_consent_none_is_given_in_advance(world: World) -> None:
    duty = Processing(purpose="recruit", basis=Basis.LEGAL_OBLIGATION)
    world.records[WORKS] = (1, Record(name="Works", country="SE", processings=(duty,)))
    world.prefer(world.wish(ALWAYS, "badge"))
    assert world.why(world.ask("badge")) == ["not_by_consent"]
    world.prefer(world.wish(ALWAYS, "badge", to=(OTHER,)))
    assert world.why(world.ask("badge", recipient=OTHER, purpose="tax")) == ["not_by_consent"]


def test_when_what_they_do_with_it_has_changed_the_person_is_asked(world: World) -> None:
    world.prefer(world.wish(ALWAYS, "badge"))
    before = Processing(purpose="recruit", keeps_days=10)
    world.records[WORKS] = (1, Record(name="Works", country="SE", contact=Contact(name="Desk"), processings=(before,)))
    first = world.ask("badge")
    assert first.state is GrantState.GRANTED
    with world.database.writing() as work:
        world.consents.terminate(work, first.id, "It was over.")
    assert world.ask("badge").state is GrantState.GRANTED
    after = Processing(purpose="recruit", keeps_days=1000)
    world.records[WORKS] = (2, Record(name="Works", country="SE", contact=Contact(name="Desk"), processings=(after,)))
    assert world.why(world.ask("badge")) == ["changed_notice"]


def test_a_renewed_ask_is_never_answered_by_the_agent(world: World) -> None:
    world.prefer(world.wish(ALWAYS, "badge"))
    first = world.ask("badge")
    with world.database.writing() as work:
        again = world.consents.renew(work, first)
        world.agent.on_ask(work, again)
    assert world.why(again) == ["changed_notice"]


def test_only_so_many_yeses_a_day(world: World) -> None:
    world.prefer(world.wish(ALWAYS, "badge"))
    most = limits().automatic_yeses_a_day
    states = [world.ask("badge", dataset=f"set {number}").state for number in range(most + 1)]
    assert states == [GrantState.GRANTED] * most + [GrantState.PENDING]
    world.clock.move(days=1)
    assert world.ask("badge", dataset="tomorrow").state is GrantState.GRANTED


def test_undoing_a_yes_stops_it_and_the_same_use_is_asked_from_then_on(world: World) -> None:
    world.prefer(world.wish(ALWAYS, "badge"))
    grant = world.ask("badge")
    assert world.undo(grant).state is GrantState.REVOKED
    again = world.ask("badge")
    assert (again.state, world.why(again)) == (GrantState.PENDING, ["taken_back"])
    with pytest.raises(Conflict):
        world.undo(grant)


def test_undoing_a_no_puts_the_ask_again_and_leaves_it_to_the_person(world: World) -> None:
    kept = world.prefer(world.wish(NEVER, "badge"))
    refused = world.ask("badge", max_uses=3)
    again = world.undo(refused)
    with world.database.writing() as work:
        world.agent.on_ask(work, again)
    assert (again.state, again.kinds, again.max_uses) == (GrantState.PENDING, ("badge",), 3)
    assert world.why(again) == ["taken_back"]
    assert world.state(kept) == "active"


def test_after_fourteen_days_nothing_is_undone(world: World) -> None:
    world.prefer(world.wish(ALWAYS, "badge"))
    grant = world.ask("badge")
    world.clock.move(days=14)
    with pytest.raises(Conflict):
        world.undo(grant)
    assert world.grant(grant.id).state is GrantState.GRANTED


def test_another_person_undoes_nothing(world: World) -> None:
    world.prefer(world.wish(ALWAYS, "badge"))
    grant = world.ask("badge")
    with world.database.writing() as work:
        found = world.agent.decision_on(work, grant.id)
        assert found is not None
        with pytest.raises(NotFound):
            world.agent.undo(work, found.id, BO)


def test_a_preference_that_was_wrong_twice_pauses_itself_and_says_so(world: World) -> None:
    kept = world.prefer(world.wish(ALWAYS, "badge"))
    world.undo(world.ask("badge", dataset="one"))
    assert world.state(kept) == "active"
    world.undo(world.ask("badge", dataset="two"))
    assert world.state(kept) == "paused"
    assert world.ask("badge", dataset="three").state is GrantState.PENDING
    world.settle()
    told = [event["content"] for event in world.events if event["name"] == "agent.paused"]
    assert [(one["person"], one["by"]) for one in told] == [(ADA, "agent")]
    with world.database.writing() as work:
        resumed = world.preferences.resume(work, kept.id, ADA)
    assert resumed.mistakes == 0
    assert world.ask("badge", dataset="four").state is GrantState.GRANTED


def test_stopping_a_yes_of_the_agent_by_hand_counts_as_taking_it_back(world: World) -> None:
    world.prefer(world.wish(ALWAYS, "badge"))
    grant = world.ask("badge")
    with world.database.writing() as work:
        world.consents.revoke(work, grant.id, ADA)
    world.settle()
    assert world.why(world.ask("badge")) == ["taken_back"]


def test_an_announced_ask_is_decided_once_and_one_the_person_answered_is_left_alone(world: World) -> None:
    world.prefer(world.wish(NEVER, "badge"))
    with world.database.writing() as work:
        first, second = world.put(work, "badge"), world.put(work, "badge", dataset="another")
        world.consents.grant(work, second.id, ADA)
        for id in (first.id, first.id, second.id, "grant-that-is-not"):
            work.publish(Event(name="consent.asked", about=id, content={"grant_id": id}))
    world.settle()
    assert world.grant(first.id).state is GrantState.REFUSED
    assert world.grant(second.id).state is GrantState.GRANTED
    with world.database.reading() as work:
        assert [one.grant for one in world.agent.decided(work, ADA)] == [first.id]


def test_a_gathering_the_person_always_wants_happens(world: World) -> None:

    world.prefer(world.wish(ALWAYS, "diploma", to=(SCHOOL,), direction=Direction.GATHER))
    assert world.ask("diploma", recipient=HUB).state is GrantState.GRANTED


@pytest.mark.parametrize("kind", ["agent.decided", "agent.undone"])
def test_a_crash_between_decision_and_write_leaves_the_ask_open(world: World, kind: str) -> None:
    world.prefer(world.wish(ALWAYS, "badge"))
    with world.database.writing() as work:
        asked = world.put(work, "badge")
    world.journal.fails_at = kind
    with pytest.raises(RuntimeError), world.database.writing() as work:
        world.agent.on_ask(work, asked)
        found = world.agent.decision_on(work, asked.id)
        assert found is not None
        world.agent.undo(work, found.id, ADA)
    assert world.grant(asked.id).state is GrantState.PENDING
    assert world.why(asked) == []
    world.journal.fails_at = ""
    with world.database.writing() as work:
        world.agent.on_ask(work, asked)
    assert world.grant(asked.id).state is GrantState.GRANTED


def test_an_ask_that_ran_out_meanwhile_stays_as_it_is(world: World) -> None:
    world.prefer(world.wish(ALWAYS, "badge"))
    with world.database.writing() as work:
        late = world.put(work, "badge", until=world.clock() + timedelta(seconds=5))
    world.clock.move(seconds=6)
    with world.database.writing() as work:
        world.agent.on_ask(work, late)
    assert world.grant(late.id).state is GrantState.PENDING
    assert world.why(late) == ["held_back"]


def test_a_rule_that_stops_a_yes_halfway_takes_the_whole_yes_back(world: World) -> None:
    world.prefer(world.wish(ALWAYS, "badge"))
    world.consent_journal.fails_at, world.consent_journal.fault = "grant.granted", Refused("not now")
    grant = world.ask("badge")
    assert (grant.state, world.why(grant)) == (GrantState.PENDING, ["held_back"])
    with world.database.reading() as work:
        assert [line.outcome for line in world.consents.log(work, ADA)] == ["asked"]
        with pytest.raises(ConsentMissing):
            world.consents.receipt(work, grant.id, "en")
    world.settle()
    assert [event["content"]["effect"] for event in world.events] == ["ask"]


def test_nobody_but_the_person_lets_a_preference_count(world: World) -> None:
    coach = Acting(actor="coach", name="A Coach", capacity="coach", mandate="mandate-1")
    with world.database.writing() as work:
        made = world.preferences.propose(work, ADA, world.wish(ALWAYS, "badge"))
        with pytest.raises(NotMandated):
            world.preferences.activate(work, made.id, ADA, acting=coach)
        with pytest.raises(NotFound):
            world.preferences.activate(work, made.id, BO)


def test_too_many_preferences_and_too_many_words_are_not_kept(world: World) -> None:
    with world.database.writing() as work:
        for number in range(limits().preferences_a_person):
            world.preferences.propose(work, ADA, world.wish(NEVER, f"kind-{number}"))
        with pytest.raises(Conflict):
            world.preferences.propose(work, ADA, world.wish(NEVER, "one-more"))
        with pytest.raises(BadInput):
            world.preferences.propose(work, BO, world.wish(NEVER, "badge"), words="x" * 501)


def test_the_journal_hears_of_everything_and_of_no_words(world: World) -> None:
    with world.database.writing() as work:
        made = world.preferences.propose(work, ADA, world.wish(ALWAYS, "badge"), words="Ada Example wants this")
        world.preferences.activate(work, made.id, ADA)
    world.undo(world.ask("badge"))
    kinds = [kind for kind, _, _ in world.journal.entries]
    assert kinds == ["agent.proposed", "agent.activated", "agent.decided", "agent.undone"]
    assert "Ada Example" not in str(world.journal.entries)
    assert ADA not in str(world.journal.entries)


def test_of_a_person_who_left_nothing_stays(world: World) -> None:
    world.prefer(world.wish(ALWAYS, "badge"))
    world.ask("badge")
    with world.database.writing() as work:
        world.preferences.propose(work, BO, world.wish(NEVER, "badge"))
        world.room.suggestions.quiet(work, ADA, is_quiet=True)
        assert world.room.erase(work, ADA) == 2
    with world.database.reading() as work:
        for table in metadata.sorted_tables:
            if table.name.startswith("agent_"):
                assert ADA not in str(work.rows(sa.select(table)))
        assert len(world.preferences.of_person(work, BO)) == 1
    assert {about[:11] for _, about, _ in world.journal.entries} == {"preference-"}
    assert len(world.journal.entries) == 1


def test_a_persons_own_copy_holds_what_the_agent_keeps(world: World) -> None:
    kept = world.prefer(world.wish(ALWAYS, "badge"))
    world.ask("badge")
    with world.database.reading() as work:
        copy = world.room.export(work, ADA)
        assert world.room.export(work, BO)["preferences"] == []
    assert [one["wish"] for one in copy["preferences"]] == [kept.wish.to_json()]
    assert [one["reasons"] for one in copy["decisions"]] == [["wish_always"]]
    json.dumps(copy)
