"""Taxonomies: versioned packs of concepts, labels and relations, compiled once and memory-mapped ever after."""

from skillspace.skills.taxonomy.model import (
    SKILL_KINDS,
    Concept,
    ConceptKind,
    Correspondence,
    Ground,
    Hit,
    MatchKind,
    Need,
    PackInfo,
    Replacement,
    SkillLink,
    Status,
)
from skillspace.skills.taxonomy.service import PACKS, Added, add_pack, starter_folder
from skillspace.skills.taxonomy.sources.owning import Own
from skillspace.skills.taxonomy.taxonomies import Taxonomies

__all__ = [
    "PACKS",
    "SKILL_KINDS",
    "Added",
    "Concept",
    "ConceptKind",
    "Correspondence",
    "Ground",
    "Hit",
    "MatchKind",
    "Need",
    "Own",
    "PackInfo",
    "Replacement",
    "SkillLink",
    "Status",
    "Taxonomies",
    "add_pack",
    "starter_folder",
]
