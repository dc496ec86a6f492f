"""Composing what people see of how they learn: the rules that come with the program, and their own space."""

from __future__ import annotations

from skillspace.people.learning import Learning
from skillspace.people.profile import Profile
from skillspace.records.analytics import standing_rules
from skillspace.trust.rights import RightsRoom


def learning_in(profile: Profile, rights: RightsRoom, own_did: str) -> Learning:
    """Return what infers from the statements in people's spaces."""
    if rights.rights is None:
        raise ValueError("people's spaces are where their rights are")
    return Learning(profile=profile, rights=rights.rights, own_did=own_did, rules=standing_rules())
