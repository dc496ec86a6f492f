"""Reads ESCO v1.1.1: the official English tables, and the label tables of other languages that go with them.

Source: ESCO dataset v1.1.1, classification and relations (CSV); labels of other languages from the folders named
below, each joined by concept URI. Kinds: the language and transversal collections say LANGUAGE and TRANSVERSAL;
otherwise ``skillType`` says KNOWLEDGE, and everything else is a SKILL.
"""

from __future__ import annotations

from pathlib import Path

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.taxonomy.draft import Draft, LinkKind
from skillspace.skills.taxonomy.model import ConceptKind, Need
from skillspace.skills.taxonomy.sources.tables import document, lines, records, rows_below_header

VERSION = "1.1.1"
LICENCE = "CC BY 4.0 (Commission Decision 2011/833/EU)"
STATEMENT = "This service uses the ESCO classification of the European Commission."
FOLDER = "taxonomies/esco_v1.1.1_en"
DERIVED = "taxonomies/esco_derived"
FINNISH = "taxonomies/esco_labels_fi_sv_en"
FRENCH = "taxonomies/esco_v1.2.1_fr_labels"
FRENCH_SPANISH = "taxonomies/esco_v1.0_fr_es"
THEME_LABELS = Path(__file__).with_name("esco_theme_labels.csv")
PILLARS = frozenset({"K", "L", "S", "T"})  # the four tops of the skill pillar: above the themes


def read(data: Path) -> Draft:
    """Return all of ESCO v1.1.1 as a draft. Raises UnreadableFile for a missing or broken table."""
    draft = Draft(scheme="esco", version=VERSION, licence=LICENCE, statement=STATEMENT)
    english = data / FOLDER
    _read_skills(draft, english)
    read_groups(draft, english)
    read_occupations(draft, english)
    for uri in draft.rows:
        draft.alias(f"esco:{uri.rsplit('/', 1)[1]}", uri)
    _read_relations(draft, english)
    read_theme_labels(draft)
    _read_skill_labels(draft, data)
    read_occupation_labels(draft, data)
    _read_alternatives(draft, data)
    return draft


def _read_skills(draft: Draft, folder: Path) -> None:
    kinds = collected_kinds(folder)
    columns = ("conceptUri", "skillType", "preferredLabel", "altLabels", "hiddenLabels", "description")
    for _, (uri, skill_type, preferred, others, hidden, description) in records(folder / "skills_en.csv", *columns):
        draft.concept(uri, kinds.get(uri) or kind_of(skill_type), description=description)
        label(draft, uri, preferred, f"{others}\n{hidden}")


def collected_kinds(folder: Path) -> dict[str, ConceptKind]:
    """Return the skills that an edition's collections call languages or transversal."""
    kinds: dict[str, ConceptKind] = {}
    for name, kind in (("transversal", ConceptKind.TRANSVERSAL), ("language", ConceptKind.LANGUAGE)):
        kinds |= {uri: kind for _, (uri,) in records(folder / f"{name}SkillsCollection_en.csv", "conceptUri")}
    return kinds


def kind_of(skill_type: str) -> ConceptKind:
    """Return the kind of a skill that is in no collection, by its ``skillType``."""
    return ConceptKind.KNOWLEDGE if skill_type == "knowledge" else ConceptKind.SKILL


def read_groups(draft: Draft, folder: Path) -> None:
    """Add the groups of the skill pillar, ISCED-F fields among them."""
    columns = ("conceptUri", "code", "preferredLabel", "altLabels", "description")
    for _, (uri, given, preferred, others, description) in records(folder / "skillGroups_en.csv", *columns):
        code = given or (uri.rsplit("/", 1)[1] if "/isced-f/" in uri else None)
        draft.concept(uri, ConceptKind.SKILL_GROUP, code=code, description=description, roof=code in PILLARS)
        label(draft, uri, preferred, others)


