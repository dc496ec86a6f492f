"""Status: whether a credential still stands, as its issuer publishes it; and publishing it for our own credentials."""

from skillspace.trust.status.checker import (
    CredentialRevoked,
    CredentialSuspended,
    StatusChecker,
    StatusUnknown,
    StatusUnreachable,
)
from skillspace.trust.status.register import Register

__all__ = [
    "CredentialRevoked",
    "CredentialSuspended",
    "Register",
    "StatusChecker",
    "StatusUnknown",
    "StatusUnreachable",
]
