"""The starter pack, alone and beside invented packs of two countries: moves, interests and pay to carry over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from skillspace.skills.careers import CareerMap, PathFinder
from skillspace.skills.taxonomy import ConceptKind, Correspondence, MatchKind, Taxonomies, add_pack
from skillspace.skills.taxonomy.compile import compile_pack
from skillspace.skills.taxonomy.draft import Draft, LinkKind

#: code of an invented métier → its match in the starter pack, the relation, and its interests
METIERS = {
    "B1": ("baker", MatchKind.EXACT, ["R", "A"]),
    "C1": ("cook", MatchKind.CLOSE, ["R"]),
    "L1": ("librarian", MatchKind.BROAD, ["C", "I"]),
    "W1": ("waiter/waitress", MatchKind.EXACT, ["E", "S"]),
    "N1": ("nurse assistant", MatchKind.EXACT, ["S"]),
}
MOVES = (("B1", "C1", 1), ("B1", "L1", 7), ("C1", "W1", 2))
WAGES = {"baker": (20_000, 24_000, 30_000), "cook": (22_000, 36_000, 40_000), "welder": (25_000, 30_000, 36_000)}


def called(taxonomies: Taxonomies, label: str) -> str:
    """The starter pack's occupation of this name."""
    occupations = taxonomies.concepts(kinds={ConceptKind.OCCUPATION})
    return next(uri for uri in occupations if taxonomies.label(uri, "en") == label)


def metier(code: str) -> str:
    """The URI of an invented métier."""
    return f"urn:rome:metier:{code}"


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    """About 60 occupations and 400 skills of ESCO, as every installation has them."""
    home = tmp_path_factory.mktemp("starter")
    add_pack("starter", home, None)
    return Taxonomies.open(home)


@pytest.fixture(scope="session")
def career_map(starter: Taxonomies) -> CareerMap:
    """The map of the starter pack alone: no official table, no interests, no pay."""
    return CareerMap.build(starter)


@pytest.fixture(scope="session")
def finder(career_map: CareerMap) -> PathFinder:
    """Paths over the starter pack alone."""
    return PathFinder.build(career_map)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    """The starter pack, and what two invented countries say of a few of its occupations."""
    home: Path = tmp_path_factory.mktemp("world")
    add_pack("starter", home, None)
    starter = Taxonomies.open(home)
    for made in (_rome(), _jobtech(), _crosswalks(lambda label: called(starter, label))):
        compile_pack(made, home)
    return Taxonomies.open(home)


@pytest.fixture(scope="session")
def world_map(world: Taxonomies) -> CareerMap:
    """The map of that world."""
    return CareerMap.build(world)


@pytest.fixture(scope="session")
def world_finder(world_map: CareerMap) -> PathFinder:
    """Paths over that world."""
    return PathFinder.build(world_map)


def _rome() -> Draft:
    made = Draft(scheme="rome", version="1.0", licence="none", statement="Invented.")
    for code, (label, _, interests) in METIERS.items():
        made.concept(metier(code), ConceptKind.OCCUPATION, code=code)
        made.label(metier(code), "fr", label, preferred=True)
        made.fact(metier(code), "riasec", interests)
    for source, target, rank in MOVES:
        made.link(LinkKind.MOBILITY, metier(source), metier(target), rank)
    return made


def _jobtech() -> Draft:
    made = Draft(scheme="jobtech", version="1.0", licence="none", statement="Invented.")
    base = "http://data.jobtechdev.se/taxonomy/concept/"
    for label, (low, middle, high) in WAGES.items():
        made.concept(f"{base}{label}", ConceptKind.OCCUPATION)
        made.concept(f"{base}group-{label}", ConceptKind.OCCUPATION_GROUP)
        made.link(LinkKind.BROADER, f"{base}{label}", f"{base}group-{label}")
        pay = {"currency": "SEK", "per": "month", "year": None, "basis": "invented"}
        made.fact(f"{base}group-{label}", "pay", pay | {"low": low, "middle": middle, "high": high})
    made.link(LinkKind.MOBILITY, f"{base}baker", f"{base}welder", 75)
    return made


def _crosswalks(uri_of: Callable[[str], str]) -> Draft:
    made = Draft(scheme="crosswalks", version="1.0", licence="none", statement="Invented.")
    base = "http://data.jobtechdev.se/taxonomy/concept/"
    said = [(label, metier(code), relation) for code, (label, relation, _) in METIERS.items()]
    said += [(label, f"{base}{label}", MatchKind.EXACT) for label in WAGES]
    said.append(("hairdresser", metier("B1"), MatchKind.RELATED))  # too weak to carry anything
    for label, target, relation in said:
        made.correspondences.append(
            Correspondence(
                source=uri_of(label), target=target, relation=relation, author="An office", version="1.0 – 1.0"
            )
        )
    return made
