"""Reading what an organisation sent, document by document: a broken one becomes a line with the reason, and the others
are read all the same."""

from __future__ import annotations

from datetime import timedelta

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import BadInput, NotFound, SkillspaceError, Unavailable
from skillspace.people.holdings import BundledRecord
from skillspace.people.profile import Arrival, Problem, Profile, StoredRecord
from skillspace.records.credentials import KeyResolver
from skillspace.records.formats import read
from skillspace.records.model import Record
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.consent import Grant

REREAD = "people.reread"
FIRST_LOOK_AGAIN = timedelta(minutes=1)
#: An issuer whose key could not be had is asked again this often, ever more rarely.
LOOKS = 12


class Reading:
    """Turns documents into arrivals. Issuers' keys may be fetched, so no transaction is open meanwhile."""

    def __init__(self, resolve_key: KeyResolver, clock: Clock = now) -> None:
        self._resolve_key = resolve_key
        self._clock = clock

    def arrival(self, grant: Grant, sent: BundledRecord) -> Arrival:
        """Read one document that came under a grant. Never raises for what it holds.

        A document the person did not allow, by kind or as a single one, is not kept: only that it came, and was thrown
        away.
        """
        document, record, problem = b"", None, None
        if sent.kind not in grant.kinds or sent.id not in grant.items.get(sent.kind, (sent.id,)):
            problem = Problem(code="ConsentMissing", message=f"You did not allow “{sent.kind}”; it was thrown away.")
        else:
            try:
                document = sent.body()
                record, problem = self.read(document, grant.provider)
            except BadInput as fault:
                problem = Problem(code=fault.code, message=fault.message)
        return Arrival(
            person=grant.person,
            source=grant.provider,
            source_name=grant.provider_name,
            record_id=sent.id,
            kind=sent.kind,
            media_type=sent.media_type,
            document=document,
            record=record,
            problem=problem,
            grant=grant.id,
            dataset=grant.dataset,
        )

    def read(self, document: bytes, provider: str) -> tuple[Record | None, Problem | None]:
        """Return what a document says, or the problem that keeps us from knowing."""
        try:
            found = read(document, resolve_key=self._resolve_key, at=self._clock(), delivered_by=provider)
        except Unavailable as fault:
            return None, Problem(code=Unavailable.__name__, message=fault.message)
        except SkillspaceError as fault:
            return None, Problem(code=fault.code, message=fault.message)
        return found, None


class Reread:
    """Looks again at documents whose issuer could not be asked for its key when they came."""

    def __init__(self, reading: Reading, profile: Profile) -> None:
        self._reading = reading
        self._profile = profile

    def register(self, book: TaskBook) -> None:
        """Take the task."""
        book.on_task(REREAD, self._look)

    def leave(self, work: Work, arrival: Arrival, record: str) -> None:
        """Leave a task for a document that may be readable later."""
        if arrival.problem is not None and arrival.problem.code == Unavailable.__name__:
            self._leave(work, arrival.person, record, 1)

    def _leave(self, work: Work, person: str, record: str, look: int) -> None:
        payload = {"person": person, "record": record, "look": look}
        work.enqueue(REREAD, payload, after=FIRST_LOOK_AGAIN * 2 ** (look - 1))

    def _look(self, run: TaskRun) -> None:
        person, record, look = str(run.payload["person"]), str(run.payload["record"]), int(run.payload["look"])
        with run.reading() as work:
            before = self._stored(work, person, record)
        found, problem = self._reading.read(before.document, before.source) if before else (None, None)
        with run.finishing() as work:
            stored = self._stored(work, person, record)
            if before is None or stored is None or stored.updated != before.updated:
                return
            if problem is not None and problem.code == Unavailable.__name__:
                if look < LOOKS:
                    self._leave(work, person, record, look + 1)
                return
            self._profile.keep(work, _again(stored, found, problem))

    def _stored(self, work: Work, person: str, record: str) -> StoredRecord | None:
        try:
            stored = self._profile.record(work, person, record)
        except NotFound:
            return None
        waits = stored.problem is not None and stored.problem.code == Unavailable.__name__
        return stored if waits else None


def _again(stored: StoredRecord, record: Record | None, problem: Problem | None) -> Arrival:
    return Arrival(
        person=stored.person,
        source=stored.source,
        source_name=stored.source_name,
        record_id=stored.record_id,
        kind=stored.kind,
        media_type=stored.media_type,
        document=stored.document,
        record=record,
        problem=problem,
        grant=stored.grant,
        dataset=stored.dataset,
    )
