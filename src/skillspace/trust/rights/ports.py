"""What rights need of their neighbours: calls to others, who holds data, and rooms that collect, erase and stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import httpx2 as httpx

from skillspace.storage.database import Work
from skillspace.trust.rights.model import Asked, DataSubject, Duty, Holding, Line

#: Write an entry of the journal within the caller's transaction: kind, about, content.
Note = Callable[[Work, str, str, Mapping[str, object]], None]
#: Write a line into a person's own log.
Tell = Callable[[Work, Line], None]
#: Return everybody who is linked to a person, provides, or ever received under a grant.
Organisations = Callable[[Work, str], Sequence[Asked]]

SERVICE = "SkillspaceNode"


class Peers(Protocol):
    """Calls to other nodes: `identity.PeerClient`, or a fake that routes to another node's application."""

    def service(self, did: str, kind: str) -> str:
        """Return the address of a service of `did`."""

    def call(self, method: str, did: str, url: str, body: object = None) -> dict[str, Any]:
        """Send one request and return its JSON object; raise PeerRefused or PeerUnreachable."""

    def stream(
        self, did: str, url: str, headers: Mapping[str, str] | None = None
    ) -> AbstractContextManager[httpx.Response]:
        """Open a GET whose reply is read piece by piece; raise as `call`."""


@dataclass(frozen=True, kw_only=True)
class Answerer:
    """What one room of an organisation can do about the people it keeps; `name` is its own word for what it keeps.

    Each gets the transaction and the data subject, whose scope it honours. `collect` yields what is held; `duties` says
    what a law demands to keep, and changes nothing; `erase` deletes all else and counts it by kind; `restrict` marks
    (True) or frees what is held. A room that has no `erase` or `restrict` leaves such a case to a person.
    """

    name: str
    collect: Callable[[Work, DataSubject], Iterable[Holding]]
    duties: Callable[[Work, DataSubject], Sequence[Duty]] | None = None
    erase: Callable[[Work, DataSubject], Mapping[str, int]] | None = None
    restrict: Callable[[Work, DataSubject, bool], None] | None = None
