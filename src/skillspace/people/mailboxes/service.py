"""An address becomes a person's by a code that only its letters show; until then nothing else is ever sent there.

Nobody learns whether another account has an address until they have shown that they read what comes to it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import Conflict, Refused
from skillspace.kernel.ids import new_id
from skillspace.people.accounts import Accounts
from skillspace.people.holdings.model import new_link_code, plain_code
from skillspace.people.mailboxes.store import waiting
from skillspace.people.recognition import TooManyLetters
from skillspace.people.recognition.addresses import keyed, plain_address
from skillspace.people.recognition.model import CODE_LASTS
from skillspace.storage.database import Work

LETTER_TASK, FORGET_TASK = "mailbox.letter", "mailbox.forget"
WITHIN = timedelta(hours=1)
#: Letters within an hour: for one account, and to one address from all accounts (these go unsent).
OF_ONE, TO_ONE = 5, 5
#: Codes tried against one letter.
TRIES = 5
#: What waits and never was proven is forgotten after this.
KEPT = timedelta(days=1)


class AddressTaken(Conflict):
    """Another account here gets its letters at this address."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An address that waits for its code until `until`; `is_refused` once the mail server did not take the letter."""

    address: str = field(repr=False)
    until: datetime
    is_refused: bool


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A letter that is to be sent now; printed, it shows neither address nor code."""

    to: str = field(repr=False)
    code: str = field(repr=False)
    language: str


class Mailboxes:
    """The addresses of the people of one node. `key` stands outside its database; `is_open` says that it sends mail."""

    def __init__(self, *, accounts: Accounts, key: bytes, is_open: bool) -> None:
        self.is_open = is_open
        self._accounts = accounts
        self._key = key

    def ask(self, work: Work, account: str, typed: str) -> None:
        """Let a code be sent to an address, in place of one that waits already.

        Raises NoAddress, TooManyLetters, and Refused where this node sends no mail.
        """
        if not self.is_open:
            raise Refused("This node sends no letters; its operator has not named a mail server.")
        address = plain_address(typed)
        self.forget_old(work)
        mark = keyed(self._key, "mailbox", address)
        recent = waiting.c.asked > work.now - WITHIN
        if _count(work, recent & (waiting.c.account == account)) >= OF_ONE:
            raise TooManyLetters()
        is_often = _count(work, recent & (waiting.c.mark == mark)) >= TO_ONE
        self.give_up(work, account)
        row = {
            "id": new_id("mailbox"),
            "account": account,
            "address": address,
            "mark": mark,
            "is_refused": False,
            "tries": 0,
            "asked": work.now,
            "expires": work.now + CODE_LASTS,
        }
        work.insert(waiting, row)
        if not is_often:
            work.enqueue(LETTER_TASK, {"letter": row["id"]}, key=str(row["id"]))
        work.enqueue(FORGET_TASK, {}, key=f"{FORGET_TASK}:{row['id']}", after=KEPT)

    def waiting(self, work: Work, account: str) -> Waiting | None:
        """Return the address of an account that waits for its code, None where none does."""
        row = self._waiting(work, account)
        return Waiting(address=row["address"], until=row["expires"], is_refused=row["is_refused"]) if row else None

    def prove(self, work: Work, account: str, typed: str) -> bool:
        """Tell whether this is the code of the letter; then the address is the account's, in place of any before.

        A wrong one counts as a try, so let the transaction stand. Raises AddressTaken.
        """
        row = self._waiting(work, account)
        if row is None:
            return False
        work.update(waiting, waiting.c.id == row["id"], tries=row["tries"] + 1)
        is_right = hmac.compare_digest(row["code_hash"] or "", self._code_hash(row["id"], plain_code(typed) or ""))
        if not is_right or row["tries"] >= TRIES:
            return False
        try:
            self._accounts.set_email(work, account, row["address"])
        except Conflict as fault:
            raise AddressTaken() from fault
        self.give_up(work, account)
        return True

    def remove(self, work: Work, account: str) -> None:
        """Forget the account's address, and any that waits; no letter goes there any more."""
        self._accounts.set_email(work, account, None)
        self.give_up(work, account)

    def give_up(self, work: Work, account: str) -> None:
        """Forget an address that waits; a code on its way opens nothing."""
        work.update(waiting, waiting.c.account == account, address=None, code_hash=None)

    def prepare(self, work: Work, letter: str) -> Outgoing | None:
        """Give a letter its code, a fresh one each time; None where there is nothing to send any more."""
        row = work.one(sa.select(waiting).where(_waits(work) & (waiting.c.id == letter)))
        if row is None:
            return None
        code = new_link_code()
        code_hash = self._code_hash(letter, plain_code(code) or "")
        work.update(waiting, waiting.c.id == letter, code_hash=code_hash)
        return Outgoing(to=row["address"], code=code, language=self._accounts.get(work, row["account"]).language)

    def refused(self, work: Work, letter: str) -> None:
        """Keep for the person that the mail server did not take the letter."""
        work.update(waiting, waiting.c.id == letter, is_refused=True, code_hash=None)

    def forget_old(self, work: Work) -> None:
        """Forget what waited for a day."""
        work.delete(waiting, waiting.c.asked <= work.now - KEPT)

    def _waiting(self, work: Work, account: str) -> Mapping[str, Any] | None:
        query = sa.select(waiting).where(_waits(work) & (waiting.c.account == account))
        return work.one(query.order_by(waiting.c.asked.desc(), waiting.c.id.desc()))

    def _code_hash(self, letter: str, code: str) -> str:
        return keyed(self._key, "mailbox code", letter, code)


def _waits(work: Work) -> sa.ColumnElement[bool]:
    return waiting.c.address.is_not(None) & (waiting.c.expires > work.now)


def _count(work: Work, where: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(waiting).where(where)
    return int(work.connection.execute(query).scalar_one())
