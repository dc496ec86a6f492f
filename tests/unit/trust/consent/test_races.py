"""Many at the same moment, on both databases: a token opens once, limits hold, and after a revocation nothing opens."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from skillspace.kernel.errors import SkillspaceError
from skillspace.trust.consent import Grant
from skillspace.trust.contract import Agreement
from tests.unit.trust.consent.conftest import DIPLOMAS, HUB, PROFILES, SCHOOL, WORKS, World

MANY = 8
Given = tuple[Grant, str, Agreement]


def at_once(*tasks: Callable[[], str]) -> Counter[str]:
    """Start all of these together, and count what they said; a refusal says its code."""
    together, said = threading.Barrier(len(tasks)), list[str]()

    def do(task: Callable[[], str]) -> None:
        together.wait()
        try:
            said.append(task())
        except SkillspaceError as fault:
            said.append(fault.code)
        except BaseException as fault:
            said.append(repr(fault))

    threads = [threading.Thread(target=do, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(said)


def opening(world: World, token: str, agreement: Agreement) -> Callable[[], str]:
    """A use of the profile at the hub."""

    def use() -> str:
        with world[HUB].room.gate.opened(token, WORKS, PROFILES, agreement, "transfer") as (work, _):
            assert work.connection is not None
        return "opened"

    return use


def redeeming(world: World, token: str) -> Callable[[], str]:
    """The school's question to the hub whether a yes lives, which uses the token up."""

    def ask() -> str:
        header = {"Authorization": f"Bearer {SCHOOL}"}
        answer = world[HUB].client.post("/consent/uses", json={"token": token, "what": ["diploma"]}, headers=header)
        return "live" if answer.json().get("live") else str(answer.json().get("code"))

    return ask


def limited(world: World, uses: int) -> Grant:
    """A yes of Ada for so many uses."""
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=("skills-profile", "plan"))
        return world[HUB].consents.grant(work, asked.id, "person-ada", max_uses=uses)


def test_the_races_are_run_on_the_database_they_say(world: World, kept_in: str) -> None:
    assert world[HUB].database.engine.dialect.name == kept_in


def test_of_many_who_use_one_token_at_once_one_gets_the_data(world: World, share: Given) -> None:
    _, token, agreement = share
    said = at_once(*[opening(world, token, agreement)] * MANY)
    assert said == {"opened": 1, "UseRefused": MANY - 1}
    assert Counter(world.outcomes())["used"] == 1


def test_of_many_who_redeem_one_token_at_once_one_hears_yes(world: World, gather: Given) -> None:
    _, token, _ = gather
    assert at_once(*[redeeming(world, token)] * MANY) == {"live": 1, "UseRefused": MANY - 1}
    assert Counter(world.outcomes())["used"] == 1


def test_one_token_shown_many_times_at_once_elsewhere_opens_once(world: World, gather: Given) -> None:
    _, token, agreement = gather
    gate = world[SCHOOL].room.gate

    def use() -> str:
        with gate.opened(token, HUB, DIPLOMAS, agreement, "transfer"):
            return "opened"

    assert at_once(*[use] * MANY) == {"opened": 1, "UseRefused": MANY - 1}


def test_a_limit_of_uses_holds_when_all_come_at_once(world: World) -> None:
    agreement = world.agree(HUB, WORKS, PROFILES, purposes=["recruit"], roles=["employer"])
    grant = limited(world, 3)
    tokens = [world.token(grant) for _ in range(MANY)]
    said = at_once(*(opening(world, token, agreement) for token in tokens))
    assert said == {"opened": 3, "ConsentUsedUp": MANY - 3}
    with world[HUB].database.reading() as work:
        found = world[HUB].consents.find(work, grant.id)
    assert (found.used, found.max_uses) == (3, 3)


def test_once_a_person_has_stopped_it_nothing_more_is_opened_however_many_are_at_it(world: World, share: Given) -> None:
    grant, _, agreement = share
    stopped = threading.Event()

    def use_again_and_again() -> str:
        for _ in range(30):
            was_stopped = stopped.is_set()
            try:
                token = world.token(grant)
                opening(world, token, agreement)()
            except SkillspaceError:
                return "refused"
            assert not was_stopped
        return "never refused"

    def stop() -> str:
        while world.outcomes().count("used") < MANY:
            pass
        with world[HUB].database.writing() as work:
            world[HUB].consents.revoke(work, grant.id, "person-ada")
        stopped.set()
        return "stopped"

    said = at_once(stop, *[use_again_and_again] * MANY)
    assert said == {"stopped": 1, "refused": MANY}
    outcomes = world.outcomes()
    assert "used" not in outcomes[outcomes.index("stopped") :]


def test_a_person_who_answers_twice_at_once_answers_once(world: World) -> None:
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=("plan",))

    def say_yes() -> str:
        with world[HUB].database.writing() as work:
            world[HUB].consents.grant(work, asked.id, "person-ada")
        return "granted"

    def say_no() -> str:
        with world[HUB].database.writing() as work:
            world[HUB].consents.refuse(work, asked.id, "person-ada")
        return "refused"

    said = at_once(*[say_yes] * 4, *[say_no] * 4)
    assert said["MoveNotAllowed"] == 7
    assert said["granted"] + said["refused"] == 1
    assert len([outcome for outcome in world.outcomes() if outcome in ("granted", "declined")]) == 1


def test_an_ask_put_many_times_at_once_is_one_ask(world: World) -> None:
    def ask() -> str:
        with world[HUB].database.writing() as work:
            return world.ask(work, kinds=("plan",)).id

    assert sorted(at_once(*[ask] * MANY).values()) == [MANY]


def test_writers_that_meet_the_same_grants_in_any_order_do_not_block_each_other(world: World) -> None:
    agreement = world.agree(HUB, WORKS, PROFILES, purposes=["recruit"], roles=["employer"])
    grants = [world.granted(kinds=("plan",)) for _ in range(2)]
    tokens = [[world.token(grant) for grant in grants] for _ in range(MANY)]

    def both(first: str, second: str) -> Callable[[], str]:
        def use() -> str:
            gate = world[HUB].room.gate
            permits = [gate.ask(token, WORKS, PROFILES, agreement, "transfer") for token in (first, second)]
            with world[HUB].database.writing() as work:
                for permit in permits:
                    gate.release(work, permit)
            return "both"

        return use

    pairs = [pair if number % 2 else pair[::-1] for number, pair in enumerate(tokens)]
    assert at_once(*(both(*pair) for pair in pairs)) == {"both": MANY}
