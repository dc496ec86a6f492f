"""Fairness: what groups of people are shown, told without telling of anybody."""

from skillspace.skills.fairness.exposure import Exposure, Report, exposure
from skillspace.skills.fairness.properties import properties_of
from skillspace.skills.fairness.reading import read_answers, read_groups

__all__ = ["Exposure", "Report", "exposure", "properties_of", "read_answers", "read_groups"]
