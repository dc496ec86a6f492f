"""Mandates: who may act for whom, asked before every act, with people's own words and the line of who really acted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict, NotFound
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.mandate import rules
from skillspace.trust.mandate.births import Births
from skillspace.trust.mandate.errors import NeedsSecondGuardian, OwnActOnly
from skillspace.trust.mandate.machine import AGENT, OFFICER, PRINCIPAL, MandateState
from skillspace.trust.mandate.model import (
    GIVING,
    Act,
    Acting,
    Capacity,
    Done,
    Mandate,
    Question,
    Settings,
    Standing,
    Word,
    checked_text,
)
from skillspace.trust.mandate.ports import IsOfficer, Note, RolesOf
from skillspace.trust.mandate.store import (
    acts,
    agreements,
    concerns,
    mandates,
    to_concern,
    to_done,
    to_mandate,
    to_word,
    words,
)
from skillspace.wire.canonical import digest

LINES = 500
_ALIKE = (words.c.purpose == sa.bindparam("purpose")) & (words.c.recipient == sa.bindparam("recipient"))
_WORDS_ON = (
    sa.select(words)
    .where(words.c.person == sa.bindparam("person"), _ALIKE | (words.c.about == sa.bindparam("about")))
    .order_by(words.c.number)
)


class Mandates:
    """The mandates of the people whose spaces this node keeps, for whoever must know who may act."""

    def __init__(
        self, *, births: Births, settings: Settings, is_officer: IsOfficer, roles_of: RolesOf, note: Note | None = None
    ) -> None:
        self._births = births
        self._settings = settings
        self._is_officer = is_officer
        self._roles_of = roles_of
        self._note = note

    def standing(self, work: Work, person: str, at: datetime) -> Standing:
        """Return who decides for a person: the one thing of their age that is told."""
        return self._births.standing(work, person, at)

    def check(
        self,
        work: Work,
        *,
        principal: str,
        actor: str,
        act: Act,
        purpose: str = "",
        kinds: Collection[str] = (),
        recipient: str = "",
        at: datetime,
        about: str = "",
        terms: str = "",
    ) -> Acting:
        """Return as what `actor` may do `act` for `principal`, or raise why not (`rules.decide` names the leaves).

        `recipient` is a DID; `about` the identifier of the ask or grant, without which no assent and no joint
        agreement is found; `terms` what joint guardians agree to besides, as one text. Writes nothing, so that a page
        may ask for its buttons.
        """
        asked = self._question(work, principal, actor, act, purpose, kinds, recipient, about, terms)
        return self._decide(work, asked, at)

    def agree(
        self,
        work: Work,
        *,
        principal: str,
        actor: str,
        act: Act,
        purpose: str,
        kinds: Collection[str],
        recipient: str,
        about: str,
        terms: str = "",
    ) -> Acting | None:
        """Let a joint guardian agree to giving data away; return the `Acting` once a second one has, else None.

        Both must agree to the same thing, word for word, within the settings' time. All other rules are checked first.
        Raises as `check`, and BadInput for an act that guardians need not do jointly.
        """
        if act not in GIVING or not about:
            raise BadInput("Guardians agree jointly on one grant or share, which has to be named.")
        asked = self._question(work, principal, actor, act, purpose, kinds, recipient, about, terms)
        try:
            return self._decide(work, asked, work.now)
        except NeedsSecondGuardian:
            pass
        for mandate in self._of_pair(work, principal, actor):
            if mandate.capacity is Capacity.GUARDIAN and mandate.is_in_force(work.now):
                row = {"mandate": mandate.id, "digest": _digest(asked), "at": work.now}
                work.upsert(agreements, row, on=("mandate", "digest"))
                content = {"mandate": mandate.id, "principal": principal, "act": act.value, "grant": about}
                work.publish(Event(name="mandate.second_wanted", about=mandate.id, content=content, at=work.now))
        try:
            return self._decide(work, asked, work.now)
        except NeedsSecondGuardian:
            return None

    def take_back(self, work: Work, id: str, actor: str) -> int:
        """Take back whatever a joint guardian agreed to under a mandate of theirs and return how much that was."""
        if self.find(work, id).agent != actor:
            raise NotFound(f"There is no mandate {id[:100]}.")
        return work.delete(agreements, agreements.c.mandate == id)

    def say(
        self,
        work: Work,
        person: str,
        *,
        actor: str,
        about: str,
        is_yes: bool,
        purpose: str = "",
        kinds: Collection[str] = (),
        recipient: str = "",
    ) -> None:
        """Keep a person's own word on one ask, with its time: a child's assent or no, a young person's refusal.

        The newest word counts; the older ones stay. `purpose`, `kinds` and `recipient` are those of the ask: an assent
        covers nothing beyond them, and a no holds for the same data and recipient in other asks too. Raises OwnActOnly
        when `actor`, the account that is signed in, is not the person, whoever it acts for.
        """
        if actor != person:
            raise OwnActOnly("Only the person themselves says their own yes or no.")
        word = Word(
            id=new_id("word"),
            person=person,
            about=checked_text("thing to say a word about", about),
            is_yes=is_yes,
            purpose=purpose,
            kinds=frozenset(kinds),
            recipient=recipient,
            at=work.now,
        )
        work.insert(words, {**vars(word), "kinds": sorted(word.kinds)})
        if self._note:
            self._note(work, "mandate.own_word", word.id, word.entry())

    def said(self, work: Work, person: str) -> list[Word]:
        """Return a person's own words, oldest first."""
        query = sa.select(words).where(words.c.person == person).order_by(words.c.number)
        return [to_word(row) for row in work.rows(query)]

    def record(
        self,
        work: Work,
        acting: Acting,
        *,
        purpose: str = "",
        kinds: Collection[str] = (),
        recipient: str = "",
        by: tuple[str, str, str] | None = None,
    ) -> Done:
        """Write who really did an act, in the transaction that does it; of the person's own yes or no, the word too.

        `by` names what did it in the person's stead without a mandate: who, as what (a program), and what lets it.
        """
        capacity = acting.capacity.value if acting.capacity else ""
        actor, capacity, mandate = by or (acting.actor, capacity, acting.mandate_id or "")
        done = Done(
            id=new_id("act"),
            at=work.now,
            principal=acting.principal,
            actor=actor,
            capacity=capacity,
            mandate=mandate,
            act=acting.act.value,
            about=acting.about,
        )
        work.insert(acts, vars(done))
        if self._note:
            self._note(work, "mandate.act", done.id, done.entry())
        is_no = acting.act in (Act.REFUSE, Act.REVOKE)
        if acting.is_self and acting.about and (is_no or acting.act in GIVING):
            self.say(
                work,
                acting.principal,
                actor=acting.actor,
                about=acting.about,
                is_yes=not is_no,
                purpose=purpose,
                kinds=kinds,
                recipient=recipient,
            )
        return done

    def done_for(self, work: Work, principal: str, *, limit: int = LINES) -> list[Done]:
        """Return what was done for a person, by whom, latest first."""
        query = sa.select(acts).where(acts.c.principal == principal).order_by(acts.c.at.desc(), acts.c.id.desc())
        return [to_done(row) for row in work.rows(query.limit(limit))]

    def find(self, work: Work, id: str) -> Mandate:
        """Return a mandate, for rooms of this node; raise NotFound."""
        row = work.one(sa.select(mandates).where(mandates.c.id == id))
        if row is None:
            raise NotFound(f"There is no mandate {id[:100]}.")
        return to_mandate(row)

    def of_principal(self, work: Work, person: str) -> list[Mandate]:
        """Return every mandate to act for a person, latest first."""
        return self._rows(work, mandates.c.principal == person)

    def of_agent(self, work: Work, agent: str) -> list[Mandate]:
        """Return every mandate somebody has, latest first."""
        return self._rows(work, mandates.c.agent == agent)

    def acting_for(self, work: Work, actor: str) -> list[Mandate]:
        """Return the mandates under which somebody may act now: whom a session could be switched to."""
        usable = []
        for mandate in self.of_agent(work, actor):
            standing = self.standing(work, mandate.principal, work.now)
            if rules.is_usable(mandate, standing, work.now):
                usable.append(mandate)
        return usable

    def waiting(self, work: Work) -> list[Mandate]:
        """Return the proposals that wait for an officer, oldest first."""
        proposed = self._rows(work, mandates.c.state == MandateState.PROPOSED)
        return [mandate for mandate in reversed(proposed) if OFFICER in mandate.awaits]

    def guardians(
        self, work: Work, states: Collection[MandateState], *, code: str = "", offset: int = 0, limit: int = LINES
    ) -> tuple[int, list[Mandate]]:
        """Return how many mandates of guardians are in these states, and some of them, the last moved first.

        `code` leaves only those of one account, on either side.
        """
        where = (mandates.c.capacity == Capacity.GUARDIAN) & mandates.c.state.in_(sorted(states))
        if code:
            where &= (mandates.c.principal == code) | (mandates.c.agent == code)
        count = work.connection.execute(sa.select(sa.func.count()).select_from(mandates).where(where)).scalar_one()
        query = sa.select(mandates).where(where).order_by(mandates.c.changed.desc(), mandates.c.id.desc())
        return count, [to_mandate(row) for row in work.rows(query.offset(offset).limit(limit))]

    def party(self, work: Work, mandate: Mandate, who: str) -> str:
        """Return which party somebody is to a mandate; for all others it does not exist (NotFound)."""
        if who == mandate.principal:
            return PRINCIPAL
        if who == mandate.agent:
            return AGENT
        if self._is_officer(work, who):
            return OFFICER
        raise NotFound(f"There is no mandate {mandate.id[:100]}.")

    def document(self, work: Work, id: str, reader: str) -> str:
        """Return the signed mandate for one of its parties; raise NotFound for others, Conflict before it is active."""
        mandate = self.find(work, id)
        self.party(work, mandate, reader)
        if not mandate.document:
            raise Conflict(f"The mandate {id} was never active, so there is no document of it.")
        return mandate.document

    def exhibit(self, work: Work, ids: Collection[str]) -> dict[str, dict[str, object] | None]:
        """Return what the tables say now of mandates, acts, own words and worries, as the journal holds it; None
        where a row is gone."""
        found: dict[str, dict[str, object] | None] = dict.fromkeys(ids)
        for row in work.rows(sa.select(mandates).where(mandates.c.id.in_(ids))):
            found[row["id"]] = to_mandate(row).entry()
        for row in work.rows(sa.select(acts).where(acts.c.id.in_(ids))):
            found[row["id"]] = to_done(row).entry()
        for row in work.rows(sa.select(words).where(words.c.id.in_(ids))):
            found[row["id"]] = to_word(row).entry()
        for row in work.rows(sa.select(concerns).where(concerns.c.id.in_(ids))):
            found[row["id"]] = to_concern(row).entry()
        return found

    def exhibited(self, work: Work) -> Iterator[str]:
        """Give the identifiers of all that `exhibit` speaks of."""
        for table in (mandates, acts, words, concerns):
            for row in work.rows(sa.select(table.c.id).order_by(table.c.id)):
                yield str(row["id"])

    def _decide(self, work: Work, asked: Question, at: datetime) -> Acting:
        facts = rules.Facts(
            standing=self.standing(work, asked.principal, at),
            mandates=self._of_pair(work, asked.principal, asked.actor) if asked.actor != asked.principal else (),
            words=self._words_on(work, asked) if asked.act in GIVING else (),
            another_agreed=lambda mandate: self._another_agreed(work, asked, mandate, at),
            at=at,
        )
        return rules.decide(asked, facts)

    def _words_on(self, work: Work, asked: Question) -> list[Word]:
        """Return the person's own words that may bear on this, oldest first: on the thing, or on its like."""
        known = {"person": asked.principal, "purpose": asked.purpose, "recipient": asked.recipient}
        return [to_word(row) for row in work.rows(_WORDS_ON, **known, about=asked.about)]

    def _another_agreed(self, work: Work, asked: Question, mine: Mandate, at: datetime) -> bool:
        """Whether a second guardian, whose own mandate covers the same act now, agreed to the same thing."""
        known = agreements.join(mandates, mandates.c.id == agreements.c.mandate)
        fresh = (agreements.c.digest == _digest(asked)) & (agreements.c.at > at - self._settings.joint_within)
        others = (mandates.c.principal == asked.principal) & (mandates.c.agent != mine.agent)
        for row in work.rows(sa.select(mandates).select_from(known).where(fresh & others)):
            other = to_mandate(row)
            if other.capacity is Capacity.GUARDIAN and rules.covers(asked, other, at):
                return True
        return False

    def _of_pair(self, work: Work, principal: str, agent: str) -> list[Mandate]:
        return self._rows(work, (mandates.c.principal == principal) & (mandates.c.agent == agent))

    def _rows(self, work: Work, where: sa.ColumnElement[bool]) -> list[Mandate]:
        query = sa.select(mandates).where(where).order_by(mandates.c.proposed.desc(), mandates.c.id.desc())
        return [to_mandate(row) for row in work.rows(query)]

    def _question(
        self,
        work: Work,
        principal: str,
        actor: str,
        act: Act,
        purpose: str,
        kinds: Collection[str],
        recipient: str,
        about: str,
        terms: str,
    ) -> Question:
        if isinstance(kinds, str):
            raise BadInput("Kinds of data are a list of names.")
        return Question(
            principal=principal,
            actor=actor,
            act=act,
            purpose=purpose,
            kinds=frozenset(kinds),
            recipient=recipient,
            roles=self._roles_of(work, recipient) if recipient and actor != principal else frozenset(),
            about=about,
            terms=terms,
        )


def _digest(asked: Question) -> str:
    """Return what two guardians' agreements must have in common: everything but who agrees."""
    same = ("principal", "act", "purpose", "recipient", "about", "terms")
    return digest({name: str(getattr(asked, name)) for name in same} | {"kinds": sorted(asked.kinds)})
