"""The wallet: credentials from any issuer in a person's own space, shown piece by piece, after an explicit yes."""

from skillspace.people.wallet.issuers import SIGNED_IN, Issuers
from skillspace.people.wallet.machine import INTAKE, SHOWING, IntakeState, ShowingState
from skillspace.people.wallet.model import (
    Candidate,
    Card,
    Choice,
    Intake,
    NeedsGrownUp,
    NotAnAnswer,
    NotAnOffer,
    NotARequest,
    OfferRefused,
    OfferSeen,
    Question,
    RequestSeen,
    Selection,
    Showing,
    TooManyLinks,
)
from skillspace.people.wallet.service import Wallets
from skillspace.people.wallet.tasks import WalletTasks
from skillspace.people.wallet.telling import CardRecords
from skillspace.people.wallet.verifiers import Verifiers

__all__ = [
    "INTAKE",
    "SHOWING",
    "SIGNED_IN",
    "Candidate",
    "Card",
    "CardRecords",
    "Choice",
    "Intake",
    "IntakeState",
    "Issuers",
    "NeedsGrownUp",
    "NotARequest",
    "NotAnAnswer",
    "NotAnOffer",
    "OfferRefused",
    "OfferSeen",
    "Question",
    "RequestSeen",
    "Selection",
    "Showing",
    "ShowingState",
    "TooManyLinks",
    "Verifiers",
    "WalletTasks",
    "Wallets",
]
