"""Derivation: from statements of learning to skill assertions, by declared rules, with the statements as evidence."""

from skillspace.records.derivation.deriving import Derived, derive
from skillspace.records.derivation.rules import Rule, Rules, Skill, read_rules

__all__ = ["Derived", "Rule", "Rules", "Skill", "derive", "read_rules"]
