"""Policy: what an agreement's ODRL rules allow, decided by one readable function that always says why."""

from skillspace.trust.policy.evaluate import decide, evaluate
from skillspace.trust.policy.facts import Facts
from skillspace.trust.policy.model import Decision
from skillspace.trust.policy.offer import offer_rules
from skillspace.trust.policy.reading import read_policy
from skillspace.trust.policy.reasons import Reason, sentence
from skillspace.trust.policy.terms import PURPOSE, RECIPIENT_ROLE, ROLE, purpose_iri, role_iri

__all__ = [
    "PURPOSE",
    "RECIPIENT_ROLE",
    "ROLE",
    "Decision",
    "Facts",
    "Reason",
    "decide",
    "evaluate",
    "offer_rules",
    "purpose_iri",
    "read_policy",
    "role_iri",
    "sentence",
]
