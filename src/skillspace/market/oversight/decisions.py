"""What people of the organisation decided beside matching: only ever added to, each with who, when and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput
from skillspace.kernel.ids import new_id
from skillspace.market.oversight.machine import STAFF, STANDING, Standing, Why
from skillspace.market.oversight.store import decisions, remarks
from skillspace.market.vacancies import Vacancy
from skillspace.storage.database import Work
from skillspace.trust.rights.ports import Note

MOST_WORDS = 500


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One decision: who (`by`) put whom (`grant_id`) where for which vacancy, and why.

    `place` is where matching had them then, None beyond those it shows; `words` are empty once the yes has ended.
    """

    id: str
    at: datetime
    by: str
    vacancy: str
    title: str
    grant_id: str
    state: Standing
    why: Why
    place: int | None
    words: str


class Decisions:
    """The decisions of one node; the journal is told of each, without names and words."""

    def __init__(self, note: Note) -> None:
        self._note = note

    def decide(
        self,
        work: Work,
        vacancy: Vacancy,
        grant_id: str,
        move: str,
        *,
        by: str,
        why: Why,
        words: str,
        place: int | None,
    ) -> Decision:
        """Move somebody up, aside or back for one vacancy. Raises MoveNotAllowed, BadInput without words."""
        said = " ".join(words.split())
        if not said or len(said) > MOST_WORDS or "\x00" in said:
            raise BadInput(f"Say why, in at most {MOST_WORDS} characters.")
        last = self.of(work, vacancy.id, grant_id)
        state = STANDING.step(last[-1].state if last else Standing.MATCHED, move, STAFF)
        made = Decision(
            id=new_id("decision"),
            at=work.now,
            by=by,
            vacancy=vacancy.id,
            title=vacancy.title,
            grant_id=grant_id,
            state=state,
            why=why,
            place=place,
            words=said,
        )
        work.insert(decisions, {name: value for name, value in vars(made).items() if name != "words"})
        work.insert(remarks, {"decision": made.id, "words": said})
        facts = {"vacancy": vacancy.id, "grant": grant_id, "move": move, "state": state, "why": why, "place": place}
        self._note(work, f"matching.{move}", made.id, facts)
        return made

    def of(self, work: Work, vacancy: str, grant_id: str) -> list[Decision]:
        """Return what was decided on one person for one vacancy, first one first."""
        return list(_read(work, (decisions.c.vacancy == vacancy) & (decisions.c.grant_id == grant_id)))

    def of_vacancy(self, work: Work, vacancy: str) -> dict[str, list[Decision]]:
        """Return what was decided for one vacancy by grant, first one first."""
        found: dict[str, list[Decision]] = {}
        for one in _read(work, decisions.c.vacancy == vacancy):
            found.setdefault(one.grant_id, []).append(one)
        return found

    def of_grants(self, work: Work, grants: Collection[str]) -> list[Decision]:
        """Return what was decided on people by their grants, first one first: for their own rights."""
        return list(_read(work, decisions.c.grant_id.in_(sorted(grants))))

    def forget(self, grant_id: str, work: Work) -> int:
        """Delete the words about a person and return how many: a deleter of held grants. The decisions stand."""
        mine = sa.select(decisions.c.id).where(decisions.c.grant_id == grant_id)
        return work.delete(remarks, remarks.c.decision.in_(mine))


def _read(work: Work, which: sa.ColumnElement[bool]) -> Iterator[Decision]:
    joined = sa.select(decisions, remarks.c.words).join_from(decisions, remarks, isouter=True)
    for row in work.rows(joined.where(which).order_by(decisions.c.number)):
        facts = {name: value for name, value in row.items() if name != "number"}
        read = {"state": Standing(row["state"]), "why": Why(row["why"]), "words": row["words"] or ""}
        yield Decision(**{**facts, **read})
