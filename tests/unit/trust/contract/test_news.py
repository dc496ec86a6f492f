"""News of a contract: what members are told, fetch, and see, also when lines are cut."""

from __future__ import annotations

import pytest

from skillspace.kernel.errors import Conflict
from skillspace.trust.contract import ContractState
from skillspace.trust.contract.reading import contract_id
from skillspace.trust.contract.tasks import MOST_ASKED
from skillspace.trust.identity import PeerRefused
from tests.unit.trust.contract.conftest import HUB, OTHER, SCHOOL, WORKS, Line, World, contract_content, diplomas

Valley = tuple[World, str]


def test_a_contract_expires_at_its_end_even_where_nobody_tells(valley: Valley) -> None:
    world, contract = valley
    world[HUB].is_down = True
    world.clock.move(days=6)
    assert world.binds(WORKS) is not None
    world.clock.move(days=400)
    assert world.binds(WORKS) is None
    world[HUB].is_down = False
    world.tick(HUB)
    world.settle()
    assert world.state(contract, WORKS) is ContractState.EXPIRED


def test_a_member_that_hears_nothing_for_a_week_builds_on_it_no_longer(valley: Valley) -> None:
    world, contract = valley
    world[HUB].is_down = True
    world.clock.move(days=7, seconds=1)
    assert world.why_not(SCHOOL) == [f"Nothing was heard of contract {contract} for 7 days."]
    world[HUB].is_down = False
    world.tick(SCHOOL)
    world.settle()
    assert world.binds(SCHOOL) is not None


def test_asking_for_news_goes_on_after_an_answer_did_not_come(valley: Valley) -> None:
    world, _ = valley
    world[HUB].is_down = True
    world.clock.move(days=8)
    world.tick(SCHOOL)
    assert world.binds(SCHOOL) is None
    world[HUB].is_down = False
    world.settle()
    assert world.binds(SCHOOL) is not None


def test_a_member_that_was_down_catches_up(valley: Valley) -> None:
    world, contract = valley
    world[SCHOOL].is_down = True
    world.joined(contract, OTHER, "employer")
    assert world.binds(SCHOOL, consumer=OTHER) is None
    world[SCHOOL].is_down = False
    world.settle()
    assert world.binds(SCHOOL, consumer=OTHER) is not None


def test_long_news_comes_in_pages(valley: Valley, monkeypatch: pytest.MonkeyPatch) -> None:
    world, contract = valley
    monkeypatch.setattr("skillspace.trust.contract.answers.news.__kwdefaults__", {"page": 1})
    world.joined(contract, OTHER, "employer")
    assert world.binds(OTHER, consumer=OTHER) is not None
    assert {member.member for member in _members(world, contract, OTHER)} == {HUB, SCHOOL, WORKS, OTHER}


def _members(world: World, contract: str, seen_by: str) -> list[object]:
    with world[seen_by].reading() as work:
        return list(world[seen_by].room.contracts.members(work, contract))


def test_outsiders_read_the_terms_of_an_open_contract_and_nobody_in_it(valley: Valley) -> None:
    world, contract = valley
    headers = {"Authorization": f"Bearer {OTHER}"}
    listed = world[HUB].client.get("/contracts", headers=headers).json()["contracts"]
    assert [one["contract"] for one in listed] == [contract]
    told = world[HUB].client.get(f"/contracts/{contract}", headers=headers).json()
    assert told["versions"]
    assert not told["participations"]
    assert world[HUB].client.get(f"/contracts/{contract}").status_code == 401
    # Members' nodes keep no record, and give nothing away.
    assert world[SCHOOL].client.get(f"/contracts/{contract}", headers=headers).status_code == 403


def test_the_draft_of_nobody_is_seen_by_nobody(world: World) -> None:
    with world[HUB].writing() as work:
        terms = world[HUB].room.record.draft(work, contract_content())
        changed = world[HUB].room.record.revise(work, terms.id, {"title": "Better"}, material=False)
        assert (changed.version, changed.title) == (1, "Better")
        with pytest.raises(Conflict):
            world[HUB].room.seats.invite(work, terms.id, SCHOOL, "school")
    asked = world[HUB].client.get(f"/contracts/{terms.id}", headers={"Authorization": f"Bearer {OTHER}"})
    assert asked.status_code == 404


def test_an_old_word_that_needs_no_telling_does_not_count_as_the_next_one(world: World) -> None:
    contract = world.ecosystem()
    id = world.joined(contract, SCHOOL, "school", diplomas())
    with world[HUB].writing() as work:
        old = {"contract": contract, "participation": id, "revision": 1}
        work.enqueue("contract.tell", old, key="said long ago")
        world[HUB].room.seats.move(work, id, "suspend", reason="An audit.")
    world.settle()
    assert world.seat(contract, SCHOOL, seen_by=SCHOOL).state == "suspended"


def test_who_came_in_and_was_told_half_asks_for_the_rest(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = world.ecosystem()
    world.joined(contract, SCHOOL, "school", diplomas())
    real = Line.call

    def call(line: Line, method: str, did: str, url: str, body: object = None) -> dict[str, object]:
        # Of the two questions that follow a countersignature, the second is refused: too many at once, perhaps.
        if method == "GET" and url.endswith("since=0") and world.seat(contract, WORKS).state == "in_force":
            raise PeerRefused("Not now.", status=429)
        return real(line, method, did, url, body)

    with monkeypatch.context() as patched:
        patched.setattr(Line, "call", call)
        world.joined(contract, WORKS, "employer")
    assert world.binds(WORKS) is None
    world.clock.move(hours=2)
    world.tick(WORKS)
    world.settle()
    assert world.binds(WORKS) is not None


def test_an_orchestrator_gives_a_node_no_more_to_ask_for_than_it_answers(world: World) -> None:
    headers = {"Authorization": f"Bearer {HUB}"}
    said = []
    for _ in range(MOST_ASKED + 20):
        body = {"contract": contract_id(HUB), "revision": 1}
        said.append(world[SCHOOL].client.post("/contracts/news", json=body, headers=headers).status_code)
    assert said == [200] * MOST_ASKED + [503] * 20
    world.settle()
    body = {"contract": contract_id(HUB), "revision": 1}
    assert world[SCHOOL].client.post("/contracts/news", json=body, headers=headers).status_code == 200


def test_an_order_reaches_an_orchestrator_that_was_down_for_weeks(valley: Valley) -> None:
    world, contract = valley
    world[HUB].is_down = True
    with world[WORKS].writing() as work:
        world[WORKS].room.partaking.leave(work, contract, "We no longer recruit.")
    for _ in range(20):
        world[WORKS].worker.run_due()
        world.clock.move(days=1)
    world[HUB].is_down = False
    world.settle()
    assert world.seat(contract, WORKS).state == "leaving"
