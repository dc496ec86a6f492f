"""The programs an operator lets use this API: each with a secret of which only the hash is kept, and with scopes."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict, NotFound, NotSignedIn, Refused
from skillspace.kernel.ids import new_id, new_secret
from skillspace.storage.database import Work
from skillspace.trust.consent.govstack.store import clients

#: How the secret is shown; the second is what clients of the reference implementation send.
SCHEMES = frozenset({"bearer", "apikey"})
LONGEST_HEADER = 500


class Scope(StrEnum):
    """What a program may do, by the standard's own names: configuration, verification, people's records, audit."""

    ORG = "org"
    CONSUMER = "consumer"
    INDIVIDUAL = "individual"
    AUDITOR = "auditor"


@dataclass(frozen=True, kw_only=True)
class Client:
    """A program. As a consumer it speaks for one `organisation` (a DID) and sees what that one was granted."""

    id: str
    name: str
    scopes: frozenset[Scope]
    organisation: str | None
    made: datetime

    def must_have(self, scopes: Collection[Scope]) -> None:
        """Raise Refused unless the program has one of these scopes."""
        if self.scopes.isdisjoint(scopes):
            raise Refused(f"The client {self.name} lacks the scope for this: {' or '.join(sorted(scopes))}.")


class Clients:
    """Keeps the programs, and knows one by its secret."""

    def add(self, work: Work, name: str, scopes: Collection[str], *, organisation: str | None = None) -> str:
        """Let a program in and return its secret, which nobody can read again.

        Raises Conflict when there is such a client, BadInput for a name or scope that is none, and for a consumer
        without an organisation.
        """
        if not 0 < len(name) <= 100 or not name.isprintable() or name != name.strip():
            raise BadInput("A client needs a name of at most 100 printable characters.")
        if not scopes or set(scopes) - {scope.value for scope in Scope}:
            raise BadInput(f"A client has one scope or more out of {', '.join(Scope)}.")
        if (Scope.CONSUMER in scopes) != (organisation is not None):
            raise BadInput("A consumer, and only a consumer, speaks for an organisation: name its DID.")
        if organisation is not None and not (organisation.startswith("did:") and len(organisation) <= 500):
            raise BadInput("The organisation is named by its DID.")
        secret = new_secret()
        row = {"id": new_id("client"), "name": name, "secret_hash": _hash(secret), "scopes": sorted(set(scopes))}
        if not work.insert_new(clients, row | {"organisation": organisation, "made": work.now}, on="name"):
            raise Conflict(f"There is a client {name} already; remove it first.")
        return secret

    def remove(self, work: Work, name: str) -> None:
        """Shut a program out; what people let it do ends with it. Raises NotFound."""
        if not work.delete(clients, clients.c.name == name):
            raise NotFound(f"There is no client {name[:100]}.")

    def listed(self, work: Work) -> list[Client]:
        """Return every program, by name."""
        return [_client(row) for row in work.rows(sa.select(clients).order_by(clients.c.name))]

    def calling(self, work: Work, authorization: str | None) -> Client:
        """Return the program whose secret the Authorization header shows; raise NotSignedIn."""
        scheme, _, secret = (authorization or "")[:LONGEST_HEADER].partition(" ")
        if scheme.lower() in SCHEMES and secret.strip():
            row = work.one(sa.select(clients).where(clients.c.secret_hash == _hash(secret.strip())))
            if row is not None:
                return _client(row)
        raise NotSignedIn("Show the secret of a client that this node's operator made: Authorization: Bearer <secret>.")


def _client(row: Mapping[str, Any]) -> Client:
    content = {name: value for name, value in row.items() if name != "secret_hash"}
    return Client(**{**content, "scopes": frozenset(Scope(scope) for scope in row["scopes"])})


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
