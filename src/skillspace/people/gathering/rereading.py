"""Looking again: at documents whose issuer could not be asked when they came, and at those it may take back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from skillspace.kernel.errors import NotFound, Unavailable
from skillspace.people.gathering.reading import Reading
from skillspace.people.profile import Arrival, Problem, Profile, StoredRecord
from skillspace.records.model import Record, Standing, ValidationLevel
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.status import CredentialRevoked, CredentialSuspended

REREAD, WATCH = "people.reread", "people.watch"
FIRST_LOOK_AGAIN = timedelta(minutes=1)
#: An issuer whose key could not be had is asked again this often, ever more rarely.
LOOKS = 12
#: What may be taken back is looked at again after a day; what nobody could say anything of after an hour, and rarer.
WATCH_EVERY = timedelta(days=1)
WATCH_AGAIN = timedelta(hours=1)
#: For so long the last good word of an issuer counts that has fallen silent.
BELIEVED = timedelta(days=3)
HEEDED = (Unavailable.__name__, CredentialRevoked.__name__, CredentialSuspended.__name__)


class Reread:
    """Keeps what a person's records say as true as their issuers let us know."""

    def __init__(self, reading: Reading, profile: Profile) -> None:
        self._reading = reading
        self._profile = profile

    def register(self, book: TaskBook) -> None:
        """Take the tasks."""
        book.on_task(REREAD, self._look)
        book.on_task(WATCH, self._watch)

    def leave(self, work: Work, arrival: Arrival, record: str) -> None:
        """Leave a task for a document, kept in this transaction, that may be readable later, or taken back."""
        payload = {"person": arrival.person, "record": record, "kept": work.now.isoformat(), "look": 1}
        if _waits(arrival):
            work.enqueue(REREAD, payload, after=FIRST_LOOK_AGAIN)
        elif _may_change(arrival):
            self._watch_on(work, arrival.record, payload, work.now)

    def _look(self, run: TaskRun) -> None:
        stored = self._stored(run)
        found, problem = (None, None)
        if stored is not None and _waits(stored):
            found, problem = self._reading.read(stored.document, stored.source)
        with run.finishing() as work:
            if stored is None or not _waits(stored) or not self._is_same(work, stored):
                return
            again = arrival_of(stored, found, problem)
            if _waits(again):
                look = int(run.payload["look"])
                if look < LOOKS:
                    work.enqueue(REREAD, {**run.payload, "look": look + 1}, after=FIRST_LOOK_AGAIN * 2**look)
                return
            self.leave(work, again, self._profile.keep(work, again))

    def _watch(self, run: TaskRun) -> None:
        stored = self._stored(run)
        found, problem = self._reading.read(stored.document, stored.source) if stored else (None, None)
        with run.finishing() as work:
            if stored is None or not self._is_same(work, stored):
                return
            if problem is not None and problem.code not in HEEDED:
                return  # it ran out, which it says itself
            since = datetime.fromisoformat(str(run.payload["since"]))
            again = _heeded(stored, found, problem, is_believed=work.now - since < BELIEVED)
            payload = dict(run.payload) | {"look": int(run.payload["look"]) + 1}
            if _says(again) != _says(stored):
                self._profile.keep(work, again)
                payload |= {"kept": work.now.isoformat(), "look": 1}
            if _may_change(again):
                is_told = found is not None and found.standing is Standing.STANDS
                self._watch_on(work, found, payload, work.now if is_told else since)

    def _watch_on(self, work: Work, found: Record | None, payload: Mapping[str, Any], since: datetime) -> None:
        """`since` is when its issuer last said that it stands, or when it came."""
        is_told = found is not None and found.standing is Standing.STANDS
        wait = WATCH_EVERY if is_told else min(WATCH_AGAIN * 2 ** min(int(payload["look"]) - 1, 5), WATCH_EVERY)
        look = 1 if is_told else payload["look"]
        work.enqueue(WATCH, {**payload, "look": look, "since": since.isoformat()}, after=wait)

    def _stored(self, run: TaskRun) -> StoredRecord | None:
        """The document, if it is still as it was when the task was left: a newer one has a task of its own."""
        with run.reading() as work:
            try:
                stored = self._profile.record(work, str(run.payload["person"]), str(run.payload["record"]))
            except NotFound:
                return None
        return stored if stored.updated == datetime.fromisoformat(str(run.payload["kept"])) else None

    def _is_same(self, work: Work, before: StoredRecord) -> bool:
        try:
            return self._profile.record(work, before.person, before.id).updated == before.updated
        except NotFound:
            return False


def _says(arrival: Arrival) -> tuple[Record | None, Problem | None]:
    """What is stored of an arrival: a profile keeps no second copy of who somebody is."""
    return arrival.record and replace(arrival.record, person=None), arrival.problem


def _waits(arrival: Arrival) -> bool:
    """Whether its issuer could not be asked for its key."""
    return arrival.problem is not None and arrival.problem.code == Unavailable.__name__


def _may_change(arrival: Arrival) -> bool:
    """Whether its issuer may take it back, or let it count again; what was revoked stays so."""
    if arrival.problem is not None:
        return arrival.problem.code == CredentialSuspended.__name__
    return arrival.record is not None and arrival.record.standing is not None


def _heeded(stored: StoredRecord, found: Record | None, problem: Problem | None, *, is_believed: bool) -> Arrival:
    """What is kept after another look: an issuer's word at once, its silence after a while, and nothing else."""
    if problem is not None and problem.code != Unavailable.__name__:
        return arrival_of(stored, None, problem)
    if found is not None and found.standing is not Standing.UNASKED:
        return arrival_of(stored, found, None)
    if is_believed or stored.record is None:
        return arrival_of(stored, stored.record, stored.problem)
    lowered = replace(stored.record.at_most(ValidationLevel.SELF_DECLARED), standing=Standing.UNASKED)
    return arrival_of(stored, lowered, None)


def arrival_of(stored: StoredRecord, record: Record | None, problem: Problem | None) -> Arrival:
    """Return a stored document as if it came again, saying something else."""
    same = {each.name: getattr(stored, each.name) for each in fields(Arrival)}
    return Arrival(**same | {"record": record, "problem": problem})
