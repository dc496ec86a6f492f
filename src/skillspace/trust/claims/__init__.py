"""Claims: what participants can prove about themselves (Decentralized Claims Protocol 1.0), in all four of its parts.

The verifier asks callers for credentials, the credential service keeps and shows our own, the issuer makes them for
others, and the secure token service lends this node's voice to programs its operator named.
"""

from skillspace.trust.claims.api import (
    ISSUER_PATH,
    SERVICE_PATH,
    STATUS_PATH,
    STS_PATH,
    credential_service_router,
    issuer_router,
    sts_router,
)
from skillspace.trust.claims.credential_service import CredentialService
from skillspace.trust.claims.issuer import Definition, Issuer, Statement
from skillspace.trust.claims.sts import SecureTokenService
from skillspace.trust.claims.tasks import Correspondence, offer_later
from skillspace.trust.claims.verifier import NoToken, NotPresented, Verifier

__all__ = [
    "ISSUER_PATH",
    "SERVICE_PATH",
    "STATUS_PATH",
    "STS_PATH",
    "Correspondence",
    "CredentialService",
    "Definition",
    "Issuer",
    "NoToken",
    "NotPresented",
    "SecureTokenService",
    "Statement",
    "Verifier",
    "credential_service_router",
    "issuer_router",
    "offer_later",
    "sts_router",
]
