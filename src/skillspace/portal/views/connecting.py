"""Pages on which a person proves who they are: to an organisation that knows them, and to the space itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Page


@dataclass(frozen=True, kw_only=True)
class ConnectPage(Page):
    """Connect an organisation with a code; `minutes` is how long one lasts that was just asked for by mail."""

    TEMPLATE: ClassVar[str] = "connect.html"

    code: str = ""
    problem: str = ""
    organisations: tuple[Choice, ...] = ()
    minutes: int = 0


@dataclass(frozen=True, kw_only=True)
class WaysPage(Page):
    """The ways in which one organisation finds out who somebody is: keys of `words.WAYS`; `credentials` are types."""

    TEMPLATE: ClassVar[str] = "connect_ways.html"

    organisation: Choice
    ways: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()
    minutes: int = 15
    address: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class WalletPage(Page):
    """What a wallet is asked to answer, and where its answer goes (`action`; `organisation` is empty for the space)."""

    TEMPLATE: ClassVar[str] = "wallet.html"

    name: str
    action: str
    nonce: str
    audience: str
    until: dt.datetime
    organisation: str = ""
    credentials: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class ProofLine:
    """Something proven: what names the person, by whose word, and how long it counts."""

    identifier: str
    issuer: str
    until: dt.date


@dataclass(frozen=True, kw_only=True)
class ProofsPage(Page):
    """What a person has proven about who they are; `credentials` are the types that prove something here."""

    TEMPLATE: ClassVar[str] = "proofs.html"

    proofs: tuple[ProofLine, ...] = ()
    credentials: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LinkedPerson:
    """Somebody of an organisation's own who connected a space: where, how that was proven, by whose credential."""

    number: str
    name: str
    space: str
    intermediary: str
    subject: str
    way: str
    since: dt.date
    issuer: str = ""


@dataclass(frozen=True, kw_only=True)
class LinkedPage(Page):
    """People an organisation knows who connected their space; `shared` are records with one address between them.

    `code` was just made for the record `number`, and is shown this once.
    """

    TEMPLATE: ClassVar[str] = "org_linked.html"

    people: tuple[LinkedPerson, ...] = ()
    shared: tuple[tuple[str, ...], ...] = ()
    ways: tuple[str, ...] = ()
    number: str = ""
    code: str = ""
    problem: str = ""
