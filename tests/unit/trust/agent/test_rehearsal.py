"""The rehearsal: what a preference would have decided otherwise; and nothing is changed by it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from skillspace.storage.database import metadata
from skillspace.trust.agent import Effect, Rehearsed, Wish
from skillspace.trust.consent import Grant
from tests.unit.trust.agent.conftest import ADA, BO, WORKS, World

ALWAYS, ASK, NEVER = Effect.ALWAYS, Effect.ASK, Effect.NEVER


def rehearse(world: World, wish: Wish, person: str = ADA, days: int = 90) -> Rehearsed:
    with world.database.writing() as work:
        made = world.preferences.propose(work, person, wish)
    before = everything(world)
    with world.database.reading() as work:
        told = world.room.dry_run(work, person, made, days)
    assert everything(world) == before
    return told


def everything(world: World) -> dict[str, list[Any]]:
    with world.database.reading() as work:
        # A room that another test read in later has its tables here, and none in this database.
        there = set(sa.inspect(work.connection).get_table_names())
        return {it.name: work.rows(sa.select(it)) for it in metadata.sorted_tables if it.name in there}


def answered(world: World, *kinds: str, dataset: str, is_yes: bool) -> Grant:
    asked = world.ask(*kinds, dataset=dataset)
    with world.database.writing() as work:
        answer = world.consents.grant if is_yes else world.consents.refuse
        return answer(work, asked.id, ADA)


def test_a_never_lists_the_yeses_it_would_have_refused_with_the_uses_there_were(world: World) -> None:
    given = answered(world, "badge", dataset="one", is_yes=True)
    answered(world, "diploma", dataset="two", is_yes=True)
    told = rehearse(world, world.wish(NEVER, "badge", to=("role:employer",)))
    assert (told.looked, len(told.lines)) == (2, 1)
    line = told.lines[0]
    assert (line.grant.id, line.happened, line.decision.effect) == (given.id, ALWAYS, NEVER)
    assert (line.uses, line.refusals, line.by_agent, line.unasked) == (0, 0, False, False)


def test_an_always_lists_what_was_left_open_or_refused_and_marks_what_would_only_not_have_been_asked(
    world: World,
) -> None:
    world.ask("badge", dataset="open")
    answered(world, "badge", dataset="yes", is_yes=True)
    answered(world, "badge", dataset="no", is_yes=False)
    told = rehearse(world, world.wish(ALWAYS, "badge"))
    seen = {line.grant.dataset: (line.happened, line.decision.effect, line.unasked) for line in told.lines}
    assert seen == {
        "open": (ASK, ALWAYS, False),
        "yes": (ALWAYS, ALWAYS, True),
        "no": (NEVER, ALWAYS, False),
    }


def test_wanting_to_be_asked_changes_only_what_the_agent_did(world: World) -> None:
    world.prefer(world.wish(ALWAYS, "badge"))
    world.ask("badge", dataset="agent")
    answered(world, "diploma", dataset="person", is_yes=True)
    told = rehearse(world, world.wish(ASK))
    assert [line.grant.dataset for line in told.lines] == []  # the more specific always stands
    told = rehearse(world, world.wish(ASK, "badge", purposes=frozenset({"recruit"})))
    assert [(line.grant.dataset, line.by_agent) for line in told.lines] == [("agent", True)]


def test_it_looks_back_so_many_days_and_at_no_one_else(world: World) -> None:
    answered(world, "badge", dataset="long ago", is_yes=True)
    world.clock.move(days=91)
    answered(world, "badge", dataset="lately", is_yes=True)
    told = rehearse(world, world.wish(NEVER, to=(WORKS,)))
    assert [line.grant.dataset for line in told.lines] == ["lately"]
    assert rehearse(world, world.wish(NEVER, to=(WORKS,)), person=BO).looked == 0


def test_the_daily_limit_holds_in_the_rehearsal_too(world: World) -> None:
    for number in range(12):
        world.ask("badge", dataset=f"set {number}")
    told = rehearse(world, world.wish(ALWAYS, "badge"))
    assert len(told.lines) == 10
