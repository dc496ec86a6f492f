"""Reading what an organisation sent, document by document: a broken one becomes a line with the reason, and the others
are read all the same."""

from __future__ import annotations

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import BadInput, SkillspaceError, Unavailable
from skillspace.people.holdings import BundledRecord
from skillspace.people.profile import Arrival, Problem
from skillspace.records.credentials import KeyResolver
from skillspace.records.credentials.verdict import StatusCheck
from skillspace.records.formats import read
from skillspace.records.model import Record
from skillspace.trust.consent import Grant
from skillspace.trust.status import StatusUnknown


class Reading:
    """Turns documents into arrivals. Issuers may be asked for their keys, and by `check_status` for what they took
    back, so no transaction is open meanwhile."""

    def __init__(self, resolve_key: KeyResolver, clock: Clock = now, check_status: StatusCheck | None = None) -> None:
        self._resolve_key = resolve_key
        self._clock = clock
        self._check_status = check_status

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
            record_id=sent.name,
            kind=sent.kind,
            media_type=sent.media_type,
            document=document,
            record=record,
            problem=problem,
            grant=grant.id,
            dataset=grant.dataset,
        )

    def read(self, document: bytes, provider: str) -> tuple[Record | None, Problem | None]:
        """Return what a document says, or the problem that keeps us from knowing.

        Where nobody can say whether its issuer took it back, it is read as the person's own word.
        """
        try:
            try:
                found = self._read(document, provider, self._check_status)
            except StatusUnknown:
                found = self._read(document, provider, None)
        except Unavailable as fault:
            return None, Problem(code=Unavailable.__name__, message=fault.message)
        except SkillspaceError as fault:
            return None, Problem(code=fault.code, message=fault.message)
        return found, None

    def _read(self, document: bytes, provider: str, check_status: StatusCheck | None) -> Record:
        return read(
            document,
            resolve_key=self._resolve_key,
            at=self._clock(),
            delivered_by=provider,
            check_status=check_status,
        )
