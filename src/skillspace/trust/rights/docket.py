"""The organisation's docket: requests as rows, each step with its event and journal entry, and what they stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.kernel.events import Event
from skillspace.storage.database import Work
from skillspace.trust.rights.answering import Answerers
from skillspace.trust.rights.deadlines import Deadlines
from skillspace.trust.rights.errors import NotThisRight
from skillspace.trust.rights.machine import PART, PartState
from skillspace.trust.rights.model import STOPPING, DataSubject, Request, Right
from skillspace.trust.rights.ports import Note
from skillspace.trust.rights.restrictions import Restrictions
from skillspace.trust.rights.store import requests, to_request, to_scope


class Docket:
    """Reads and writes requests; which move is due, others decide."""

    def __init__(
        self,
        *,
        own_did: str,
        deadlines: Deadlines,
        answerers: Answerers,
        restrictions: Restrictions,
        note: Note | None,
    ) -> None:
        self.own_did = own_did
        self.deadlines = deadlines
        self.answerers = answerers
        self.restrictions = restrictions
        self._note = note

    def of_part(self, work: Work, intermediary: str, part: str) -> Mapping[str, Any] | None:
        """Return the row of an intermediary's part, or None."""
        here = (requests.c.intermediary == intermediary) & (requests.c.part == part)
        return work.one(sa.select(requests).where(here))

    def known(self, work: Work, intermediary: str, part: str) -> Mapping[str, Any]:
        """Return the row of an intermediary's part; raise NotFound."""
        row = self.of_part(work, intermediary, part)
        if row is None:
            raise NotFound(f"No part {part[:100]} was asked here.")
        return row

    def row(self, work: Work, id: str) -> Mapping[str, Any]:
        """Return a row by our own identifier; raise NotFound."""
        row = work.one(sa.select(requests).where(requests.c.id == id))
        if row is None:
            raise NotFound(f"There is no request {id[:100]}.")
        return row

    def read(self, work: Work, row: Mapping[str, Any]) -> Request:
        """Read a request from its row, as it stands at this moment."""
        found = to_request(row)
        return replace(found, is_overdue=self.deadlines.is_over(found.due, work.now))

    def who(self, row: Mapping[str, Any]) -> DataSubject:
        """Return whom a request is about."""
        return DataSubject(
            intermediary=row["intermediary"],
            subject=row["subject"],
            scope=to_scope(row["scope"]),
            is_own=row["intermediary"] == self.own_did,
        )

    def step(self, work: Work, row: Mapping[str, Any], move: str, party: str, **changes: Any) -> dict[str, Any]:
        """Move a request by its table and return its row; raise MoveNotAllowed."""
        state = PART.step(PartState(row["state"]), move, party)
        work.update(requests, requests.c.id == row["id"], state=state, **changes)
        return {**row, "state": state, **changes}

    def free(self, work: Work, row: Mapping[str, Any]) -> None:
        """Let what a request stopped go on, as far as no other request stops it too; again changes nothing."""
        if self.restrictions.lift(work, row["id"]):
            if row["right"] == Right.RESTRICTION:
                who = self.who(row)
                self.answerers.restrict(work, who, False)
                for scope in self.restrictions.scopes(work, who):
                    self.answerers.restrict(work, replace(who, scope=scope), True)
            self.announce(work, row, "freed")
            self.journal(work, row, "freed", {})

    def announce(self, work: Work, row: Mapping[str, Any], what: str) -> None:
        """Publish ``rights.request_<what>``."""
        content = {"right": row["right"], "intermediary": row["intermediary"], "state": row["state"]}
        work.publish(Event(name=f"rights.request_{what}", about=row["id"], content=content, at=work.now))

    def journal(self, work: Work, row: Mapping[str, Any], move: str, content: Mapping[str, Any]) -> None:
        """Write an entry of the journal; it names no person and none of their words."""
        if self._note is not None:
            facts = {"right": row["right"], "intermediary": row["intermediary"], "part": row["part"]}
            self._note(work, f"rights.request.{move}", row["id"], facts | dict(content))


def check_stopping(row: Mapping[str, Any]) -> None:
    """Raise NotThisRight unless an answer to this right stops something that could go on."""
    if Right(row["right"]) not in STOPPING:
        raise NotThisRight(f"An answer to {row['right']} stops nothing that could go on.")
