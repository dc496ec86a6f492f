"""Pages of a person's wallet: the credentials they hold, an offer before it is taken, a request before its answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Page, Place


@dataclass(frozen=True, kw_only=True)
class CardLine:
    """A credential: what it says in `facts`, by whose word, until when.

    `record` is the path of how it counts among the person's skills, `problem` why it counts no more; `code` is the
    whole credential, for a picture that a receiver scans.
    """

    id: str
    title: str
    place: Place
    facts: tuple[str, ...] = ()
    until: dt.date | None = None
    record: str = ""
    problem: str = ""
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class ComingLine:
    """A credential on its way; `reason` says why it did not come, and is empty while it may.

    `again` names it where its issuer was only silent, so that it can be asked for again.
    """

    name: str
    reason: str = ""
    again: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestLine:
    """A request that came: by whom, when, and what became of it."""

    id: str
    name: str
    made: dt.datetime
    state: str


@dataclass(frozen=True, kw_only=True)
class CardsPage(Page):
    """What somebody holds, and what was asked of them. `link` is what they typed, `problem` what is wrong with it."""

    TEMPLATE: ClassVar[str] = "cards.html"

    cards: tuple[CardLine, ...] = ()
    coming: tuple[ComingLine, ...] = ()
    requests: tuple[RequestLine, ...] = ()
    link: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class CardOfferPage(Page):
    """What an organisation at `address` offers, before anything is taken."""

    TEMPLATE: ClassVar[str] = "card_offer.html"

    name: str
    address: str
    title: str
    link: str
    needs_pin: bool = False
    needs_sign_in: bool = False
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class CardSignInPage(Page):
    """On the way to sign in with the organisation `name`, whose page is at `address`; `place` is whose host that is."""

    TEMPLATE: ClassVar[str] = "card_sign_in.html"

    name: str
    place: str
    address: str


@dataclass(frozen=True, kw_only=True)
class WalletSignInPage(Page):
    """A wallet asks to keep a credential of this organisation for somebody; `back` leads to it once they decided."""

    TEMPLATE: ClassVar[str] = "wallet_sign_in.html"

    title: str
    wallet: str
    client_id: str
    request_uri: str
    needs_pin: bool = False
    back: str = ""
    is_allowed: bool = False
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class ShowChoice:
    """One thing that may be shown or kept back, in words; `value` is what the form sends."""

    value: str
    words: str
    is_chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class CardCandidate:
    """A card that could answer: what is seen in any case, and what may be shown."""

    title: str
    place: Place
    always: tuple[str, ...]
    choices: tuple[ShowChoice, ...]


@dataclass(frozen=True, kw_only=True)
class CardRequestPage(Page):
    """A request: who asks, known how, what for, and what could be shown; once answered, what was.

    `authority` gave the certificate by which they are known, where it is by one; `is_unchecked` when nobody said
    whether that was taken back. `questions` holds the cards that could answer each thing that is asked for, `back`
    leads to where whoever asked wants the person to go on.
    """

    TEMPLATE: ClassVar[str] = "card_request.html"

    id: str
    name: str
    verifier: str
    is_signed: bool
    purpose: str
    is_open: bool
    state: str
    questions: tuple[tuple[CardCandidate, ...], ...] = ()
    told: tuple[tuple[str, tuple[str, ...]], ...] = ()
    reason: str = ""
    problem: str = ""
    authority: str = ""
    is_unchecked: bool = False
    back: str = ""

    @property
    def can_be_answered(self) -> bool:
        """Whether everything that is asked for could be shown."""
        return all(self.questions)
