"""Reads the Swedish JobTech Taxonomy: occupations, skills, languages, the SSYK 2012 groups and how jobs substitute.

The dumps are GraphQL answers, ``{"data": {"concepts": [...]}}``. URIs are JobTech's own,
``http://data.jobtechdev.se/taxonomy/concept/<id>``. A skill the taxonomy itself states for an occupation is
essential; skills computed from ads, or stated for the whole SSYK group, are optional. Occupations that the edition of
October 2024 had and the present one has not stay in the pack, because the crosswalk to ESCO and older ads name them.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import orjson

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.taxonomy.draft import Draft, LinkKind
from skillspace.skills.taxonomy.model import ConceptKind, Correspondence, MatchKind, Need
from skillspace.skills.taxonomy.sources.tables import document

VERSION = "2025.12"
FOLDER = "taxonomies/jobtech_taxonomy"
SKILLS_FOLDER = "taxonomies/jobtech_occupation_skills"
PAY = "territory/jobtech_territory_education/ssyk_salary.json"
LICENCE = "CC0 1.0"
STATEMENT = "Source: Arbetsförmedlingen, JobTech Taxonomy."
LARGEST = 64 << 20  # bytes a packed table may unfold to
NEEDS = {"taxonomy": Need.ESSENTIAL, "taxonomy_calculated": Need.OPTIONAL, "taxonomy_group": Need.OPTIONAL}


def uri_of(identifier: str) -> str:
    """Return the URI of a JobTech concept id such as ``AF1L_wVt_xmK``."""
    return f"http://data.jobtechdev.se/taxonomy/concept/{identifier}"


def read(data: Path) -> Draft:
    """Return the JobTech Taxonomy as a draft. Raises UnreadableFile for a missing or broken dump."""
    draft = Draft(scheme="jobtech", version=VERSION, licence=LICENCE, statement=STATEMENT)
    folder = data / FOLDER
    try:
        for group in _concepts(folder / "the-ssyk-hierarchy-with-occupations.json"):
            _read_branch(draft, group, None)
        _read_names(draft, "skill", _concepts(folder / "skills.json"), ConceptKind.SKILL)
        _read_names(draft, "language", _concepts(folder / "languages.json"), ConceptKind.LANGUAGE)
        _read_isco(draft, folder)
        _read_earlier(draft, data / SKILLS_FOLDER / "info_occupations.json")
        _read_needs(draft, data / SKILLS_FOLDER / "occupation-skills.json.zip")
        _read_mobility(draft, folder / "substitutability-relations-between-occupations.json")
        _read_pay(draft, data / PAY)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableFile(f"{folder}: a dump has not the shape JobTech publishes ({error!r}).") from error
    return draft


def _concepts(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(path)["data"]["concepts"]
    return found


def _read_branch(draft: Draft, concept: dict[str, Any], parent: str | None) -> None:
    uri = uri_of(concept["id"])
    if uri not in draft.rows:  # an occupation may hang under two groups
        is_group = concept["type"].startswith("ssyk")
        kind = ConceptKind.OCCUPATION_GROUP if is_group else ConceptKind.OCCUPATION
        code = concept.get("ssyk_code_2012") if is_group else concept["id"]
        draft.concept(uri, kind, code=code, description=concept.get("definition") or "")
        draft.alias(f"jobtech:{concept['id']}", uri)
        draft.label(uri, "sv", concept["preferred_label"], preferred=True)
    if parent:
        draft.link(LinkKind.BROADER, uri, parent)
    for child in concept.get("narrower", []):
        _read_branch(draft, child, uri)


def _read_names(draft: Draft, type_name: str, concepts: list[dict[str, Any]], kind: ConceptKind) -> None:
    for concept in concepts:
        if concept["type"] == type_name:
            draft.concept(uri_of(concept["id"]), kind, code=concept["id"])
            draft.label(uri_of(concept["id"]), "sv", concept["preferred_label"], preferred=True)


def _read_earlier(draft: Draft, path: Path) -> None:
    """Read the edition of October 2024: job titles as other names, and the occupations that are gone since."""
    for concept in _concepts(path):
        uri = uri_of(concept["id"])
        if uri not in draft.rows:
            draft.concept(uri, ConceptKind.OCCUPATION, code=concept["id"])
            draft.label(uri, "sv", concept["preferred_label"], preferred=True)
            draft.retire(uri)
            for group in concept.get("ssyk") or []:
                draft.link(LinkKind.BROADER, uri, uri_of(group["id"]))
        for title in concept.get("title") or []:
            draft.label(uri, "sv", title["preferred_label"])


def _read_needs(draft: Draft, path: Path) -> None:
    skills = {
        text: uri
        for uri, row in draft.rows.items()
        if draft.kinds[row] is ConceptKind.SKILL and (text := draft.preferred["sv"].get(row))
    }
    for identifier, lists in _packed(path).items():
        for name, need in NEEDS.items():
            for skill in lists[name]:
                # the table names skills by label; labels of JobTech skills are unique
                draft.need(uri_of(identifier), skills.get(" ".join(skill.split()), skill), need)


def _packed(path: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(path) as archive:
            entry = archive.infolist()[0]
            if entry.file_size > LARGEST:
                raise UnreadableFile(f"{path} unfolds to {entry.file_size} bytes; at most {LARGEST} are read.")
            unfolded: dict[str, Any] = orjson.loads(archive.read(entry))
    except FileNotFoundError as error:
        raise UnreadableFile(f"{path} is missing; it is part of this taxonomy, put it back.") from error
    except (OSError, zipfile.BadZipFile, IndexError, orjson.JSONDecodeError) as error:
        raise UnreadableFile(f"{path} is not a zip of one JSON table ({error}).") from error
    return unfolded


def _read_mobility(draft: Draft, path: Path) -> None:
    """Read moves: somebody working as X can step in as Y where JobTech says X substitutes Y, by 75 or 25 percent."""
    for concept in _concepts(path):
        for other in concept["substitutes"]:
            distance = 100 - int(other["substitutability_percentage"])
            draft.link(LinkKind.MOBILITY, uri_of(concept["id"]), uri_of(other["id"]), distance)


def _read_pay(draft: Draft, path: Path) -> None:
    """Read what people in an SSYK group earn, where the table is there: it is no part of the taxonomy."""
    if not path.is_file():
        return
    kind = ConceptKind.OCCUPATION_GROUP
    groups = {draft.codes[row]: uri for uri, row in draft.rows.items() if draft.kinds[row] is kind}
    for code, (low, middle, high) in document(path).items():
        if code in groups and all(one.isdecimal() for one in (low, middle, high)):
            pay = {"currency": "SEK", "per": "month", "year": None, "basis": "low, median and high wage (SCB)"}
            draft.fact(groups[code], "pay", pay | {"low": int(low), "middle": int(middle), "high": int(high)})


def _read_isco(draft: Draft, folder: Path) -> None:
    """Read JobTech's copies of the ISCO-08 groups, and which SSYK 2012 groups they are "related" to.

    A copy carries the ISCO code, so it is exactly ESCO's group of that code; of the rest JobTech says no more.
    """
    for group in _concepts(folder / "isco-level-4-groups.json"):
        uri = uri_of(group["id"])
        draft.concept(uri, ConceptKind.OCCUPATION_GROUP, code=f"isco-{group['isco_code_08']}")
        draft.label(uri, "sv", group["preferred_label"], preferred=True)
        draft.alias(f"jobtech:{group['id']}", uri)
        _correspond(draft, uri, group["isco_code_08"], MatchKind.EXACT)
    for group in _concepts(folder / "ssyk-level-4-with-related-isco-level-4-groups.json"):
        for other in group["related"]:
            _correspond(draft, uri_of(group["id"]), other["isco_code_08"], MatchKind.RELATED)


def _correspond(draft: Draft, source: str, isco: str, relation: MatchKind) -> None:
    target = f"http://data.europa.eu/esco/isco/C{isco}"
    author, version = "Arbetsförmedlingen, JobTech Taxonomy", f"ISCO-08, {VERSION}"
    draft.correspondences.append(
        Correspondence(source=source, target=target, relation=relation, author=author, version=version)
    )
