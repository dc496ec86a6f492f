"""Acting for others: where mandates meet consents, so that every yes and no is said by somebody who may say it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from skillspace.kernel.errors import MoveNotAllowed, NotFound
from skillspace.people.accounts import Account, Accounts
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook
from skillspace.trust.consent import Acting, Consents, Grant
from skillspace.trust.mandate import Act, Capacity, MandateRoom


class Guardians:
    """The two-way door between grants and mandates at an intermediary; `connect` puts the rooms behind it."""

    consents: Consents
    _room: MandateRoom

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts

    def connect(self, *, consents: Consents, room: MandateRoom) -> None:
        """Name the rooms: each needs something of the other, so neither can be there first."""
        self.consents, self._room = consents, room
        self.accounts.newcomer = self.newcomer

    def register(self, book: TaskBook) -> None:
        """Hear of grants that end: what has ended is not asked for again."""
        for end in ("revoked", "expired", "terminated"):
            book.on_event(f"consent.{end}", self._ended)

    def newcomer(self, work: Work, account: Account, born: date | None) -> None:
        """Keep what a new person said of their age; None says that they are of age."""
        self._room.births.declare(work, account.id, born=born)

    def may_act(self, work: Work, acting: Acting | None, act: str, grant: Grant) -> Acting | None:
        """Check who says yes, no or stop, and write it down; `consent.ports.MayAct`."""
        actor = acting.actor if acting is not None else grant.person
        asked: dict[str, Any] = {"purpose": grant.purpose, "kinds": grant.kinds, "recipient": grant.recipient}
        found = self._room.mandates.check(
            work, principal=grant.person, actor=actor, act=Act(act), at=work.now, about=grant.id, **asked
        )
        self._room.mandates.record(work, found, **asked)
        if act == Act.GRANT and grant.replaces is not None:
            with suppress(NotFound):  # it took the place of a yes that nobody had to confirm
                self._room.hand_over.confirm(work, replace(found, about=grant.replaces), **asked)
        if found.is_self or found.capacity is None:
            return None
        name = self.accounts.get(work, actor).name
        return Acting(actor=actor, name=name, capacity=found.capacity.value, mandate=found.mandate_id)

    def guardian_grants(self, work: Work, person: str) -> Collection[str]:
        """Return the living grants of a person that a guardian gave."""
        return [
            grant.id
            for grant in self.consents.of_person(work, person)
            if grant.why_not(work.now) is None and grant.acting and grant.acting.capacity == Capacity.GUARDIAN
        ]

    def need_reconfirmation(self, work: Work, grant_ids: Collection[str], until: datetime) -> None:  # noqa: ARG002
        """Put each grant to the person once more, to say yes to by themselves.

        `until` is the mandates' own to keep: what nobody confirmed by then they stop.
        """
        for id in grant_ids:
            with suppress(NotFound):
                self.consents.renew(work, self.consents.find(work, id))

    def stop(self, work: Work, grant_ids: Collection[str]) -> None:
        """End these grants now; one that has ended already is left alone."""
        for id in grant_ids:
            with suppress(NotFound, MoveNotAllowed):
                self.consents.terminate(work, id, "Nobody who may say yes said it again.")

    def _ended(self, work: Work, event: Mapping[str, Any]) -> None:
        self._room.hand_over.stopped(work, str(event["content"]["grant_id"]))
