"""Clauses: the library contracts are put together from, each clause as text, as a rule, and with who keeps it."""

from skillspace.trust.contract.clauses.errors import BadClauseValue, ClausesClash, PurposeMissing
from skillspace.trust.contract.clauses.library import clause, clauses
from skillspace.trust.contract.clauses.model import Clause, Enforcement
from skillspace.trust.contract.clauses.templates import ContractTemplate, from_template, role_title, template, templates
from skillspace.trust.contract.clauses.values import Parameter
from skillspace.trust.contract.clauses.whole import Enforced, Reading, read_rules, read_text

__all__ = [
    "BadClauseValue",
    "Clause",
    "ClausesClash",
    "ContractTemplate",
    "Enforced",
    "Enforcement",
    "Parameter",
    "PurposeMissing",
    "Reading",
    "clause",
    "clauses",
    "from_template",
    "read_rules",
    "read_text",
    "role_title",
    "template",
    "templates",
]
