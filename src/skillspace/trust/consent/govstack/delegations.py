"""What a person lets a program do with their consents: the person gives it, in their own space, and takes it back.

Each program knows a person by a name of its own, the delegation's random identifier, so that two programs cannot
compare notes, and a name that one of them found opens nothing for another.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, NotFound, Refused
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.consent.acting import Acting
from skillspace.trust.consent.govstack.clients import Client, Scope
from skillspace.trust.consent.govstack.store import clients, delegations
from skillspace.trust.consent.model import Grant
from skillspace.trust.consent.ports import MayAct, Note, no_note

#: The capacity in which a program answers for a person, as the log and receipts have it.
PROGRAM = "program"
LONGEST = timedelta(days=366)


class Act(StrEnum):
    """What a person can let a program do: look, say yes to what is asked, say no and stop."""

    READ = "read"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, kw_only=True)
class Delegation:
    """One person's word to one program. `id` is the person's name towards it."""

    id: str
    client: str
    client_name: str
    person: str
    acts: frozenset[Act]
    made: datetime
    until: datetime

    def must_allow(self, act: Act) -> None:
        """Raise Refused unless the person let the program do this."""
        if act not in self.acts:
            raise Refused(f"This person lets {self.client_name} do {', '.join(sorted(self.acts))}, and not {act}.")

    def acting(self) -> Acting:
        """Who answers, as the log shall have it: the program, and not the person."""
        return Acting(actor=self.client, name=self.client_name, capacity=PROGRAM, mandate=self.id)


class Delegations:
    """Gives, finds and ends delegations; only what acts for the signed-in person may give one."""

    def __init__(self, note: Note = no_note) -> None:
        self._note = note

    def give(self, work: Work, *, client: str, person: str, acts: Collection[Act], until: datetime) -> Delegation:
        """Let a program (its name) act for a person until a moment at most a year ahead; a second time replaces it.

        Raises NotFound for a program that is not there, BadInput.
        """
        row = work.one(sa.select(clients).where(clients.c.name == client))
        if row is None or Scope.INDIVIDUAL not in row["scopes"]:
            raise NotFound(f"There is no program {client[:100]} that could act for people.")
        if not acts or not work.now < until <= work.now + LONGEST:
            raise BadInput("A program is let do something, until a moment in the future and at most a year ahead.")
        same = (delegations.c.client == row["id"]) & (delegations.c.person == person)
        known = work.one(sa.select(delegations.c.id).where(same))
        name = str(known["id"]) if known else new_id("individual")
        given = {"id": name, "client": row["id"], "person": person, "acts": sorted(map(str, acts)), "made": work.now}
        work.upsert(delegations, given | {"until": until}, on=("id",))
        told = {"client": row["id"], "acts": given["acts"], "until": iso(until)}
        self._note(work, "govstack.delegated", name, told)
        return self._one(work, delegations.c.id == name)

    def end(self, work: Work, id: str, person: str) -> None:
        """Take a person's word back; somebody else's does not exist for them (NotFound)."""
        if not work.delete(delegations, (delegations.c.id == id) & (delegations.c.person == person)):
            raise NotFound(f"There is no delegation {id[:100]}.")
        self._note(work, "govstack.undelegated", id, {})

    def of_person(self, work: Work, person: str) -> list[Delegation]:
        """Return what a person lets programs do, those that have run out too."""
        return self._rows(work, delegations.c.person == person)

    def of_client(self, work: Work, client: Client, *, offset: int, limit: int) -> list[Delegation]:
        """Return the living delegations to a program."""
        alive = (delegations.c.client == client.id) & (delegations.c.until > work.now)
        return self._rows(work, alive, offset=offset, limit=limit)

    def find(self, work: Work, client: Client, id: str) -> Delegation:
        """Return a living delegation to this program; raise NotFound for any other."""
        mine = (delegations.c.client == client.id) & (delegations.c.until > work.now)
        return self._one(work, mine & (delegations.c.id == id))

    def erase(self, work: Work, person: str) -> int:
        """Delete what a person let programs do and return how many those were."""
        return work.delete(delegations, delegations.c.person == person)

    def _one(self, work: Work, where: sa.ColumnElement[bool]) -> Delegation:
        found = self._rows(work, where, limit=1)
        if not found:
            raise NotFound("No such individual lets this client act.")
        return found[0]

    def _rows(
        self, work: Work, where: sa.ColumnElement[bool], *, offset: int = 0, limit: int | None = None
    ) -> list[Delegation]:
        query = sa.select(delegations, clients.c.name.label("client_name")).join(clients).where(where)
        return [_read(row) for row in work.rows(query.order_by(delegations.c.id).offset(offset).limit(limit))]


def with_programs(may_act: MayAct) -> MayAct:
    """Return a `MayAct` that lets a program do what the person themselves may do, and names the program in the log.

    Whether the person let it, `Delegations` has checked; whether the person may (their age, their mandates) is asked
    of `may_act`, which writes down that a program did it.
    """

    def check(work: Work, acting: Acting | None, act: str, grant: Grant) -> Acting | None:
        found = may_act(work, acting, act, grant)
        return acting if acting is not None and acting.capacity == PROGRAM else found

    return check


def _read(row: Mapping[str, Any]) -> Delegation:
    return Delegation(**{**row, "acts": frozenset(Act(act) for act in row["acts"])})
