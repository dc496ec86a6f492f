"""Whose key is it: what an issuer's own DID proves, asked at its address and remembered with the moment."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import unquote

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import BadInput, NotFound, SkillspaceError
from skillspace.trust.identity import DidResolver
from skillspace.trust.issuers.model import Line, Outcome, Source, Why

#: A look that is older says nothing of now; a younger one than the other is not repeated.
BELIEVED, FRESH = timedelta(days=1), timedelta(minutes=5)
MAX_REMEMBERED = 2000
_PURPOSE = "assertionMethod"


@dataclass(frozen=True, kw_only=True)
class _Look:
    """What was seen last, and when; `is_silent` when nobody answered since."""

    outcome: Outcome = Outcome.UNKNOWN
    why: Why = Why.NOT_ASKED
    at: datetime | None = None
    is_silent: bool = False


class IdentityLooks:
    """Looks at issuers' DID documents, and remembers what was seen as long as this program runs.

    What could be seen earlier is told with its moment when nobody answers now; it is not believed any more then.
    """

    def __init__(self, resolver: DidResolver, clock: Clock = now) -> None:
        self._resolver = resolver
        self._clock = clock
        self._looks: OrderedDict[str, _Look] = OrderedDict()
        self._lock = threading.Lock()

    def look(self, did: str) -> None:
        """Ask the issuer's address, unless it answered a moment ago. Calls it: not in a transaction. Raises nothing."""
        at, last = self._clock(), self._last(did)
        if not _address(did) or (last.at is not None and not last.is_silent and at - last.at < FRESH):
            return
        try:
            outcome, why = self._ask(did, at)
            found = _Look(outcome=outcome, why=why, at=at)
        except SkillspaceError:
            found = replace(last, is_silent=True)
        with self._lock:
            self._looks[did] = found
            self._looks.move_to_end(did)
            while len(self._looks) > MAX_REMEMBERED:
                self._looks.popitem(last=False)

    def line(self, did: str, at: datetime) -> Line:
        """Return what is known of the DID at a moment, without asking anybody."""
        address = _address(did)
        if not address:
            why = Why.KEY_ALONE if did.startswith("did:key:") else Why.NOT_A_DID
            return Line(source=Source.DID, outcome=Outcome.UNKNOWN, why=why, checked=at)
        last = self._last(did)
        line = Line(source=Source.DID, outcome=last.outcome, why=last.why, detail=address, checked=last.at)
        if last.is_silent:
            last_heard = last.outcome if last.at else None
            return replace(line, outcome=Outcome.UNREACHABLE, why=Why.SILENT, last=last_heard)
        if last.at is not None and at - last.at >= BELIEVED:
            return replace(line, outcome=Outcome.UNKNOWN, why=Why.NOT_LATELY, last=last.outcome)
        return line

    def _last(self, did: str) -> _Look:
        with self._lock:
            return self._looks.get(did, _Look())

    def _ask(self, did: str, at: datetime) -> tuple[Outcome, Why]:
        """What its address says; raises Unavailable, and whatever else is no answer."""
        try:
            document = self._resolver.resolve(did)
        except (NotFound, BadInput):
            return Outcome.NO, Why.NO_DOCUMENT
        named = document.purposes.get(_PURPOSE, frozenset()) & document.keys.keys()
        is_live = any(at < document.ends.get(kid, at + BELIEVED) for kid in named)
        return (Outcome.YES, Why.CONTROLS) if is_live else (Outcome.NO, Why.NO_KEY)


def _address(did: str) -> str:
    """The host, and the path on it, that a did:web names; empty for anything else."""
    if not did.startswith("did:web:"):
        return ""
    return "/".join(unquote(part) for part in did.removeprefix("did:web:").split(":"))[:200]
