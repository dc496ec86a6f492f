"""The agent: it decides asks as the person wished, says why, keeps the way back open, and learns when it was wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import Conflict, NotFound, SkillspaceError
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.agent.circumstances import Circumstances, use_of
from skillspace.trust.agent.deciding import decide
from skillspace.trust.agent.model import CAPACITY, NAME, Decided, Decision, Effect, Reason
from skillspace.trust.agent.ports import Note
from skillspace.trust.agent.preferences import Preferences
from skillspace.trust.agent.store import decisions, of_decided, to_decided
from skillspace.trust.consent import Acting, Consents, Grant, GrantState

LINES = 500
A_DAY = timedelta(days=1)


class Agent:
    """Decides asks at the intermediary. Everything it does is in the transaction it is given."""

    def __init__(
        self, *, consents: Consents, preferences: Preferences, circumstances: Circumstances, note: Note | None = None
    ) -> None:
        self._consents = consents
        self._preferences = preferences
        self._circumstances = circumstances
        self._limits = circumstances.limits
        self._note = note

    def on_ask(self, work: Work, grant: Grant) -> Decided | None:
        """Decide an ask once; None when it was answered or decided already.

        An always grants and a never refuses, through `Consents`, in the agent's name; otherwise the ask stays open with
        the reason beside it. When something forbids what was decided, the ask stays open too.
        """
        if grant.state is not GrantState.PENDING or self.decision_on(work, grant.id) is not None:
            return None
        return self._keep(work, grant, self._decide(work, grant))

    def on_wish(self, work: Work, person: str) -> list[Decided]:
        """Look again at the asks that were left to a person, now that another wish of theirs counts.

        Returns what was decided; an ask that the wish leaves open keeps what was said beside it.
        """
        made = []
        for grant in self._consents.asks_waiting(work, person):
            known = self.decision_on(work, grant.id)
            if known is not None and (decision := self._decide(work, grant)).effect is not Effect.ASK:
                work.delete(decisions, decisions.c.id == known.id)
                made.append(self._keep(work, grant, decision))
        return made

    def consider(self, work: Work, grant: Grant) -> Decision:
        """Return what would become of an ask now; writes nothing."""
        facts = self._circumstances.of(
            work,
            grant,
            others=self._consents.of_person(work, grant.person),
            at=work.now,
            yeses=self._yeses(work, grant.person),
            taken_back=self._taken_back(work, grant),
        )
        return decide(grant, self._preferences.counting(work, grant.person), facts)

    def undo(self, work: Work, id: str, person: str, *, acting: Acting | None = None) -> Decided:
        """Take back what the agent did: a yes is revoked and everyone deletes, a no is put to the person again.

        The agent never decides this use again unless the person sets a new never for it. Raises NotFound, Conflict when
        it is too late or was undone, and what `Consents.revoke` and `Consents.ask` raise.
        """
        found = self._of(work, id, person)
        if not found.may_undo(work.now):
            raise Conflict("This cannot be undone any more; you can still stop a yes or ask to be asked again.")
        grant = self._consents.grant_of(work, found.grant, person)
        if found.effect is Effect.ALWAYS:
            undone = self._mark_undone(work, found)
            if grant.state is GrantState.GRANTED:
                self._consents.revoke(work, grant.id, person, acting=acting)
            return undone
        # Marked before it is asked anew: whoever hears of the new ask must know that the agent stays out of it.
        undone = self._mark_undone(work, found)
        again = self._ask_again(work, grant)
        undone = replace(undone, reopened=again.id)
        work.update(decisions, decisions.c.id == id, reopened=again.id)
        return undone

    def decision_on(self, work: Work, grant: str) -> Decided | None:
        """Return what was decided about an ask: its reasons, and the narrower yes that would fit."""
        row = work.one(sa.select(decisions).where(decisions.c.grant == grant))
        return to_decided(row) if row else None

    def decisions_on(self, work: Work, grants: Collection[str]) -> dict[str, Decided]:
        """Return what was decided about these asks, by ask; those nobody decided are left out."""
        names, found = sorted(set(grants)), dict[str, Decided]()
        for place in range(0, len(names), LINES):
            query = sa.select(decisions).where(decisions.c.grant.in_(names[place : place + LINES]))
            found |= {row["grant"]: to_decided(row) for row in work.rows(query)}
        return found

    def decided(self, work: Work, person: str, *, limit: int = LINES) -> list[Decided]:
        """Return what the agent decided for a person, latest first."""
        mine = sa.select(decisions).where(decisions.c.person == person)
        return [to_decided(row) for row in work.rows(mine.order_by(decisions.c.at.desc(), decisions.c.id).limit(limit))]

    def heard_asked(self, work: Work, event: Mapping[str, Any]) -> None:
        """Decide an ask that was announced; one that is gone is no fault."""
        try:
            grant = self._consents.find(work, str(event["content"]["grant_id"]))
        except NotFound:
            return
        self.on_ask(work, grant)

    def heard_wish(self, work: Work, event: Mapping[str, Any]) -> None:
        """Look again at what waits when a wish begins to count."""
        self.on_wish(work, str(event["content"]["person"]))

    def heard_revoked(self, work: Work, event: Mapping[str, Any]) -> None:
        """Learn from a yes of the agent that was stopped by other means than undo, in the time for undoing."""
        found = self.decision_on(work, str(event["content"]["grant_id"]))
        if found is not None and found.effect is Effect.ALWAYS and found.may_undo(work.now):
            self._mark_undone(work, found)

    def erase(self, work: Work, person: str) -> list[str]:
        """Forget what was decided for a person and return which decisions they were."""
        gone = [one.id for one in self.decided(work, person, limit=1_000_000)]
        work.delete(decisions, decisions.c.person == person)
        return gone

    def _decide(self, work: Work, grant: Grant) -> Decision:
        """Decide and answer; where something forbids the answer the ask is left open, and that is the reason."""
        decision = self.consider(work, grant)
        if decision.effect is not Effect.ASK:
            try:
                with work.connection.begin_nested():
                    self._answer(work, grant, decision)
            except SkillspaceError as fault:
                reason = Reason(code="held_back", facts={"fault": fault.code})
                decision = replace(decision, effect=Effect.ASK, reasons=(reason,), conditions=None)
        return decision

    def _answer(self, work: Work, grant: Grant, decision: Decision) -> None:
        preference = decision.preference
        assert preference is not None  # noqa: S101 - deciding names one for every yes and no
        acting = Acting(actor=grant.person, name=NAME, capacity=CAPACITY, mandate=preference.id)
        if decision.effect is Effect.ALWAYS:
            self._consents.grant(work, grant.id, grant.person, conditions=decision.conditions, acting=acting)
        else:
            self._consents.refuse(work, grant.id, grant.person, acting=acting)

    def _keep(self, work: Work, grant: Grant, decision: Decision) -> Decided:
        did = decision.effect is not Effect.ASK
        made = Decided(
            id=new_id("decision"),
            person=grant.person,
            grant=grant.id,
            recipient=grant.recipient,
            provider=grant.provider,
            dataset=grant.dataset,
            purpose=grant.purpose,
            effect=decision.effect,
            preference=decision.preference.id if decision.preference else None,
            reasons=decision.reasons,
            narrower=decision.narrower,
            at=work.now,
            undo_until=work.now + timedelta(days=self._limits.undo_days) if did else None,
        )
        work.insert(decisions, of_decided(made))
        self._tell(work, made, "decided")
        return made

    def _mark_undone(self, work: Work, found: Decided) -> Decided:
        undone = replace(found, undone=work.now)
        work.update(decisions, decisions.c.id == found.id, undone=work.now)
        if found.preference is not None:
            self._preferences.was_wrong(work, found.preference)
        self._tell(work, undone, "undone")
        return undone

    def _ask_again(self, work: Work, grant: Grant) -> Grant:
        names = ("person", "subject", "provider", "provider_name", "recipient", "recipient_name", "dataset", "purpose")
        same: dict[str, Any] = {name: getattr(grant, name) for name in (*names, "kinds", "until", "agreement", "items")}
        return self._consents.ask(work, **same, max_uses=grant.max_uses, why=grant.reason)

    def _tell(self, work: Work, decided: Decided, what: str) -> None:
        content = {"person": decided.person, "grant_id": decided.grant, "effect": decided.effect.value}
        content |= {"preference": decided.preference or ""}
        work.publish(Event(name=f"agent.{what}", about=decided.id, content=content, at=work.now))
        if self._note:
            self._note(work, f"agent.{what}", decided.id, decided.entry())

    def _of(self, work: Work, id: str, person: str) -> Decided:
        row = work.one(sa.select(decisions).where((decisions.c.id == id) & (decisions.c.person == person)))
        if row is None:
            raise NotFound(f"There is no decision {id[:100]}.")
        return to_decided(row)

    def _yeses(self, work: Work, person: str) -> int:
        mine = (decisions.c.person == person) & (decisions.c.effect == Effect.ALWAYS)
        query = sa.select(sa.func.count()).select_from(decisions).where(mine & (decisions.c.at > work.now - A_DAY))
        return int(work.connection.execute(query).scalar_one())

    def _taken_back(self, work: Work, grant: Grant) -> datetime | None:
        same = (decisions.c.person == grant.person) & decisions.c.undone.is_not(None)
        for name, value in use_of(grant).items():
            same &= decisions.c[name] == value
        row = work.one(sa.select(decisions.c.undone).where(same).order_by(decisions.c.undone.desc()).limit(1))
        return row["undone"] if row else None
