"""The tools an organisation lets use its learning record store: each with a secret, and with what it may do."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict, NotFound, NotSignedIn, Refused
from skillspace.kernel.ids import new_secret
from skillspace.people.statements.store import clients
from skillspace.storage.database import Work

LONGEST_HEADER = 1000
_NOBODY = hashlib.sha256(b"").hexdigest()


class Scope(StrEnum):
    """What a tool may do, by xAPI's own names (1.0.3 part 3 §4.0)."""

    WRITE = "statements/write"
    READ_MINE = "statements/read/mine"
    READ = "statements/read"
    STATE = "state"
    PROFILE = "profile"
    ALL_READ = "all/read"
    ALL = "all"


#: Which scopes also let a tool do what another one does.
_OPENS = {
    Scope.READ_MINE: {Scope.READ_MINE, Scope.READ, Scope.ALL_READ, Scope.ALL},
    Scope.READ: {Scope.READ, Scope.ALL_READ, Scope.ALL},
    Scope.WRITE: {Scope.WRITE, Scope.ALL},
    Scope.STATE: {Scope.STATE, Scope.ALL},
    Scope.PROFILE: {Scope.PROFILE, Scope.ALL},
    Scope.ALL_READ: {Scope.ALL_READ, Scope.ALL},
    Scope.ALL: {Scope.ALL},
}


@dataclass(frozen=True, kw_only=True)
class Client:
    """A tool that showed its secret. `name` is its key, and how its statements name who vouches for them."""

    name: str
    scopes: frozenset[Scope]
    made: datetime

    def may(self, scope: Scope) -> bool:
        """Tell whether the tool may do what this scope is for."""
        return not self.scopes.isdisjoint(_OPENS[scope])

    def must(self, *scopes: Scope) -> None:
        """Raise Refused unless the tool may do what one of these scopes is for."""
        if not any(self.may(scope) for scope in scopes):
            raise Refused(f"The client {self.name} may not do this; it would need the scope {' or '.join(scopes)}.")


class Clients:
    """Keeps the tools, and knows one by its name and its secret."""

    def add(self, work: Work, name: str, scopes: Collection[str]) -> str:
        """Let a tool in and return its secret, which nobody can read again. Raises Conflict, BadInput."""
        if not 0 < len(name) <= 100 or not name.isprintable() or name != name.strip() or ":" in name:
            raise BadInput("A client needs a name of at most 100 printable characters, none of them a colon.")
        if not scopes or set(scopes) - {scope.value for scope in Scope}:
            raise BadInput(f"A client has one scope or more out of {', '.join(Scope)}.")
        secret = new_secret()
        row = {"name": name, "secret_hash": _hash(secret), "scopes": sorted(set(scopes)), "made": work.now}
        if not work.insert_new(clients, row, on="name"):
            raise Conflict(f"There is a client {name} already; remove it first.")
        return secret

    def remove(self, work: Work, name: str) -> None:
        """Shut a tool out; what it wrote stays. Raises NotFound."""
        if not work.delete(clients, clients.c.name == name):
            raise NotFound(f"There is no client {name[:100]}.")

    def listed(self, work: Work) -> list[Client]:
        """Return every tool, by name."""
        return [_client(row) for row in work.rows(sa.select(clients).order_by(clients.c.name))]

    def calling(self, work: Work, authorization: str | None) -> Client:
        """Return the tool whose name and secret an Authorization header shows (RFC 7617); raise NotSignedIn.

        An unknown name takes as long to refuse as a wrong secret.
        """
        name, secret = shown(authorization)
        row = work.where(clients, name=name)
        known = row["secret_hash"] if row is not None else _NOBODY
        if not hmac.compare_digest(_hash(secret), known) or row is None:
            raise NotSignedIn("Show the name and the secret of a client of this store: Authorization: Basic …")
        return _client(row)


def shown(authorization: str | None) -> tuple[str, str]:
    """Return the name and the secret in an Authorization header, both empty where it shows none."""
    scheme, _, shown = (authorization or "")[:LONGEST_HEADER].partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(shown.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return name.replace("\x00", ""), secret


def _client(row: Mapping[str, Any]) -> Client:
    return Client(name=row["name"], scopes=frozenset(Scope(scope) for scope in row["scopes"]), made=row["made"])


def _hash(secret: str) -> str:
    """Return what is stored of a secret: it is long and random, so a plain hash will do."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
