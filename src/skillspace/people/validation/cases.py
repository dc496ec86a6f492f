"""Cases: people ask organisations to validate a skill, release the evidence they choose, follow it and stop it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from skillspace.exchange import Exchange, Offering
from skillspace.kernel.errors import BadInput, Conflict, MoveNotAllowed, NotFound
from skillspace.kernel.ids import new_id
from skillspace.people.accounts import Accounts
from skillspace.people.profile import Profile, ProfileSkill
from skillspace.people.sharing import EVIDENCE_DATASET
from skillspace.people.validation.machine import CASE, CLOCK, ORGANISATION, OVER, PERSON, RECOGNISING, WITHIN, CaseState
from skillspace.people.validation.messages import Steps, heard
from skillspace.people.validation.model import (
    KINDS,
    LASTS,
    MAX_RECORDS,
    MAX_WORDS,
    PURPOSE,
    RECORDS,
    SEND,
    SKILLS,
    TAKE,
    WATCH,
    WATCH_EVERY,
    Case,
    CaseOver,
    NobodyValidates,
    Step,
    WordsMissing,
    step_json,
)
from skillspace.people.validation.recording import recognised, taken_back
from skillspace.people.validation.store import case_of, cases
from skillspace.records.credentials import KeyResolver
from skillspace.records.credentials.verdict import StatusCheck
from skillspace.records.trail import Check, Trail, carrying, replay
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook
from skillspace.trust.consent import Acting, Consents, Grant, GrantState, subject_for
from skillspace.trust.consent.ports import FindMember, Note
from skillspace.trust.contract import Agreement
from skillspace.trust.identity import Peer
from skillspace.trust.policy import offer_rules

TITLE = {
    "en": "Evidence, for validating a skill",
    "fr": "Preuves, pour valider une compétence",
    "sv": "Underlag, för att validera en kompetens",
}
DESCRIPTION = {"en": "What people release when they ask for the validation of a skill; it is sent, and never fetched."}


class Validations:
    """The cases of the people of this node; `validators` are whom they may ask, as its operator wrote down."""

    def __init__(
        self,
        *,
        validators: Collection[str],
        exchange: Exchange,
        consents: Consents,
        accounts: Accounts,
        profile: Profile,
        find_member: FindMember,
        resolve_key: KeyResolver,
        check_status: StatusCheck,
        fetch_list: Callable[[str], str],
        database: Database,
        note: Note,
    ) -> None:
        self._validators = frozenset(validators)
        self._exchange = exchange
        self._consents = consents
        self._accounts = accounts
        self._profile = profile
        self._find_member = find_member
        self._resolve_key = resolve_key
        self._check_status = check_status
        self._fetch_list = fetch_list
        self._database = database
        self._note = note

    def register(self, book: TaskBook) -> None:
        """Follow how consents end."""
        book.on_event("consent.revoked", lambda work, event: self._consent_over(work, event, "withdraw", PERSON))
        for end in ("expired", "terminated"):
            book.on_event(f"consent.{end}", lambda work, event: self._consent_over(work, event, "lapse", CLOCK))

    def start(self, work: Work) -> None:
        """Offer people's evidence to the validators, to bind them by its terms; nothing can be fetched under it."""
        known = self._exchange.catalog.offering(work, EVIDENCE_DATASET)
        if set(known.visible_to if known else ()) == self._validators:
            return
        if not self._validators:
            self._exchange.catalog.withdraw(work, EVIDENCE_DATASET)
            return
        self._exchange.catalog.publish(
            work,
            Offering(
                id=EVIDENCE_DATASET,
                title=TITLE,
                description=DESCRIPTION,
                kinds=KINDS,
                personal=True,
                purposes=(PURPOSE,),
                media_type="application/json",
                policy=known.policy if known else offer_rules(purposes=[PURPOSE]),
                visible_to=tuple(sorted(self._validators)),
                updated=work.now,
            ),
        )

    def organisations(self, work: Work) -> list[Peer]:
        """Return who may be asked: members that agreed to the terms of people's evidence, by name."""
        found = [self._find_member(work, did) for did in self._validators if self.agreement(work, did) is not None]
        return sorted((one for one in found if one is not None), key=lambda one: one.name)

    def ask(
        self,
        work: Work,
        *,
        person: str,
        organisation: str,
        skill: str,
        words: str,
        records: Collection[str] = (),
        acting: Acting | None = None,
    ) -> Case:
        """Ask an organisation (a DID) to validate a skill, with these documents as evidence: the person's own act.

        Raises NobodyValidates, NotFound for a skill or document the person does not have, WordsMissing, BadInput, and
        Conflict while the same is asked already.
        """
        known = self._skill(work, person, skill)
        same = cases.c.person == person, cases.c.organisation == organisation, cases.c.skill == skill
        if any(case_of(row).state not in OVER for row in work.rows(sa.select(cases).where(*same))):
            raise Conflict("You have asked this organisation already to validate this skill.")
        grant = self._yes(work, person, organisation, skill, words, records, acting)
        name = new_id("case")
        step = Step(party=PERSON, move="ask", words=_words(words), level=None, at=work.now)
        row: dict[str, object] = {"id": name, "person": person, "organisation": organisation}
        row |= {"organisation_name": grant.recipient_name}
        row |= {"skill": skill, "label": known.label, "grant_id": grant.id, "state": CaseState.ASKED.value}
        row |= {"made": work.now, "changed": work.now, "due": work.now + WITHIN[CaseState.ASKED]}
        work.insert(cases, row | {"more": [], "steps": [step_json(step)]})
        self._leave(work, name, grant.id)
        self._tell(work, name, CaseState.ASKED, organisation)
        return self.case(work, person, name)

    def send_evidence(
        self, work: Work, person: str, name: str, *, words: str, records: Collection[str], acting: Acting | None = None
    ) -> Case:
        """Send more, when the organisation wants it. Raises as `ask`, and MoveNotAllowed."""
        case = self.case(work, person, name)
        CASE.step(case.state, "send evidence", PERSON)
        grant = self._yes(work, person, case.organisation, case.skill, words, records, acting)
        work.update(cases, cases.c.id == name, more=[*case.more, grant.id])
        self._leave(work, name, grant.id)
        return self._step(work, case, "send evidence", PERSON, words=_words(words))

    def withdraw(self, work: Work, person: str, name: str, *, acting: Acting | None = None) -> Case:
        """Stop a case, and with it every yes to it; the organisation is told, and deletes. Raises MoveNotAllowed."""
        case = self.case(work, person, name)
        moved = self._step(work, case, "withdraw", PERSON)
        for grant in (case.grant_id, *case.more):
            if self._consents.find(work, grant).state is GrantState.GRANTED:
                self._consents.revoke(work, grant, person, acting=acting)
        return moved

    def again(self, work: Work, person: str, name: str) -> None:
        """Try once more to deliver what could not be delivered. Raises NotFound, CaseOver."""
        case = self.case(work, person, name)
        if case.state in OVER:
            raise CaseOver()
        work.update(cases, cases.c.id == name, problem=None)
        for grant in (case.grant_id, *case.more):
            self._leave(work, name, grant)

    def of_person(self, work: Work, person: str) -> list[Case]:
        """Return a person's cases, the latest first."""
        query = sa.select(cases).where(cases.c.person == person).order_by(cases.c.made.desc(), cases.c.id)
        return [case_of(row) for row in work.rows(query)]

    def case(self, work: Work, person: str, name: str) -> Case:
        """Return one case of a person; raise NotFound."""
        row = work.where(cases, id=name, person=person)
        if row is None:
            raise NotFound("You have no such case.")
        return case_of(row)

    def replayed(self, case: Case) -> tuple[Check, ...]:
        """Replay the trail of a case as of now, hop by hop; nothing where there is none. Call it outside of any
        transaction: issuers are asked for their keys, and whether they took a hop back."""
        if case.trail is None:
            return ()
        return replay(case.trail, self._resolve_key, self._database.clock(), self._check_status).checks

    def along(self, case: Case) -> Trail:
        """Return the trail of a case to be shown to others, with what its issuers say today of taking hops back. Raises
        NotFound where there is none. Call it outside of any transaction."""
        if case.trail is None:
            raise NotFound("This case has no trail.")
        return carrying(case.trail, self._resolve_key, self._database.clock(), self._fetch_list)

    def export(self, work: Work, person: str) -> list[dict[str, Any]]:
        """Return a person's cases, as they take them along: every step, and the trail as it was signed."""
        return [
            {
                "organisation": case.organisation_name,
                "skill": case.skill,
                "label": case.label,
                "state": case.state.value,
                "steps": [step_json(step) for step in case.steps],
                "trail": case.trail.to_json() if case.trail else None,
            }
            for case in self.of_person(work, person)
        ]

    def erase(self, work: Work, person: str) -> int:
        """Forget a person's cases and return how many there were; their consents end by themselves."""
        return work.delete(cases, cases.c.person == person)

    def hear(self, sender: Peer, name: str, message: Steps) -> None:
        """Take in an organisation's steps; those heard before change nothing. Opens a transaction of its own.

        Raises NotFound for another's case, Conflict when the case is over or the step does not fit, BadInput for a
        recognition whose trail does not hold.
        """
        with self._database.reading() as work:
            case = self._of(work, sender, name)
            subject = subject_for(self._accounts.get(work, case.person).secret, sender.did)
        steps = [heard(step) for step in message.steps]
        ends = steps[-1].move in RECOGNISING
        trail = Trail.from_json(message.trail) if ends and message.trail is not None else None
        at = self._database.clock()
        arrival = recognised(case, subject, sender, trail, self._resolve_key, at) if ends else None
        with self._database.writing() as work:
            case = self._of(work, sender, name)
            fresh = steps[sum(step.party == ORGANISATION for step in case.steps) :]
            if not fresh:
                return
            for step in fresh:
                case = self._step(work, case, step.move, ORGANISATION, words=step.words, level=step.level)
            if arrival is not None and trail is not None:
                work.update(cases, cases.c.id == name, trail=trail.to_json())
                self._profile.keep(work, arrival)
                work.enqueue(WATCH, {"case": name}, key=f"{WATCH} {name}", after=WATCH_EVERY)
                if message.offer is not None:
                    work.enqueue(TAKE, {"person": case.person, "offer": message.offer}, key=f"{TAKE} {name}")
            if case.state is CaseState.TAKEN_BACK and case.trail is not None:
                self._profile.keep(work, taken_back(case, case.trail))
            if case.state in OVER:
                self._let_go(work, case)

    def _yes(
        self,
        work: Work,
        person: str,
        organisation: str,
        skill: str,
        words: str,
        records: Collection[str],
        acting: Acting | None,
    ) -> Grant:
        """Give the organisation leave to see this skill and these documents, for this purpose and time."""
        _words(words)
        chosen = tuple(dict.fromkeys(records))
        if len(chosen) > MAX_RECORDS:
            raise BadInput(f"At most {MAX_RECORDS} documents can go along; choose the best.")
        for name in chosen:
            self._profile.record(work, person, name)
        agreement, member = self.agreement(work, organisation), self._find_member(work, organisation)
        if agreement is None or member is None:
            raise NobodyValidates()
        asked = self._consents.ask(
            work,
            person=person,
            subject=subject_for(self._accounts.get(work, person).secret, organisation),
            provider=self._consents.own_did,
            provider_name=self._consents.own_name,
            recipient=organisation,
            recipient_name=member.name,
            dataset=EVIDENCE_DATASET,
            purpose=PURPOSE,
            kinds=KINDS if chosen else (SKILLS,),
            until=work.now + LASTS,
            agreement=agreement.id,
            why="",
            items={SKILLS: (skill,)} | ({RECORDS: chosen} if chosen else {}),
        )
        return self._consents.grant(work, asked.id, person, acting=acting)

    def _skill(self, work: Work, person: str, skill: str) -> ProfileSkill:
        language = self._accounts.get(work, person).language
        found = next((one for one in self._profile.skills(work, person, language) if one.uri == skill), None)
        if found is None:
            raise NotFound("You have no such skill.")
        return found

    def agreement(self, work: Work, organisation: str) -> Agreement | None:
        """Return what binds an organisation that may be asked; None while it has not agreed, or may not be asked."""
        if organisation not in self._validators:
            return None
        between = self._exchange.negotiations.agreement_between
        return between(work, self._consents.own_did, organisation, EVIDENCE_DATASET)

    def _leave(self, work: Work, name: str, grant: str) -> None:
        work.enqueue(SEND, {"case": name, "grant": grant}, key=f"{SEND} {grant}")

    def _consent_over(self, work: Work, event: Mapping[str, Any], move: str, party: str) -> None:
        row = work.where(cases, grant_id=event["content"]["grant_id"])
        if row is None or row["state"] in OVER:
            return
        self._let_go(work, self._step(work, case_of(row), move, party))

    def _let_go(self, work: Work, case: Case) -> None:
        """End what is left of the yes to a case that is over: what went along is deleted there, by signed receipt."""
        for grant in (case.grant_id, *case.more):
            with suppress(MoveNotAllowed):
                self._consents.terminate(work, grant, "The case is over.")

    def _of(self, work: Work, sender: Peer, name: str) -> Case:
        row = work.where(cases, id=name, organisation=sender.did)
        if row is None:
            raise NotFound("There is no such case.")
        return case_of(row)

    def _step(
        self, work: Work, case: Case, move: str, party: str, *, words: str = "", level: str | None = None
    ) -> Case:
        state = CASE.step(case.state, move, party)
        step = Step(party=party, move=move, words=words, level=level, at=work.now)
        due = work.now + WITHIN[state] if state in WITHIN else None
        steps = [step_json(one) for one in (*case.steps, step)]
        work.update(cases, cases.c.id == case.id, state=state.value, changed=work.now, due=due, steps=steps)
        self._tell(work, case.id, state, case.organisation)
        return self.case(work, case.person, case.id)

    def _tell(self, work: Work, name: str, state: CaseState, organisation: str) -> None:
        self._note(work, f"validation.{state.value}", name, {"organisation": organisation})


def _words(words: str) -> str:
    tidy = words.strip()
    if not tidy:
        raise WordsMissing()
    return tidy[:MAX_WORDS]
