"""The door at which anybody may have a document checked: in turn, within bounds, and leaving nothing behind."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import Refused, Unavailable
from skillspace.kernel.pace import Pace
from skillspace.storage.database import Work
from skillspace.trust.issuers.model import IssuerAnswer
from skillspace.trust.issuers.service import IssuerTrust
from skillspace.trust.verification.examining import Examined, Examiner

#: Checks a minute: for one caller, and for all of them together.
MOST_OF_ONE, MOST_OF_ALL = 20, 120
AT_ONCE = 2
PATIENCE_SECONDS = 10.0
WITHIN = timedelta(minutes=1)
_ALL = "all"


class TooManyChecks(Refused):
    """Too many documents were checked from here within a minute; wait a little."""

    http_status = 429


class ChecksBusy(Unavailable):
    """Many documents are being checked at this moment; try again in a little while."""


class VerificationRoom:
    """Examines what callers bring, and answers about the issuers of it. Of a document nothing outlives the call."""

    def __init__(
        self,
        *,
        examiner: Examiner,
        issuers: IssuerTrust,
        close: Callable[[], None],
        clock: Clock = now,
    ) -> None:
        self.issuers = issuers
        self.close = close
        self._examiner = examiner
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._own = Pace(MOST_OF_ONE, WITHIN, clock)
        self._together = Pace(MOST_OF_ALL, WITHIN, clock)

    def examine(self, document: bytes, caller: str) -> Examined:
        """Examine a document for the caller at this network address, and look at its issuers' own addresses.

        Calls issuers: not in a transaction. Raises TooManyChecks, ChecksBusy, and as `Examiner.examine`.
        """
        if not self._own.allows(_neighbourhood(caller)) or not self._together.allows(_ALL):
            raise TooManyChecks()
        if not self._turns.acquire(timeout=PATIENCE_SECONDS):
            raise ChecksBusy()
        try:
            examined = self._examiner.examine(document)
            for issuer in sorted({each.issuer for each in _each(examined) if each.issuer}):
                self.issuers.look(issuer)
            return examined
        finally:
            self._turns.release()

    def answer(self, work: Work, examined: Examined) -> IssuerAnswer | None:
        """Return how far the issuer of an examined document is trusted in it; None where nobody proved to be it."""
        if examined.seal is not None:
            return self.issuers.sealed(work, examined.seal, examined.matter)
        return self.issuers.answer(work, examined.issuer, examined.matter) if examined.issuer else None


def _each(examined: Examined) -> Iterator[Examined]:
    yield examined
    for shown in examined.shown:
        yield from _each(shown)


def _neighbourhood(caller: str) -> str:
    """The address, of IPv6 the part that one connection has for itself (/64); what is none stays as it is."""
    try:
        address = ipaddress.ip_address(caller)
    except ValueError:
        return caller
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if address.version == 6 else str(address)
