"""What the release gate decided, kept for good: each release with the data that left, each refusal with its reason."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import NotFound, SkillspaceError, Unavailable
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Database, Work
from skillspace.trust.consent.model import Report
from skillspace.trust.consent.ports import Note
from skillspace.trust.consent.release.desk import UseDesk
from skillspace.trust.consent.release.tokens import UseToken
from skillspace.trust.consent.store import releases
from skillspace.trust.consent.terms import GrantTerms

REPORT = "consent.report"


@dataclass(kw_only=True)
class Case:
    """One request at the gate, filled in as it is examined.

    `token` is set once its signature and signer held. `is_known` says that the person's intermediary wrote the
    refusal down itself, when it was asked.
    """

    recipient: str
    dataset: str
    agreement: str
    transfer: str
    token: UseToken | None = None
    kinds: frozenset[str] = field(default_factory=frozenset)
    is_known: bool = False

    @property
    def terms(self) -> GrantTerms | None:
        """The grant behind the token."""
        return self.token.terms if self.token else None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One line of the gate's audit; it names no person."""

    id: str
    at: datetime
    outcome: str
    grant: str | None
    intermediary: str | None
    recipient: str
    dataset: str
    agreement: str
    transfer: str
    purpose: str
    kinds: tuple[str, ...]
    token: str | None
    code: str
    reason: str


class Audit:
    """Writes the gate's decisions, and lets the person's intermediary know of those it was not asked about."""

    def __init__(self, *, own_did: str, database: Database, desk: UseDesk | None, note: Note) -> None:
        self._note = note
        self._own_did = own_did
        self._database = database
        self._desk = desk
        self._owed: deque[tuple[Case, SkillspaceError]] = deque()

    def released(self, work: Work, case: Case) -> str:
        """Write a release in the transaction that opens the data and return the line's identifier."""
        return self._write(work, case, "released", "", "")

    def was_used(self, work: Work, token: UseToken) -> bool:
        """Tell whether something was released here for a token: its intermediary would have said no already."""
        same = (releases.c.intermediary == token.terms.intermediary) & (releases.c.token == token.id)
        query = sa.select(releases.c.number).where(same & (releases.c.outcome == "released"))
        return work.one(query) is not None

    def owe(self, case: Case, fault: SkillspaceError) -> None:
        """Remember a refusal whose transaction is about to be rolled back; `settle` writes it."""
        self._owed.append((case, fault))

    def settle(self) -> None:
        """Write what is owed, each in a short transaction of its own; call it with none open."""
        while True:
            try:
                owed = self._owed.popleft()
            except IndexError:  # another request may have written the last one meanwhile
                return
            try:
                self.refused(*owed)
            except Unavailable:
                self._owed.appendleft(owed)
                raise

    def refused(self, case: Case, fault: SkillspaceError) -> None:
        """Write a refusal in a short transaction of its own."""
        with self._database.writing() as work:
            line = self._write(work, case, "refused", fault.code, fault.message[:500])
            if case.terms is not None and not case.is_known:
                self._tell(work, case, line, code=fault.code, reason=fault.message[:500])

    def _tell(self, work: Work, case: Case, line: str, *, code: str, reason: str) -> None:
        """Get a refusal into the person's log: here, or by a task at the intermediary that keeps the person."""
        terms = case.terms
        if terms is None or terms.provider != self._own_did:
            return  # nothing proven, or a grant about another provider's data: no line about ours
        report = Report(
            outcome="refused",
            by=case.recipient,
            kinds=tuple(sorted(case.kinds or terms.kinds)),
            at=work.now,
            code=code,
            reason=reason,
            line=line,
        )
        if terms.intermediary != self._own_did:
            key = f"{REPORT}:{terms.grant}:{case.recipient}:{code}"
            work.enqueue(REPORT, _letter(terms, case.dataset, report), key=key)
        elif self._desk is not None:
            with suppress(NotFound):  # a grant we signed and have not, after a restore; the refusal stands without it
                self._desk.report(work, provider=self._own_did, grant=terms.grant, report=report)

    def decisions(self, work: Work, *, limit: int = 500) -> list[Decision]:
        """Return the gate's decisions, latest first."""
        columns = [column for column in releases.c if column.name != "number"]
        query = sa.select(*columns).order_by(releases.c.at.desc(), releases.c.number.desc()).limit(limit)
        return [Decision(**{**row, "kinds": tuple(row["kinds"])}) for row in work.rows(query)]

    def _write(self, work: Work, case: Case, outcome: str, code: str, reason: str) -> str:
        terms = case.terms
        row: dict[str, Any] = {
            "id": new_id("release"),
            "at": work.now,
            "outcome": outcome,
            "grant": terms.grant if terms else None,
            "intermediary": terms.intermediary if terms else None,
            "recipient": case.recipient,
            "dataset": case.dataset,
            "agreement": case.agreement,
            "transfer": case.transfer,
            "purpose": terms.purpose if terms else "",
            "kinds": sorted(case.kinds),
            "token": case.token.id if case.token else None,
            "code": code,
            "reason": reason,
        }
        work.insert(releases, row)
        self._note(work, f"release.{outcome}", str(row["id"]), frame_of(row))
        return str(row["id"])


def frame_of(row: Mapping[str, Any]) -> dict[str, object]:
    """What the journal says of a decision: its line, whose identifier and moment the entry has already."""
    return {name: value for name, value in row.items() if name not in ("number", "id", "at")}


def _letter(terms: GrantTerms, dataset: str, report: Report) -> dict[str, object]:
    happened = {"id": report.line, "at": iso(report.at), "by": report.by, "outcome": report.outcome}
    told = happened | {"code": report.code, "reason": report.reason}
    body = {"grant": terms.grant, "dataset": dataset, "what": list(report.kinds), "happened": told}
    return {"intermediary": terms.intermediary, "body": body}
