"""Sharing: what a person lets an organisation see of their space, live, under a grant; and what is answered to it."""

from skillspace.people.sharing.document import SharedProfile, SharedSkill
from skillspace.people.sharing.service import (
    EVIDENCE_DATASET,
    LEARNING_DATASET,
    LEARNING_PURPOSE,
    PROFILE_DATASET,
    PURPOSES,
    SENT_ALONE,
    SKILLS_DATASET,
    Comment,
    Sharing,
)
from skillspace.people.sharing.source import ProfileSource

__all__ = [
    "EVIDENCE_DATASET",
    "LEARNING_DATASET",
    "LEARNING_PURPOSE",
    "PROFILE_DATASET",
    "PURPOSES",
    "SENT_ALONE",
    "SKILLS_DATASET",
    "Comment",
    "ProfileSource",
    "SharedProfile",
    "SharedSkill",
    "Sharing",
]
