"""What the tests of the people wing share: a fresh database whose clock the test holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skillspace.skills.taxonomy import ConceptKind, Correspondence, MatchKind, Taxonomies
from skillspace.skills.taxonomy.compile import compile_pack
from skillspace.skills.taxonomy.draft import Draft, LinkKind
from skillspace.storage.database import Database
from tests.small_space import HeldClock
from tests.tables import make_tables


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def database(tmp_path: Path, clock: HeldClock) -> Iterator[Database]:
    database = Database.in_folder(tmp_path, clock=clock)
    make_tables(database)
    yield database
    database.close()


ESCO = "http://data.europa.eu/esco/skill/"
BOOKKEEPING, SWEDISH, LEAD_A_TEAM, COOK_FOOD = (f"{ESCO}{name}" for name in ("books", "swedish", "team", "cook"))
NURSE = "http://data.europa.eu/esco/occupation/nurse"
JOBTECH = "http://data.jobtechdev.se/taxonomy/concept/"


@pytest.fixture(scope="session")
def taxonomies(tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    """A hand-sized ESCO in English and Swedish, and a JobTech that corresponds to it."""
    home = tmp_path_factory.mktemp("home")
    esco = Draft(scheme="esco", version="1", licence="test", statement="test")
    esco.concept(f"{ESCO}pillar", ConceptKind.SKILL_GROUP, roof=True)
    for theme, label in (("S4", "management skills"), ("S1", "communication")):
        esco.concept(f"{ESCO}{theme}", ConceptKind.SKILL_GROUP, code=theme)
        esco.label(f"{ESCO}{theme}", "en", label, preferred=True)
        esco.link(LinkKind.BROADER, f"{ESCO}{theme}", f"{ESCO}pillar")
    for uri, theme, english, swedish in (
        (BOOKKEEPING, "S4", "bookkeeping", "bokföring"),
        (LEAD_A_TEAM, "S4", "lead a team", "leda en grupp"),
        (SWEDISH, "S1", "Swedish", "svenska"),
        (COOK_FOOD, "S1", "cook food", "laga mat"),
    ):
        esco.concept(uri, ConceptKind.SKILL)
        esco.label(uri, "en", english, preferred=True)
        esco.label(uri, "sv", swedish, preferred=True)
        esco.link(LinkKind.BROADER, uri, f"{ESCO}{theme}")
    esco.concept(NURSE, ConceptKind.OCCUPATION)
    esco.label(NURSE, "en", "nurse", preferred=True)
    jobtech = Draft(scheme="jobtech", version="1", licence="test", statement="test")
    for name, target, relation in (
        ("books", BOOKKEEPING, MatchKind.EXACT),
        ("team-of-two", LEAD_A_TEAM, MatchKind.BROAD),
        ("all-of-cooking", COOK_FOOD, MatchKind.NARROW),
    ):
        jobtech.concept(f"{JOBTECH}{name}", ConceptKind.SKILL)
        jobtech.label(f"{JOBTECH}{name}", "sv", name, preferred=True)
        statement = {"relation": relation, "author": "test", "version": "1"}
        jobtech.correspondences.append(Correspondence(source=f"{JOBTECH}{name}", target=target, **statement))
    for draft in (esco, jobtech):
        compile_pack(draft, home)
    return Taxonomies.open(home)
