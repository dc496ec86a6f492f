"""Ranking: by which policy an organisation puts people and courses in order, and that policy in plain words."""

from skillspace.skills.ranking.declaring import declared
from skillspace.skills.ranking.lists import read_in_demand
from skillspace.skills.ranking.policy import MOST, REGIONAL, USUAL, InDemand, Policy

__all__ = ["MOST", "REGIONAL", "USUAL", "InDemand", "Policy", "declared", "read_in_demand"]
