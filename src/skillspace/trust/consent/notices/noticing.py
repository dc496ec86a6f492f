"""The book of notices: each ask gets the newest of its series, and a change asks again where it must."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import TypeVar

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput
from skillspace.storage.database import Work
from skillspace.trust.consent.machine import GrantState
from skillspace.trust.consent.model import Grant
from skillspace.trust.consent.notices.notice import Notice, changes, read_notice, series_of, write_notice
from skillspace.trust.consent.ports import FindAgreement
from skillspace.trust.consent.store import grants, notices, to_grant
from skillspace.trust.register import Record

#: The newest known record of an organisation and its version, None when none was seen: `register.Registers.of`.
FindRecord = Callable[[Work, str], tuple[int, Record] | None]

MOST_REMEMBERED = 2_000
#: Said literally, so that the index over series can be used: it holds no notice that stands alone.
_IN_A_SERIES = sa.text("series <> ''")
_NEWEST = (
    sa.select(notices.c.hash)
    .where(notices.c.series == sa.bindparam("series"), _IN_A_SERIES)
    .order_by(notices.c.number.desc())
    .limit(1)
)
_STORED = sa.select(sa.cast(notices.c.content, sa.Text).label("text")).where(notices.c.hash == sa.bindparam("hash"))
#: How long a person may take to answer again before the yes under the old notice ends.
ANSWER_WITHIN = timedelta(days=30)


_Name = TypeVar("_Name")
_Thing = TypeVar("_Thing")


def no_record(_work: Work, _did: str) -> tuple[int, Record] | None:
    """Know no records: notices then say what the catalogue and the ask say."""
    return None


def no_agreement(_work: Work, _id: str) -> None:
    """Know no agreements: notices then say nothing of contracts."""


class Notices:
    """Writes and finds notices at the intermediary; `country` is whose authority hears complaints unless one tells."""

    def __init__(self, *, country: str, find_record: FindRecord, find_agreement: FindAgreement) -> None:
        self._country = country
        self._find_record = find_record
        self._find_agreement = find_agreement
        self._remembered: OrderedDict[tuple[object, ...], Notice] = OrderedDict()
        #: Notices by their hash, each with the text it was read from: another text is read and hashed anew.
        self._read: OrderedDict[str, tuple[str, Notice]] = OrderedDict()

    def of_ask(self, work: Work, asked: Grant) -> Notice:
        """Return the notice for an ask: the newest of its series, or a new version of it, which is kept."""
        record = self._find_record(work, asked.recipient)
        agreement = self._find_agreement(work, asked.agreement) if asked.agreement else None
        names = (asked.recipient_name, asked.provider_name, asked.kinds)
        told = (record[0], record[1].model_dump_json()) if record else None
        series = series_of(asked)
        row = work.one(_NEWEST, series=series)
        known = (row["hash"] if row else "", series, told, agreement.id if agreement else "", names)
        if (remembered := self._remembered.get(known)) is not None:
            return remembered
        newest = self.newest(work, series)
        notice = write_notice(
            asked,
            record=record,
            policy=agreement.policy if agreement else None,
            country=self._country,
            before=newest,
        )
        if notice is not newest:
            row = {"hash": notice.hash, "version": notice.version, "series": notice.series, "number": notice.number}
            work.insert(notices, row | {"content": notice.content(), "made": work.now})
        else:
            _keep(self._remembered, known, notice)
        return notice

    def find(self, work: Work, hash: str) -> Notice:
        """Return a notice by its hash; raise BadInput when it is missing or is not what was shown."""
        row = work.one(_STORED, hash=hash)
        written, notice = self._read.get(hash, ("", None))
        if row is not None and (notice is None or row["text"] != written):
            written, notice = row["text"], read_notice(json.loads(row["text"]))
        if row is None or notice is None or notice.hash != hash:
            raise BadInput(f"The notice {hash[:64]} is missing or was changed.")
        _keep(self._read, hash, (written, notice))
        return notice

    def newest(self, work: Work, series: str) -> Notice | None:
        """Return the newest notice of a series."""
        mine = sa.select(notices.c.content).where(notices.c.series == series, _IN_A_SERIES)
        query = mine.order_by(notices.c.number.desc())
        row = work.one(query.limit(1))
        return read_notice(row["content"]) if row else None

    def versions(self, work: Work, series: str) -> list[Notice]:
        """Return every notice of a series, the newest first; raise BadInput when the chain of hashes is broken."""
        mine = sa.select(notices.c.content).where(notices.c.series == series, _IN_A_SERIES)
        query = mine.order_by(notices.c.number.desc())
        found = [read_notice(row["content"]) for row in work.rows(query)]
        for newer, older in pairwise(found):
            if newer.previous != older.hash or newer.number != older.number + 1:
                raise BadInput(f"The notices of {series[:64]} are not an unbroken chain.")
        return found

    def outdated(self, work: Work, recipient: str, *, after: str, limit: int) -> tuple[list[Grant], str]:
        """Return living grants and open asks of a recipient whose notice changed so that people must be asked again.

        Looks at `limit` grants from the identifier `after` on; also returns the last one looked at, empty at the end.
        """
        alive = grants.c.state.in_([GrantState.PENDING, GrantState.GRANTED])
        theirs = (grants.c.recipient == recipient) & alive & (grants.c.until > work.now) & (grants.c.id > after)
        page = [to_grant(row) for row in work.rows(sa.select(grants).where(theirs).order_by(grants.c.id).limit(limit))]
        found = [grant for grant in page if self.must_ask_again(work, grant)]
        return found, page[-1].id if len(page) == limit else ""

    def is_outdated(self, work: Work, grant: Grant) -> bool:
        """Whether what a grant or an ask was shown with has changed since in what matters.

        Raises BadInput when the notice that was shown is missing or was tampered with.
        """
        newest = self.of_ask(work, grant)
        return newest.hash != grant.notice_hash and bool(changes(self.find(work, grant.notice_hash), newest))

    def must_ask_again(self, work: Work, grant: Grant) -> bool:
        """Whether who was shown it is asked anew: what matters has changed, or it cannot be read any more.

        One notice that is missing holds up nobody else.
        """
        try:
            return self.is_outdated(work, grant)
        except BadInput:
            return True


def _keep(kept: OrderedDict[_Name, _Thing], name: _Name, thing: _Thing) -> None:
    kept[name] = thing
    if len(kept) > MOST_REMEMBERED:
        kept.popitem(last=False)
