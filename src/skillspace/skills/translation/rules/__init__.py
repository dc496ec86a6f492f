"""Providers' mapping rules: the rule language of Prometheus-X ARIANE, run as its rule files are written."""

from skillspace.skills.translation.rules.comparing import Difference, compare
from skillspace.skills.translation.rules.interpreter import Outcome, Search, run_rules
from skillspace.skills.translation.rules.language import Rule, read_rules

__all__ = ["Difference", "Outcome", "Rule", "Search", "compare", "read_rules", "run_rules"]
