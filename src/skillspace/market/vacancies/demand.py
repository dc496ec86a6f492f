"""Where which jobs are asked for: official counts that generated vacancies follow, or an invented country."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.market.linking import occupations_in
from skillspace.market.territory import Place, named, places
from skillspace.skills.taxonomy import ConceptKind, Taxonomies

JOBTECH = "http://data.jobtechdev.se/taxonomy/concept/"
ROME = "urn:rome:metier:"
SPOKEN = {"SE": "sv", "FR": "fr", "XX1": "sv", "XX2": "fr", "XX3": "en"}
"""The language of ads in a country, or in a region of the invented one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One of these ESCO occupations, in one of these places, this often."""

    occupations: tuple[str, ...]
    places: tuple[Place, ...]
    weight: float


def language_of(place: Place) -> str:
    """Return the language ads of a place are written in."""
    return SPOKEN.get(place.country) or SPOKEN[place.region_code]


def swedish_demand(data: Path, taxonomies: Taxonomies) -> list[Cell]:
    """Return the number of ads of 2024 for each SSYK-4 group and municipality (JobTech, CC0), groups read as ESCO.

    Raises BadInput when the packs that lead from SSYK to ESCO are not loaded.
    """
    _require(taxonomies, "jobtech", "crosswalks", "esco")
    folder = data / "territory" / "jobtech_territory_education"
    counts: dict[str, dict[str, int]] = _table(folder / "ssyk_kommun_annonser_2024.json")
    name_of: dict[str, str] = _table(folder / "kommun_id_namn.json")
    cells = []
    for group, by_place in sorted(counts.items()):
        occupations = _with_skills(taxonomies, occupations_in(taxonomies, JOBTECH + group))
        for identifier, count in sorted(by_place.items()):
            place = named(name_of.get(identifier, ""), "SE")
            if occupations and place and count > 0:
                cells.append(Cell(occupations=occupations, places=(place,), weight=count))
    return cells


def french_demand(data: Path, taxonomies: Taxonomies) -> list[Cell]:
    """Return ROME occupations weighted by hirings (France Travail 2021), anywhere among the seats of arrondissements.

    The count is national: which seat an ad falls on is chance, and says nothing about that town.
    """
    _require(taxonomies, "rome", "crosswalks", "esco")
    path = data / "taxonomies" / "rome_v3_arbo_tension" / "rome_naf_mapping_2021.csv"
    hirings: dict[str, int] = defaultdict(int)
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                hirings[row["rome_id"]] += int(row["hirings"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise UnreadableFile(f"{path.name} is no table of ROME codes and hirings ({fault}).") from fault
    cells = []
    for code, count in sorted(hirings.items()):
        occupations = _with_skills(taxonomies, occupations_in(taxonomies, ROME + code))
        if occupations and count > 0:
            cells.append(Cell(occupations=occupations, places=places("FR"), weight=count))
    return cells


def invented_demand(taxonomies: Taxonomies) -> list[Cell]:
    """Return every occupation of the loaded ESCO pack over the invented country: the first towns are the larger."""
    occupations = _with_skills(taxonomies, list(taxonomies.concepts(kinds={ConceptKind.OCCUPATION})))
    if not occupations:
        raise BadInput("No loaded taxonomy has occupations with skills; add one: skillspace taxonomy add starter.")
    regions: dict[str, int] = defaultdict(int)
    cells = []
    for place in places("XX"):
        regions[place.region_code] += 1
        cells.append(Cell(occupations=occupations, places=(place,), weight=1 / regions[place.region_code]))
    return cells


def _with_skills(taxonomies: Taxonomies, occupations: list[str]) -> tuple[str, ...]:
    return tuple(uri for uri in occupations if taxonomies.skills_of(uri))


def _require(taxonomies: Taxonomies, *schemes: str) -> None:
    loaded = {pack.scheme for pack in taxonomies.schemes}
    for scheme in schemes:
        if scheme not in loaded:
            raise BadInput(f"The demand tables need the taxonomy {scheme}; add it: skillspace taxonomy add {scheme}.")


def _table(path: Path) -> dict[str, Any]:
    try:
        table = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as fault:
        raise UnreadableFile(f"{path.name} cannot be read as JSON ({fault}).") from fault
    if not isinstance(table, dict):
        raise UnreadableFile(f"{path.name} holds no table by code.")
    return table
