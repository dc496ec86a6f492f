"""Sharing: what a person lets an organisation see of their space, live, under a grant; and what is answered to it."""

from skillspace.people.sharing.document import SharedProfile, SharedSkill
from skillspace.people.sharing.service import PROFILE_DATASET, PURPOSES, SKILLS_DATASET, Comment, Sharing
from skillspace.people.sharing.source import ProfileSource

__all__ = [
    "PROFILE_DATASET",
    "PURPOSES",
    "SKILLS_DATASET",
    "Comment",
    "ProfileSource",
    "SharedProfile",
    "SharedSkill",
    "Sharing",
]
