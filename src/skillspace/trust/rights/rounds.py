"""The daily round: who is late is named, who decides is reminded, what waited too long is thrown away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from skillspace.kernel.events import Event
from skillspace.storage.database import Work
from skillspace.trust.rights.cabinet import KEPT
from skillspace.trust.rights.desk import Desk
from skillspace.trust.rights.docket import Docket
from skillspace.trust.rights.hearing import Hearing
from skillspace.trust.rights.machine import DONE, PackageState, PartState
from skillspace.trust.rights.shelf import Shelf
from skillspace.trust.rights.store import parts, requests, restrictions

#: So many days before the last one the organisation's data-protection officer is reminded, and every day after it.
REMIND_BEFORE = timedelta(days=7)
#: So long an organisation can show how it answered; a common limit of claims.
FORGET_AFTER = timedelta(days=3 * 365)


class Rounds:
    """What happens once a day. `hearing` is there when the node is an intermediary."""

    def __init__(self, *, docket: Docket, desk: Desk, shelf: Shelf, hearing: Hearing | None) -> None:
        self._docket = docket
        self._desk = desk
        self._shelf = shelf
        self._hearing = hearing

    def make(self, work: Work) -> None:
        """Make one round; a second one on the same day says nothing twice."""
        self.remind(work)
        self.erase_what_was_kept(work)
        self._shelf.clear(work)
        self.forget(work)
        if self._hearing is not None:
            self._hearing.remind(work)
            self._clear_cabinet(work, self._hearing)

    def remind(self, work: Work) -> int:
        """Announce each request that is due within a week or overdue, once a day; return how many."""
        today = self._docket.deadlines.day(work.now)
        open_states = [state for state in PartState if state not in DONE]
        soon = requests.c.state.in_(open_states) & (requests.c.due <= today + REMIND_BEFORE)
        fresh = requests.c.reminded.is_(None) | (requests.c.reminded < today)
        due = work.rows(sa.select(requests).where(soon & fresh).order_by(requests.c.due))
        for row in due:
            work.update(requests, requests.c.id == row["id"], reminded=today)
            content = {"right": row["right"], "due": row["due"].isoformat(), "overdue": row["due"] < today}
            work.publish(Event(name="rights.reminder", about=row["id"], content=content, at=work.now))
        return len(due)

    def erase_what_was_kept(self, work: Work) -> int:
        """Erase what only a duty had kept, once that duty's last day has passed; return how many things went.

        What came after the answer, under another yes, nobody asked to have erased.
        """
        today = self._docket.deadlines.day(work.now)
        total = 0
        for row in work.rows(sa.select(requests).where(requests.c.keep_until < today)):
            who = replace(self._docket.who(row), before=row["done"])
            gone = self._docket.answerers.erase(work, who)
            still = self._docket.answerers.duties(work, who)
            work.update(requests, requests.c.id == row["id"], keep_until=self._desk.first_end(still, work))
            content = {"deleted": gone}
            work.publish(Event(name="rights.erased_later", about=row["id"], content=content, at=work.now))
            total += sum(gone.values())
        return total

    def forget(self, work: Work) -> int:
        """Forget requests that were done three years ago and of which nothing stands any more; return how many."""
        old = requests.c.done <= work.now - FORGET_AFTER
        stands = sa.exists().where(restrictions.c.request == requests.c.id)
        return work.delete(requests, old & requests.c.keep_until.is_(None) & ~stands)

    def _clear_cabinet(self, work: Work, hearing: Hearing) -> None:
        old = (parts.c.package_state == PackageState.HERE) & (parts.c.package_at <= work.now - KEPT)
        for row in work.rows(sa.select(parts.c.id).where(old)):
            hearing.cleared(work, row["id"])
