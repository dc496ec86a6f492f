"""The organisation's own programs: let in by a token, to ask in the organisation's own words.

A token is shown to whoever makes it and to nobody again: of it only the hash is kept. It opens skills intelligence at
this node, and nothing else here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict, NotFound
from skillspace.kernel.ids import new_secret
from skillspace.market.review.store import programs
from skillspace.storage.database import Work

MOST = 50
LONGEST_NAME, LONGEST_HEADER = 60, 200


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program of the organisation's own, and when it was let in."""

    name: str
    made: datetime


class Programs:
    """Keeps the programs, and knows one by its token."""

    def add(self, work: Work, name: str) -> str:
        """Let a program in and return its token, which nobody can read again.

        Raises BadInput for a name that is none, Conflict where there is one of this name or there are MOST already.
        """
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or name != name.strip():
            raise BadInput(f"A program needs a name of at most {LONGEST_NAME} printable characters.")
        if len(self.listed(work)) >= MOST:
            raise Conflict(f"There are {MOST} programs already; shut one out first.")
        token = new_secret()
        row = {"name": name, "token_hash": _hash(token), "made": work.now}
        if not work.insert_new(programs, row, on="name"):
            raise Conflict(f"There is a program called {name} already; shut it out first, or choose another name.")
        return token

    def remove(self, work: Work, name: str) -> None:
        """Shut a program out at once. Raises NotFound."""
        if not work.delete(programs, programs.c.name == name):
            raise NotFound(f"There is no program {name[:LONGEST_NAME]!r} here.")

    def listed(self, work: Work) -> list[Program]:
        """Return every program, by name."""
        rows = work.rows(sa.select(programs.c.name, programs.c.made).order_by(programs.c.name))
        return [Program(**row) for row in rows]

    def knows(self, work: Work, authorization: str | None) -> bool:
        """Tell whether an Authorization header shows the token of a program that is let in."""
        scheme, _, token = (authorization or "")[:LONGEST_HEADER].partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return False
        return work.one(sa.select(programs.c.name).where(programs.c.token_hash == _hash(token.strip()))) is not None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
