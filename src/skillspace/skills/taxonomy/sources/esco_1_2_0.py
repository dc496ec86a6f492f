"""Reads what is published of ESCO v1.2.0 here: all concepts and groups, but neither descriptions nor needs of skills.

Occupations are complete in English, German and Spanish. The table of skills and the occupation–skill relations are
not among the published files at hand, so skills are those the hierarchy lists, named by the tables of other languages;
110 of the 237 that are new have no name in any of them. It is kept beside v1.1.1 to compare and to carry data over.
"""

from __future__ import annotations

from pathlib import Path

from skillspace.skills.taxonomy.draft import Draft, LinkKind
from skillspace.skills.taxonomy.sources import esco
from skillspace.skills.taxonomy.sources.tables import records

VERSION = "1.2.0"
FOLDER = "taxonomies/esco_v1.2.0_en"
OTHERS = "taxonomies/esco_v1.2.0_occupations_de_es"


def read(data: Path) -> Draft:
    """Return ESCO v1.2.0 as a partial draft. Raises UnreadableFile for a missing or broken table."""
    draft = Draft(scheme="esco", version=VERSION, licence=esco.LICENCE, statement=esco.STATEMENT, is_partial=True)
    folder = data / FOLDER
    _read_skills(draft, data)
    esco.read_groups(draft, folder)
    esco.read_occupations(draft, folder)
    for uri in draft.rows:
        draft.alias(f"esco:{uri.rsplit('/', 1)[1]}", uri)
    for name in ("broaderRelationsOccPillar_en.csv", "broaderRelationsSkillPillar_en.csv"):
        for _, (concept, broader) in records(folder / name, "conceptUri", "broaderUri"):
            draft.link(LinkKind.BROADER, concept, broader)
    table = folder / "skillSkillRelations_en.csv"
    for _, (skill, other) in records(table, "originalSkillUri", "relatedSkillUri"):
        draft.link(LinkKind.RELATED, skill, other)
    esco.read_theme_labels(draft)
    for language in ("de", "es"):
        path = data / OTHERS / f"occupations_{language}.csv"
        for _, (uri, preferred, others) in records(path, "conceptUri", "preferredLabel", "altLabels"):
            esco.label(draft, uri, preferred, others, language)
    esco.read_occupation_labels(draft, data)
    for name in ("skills_fr.csv", "occupations_fr.csv"):
        columns = ("conceptUri", "preferredLabel", "altLabels")
        for _, (uri, preferred, others) in records(data / esco.FRENCH / name, *columns):
            esco.label(draft, uri, preferred, others.replace("|", "\n"), "fr")
    return draft


def _read_skills(draft: Draft, data: Path) -> None:
    collected = esco.collected_kinds(data / FOLDER)
    languages = ("en", "de", "fr", "sv", "fi", "es", "nl")
    columns = ("in_v1_2_0", "conceptUri", "skillType", *languages)
    for _, (here, uri, skill_type, *texts) in records(data / esco.DERIVED / "skill_preflabels_multilang.csv", *columns):
        if here == "1":
            draft.concept(uri, collected.get(uri) or esco.kind_of(skill_type))
            for language, text in zip(languages, texts, strict=True):
                draft.label(uri, language, text, preferred=True)
