"""The words of wallets: a card, an offer and a request as they are seen, and what would be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from skillspace.kernel.errors import BadInput, NotFound, Refused, Unavailable
from skillspace.people.wallet.machine import IntakeState, ShowingState
from skillspace.records.credentials.pointers import Place


class NotAnOffer(BadInput):
    """This link offers no credential that can be taken in here."""


class NotARequest(BadInput):
    """This link asks for nothing that can be shown from here."""


class NotAnAnswer(BadInput):
    """What was chosen does not answer what is asked for, or holds what nobody asked for."""


class NeedsGrownUp(Refused):
    """Somebody else has to agree before you can show this; ask your guardian."""


class TooManyLinks(Refused):
    """Too many links were opened; wait a minute."""

    http_status = 429


class SignInLost(NotFound):
    """You did not sign in for this from here, or it took too long; open the offer again."""


class NotReady(Unavailable):
    """The organisation has not made the credential yet; it is asked again."""

    def __init__(self, message: str | None = None, *, transaction: str = "", after: timedelta = timedelta()) -> None:
        super().__init__(message)
        self.transaction = transaction
        self.after = after


class OfferRefused(Refused):
    """The organisation did not give the credential."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """A credential that somebody holds: who says what, in which format, until when."""

    id: str
    person: str
    format: str
    types: tuple[str, ...]
    title: str
    issuer: str
    issuer_name: str
    token: str = field(repr=False)
    claims: Mapping[str, Any] = field(repr=False)
    received: datetime
    expires: datetime | None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Where and what to fetch of one offer: enough to go on after a fall."""

    issuer: str
    credential_endpoint: str
    nonce_endpoint: str | None
    notification_endpoint: str | None
    configuration: str
    format: str
    deferred_endpoint: str | None = None
    #: What its issuer calls a credential that is not ready yet.
    transaction: str | None = None
    #: The name of the key that the issuer binds its token to, where it does so.
    held: str | None = None


@dataclass(frozen=True, kw_only=True)
class Server:
    """Who gives the tokens for an issuer; the last three only where one may sign in there."""

    issuer: str
    token_endpoint: str
    authorization_endpoint: str | None = None
    push_endpoint: str | None = None
    says_who_it_is: bool = False


@dataclass(frozen=True, kw_only=True)
class OfferSeen:
    """An offer before it is taken in: from whom, what, and whether a code that came another way is needed.

    Without a `code` its holder signs in with the issuer first, for `scope`, in a matter known as `issuer_state`.
    """

    issuer: str
    issuer_name: str
    title: str
    needs_pin: bool
    terms: Terms
    server: Server = field(repr=False)
    code: str | None = field(repr=False)
    issuer_state: str | None = field(default=None, repr=False)
    scope: str | None = None

    @property
    def needs_sign_in(self) -> bool:
        """Whether its holder has to sign in with the issuer first."""
        return self.code is None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What is remembered of a sign-in while its person is away at the issuer."""

    issuer: str
    issuer_name: str
    terms: Terms
    server: Server
    verifier: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Intake:
    """A credential on its way in. `may_come` when it failed only because its issuer stayed silent: it can be asked
    again."""

    id: str
    issuer: str
    issuer_name: str
    state: IntakeState
    reason: str | None
    made: datetime
    may_come: bool


@dataclass(frozen=True, kw_only=True)
class RequestSeen:
    """A request whose sender was checked as far as it can be: `is_signed` by the `verifier`, a DID or the hosts of a
    certificate, else an address. `certified` is whom a certificate names, by the word of the `authority`;
    `is_unchecked` when nobody said whether that was taken back."""

    client_id: str
    verifier: str
    is_signed: bool
    name: str
    purpose: str
    query: Mapping[str, Any]
    response_uri: str
    nonce: str = field(repr=False)
    state: str | None
    #: The key that the answer is encrypted for, and how; None for one in the clear.
    encryption: Mapping[str, Any] | None = None
    certified: str = ""
    authority: str = ""
    is_unchecked: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return this as JSON values."""
        return vars(self) | {"query": dict(self.query)}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One claim that may be shown or kept back: where it is in the card, and what it says, in order of the card."""

    place: Place
    value: Any


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A card that could answer, what of it would go, and what goes in any case."""

    card: Card
    choices: tuple[Choice, ...]
    always: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One credential that is asked for, and the cards that could answer; none means that it cannot be answered."""

    id: str
    is_multiple: bool
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What a person chose to show of one card in answer to one question."""

    question: str
    card: str
    places: tuple[Place, ...]


@dataclass(frozen=True, kw_only=True)
class Showing:
    """A request that came to a person, and what became of it. `told` says what was shown, in words."""

    id: str
    person: str
    verifier: str
    verifier_name: str
    is_signed: bool
    #: Who gave the verifier the certificate by which it proved who it is; empty where it did otherwise.
    authority: str
    #: Whether nobody said whether that certificate was taken back.
    is_unchecked: bool
    purpose: str
    state: ShowingState
    told: tuple[Mapping[str, Any], ...] | None
    reason: str | None
    #: Where whoever asked wants the person to go on, once it was shown.
    back: str | None
    made: datetime
    answered: datetime | None
