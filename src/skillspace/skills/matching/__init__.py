"""Matching: offers, people and trainings over skills, every answer with its reasons as plain values."""

from skillspace.skills.matching.around import Around, Where
from skillspace.skills.matching.collection import Collection
from skillspace.skills.matching.columns import Columns
from skillspace.skills.matching.conditions import Wishes
from skillspace.skills.matching.holders import HolderIndex, holder, match_people
from skillspace.skills.matching.model import (
    DEFAULT,
    Checked,
    Close,
    Closeness,
    Condition,
    Gap,
    Have,
    Holder,
    HolderMatch,
    LearningStep,
    Match,
    Missing,
    Offer,
    OfferSkills,
    PersonSkill,
    State,
    TrainingFit,
    Weights,
)
from skillspace.skills.matching.offers import OfferIndex
from skillspace.skills.matching.proximity import Proximity
from skillspace.skills.matching.question import Question
from skillspace.skills.matching.rank import FIRST, Rank, rank
from skillspace.skills.matching.trainings import gap, lacking, learning_steps, place_of, trainings_for

__all__ = [
    "DEFAULT",
    "FIRST",
    "Around",
    "Checked",
    "Close",
    "Closeness",
    "Collection",
    "Columns",
    "Condition",
    "Gap",
    "Have",
    "Holder",
    "HolderIndex",
    "HolderMatch",
    "LearningStep",
    "Match",
    "Missing",
    "Offer",
    "OfferIndex",
    "OfferSkills",
    "PersonSkill",
    "Proximity",
    "Question",
    "Rank",
    "State",
    "TrainingFit",
    "Weights",
    "Where",
    "Wishes",
    "gap",
    "holder",
    "lacking",
    "learning_steps",
    "match_people",
    "place_of",
    "rank",
    "trainings_for",
]
