"""The intermediary's ledger: cases and their parts as rows, each step with its event, log line and journal entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.kernel.events import Event
from skillspace.storage.database import Work
from skillspace.trust.rights.deadlines import Deadlines
from skillspace.trust.rights.machine import DONE, PART, PartState
from skillspace.trust.rights.model import Case, Line, Part
from skillspace.trust.rights.ports import Note, Tell
from skillspace.trust.rights.store import cases, parts, to_case, to_part

TELL = "rights.tell"


class Ledger:
    """Reads and writes cases; which move is due, others decide."""

    def __init__(self, *, note: Note | None, tell: Tell | None) -> None:
        self._note = note
        self._tell = tell

    def of_person(self, work: Work, person: str) -> list[Case]:
        """Return a person's cases with their parts, latest first."""
        query = sa.select(cases).where(cases.c.person == person).order_by(cases.c.opened.desc(), cases.c.id.desc())
        return [self._with_parts(work, row) for row in work.rows(query)]

    def case(self, work: Work, id: str) -> Case:
        """Return a case, for rooms of this node; raise NotFound."""
        row = work.one(sa.select(cases).where(cases.c.id == id))
        if row is None:
            raise NotFound(f"There is no case {id[:100]}.")
        return self._with_parts(work, row)

    def find(self, work: Work, part: str) -> tuple[Case, Part, Mapping[str, Any]]:
        """Return a part with its case and its bare row; raise NotFound."""
        row = work.one(sa.select(parts).where(parts.c.id == part))
        if row is None:
            raise NotFound(f"There is no part {part[:100]}.")
        return self.case(work, row["case"]), self.part(work, row), row

    def part(self, work: Work, row: Mapping[str, Any]) -> Part:
        """Read a part from its row, as it stands at this moment."""
        is_open = PartState(row["state"]) not in DONE
        return to_part(row, is_overdue=is_open and Deadlines(row["country"]).is_over(row["due"], work.now))

    def step(self, work: Work, part: Part, move: str, party: str, **changes: Any) -> Part:
        """Move a part by its table and return it; raise MoveNotAllowed."""
        state = PART.step(part.state, move, party)
        work.update(parts, parts.c.id == part.id, state=state, **changes)
        return self.find(work, part.id)[1]

    def tell_organisation(
        self, work: Work, organisation: str, part: str, door: str, body: Mapping[str, object]
    ) -> None:
        """Leave the task that tells an organisation something about its part, until it has heard.

        The task has no key: telling twice does no harm, and none may be lost because another is just ending.
        """
        payload = {"organisation": organisation, "part": part, "door": door, "body": dict(body)}
        work.enqueue(TELL, payload)

    def moved(self, work: Work, found: Case, part: Part, move: str) -> None:
        """Announce a step of a part, write it into the person's log and into the journal."""
        self.announce(work, found, part, move)
        self.log(work, found, part, move, part.words)
        facts: dict[str, object] = {"case": found.id, "right": found.right, "organisation": part.organisation}
        facts |= {"state": part.state, "due": part.due.isoformat() if part.due else ""}
        if part.is_done:
            facts |= {"deleted": dict(part.deleted), "ground": part.ground or ""}
            facts |= {"package": part.package.digest if part.package else ""}
        self.journal(work, move, part.id, facts)

    def announce(self, work: Work, found: Case, part: Part, move: str) -> None:
        """Publish ``rights.moved``, or ``rights.overdue``."""
        content = {"case": found.id, "organisation": part.organisation, "move": move, "state": part.state}
        name = "rights.overdue" if move == "overdue" else "rights.moved"
        work.publish(Event(name=name, about=part.id, content=content, at=work.now))

    def log(self, work: Work, found: Case, part: Part, what: str, words: str = "") -> None:
        """Write a line into the person's own log."""
        if self._tell is not None:
            line = Line(
                person=found.person,
                case=found.id,
                part=part.id,
                right=found.right,
                organisation=part.organisation,
                name=part.name,
                what=what,
                at=work.now,
                words=words,
            )
            self._tell(work, line)

    def journal(self, work: Work, what: str, about: str, content: Mapping[str, object]) -> None:
        """Write an entry of the journal; it names no person and none of their words."""
        if self._note is not None:
            self._note(work, f"rights.{what}", about, content)

    def _with_parts(self, work: Work, row: Mapping[str, Any]) -> Case:
        query = sa.select(parts).where(parts.c.case == row["id"]).order_by(parts.c.name, parts.c.organisation)
        return to_case(row, tuple(self.part(work, each) for each in work.rows(query)))
