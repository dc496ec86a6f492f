"""Issuance: an organisation gives credentials to people's wallets, whichever they use (OpenID4VCI 1.0)."""

from skillspace.trust.issuance.api import issuance_router
from skillspace.trust.issuance.machine import OFFER, SIGN_IN, OfferState, SignInState
from skillspace.trust.issuance.model import CODE_GRANT, GRANT, IssuanceFault, Offered, OfferStatus, WrongPin
from skillspace.trust.issuance.proofs import PROOF_TYPE
from skillspace.trust.issuance.service import PATH, Issuance
from skillspace.trust.issuance.sign_ins import SignInSeen, challenge_of

__all__ = [
    "CODE_GRANT",
    "GRANT",
    "OFFER",
    "PATH",
    "PROOF_TYPE",
    "SIGN_IN",
    "Issuance",
    "IssuanceFault",
    "OfferState",
    "OfferStatus",
    "Offered",
    "SignInSeen",
    "SignInState",
    "WrongPin",
    "challenge_of",
    "issuance_router",
]
