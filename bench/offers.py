"""Synthetic offers with realistic skills, text and places, drawn from ESCO's own profiles, as a Parquet file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from skillspace.skills.matching import PersonSkill
from skillspace.skills.matching.offer_tables import SCHEMA
from skillspace.skills.taxonomy import ConceptKind, Need, SkillLink, Taxonomies

PIECE = 50_000
PLACES, EMPLOYERS = 2_000, 50_000
DAY = dt.date(2026, 11, 1)
WORDS_ABOUT = 40
PHRASES = (
    "we look for a colleague who works on their own",
    "you join a small team in a friendly house",
    "we offer a permanent contract and thirty days of leave",
    "apply with a short letter and your papers",
    "shifts are planned four weeks ahead",
    "training on the job is part of the work",
)


class Country:
    """Occupations with their skills, and how often each is asked for: a few very often, most rarely."""

    def __init__(self, taxonomies: Taxonomies, seed: int = 7) -> None:
        self.random = np.random.default_rng(seed)
        found = {
            uri: taxonomies.skills_of(uri) for uri in taxonomies.concepts(scheme="esco", kinds={ConceptKind.OCCUPATION})
        }
        self.occupations = [uri for uri, links in found.items() if links]
        self.profiles: list[Sequence[SkillLink]] = [found[uri] for uri in self.occupations]
        known = [taxonomies.concept(uri) for uri in self.occupations]
        self.titles = [[each.label("en"), *each.alternatives.get("en", ())[:4]] for each in known]
        self.about = [(each.description or "").split()[:WORDS_ABOUT] for each in known]
        skills = sorted({link.uri for links in self.profiles for link in links})
        self.names = {uri: taxonomies.label(uri, "en") for uri in skills}
        rank = self.random.permutation(len(self.occupations))
        demand = 1 / (rank + 20.0)
        self.demand = demand / demand.sum()
        self.where = self.random.uniform([45.0, -1.0], [50.0, 8.0], size=(PLACES, 2)).astype(np.float32)

    def write(self, path: Path, offers: int) -> None:
        """Write offers as a Parquet file."""
        with pq.ParquetWriter(path, SCHEMA) as writer:
            for begin in range(0, offers, PIECE):
                writer.write_table(self._piece(begin, min(PIECE, offers - begin)))

    def person(self, size: int) -> list[PersonSkill]:
        """Draw someone whose skills come from one occupation, and from further ones as long as there are too few."""
        uris: dict[str, None] = {}
        while len(uris) < size:
            uris |= dict.fromkeys(link.uri for link in self.profiles[int(self.random.integers(len(self.profiles)))])
        return [PersonSkill(uri=uri, validation=int(self.random.integers(1, 7))) for uri in list(uris)[:size]]

    def _piece(self, begin: int, count: int) -> pa.Table:
        random = self.random
        occupations = random.choice(len(self.occupations), size=count, p=self.demand)
        places = random.integers(0, PLACES, size=count)
        skills, titles, texts = [], [], []
        for occupation in occupations.tolist():
            profile, names = self.profiles[occupation], self.titles[occupation]
            chosen = random.permutation(len(profile))[: 6 + int(random.integers(0, 14))].tolist()
            links = [profile[at] for at in chosen]
            skills.append([{"concept": link.uri, "essential": link.need is Need.ESSENTIAL} for link in links])
            titles.append(names[int(random.integers(len(names)))])
            said = random.permutation(len(PHRASES))[:3].tolist()
            named = ", ".join(self.names[link.uri] for link in links[:8])
            parts = [" ".join(self.about[occupation]), named, ". ".join(PHRASES[at] for at in said)]
            # In any order, as ads do: were all of one title to begin alike, what they mean would be the same.
            texts.append(". ".join(parts[at] for at in random.permutation(len(parts)).tolist()))
        salary = random.integers(18, 80, size=count) * 1000.0
        columns = {
            "id": [f"offer-{begin + at:07d}" for at in range(count)],
            "kind": ["job"] * count,
            "title": titles,
            "text": texts,
            "occupation": [self.occupations[at] for at in occupations.tolist()],
            "employer": [f"employer-{number}" for number in random.zipf(1.3, size=count) % EMPLOYERS],
            "place": [f"place-{at}" for at in places.tolist()],
            "latitude": self.where[places, 0],
            "longitude": self.where[places, 1],
            "remote": random.random(count) < 0.08,
            "languages": [["fr"] if at % 3 else ["fr", "en"] for at in range(count)],
            "licences": [["B"] if at % 5 == 0 else [] for at in range(count)],
            "salary_min": salary,
            "salary_max": salary * 1.2,
            "currency": ["EUR"] * count,
            "hours": random.choice([20.0, 28.0, 35.0, 39.0], size=count),
            "opens": [DAY] * count,
            "closes": [DAY + dt.timedelta(days=int(days)) for days in random.integers(1, 90, size=count)],
            "skills": skills,
        }
        table = {name: pa.array(values, type=SCHEMA.field(name).type) for name, values in columns.items()}
        nothing = {field.name: pa.nulls(count, field.type) for field in SCHEMA if field.name not in table}
        return pa.table({field.name: (table | nothing)[field.name] for field in SCHEMA}, schema=SCHEMA)
