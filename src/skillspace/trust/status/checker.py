"""Asking whether a credential still stands: its issuer's list is fetched, checked and kept for a few minutes."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import BadInput, Refused, SkillspaceError, Unavailable
from skillspace.records.credentials import KeyResolver, StatusEntry, VerifiedCredential
from skillspace.records.credentials.status_entries import ENTRY_TYPES
from skillspace.records.credentials.status_list import MAX_LIST_BYTES, StatusList, read_list
from skillspace.wire.outbound import Outbound

KEEP = timedelta(minutes=5)
KEEP_FAILURE = timedelta(seconds=10)
MAX_KEPT = 32
ACCEPT = "application/vc+jwt, application/jwt;q=0.9, text/plain;q=0.5"
#: These purposes of the norm say nothing about whether a credential stands (Bitstring Status List §2.2).
_HARMLESS = frozenset({"message", "refresh"})


class CredentialRevoked(Refused):
    """The issuer has taken this credential back."""


class CredentialSuspended(Refused):
    """The issuer has suspended this credential for now."""


class StatusUnknown(Refused):
    """Whether this credential still stands cannot be found out, so it does not count."""


class StatusUnreachable(StatusUnknown, Unavailable):
    """Nobody answers where this credential's status is told; it does not count now, and may in a moment."""

    http_status = 503


class StatusChecker:
    """Says no to a credential that was revoked or suspended, and to one of which that cannot be known.

    A list is kept for `keep` at most, less when its own validity ends sooner; so a revocation is seen within `keep`.
    A list that could not be had is not asked for again for ten seconds. Calls the issuer: not in a transaction.
    """

    def __init__(
        self, outbound: Outbound, resolve_key: KeyResolver, clock: Clock = now, *, keep: timedelta = KEEP
    ) -> None:
        self._outbound = outbound
        self._resolve_key = resolve_key
        self._clock = clock
        self._keep = keep
        self._kept: dict[tuple[str, str], tuple[datetime, StatusList | StatusUnknown]] = {}
        self._lock = threading.Lock()

    def check(self, credential: VerifiedCredential) -> None:
        """Return when no status speaks against the credential.

        Raises CredentialRevoked, CredentialSuspended, or StatusUnknown when a list cannot be had, read or trusted, is
        not for this purpose, or is of a kind that is not understood; StatusUnreachable, one of these, when its host
        does not answer.
        """
        for entry in credential.status:
            if entry.type not in ENTRY_TYPES.values():
                raise StatusUnknown(f"Statuses of type {entry.type[:60]!r} are not understood here.")
            if entry.purpose not in _HARMLESS:
                self._check(credential, entry)

    def _check(self, credential: VerifiedCredential, entry: StatusEntry) -> None:
        if entry.size != 1 or entry.purpose not in ("revocation", "suspension"):
            raise StatusUnknown(
                f"A status for {entry.purpose[:40]!r} in {entry.size} bits is not understood; one bit for "
                "revocation or suspension is."
            )
        found = self._list(entry.address, credential.issuer)
        if ENTRY_TYPES[found.model] != entry.type or entry.purpose not in found.purposes:
            raise StatusUnknown(f"The list at {entry.address} is not a list for this {entry.purpose}.")
        try:
            is_set = found.is_set(entry.index)
        except BadInput as fault:
            raise StatusUnknown(fault.message) from fault
        if is_set and entry.purpose == "revocation":
            raise CredentialRevoked(f"{credential.issuer} has revoked the credential {credential.id}.")
        if is_set:
            raise CredentialSuspended(f"{credential.issuer} has suspended the credential {credential.id} for now.")

    def _list(self, address: str, issuer: str) -> StatusList:
        at = self._clock()
        with self._lock:
            until, kept = self._kept.get((address, issuer), (at, None))
        if kept is None or until <= at:
            kept = self._fetch(address, issuer, at)
            ends = [at + (KEEP_FAILURE if isinstance(kept, StatusUnknown) else self._keep)]
            if isinstance(kept, StatusList) and kept.expires is not None:
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

    def _fetch(self, address: str, issuer: str, at: datetime) -> StatusList | StatusUnknown:
        """The list, or the fault that is remembered in its place."""
        try:
            reply = self._outbound.send("GET", address, headers={"Accept": ACCEPT}, max_bytes=MAX_LIST_BYTES)
            if reply.status != 200:
                return StatusUnknown(f"The status list {address[:200]} is not there (answer {reply.status}).")
            token = reply.body.decode("ascii").strip()
            return read_list(token, self._resolve_key, at, address=address, issuer=issuer)
        except UnicodeDecodeError:
            return StatusUnknown(f"What is published at {address[:200]} is no signed status list.")
        except SkillspaceError as fault:
            kind = StatusUnreachable if isinstance(fault, Unavailable) else StatusUnknown
            return kind(f"The status list {address[:200]} does not count: {fault.message}")
