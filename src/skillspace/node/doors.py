"""Doors that strangers may knock at without a word of who they are: each address only so often."""

from __future__ import annotations

from datetime import timedelta

from fastapi import Request
from fastapi.params import Depends as Dependency

from skillspace.kernel.errors import Refused
from skillspace.kernel.pace import Pace

#: Calls of one address in a minute at all doors together: a school's wallets may share one, and so may a whole class.
MOST_CALLS = 600


class TooManyCalls(Refused):
    """Too many calls came from this address within a minute; wait a little."""

    http_status = 429


def paced(pace: Pace | None = None) -> Dependency:
    """Return what a router depends on so that no address calls it too often."""
    kept = pace or Pace(MOST_CALLS, timedelta(minutes=1))

    def check(request: Request) -> None:
        if not kept.allows(request.client.host if request.client else ""):
            raise TooManyCalls()

    return Dependency(check)
