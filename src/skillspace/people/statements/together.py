"""What several tools send at once is stored at once: the wait for the disk is the same for one post as for many."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from skillspace.kernel.errors import SkillspaceError
from skillspace.people.statements.service import NEVER, Post, Statements
from skillspace.storage.database import Database

#: From so many statements on the next ones wait: others have to write as well.
MOST = 200


@dataclass(frozen=True, kw_only=True)
class _Waiting:
    post: Post
    answer: Future[list[str]] = field(default_factory=Future)


class Together:
    """Takes posts of statements from many threads; each is stored whole or not at all, whatever becomes of others."""

    def __init__(self, database: Database, statements: Statements) -> None:
        self._database, self._statements = database, statements
        self._waiting: deque[_Waiting] = deque()
        self._turn = Lock()
        self._told = NEVER

    def store(self, post: Post) -> list[str]:
        """Return the ids once the statements are on the disk; raise what `Statements.store` and `writing` raise."""
        mine = _Waiting(post=post)
        self._waiting.append(mine)
        with self._turn:  # whoever has it stores for those who wait for it
            while not mine.answer.done():
                self._store(self._next())
        return mine.answer.result()

    def through(self) -> datetime:
        """Return up to when every statement that is or will be stored can be read: now, while nobody stores.

        Tools wait for this moment to come after what they sent, so it must come even where nothing more is sent. While
        something is being stored it is the moment of the last one stored, which comes before what is on its way.
        """
        moment = self._told = max(self._told, self._database.clock())
        storing = self._turn.locked()  # whoever takes their turn after this look stores later than what is told
        with self._database.reading() as work:
            last = self._statements.through(work)
        return last if storing else max(last, moment)

    def _next(self) -> list[_Waiting]:
        some, count = [self._waiting.popleft()], 0
        while self._waiting and (count := count + len(some[-1].post.received)) < MOST:
            some.append(self._waiting.popleft())
        return some

    def _store(self, some: Sequence[_Waiting]) -> None:
        outcomes: Sequence[list[str] | BaseException]
        try:
            with self._database.writing() as work:
                outcomes = self._statements.store_each(work, [one.post for one in some], after=self._told)
        except BaseException as fault:
            if len(some) > 1 and not isinstance(fault, SkillspaceError):
                for one in some:  # one of them broke the transaction of all
                    self._store([one])
                return
            outcomes = [fault] * len(some)
        for one, outcome in zip(some, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                one.answer.set_exception(outcome)
            else:
                one.answer.set_result(outcome)
