"""Watching recognitions: once a day their issuers are asked whether they still stand, whatever messages were lost."""

from __future__ import annotations

from dataclasses import dataclass

from skillspace.people.profile import Arrival, Profile, StoredRecord
from skillspace.people.validation.machine import CaseState
from skillspace.people.validation.model import WATCH, WATCH_EVERY
from skillspace.people.validation.recording import arrival_of
from skillspace.people.validation.store import case_of, cases
from skillspace.records.credentials import KeyResolver
from skillspace.records.credentials.verdict import StatusCheck
from skillspace.records.trail import replay
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Keeps what people have of their recognitions as true as who made them lets us know."""

    profile: Profile
    resolve_key: KeyResolver
    check_status: StatusCheck

    def register(self, book: TaskBook) -> None:
        """Take the task."""
        book.on_task(WATCH, self._look)

    def _look(self, run: TaskRun) -> None:
        name = str(run.payload["case"])
        with run.reading() as work:
            row = work.where(cases, id=name)
        case = case_of(row) if row is not None else None
        if case is None or case.trail is None or case.state is CaseState.TAKEN_BACK:
            with run.finishing():
                return
        found = replay(case.trail, self.resolve_key, run.database.clock(), self.check_status)
        now = arrival_of(case, case.trail, found)
        with run.finishing(again_after=WATCH_EVERY) as work:
            row = work.where(cases, id=name)
            is_open = row is not None and row["state"] != CaseState.TAKEN_BACK
            known = self._known(work, now) if is_open else None
            # Where a key cannot be had now, nothing new was learnt; and what its person removed stays away.
            if known is not None and (now.record or now.problem) and _says(known) != _says(now):
                self.profile.keep(work, now)

    def _known(self, work: Work, arrival: Arrival) -> StoredRecord | None:
        mine = self.profile.records(work, arrival.person)
        named = (one for one in mine if (one.source, one.record_id) == (arrival.source, arrival.record_id))
        return next(named, None)


def _says(arrival: Arrival) -> tuple[bool, str]:
    return arrival.record is not None, arrival.problem.code if arrival.problem else ""
