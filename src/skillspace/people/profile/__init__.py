"""Profile: everything a person's records say they can do, brought together in one taxonomy with its proofs."""

from skillspace.people.profile.join import join
from skillspace.people.profile.model import (
    Arrival,
    Claim,
    Conflict,
    ConflictKind,
    Problem,
    ProfileSkill,
    SkillRow,
    StoredRecord,
)
from skillspace.people.profile.service import SELF, Profile

__all__ = [
    "SELF",
    "Arrival",
    "Claim",
    "Conflict",
    "ConflictKind",
    "Problem",
    "Profile",
    "ProfileSkill",
    "SkillRow",
    "StoredRecord",
    "join",
]
