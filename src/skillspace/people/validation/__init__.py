"""Validation of prior learning: people ask an organisation to validate a skill, with evidence they release, and see
the case through to a recognition whose trail anybody can replay."""

from skillspace.people.validation.api import router
from skillspace.people.validation.cases import Validations
from skillspace.people.validation.desk import ValidationDesk
from skillspace.people.validation.judging import Judging
from skillspace.people.validation.machine import CASE, ORGANISATION, OVER, PERSON, CaseState
from skillspace.people.validation.model import (
    Case,
    CaseOver,
    Evidence,
    NobodyValidates,
    Request,
    Step,
    WordsMissing,
)
from skillspace.people.validation.releasing import Releasing
from skillspace.people.validation.rights import validation_answerer
from skillspace.people.validation.tasks import CaseTasks
from skillspace.people.validation.watching import Watch

__all__ = [
    "CASE",
    "ORGANISATION",
    "OVER",
    "PERSON",
    "Case",
    "CaseOver",
    "CaseState",
    "CaseTasks",
    "Evidence",
    "Judging",
    "NobodyValidates",
    "Releasing",
    "Request",
    "Step",
    "ValidationDesk",
    "Validations",
    "Watch",
    "WordsMissing",
    "router",
    "validation_answerer",
]
