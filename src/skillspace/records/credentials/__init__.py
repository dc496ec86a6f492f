"""Verifiable credentials and presentations as signed tokens: how organisations vouch for people and for each other.

W3C Verifiable Credentials 1.1 (JWT encoding, §6.3.1) and 2.0 (VC-JOSE-COSE). Membership, consent grants, receipts,
badges and diplomas all travel in these two shapes. Nothing here fetches anything: keys come from the caller.
"""

from skillspace.records.credentials.issuing import issue, seal
from skillspace.records.credentials.model import (
    MAX_PRESENTATION_BYTES,
    VC_CONTEXT,
    VC_CONTEXT_2,
    CredentialExpired,
    CredentialNotYetValid,
    KeyResolver,
    Model,
    StatusEntry,
    Trust,
    UntrustedIssuer,
    VerifiedCredential,
    WrongAudience,
    WrongHolder,
)
from skillspace.records.credentials.presenting import present, verify_presentation
from skillspace.records.credentials.verifying import check_period, verify

__all__ = [
    "MAX_PRESENTATION_BYTES",
    "VC_CONTEXT",
    "VC_CONTEXT_2",
    "CredentialExpired",
    "CredentialNotYetValid",
    "KeyResolver",
    "Model",
    "StatusEntry",
    "Trust",
    "UntrustedIssuer",
    "VerifiedCredential",
    "WrongAudience",
    "WrongHolder",
    "check_period",
    "issue",
    "present",
    "seal",
    "verify",
    "verify_presentation",
]
