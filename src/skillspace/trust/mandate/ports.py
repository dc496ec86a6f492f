"""What mandates need of their neighbours: the journal, the grants guardians gave, and who is who."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from skillspace.storage.database import Work

#: Write into the node's journal, in the caller's transaction: (work, kind, about, content).
Note = Callable[[Work, str, str, Mapping[str, object]], None]
#: Let the journal forget the contents about these.
Forget = Callable[[Work, Iterable[str]], object]
#: Tell whether an account is an officer of the intermediary, who checks evidence.
IsOfficer = Callable[[Work, str], bool]
#: Return the roles a recipient (DID) has in the data space; none for a stranger.
RolesOf = Callable[[Work, str], frozenset[str]]
#: Return the identifiers an account has proved to be its own (a DID, a national pseudonym); none when unknown.
IdentifiersOf = Callable[[Work, str], Collection[str]]


class GuardianGrants(Protocol):
    """The grants that guardians gave for a person, in the room that keeps grants. Every call may come twice."""

    def guardian_grants(self, work: Work, person: str) -> Collection[str]:
        """Return the living grants of this person that a guardian gave."""

    def need_reconfirmation(self, work: Work, grant_ids: Collection[str], until: datetime) -> None:
        """Mark these grants: they go on, and somebody else has to say yes to them until then."""

    def stop(self, work: Work, grant_ids: Collection[str]) -> None:
        """End these grants now; one that has ended already is left alone."""


class StatusRegister(Protocol):
    """Where the status of this node's own credentials is published: `trust.status.Register`."""

    def allocate(self, work: Work) -> dict[str, object]:
        """Return the credentialStatus of a new credential; it holds its place as `statusListIndex`."""

    def revoke(self, work: Work, index: int) -> None:
        """Publish that the credential at this place counts no more."""
