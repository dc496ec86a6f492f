"""The standard's DataAgreement: a series of notices about one use, each notice one Revision, named by its hash."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.storage.database import Work
from skillspace.trust.consent.govstack.policies import Policies
from skillspace.trust.consent.govstack.revisions import Json, revision
from skillspace.trust.consent.notices.notice import Notice, purpose_label
from skillspace.trust.consent.notices.noticing import Notices
from skillspace.trust.consent.store import grants, notices
from skillspace.wire.canonical import canonical

SCHEMA = "DataAgreement"
_LATER = notices.alias("later")
_IS_NEWEST = (notices.c.series == "") | ~sa.exists().where(
    (_LATER.c.series == notices.c.series) & (_LATER.c.number > notices.c.number)
)


def _named(table: sa.FromClause = notices) -> sa.ColumnElement[str]:
    """The name of the agreement a notice belongs to; one from before there were series is its own."""
    return sa.case((table.c.series == "", table.c.hash), else_=table.c.series)


def of_agreement(id: str) -> sa.ColumnElement[bool]:
    """The condition that a grant rests on a notice of this agreement."""
    return grants.c.notice_hash.in_(sa.select(notices.c.hash).where(_named() == id))


class Agreements:
    """Finds notices by the names the standard gives them, and writes them as it does."""

    def __init__(self, book: Notices, policies: Policies) -> None:
        self._book = book
        self._policies = policies

    def find(self, work: Work, id: str) -> Notice:
        """Return the newest notice of an agreement; raise NotFound, or BadInput when the stored one was changed."""
        row = work.one(sa.select(notices.c.hash).where((_named() == id) & _IS_NEWEST))
        if row is None:
            raise NotFound(f"There is no data agreement {id[:64]}.")
        return self._book.find(work, row["hash"])

    def listed(self, work: Work, *, offset: int, limit: int, recipient: str | None = None) -> list[Notice]:
        """Return the newest notice of every agreement, or of those in which `recipient` asks."""
        query = sa.select(notices.c.hash).where(_IS_NEWEST).order_by(_named())
        if recipient is not None:
            asked = sa.select(grants.c.notice_hash).where(grants.c.recipient == recipient)
            mine = notices.alias("mine")
            query = query.where(_named().in_(sa.select(_named(mine)).where(mine.c.hash.in_(asked))))
        return [self._book.find(work, row["hash"]) for row in work.rows(query.offset(offset).limit(limit))]

    def names(self, work: Work, hashes: Collection[str]) -> dict[str, str]:
        """Return which agreement each notice belongs to."""
        wanted, found = sorted(set(hashes)), dict[str, str]()
        for start in range(0, len(wanted), 500):
            query = sa.select(notices.c.hash, _named().label("name")).where(
                notices.c.hash.in_(wanted[start : start + 500])
            )
            found |= {row["hash"]: row["name"] for row in work.rows(query)}
        return found

    def to_json(self, work: Work, notice: Notice) -> Json:
        """Return the DataAgreement as this notice has it; a version of the policy that is not known is left out."""
        policy = None
        if notice.record_version is not None:
            policy = self._policies.numbered(work, notice.controller, notice.record_version)
        website = policy.record.contact.website if policy else ""
        written: Json = {
            "id": notice.series or notice.hash,
            "version": f"{notice.version}.{notice.number}",
            "controller": {
                "id": notice.controller,
                "name": notice.controller_name,
                "url": website or notice.controller,
            },
            "purpose": purpose_label(notice.purpose, "en"),
            "lawfulBasis": "consent",
            "dataUse": "data_using_service",
            "dpia": "not recorded",
            "active": True,
            "forgettable": False,
            "lifecycle": {"id": "complete", "name": "Complete"},
        }
        return written | ({"policy": self._policies.to_json(policy)} if policy else {})

    def revision(self, work: Work, notice: Notice) -> Json:
        """Return the Revision that is this notice: its hash is the one every grant and receipt names."""
        row = work.one(sa.select(notices.c.content, notices.c.made).where(notices.c.hash == notice.hash))
        if row is None:
            raise NotFound(f"There is no notice {notice.hash}.")
        # As it is stored: that is what the hash covers, also of notices from before there were series.
        snapshot = canonical(row["content"]).decode()
        name = notice.series or notice.hash
        return revision(SCHEMA, name, snapshot, at=row["made"], previous=notice.previous)
