"""Lists of statuses as they are fetched, read and kept for a few minutes, whichever of the norms they follow."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from skillspace.kernel.clock import Clock
from skillspace.kernel.errors import SkillspaceError, Unavailable
from skillspace.records.credentials import CredentialExpired
from skillspace.trust.status.faults import StatusStale, StatusUnknown, StatusUnreachable
from skillspace.wire.jose import TokenExpired
from skillspace.wire.outbound import Outbound

KEEP_FAILURE = timedelta(seconds=10)
MAX_KEPT = 32


class Published(Protocol):
    """What every list says: until when it may be relied upon, None where it does not say."""

    @property
    def expires(self) -> datetime | None:
        """The end of its own validity."""


P = TypeVar("P", bound=Published)
Read = Callable[[str, str, str, datetime], P]
"""Read the text published at an address, of an issuer, at a moment; raise what is wrong with it."""


class KeptLists(Generic[P]):
    """The lists of one norm. One is kept for `keep` at most, less when its own validity ends sooner.

    One that could not be had is not asked for again for ten seconds. Calls the issuer: not in a transaction.
    """

    def __init__(
        self, outbound: Outbound, clock: Clock, keep: timedelta, read: Read[P], *, accept: str, max_bytes: int
    ) -> None:
        self._outbound = outbound
        self._clock = clock
        self._keep = keep
        self._read = read
        self._accept = accept
        self._max_bytes = max_bytes
        self._kept: dict[tuple[str, str], tuple[datetime, P | StatusUnknown]] = {}
        self._lock = threading.Lock()

    def get(self, address: str, issuer: str) -> P:
        """Return the list that `issuer` publishes at `address`; raise StatusUnknown and its kinds."""
        at = self._clock()
        with self._lock:
            until, kept = self._kept.get((address, issuer), (at, None))
        if kept is None or until <= at:
            kept = self._fetch(address, issuer, at)
            ends = [at + (KEEP_FAILURE if isinstance(kept, StatusUnknown) else self._keep)]
            if not isinstance(kept, StatusUnknown) and kept.expires is not None:
                ends.append(kept.expires)
            with self._lock:
                self._kept.pop((address, issuer), None)
                while len(self._kept) >= MAX_KEPT:
                    del self._kept[next(iter(self._kept))]
                self._kept[(address, issuer)] = (min(ends), kept)
        if isinstance(kept, StatusUnknown):
            # A new one each time: a raised exception carries the traceback of who met it.
            raise type(kept)(kept.message)
        return kept

    def forget(self) -> None:
        """Let go of every list, so that each is asked for anew."""
        with self._lock:
            self._kept.clear()

    def _fetch(self, address: str, issuer: str, at: datetime) -> P | StatusUnknown:
        """The list, or the fault that is remembered in its place."""
        try:
            reply = self._outbound.send("GET", address, headers={"Accept": self._accept}, max_bytes=self._max_bytes)
            if reply.status != 200:
                return StatusUnknown(f"The status list {address[:200]} is not there (answer {reply.status}).")
            return self._read(reply.body.decode().strip(), address, issuer, at)
        except UnicodeDecodeError:
            return StatusUnknown(f"What is published at {address[:200]} is no status list.")
        except (TokenExpired, CredentialExpired) as fault:
            return StatusStale(f"The status list {address[:200]} is out of date: {fault.message}")
        except SkillspaceError as fault:
            kind = StatusUnreachable if isinstance(fault, Unavailable) else StatusUnknown
            return kind(f"The status list {address[:200]} does not count: {fault.message}")
