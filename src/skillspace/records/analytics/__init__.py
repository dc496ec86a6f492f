"""Analytics: what a person's own statements say of their progress, time and mastery, and when help may be needed."""

from skillspace.records.analytics.analysing import Analysis, analyse
from skillspace.records.analytics.deeds import Deed, Thing, read_deeds
from skillspace.records.analytics.inference import Basis, Family, Inference, Row, key_of
from skillspace.records.analytics.rules import AnalyticsRules, read_analytics_rules, standing_rules
from skillspace.records.analytics.signs import SIGNS

__all__ = [
    "SIGNS",
    "Analysis",
    "AnalyticsRules",
    "Basis",
    "Deed",
    "Family",
    "Inference",
    "Row",
    "Thing",
    "analyse",
    "key_of",
    "read_analytics_rules",
    "read_deeds",
    "standing_rules",
]
