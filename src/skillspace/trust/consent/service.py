"""Consents, at the intermediary: a person is asked, says yes or no, sees what happens, and stops it."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.consent.acting import Acting
from skillspace.trust.consent.conditions import Conditions
from skillspace.trust.consent.copies import holders
from skillspace.trust.consent.errors import ConsentExpired, NoticeChanged
from skillspace.trust.consent.log import diary
from skillspace.trust.consent.log.books import Books, frame_of
from skillspace.trust.consent.machine import CLOCK, GRANT, INTERMEDIARY, PERSON, RECIPIENT, GrantState
from skillspace.trust.consent.model import (
    ERASED,
    Answer,
    DeletionReceipt,
    Direction,
    Grant,
    Items,
)
from skillspace.trust.consent.narrowing import MOST_USES, narrowed, narrower
from skillspace.trust.consent.notices.notice import languages
from skillspace.trust.consent.notices.noticing import ANSWER_WITHIN, Notices
from skillspace.trust.consent.ports import Forget, MayAct, Note, no_forgetting, no_note, only_the_person
from skillspace.trust.consent.receipts import as_credential, make_receipt
from skillspace.trust.consent.store import grants, of_grant, receipts, spent
from skillspace.trust.consent.terms import write_grant
from skillspace.trust.register.record import in_language
from skillspace.wire.jose import SigningKey

#: A token is refused by its own end; that it was used is known for longer than any clock could be off.
SPENT_KEPT = timedelta(days=1)
#: Who asks once more for thirty days from now asks the same: a person is not asked anew for some hours more.
SAME_ASK = timedelta(days=1)
#: What changes in a grant after it was asked; everything else stays as the person read it.
DECIDED = (
    *("state", "kinds", "items", "starts", "until", "max_uses", "conditions", "acting"),
    *("decided", "ended", "note"),
)
DELIVER = "consent.deliver"


class Consents(Books):
    """The grants of the people whose spaces this node keeps. `country` decides the supervisory authority."""

    def __init__(
        self,
        *,
        own_did: str,
        own_name: str,
        key: SigningKey,
        notices: Notices,
        may_act: MayAct = only_the_person,
        note: Note = no_note,
        forget: Forget = no_forgetting,
    ) -> None:
        self.own_did = own_did
        self.own_name = own_name
        self._key = key
        super().__init__(notices)
        self._may_act = may_act
        self._note = note
        self._forget = forget

    def ask(
        self,
        work: Work,
        *,
        person: str,
        subject: str,
        provider: str,
        provider_name: str,
        recipient: str,
        recipient_name: str,
        dataset: str,
        purpose: str,
        kinds: Collection[str],
        until: datetime,
        agreement: str | None,
        why: str,
        items: Items | None = None,
        max_uses: int | None = None,
        conditions: Conditions | None = None,
        replaces: str | None = None,
    ) -> Grant:
        """Ask a person and return the waiting grant; the same open ask gives the same grant.

        An open ask for other data, rules or uses, for a shorter time or under an older notice is replaced. `subject` is
        the person's name towards the other organisation (`subject_for`). `items` narrows kinds to single things,
        `max_uses` how often it may be used, `conditions` when and where, `replaces` names the yes whose place this one
        would take. Raises BadInput when nothing is asked for or the time is over.
        """
        wanted = tuple(dict.fromkeys(kinds))
        if not wanted or until <= work.now:
            raise BadInput("An ask names at least one kind of data and ends in the future.")
        if max_uses is not None and not 0 < max_uses <= MOST_USES:
            raise BadInput(f"An ask is for 1 to {MOST_USES} uses.")
        asked = Grant(
            id=new_id("grant"),
            person=person,
            subject=subject,
            provider=provider,
            provider_name=provider_name,
            recipient=recipient,
            recipient_name=recipient_name,
            dataset=dataset,
            purpose=purpose,
            kinds=wanted,
            starts=None,
            until=until,
            notice_hash="",
            agreement=agreement,
            state=GRANT.step(GrantState.DRAFT, "ask", RECIPIENT),
            asked=work.now,
            decided=None,
            ended=None,
            reason=why,
            note="",
            items=narrowed(items or {}, wanted),
            max_uses=max_uses,
            conditions=conditions,
            replaces=replaces,
        )
        asked = replace(asked, notice_hash=self.notices.of_ask(work, asked).hash)
        same = None
        for open_ask in self._open_asks(work, asked):
            if _covers(open_ask, asked) and not self.notices.must_ask_again(work, open_ask):
                same = same or open_ask
            elif open_ask.replaces == replaces:
                self._end(work, open_ask, "terminate", INTERMEDIARY, note="A newer ask took its place.")
                # A yes that waits to be renewed gains no time by a second ask.
                asked = replace(asked, asked=open_ask.asked if replaces else work.now)
        return same or self._put_to_person(work, asked)

    def grant(
        self,
        work: Work,
        id: str,
        person: str,
        *,
        kinds: Collection[str] | None = None,
        until: datetime | None = None,
        items: Items | None = None,
        max_uses: int | None = None,
        conditions: Conditions | None = None,
        acting: Acting | None = None,
    ) -> Grant:
        """Say yes, to all that was asked or to less of it, and no longer or more often than asked.

        Receipts in every language are signed, and the delivery to the recipient is left as a task, in the same
        transaction. A yes that this one replaces ends with it. Raises NotFound, BadInput (more than asked),
        ConsentExpired, NoticeChanged, MoveNotAllowed, and what `MayAct` raises for who acts.
        """
        asked = self.grant_of(work, id, person)
        state = GRANT.step(asked.state, "grant", PERSON)
        if asked.until <= work.now:
            raise ConsentExpired(f"The ask by {asked.recipient_name} ran out; they may ask again.")
        if self.notices.is_outdated(work, asked):
            raise NoticeChanged(f"{asked.recipient_name} changed what it says about this use; read the newer request.")
        given = narrower(asked, at=work.now, kinds=kinds, until=until, items=items, max_uses=max_uses)
        given = replace(given, conditions=conditions or asked.conditions)
        who = self._may_act(work, acting, "grant", given)
        given = replace(given, state=state, starts=work.now, decided=work.now, acting=who)
        self._save(work, given)
        self._write_receipts(work, given)
        diary.note(work, given, "granted", acting=who)
        self._announce(work, given, "granted")
        if given.recipient != self.own_did:
            work.enqueue(DELIVER, {"grant": id}, key=f"{DELIVER}:{id}")
        if given.replaces is not None:
            self._make_way(work, given.replaces, "A newer yes took its place.")
        return given

    def refuse(self, work: Work, id: str, person: str, *, acting: Acting | None = None) -> Grant:
        """Say no; nobody is told more than that. Raises NotFound, MoveNotAllowed, and what `MayAct` raises."""
        asked = self.grant_of(work, id, person)
        state = GRANT.step(asked.state, "refuse", PERSON)
        who = self._may_act(work, acting, "refuse", asked)
        refused = replace(asked, state=state, decided=work.now, acting=who)
        self._save(work, refused)
        diary.note(work, refused, "declined", acting=who)
        self._announce(work, refused, "refused")
        if refused.replaces is not None:
            self._make_way(work, refused.replaces, "Its notice changed, and the person did not agree again.")
        return refused

    def revoke(self, work: Work, id: str, person: str, *, acting: Acting | None = None) -> Grant:
        """Stop a yes: from this transaction on every release is refused, and all who hold a copy are told to delete.

        Raises NotFound, MoveNotAllowed, and what `MayAct` raises.
        """
        found = self.grant_of(work, id, person)
        who = self._may_act(work, acting, "revoke", found)
        return self._end(work, found, "revoke", PERSON, note="Stopped by the person.", acting=who)

    def expire_due(self, work: Work, *, limit: int = 500) -> int:
        """End what has run out, asks too, at most `limit` of it, and return how many."""
        alive = grants.c.state.in_([GrantState.PENDING, GrantState.GRANTED])
        due = self._rows(work, alive & (grants.c.until <= work.now), limit)
        for grant in due:
            self._end(work, grant, "expire", CLOCK, note="Its time ran out.")
        waited = grants.c.replaces.is_not(None) & (grants.c.asked <= work.now - ANSWER_WITHIN)
        for unanswered in self._rows(work, waited & (grants.c.state == GrantState.PENDING)):
            self._make_way(work, str(unanswered.replaces), "Its notice changed, and the person did not answer.")
        work.delete(spent, spent.c.expires < work.now - SPENT_KEPT)
        return len(due)

    def ask_again(self, work: Work, recipient: str, *, after: str = "", limit: int = 500) -> str:
        """Ask everybody again whose yes to `recipient`, or open ask, rests on a notice that changed in what matters.

        The old yes stands until the person answers, thirty days at most. Looks at `limit` grants from `after` on and
        returns where to go on, empty at the end.
        """
        found, last = self.notices.outdated(work, recipient, after=after, limit=limit)
        for grant in found:
            if grant.max_uses is None or grant.used < grant.max_uses:
                self.renew(work, grant)
        return last

    def renew(self, work: Work, grant: Grant) -> Grant:
        """Ask once more for what is left of it; a living yes stands until the answer, or until time has run out."""
        old = grant.replaces if grant.state is GrantState.PENDING else grant.id
        names = ("person", "subject", "provider", "provider_name", "recipient", "recipient_name", "dataset")
        more = ("purpose", "kinds", "until", "agreement", "items", "conditions")
        same = {name: getattr(grant, name) for name in (*names, *more)}
        left = None if grant.max_uses is None else grant.max_uses - grant.used
        return self.ask(work, **same, max_uses=left, why=grant.reason, replaces=old)

    def terminate(self, work: Work, id: str, why: str) -> Grant:
        """End a yes or an ask in the intermediary's name, with the reason. Raises NotFound, MoveNotAllowed."""
        return self._end(work, self.find(work, id), "terminate", INTERMEDIARY, note=why)

    def turned_away(self, work: Work, id: str, recipient: str) -> Answer:
        """Tell a recipient why it was refused a look it wanted, and write that look into the person's log.

        A recipient that already knows the end of a grant asks nobody before it refuses its own staff; the person sees
        the attempt all the same. Nothing is written while the grant lives. Raises NotFound for another's grant.
        """
        found = self.find(work, id)
        if found.recipient != recipient:
            raise NotFound(f"There is no consent {id[:100]}.")
        fault = found.why_not(work.now)
        if fault is None:
            return Answer(live=True)
        diary.note(work, found, "refused", code=fault.code, reason=fault.message)
        return Answer(live=False, code=fault.code, reason=fault.message)

    def erase(self, work: Work, person: str) -> int:
        """Forget a person and return how many grants that touched.

        Every living grant is ended and everyone who holds a copy is told. Of the person remain: frames of grants
        under a random name each, and hashes of log lines.
        """
        found = self._rows(work, grants.c.person == person)
        for grant in found:
            if grant.state not in GRANT.final:
                self._end(work, grant, "terminate", INTERMEDIARY, note="The person left.")
        diary.forget(work, person)
        self._forget(work, [grant.id for grant in found])
        for grant in found:
            work.delete(receipts, receipts.c.grant == grant.id)
            nobody = f"{ERASED}{secrets.token_hex(10)}"
            work.update(
                grants, grants.c.id == grant.id, person=nobody, subject="", kinds=[], items={}, reason="", acting=None
            )
            self._note(work, "grant.erased", grant.id, frame_of(self.find(work, grant.id)))
        return len(found)

    def credential(self, work: Work, id: str) -> str:
        """Return the signed credential of a living grant, for the recipient to show; raise why it has none."""
        found = self.find(work, id)
        if fault := found.why_not(work.now):
            raise fault
        return write_grant(found, key=self._key, own_did=self.own_did)

    def receipt_credential(self, work: Work, id: str, language: str) -> str:
        """Return the receipt of a yes as a verifiable credential (JWT); raises what `receipt` raises."""
        return as_credential(self.receipt(work, id, language), self.find(work, id), key=self._key, own_did=self.own_did)

    def keep_deletion(self, work: Work, receipt: DeletionReceipt) -> None:
        """Store an organisation's deletion receipt and tell the person; one that says nothing new changes nothing."""
        found = self.find(work, receipt.grant)
        so_far = holders.answered(work, receipt)
        if so_far is None:
            return
        kept = [one.to_json() for one in receipt.kept]
        told = {"organisation": receipt.organisation, "deleted": dict(receipt.deleted), "kept": kept}
        self._note(work, "deletion.signed", receipt.grant, told)
        if receipt.organisation == found.recipient:
            diary.note(work, found, "kept" if so_far.kept else "deleted", reason=_counted(so_far))

    def remind_due(self, work: Work) -> int:
        """Send the order to let go once more to who has not answered, tell the person, and return how many."""
        due = holders.remind_due(work)
        for late in due:
            found = self.find(work, late.grant)
            name = found.recipient_name if late.organisation == found.recipient else found.provider_name
            diary.note(work, found, "reminded", by=(late.organisation, name), reason=f"Reminder {late.reminders + 1}.")
        return len(due)

    def _open_asks(self, work: Work, asked: Grant) -> list[Grant]:
        """Find the asks this one would repeat or replace; to renew a yes repeats only what renews the same one."""
        names = ("person", "recipient", "provider", "dataset", "purpose", *(("replaces",) if asked.replaces else ()))
        same = [grants.c[name] == getattr(asked, name) for name in names]
        return self._rows(work, sa.and_(grants.c.state == GrantState.PENDING, *same))

    def _put_to_person(self, work: Work, asked: Grant) -> Grant:
        work.insert(grants, of_grant(asked))
        diary.note(work, asked, "asked", reason=asked.reason)
        self._announce(work, asked, "asked")
        return asked

    def _make_way(self, work: Work, id: str, why: str) -> None:
        old = self.find(work, id)
        if old.state not in GRANT.final:
            self._end(work, old, "terminate", INTERMEDIARY, note=why)

    def _end(
        self, work: Work, grant: Grant, move: str, party: str, *, note: str, acting: Acting | None = None
    ) -> Grant:
        """Close an ask or a yes; after a yes, recipient and provider are told until they answer."""
        ended = replace(grant, state=GRANT.step(grant.state, move, party), ended=work.now, note=note)
        self._save(work, ended)
        outcome = {"revoke": "stopped", "expire": "expired"}.get(move, "ended")
        diary.note(work, ended, outcome, reason=note, acting=acting)
        self._announce(work, ended, ended.state)
        if grant.state is GrantState.GRANTED:
            told = {grant.recipient, grant.provider}
            if grant.direction(self.own_did) is Direction.SHARE:
                told.discard(self.own_did)  # what a person shares from here is theirs: it stays in their space
            for organisation in sorted(told):
                holders.tell(work, grant.id, organisation)
        return ended

    def _write_receipts(self, work: Work, grant: Grant) -> None:
        notice, key, name = self.notice(work, grant), self._key, self.own_name
        made = [
            make_receipt(grant, notice, language, key=key, own_did=self.own_did, own_name=name, at=work.now)
            for language in languages()
        ]
        work.insert(receipts, *({**vars(one), "document": dict(one.document)} for one in made))

    def _announce(self, work: Work, grant: Grant, what: str) -> None:
        content = {
            "grant_id": grant.id,
            "direction": grant.direction(self.own_did),
            "provider": grant.provider,
            "recipient": grant.recipient,
            "dataset": grant.dataset,
            "agreement": grant.agreement,
        }
        work.publish(Event(name=f"consent.{what}", about=grant.id, content=content, at=work.now))
        self._note(work, f"grant.{what}", grant.id, frame_of(grant))

    def _save(self, work: Work, grant: Grant) -> None:
        row = of_grant(grant)
        work.change(grants, {"id": grant.id}, **{name: row[name] for name in DECIDED})


def _covers(open_ask: Grant, asked: Grant) -> bool:
    """Whether a yes to the open ask is all that is asked now: the same under the same rules, and about as long."""
    limits = ("items", "max_uses", "conditions", "agreement")
    same = all(getattr(open_ask, name) == getattr(asked, name) for name in limits)
    return same and set(open_ask.kinds) == set(asked.kinds) and asked.until < open_ask.until + SAME_ASK


def _counted(receipt: DeletionReceipt) -> str:
    deleted = ", ".join(f"{kind}: {count}" for kind, count in receipt.deleted.items()) or "nothing was held"
    kept = [f"{one.kind} until {one.until.date()}, {in_language(one.law, 'en')}" for one in receipt.kept]
    return f"Kept by law: {'; '.join(kept)}" if kept else deleted
