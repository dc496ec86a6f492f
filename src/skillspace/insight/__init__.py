"""What a territory knows of itself: cubes and their disclosure control."""

from skillspace.insight.service import Insight

__all__ = ["Insight"]
