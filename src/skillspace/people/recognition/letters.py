"""Letters: a code for one use goes to the address on a record, and connects that record with whoever asked for it.

Whether an address is known shows in nothing a caller can see: the request writes the same row either way, and a stored
task looks for the record afterwards.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.ids import new_id
from skillspace.people.holdings import Holdings
from skillspace.people.holdings.model import new_link_code, plain_code
from skillspace.people.recognition.addresses import keyed
from skillspace.people.recognition.contacts import Contacts
from skillspace.people.recognition.machine import LETTER, NODE, PERSON, LetterState, Why
from skillspace.people.recognition.model import CODE_LASTS, TooManyLetters, Way
from skillspace.people.recognition.store import letters
from skillspace.storage.database import Work

LETTER_TASK = "people.letter"
WITHIN = timedelta(hours=1)
#: Letters within an hour: for one person, for everybody at one intermediary, and to one address (these go unsent).
OF_ONE, OF_ALL, TO_ONE = 5, 300, 3
#: Codes tried against one letter.
TRIES = 5
#: A letter's row is kept this long, for the bounds and for the operator.
KEPT = timedelta(days=1)

Note = Callable[[Work, str, str, Mapping[str, object]], None]


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A letter that is to be sent now; printed, it shows neither address nor code."""

    to: str = field(repr=False)
    code: str = field(repr=False)
    intermediary: str
    sender: str
    language: str
    until: datetime


