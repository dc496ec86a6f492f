"""Status: whether a credential still stands, as its issuer publishes it; and publishing it for our own credentials."""

from skillspace.trust.status.checker import StatusChecker
from skillspace.trust.status.faults import (
    CredentialRevoked,
    CredentialSuspended,
    StatusStale,
    StatusUnknown,
    StatusUnreachable,
)
from skillspace.trust.status.register import Register

__all__ = [
    "CredentialRevoked",
    "CredentialSuspended",
    "Register",
    "StatusChecker",
    "StatusStale",
    "StatusUnknown",
    "StatusUnreachable",
]
