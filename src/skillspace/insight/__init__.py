"""What a territory knows of itself: cubes and their disclosure control."""

from skillspace.insight.service import Insight, in_demand

__all__ = ["Insight", "in_demand"]
