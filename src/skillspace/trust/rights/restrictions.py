"""What people stopped: while a restriction or an objection stands, the release gate and readers of copies say no."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from skillspace.storage.database import Work
from skillspace.trust.rights.model import DataSubject, Right
from skillspace.trust.rights.store import restrictions, scope_row, to_scope

#: No grant has this name: a use without consent lies outside of a scope of grants.
_NO_GRANT = ""
_WORDS = {
    Right.RESTRICTION: "asked that their data are kept and not used (GDPR Article 18)",
    Right.OBJECTION: "objected to any use that rests on another ground than their consent (GDPR Article 21)",
}


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
        query = sa.select(restrictions).where(
            restrictions.c.intermediary == intermediary, restrictions.c.subject == subject
        )
        for row in work.rows(query):
            if row["right"] == Right.OBJECTION and grant is not None:
                continue
            scope = to_scope(row["scope"])
            if any(scope.covers(dataset=dataset, kind=kind, grant=grant or _NO_GRANT) for kind in kinds or (None,)):
                day = f"{row['since'].day} {row['since']:%b %Y}"
                return f"The person {_WORDS[Right(row['right'])]} on {day}."
        return None

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

    def lift(self, work: Work, request: str) -> bool:
        """Let it go on; tell whether it had stopped."""
        return work.delete(restrictions, restrictions.c.request == request) > 0
