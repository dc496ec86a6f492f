"""What an organisation's records are found by: the address on file, and numbers that credentials name."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict
from skillspace.people.holdings import Holdings
from skillspace.people.recognition.addresses import keyed, plain_address
from skillspace.people.recognition.machine import LETTER, NODE, LetterState, Why
from skillspace.people.recognition.model import NUMBER
from skillspace.people.recognition.store import contacts, letters, numbers
from skillspace.storage.database import Work

MAX_NUMBER = 200


class Contacts:
    """The addresses and numbers on an organisation's own records. `key` (32 bytes) is the node's own."""

    def __init__(self, holdings: Holdings, key: bytes) -> None:
        self._holdings = holdings
        self._key = key

    def mark(self, address: str) -> str:
        """Return the mark an address is looked for by; raise NoAddress for what is none."""
        return keyed(self._key, "address", plain_address(address))

    def keep_up(self, work: Work) -> int:
        """Mark every address anew when the node has another key than it marked them with; return how many."""
        rows = work.rows(sa.select(contacts.c.local_id, contacts.c.address, contacts.c.mark))
        if not rows or rows[0]["mark"] == self.mark(rows[0]["address"]):
            return 0
        for row in rows:
            work.update(contacts, contacts.c.local_id == row["local_id"], mark=self.mark(row["address"]))
        return len(rows)

    def set_address(self, work: Work, local_id: str, address: str) -> None:
        """Write the address on a record, or take it off (empty). Letters that went to the old one connect nothing any
        more. Raises NotFound, NoAddress."""
        self._holdings.person(work, local_id)
        tidy = address.strip()
        mark = self.mark(tidy) if tidy else ""
        if mark and self.mark_of(work, local_id) == mark:
            work.update(contacts, contacts.c.local_id == local_id, address=tidy)
            return
        open_letters = (letters.c.local_id == local_id) & (letters.c.state == LetterState.SENT)
        ended = LETTER.step(LetterState.SENT, "end", NODE)
        work.update(letters, open_letters, state=ended, why=Why.CHANGED, code_hash=None)
        if mark:
            work.upsert(contacts, {"local_id": local_id, "address": tidy, "mark": mark}, on=("local_id",))
        else:
            work.delete(contacts, contacts.c.local_id == local_id)

    def set_number(self, work: Work, local_id: str, field: str, value: str) -> None:
        """Write a further number on a record, in place of the one it had. Raises NotFound; Conflict when another record
        has it; BadInput."""
        self._holdings.person(work, local_id)
        if field == NUMBER or not 1 <= len(value) <= MAX_NUMBER or not value.isprintable():
            raise BadInput(f"A number has 1 to {MAX_NUMBER} characters; a record's own number is not changed here.")
        here = (numbers.c.field == field) & (numbers.c.value == value)
        taken = work.one(sa.select(numbers.c.local_id).where(here))
        if taken is not None and taken["local_id"] != local_id:
            raise Conflict("Another record has this number; a number that leads to two people leads to nobody.")
        work.delete(numbers, (numbers.c.field == field) & (numbers.c.local_id == local_id))
        work.insert(numbers, {"field": field, "value": value, "local_id": local_id})

    def mark_of(self, work: Work, local_id: str) -> str:
        """Return the mark of the address on a record; empty where there is none."""
        row = work.one(sa.select(contacts.c.mark).where(contacts.c.local_id == local_id))
        return str(row["mark"]) if row else ""

    def address_of(self, work: Work, local_id: str) -> str:
        """Return the address on a record as it was written there; empty where there is none."""
        row = work.one(sa.select(contacts.c.address).where(contacts.c.local_id == local_id))
        return str(row["address"]) if row else ""

    def numbers_of(self, work: Work, local_id: str) -> dict[str, str]:
        """Return the further numbers on a record, by field."""
        query = sa.select(numbers.c.field, numbers.c.value).where(numbers.c.local_id == local_id)
        return {row["field"]: row["value"] for row in work.rows(query.order_by(numbers.c.field))}

    def with_mark(self, work: Work, mark: str) -> list[str]:
        """Return the records that have the address of this mark; two at most, for two are one too many."""
        query = sa.select(contacts.c.local_id).where(contacts.c.mark == mark).order_by(contacts.c.local_id).limit(2)
        return [str(row["local_id"]) for row in work.rows(query)]

    def with_number(self, work: Work, field: str, value: str) -> str | None:
        """Return the record that a number names, or None."""
        if field == NUMBER:
            return value if self._holdings.knows(work, value) else None
        row = work.one(sa.select(numbers.c.local_id).where(numbers.c.field == field, numbers.c.value == value))
        return str(row["local_id"]) if row else None
