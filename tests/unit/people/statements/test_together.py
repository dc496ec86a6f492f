"""Posts that wait for one another are stored at once, and each gets its own answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import Conflict, Refused
from skillspace.people.statements.service import NEVER, Post, Received, Statements
from skillspace.people.statements.store import statements
from skillspace.people.statements.together import MOST, Together
from skillspace.records.statements import Version
from skillspace.storage.database import Database, Work
from tests.small_space import HeldClock
from tests.tables import make_tables

PATIENCE = 30


class Held(Statements):
    """Keeps the first post waiting until the others have come, and counts the transactions."""

    def __init__(self) -> None:
        super().__init__("https://school.example.org")
        self.began, self.go_on = Event(), Event()
        self.connections: list[object] = []

    def store_each(
        self, work: Work, posts: Sequence[Post], after: datetime = NEVER
    ) -> list[list[str] | Conflict | Refused]:
        self.connections += [work] * len(posts)
        self.began.set()
        assert self.go_on.wait(PATIENCE)
        if any(one.statement["verb"]["id"].endswith("breaks") for post in posts for one in post.received):
            work.insert(statements, {"number": 1})
        return super().store_each(work, posts, after)


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def database(tmp_path: Path, clock: HeldClock) -> Iterator[Database]:
    database = Database.in_folder(tmp_path, clock=clock)
    make_tables(database)
    yield database
    database.close()


def deed(number: int, verb: str = "tried") -> dict[str, Any]:
    return {
        "id": str(UUID(int=number, version=4)),
        "actor": {"mbox": "mailto:alva@example.org"},
        "verb": {"id": f"https://example.org/verbs/{verb}"},
        "object": {"id": "https://example.org/lessons/1"},
    }


def posted(database: Database, store: Held, *posts: list[dict[str, Any]]) -> list[Future[list[str]]]:
    """Post the first, and the others while it is being stored, in their order; return every answer."""
    together = Together(database, store)

    def post(said: list[dict[str, Any]]) -> list[str]:
        received = [Received(statement=one) for one in said]
        return together.store(Post(received=received, writer="tool", version=Version.V2_0))

    with ThreadPoolExecutor(len(posts)) as pool:
        answers = []
        for place, said in enumerate(posts):
            answers.append(pool.submit(post, said))
            assert store.began.wait(PATIENCE)
            while place and len(together._waiting) < place:
                assert not answers[-1].done()
        store.go_on.set()
    return answers


def kept(database: Database) -> list[str]:
    with database.reading() as work:
        return [row["id"] for row in work.rows(sa.select(statements.c.id).order_by(statements.c.number))]


def test_those_who_wait_are_stored_in_one_transaction(database: Database) -> None:
    store = Held()
    answers = posted(database, store, [deed(1)], [deed(2), deed(3)], [deed(4)])
    assert [answer.result() for answer in answers] == [
        [deed(1)["id"]],
        [deed(2)["id"], deed(3)["id"]],
        [deed(4)["id"]],
    ]
    assert kept(database) == [deed(number)["id"] for number in (1, 2, 3, 4)]
    assert [store.connections.index(one) for one in store.connections] == [0, 1, 1]


def test_one_that_is_refused_stops_no_other(database: Database) -> None:
    answers = posted(database, Held(), [deed(1)], [deed(2)], [deed(3), deed(1, "solved")], [deed(4)])
    with pytest.raises(Conflict):
        answers[2].result()
    assert kept(database) == [deed(number)["id"] for number in (1, 2, 4)]


def test_one_that_breaks_the_transaction_of_all_is_the_only_one_not_stored(database: Database) -> None:
    answers = posted(database, Held(), [deed(1)], [deed(2)], [deed(3, "breaks")], [deed(4)])
    with pytest.raises(sa.exc.IntegrityError):
        answers[2].result()
    assert [answers[place].result() for place in (1, 3)] == [[deed(2)["id"]], [deed(4)["id"]]]
    assert sorted(kept(database)) == [deed(number)["id"] for number in (1, 2, 4)]


def test_many_go_in_several_transactions(database: Database) -> None:
    store = Held()
    large = [deed(number) for number in range(10, 10 + MOST)]
    answers = posted(database, store, [deed(1)], large, [deed(2)])
    assert all(answer.result() for answer in answers)
    assert len({id(one) for one in store.connections}) == 3


def test_what_is_told_goes_on_with_the_time_while_nobody_stores(database: Database, clock: HeldClock) -> None:
    together = Together(database, Statements("https://school.example.org"))
    assert together.through() == clock.at
    stored = []
    for number, hours in ((1, 1.0), (2, 0.0), (3, -2.0)):
        told = together.through()
        clock.move(hours=hours)
        post = Post(received=[Received(statement=deed(number))], writer="tool", version=Version.V2_0)
        together.store(post)
        with database.reading() as work:
            stored.append(work.rows(sa.select(sa.func.max(statements.c.stored).label("last")))[0]["last"])
        assert told < stored[-1] <= together.through(), "what is told is never told too early"
    clock.move(hours=9)
    assert together.through() == clock.at > stored[-1]


def test_what_is_told_stands_still_while_something_is_being_stored(database: Database, clock: HeldClock) -> None:
    store = Held()
    together = Together(database, store)
    posts = [Post(received=[Received(statement=deed(one))], writer="tool", version=Version.V2_0) for one in (1, 2)]
    store.go_on.set()
    together.store(posts[0])
    before = together.through()
    store.began.clear()
    store.go_on.clear()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(together.store, posts[1])
        assert store.began.wait(PATIENCE)
        clock.move(hours=1)
        assert together.through() == before
        store.go_on.set()
    assert answer.result() == [deed(2)["id"]]
    assert together.through() == clock.at
