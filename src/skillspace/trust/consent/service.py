"""Consents, at the intermediary: a person is asked, says yes or no, sees what happens, and stops it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, ConsentMissing, NotFound
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.consent import diary
from skillspace.trust.consent.errors import ConsentExpired
from skillspace.trust.consent.machine import CLOCK, GRANT, INTERMEDIARY, PERSON, RECIPIENT, GrantState
from skillspace.trust.consent.model import ERASED, Answer, DeletionReceipt, Direction, Grant, Receipt, Use
from skillspace.trust.consent.notice import Notice, languages, make_notice, read_notice
from skillspace.trust.consent.receipts import make_receipt
from skillspace.trust.consent.store import deletions, grants, notices, receipts, to_grant, uses
from skillspace.trust.consent.terms import write_grant
from skillspace.wire.jose import SigningKey

LOG_LINES = 500
DELIVER, TELL_ENDED = "consent.deliver", "consent.tell_ended"


class Consents:
    """The grants of the people whose spaces this node keeps. `country` decides the supervisory authority."""

    def __init__(self, *, own_did: str, own_name: str, key: SigningKey, country: str = "SE") -> None:
        self.own_did = own_did
        self.own_name = own_name
        self._key = key
        self._country = country

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
    ) -> Grant:
        """Ask a person and return the waiting grant; the same open ask gives the same grant.

        An open ask for other kinds is replaced. `subject` is the person's name towards the other organisation
        (`subject_for`). Raises BadInput when nothing is asked for or the time is already over.
        """
        wanted = tuple(dict.fromkeys(kinds))
        if not wanted or until <= work.now:
            raise BadInput("An ask names at least one kind of data and ends in the future.")
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
        )
        return self._open_ask_like(work, asked) or self._put_to_person(work, asked)

    def grant(
        self, work: Work, id: str, person: str, *, kinds: Collection[str] | None = None, until: datetime | None = None
    ) -> Grant:
        """Say yes, to all that was asked or to less of it, and no longer than asked.

        Receipts in every language are signed, and the delivery to the recipient is left as a task, in the same
        transaction. Raises NotFound, BadInput (more than asked), ConsentExpired, MoveNotAllowed.
        """
        asked = self.grant_of(work, id, person)
        state = GRANT.step(asked.state, "grant", PERSON)
        if asked.until <= work.now:
            raise ConsentExpired(f"The ask by {asked.recipient_name} ran out; they may ask again.")
        allowed = tuple(kind for kind in asked.kinds if kinds is None or kind in kinds)
        end = until or asked.until
        if not allowed or (kinds is not None and set(kinds) - set(asked.kinds)):
            raise BadInput("A yes covers at least one of the kinds of data that were asked for, and no other.")
        if not work.now < end <= asked.until:
            raise BadInput("A yes ends in the future, and no later than was asked for.")
        given = replace(asked, state=state, kinds=allowed, until=end, starts=work.now, decided=work.now)
        self._save(work, given)
        self._write_receipts(work, given)
        diary.note(work, given, "granted")
        self._announce(work, given, "granted")
        if given.recipient != self.own_did:
            work.enqueue(DELIVER, {"grant": id}, key=f"{DELIVER}:{id}")
        return given

    def refuse(self, work: Work, id: str, person: str) -> Grant:
        """Say no; nobody is told more than that. Raises NotFound, MoveNotAllowed."""
        asked = self.grant_of(work, id, person)
        state = GRANT.step(asked.state, "refuse", PERSON)
        refused = replace(asked, state=state, decided=work.now)
        self._save(work, refused)
        diary.note(work, refused, "declined")
        self._announce(work, refused, "refused")
        return refused

    def revoke(self, work: Work, id: str, person: str) -> Grant:
        """Stop a yes: from this transaction on every release is refused, and all who hold a copy are told to delete.

        Raises NotFound, MoveNotAllowed.
        """
        return self._end(work, self.grant_of(work, id, person), "revoke", PERSON, note="Stopped by the person.")

    def expire_due(self, work: Work) -> int:
        """End whatever has run out, asks too, and return how many."""
        alive = grants.c.state.in_([GrantState.PENDING, GrantState.GRANTED])
        due = self._rows(work, alive & (grants.c.until <= work.now))
        for grant in due:
            self._end(work, grant, "expire", CLOCK, note="Its time ran out.")
        return len(due)

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
        for grant in found:
            work.delete(receipts, receipts.c.grant == grant.id)
            nobody = f"{ERASED}{secrets.token_hex(10)}"
            work.update(grants, grants.c.id == grant.id, person=nobody, subject="", kinds=[], reason="")
        return len(found)

    def find(self, work: Work, id: str) -> Grant:
        """Return a grant, for rooms of this node; raise NotFound."""
        row = work.one(sa.select(grants).where(grants.c.id == id))
        if row is None:
            raise NotFound(f"There is no consent {id[:100]}.")
        return to_grant(row)

    def grant_of(self, work: Work, id: str, person: str) -> Grant:
        """Return a grant of this person; one of somebody else does not exist for them (NotFound)."""
        found = self.find(work, id)
        if found.person != person:
            raise NotFound(f"There is no consent {id[:100]}.")
        return found

    def of_person(self, work: Work, person: str) -> list[Grant]:
        """Return all grants of a person, latest first."""
        return self._rows(work, grants.c.person == person)

    def asks_waiting(self, work: Work, person: str) -> list[Grant]:
        """Return the asks a person has not answered and that still may be answered."""
        open_asks = (grants.c.state == GrantState.PENDING) & (grants.c.until > work.now)
        return self._rows(work, (grants.c.person == person) & open_asks)

    def notice(self, work: Work, grant: Grant) -> Notice:
        """Return the notice a grant was asked with; raise BadInput if the stored one is not what was shown."""
        row = work.one(sa.select(notices.c.content).where(notices.c.hash == grant.notice_hash))
        notice = read_notice(row["content"]) if row else None
        if notice is None or notice.hash != grant.notice_hash:
            raise BadInput(f"The notice of consent {grant.id} is missing or was changed.")
        return notice

    def credential(self, work: Work, id: str) -> str:
        """Return the signed credential of a living grant, for the recipient to show; raise why it has none."""
        found = self.find(work, id)
        if fault := found.why_not(work.now):
            raise fault
        return write_grant(found, key=self._key, own_did=self.own_did)

    def receipt(self, work: Work, id: str, language: str) -> dict[str, object]:
        """Return the receipt of a yes, the same each time; in English where there is none in `language`.

        Raises ConsentMissing when there was no yes. Whose receipt it is, the caller has checked (`grant_of`).
        """
        query = sa.select(receipts).where((receipts.c.grant == id) & receipts.c.language.in_([language, "en"]))
        found = {row["language"]: row for row in work.rows(query)}
        if not found:
            raise ConsentMissing(f"There was no yes to consent {id[:100]}, so there is no receipt.")
        return dict(Receipt(**(found.get(language) or found["en"])).document)

    def receipts_of(self, work: Work, grant: Grant) -> list[DeletionReceipt]:
        """Return what organisations signed about deleting, once a grant had ended."""
        query = sa.select(deletions).where(deletions.c.grant == grant.id).order_by(deletions.c.at)
        return [DeletionReceipt(**row) for row in work.rows(query)]

    def log(self, work: Work, person: str, *, limit: int = LOG_LINES) -> list[Use]:
        """Return what happened to a person's data, latest first."""
        return diary.lines(work, uses.c.person == person, limit)

    def uses_of(self, work: Work, grant: Grant, *, limit: int = LOG_LINES) -> list[Use]:
        """Return what happened under one grant, latest first."""
        return diary.lines(work, uses.c.grant == grant.id, limit)

    def keep_deletion(self, work: Work, receipt: DeletionReceipt) -> None:
        """Store an organisation's deletion receipt and tell the person; a second one changes nothing."""
        found = self.find(work, receipt.grant)
        known = (deletions.c.grant == receipt.grant) & (deletions.c.organisation == receipt.organisation)
        if work.one(sa.select(deletions.c.at).where(known)) is not None:
            return
        work.insert(deletions, {**vars(receipt), "deleted": dict(receipt.deleted)})
        if receipt.organisation == found.recipient:
            diary.note(work, found, "deleted", reason=_counted(receipt.deleted.items()))

    def _open_ask_like(self, work: Work, asked: Grant) -> Grant | None:
        same = (grants.c.person == asked.person) & (grants.c.state == GrantState.PENDING)
        for name in ("recipient", "provider", "dataset", "purpose"):
            same &= grants.c[name] == getattr(asked, name)
        for open_ask in self._rows(work, same):
            if set(open_ask.kinds) == set(asked.kinds) and open_ask.until > work.now:
                return open_ask
            self._end(work, open_ask, "terminate", INTERMEDIARY, note="A newer ask took its place.")
        return None

    def _put_to_person(self, work: Work, asked: Grant) -> Grant:
        notice = make_notice(asked, country=self._country)
        row = {"hash": notice.hash, "version": notice.version, "content": notice.content(), "made": work.now}
        work.insert_new(notices, row, on="hash")
        asked = replace(asked, notice_hash=notice.hash)
        work.insert(grants, {**vars(asked), "kinds": list(asked.kinds)})
        diary.note(work, asked, "asked", reason=asked.reason)
        return asked

    def _end(self, work: Work, grant: Grant, move: str, party: str, *, note: str) -> Grant:
        """Close an ask or a yes; after a yes, recipient and provider are told until they answer."""
        ended = replace(grant, state=GRANT.step(grant.state, move, party), ended=work.now, note=note)
        self._save(work, ended)
        outcome = {"revoke": "stopped", "expire": "expired"}.get(move, "ended")
        diary.note(work, ended, outcome, reason=note)
        self._announce(work, ended, ended.state)
        if grant.state is GrantState.GRANTED:
            told = {grant.recipient, grant.provider}
            if grant.direction(self.own_did) is Direction.SHARE:
                told.discard(self.own_did)  # what a person shares from here is theirs: it stays in their space
            for organisation in sorted(told):
                key = f"{TELL_ENDED}:{grant.id}:{organisation}"
                work.enqueue(TELL_ENDED, {"grant": grant.id, "organisation": organisation}, key=key)
        return ended

    def _write_receipts(self, work: Work, grant: Grant) -> None:
        notice = self.notice(work, grant)
        for language in languages():
            made = make_receipt(
                grant, notice, language, key=self._key, own_did=self.own_did, own_name=self.own_name, at=work.now
            )
            work.insert(receipts, {**vars(made), "document": dict(made.document)})

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

    def _save(self, work: Work, grant: Grant) -> None:
        changes = {name: getattr(grant, name) for name in ("state", "starts", "until", "decided", "ended", "note")}
        work.update(grants, grants.c.id == grant.id, kinds=list(grant.kinds), **changes)

    def _rows(self, work: Work, where: sa.ColumnElement[bool]) -> list[Grant]:
        query = sa.select(grants).where(where).order_by(grants.c.asked.desc(), grants.c.id.desc())
        return [to_grant(row) for row in work.rows(query)]


def _counted(deleted: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{kind}: {count}" for kind, count in deleted) or "nothing was held"