class Letters:
    """The letters of one organisation. `key` (32 bytes) is the node's own and stands outside its database."""

    def __init__(self, holdings: Holdings, contacts: Contacts, key: bytes, note: Note | None = None) -> None:
        self._holdings = holdings
        self._contacts = contacts
        self._key = key
        self._note = note

    def ask(self, work: Work, *, intermediary: str, subject: str, address: str, sender: str, language: str) -> None:
        """Take a wish for a letter; the same happens here whether the address is known or not.

        An earlier letter for the same person ends. To one address go three letters an hour, silently no more. Raises
        NoAddress, TooManyLetters; both say nothing of what is known.
        """
        mark = self._contacts.mark(address)
        work.delete(letters, letters.c.asked <= work.now - KEPT)
        through = letters.c.intermediary == intermediary
        recent = letters.c.asked > work.now - WITHIN
        mine = through & (letters.c.subject == subject)
        if _count(work, recent & mine) >= OF_ONE or _count(work, recent & through) >= OF_ALL:
            raise TooManyLetters()
        is_often = _count(work, recent & (letters.c.mark == mark)) >= TO_ONE
        for state in (LetterState.ASKED, LetterState.SENT):
            ended = LETTER.step(state, "end", NODE)
            work.update(letters, mine & (letters.c.state == state), state=ended, why=Why.REPLACED, code_hash=None)
        row = {
            "id": new_id("letter"),
            "intermediary": intermediary,
            "subject": subject,
            "mark": mark,
            "sender": sender,
            "language": language,
            "state": LetterState.ASKED,
            "why": Why.OFTEN if is_often else None,
            "tries": 0,
            "asked": work.now,
            "expires": work.now + CODE_LASTS,
        }
        work.insert(letters, row)
        work.enqueue(LETTER_TASK, {"letter": row["id"]}, key=str(row["id"]))

    def prepare(self, work: Work, letter_id: str) -> Outgoing | None:
        """Find the one record a letter is for and give it a fresh code; None where there is nothing to send.

        Two records with the address are linked to neither: that stands in the journal, for an operator to put right.
        """
        row = work.one(sa.select(letters).where(letters.c.id == letter_id))
        if row is None or row["state"] not in (LetterState.ASKED, LetterState.SENT):
            return None
        found = self._contacts.with_mark(work, row["mark"])
        why = _why_not(row, found, work.now)
        if why is not None:
            self.end(work, letter_id, why)
            return None
        code = new_link_code()
        work.update(
            letters,
            letters.c.id == letter_id,
            state=LETTER.step(LetterState(row["state"]), "send", NODE),
            local_id=found[0],
            code_hash=self._code_hash(letter_id, code),
        )
        return Outgoing(
            to=self._contacts.address_of(work, found[0]),
            code=code,
            intermediary=row["intermediary"],
            sender=row["sender"],
            language=row["language"],
            until=row["expires"],
        )

    def end(self, work: Work, letter_id: str, why: Why) -> None:
        """End a letter; what an operator has to see is written into the journal, without the address."""
        row = work.one(sa.select(letters.c.state).where(letters.c.id == letter_id))
        if row is None or row["state"] in LETTER.final:
            return
        ended = LETTER.step(LetterState(row["state"]), "end", NODE)
        work.update(letters, letters.c.id == letter_id, state=ended, why=why, code_hash=None)
        if self._note is not None and why in (Why.SEVERAL, Why.REFUSED):
            self._note(work, "link.unsent", letter_id, {"why": str(why)})

    def count_try(self, work: Work, intermediary: str, subject: str) -> None:
        """Count a code that is about to be tried, in a transaction that stays whatever comes of it."""
        here = (letters.c.intermediary == intermediary) & (letters.c.subject == subject)
        # Of whatever came of it, so that nothing is done for a known address that is not done for an unknown one.
        work.update(letters, here & (letters.c.expires > work.now), tries=letters.c.tries + 1)

    def redeem(self, work: Work, intermediary: str, subject: str, code: str) -> bool:
        """Connect the record a letter went to, once; tell whether this was the code of that letter.

        It counts only for whom the letter was asked for, while the record still has the address, and no other record
        does. The same code again changes nothing and is taken only while that very connection stands.
        """
        row = self._latest(work, intermediary, subject)
        given = self._code_hash(row["id"] if row else "", plain_code(code) or "")
        is_right = hmac.compare_digest((row["code_hash"] if row else None) or "", given)
        if row is None or not is_right or row["expires"] <= work.now or row["tries"] > TRIES:
            return False
        local_id = str(row["local_id"])
        if row["state"] == LetterState.USED:
            return self._holdings.is_connected(work, intermediary, subject, local_id)
        if self._contacts.with_mark(work, row["mark"]) != [local_id]:
            return False
        self._holdings.connect(work, intermediary, subject, local_id, way=Way.MAIL)
        used = LETTER.step(LetterState(row["state"]), "use", PERSON)
        work.update(letters, letters.c.id == row["id"], state=used)
        return True

    def forget(self, work: Work, intermediary: str, subject: str) -> None:
        """Let no letter of this person connect any more."""
        here = (letters.c.intermediary == intermediary) & (letters.c.subject == subject)
        work.update(letters, here & letters.c.state.in_([LetterState.SENT, LetterState.USED]), code_hash=None)

    def shared(self, work: Work) -> list[tuple[str, ...]]:
        """Return the records whose common address somebody asked for within a day: for an operator to put right."""
        several = (letters.c.why == Why.SEVERAL) & (letters.c.asked > work.now - KEPT)
        marks = {str(row["mark"]) for row in work.rows(sa.select(letters.c.mark).where(several))}
        found = (tuple(self._contacts.with_mark(work, mark)) for mark in sorted(marks))
        return [records for records in found if len(records) > 1]

    def _latest(self, work: Work, intermediary: str, subject: str) -> Mapping[str, Any] | None:
        here = (letters.c.intermediary == intermediary) & (letters.c.subject == subject)
        live = letters.c.state.in_([LetterState.SENT, LetterState.USED]) & letters.c.code_hash.is_not(None)
        query = sa.select(letters).where(here & live).order_by(letters.c.asked.desc(), letters.c.id.desc()).limit(1)
        return work.one(query)

    def _code_hash(self, letter_id: str, code: str) -> str:
        return keyed(self._key, "code", letter_id, plain_code(code) or "")


def _why_not(row: Mapping[str, Any], found: list[str], at: datetime) -> Why | None:
    if row["why"] is not None:
        return Why(row["why"])
    if row["expires"] <= at:
        return Why.LATE
    if len(found) != 1:
        return Why.SEVERAL if found else Why.UNKNOWN
    return None


def _count(work: Work, where: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(letters).where(where)
    return int(work.connection.execute(query).scalar_one())
