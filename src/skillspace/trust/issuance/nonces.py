"""Nonces that say themselves until when they count, so that no stranger makes us write by asking for one."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from skillspace.kernel.ids import new_secret
from skillspace.storage.database import Work
from skillspace.trust.issuance.model import hashed
from skillspace.trust.issuance.store import nonces

NONCE_LASTS = timedelta(minutes=5)


class Nonces:
    """The nonces of one issuer, of several kinds: none counts as another. `key` is the node's own."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def new(self, work: Work, kind: str) -> str:
        """Return a fresh one, for five minutes."""
        begun = f"{int((work.now + NONCE_LASTS).timestamp())}.{new_secret(16)}"
        return f"{begun}.{self._mark(kind, begun)}"

    def end(self, work: Work, kind: str, nonce: str) -> datetime | None:
        """Return until when a nonce counts; None for one that is not ours, of another kind, or has run out."""
        begun, _, mark = nonce.rpartition(".")
        if not secrets.compare_digest(mark.encode(), self._mark(kind, begun).encode()):
            return None
        ends = datetime.fromtimestamp(int(begun.partition(".")[0]), UTC)
        return ends if ends > work.now else None

    def use_up(self, work: Work, kind: str, name: str, until: datetime) -> bool:
        """Remember a name until then, and tell whether it is the first time that it is met."""
        work.delete(nonces, nonces.c.expires <= work.now)
        row = {"nonce_hash": self._mark(f"spent {kind}", name), "expires": until}
        return bool(work.insert_new(nonces, row, on="nonce_hash"))

    def _mark(self, kind: str, text: str) -> str:
        return hashed(self._key, f"issuance {kind}", text)
