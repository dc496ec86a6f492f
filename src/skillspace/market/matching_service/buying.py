"""Buying: a partner is asked what fits somebody who said yes to that, on skills alone, through the release gate."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from skillspace.exchange import Exchange, Offering, Transfer, TransferState
from skillspace.kernel.clock import iso
from skillspace.kernel.errors import (
    BadInput,
    Conflict,
    NotFound,
    Refused,
    SkillspaceError,
    Unavailable,
)
from skillspace.market.matching_service.leaving import IsPublished, question_about
from skillspace.market.matching_service.machine import ASKED, NODE, PERSON, AskedState, NoAnswer
from skillspace.market.matching_service.messages import (
    MATCHING_DATASET,
    MATCHING_PURPOSE,
    MAX_ANSWER_BYTES,
    PLACE,
    MatchingAnswer,
    MatchingQuestion,
    read_answer,
)
from skillspace.market.matching_service.store import Asked, Partner, asked, asked_of
from skillspace.people.accounts import Accounts
from skillspace.people.profile import Profile
from skillspace.people.sharing import SKILLS_DATASET
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.consent import Consents, Gate, Grant, subject_for
from skillspace.trust.consent.errors import PASSING
from skillspace.trust.consent.model import Items
from skillspace.trust.consent.ports import FindMember
from skillspace.trust.consent.release.desk import UseDesk
from skillspace.trust.consent.release.redemption import raise_unless_live
from skillspace.trust.contract import Agreement
from skillspace.trust.identity import PeerRefused
from skillspace.trust.policy import offer_rules

log = structlog.get_logger()

ASK = "matching.ask"
REFERENCE = "matching"
KINDS = ("skills", "region")
ASKED_FOR = timedelta(days=90)
#: A partner that is down is asked so often; then it is for the person to ask again.
MOST_TRIES = 5
#: A transfer that is not open yet is looked at again after this; a partner that had too many questions, after that.
NOT_YET, TOO_MANY = timedelta(seconds=5), timedelta(minutes=1)
_OVER = ("revoked", "expired", "terminated")
TITLE = {
    "en": "Skills, for matching",
    "fr": "Compétences, pour le rapprochement",
    "sv": "Kompetenser, för matchning",
}
DESCRIPTION = {
    "en": "Skills and at most a region of people who said yes, sent with questions under a random name each."
}


class NotAgreed(Refused):
    """The contract with this partner about matching is not in force."""


class NothingToAsk(Conflict):
    """There is no skill to ask with that others know by its address."""


#: Why no answer came, by the first of these that a fault is; any other is that something does not allow it.
_WHY: tuple[tuple[type[SkillspaceError], NoAnswer], ...] = (
    (NotAgreed, NoAnswer.NO_CONTRACT),
    (NothingToAsk, NoAnswer.NOTHING_TO_ASK),
    (Unavailable, NoAnswer.SILENT),
    (BadInput, NoAnswer.UNREADABLE),
    (Conflict, NoAnswer.PAUSED),
)


@dataclass(frozen=True, kw_only=True)
class _Agreed:
    """What a seller and this node agreed on: matching is `bought`, the seller `bound` in what it does with skills."""

    bought: Agreement
    bound: Agreement


class Buying:
    """What partners are asked for the people of this node; `sellers` are whose matching is bought."""

    def __init__(
        self,
        *,
        sellers: Collection[str],
        exchange: Exchange,
        consents: Consents,
        desk: UseDesk,
        gate: Gate,
        accounts: Accounts,
        profile: Profile,
        find_member: FindMember,
        is_published: IsPublished,
        database: Database,
    ) -> None:
        self._sellers = frozenset(sellers)
        self._exchange = exchange
        self._consents = consents
        self._desk = desk
        self._gate = gate
        self._accounts = accounts
        self._profile = profile
        self._find_member = find_member
        self._is_published = is_published
        self._database = database

    def register(self, book: TaskBook) -> None:
        """Follow catalogs, consents and transfers, and take the task that asks."""
        book.on_event("catalog.crawled", self._crawled)
        book.on_event("consent.granted", self._granted)
        for end in _OVER:
            book.on_event(f"consent.{end}", self._consent_over)
        book.on_event("transfer.terminated", self._broken_off)
        book.on_task(ASK, self._ask)

    def start(self, work: Work) -> None:
        """Offer people's skills to the sellers, to bind them by its terms; nothing can be fetched under it."""
        known = self._exchange.catalog.offering(work, SKILLS_DATASET)
        if set(known.visible_to if known else ()) == self._sellers:
            return
        if not self._sellers:
            self._exchange.catalog.withdraw(work, SKILLS_DATASET)
            return
        self._exchange.catalog.publish(
            work,
            Offering(
                id=SKILLS_DATASET,
                title=TITLE,
                description=DESCRIPTION,
                kinds=KINDS,
                personal=True,
                purposes=(MATCHING_PURPOSE,),
                media_type="application/json",
                policy=known.policy if known else offer_rules(purposes=[MATCHING_PURPOSE], keep_days=0),
                retention_days=0,
                visible_to=tuple(sorted(self._sellers)),
                updated=work.now,
            ),
        )

    def partners(self, work: Work) -> list[Partner]:
        """Return who may be asked: members that sell matching to this node and signed the terms of people's skills."""
        found = [self._find_member(work, did) for did in sorted(self._sellers)]
        return [Partner(did=one.did, name=one.name) for one in found if one is not None and self._agreed(work, one.did)]

    def propose(self, work: Work, person: str, seller: str) -> Grant:
        """Put before the person whether this partner may be asked, and return the ask; it is theirs to answer.

        Raises NotFound when the partner is none.
        """
        partner, agreed = self._find_member(work, seller), self._agreed(work, seller)
        if partner is None or agreed is None:
            raise NotFound("This organisation sells no matching to your space.")
        return self._consents.ask(
            work,
            person=person,
            subject=subject_for(self._accounts.get(work, person).secret, seller),
            provider=self._consents.own_did,
            provider_name=self._consents.own_name,
            recipient=seller,
            recipient_name=partner.name,
            dataset=SKILLS_DATASET,
            purpose=MATCHING_PURPOSE,
            kinds=KINDS,
            until=work.now + ASKED_FOR,
            agreement=agreed.bound.id,
            why="",
        )

    def again(self, work: Work, grant_id: str, person: str) -> None:
        """Ask once more under the same yes. Raises NotFound, and why the yes opens nothing any more."""
        found = self._found(work, grant_id)
        if found is None or found.person != person:
            raise NotFound("Nobody was asked under this consent.")
        grant = self._consents.find(work, grant_id)
        if fault := grant.why_not(work.now):
            raise fault
        if found.state is not AskedState.ASKING:
            self._step(work, found, "ask", PERSON, asked=work.now, reason=None)
            self._leave(work, grant_id)

    def of_person(self, work: Work, person: str) -> list[Asked]:
        """Return what partners were asked for a person and what they answered, for the person alone."""
        query = sa.select(asked).where(asked.c.person == person).order_by(asked.c.seller)
        return [asked_of(row) for row in work.rows(query)]

    def export(self, work: Work, person: str) -> list[dict[str, Any]]:
        """Return what partners answered for a person, as they take it along."""
        return [
            {
                "partner": one.seller,
                "asked": iso(one.asked),
                "answered": iso(one.answered) if one.answered else None,
                "offers": [fit.model_dump() for fit in one.answer.matches] if one.answer else [],
            }
            for one in self.of_person(work, person)
        ]

    def preview(self, work: Work, grant: Grant) -> MatchingQuestion | None:
        """Return what would be asked under a yes, or an ask, now: for the person alone; None where nothing can be."""
        return self._question(work, grant.person, grant.kinds, grant.items)

    def _agreed(self, work: Work, seller: str) -> _Agreed | None:
        """Return what was agreed with a seller, both ways; None while one of the two is not in force."""
        own, between = self._consents.own_did, self._exchange.negotiations.agreement_between
        if seller not in self._sellers:
            return None
        bought = between(work, seller, own, MATCHING_DATASET)
        bound = between(work, own, seller, SKILLS_DATASET)
        return _Agreed(bought=bought, bound=bound) if bought and bound else None

    def _crawled(self, work: Work, event: Mapping[str, Any]) -> None:
        seller = str(event["content"]["provider"])
        if seller in self._sellers and self._exchange.crawler.offering(work, seller, MATCHING_DATASET) is not None:
            self._exchange.negotiations.ensure_agreement(work, seller, MATCHING_DATASET)

    def _granted(self, work: Work, event: Mapping[str, Any]) -> None:
        told = event["content"]
        if (told["provider"], told["dataset"]) != (self._consents.own_did, SKILLS_DATASET):
            return
        grant = self._consents.find(work, told["grant_id"])
        row = {"grant_id": grant.id, "person": grant.person, "seller": grant.recipient, "asked": work.now}
        if grant.why_not(work.now) is None and work.insert_new(
            asked, row | {"state": AskedState.ASKING.value}, on="grant_id"
        ):
            self._leave(work, grant.id)

    def _consent_over(self, work: Work, event: Mapping[str, Any]) -> None:
        work.delete(asked, asked.c.grant_id == event["content"]["grant_id"])

    def _broken_off(self, work: Work, event: Mapping[str, Any]) -> None:
        told = event["content"]
        if (told["reference"], told["dataset"]) != (REFERENCE, MATCHING_DATASET):
            return
        waiting = (asked.c.seller == told["provider"]) & (asked.c.state == AskedState.ASKING.value)
        for row in work.rows(sa.select(asked).where(waiting)):
            self._step(work, asked_of(row), "fail", NODE, reason=NoAnswer.BROKEN_OFF)

    def _leave(self, work: Work, grant_id: str) -> None:
        work.enqueue(ASK, {"grant": grant_id}, key=f"{ASK} {grant_id}")

    def _ask(self, run: TaskRun) -> None:
        """Open the way, let the gate open the skills, ask, and keep what came back if the yes still stands then."""
        grant_id = str(run.payload["grant"])
        try:
            with run.database.writing() as work:
                found = self._found(work, grant_id)
                opened = self._opened(work, found) if found and found.state is AskedState.ASKING else None
            if opened is None:
                with run.finishing():
                    return
            grant, bound, transfer = opened
            if transfer.state is not TransferState.STARTED:
                is_paused = transfer.state is TransferState.SUSPENDED
                with run.finishing(again_after=NOT_YET) as work:
                    work.update(asked, asked.c.grant_id == grant_id, reason=NoAnswer.PAUSED if is_paused else None)
                return
            answer = self._answer(grant, bound, transfer.pid)
        except Unavailable as fault:
            if run.attempt < MOST_TRIES:
                self._tell(run.database, grant_id, fault)
                raise
            self._give_up(run, grant_id, fault)
            return
        except (Refused, BadInput, NotFound, Conflict) as fault:
            if (fault.body.get("code") if isinstance(fault, PeerRefused) else fault.code) in PASSING:
                raise Unavailable(fault.message) from fault
            if isinstance(fault, PeerRefused) and fault.status == 429:
                self._tell(run.database, grant_id, fault)
                with run.finishing(again_after=TOO_MANY):
                    return
            self._give_up(run, grant_id, fault)
            return
        with run.finishing() as work:
            found = self._found(work, grant_id)
            # What was stopped meanwhile is gone, and what comes for it is not kept.
            if found is not None and self._consents.find(work, grant_id).why_not(work.now) is None:
                content = answer.model_dump(mode="json")
                self._step(work, found, "answer", NODE, answered=work.now, reason=None, answer=content)

    def _opened(self, work: Work, found: Asked) -> tuple[Grant, Agreement, Transfer]:
        """Return the yes, the terms that bind the partner, and the transfer to ask through, once it is started."""
        grant = self._consents.find(work, found.grant_id)
        if fault := grant.why_not(work.now):
            raise fault
        agreed = self._agreed(work, found.seller)
        if agreed is None:
            raise NotAgreed()
        pid = self._exchange.transfers.request(work, agreed.bought, REFERENCE)
        return grant, agreed.bound, self._exchange.transfers.transfer(work, pid)

    def _answer(self, grant: Grant, bound: Agreement, pid: str) -> MatchingAnswer:
        question = self._released(grant, bound, pid)
        body = question.model_dump_json(exclude_none=True).encode()
        answer = self._exchange.transfers.ask(pid, PLACE, body, max_bytes=MAX_ANSWER_BYTES)
        return read_answer(answer, question)

    def _released(self, grant: Grant, bound: Agreement, pid: str) -> MatchingQuestion:
        """Let the gate open what the yes covers, written down as every use is, and return the question made of it."""
        with self._database.writing() as work:
            token, said = self._desk.token(work, recipient=grant.recipient, grant=grant.id, kinds=())
        raise_unless_live(said)
        with self._gate.opened(token, grant.recipient, SKILLS_DATASET, bound, pid) as (work, release):
            if release.person is None:
                raise Refused("This consent is not about a person of this node.")
            question = self._question(work, release.person, release.kinds, release.items)
            if question is None:
                raise NothingToAsk()
            return question

    def _question(self, work: Work, person: str, kinds: Collection[str], items: Items) -> MatchingQuestion | None:
        return question_about(
            self._profile.person_skills(work, person) if "skills" in kinds else (),
            allowed=items.get("skills"),
            is_published=self._is_published,
            territory=self._accounts.get(work, person).territory if "region" in kinds else None,
        )

    def _tell(self, database: Database, grant_id: str, fault: SkillspaceError) -> None:
        with database.writing() as work:
            work.update(asked, asked.c.grant_id == grant_id, reason=why_none(fault))

    def _give_up(self, run: TaskRun, grant_id: str, fault: SkillspaceError) -> None:
        log.warning("matching.not_answered", grant=grant_id, why=fault.message)
        with run.finishing() as work:
            found = self._found(work, grant_id)
            if found is not None and found.state is AskedState.ASKING:
                self._step(work, found, "fail", NODE, reason=why_none(fault))

    def _found(self, work: Work, grant_id: str) -> Asked | None:
        row = work.one(sa.select(asked).where(asked.c.grant_id == grant_id))
        return asked_of(row) if row else None

    def _step(self, work: Work, found: Asked, move: str, party: str, **changes: Any) -> None:
        state = ASKED.step(found.state, move, party)
        work.update(asked, asked.c.grant_id == found.grant_id, state=state.value, **changes)


def why_none(fault: SkillspaceError) -> NoAnswer:
    """Return why no answer came, by the fault that kept it away; what another node said stays in the log."""
    if isinstance(fault, PeerRefused):
        return NoAnswer.BUSY if fault.status == 429 else NoAnswer.REFUSED
    return next((why for kind, why in _WHY if isinstance(fault, kind)), NoAnswer.NOT_ALLOWED)
