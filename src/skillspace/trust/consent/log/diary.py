"""A person's log at the intermediary: every ask, answer, use, refusal and deletion, and what is left after erasure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from skillspace.kernel.clock import iso
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.consent.acting import Acting
from skillspace.trust.consent.model import Grant, Use
from skillspace.trust.consent.store import audit, to_use, uses
from skillspace.wire.canonical import digest

REFUSALS_A_DAY = 100


def note(
    work: Work,
    grant: Grant,
    outcome: str,
    *,
    kinds: Iterable[str] | None = None,
    code: str = "",
    reason: str = "",
    by: tuple[str, str] | None = None,
    at: datetime | None = None,
    line: str | None = None,
    acting: Acting | None = None,
) -> None:
    """Write one line about a grant; an erased person has no log. `by` names another than the grant's recipient,
    `acting` who acted in the person's name.

    A line under an identifier that exists (`line`) is not written twice. Of refusals under one grant only so many are
    written a day: who keeps knocking at a closed door fills nobody's log.
    """
    if grant.is_erased or (outcome == "refused" and _are_enough(work, grant)):
        return
    recipient, recipient_name = by or (grant.recipient, grant.recipient_name)
    row = {
        "id": line or new_id("use"),
        "at": min(at or work.now, work.now),
        "person": grant.person,
        "grant": grant.id,
        "recipient": recipient,
        "recipient_name": recipient_name,
        "provider": grant.provider,
        "provider_name": grant.provider_name,
        "dataset": grant.dataset,
        "kinds": sorted(kinds) if kinds is not None else list(grant.kinds),
        "purpose": grant.purpose,
        "outcome": outcome,
        "code": code,
        "reason": reason[:500],
        "acting": acting.to_json() if acting else None,
    }
    work.insert_new(uses, row, on="id")


def lines(work: Work, where: sa.ColumnElement[bool], limit: int | None) -> list[Use]:
    """Return lines of the log, latest first."""
    query = sa.select(uses).where(where).order_by(uses.c.at.desc(), uses.c.number.desc()).limit(limit)
    return [to_use(row) for row in work.rows(query)]


def forget(work: Work, person: str) -> int:
    """Turn a person's log into hashes and return how many lines went.

    A line held a random identifier that is deleted with it, so its hash says nothing without the line; whoever kept a
    copy of the line can still show that it was real.
    """
    for line in lines(work, uses.c.person == person, None):
        acting = line.acting.to_json() if line.acting else None
        content = {**vars(line), "at": iso(line.at), "kinds": list(line.kinds), "acting": acting}
        work.insert_new(audit, {"digest": digest(content), "at": work.now}, on="digest")
    return work.delete(uses, uses.c.person == person)


def _are_enough(work: Work, grant: Grant) -> bool:
    lately = (uses.c.grant == grant.id) & (uses.c.outcome == "refused") & (uses.c.at > work.now - timedelta(days=1))
    query = sa.select(sa.func.count()).select_from(uses).where(lately)
    return int(work.connection.execute(query).scalar_one()) >= REFUSALS_A_DAY
