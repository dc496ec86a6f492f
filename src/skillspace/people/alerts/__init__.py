"""Alerts: news of jobs and trainings that fit, as a person wishes to hear of them; never twice, and at most ten."""

from skillspace.people.alerts.hours import Quiet
from skillspace.people.alerts.lessons import MOST_EFFECT, Lesson, Property
from skillspace.people.alerts.model import (
    Alert,
    Distance,
    Kind,
    News,
    Often,
    Outcome,
    Said,
    Seeker,
    Standing,
    Wishes,
)
from skillspace.people.alerts.ports import NewsSource
from skillspace.people.alerts.seeking import Seekers
from skillspace.people.alerts.service import Alerts
from skillspace.people.alerts.tasks import AlertTasks

__all__ = [
    "MOST_EFFECT",
    "Alert",
    "AlertTasks",
    "Alerts",
    "Distance",
    "Kind",
    "Lesson",
    "News",
    "NewsSource",
    "Often",
    "Outcome",
    "Property",
    "Quiet",
    "Said",
    "Seeker",
    "Seekers",
    "Standing",
    "Wishes",
]
