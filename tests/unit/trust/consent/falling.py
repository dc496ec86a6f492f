"""A small data space whose nodes can fall: just before a commit, or just after it, when nobody hears of it any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import NotFound, PeerUnreachable
from skillspace.storage.database import Work, tasks
from skillspace.storage.tasks import TaskBook
from skillspace.trust.consent.copies.holders import TELL_ENDED
from skillspace.trust.consent.log import exhibits
from skillspace.trust.consent.ports import Note
from skillspace.trust.consent.service import DELIVER
from skillspace.trust.consent.tasks import CLOCK
from skillspace.trust.journal import Exhibited, Journal, verify
from skillspace.wire.jose import SigningKey
from tests.dying import dying
from tests.unit.trust.consent.conftest import ROLES, WORKS, Line, Node, World

BEFORE, AFTER = "before", "after"
ROOMS = (
    Exhibited(prefix=exhibits.GRANTS, exhibit=exhibits.shown_grants, rows=exhibits.every_grant),
    Exhibited(prefix=exhibits.RELEASES, exhibit=exhibits.shown_releases, rows=exhibits.every_release),
)
above = sa.MetaData()
#: What a room above consent keeps of people's data: the copy stays as a line without content when it is deleted.
copies = sa.Table(
    "a_room_s_copy",
    above,
    sa.Column("grant", sa.String, primary_key=True),
    sa.Column("is_here", sa.Boolean, nullable=False),
)


class Fallen(BaseException):
    """The process is gone: nothing of it catches this."""


class BrokenLine(Line):
    """Who calls a node that falls hears nothing; the node is up again soon after."""

    def call(self, method: str, did: str, url: str, body: object = None) -> dict[str, Any]:
        try:
            with dying(Fallen):
                return super().call(method, did, url, body)
        except Fallen:
            raise PeerUnreachable(f"{did} does not answer.") from None
        finally:
            if isinstance(self._world, FallingWorld) and self._world.fallen == did:
                self._world.restart(did)


class FallingWorld(World):
    """The same five organisations, with journals, their own clocks and copies of what they were given."""

    line = BrokenLine
    fallen: str | None = None

    def __init__(self, folder: Path, empty: Path) -> None:
        super().__init__(folder, empty)
        for did in ROLES:
            above.create_all(self[did].database.engine)
            self._begin(did)

    def note(self, did: str, key: SigningKey) -> Note:
        return Journal(did=did, key=key).write

    def furnish(self, node: Node, book: TaskBook) -> None:
        """Keep a copy of what every grant is about, while it is held; it goes with the grant."""

        def keep(work: Work, event: Any) -> None:
            grant = event["content"]["grant_id"]
            try:
                node.room.held.find(work, grant)
            except NotFound:
                return
            work.insert_new(copies, {"grant": grant, "is_here": True}, on="grant")

        def delete(grant: str, work: Work) -> int:
            here = (copies.c.grant == grant) & copies.c.is_here
            return work.update(copies, here, is_here=False)

        book.on_event("consent.received", keep)
        node.room.held.on_delete("profile", delete)

    def restart(self, did: str) -> None:
        super().restart(did)
        self.fallen = None
        self._begin(did)

    def fall(self, did: str, at: int, when: str, move: Callable[[], object]) -> bool:
        """Let a node fall before or after its `at`-th commit within a move, and stand up; tell whether it fell."""
        left, has_fallen = at, False

        def falling(connection: sa.Connection) -> None:
            nonlocal left, has_fallen
            if has_fallen or connection.engine is not self[did].database.engine:
                whole(connection)
                return
            left -= 1
            if left == 0 and when == AFTER:
                whole(connection)
            if left == 0:
                has_fallen, self.fallen = True, did
                raise Fallen
            whole(connection)

        whole = sa.Connection.commit
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sa.Connection, "commit", falling)
            try:
                move()
            except Fallen:
                self.restart(did)
        return has_fallen

    def news_first(self, did: str) -> None:
        """Let what is urgent at a node come before what is not, as its own threads for that see to."""
        with self[did].database.writing() as work:
            is_urgent = tasks.c.name.in_([DELIVER, TELL_ENDED])
            work.update(tasks, is_urgent & (tasks.c.state == "waiting"), due=work.now - timedelta(days=1))

    def come_to_rest(self) -> None:
        """Let time pass until nobody has anything left to do but to look at the clock."""
        self.settle()
        for _ in range(40):
            if not any(self.waiting(did) for did in ROLES):
                return
            self.clock.move(seconds=31)
            self.settle()
        raise AssertionError(f"It never came to rest: {[self.waiting(did) for did in ROLES]}")

    def waiting(self, did: str) -> list[tuple[str, str, str]]:
        """What a node has still to do, and what it gave up."""
        with self[did].database.reading() as work:
            rows = work.rows(sa.select(tasks).where((tasks.c.name != CLOCK) | (tasks.c.state == "dead")))
            return [(row["name"], row["state"], row["last_error"]) for row in rows]

    def copies(self) -> dict[str, bool]:
        """Every grant the employer had a copy under, and whether it has it still."""
        with self[WORKS].database.reading() as work:
            return {row["grant"]: row["is_here"] for row in work.rows(sa.select(copies))}

    def wrong_in_journal(self, did: str) -> list[str]:
        """What an audit of a node finds."""
        found = verify(self[did].database, ROOMS, did=did, resolve_key=self.resolve_key)
        return [f"{one.wrong} {one.about} {one}" for one in found.findings]

    def close(self) -> None:
        for node in self.nodes.values():
            above.drop_all(node.database.engine)

    def _begin(self, did: str) -> None:
        """Start a node's own clock, as each start of a node does."""
        with self[did].database.writing() as work:
            self[did].room.tasks.start(work)
