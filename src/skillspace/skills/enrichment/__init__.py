"""Enrichment: free text in, concepts with the words that say so out; transparent and deterministic, no model needed."""

from skillspace.skills.enrichment.enricher import Enricher
from skillspace.skills.enrichment.facts import Fact, FactKind
from skillspace.skills.enrichment.implied import Implied, Similar
from skillspace.skills.enrichment.languages import readable_languages
from skillspace.skills.enrichment.model import Enrichment, How, Mention
from skillspace.skills.enrichment.sections import Insistence, Section

__all__ = [
    "Enricher",
    "Enrichment",
    "Fact",
    "FactKind",
    "How",
    "Implied",
    "Insistence",
    "Mention",
    "Section",
    "Similar",
    "readable_languages",
]
