"""Planning: which trainings, when and in which order, lead nearest to a target within what a person can give."""

from skillspace.skills.planning.catalogue import Catalogue
from skillspace.skills.planning.model import (
    Ability,
    Bound,
    Bounds,
    Break,
    Choice,
    Kind,
    Nearer,
    Open,
    Plan,
    Planning,
    Proof,
    Session,
    Step,
    Training,
)
from skillspace.skills.planning.planner import plan
from skillspace.skills.planning.renewing import Change, Replanning, Turn, replan

__all__ = [
    "Ability",
    "Bound",
    "Bounds",
    "Break",
    "Catalogue",
    "Change",
    "Choice",
    "Kind",
    "Nearer",
    "Open",
    "Plan",
    "Planning",
    "Proof",
    "Replanning",
    "Session",
    "Step",
    "Training",
    "Turn",
    "plan",
    "replan",
]
