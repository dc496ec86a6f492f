"""Guessing at a tool's secret: after some wrong ones nobody looks at what comes from there for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from skillspace.kernel.clock import Clock
from skillspace.kernel.errors import NotSignedIn, Refused
from skillspace.kernel.pace import Pace

MOST = 100
WITHIN = timedelta(minutes=1)


class TooManyTries(Refused):
    """Too many wrong secrets came for this client from where you are; wait a minute and try again."""

    http_status = 429


class Tries:
    """Counts wrong secrets by the client's name and where they came from, in memory: a restart forgives.

    Who knows the right secret and asks from elsewhere is not kept waiting by somebody who guesses.
    """

    def __init__(self, clock: Clock) -> None:
        self._wrong = Pace(MOST, WITHIN, clock)

    @contextmanager
    def one(self, name: str, origin: str) -> Iterator[None]:
        """Make one try within; one that ends in NotSignedIn was wrong, unless nobody was named. Raises TooManyTries
        before it is made."""
        who = f"{origin} {name}"
        if self._wrong.is_spent(who):
            raise TooManyTries
        try:
            yield
        except NotSignedIn:
            if name:
                self._wrong.allows(who)
            raise
        self._wrong.forget(who)
