"""Oversight: who fits our vacancies by matching, what people here decide instead, and both told to whom it is about."""

from skillspace.market.oversight.api import router
from skillspace.market.oversight.circle import Circle, Circles, Someone
from skillspace.market.oversight.decisions import MOST_WORDS, Decision
from skillspace.market.oversight.fits import Placed
from skillspace.market.oversight.machine import STAFF, STANDING, Standing, Why
from skillspace.market.oversight.messages import Compared, Explanation
from skillspace.market.oversight.room import KIND, RECRUITMENT, Oversight
from skillspace.market.oversight.stock import Stock

__all__ = [
    "KIND",
    "MOST_WORDS",
    "RECRUITMENT",
    "STAFF",
    "STANDING",
    "Circle",
    "Circles",
    "Compared",
    "Decision",
    "Explanation",
    "Oversight",
    "Placed",
    "Someone",
    "Standing",
    "Stock",
    "Why",
    "router",
]
