"""Worries: a child says that something is wrong with a guardian; only officers read it, and they answer the child."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict, NotFound, Refused
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.mandate.machine import CONCERN, OFFICER, ConcernState
from skillspace.trust.mandate.model import Capacity, Concern
from skillspace.trust.mandate.ports import IsOfficer, Note
from skillspace.trust.mandate.service import Mandates
from skillspace.trust.mandate.store import concerns, to_concern

MAX_WORDS = 1000


class Concerns:
    """What children told about their guardians. No method shows a word of it to a guardian."""

    def __init__(self, *, mandates: Mandates, is_officer: IsOfficer, note: Note | None = None) -> None:
        self._mandates = mandates
        self._is_officer = is_officer
        self._note = note

    def tell(self, work: Work, person: str, mandate_id: str, words: str) -> Concern:
        """Let a person say what is wrong with a guardian of theirs, or with somebody who asks to be one.

        Raises NotFound for another's mandate, BadInput for nothing said, Conflict while an earlier word waits.
        """
        mandate = self._mandates.find(work, mandate_id)
        if mandate.principal != person or mandate.capacity is not Capacity.GUARDIAN:
            raise NotFound(f"There is no mandate {mandate_id[:100]}.")
        here = (concerns.c.mandate == mandate_id) & (concerns.c.state == ConcernState.OPEN)
        if work.one(sa.select(concerns.c.id).where(here)):
            raise Conflict("What you told about this guardian is being looked at; an answer comes here.")
        told = Concern(
            id=new_id("concern"),
            person=person,
            mandate=mandate_id,
            words=_said(words),
            said=work.now,
            state=ConcernState.OPEN,
        )
        work.insert(concerns, vars(told))
        self._write(work, told)
        return told

    def answer(self, work: Work, id: str, officer: str, words: str) -> Concern:
        """Let an officer who is no party to the mandate answer the child.

        Raises NotFound, BadInput for an empty answer, Refused for others, MoveNotAllowed the second time.
        """
        row = work.one(sa.select(concerns).where(concerns.c.id == id))
        if row is None:
            raise NotFound("Nobody told this.")
        told = to_concern(row)
        agent = self._mandates.find(work, told.mandate).agent
        if officer in (told.person, agent) or not self._is_officer(work, officer):
            raise Refused("Only an officer of this node who is no party to it answers this.")
        state, said = CONCERN.step(told.state, "answer", OFFICER), _said(words)
        answered = replace(told, state=state, answer=said, answered=work.now, answered_by=officer)
        work.update(concerns, concerns.c.id == id, **vars(answered))
        self._write(work, answered)
        return answered

    def waiting(self, work: Work) -> list[Concern]:
        """Return what waits for an officer's answer, the oldest first."""
        query = sa.select(concerns).where(concerns.c.state == ConcernState.OPEN)
        return [to_concern(row) for row in work.rows(query.order_by(concerns.c.said, concerns.c.id))]

    def of_mandate(self, work: Work, mandate_id: str) -> list[Concern]:
        """Return everything told about one guardian, the latest first: for officers and the child alone."""
        query = sa.select(concerns).where(concerns.c.mandate == mandate_id)
        return [to_concern(row) for row in work.rows(query.order_by(concerns.c.said.desc(), concerns.c.id.desc()))]

    def _write(self, work: Work, told: Concern) -> None:
        if self._note:
            self._note(work, f"mandate.concern_{told.state}", told.id, told.entry())


def _said(words: str) -> str:
    """Return free words as they are kept; raise BadInput for none, or too many."""
    said = "\n".join(line for line in (" ".join(line.split()) for line in words.splitlines()) if line)
    if not said or len(said) > MAX_WORDS:
        raise BadInput(f"Say it in 1 to {MAX_WORDS} characters.")
    return said
