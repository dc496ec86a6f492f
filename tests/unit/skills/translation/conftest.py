"""Invented schemes with every kind of tie between them, and the published ones where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.skills.taxonomy import ConceptKind, Correspondence, MatchKind, Taxonomies, add_pack
from skillspace.skills.taxonomy.compile import compile_pack
from skillspace.skills.taxonomy.draft import Draft
from skillspace.skills.translation import Translator
from tests.unit.skills.taxonomy.small import BAKER, CHEF, COOK, CUISINIER, ESCO, draft, small_esco, small_rome

KOCK = "http://data.jobtechdev.se/taxonomy/concept/kock"
BAGARE = "http://data.jobtechdev.se/taxonomy/concept/bagare"
GONE = f"{ESCO}occupation/gone"
LONELY = "urn:rome:metier:G9"


def _crosswalk() -> Draft:
    made = draft("crosswalks")
    for source, target, relation, author in (
        (COOK, CUISINIER, MatchKind.BROAD, "A French office"),
        (CHEF, CUISINIER, MatchKind.EXACT, "A French office"),
        (GONE, CUISINIER, MatchKind.EXACT, "A French office"),
        (CHEF, KOCK, MatchKind.CLOSE, "A Swedish office"),
        (COOK, KOCK, MatchKind.EXACT, "A Swedish office"),
        (BAKER, BAGARE, MatchKind.RELATED, "A Swedish office"),
        (COOK, "urn:onet:35-2014.00", MatchKind.EXACT, "An American office"),
    ):
        version = "O*NET 29 – ESCO 1.1" if "onet" in target else "ESCO 1.0.9 – Theirs 3"
        made.correspondences.append(
            Correspondence(source=source, target=target, relation=relation, author=author, version=version)
        )
    return made


@pytest.fixture(scope="session")
def kitchen_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the invented ESCO, ROME, JobTech and the crosswalks between them."""
    home = tmp_path_factory.mktemp("kitchen")
    french = small_rome()
    french.concept(LONELY, ConceptKind.OCCUPATION, code="G9")
    french.label(LONELY, "fr", "Gardien de phare", preferred=True)
    french.alias("urn:rome:appellation:77", CUISINIER)
    swedish = draft("jobtech")
    for uri, label in ((KOCK, "Kock"), (BAGARE, "Bagare")):
        swedish.concept(uri, ConceptKind.OCCUPATION)
        swedish.label(uri, "sv", label, preferred=True)
    for made in (small_esco(), french, swedish, _crosswalk()):
        compile_pack(made, home)
    return home


@pytest.fixture(scope="session")
def kitchen(kitchen_home: Path) -> Translator:
    """A translator over the invented schemes."""
    return Translator(Taxonomies.open(kitchen_home))


@pytest.fixture(scope="session")
def published_home(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ESCO, ROME, JobTech and the crosswalks as published, compiled."""
    home = tmp_path_factory.mktemp("published")
    for name in ("esco", "rome", "jobtech", "crosswalks"):
        add_pack(name, home, real_data)
    return home


@pytest.fixture(scope="session")
def published(published_home: Path) -> Translator:
    """A translator over the published schemes."""
    return Translator(Taxonomies.open(published_home))
