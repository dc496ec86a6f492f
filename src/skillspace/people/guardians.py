"""Acting for others: where mandates meet consents, so that every yes and no is said by somebody who may say it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, MoveNotAllowed, NotFound, Refused
from skillspace.people.accounts import Account, Accounts
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook
from skillspace.trust.agent import Effect, Wish
from skillspace.trust.agent.limits import limits
from skillspace.trust.agent.model import CATEGORY
from skillspace.trust.consent import Acting, Consents, Direction, Grant
from skillspace.trust.mandate import ALL, Act, Capacity, MandateRoom, Mandates
from skillspace.wire.canonical import digest

#: So many checks of a mandate for one wish: a purpose for an organisation is one.
MOST_PAIRS = 100


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
        """Check who says yes, no or stop, and write it down; `consent.ports.MayAct`.

        Who answers without a mandate, a program or the agent, may do what the person may, and is written down as such.
        """
        through = acting if acting is not None and acting.capacity not in {one.value for one in Capacity} else None
        actor = acting.actor if acting is not None and through is None else grant.person
        asked: dict[str, Any] = {"purpose": grant.purpose, "kinds": grant.kinds, "recipient": grant.recipient}
        found = self._room.mandates.check(
            work,
            principal=grant.person,
            actor=actor,
            act=Act(act),
            at=work.now,
            about=grant.id,
            terms=agreed_terms(grant),
            **asked,
        )
        by = (through.actor, through.capacity, through.mandate or "") if through is not None else None
        self._room.mandates.record(work, found, by=by, **asked)
        if act == Act.GRANT and grant.replaces is not None:
            with suppress(NotFound):  # it took the place of a yes that nobody had to confirm
                self._room.hand_over.confirm(work, replace(found, about=grant.replaces), **asked)
        if found.is_self or found.capacity is None:
            return None
        name = self.accounts.get(work, actor).name
        return Acting(actor=actor, name=name, capacity=found.capacity.value, mandate=found.mandate_id)

    def may_wish(self, work: Work, acting: Acting | None, person: str, wish: Wish) -> Acting | None:
        """Check who lets a wish of a person count; `agent.ports.MayWish`.

        The person may wish anything: what binds them binds their agent at every ask. Somebody else needs a mandate for
        all the wish could do: for every purpose, kind and organisation it names, and for all where it names none; what
        makes an ask of something is a no to a yes in advance, and needs what a no needs.
        """
        if acting is None or acting.actor == person:
            return None
        act = Act.GRANT if wish.effect is Effect.ALWAYS else Act.REFUSE
        kinds = _kinds_of(wish)
        whom = sorted(wish.organisations) if wish.direction is Direction.SHARE else [self.consents.own_did]
        pairs = [(purpose, did) for purpose in sorted(wish.purposes) or [ALL] for did in whom or [ALL]]
        if len(pairs) > MOST_PAIRS:
            raise BadInput(f"A wish for somebody else names at most {MOST_PAIRS} purposes and organisations together.")
        for purpose, recipient in pairs:
            asked: dict[str, Any] = {"purpose": purpose, "kinds": kinds, "recipient": recipient}
            found = self._room.mandates.check(work, principal=person, actor=acting.actor, act=act, at=work.now, **asked)
            self._room.mandates.record(work, found, **asked)
        assert found.capacity is not None  # noqa: S101 - who acts for another does it in a capacity
        name = self.accounts.get(work, acting.actor).name
        return Acting(actor=acting.actor, name=name, capacity=found.capacity.value, mandate=found.mandate_id)

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


def asks_seen_by(work: Work, actor: str, *, consents: Consents, mandates: Mandates) -> dict[str, list[Grant]]:
    """Return the open asks of everybody whom somebody acts for now, by person, as far as a mandate shows them."""

    def is_seen(ask: Grant) -> bool:
        asked: dict[str, Any] = {"purpose": ask.purpose, "kinds": ask.kinds, "recipient": ask.recipient}
        try:
            mandates.check(work, principal=ask.person, actor=actor, act=Act.VIEW, at=work.now, about=ask.id, **asked)
        except Refused:
            return False
        return True

    principals = dict.fromkeys(mandate.principal for mandate in mandates.acting_for(work, actor))
    return {one: [ask for ask in consents.asks_waiting(work, one) if is_seen(ask)] for one in principals}


def agreed_terms(grant: Grant) -> str:
    """Return as one text how long, how often, when and for which single things a yes would hold."""
    conditions = grant.conditions.to_json() if grant.conditions else {}
    items = {kind: sorted(found) for kind, found in grant.items.items()}
    return digest({"until": iso(grant.until), "uses": str(grant.max_uses), "conditions": conditions, "items": items})


def _kinds_of(wish: Wish) -> frozenset[str]:
    """The kinds a wish is about, categories opened; everything where it names none."""
    named = {kind for kind in wish.kinds if not kind.startswith(CATEGORY)}
    opened = limits().categories
    for kind in wish.kinds - named:
        named |= opened.get(kind.removeprefix(CATEGORY), frozenset({kind}))
    return frozenset(named) or frozenset({ALL})
