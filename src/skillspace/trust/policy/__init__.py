"""Policy: what an agreement's ODRL rules allow, decided by one readable function that always says why."""

from skillspace.trust.policy.evaluate import Decision, Facts, evaluate
from skillspace.trust.policy.offer import offer_rules
from skillspace.trust.policy.terms import PURPOSE, RECIPIENT_ROLE, ROLE, purpose_iri, role_iri

__all__ = [
    "PURPOSE",
    "RECIPIENT_ROLE",
    "ROLE",
    "Decision",
    "Facts",
    "evaluate",
    "offer_rules",
    "purpose_iri",
    "role_iri",
]
