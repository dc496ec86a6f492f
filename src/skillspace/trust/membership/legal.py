"""Who an applicant is by law: what a Gaia-X clearing house confirmed, shown with the application and checked here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from skillspace.kernel.errors import SkillspaceError, Unavailable
from skillspace.records.credentials import KeyResolver, Trust, VerifiedCredential
from skillspace.records.credentials.gaiax import LegalParticipant, read_participant
from skillspace.storage.database import Moment, Work, metadata
from skillspace.storage.tasks import TaskBook, TaskRun

TASK = "membership.legal"

legal_identities = sa.Table(
    "member_legal_identity",
    metadata,
    sa.Column("did", sa.String, primary_key=True),
    #: What was shown; gone as soon as it was looked at.
    sa.Column("tokens", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("name", sa.String, nullable=True),
    sa.Column("country", sa.String, nullable=True),
    sa.Column("numbers", sa.JSON, nullable=False),
    sa.Column("level", sa.String, nullable=True),
    sa.Column("issuer", sa.String, nullable=True),
    sa.Column("until", Moment, nullable=True),
    sa.Column("why", sa.String, nullable=True),
    sa.Column("shown", Moment, nullable=False),
)


@dataclass(frozen=True, kw_only=True)
class LegalIdentity:
    """What an applicant's credentials say once they were looked at.

    `name`, `country` (ISO 3166-1 alpha-2), `numbers` (by kind, as ``VatID``), `level` and `issuer`, the clearing house,
    are there when it holds; `why` says why it does not; neither is there as long as nobody looked. `until` is its end.
    """

    did: str
    name: str | None
    country: str | None
    numbers: Mapping[str, str]
    level: str | None
    issuer: str | None
    until: datetime | None
    why: str | None
    shown: datetime

    def holds(self, at: datetime) -> bool:
        """Tell whether a clearing house's word covers a moment."""
        return self.name is not None and (self.until is None or at < self.until)


class LegalIdentities:
    """Keeps and checks what applicants show; clearing houses and notaries count by the operator's list of issuers."""

    def __init__(
        self, *, resolve_key: KeyResolver, trust: Trust, check_status: Callable[[VerifiedCredential], None]
    ) -> None:
        self._resolve_key = resolve_key
        self._trust = trust
        self._check_status = check_status

    def register(self, book: TaskBook) -> None:
        """Take the task of looking: it asks other hosts, so it waits for no request."""
        book.on_task(TASK, self._look)

    def show(self, work: Work, did: str, tokens: Sequence[str]) -> None:
        """Keep what `did` shows with its application until it was looked at; what it showed before is forgotten."""
        nothing: dict[str, object] = dict.fromkeys(("name", "country", "level", "issuer", "until", "why"))
        row = {"did": did, "tokens": list(tokens), "numbers": {}, "shown": work.now, **nothing}
        work.upsert(legal_identities, row, on=("did",))
        work.enqueue(TASK, {"did": did}, key=f"{TASK} {did}")

    def of(self, work: Work, did: str) -> LegalIdentity | None:
        """Return what is known of an applicant, None when it showed nothing."""
        row = work.one(sa.select(legal_identities).where(legal_identities.c.did == did))
        return LegalIdentity(**{name: value for name, value in row.items() if name != "tokens"}) if row else None

    def _look(self, run: TaskRun) -> None:
        did = str(run.payload["did"])
        mine = legal_identities.c.did == did
        with run.reading() as work:
            row = work.one(sa.select(legal_identities).where(mine))
            at = work.now
        if row is None or row["tokens"] is None:
            with run.finishing():
                return
        try:
            found = _facts(self._read(did, row["tokens"], at))
        except Unavailable:
            raise
        except SkillspaceError as fault:
            found = {"why": fault.message[:500]}
        with run.finishing() as work:
            work.update(legal_identities, mine & (legal_identities.c.shown == row["shown"]), tokens=None, **found)

    def _read(self, did: str, tokens: Sequence[str], at: datetime) -> LegalParticipant:
        found = read_participant(tokens, self._resolve_key, at, trust=self._trust, participant=did)
        for credential in found.credentials:
            self._check_status(credential)
        return found


def _facts(found: LegalParticipant) -> dict[str, object]:
    return {
        "name": found.name,
        "country": found.country,
        "numbers": dict(found.numbers),
        "level": found.level,
        "issuer": found.issuer,
        "until": found.valid_until,
    }
