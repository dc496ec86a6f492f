"""What an intermediary knows of its people's grants: read here, and written by `service` alone."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import ConsentMissing, NotFound
from skillspace.storage.database import Work
from skillspace.trust.consent.copies import holders
from skillspace.trust.consent.log import diary
from skillspace.trust.consent.machine import GrantState
from skillspace.trust.consent.model import DeletionReceipt, Grant, Holder, Receipt, Use
from skillspace.trust.consent.notices.notice import Notice
from skillspace.trust.consent.notices.noticing import Notices
from skillspace.trust.consent.store import deletions, grants, receipts, spent, to_deletion, to_grant, uses
from skillspace.wire.canonical import digest

LOG_LINES = 500
#: When a grant was asked, answered, and begins and ends.
MOMENTS = ("asked", "decided", "starts", "until", "ended")


class Books:
    """The grants, notices, receipts and log lines of the people whose spaces this node keeps."""

    def __init__(self, notices: Notices) -> None:
        self.notices = notices

    def is_spent(self, work: Work, token: str) -> bool:
        """Tell whether a token for one use was used."""
        return work.where(spent, id=token) is not None

    def find(self, work: Work, id: str) -> Grant:
        """Return a grant, for rooms of this node; raise NotFound."""
        row = work.where(grants, id=id)
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

    def newer_ask(self, work: Work, ended: Grant) -> Grant | None:
        """Return the open ask that took the place of one that ended; None where there is none.

        It may be one that renews a yes to the same; but what renewed one yes is not followed by what renews another.
        """
        names = ("person", "recipient", "provider", "dataset", "purpose")
        same = [grants.c[name] == getattr(ended, name) for name in names]
        is_open = (grants.c.state == GrantState.PENDING) & (grants.c.until > work.now) & (grants.c.id != ended.id)
        found = self._rows(work, sa.and_(*same, is_open))
        nearest = sorted(found, key=lambda one: one.replaces != ended.replaces)
        return next((one for one in nearest if ended.replaces is None or one.replaces in (ended.replaces, None)), None)

    def notice(self, work: Work, grant: Grant) -> Notice:
        """Return the notice a grant was asked with; raise BadInput if the stored one is not what was shown."""
        return self.notices.find(work, grant.notice_hash)

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
        return [to_deletion(row) for row in work.rows(query)]

    def log(self, work: Work, person: str, *, limit: int = LOG_LINES) -> list[Use]:
        """Return what happened to a person's data, latest first."""
        return diary.lines(work, uses.c.person == person, limit)

    def uses_of(self, work: Work, grant: Grant, *, limit: int = LOG_LINES) -> list[Use]:
        """Return what happened under one grant, latest first."""
        return diary.lines(work, uses.c.grant == grant.id, limit)

    def holders_of(self, work: Work, grant: Grant) -> list[Holder]:
        """Return who had to let go of a grant's data, and where each stands."""
        return holders.of_grant(work, grant.id)

    def _rows(self, work: Work, where: sa.ColumnElement[bool], limit: int | None = None) -> list[Grant]:
        query = sa.select(grants).where(where).order_by(grants.c.asked.desc(), grants.c.id.desc()).limit(limit)
        return [to_grant(row) for row in work.rows(query)]


def frame_of(grant: Grant) -> dict[str, object]:
    """What the journal says of a grant: everything that was agreed, and nobody's name: of whose it is, a hash."""
    names = ("state", "provider", "recipient", "dataset", "purpose", "agreement", "notice_hash", "max_uses", "replaces")
    frame: dict[str, object] = {name: getattr(grant, name) for name in names}
    acting = {"capacity": grant.acting.capacity, "mandate": grant.acting.mandate} if grant.acting else None
    return frame | {
        "kinds": list(grant.kinds),
        "items": {kind: list(items) for kind, items in grant.items.items()},
        "whose": digest({"grant": grant.id, "person": grant.person, "subject": grant.subject}),
        **{name: iso(at) if (at := getattr(grant, name)) else None for name in MOMENTS},
        "conditions": grant.conditions.to_json() if grant.conditions else None,
        "acting": acting,
    }
