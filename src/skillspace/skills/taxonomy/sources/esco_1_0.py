"""Reads what is published of ESCO v1.0 here: every concept in French and Spanish, without relations.

It is the edition older data was written with: it lets that data be read, compared with v1.1.1 and carried over to it.
The groups of the skill pillar had no codes yet. Raises what ``esco.read`` raises.
"""

from __future__ import annotations

from pathlib import Path

from skillspace.skills.taxonomy.draft import Draft
from skillspace.skills.taxonomy.model import ConceptKind
from skillspace.skills.taxonomy.sources import esco
from skillspace.skills.taxonomy.sources.tables import records

VERSION = "1.0"
LANGUAGES = ("fr", "es")


def read(data: Path) -> Draft:
    """Return ESCO v1.0 as a partial draft. Raises UnreadableFile for a missing or broken table."""
    draft = Draft(scheme="esco", version=VERSION, licence=esco.LICENCE, statement=esco.STATEMENT, is_partial=True)
    collected = esco.collected_kinds(data / esco.FOLDER)  # v1.0 has no collections; a kind rarely changes
    for language in LANGUAGES:
        folder = data / esco.FRENCH_SPANISH
        columns = ("conceptUri", "preferredLabel", "altLabels", "description")
        for _, (uri, *texts, skill_type) in records(folder / f"skills_{language}.csv", *columns, "skillType"):
            _add(draft, uri, collected.get(uri) or esco.kind_of(skill_type), texts, language)
        for _, (uri, *texts) in records(folder / f"skillGroups_{language}.csv", *columns):
            _add(draft, uri, ConceptKind.SKILL_GROUP, texts, language)
        for _, (uri, *texts, code) in records(folder / f"ISCOGroups_{language}.csv", *columns, "code"):
            _add(draft, uri, ConceptKind.OCCUPATION_GROUP, texts, language, f"C{code}")
        for _, (uri, *texts) in records(folder / f"occupations_{language}.csv", *columns):
            _add(draft, uri, ConceptKind.OCCUPATION, texts, language)
    return draft


def _add(draft: Draft, uri: str, kind: ConceptKind, texts: list[str], language: str, code: str | None = None) -> None:
    preferred, others, description = texts
    if uri not in draft.rows:
        draft.concept(uri, kind, code=code, description=description)
        draft.alias(f"esco:{uri.rsplit('/', 1)[1]}", uri)
    esco.label(draft, uri, preferred, others, language)
