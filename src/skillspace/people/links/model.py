"""The word of links: one organisation that a person connected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Link:
    """An organisation that knows the person as `subject` and holds something in `datasets` (ids of offerings)."""

    person: str
    organisation: str
    name: str
    subject: str
    datasets: tuple[str, ...]
    linked: datetime
    refreshed: datetime
    way: str = "code"
    """How the person proved to the organisation who they are: code, mail or credential."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """The ways in which an organisation connects people; `credentials` are the types of those that it matches."""

    ways: tuple[str, ...] = ("code",)
    credentials: tuple[str, ...] = ()
    minutes: int = 15


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a person's wallet has to answer: a nonce, for whom the answer is made (a DID), and until when."""

    nonce: str
    audience: str
    until: datetime


class LinkMove(StrEnum):
    """What happens to a link, as the person's log tells it."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    TAKEN_BACK = "taken-back"


@dataclass(frozen=True, kw_only=True)
class LinkLine:
    """One line of the person's log: what happened to the link with an organisation, and by which way it came about."""

    at: datetime
    organisation: str
    name: str
    move: LinkMove
    way: str
