"""Everyone who held a copy when a grant ended: told, reminded until they sign, and seen by the person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from skillspace.storage.database import Work
from skillspace.trust.consent.machine import CLOCK, HOLDER, RECIPIENT, HolderState
from skillspace.trust.consent.model import DeletionReceipt, Holder
from skillspace.trust.consent.store import deletions, holders

TELL_ENDED = "consent.tell_ended"
#: The first reminder comes after a day, each further one a day later still, and never more rarely than weekly.
FIRST_REMINDER = timedelta(days=1)
RAREST = timedelta(days=7)
#: Somebody who keeps a copy by law is asked about it a week after its day.
AFTER_THE_DAY = timedelta(days=7)


def tell(work: Work, grant: str, organisation: str) -> None:
    """Leave the order to let go, and remember that the answer is awaited."""
    row = {"grant": grant, "organisation": organisation, "state": HolderState.TOLD, "told": work.now, "reminders": 0}
    work.upsert(holders, row | {"next": work.now + FIRST_REMINDER}, on=("grant", "organisation"))
    _order(work, grant, organisation, 0)


def answered(work: Work, receipt: DeletionReceipt) -> bool:
    """Keep what an organisation signed; tell whether it says something new."""
    row = {**vars(receipt), "deleted": dict(receipt.deleted), "kept": [one.to_json() for one in receipt.kept]}
    before = work.where(deletions, grant=receipt.grant, organisation=receipt.organisation)
    if before is not None and (before["kept"] == row["kept"] or not before["kept"]):
        return False
    if before is not None:
        counts = dict(before["deleted"])
        row["deleted"] = counts | {kind: counts.get(kind, 0) + count for kind, count in receipt.deleted.items()}
    work.upsert(deletions, row, on=("grant", "organisation"))
    if found := holder(work, receipt.grant, receipt.organisation):
        state = HOLDER.step(found.state, "keep" if receipt.kept else "delete", RECIPIENT)
        last = max((one.until for one in receipt.kept), default=work.now)
        work.change(holders, _key(found), state=state, next=last + AFTER_THE_DAY)
    return True


def remind_due(work: Work, limit: int = 500) -> list[Holder]:
    """Send the order once more to everyone who has not answered in time, and return them."""
    waiting = holders.c.state.in_([HolderState.TOLD, HolderState.KEEPING]) & (holders.c.next <= work.now)
    due = [_holder(row) for row in work.rows(sa.select(holders).where(waiting).order_by(holders.c.next).limit(limit))]
    for found in due:
        state, count = HOLDER.step(found.state, "remind", CLOCK), found.reminders + 1
        soon = work.now + min(RAREST, FIRST_REMINDER * (count + 1))
        work.change(holders, _key(found), state=state, reminders=count, next=soon)
        _order(work, found.grant, found.organisation, count)
    return due


def of_grant(work: Work, grant: str) -> list[Holder]:
    """Return who was told that a grant is over, and where each stands."""
    query = sa.select(holders).where(holders.c.grant == grant).order_by(holders.c.organisation)
    return [_holder(row) for row in work.rows(query)]


def holder(work: Work, grant: str, organisation: str) -> Holder | None:
    """Return one of them."""
    row = work.where(holders, grant=grant, organisation=organisation)
    return _holder(row) if row else None


def _order(work: Work, grant: str, organisation: str, reminder: int) -> None:
    key = f"{TELL_ENDED}:{grant}:{organisation}:{reminder}"
    work.enqueue(TELL_ENDED, {"grant": grant, "organisation": organisation}, key=key)


def _key(found: Holder) -> dict[str, str]:
    return {"grant": found.grant, "organisation": found.organisation}


def _holder(row: Mapping[str, Any]) -> Holder:
    return Holder(**{**row, "state": HolderState(row["state"])})
