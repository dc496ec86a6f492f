"""Matching: offers, people and trainings over skills, every answer with its reasons as plain values."""

from skillspace.skills.matching.holders import HolderIndex, holder, match_people
from skillspace.skills.matching.model import (
    Close,
    Closeness,
    Gap,
    Have,
    Holder,
    HolderMatch,
    LearningStep,
    Match,
    Missing,
    OfferSkills,
    PersonSkill,
    TrainingFit,
    Weights,
)
from skillspace.skills.matching.offers import OfferIndex
from skillspace.skills.matching.proximity import Proximity
from skillspace.skills.matching.trainings import gap, learning_steps, trainings_for

__all__ = [
    "Close",
    "Closeness",
    "Gap",
    "Have",
    "Holder",
    "HolderIndex",
    "HolderMatch",
    "LearningStep",
    "Match",
    "Missing",
    "OfferIndex",
    "OfferSkills",
    "PersonSkill",
    "Proximity",
    "TrainingFit",
    "Weights",
    "gap",
    "holder",
    "learning_steps",
    "match_people",
    "trainings_for",
]
