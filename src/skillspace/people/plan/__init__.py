"""The plan: where a person wants to go, and the trainings they chose to get there."""

from skillspace.people.plan.model import ChosenTraining, Goal, GoalNeed, Plan
from skillspace.people.plan.service import Plans

__all__ = ["ChosenTraining", "Goal", "GoalNeed", "Plan", "Plans"]
