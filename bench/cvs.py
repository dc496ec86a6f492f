"""Sets of CVs and ads with the ads that are right for each, composed of published texts; nobody in them is real.

Who is right is never seen by what is measured: official tables tell which occupations of ESCO a CV's occupation and
an ad stand for, and matching has ESCO's own pack alone.
"""

from __future__ import annotations

import hashlib
import html
import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skillspace.skills.matching import Offer
from skillspace.skills.matching.people import Person
from skillspace.skills.taxonomy import Concept, ConceptKind, Taxonomies
from skillspace.skills.taxonomy.sources.tables import document
from skillspace.skills.taxonomy.sources.workbook import sheet_records

SEED = 20261122
TASKS = 8
"""Tasks of a CV; one of another occupation comes on top."""

LONGEST = 4_000
DRAWN = 300
ENGLISH = "Education: secondary school. Languages: English. Interests: cycling, chess."
FRENCH = "Formation : baccalauréat. Langues : français. Loisirs : vélo, échecs."
_MARKUP = re.compile(r"<[^>]*>")


@dataclass(frozen=True, kw_only=True)
class CvSet:
    """CVs, the occupation each was composed for, and the ads (identifiers) that are right for each."""

    people: Sequence[Person]
    occupations: Sequence[str]
    right: Sequence[frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class Ads:
    """Ads that say what they say in texts alone, and sets of CVs to find them by."""

    offers: Sequence[Offer]
    sets: Mapping[str, CvSet]


def is_held(occupation: str) -> bool:
    """Tell whether an occupation is in the half that is held apart: by its name alone."""
    return hashlib.sha256(f"cv:{occupation}".encode()).digest()[0] % 2 == 1


def profiles(data: Path, known: Taxonomies) -> Ads:
    """Return CVs of O*NET's tasks, with and without a title, and the job profiles of the National Careers Service."""
    offers, meant = [], defaultdict(set)
    for item in _profiles(data):
        profile, name = item["JobProfile"], item["PageLocationPart"]["UrlName"]
        said = [_plain(part["Html"]) for part in profile.values() if isinstance(part, dict) and part.get("Html")]
        offers.append(Offer(id=name, needs=(), title=item["DisplayText"], text=" ".join(said)[:LONGEST]))
        for uri in _esco(known, f"urn:uk-ncs:{name}"):
            meant[uri].add(name)
    right = _right(known, _occupations(known, "onet"), meant)
    tasks = onet_tasks(data)
    titles = {uri: known.concept(uri).alternatives.get("en", ()) for uri in right}
    sets = {
        "titled": _set(right, tasks, titles, "Experience", ENGLISH),
        "untitled": _set(right, tasks, {}, "Experience", ENGLISH),
    }
    return Ads(offers=offers, sets=sets)


def descriptions(data: Path, known: Taxonomies, seen: frozenset[str]) -> Ads:
    """Return ESCO's English descriptions without their titles, with two sets: CVs of O*NET's tasks (without titles, and
    without occupations ``seen`` before), and French CVs of ROME's competences with a title."""
    offers, meant = [], {}
    for uri in known.concepts(kinds={ConceptKind.OCCUPATION}, scheme="esco"):
        if text := known.description(uri):
            offers.append(Offer(id=uri, needs=(), text=text))
            meant[uri] = {uri}
    onet = _drawn(_right(known, [uri for uri in _occupations(known, "onet") if uri not in seen], meant))
    rome = _drawn(_right(known, _occupations(known, "rome"), meant))
    competences = {uri: [known.label(link.uri, "fr") for link in known.skills_of(uri)] for uri in rome}
    names = {uri: _names(known.concept(uri), "fr") for uri in rome}
    sets = {
        "described": _set(onet, onet_tasks(data), {}, "Experience", ENGLISH),
        "french": _set(rome, competences, names, "Expérience", FRENCH),
    }
    return Ads(offers=offers, sets=sets)


def _set(
    right: Mapping[str, frozenset[str]],
    tasks: Mapping[str, Sequence[str]],
    titles: Mapping[str, Sequence[str]],
    heading: str,
    end: str,
) -> CvSet:
    """Compose a CV for each occupation: some of its tasks, one of another occupation, and what every CV says."""
    people, occupations = [], [uri for uri in sorted(right) if tasks.get(uri)]
    for uri in occupations:
        chance = random.Random(f"{SEED}:{uri}")  # noqa: S311 - composes examples, keeps no secret
        done = chance.sample(list(tasks[uri]), min(TASKS, len(tasks[uri])))
        other = chance.choice([one for one in sorted(tasks) if one != uri])
        done.append(chance.choice(list(tasks[other])))
        chance.shuffle(done)
        title = f"{chance.choice(titles[uri])}. " if titles.get(uri) else ""
        story = " ".join(f"{one.rstrip('.')}." for one in done)
        people.append(Person(id=uri, text=f"Curriculum vitae. {title}{heading}: {story} {end}"))
    return CvSet(people=people, occupations=occupations, right=[right[uri] for uri in occupations])


def _right(known: Taxonomies, occupations: Sequence[str], meant: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    """Return the ads that are right for each occupation that has one."""
    found = {uri: frozenset(ad for one in _esco(known, uri) for ad in meant.get(one, ())) for uri in occupations}
    return {uri: ads for uri, ads in found.items() if ads}


def _drawn(right: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    order = sorted(right, key=lambda uri: hashlib.sha256(f"draw:{uri}".encode()).digest())
    return {uri: right[uri] for uri in order[:DRAWN]}


def _esco(known: Taxonomies, uri: str) -> set[str]:
    return {one.target for one in known.correspondences(uri, "esco") if "/occupation/" in one.target}


def _occupations(known: Taxonomies, scheme: str) -> Sequence[str]:
    return known.concepts(kinds={ConceptKind.OCCUPATION}, scheme=scheme)


def _names(concept: Concept, language: str) -> list[str]:
    return [concept.label(language), *concept.alternatives.get(language, ())]


def onet_tasks(data: Path) -> dict[str, list[str]]:
    """Return the tasks of O*NET's occupations."""
    tasks: dict[str, list[str]] = defaultdict(list)
    sheet = data / "taxonomies/onet_29.2/Task Statements.xlsx"
    for _, (code, task) in sheet_records(sheet, "O*NET-SOC Code", "Task"):
        tasks[f"urn:onet:{code}"].append(task)
    return tasks


def _profiles(data: Path) -> list[dict[str, Any]]:
    files = sorted((data / "taxonomies/uk_job_profiles").glob("*JobProfiles*.json"))
    return [item for file in files for step in document(file)["steps"] for item in step["data"]]


def _plain(text: str) -> str:
    return " ".join(html.unescape(_MARKUP.sub(" ", text)).split())
