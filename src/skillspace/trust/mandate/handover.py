"""Hand-over: grants of a guardian who may decide no more are asked for again, of the young person or another guardian.

Until somebody says yes they go on, marked, for the time the data space set, or stop at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.mandate.errors import NeedsGuardian, OwnActOnly
from skillspace.trust.mandate.machine import AGENT, ASKED_AGAIN, CLOCK, PRINCIPAL, AgainState
from skillspace.trust.mandate.model import GIVING, Acting, Capacity, Mandate, Settings, Stage
from skillspace.trust.mandate.ports import GuardianGrants
from skillspace.trust.mandate.service import Mandates
from skillspace.trust.mandate.store import acts, asked_again

#: How many mandates or grants one transaction of the clock moves at most.
BATCH = 100


class Why(StrEnum):
    """Why a grant is asked for again."""

    GROWN = "grown"
    GUARDIAN_ENDED = "guardian_ended"


@dataclass(frozen=True, kw_only=True)
class AskedAgain:
    """One grant that waits for a new yes, or did."""

    id: str
    person: str
    grant: str
    why: Why
    state: AgainState
    begun: datetime
    until: datetime
    closed: datetime | None


class HandOver:
    """What becomes of guardians' grants when they may decide no more."""

    def __init__(self, *, mandates: Mandates, grants: GuardianGrants, settings: Settings) -> None:
        self._mandates = mandates
        self._grants = grants
        self._settings = settings

    def begin(self, work: Work, ended: Mandate, why: Why) -> list[str]:
        """Ask again for what a guardian gave under a mandate (all guardians, when the child has grown); return which.

        A grant that is asked for again already keeps its time.
        """
        living = set(self._grants.guardian_grants(work, ended.principal))
        wanted = sorted(living if why is Why.GROWN else living & self._given_under(work, ended.id))
        new = [grant for grant in wanted if self._open(work, grant) is None]
        if not new:
            return []
        at_once = self._settings.stops_at_once
        until = work.now if at_once else work.now + self._settings.confirm_within
        state = ASKED_AGAIN.step(AgainState.OPEN, "stop", CLOCK) if at_once else AgainState.OPEN
        for grant in new:
            row = {"id": new_id("again"), "person": ended.principal, "grant": grant, "why": why.value}
            closed = work.now if at_once else None
            work.insert(asked_again, row | {"state": state, "begun": work.now, "until": until, "closed": closed})
        if at_once:
            self._grants.stop(work, new)
        else:
            self._grants.need_reconfirmation(work, new, until)
        content = {"person": ended.principal, "agent": ended.agent, "why": why.value, "grants": new}
        told = content | {"until": until.isoformat(), "stopped": at_once}
        work.publish(Event(name="mandate.handed_over", about=ended.id, content=told, at=work.now))
        return new

    def confirm(
        self, work: Work, acting: Acting, *, purpose: str = "", kinds: Collection[str] = (), recipient: str = ""
    ) -> None:
        """Let a grant go on under a new yes; `acting` is what `Mandates.check` returned for granting it.

        Raises NotFound when it is not asked for again, NeedsGuardian or OwnActOnly when this one cannot say so now.
        """
        found = self._open(work, acting.about)
        if found is None or found.person != acting.principal:
            raise NotFound(f"Consent {acting.about[:100]} is not asked for again.")
        stage = self._mandates.standing(work, acting.principal, work.now).stage
        if stage is Stage.SELF and not acting.is_self:
            raise OwnActOnly("This person decides alone now; the yes has to be their own.")
        is_guardian = acting.capacity is Capacity.GUARDIAN
        if acting.act not in GIVING or (stage is not Stage.SELF and not is_guardian):
            raise NeedsGuardian()
        state = ASKED_AGAIN.step(found.state, "confirm", PRINCIPAL if acting.is_self else AGENT)
        self._close(work, found, state)
        self._mandates.record(work, acting, purpose=purpose, kinds=kinds, recipient=recipient)

    def stopped(self, work: Work, grant: str) -> None:
        """Hear that a grant has ended, however it did; one that is not asked for again is no fault."""
        if found := self._open(work, grant):
            self._close(work, found, ASKED_AGAIN.step(found.state, "stop", CLOCK))

    def lapse_due(self, work: Work) -> int:
        """Stop the grants nobody said yes to in time and return how many."""
        due = (asked_again.c.state == AgainState.OPEN) & (asked_again.c.until <= work.now)
        query = sa.select(asked_again).where(due).order_by(asked_again.c.until, asked_again.c.id).limit(BATCH)
        rows = work.rows(query)
        for found in map(_read, rows):
            self._close(work, found, ASKED_AGAIN.step(found.state, "lapse", CLOCK))
            self._grants.stop(work, [found.grant])
        return len(rows)

    def of_person(self, work: Work, person: str) -> list[AskedAgain]:
        """Return what is or was asked for again about a person, latest first."""
        query = sa.select(asked_again).where(asked_again.c.person == person)
        return [_read(row) for row in work.rows(query.order_by(asked_again.c.begun.desc(), asked_again.c.grant))]

    def _close(self, work: Work, found: AskedAgain, state: AgainState) -> None:
        work.update(asked_again, asked_again.c.id == found.id, state=state, closed=work.now)
        content = {"person": found.person, "grant": found.grant, "why": found.why.value}
        work.publish(Event(name=f"mandate.again_{state}", about=found.id, content=content, at=work.now))

    def _open(self, work: Work, grant: str) -> AskedAgain | None:
        here = (asked_again.c.grant == grant) & (asked_again.c.state == AgainState.OPEN)
        row = work.one(sa.select(asked_again).where(here))
        return _read(row) if row else None

    def _given_under(self, work: Work, mandate: str) -> set[str]:
        given = (acts.c.mandate == mandate) & acts.c.act.in_([act.value for act in GIVING])
        return {str(row["about"]) for row in work.rows(sa.select(acts.c.about).where(given))}


def _read(row: Mapping[str, Any]) -> AskedAgain:
    return AskedAgain(**{**row, "why": Why(row["why"]), "state": AgainState(row["state"])})
