"""The municipalities this node knows by code: short tables of facts, read once.

A municipality's code is its country and its national code: ``SE-0180`` (Statistics Sweden, CC0), ``FR-69123`` (INSEE
code officiel géographique, Licence Ouverte 2.0; the seats of arrondissements only). Regions are NUTS 2021 codes:
counties in Sweden (``SE110``), regions in France (``FRK``). ``XX`` is an invented country, for a node without data; it
lies in the open sea. The middle of a municipality is that of its main town (GeoNames, CC BY 4.0), to a hundredth of a
degree; it stays unknown where GeoNames tells no town of its own.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO

TABLES = {"SE": "municipalities_se.csv", "FR": "municipalities_fr.csv", "XX": "invented.csv"}
COUNTRIES = {"SE": "Sverige", "FR": "France", "XX": "Exempelland"}

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A municipality, the region it lies in, the country as ISO 3166-1 alpha-2, and its middle in degrees."""

    code: str
    name: str
    region_code: str
    region_name: str
    country: str
    middle: Point | None = None


@cache
def places(country: str) -> tuple[Place, ...]:
    """Return a country's municipalities in the order of their codes; none for a country without a table."""
    if country not in TABLES:
        return ()
    text = files(__package__).joinpath(TABLES[country]).read_text(encoding="utf-8")
    rows = csv.DictReader(StringIO(text))
    return tuple(
        Place(
            code=row["code"],
            name=row["name"],
            region_code=row["region"],
            region_name=row["region_name"],
            country=country,
            middle=(float(row["latitude"]), float(row["longitude"])) if row.get("latitude") else None,
        )
        for row in rows
    )


def place(code: str) -> Place | None:
    """Return the municipality of a code such as ``SE-0180``, or None."""
    return _by_code(code.partition("-")[0]).get(code)


def towns(typed: str) -> tuple[Place, ...]:
    """Return the municipalities somebody may mean, in any country: by name, or by “name, region”."""
    name, _, region = (part.strip().casefold() for part in typed.partition(","))
    found = (one for country in COUNTRIES for one in places(country) if one.name.casefold() == name)
    return tuple(one for one in found if region in ("", one.region_name.casefold()))


def named(name: str, country: str) -> Place | None:
    """Return the municipality of a name, or None where no table has it or two share it."""
    return _by_name(country).get(name.strip().casefold())


@cache
def territory_parents() -> Mapping[str, str | None]:
    """Map every municipality to its region, every region to its country, every country to None."""
    parents: dict[str, str | None] = dict.fromkeys(COUNTRIES)
    for country in COUNTRIES:
        for one in places(country):
            parents[one.region_code] = country
            parents[one.code] = one.region_code
    return parents


def is_within(code: str | None, territory: str) -> bool:
    """Tell whether a place is the territory or lies in it."""
    parents = territory_parents()
    while code is not None and code != territory:
        code = parents.get(code)
    return code is not None


@cache
def codes_within(territory: str) -> frozenset[str]:
    """Return the territory's own code and those of everything in it: what a filter by territory has to name."""
    return frozenset(code for code in territory_parents() if is_within(code, territory)) | {territory}


@cache
def _by_code(country: str) -> dict[str, Place]:
    return {one.code: one for one in places(country)}


@cache
def _by_name(country: str) -> dict[str, Place | None]:
    found: dict[str, Place | None] = {}
    for one in places(country):
        key = one.name.casefold()
        found[key] = None if key in found else one
    return found


@cache
def territory_names() -> Mapping[str, str]:
    """Map every municipality, region and country to its name."""
    names: dict[str, str] = dict(COUNTRIES)
    for country in COUNTRIES:
        for one in places(country):
            names[one.region_code] = one.region_name
            names[one.code] = one.name
    return names
