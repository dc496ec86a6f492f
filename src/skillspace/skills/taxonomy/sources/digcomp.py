"""Reads DigComp 3.0, the European framework of digital competence: areas, competences, statements, learning outcomes.

Source: the data supplement of the Joint Research Centre (JSON-LD) and a Dutch draft translation. The supplement's
identifiers are relative, so the URIs are ``urn:digcomp:<number>``, for instance ``urn:digcomp:1`` (area),
``urn:digcomp:1.1`` (competence), ``urn:digcomp:CS1.1.01`` (statement), ``urn:digcomp:LO1.1.01`` (learning outcome).
Areas are groups, competences and statements skills; an outcome is knowledge, a skill or, where it is an attitude,
transversal. Levels and the glossary say how to read the framework and are no concepts of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.taxonomy.draft import Draft, LinkKind
from skillspace.skills.taxonomy.model import ConceptKind
from skillspace.skills.taxonomy.sources.tables import document, records

VERSION = "3.0"
FOLDER = "taxonomies/digcomp_3.0"
SUPPLEMENT = "DigComp 3.0 Data Supplement 24 Nov 2025.jsonld"
LICENCE = "CC BY 4.0"
STATEMENT = "Source: DigComp 3.0, European Commission, Joint Research Centre. The Dutch names are a draft translation."
OUTCOMES = {
    "Knowledge": ConceptKind.KNOWLEDGE,
    "Skill": ConceptKind.SKILL,
    "Attitude": ConceptKind.TRANSVERSAL,
}
PARENTS = {
    "Competence": "competence_area_id",
    "CompetenceStatement": "competence_id",
    "LearningOutcome": "competence_id",
}
DUTCH = {
    "core-framework_nl.csv": ("digcomp.area.{}.label", "digcomp.competence.{}.label"),
    "statements_nl.csv": ("digcomp.statement.{}",),
    "outcomes_nl.csv": ("digcomp.outcome.{}",),
}


def read(data: Path) -> Draft:
    """Return DigComp 3.0 as a draft. Raises UnreadableFile for a missing or broken table."""
    draft = Draft(scheme="digcomp", version=VERSION, licence=LICENCE, statement=STATEMENT)
    path = data / FOLDER / SUPPLEMENT
    try:
        for item in document(path)["@graph"]:
            _read_item(draft, item)
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableFile(f"{path} has not the shape of the DigComp supplement ({error!r}).") from error
    dutch = {place: text for name in DUTCH for _, (place, text) in records(data / FOLDER / name, "location", "target")}
    for uri in draft.rows:
        for pattern in (pattern for patterns in DUTCH.values() for pattern in patterns):
            text = dutch.get(pattern.format(uri.rpartition(":")[2]))
            if text:
                draft.label(uri, "nl", text, preferred=True)
    return draft


def _read_item(draft: Draft, item: dict[str, Any]) -> None:
    sort, code = item["@type"], item["@id"].partition("/")[2]
    if sort == "CompetenceArea":
        kind = ConceptKind.SKILL_GROUP
    elif sort in {"Competence", "CompetenceStatement"}:
        kind = ConceptKind.SKILL
    elif sort == "LearningOutcome":
        kind = OUTCOMES[item["type"]]
    else:
        return
    uri = f"urn:digcomp:{code}"
    name = item.get("name")
    draft.concept(uri, kind, code=code, description=item["description"] if name else "")
    draft.label(uri, "en", name or item["description"], preferred=True)
    if sort in PARENTS:
        draft.link(LinkKind.BROADER, uri, f"urn:digcomp:{item[PARENTS[sort]].partition('/')[2]}")
