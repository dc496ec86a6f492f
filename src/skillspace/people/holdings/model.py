"""The words of holdings: a person as an organisation knows them, a document about them, a code to connect."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from skillspace.kernel.errors import Conflict, Refused

#: Digits and capitals that cannot be taken for one another when read aloud or off paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8


class WrongCode(Refused):
    """This code is not one we gave, was used, or is too old; ask the organisation for a new one."""


class TooManyAttempts(Refused):
    """Too many codes were tried; wait a while and ask the organisation for a new one."""

    http_status = 429


class AlreadyLinked(Conflict):
    """This space is connected to another person of ours already; disconnect it first."""


@dataclass(frozen=True, kw_only=True)
class HeldPerson:
    """A student, pupil, employee, jobseeker or learner in the organisation's own register."""

    local_id: str
    name: str
    territory: str | None = None
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class HeldDocument:
    """One document about a person, offered within `dataset` as data of `kind`. `id` is unique in the data set.

    One that is too long to be read at once comes in parts, counted from 1: whoever allows it allows all of them.
    """

    id: str
    local_id: str
    dataset: str
    kind: str
    media_type: str
    body: bytes = field(repr=False)
    updated: datetime
    part: int = 1


@dataclass(frozen=True, kw_only=True)
class Connection:
    """Who is connected under which pseudonym; `way` says how it was proven, `issuer` whose credential proved it."""

    local_id: str
    name: str
    intermediary: str
    subject: str
    linked: datetime
    way: str
    issuer: str | None = None


def part_name(document_id: str, part: int) -> str:
    """Return what one part of a document is called; the first has the document's own name."""
    return document_id if part == 1 else f"{document_id}#{part}"


def new_link_code() -> str:
    """Return a fresh code of eight readable characters such as ``K7QF-2MXA`` (39 bits)."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def plain_code(typed: str) -> str | None:
    """Return what a person typed as the eight characters meant, or None when it cannot be a code."""
    meant = "".join(typed.upper().replace("-", " ").split())
    return meant if len(meant) == CODE_LENGTH and set(meant) <= set(ALPHABET) else None
