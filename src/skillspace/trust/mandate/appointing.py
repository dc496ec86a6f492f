"""Appointing: how mandates come to be, rest and end; each move, its journal entry and its event in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict, Refused
from skillspace.kernel.events import Event
from skillspace.storage.database import Work
from skillspace.trust.mandate import rules
from skillspace.trust.mandate.births import Births, joined
from skillspace.trust.mandate.document import write_mandate
from skillspace.trust.mandate.errors import AgeUnknown, EvidenceRefused, NeedsGuardian, Outgrown
from skillspace.trust.mandate.guardianship import Guardianship
from skillspace.trust.mandate.handover import HandOver, Why
from skillspace.trust.mandate.machine import AGENT, CLOCK, MANDATE, NODE, OFFICER, PRINCIPAL, MandateState
from skillspace.trust.mandate.model import (
    ALL,
    DECIDING,
    ERASED,
    Act,
    Capacity,
    Evidence,
    Mandate,
    Outgrows,
    Proof,
    Scope,
    Stage,
    checked_text,
)
from skillspace.trust.mandate.ports import Forget, IdentifiersOf, IsOfficer, Note, StatusRegister
from skillspace.trust.mandate.proposing import proposed, seen_evidence
from skillspace.trust.mandate.service import Mandates
from skillspace.trust.mandate.store import (
    acts,
    asked_again,
    concerns,
    from_mandate,
    mandates,
    to_done,
    to_mandate,
    words,
)
from skillspace.wire.jose import SigningKey

#: A proposal nobody answers is gone after this.
PROPOSAL_WAITS = timedelta(days=60)
#: How many mandates or grants one transaction of the clock moves at most.
BATCH = 100
_LIVING = (MandateState.PROPOSED, MandateState.ACTIVE, MandateState.SUSPENDED)


class Appointing:
    """Who makes, accepts, suspends and ends mandates at this intermediary (`own_did`), which signs them with `key`."""

    def __init__(
        self,
        *,
        own_did: str,
        key: SigningKey,
        births: Births,
        mandates: Mandates,
        hand_over: HandOver,
        is_officer: IsOfficer,
        identifiers_of: IdentifiersOf,
        note: Note | None = None,
        forget: Forget | None = None,
        register: StatusRegister | None = None,
    ) -> None:
        self._own_did = own_did
        self._key = key
        self._births = births
        self._mandates = mandates
        self._hand_over = hand_over
        self._is_officer = is_officer
        self._identifiers_of = identifiers_of
        self._note = note
        self._forget = forget
        self._register = register

    def name_agent(
        self,
        work: Work,
        *,
        principal: str,
        agent: str,
        capacity: Capacity,
        scope: Scope,
        ends: datetime,
        starts: datetime | None = None,
    ) -> Mandate:
        """Let a person who decides alone name somebody; the agent has to accept.

        Raises NeedsGuardian or AgeUnknown for others, BadInput (a guardian is not named), Conflict when there is one.
        """
        self._mandates.check(work, principal=principal, actor=principal, act=Act.NAME_AGENT, at=work.now)
        if capacity is Capacity.GUARDIAN:
            raise BadInput("A guardian is not named but shown by evidence.")
        word = Evidence(type=Proof.DECLARATION, issuer=principal, reference="own word", checked_at=work.now)
        made = proposed(work, principal, agent, capacity, scope, (word,), starts, ends, by=principal)
        return self._propose(work, replace(made, awaits=(AGENT,)))

    def appoint(
        self,
        work: Work,
        *,
        officer: str,
        principal: str,
        agent: str,
        capacity: Capacity,
        scope: Scope,
        evidence: Iterable[Evidence],
        ends: datetime,
        starts: datetime | None = None,
        jointly: bool = False,
    ) -> Mandate:
        """Let an officer who saw the evidence propose a mandate; the agent accepts, and whoever decides alone, too.

        Raises Refused (no officer), EvidenceRefused, AgeUnknown, Outgrown, BadInput, Conflict.
        """
        self._check_officer(work, officer, principal, agent)
        seen = seen_evidence(work, evidence, officer, capacity)
        made = proposed(work, principal, agent, capacity, scope, seen, starts, ends, by=officer, jointly=jointly)
        placed = self._placed(work, made)
        return self._propose(work, replace(placed, awaits=(*placed.awaits, AGENT)))

    def request(
        self,
        work: Work,
        *,
        agent: str,
        principal: str,
        scope: Scope,
        evidence: Iterable[Evidence],
        ends: datetime,
        jointly: bool = False,
    ) -> Mandate:
        """Let somebody ask to act as a guardian; an officer checks their evidence (`confirm`). Tells nothing of the
        child. Raises BadInput, Conflict."""
        told = tuple(replace(each, checked_by="", checked_at=None) for each in evidence)
        guardian = Capacity.GUARDIAN
        made = proposed(work, principal, agent, guardian, scope, told, None, ends, by=agent, jointly=jointly)
        return self._propose(work, replace(made, awaits=(OFFICER,)))

    def present(
        self,
        work: Work,
        *,
        agent: str,
        principal: str,
        guardianship: Guardianship,
        scope: Scope,
        ends: datetime,
        jointly: bool = False,
    ) -> Mandate:
        """Let a guardian act at once by a verified credential (`read_guardianship`) about the two of them.

        Both must have proved the identifiers in it. Joint custody makes the mandate joint; it ends with the credential.
        What an officer once stopped needs an officer again. Raises EvidenceRefused, AgeUnknown, Outgrown, BadInput.
        """
        if guardianship.guardian not in self._identifiers_of(work, agent):
            raise EvidenceRefused("The credential is about another guardian than the one who shows it.")
        if guardianship.child not in self._identifiers_of(work, principal):
            raise EvidenceRefused("The credential is about another child.")
        shown = Evidence(
            type=Proof.CREDENTIAL,
            issuer=guardianship.issuer,
            reference=guardianship.reference,
            checked_by=self._own_did,
            checked_at=work.now,
        )
        end = min(ends, guardianship.until) if guardianship.until else ends
        is_joint = jointly or guardianship.is_joint
        guardian = Capacity.GUARDIAN
        made = proposed(work, principal, agent, guardian, scope, (shown,), None, end, by=agent, jointly=is_joint)
        placed = self._placed(work, made)
        awaits = (*placed.awaits, OFFICER) if self._was_stopped(work, made) else placed.awaits
        return self._activated(work, self._propose(work, replace(placed, awaits=awaits)))

    def confirm(
        self, work: Work, id: str, officer: str, evidence: Iterable[Evidence], *, jointly: bool = False
    ) -> Mandate:
        """Let an officer accept what waits for one, with the evidence as seen by them. Raises as `appoint`.

        `jointly` is what the evidence says: it binds somebody who asked to act alone, and frees nobody.
        """
        waiting = self._mandates.find(work, id)
        self._check_officer(work, officer, waiting.principal, waiting.agent)
        seen = seen_evidence(work, evidence, officer, waiting.capacity)
        shown = replace(waiting, evidence=seen, jointly=waiting.jointly or jointly)
        return self._accept(work, self._placed(work, shown), officer, OFFICER)

    def accept(self, work: Work, id: str, by: str) -> Mandate:
        """Let principal or agent say yes to a mandate that waits for them; raise NotFound, Conflict, NeedsGuardian."""
        waiting = self._mandates.find(work, id)
        party = self._mandates.party(work, waiting, by)
        if party == OFFICER:
            raise Conflict("An officer confirms with evidence.")
        self._check_principal_may(work, waiting, party)
        return self._accept(work, waiting, by, party)

    def refuse(self, work: Work, id: str, by: str, reason: str = "") -> Mandate:
        """Say no to a proposal; a `reason` both parties read, here and below. Raises BadInput for one too long."""
        return self._by_party(work, id, "refuse", by, reason)

    def suspend(self, work: Work, id: str, by: str, reason: str = "") -> Mandate:
        """Let a mandate rest: nothing can be done under it until the same party lets it go on."""
        return self._by_party(work, id, "suspend", by, reason)

    def resume(self, work: Work, id: str, by: str, reason: str = "") -> Mandate:
        """Let a resting mandate go on; raise Refused when the other party suspended it."""
        return self._by_party(work, id, "resume", by, reason)

    def end(self, work: Work, id: str, by: str, reason: str = "") -> Mandate:
        """End a mandate for good: the agent steps back, the principal takes it back, or an officer acts on a ruling.

        Grants a guardian gave under it are asked for again. A child cannot end a guardian's (NeedsGuardian).
        """
        return self._by_party(work, id, "end", by, reason)

    def tick(self, work: Work) -> int:
        """Do what the clock wants: expire, hand over at birthdays, stop what nobody confirmed.

        Moves at most `BATCH` of each and returns how many, so that 0 means there is nothing left to do now.
        """
        count = 0
        living = mandates.c.state.in_(_LIVING)
        begun = mandates.c.state.in_([MandateState.ACTIVE, MandateState.SUSPENDED])
        waited = (mandates.c.state == MandateState.PROPOSED) & (mandates.c.proposed <= work.now - PROPOSAL_WAITS)
        for mandate in self._due(work, sa.select(mandates).where(living & ((mandates.c.ends <= work.now) | waited))):
            self._move(work, mandate, "expire", CLOCK, by="")
            count += 1
        for bound in (Outgrows.CONSENT, Outgrows.MAJORITY):
            grown = self._births.grown(work.now, of_age=bound is Outgrows.MAJORITY)
            query = joined().where(begun & (mandates.c.outgrows == bound) & grown)
            for mandate in self._due(work, query):
                self._move(work, mandate, "outgrow", CLOCK, by="")
                count += 1
        return count + self._hand_over.lapse_due(work)

    def erase(self, work: Work, person: str) -> int:
        """Forget a person and return how many mandates that touched.

        Mandates for them go, with their age, words and grants asked again. Mandates they had for others end, and what
        they did for others stays under a random name; grants they gave as a guardian are asked for again.
        """
        mine, given = self._mandates.of_principal(work, person), self._mandates.of_agent(work, person)
        for mandate in (*mine, *given):
            if mandate.state not in MANDATE.final:
                move = "refuse" if mandate.state is MandateState.PROPOSED else "end"
                self._move(work, mandate, move, AGENT, by="", ask_again=mandate.agent == person)
        forgotten = [mandate.id for mandate in (*mine, *given)]
        for table, owner in ((words, words.c.person), (acts, acts.c.principal), (concerns, concerns.c.person)):
            forgotten += [str(row["id"]) for row in work.rows(sa.select(table.c.id).where(owner == person))]
            work.delete(table, owner == person)
        forgotten += self._births.erase(work, person)
        done = [to_done(row) for row in work.rows(sa.select(acts).where(acts.c.actor == person))]
        if self._forget:
            self._forget(work, forgotten + [line.id for line in done])
        work.delete(mandates, mandates.c.principal == person)
        work.delete(asked_again, asked_again.c.person == person)
        nobody = f"{ERASED}{secrets.token_hex(10)}"
        for mandate in self._mandates.of_agent(work, person):
            self._save(work, replace(mandate, agent=nobody, changed_by="", document="", reason=""))
        for line in done:
            work.update(acts, acts.c.id == line.id, actor=nobody)
            if self._note:
                self._note(work, "mandate.act", line.id, replace(line, actor=nobody).entry())
        return len(mine) + len(given)

    def _due(self, work: Work, query: sa.Select[tuple[object, ...]]) -> list[Mandate]:
        return [to_mandate(row) for row in work.rows(query.order_by(mandates.c.id).limit(BATCH))]

    def _placed(self, work: Work, mandate: Mandate) -> Mandate:
        """Fit a mandate that rests on evidence to who decides for the principal now, and say whose yes it takes."""
        standing = self._mandates.standing(work, mandate.principal, work.now)
        if standing.stage is Stage.UNKNOWN:
            raise AgeUnknown("The age of the person to be acted for is not known; it has to be recorded first.")
        if self._mandates.standing(work, mandate.agent, work.now).stage is Stage.CHILD:
            raise EvidenceRefused("A child cannot act for another.")
        if standing.stage is Stage.CHILD:
            return replace(mandate, outgrows=Outgrows.CONSENT, awaits=())
        if mandate.capacity is not Capacity.GUARDIAN:
            return replace(mandate, outgrows=Outgrows.NEVER, awaits=(PRINCIPAL,))
        if standing.is_of_age:
            raise Outgrown("This person is of age and has no guardian.")
        if mandate.scope.acts & ({act.value for act in DECIDING} | {ALL}):
            raise Outgrown("This young person says yes and no alone; their guardian's mandate cannot cover that.")
        return replace(mandate, outgrows=Outgrows.MAJORITY, awaits=(PRINCIPAL,))

    def _propose(self, work: Work, mandate: Mandate) -> Mandate:
        pair = (mandates.c.principal == mandate.principal) & (mandates.c.agent == mandate.agent)
        same = pair & (mandates.c.capacity == mandate.capacity) & mandates.c.state.in_(_LIVING)
        if known := work.one(sa.select(mandates.c.id).where(same)):
            raise Conflict(f"There is such a mandate already ({known['id']}); end it before a new one is made.")
        work.insert(mandates, from_mandate(mandate))
        self._announce(work, mandate)
        return mandate

    def _accept(self, work: Work, mandate: Mandate, by: str, party: str) -> Mandate:
        state = MANDATE.step(mandate.state, "accept", party)
        stored = self._mandates.find(work, mandate.id)
        if party not in stored.awaits:
            raise Conflict(f"The mandate {mandate.id} does not wait for a yes of this one.")
        # What an officer saw may make it need the principal's yes; what others said before stays said.
        rest = tuple(mandate.awaits if party == OFFICER else (each for each in stored.awaits if each != party))
        accepted = replace(mandate, state=state, awaits=rest, changed=work.now, changed_by=by)
        return self._activated(work, self._save(work, accepted))

    def _activated(self, work: Work, mandate: Mandate) -> Mandate:
        """Sign and activate a mandate nobody's yes is missing of; any other stays as it is."""
        if mandate.awaits:
            return mandate
        standing = self._mandates.standing(work, mandate.principal, work.now)
        rules.check_outgrown(mandate, standing)
        if mandate.outgrows is Outgrows.CONSENT and standing.stage is Stage.UNKNOWN:
            raise AgeUnknown("The person's age is no longer known; it has to be recorded first.")
        if mandate.ends <= work.now:
            raise Conflict(f"The time of mandate {mandate.id} is over.")
        status = self._register.allocate(work) if self._register else None
        state, starts = MANDATE.step(mandate.state, "activate", NODE), max(mandate.starts, work.now)
        active = replace(mandate, state=state, starts=starts, changed=work.now)
        document = write_mandate(active, key=self._key, own_did=self._own_did, at=work.now, status=status)
        index = int(str(status["statusListIndex"])) if status else None
        return self._save(work, replace(active, document=document, status_index=index))

    def _by_party(self, work: Work, id: str, move: str, by: str, reason: str) -> Mandate:
        mandate = self._mandates.find(work, id)
        party = self._mandates.party(work, mandate, by)
        self._check_principal_may(work, mandate, party)
        if move == "resume" and mandate.suspended_by not in ("", party):
            raise Refused(f"The mandate {id} was suspended by the {mandate.suspended_by}, who alone lets it go on.")
        why = checked_text("reason", reason) if reason else ""
        return self._move(work, mandate, move, party, by=by, reason=why)

    def _check_principal_may(self, work: Work, mandate: Mandate, party: str) -> None:
        """A child may stop a coach, but neither take nor dismiss a guardian."""
        if party != PRINCIPAL or mandate.capacity is not Capacity.GUARDIAN:
            return
        if self._mandates.standing(work, mandate.principal, work.now).stage is not Stage.SELF:
            raise NeedsGuardian("A child cannot change who their guardian is; an officer can.")

    def _move(
        self, work: Work, mandate: Mandate, move: str, party: str, *, by: str, reason: str = "", ask_again: bool = True
    ) -> Mandate:
        state = MANDATE.step(mandate.state, move, party)
        suspended_by = party if move == "suspend" else "" if move == "resume" else mandate.suspended_by
        moved = replace(mandate, state=state, suspended_by=suspended_by, changed=work.now, changed_by=by, reason=reason)
        self._save(work, moved)
        if state in MANDATE.final and mandate.state is not MandateState.PROPOSED:
            if self._register and mandate.status_index is not None:
                self._register.revoke(work, mandate.status_index)
            if ask_again and mandate.capacity is Capacity.GUARDIAN:
                why = Why.GROWN if state is MandateState.OUTGROWN else Why.GUARDIAN_ENDED
                self._hand_over.begin(work, moved, why)
        return moved

    def _save(self, work: Work, mandate: Mandate) -> Mandate:
        work.update(mandates, mandates.c.id == mandate.id, **from_mandate(mandate))
        self._announce(work, mandate)
        return mandate

    def _announce(self, work: Work, mandate: Mandate) -> None:
        """Write the journal and tell both parties."""
        if self._note:
            self._note(work, f"mandate.{mandate.state}", mandate.id, mandate.entry())
        content = {"principal": mandate.principal, "agent": mandate.agent, "capacity": mandate.capacity.value}
        told = content | {"mandate": mandate.id, "awaits": list(mandate.awaits)}
        work.publish(Event(name=f"mandate.{mandate.state}", about=mandate.id, content=told, at=work.now))

    def _was_stopped(self, work: Work, mandate: Mandate) -> bool:
        """Whether somebody else than the guardian ended, refused or paused such a mandate of this pair before.

        A pause counts on when the guardian steps back from it, or it runs out: neither lifts it.
        """
        pair = (mandates.c.principal == mandate.principal) & (mandates.c.agent == mandate.agent)
        over = mandates.c.state.in_([MandateState.ENDED, MandateState.REFUSED])
        stopped = (over & (mandates.c.changed_by != mandate.agent)) | (mandates.c.suspended_by != "")
        query = sa.select(mandates.c.id).where(pair & (mandates.c.capacity == Capacity.GUARDIAN) & stopped)
        return work.one(query) is not None

    def _check_officer(self, work: Work, officer: str, principal: str, agent: str) -> None:
        if officer in (principal, agent) or not self._is_officer(work, officer):
            raise Refused("Only an officer of this node who is no party to it decides on this mandate.")
