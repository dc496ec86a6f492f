"""Careers: next moves, paths of several, and interests; from official tables, needs, demand and pay, with reasons."""

from skillspace.skills.careers.interests import LETTERS, Ground, InterestsOf
from skillspace.skills.careers.model import (
    CareerPath,
    Move,
    MoveWeights,
    Nearness,
    Official,
    Pay,
    Reason,
    Signal,
    Step,
)
from skillspace.skills.careers.moves import CareerMap, occupation_needs
from skillspace.skills.careers.paths import PathFinder, Start
from skillspace.skills.careers.telling import STATEMENTS, InterestProfile, Statement, Told, profile, told_in

__all__ = [
    "LETTERS",
    "STATEMENTS",
    "CareerMap",
    "CareerPath",
    "Ground",
    "InterestProfile",
    "InterestsOf",
    "Move",
    "MoveWeights",
    "Nearness",
    "Official",
    "PathFinder",
    "Pay",
    "Reason",
    "Signal",
    "Start",
    "Statement",
    "Step",
    "Told",
    "occupation_needs",
    "profile",
    "told_in",
]
