"""Presentation: an organisation asks people's wallets to show credentials, and reads the answers (OpenID4VP 1.0)."""

from skillspace.trust.presentation.api import presentation_router
from skillspace.trust.presentation.machine import REQUEST, RequestState
from skillspace.trust.presentation.model import (
    ANY_WALLET,
    BY_ADDRESS,
    BY_DID,
    BY_HASH,
    BY_HOST,
    ENCRYPTED,
    IN_THE_CLEAR,
    REQUEST_TYPE,
    Asked,
    KnownBy,
    PresentationFault,
    RequestStatus,
    Shown,
    skills_query,
)
from skillspace.trust.presentation.reading import Reader
from skillspace.trust.presentation.same_device import CAME_BACK
from skillspace.trust.presentation.service import Presentations

__all__ = [
    "ANY_WALLET",
    "BY_ADDRESS",
    "BY_DID",
    "BY_HASH",
    "BY_HOST",
    "CAME_BACK",
    "ENCRYPTED",
    "IN_THE_CLEAR",
    "REQUEST",
    "REQUEST_TYPE",
    "Asked",
    "KnownBy",
    "PresentationFault",
    "Presentations",
    "Reader",
    "RequestState",
    "RequestStatus",
    "Shown",
    "presentation_router",
    "skills_query",
]
