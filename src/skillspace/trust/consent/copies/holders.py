"""Everyone who held a copy when a grant ended: told, reminded until they sign, and seen by the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from skillspace.storage.database import Work
from skillspace.trust.consent.machine import CLOCK, HOLDER, RECIPIENT, HolderState
from skillspace.trust.consent.model import DeletionReceipt, Holder
from skillspace.trust.consent.store import deletions, holders, to_deletion

TELL_ENDED = "consent.tell_ended"
#: The first reminder comes after a day, each further one a day later still, and never more rarely than weekly.
FIRST_REMINDER = timedelta(days=1)
RAREST = timedelta(days=7)
#: Somebody who keeps a copy by law is asked about it a week after its day.
AFTER_THE_DAY = timedelta(days=7)
#: Who signs that it keeps a copy for longer is asked after this time.
LONGEST_KEPT = timedelta(days=36_525)


def tell(work: Work, grant: str, organisation: str) -> None:
    """Leave the order to let go, and remember that the answer is awaited."""
    row = {"grant": grant, "organisation": organisation, "state": HolderState.TOLD, "told": work.now, "reminders": 0}
    work.upsert(holders, row | {"next": work.now + FIRST_REMINDER}, on=("grant", "organisation"))
    _order(work, grant, organisation, 0)


def answered(work: Work, receipt: DeletionReceipt) -> DeletionReceipt | None:
    """Keep what an organisation signed and return all that it signed so far; None when this says nothing new."""
    row = work.where(deletions, grant=receipt.grant, organisation=receipt.organisation)
    before = to_deletion(row) if row else None
    told = _together(before, receipt) if before else receipt
    if told == before:
        return None
    kept = [one.to_json() for one in told.kept]
    work.upsert(deletions, {**vars(told), "deleted": dict(told.deleted), "kept": kept}, on=("grant", "organisation"))
    found = holder(work, receipt.grant, receipt.organisation)
    if found is not None and found.state not in HOLDER.final:
        state = HOLDER.step(found.state, "keep" if kept else "delete", RECIPIENT)
        last = max((one.until for one in told.kept), default=work.now)
        work.change(holders, _key(found), state=state, next=min(last, work.now + LONGEST_KEPT) + AFTER_THE_DAY)
    return told


def _together(before: DeletionReceipt, receipt: DeletionReceipt) -> DeletionReceipt:
    """Put two receipts of one organisation together, in whichever order they came: of a kind only once something goes,
    and what is gone or was not kept before is kept no more."""
    deleted = {**receipt.deleted, **before.deleted}
    still = {one.kind for one in receipt.kept} - set(deleted)
    kept = tuple(one for one in before.kept if one.kind in still)
    newer = receipt if kept != before.kept else before
    return replace(newer, deleted=deleted, kept=kept)


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
