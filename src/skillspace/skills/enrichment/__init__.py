"""Enrichment: free text in, concepts with the words that say so out; transparent and deterministic, no model needed."""

from skillspace.skills.enrichment.enricher import Enricher
from skillspace.skills.enrichment.languages import readable_languages
from skillspace.skills.enrichment.model import Enrichment, How, Mention

__all__ = ["Enricher", "Enrichment", "How", "Mention", "readable_languages"]
