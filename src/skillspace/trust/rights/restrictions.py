"""What people stopped: while a restriction or an objection stands, the release gate and readers of copies say no."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

import sqlalchemy as sa

from skillspace.storage.database import Work
from skillspace.trust.rights.model import DataSubject, Right, Scope
from skillspace.trust.rights.store import restrictions, scope_row, to_scope

#: No grant has this name: a use without consent lies outside of a scope of grants.
_NO_GRANT = ""
_ABOUT = sa.select(restrictions).where(
    *(restrictions.c[name] == sa.bindparam(name) for name in ("intermediary", "subject"))
)
_WORDS = {
    Right.RESTRICTION: "asked that their data are kept and not used (GDPR Article 18)",
    Right.OBJECTION: "objected to any use that rests on another ground than their consent (GDPR Article 21)",
}


class Copy(Protocol):
    """Something held about a person: whose it is, and the consent under which it came."""

    @property
    def intermediary(self) -> str:
        """The node that keeps the person's space."""

    @property
    def subject(self) -> str:
        """Who they are to that node and this one."""

    @property
    def dataset(self) -> str:
        """What it is of."""

    @property
    def grant_id(self) -> str:
        """The consent."""


class Restrictions:
    """The restrictions and objections that stand at this node."""

    def is_restricted(
        self,
        work: Work,
        intermediary: str,
        subject: str,
        grant: str | None,
        *,
        dataset: str | None = None,
        kinds: Collection[str] = (),
    ) -> str | None:
        """Return why a person's data may not be used now, or None.

        `grant` is the consent the use rests on, None for a use on any other ground. A restriction stops both, an
        objection only the second. What is not said about the use (`dataset`, `kinds`) counts as stopped. Where this
        node is the intermediary, `subject` is the person's own identifier.
        """
        for row in work.rows(_ABOUT, intermediary=intermediary, subject=subject):
            if row["right"] == Right.OBJECTION and grant is not None:
                continue
            scope = to_scope(row["scope"])
            if any(scope.covers(dataset=dataset, kind=kind, grant=grant or _NO_GRANT) for kind in kinds or (None,)):
                day = f"{row['since'].day} {row['since']:%b %Y}"
                return f"The person {_WORDS[Right(row['right'])]} on {day}."
        return None

    def stopped(self, work: Work, copies: Iterable[Copy]) -> dict[str, str]:
        """Return why copies may not be used now, by the consent they came under; those not named may be."""
        some = self.subjects(work)
        found: dict[str, str] = {}
        for one in copies if some else ():
            who = (one.intermediary, one.subject)
            if who in some and (why := self.is_restricted(work, *who, one.grant_id, dataset=one.dataset)):
                found[one.grant_id] = why
        return found

    def left_out(self, work: Work, intermediary: str) -> frozenset[str]:
        """Return the subjects of an intermediary whose data no use without a consent may take in, such as counting."""
        some = {subject for who, subject in self.subjects(work) if who == intermediary}
        return frozenset(one for one in some if self.is_restricted(work, intermediary, one, None))

    def subjects(self, work: Work) -> frozenset[tuple[str, str]]:
        """Return everybody about whom something stands here, as intermediary and subject: they are few."""
        query = sa.select(restrictions.c.intermediary, restrictions.c.subject).distinct()
        return frozenset((row["intermediary"], row["subject"]) for row in work.rows(query))

    def put(self, work: Work, request: Mapping[str, Any], who: DataSubject, right: Right) -> None:
        """Let what a request asked to stop, stop; again changes nothing."""
        row = {
            "request": request["id"],
            "intermediary": who.intermediary,
            "subject": who.subject,
            "right": right,
            "scope": scope_row(who.scope),
            "since": work.now,
        }
        work.insert_new(restrictions, row, on="request")

    def scopes(self, work: Work, who: DataSubject) -> list[Scope]:
        """Return what of a person's data may only be kept now, one scope for each restriction that stands."""
        rows = work.rows(_ABOUT, intermediary=who.intermediary, subject=who.subject)
        return [to_scope(row["scope"]) for row in rows if row["right"] == Right.RESTRICTION]

    def lift(self, work: Work, request: str) -> bool:
        """Let it go on; tell whether it had stopped."""
        return work.delete(restrictions, restrictions.c.request == request) > 0
