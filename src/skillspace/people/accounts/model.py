"""The words of accounts: an account, its kind and roles, and the rule that opens a page to a role."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from skillspace.kernel.errors import Refused

MAX_NAME = 120


class RoleMissing(Refused):
    """Your account does not have the role this page needs; ask an operator of your organisation."""


class WrongForm(Refused):
    """This form does not belong to your session; reload the page and send it again."""


class AccountKind(StrEnum):
    """Persons have a space of their own at an intermediary; staff work for the organisation that runs the node."""

    PERSON = "person"
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True)
class Account:
    """Someone who can sign in here. `secret` (32 bytes) makes their pairwise pseudonyms and is never shown or sent.

    `territory` is the code of the municipality they live in, and nothing finer: it says what is near them, and counts
    in statistics. `email` is proven to be theirs. `synthetic` marks an invented person, `is_demo` one that anybody may
    sign in as while the node is a demo.
    """

    id: str
    name: str
    kind: AccountKind
    language: str
    secret: bytes = field(repr=False)
    made: datetime
    email: str | None = None
    roles: frozenset[str] = frozenset()
    territory: str | None = None
    is_demo: bool = False
    synthetic: bool = False


def require(account: Account, role: str) -> Account:
    """Return the account when it has `role`; raise RoleMissing naming the role otherwise."""
    if role not in account.roles:
        raise RoleMissing(f"This needs the role “{role}”, which {account.name} does not have; ask an operator.")
    return account
