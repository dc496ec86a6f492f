"""The office's page of credentials: offering them to people's wallets, and asking wallets for theirs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Page


@dataclass(frozen=True, kw_only=True)
class OfferLine:
    """An offer: to whom (their number in the register), what, and where it stands; `moves` are what can be done."""

    id: str
    about: str
    title: str
    made: dt.datetime
    state: str
    moves: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class AskLine:
    """A request: what for, where it stands, and what was shown, as (by whose word, facts)."""

    id: str
    purpose: str
    made: dt.datetime
    state: str
    shown: tuple[tuple[str, tuple[str, ...]], ...] = ()
    moves: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class OfferForm:
    """What was typed into the form of an offer, and what is wrong with it."""

    about: str = ""
    title: str = ""
    awarded: str = ""
    criteria: str = ""
    skills: str = ""
    is_undecided: bool = False
    by_certificate: bool = False
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class AskForm:
    """What was typed into the form of a request, and what is wrong with it."""

    purpose: str = ""
    skills: str = ""
    by_certificate: bool = False
    is_here: bool = False
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class CredentialsPage(Page):
    """Offers and requests. `link` and `pin` are a fresh one's, shown once; `is_offer` tells which of the two it is.

    With `has_certificate` wallets may know who asks by that, and where the issuer `is_certified` who gives; a link that
    `is_here` is opened on this very device.
    """

    TEMPLATE: ClassVar[str] = "org_credentials.html"

    offers: tuple[OfferLine, ...] = ()
    asks: tuple[AskLine, ...] = ()
    offer: OfferForm = OfferForm()
    ask: AskForm = AskForm()
    link: str = ""
    pin: str = ""
    is_offer: bool = True
    is_here: bool = False
    has_certificate: bool = False
    is_certified: bool = False
