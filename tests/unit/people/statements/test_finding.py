"""Whatever is asked, page by page the answer is what looking at every statement would find."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.people.statements.query import read_query
from skillspace.people.statements.service import Received, Statements
from skillspace.records.statements import Version, activities, agents, identity
from skillspace.records.statements.reading import kind_of
from skillspace.storage.database import Database
from tests.tables import make_tables

HOME = "https://school.example.org"
PEOPLE = [{"mbox": f"mailto:{name}@example.org"} for name in ("alva", "bo", "camille")]
LESSONS = [f"https://example.org/lessons/{number}" for number in range(3)]
VERBS = [f"https://example.org/verbs/{number}" for number in range(2)]
WRITERS = ["one", "other"]
SAID: list[tuple[str, dict[str, Any]]] = []


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Eighty statements by two tools, some of groups, some about people, with teachers and courses around them."""
    made = Database.in_folder(tmp_path_factory.mktemp("found"))
    make_tables(made)
    chance, store = Random(5), Statements(HOME)  # noqa: S311 - not a secret
    SAID.clear()
    for number in range(80):
        said = statement(chance, number)
        writer = chance.choice(WRITERS)
        with made.writing() as work:
            store.store(work, [Received(statement=said)], writer, Version.V2_0)
        SAID.append((writer, said))
    yield made
    made.close()


def statement(chance: Random, number: int) -> dict[str, Any]:
    actor: dict[str, Any] = dict(chance.choice(PEOPLE))
    if chance.random() < 0.2:
        actor = {"objectType": "Group", "member": [actor, chance.choice(PEOPLE)]}
    about: dict[str, Any] = {"id": chance.choice(LESSONS)}
    if chance.random() < 0.2:
        about = {"objectType": "Agent", **chance.choice(PEOPLE)}
    context: dict[str, Any] = {}
    if chance.random() < 0.4:
        context["instructor"] = chance.choice(PEOPLE)
    if chance.random() < 0.4:
        context["contextActivities"] = {"parent": [{"id": chance.choice(LESSONS)}]}
    id = f"00000000-0000-4000-8000-{number:012d}"
    return {"id": id, "actor": actor, "verb": {"id": chance.choice(VERBS)}, "object": about, "context": context}


def near(said: dict[str, Any]) -> set[str | None]:
    people = [said["actor"], *said["actor"].get("member", ())]
    if kind_of(said["object"]) == "Agent":
        people.append(said["object"])
    return {identity(one) for one in people}


def fits(writer: str, said: dict[str, Any], asked: dict[str, Any], mine: str | None, without: list[str]) -> bool:
    who = identity(asked["agent"]) if "agent" in asked else None
    related_agent, related_activity = asked["related_agents"], asked["related_activities"]
    if "activity" in asked:
        named = {one["id"] for one in activities(said)} if related_activity else {said["object"].get("id")}
        if asked["activity"] not in named:
            return False
    return (
        (mine is None or writer == mine)
        and not agents(said) & set(without)
        and (who is None or who in (agents(said) if related_agent else near(said)))
        and asked.get("verb", said["verb"]["id"]) == said["verb"]["id"]
    )


QUESTIONS = st.fixed_dictionaries(
    {"related_agents": st.booleans(), "related_activities": st.booleans(), "ascending": st.booleans()},
    optional={
        "agent": st.sampled_from(PEOPLE),
        "activity": st.sampled_from(LESSONS),
        "verb": st.sampled_from(VERBS),
    },
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=QUESTIONS,
    limit=st.integers(1, 40),
    mine=st.none() | st.sampled_from(WRITERS),
    without=st.lists(st.sampled_from([f"mbox {one['mbox']}" for one in PEOPLE]), max_size=1),
)
def test_page_by_page_a_question_finds_what_fits_and_nothing_else(
    database: Database, asked: dict[str, Any], limit: int, mine: str | None, without: list[str]
) -> None:
    expected = [said["id"] for writer, said in SAID if fits(writer, said, asked, mine, without)]
    if not asked["ascending"]:
        expected.reverse()
    parameters = {name: _spelled(value) for name, value in asked.items()} | {"limit": str(limit)}
    found: list[str] = []
    with database.reading() as work:
        while True:
            page = Statements(HOME).page(work, read_query(parameters), writer=mine, without=without)
            assert len(page.statements) <= limit
            found += [orjson.loads(one)["id"] for one in page.statements]
            if page.next is None:
                break
            parameters["more"] = str(page.next)
    assert found == expected


def _spelled(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
