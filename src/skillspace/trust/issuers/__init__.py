"""How far an issuer is trusted: who it is, what it is accredited for, by whom and until when, each source by itself.

`service` composes the answer of a node; the modules beside it hold one source each.
"""

from skillspace.trust.issuers.model import IssuerAnswer, Line, Matter, Outcome, Source, Why
from skillspace.trust.issuers.trusted import MEMBERSHIP_CREDENTIAL, TrustedIssuer, TrustedIssuers

__all__ = [
    "MEMBERSHIP_CREDENTIAL",
    "IssuerAnswer",
    "Line",
    "Matter",
    "Outcome",
    "Source",
    "TrustedIssuer",
    "TrustedIssuers",
    "Why",
]
