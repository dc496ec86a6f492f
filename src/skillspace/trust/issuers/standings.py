"""Whether the certificates of a chain that holds were taken back: asked where it may be, remembered for some minutes.

A token carries no word about it, so without anybody to ask it is not known, and that is told wherever the name counts.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from skillspace.kernel.clock import Clock
from skillspace.trust.issuers.identity import FRESH, MAX_REMEMBERED
from skillspace.trust.issuers.revocation import Ask, Revocation, Words, standing_of_path
from skillspace.wire.certificates import Certified


class Standings:
    """What is known of chains that hold; `ask` is who may be asked (None: nobody), and calls others.

    That one was taken back is believed until its authority says otherwise, though nobody answers meanwhile.
    """

    def __init__(self, clock: Clock, ask: Ask | None = None) -> None:
        self._clock = clock
        self._ask = ask
        self._heard: OrderedDict[bytes, tuple[datetime, Revocation]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, certified: Certified) -> Revocation:
        """Return whether one of a checked chain was taken back. May call others: not in a transaction."""
        if self._ask is None:
            return Revocation.UNCHECKED
        at, name = self._clock(), _name(certified.path)
        with self._lock:
            heard, known = self._heard.get(name, (None, Revocation.UNCHECKED))
        if heard is not None and at - heard < FRESH:
            return known
        found = standing_of_path(certified.path, Words(), at, self._ask)
        with self._lock:
            _, known = self._heard.get(name, (at, Revocation.UNCHECKED))
            found = known if known is Revocation.REVOKED and found is Revocation.UNCHECKED else found
            self._heard[name] = at, found
            self._heard.move_to_end(name)
            while len(self._heard) > MAX_REMEMBERED:
                self._heard.popitem(last=False)
        return found


def _name(path: Sequence[x509.Certificate]) -> bytes:
    return b"".join(each.fingerprint(hashes.SHA256()) for each in path)
