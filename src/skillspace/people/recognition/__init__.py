"""Recognition: which of its people somebody is, by a code, by a letter to the address on file, or by a credential."""

from skillspace.people.recognition.addresses import NoAddress
from skillspace.people.recognition.api import router
from skillspace.people.recognition.contacts import Contacts
from skillspace.people.recognition.model import (
    CredentialRule,
    LinkingTerms,
    NoHolderProof,
    NonceSpent,
    NotRecognised,
    TooManyLetters,
    Way,
    WayClosed,
)
from skillspace.people.recognition.service import Recognition
from skillspace.people.recognition.showing import Challenge, Showing
from skillspace.people.recognition.tasks import register

__all__ = [
    "Challenge",
    "Contacts",
    "CredentialRule",
    "LinkingTerms",
    "NoAddress",
    "NoHolderProof",
    "NonceSpent",
    "NotRecognised",
    "Recognition",
    "Showing",
    "TooManyLetters",
    "Way",
    "WayClosed",
    "register",
    "router",
]
