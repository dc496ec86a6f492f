"""Profile: everything a person's records say they can do, brought together in one taxonomy with its proofs."""

from skillspace.people.profile.choices import Choice, ChoiceKind, Choices
from skillspace.people.profile.choosing import Choosing
from skillspace.people.profile.join import join
from skillspace.people.profile.model import (
    Arrival,
    Claim,
    Conflict,
    ConflictKind,
    Copy,
    Problem,
    ProfileSkill,
    SkillRow,
    StoredRecord,
)
from skillspace.people.profile.rules import Rules, read_rules, rules_in, shipped_rules
from skillspace.people.profile.service import SELF, Profile

__all__ = [
    "SELF",
    "Arrival",
    "Choice",
    "ChoiceKind",
    "Choices",
    "Choosing",
    "Claim",
    "Conflict",
    "ConflictKind",
    "Copy",
    "Problem",
    "Profile",
    "ProfileSkill",
    "Rules",
    "SkillRow",
    "StoredRecord",
    "join",
    "read_rules",
    "rules_in",
    "shipped_rules",
]