def read_occupations(draft: Draft, folder: Path) -> None:
    """Add ISCO-08 groups and occupations, with their English names."""
    columns = ("conceptUri", "code", "preferredLabel", "altLabels", "description")
    for _, (uri, code, preferred, others, description) in records(folder / "ISCOGroups_en.csv", *columns):
        draft.concept(uri, ConceptKind.OCCUPATION_GROUP, code=f"C{code}", description=description)
        draft.alias(f"esco:{code}", uri)
        label(draft, uri, preferred, others)
    for _, (uri, code, preferred, others, hidden, description) in records(
        folder / "occupations_en.csv", *columns[:4], "hiddenLabels", "description"
    ):
        draft.concept(uri, ConceptKind.OCCUPATION, code=code or None, description=description)
        label(draft, uri, preferred, f"{others}\n{hidden}")


def label(draft: Draft, uri: str, preferred: str, others: str, language: str = "en") -> None:
    """Add a preferred label, and other names separated by line breaks."""
    draft.label(uri, language, preferred, preferred=True)
    for other in others.split("\n"):
        draft.label(uri, language, other)


def _read_relations(draft: Draft, folder: Path) -> None:
    for name in ("broaderRelationsOccPillar.csv", "broaderRelationsSkillPillar.csv"):
        for _, (concept, broader) in records(folder / name, "conceptUri", "broaderUri"):
            draft.link(LinkKind.BROADER, concept, broader)
    table = folder / "occupationSkillRelations.csv"
    for line, (occupation, need, skill) in records(table, "occupationUri", "relationType", "skillUri"):
        if need not in {"essential", "optional"}:
            raise UnreadableFile(f"{table}, line {line}: {need!r} is neither essential nor optional.")
        draft.need(occupation, skill, Need(need))
    for _, (skill, other) in records(folder / "skillSkillRelations.csv", "originalSkillUri", "relatedSkillUri"):
        draft.link(LinkKind.RELATED, skill, other)


def read_theme_labels(draft: Draft) -> None:
    """Read our own translations of the theme names: the label tables of other languages hold no skill groups."""
    themes = {draft.codes[row]: uri for uri, row in draft.rows.items()}
    for _, header, row in rows_below_header(THEME_LABELS, "code"):
        for language, position in header.items():
            if language != "code":
                draft.label(themes.get(row[0], ""), language, row[position], preferred=True)


def _read_skill_labels(draft: Draft, data: Path) -> None:
    columns = ("in_v1_1_1", "conceptUri", "de", "fr", "sv", "fi", "es", "nl")
    for _, (here, uri, *texts) in records(data / DERIVED / "skill_preflabels_multilang.csv", *columns):
        if here == "1":  # the table also lists concepts that came with v1.2.0
            for language, text in zip(columns[2:], texts, strict=True):
                draft.label(uri, language, text, preferred=True)


def read_occupation_labels(draft: Draft, data: Path) -> None:
    """Add preferred and other names of occupations and ISCO groups in 22 languages."""
    for _, header, row in rows_below_header(data / DERIVED / "occupation_isco_labels_multilang.csv", "uri"):
        for language, position in header.items():
            if language != "uri":
                draft.label(row[header["uri"]], language, row[position], preferred=True)
    for entry in document(data / FINNISH / "occupations.json"):
        draft.label(entry["uri"], "fi", entry["prefLabel"].get("fi", ""), preferred=True)
    forms = data / DERIVED / "occupation_surface_forms_22_languages.tsv"
    rows = lines(forms, delimiter="\t", quoted=False)
    next(rows, None)
    for line, row in rows:
        if len(row) != 3:
            raise UnreadableFile(f"{forms}, line {line}: {len(row)} cells where there must be 3.")
        draft.label(row[0], row[1], row[2])


def _read_alternatives(draft: Draft, data: Path) -> None:
    """Read French and Spanish names; they come from neighbouring versions, so unknown concepts are expected."""
    for name in ("skills_fr.csv", "occupations_fr.csv"):
        for _, (uri, preferred, others) in records(data / FRENCH / name, "conceptUri", "preferredLabel", "altLabels"):
            draft.label(uri, "fr", preferred, preferred=True)
            for other in others.split("|"):
                draft.label(uri, "fr", other)
    for language in ("fr", "es"):
        for table in ("skills", "occupations", "ISCOGroups", "skillGroups"):
            path = data / FRENCH_SPANISH / f"{table}_{language}.csv"
            for _, (uri, preferred, others) in records(path, "conceptUri", "preferredLabel", "altLabels"):
                label(draft, uri, preferred, others, language)
