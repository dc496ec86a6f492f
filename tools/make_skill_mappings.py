"""Makes the table of ROME 4 competences and savoirs beside ESCO skills, which no office has published, and judges it.

    python -m tools.make_skill_mappings HOME

HOME holds the compiled packs esco, rome and crosswalks. Every competence goes through the linker to ESCO and back; what
that, the names and the fields of work say is weighed by a model fitted on pairs that the authors judged, blind to any
score: ``bench/judged/rome_esco_competences.csv`` and ``rome_esco_skills_2026-11-22.csv`` (see the README beside them).
The figures are of the newer file alone, each half judged by a model that was fitted without that half. The table is
made by a model fitted on all. The same packs, encoder and judgements give the same table.
"""

from __future__ import annotations

import csv
import hashlib
import json
import multiprocessing
import sys
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, MatchKind, Taxonomies
from skillspace.skills.translation.likeness import FEATURES, Likeness
from skillspace.skills.translation.relating import LEAST, OUTCOMES, Model, fit
from skillspace.skills.translation.sssom import SEMAPV, SKOS, MappingSet, Row, write_mapping_set
from tools.shares import calibration_error, interval, least_error
from tools.skill_evidence import EVIDENCE, FrenchWords, Work, evidence

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "src/skillspace/skills/translation/rome_esco_skills.sssom.tsv"
FIGURES = ROOT / "bench/results/translation-rome-esco.json"
JUDGED = ROOT / "bench/judged"
OLDER, NEWER = "rome_esco_competences.csv", "rome_esco_skills_2026-11-22.csv"
WORKERS, CHUNK, KEPT = 2, 400, 3
SEEN = (*FEATURES, *EVIDENCE)
PULL = 30.0  # few pairs are judged, so weights are held back more than elsewhere
NEAR = tuple(kind.value for kind in MatchKind if kind is not MatchKind.RELATED)
BANDS = (0.0, 0.35, 0.5, 0.65, 1.01)
PREFIXES = {"esco": "http://data.europa.eu/esco/", "rome": "urn:rome:"}
STATEMENT = (
    "Made from ROME 4.60 (France Travail, Licence Ouverte 2.0) and ESCO 1.1.1 (European Union, CC BY 4.0); "
    "no official table. This service uses the ESCO classification of the European Commission."
)
Pairs = dict[tuple[str, str], np.ndarray]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A pair somebody judged; ``sample`` is how it was drawn."""

    file: str
    sample: str
    pair: tuple[str, str]
    judgement: str

    @property
    def half(self) -> int:
        """0 or 1, by the competence alone."""
        return hashlib.sha256(self.pair[0].encode()).digest()[0] % 2


@dataclass(frozen=True, kw_only=True)
class Told:
    """A mapping as the table tells it: the relation likeliest of the near ones, and its chance."""

    pair: tuple[str, str]
    relation: str
    chance: float


def main(home: Path) -> None:
    """Fit, measure, and write table and figures."""
    taxonomies = Taxonomies.open(home)
    linker = Linker(taxonomies, folder=home / "linking")
    pairs = beside(taxonomies, linker)
    judged = judgements()
    figures = {"encoder": linker.version, **measure(pairs, judged)}
    rows = table(model(pairs, judged), pairs)
    TABLE.write_text(write_mapping_set(as_set(rows, linker.version)), "utf-8")
    figures["mappings"], figures["concepts mapped"] = len(rows), len({one.pair[0] for one in rows})
    FIGURES.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(figures, indent=1, ensure_ascii=False))


def beside(taxonomies: Taxonomies, linker: Linker) -> Pairs:
    """Return every competence and savoir with its nearest ESCO skills and what speaks for them.

    Diplomas are left out: they name a subject without being the knowledge of it.
    """
    sources = [
        uri
        for uri in taxonomies.concepts(kinds=SKILL_KINDS, scheme="rome")
        if taxonomies.kind(uri) is not ConceptKind.KNOWLEDGE
        or not any("certifications" in group for group in taxonomies.broader(uri))
    ]
    for scope in ("esco-skill", "rome-skill"):
        linker.warm(scope, "fr")  # before the workers begin, so that they share it
    _shared.append(
        Looking(Likeness(taxonomies, linker), FrenchWords(taxonomies, "rome", "esco"), Work(taxonomies, "rome", "esco"))
    )
    chunks = [sources[at : at + CHUNK] for at in range(0, len(sources), CHUNK)]
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
        return {pair: row for part in pool.imap(_beside_some, chunks) for pair, row in part}


class Looking(NamedTuple):
    """What workers look with."""

    likeness: Likeness
    words: FrenchWords
    work: Work


_shared: list[Looking] = []  # found there by the processes forked from this one


def _beside_some(sources: list[str]) -> list[tuple[tuple[str, str], np.ndarray]]:
    likeness, words, work = _shared[-1]
    found = []
    for source in sources:
        for target, row in zip(*likeness.beside(source, "esco"), strict=True):
            found.append(((source, target), np.append(row, evidence(words, work, source, target))))
    return found


def judgements() -> list[Judged]:
    """Return the judged pairs, of two judgements of one pair the newer."""
    found: dict[tuple[str, str], Judged] = {}
    for name in (OLDER, NEWER):
        with (JUDGED / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                pair = row["competence"], row["skill"]
                found[pair] = Judged(file=name, sample=row["sample"], pair=pair, judgement=row["judgement"])
    return list(found.values())


def model(pairs: Pairs, judged: list[Judged]) -> Model:
    """Return the model fitted on judged pairs, of those that are looked at."""
    known = [one for one in judged if one.pair in pairs]
    outcomes = np.array([OUTCOMES.index(one.judgement) for one in known])
    return fit(SEEN, np.array([pairs[one.pair] for one in known]), outcomes, PULL)


def table(weighed: Model, pairs: Pairs) -> list[Told]:
    """Return the mappings told, at most KEPT of a competence, in order."""
    keys = list(pairs)
    chances = weighed.chances(np.array([pairs[key] for key in keys]))[:, : len(NEAR)]
    by_source: dict[str, list[Told]] = defaultdict(list)
    for key, near in zip(keys, chances, strict=True):
        if near.sum() >= LEAST:
            relation, chance = NEAR[int(near.argmax())], round(float(near.max()), 3)
            by_source[key[0]].append(Told(pair=key, relation=relation, chance=chance))
    ordered = (sorted(by_source[source], key=lambda one: (-one.chance, one.pair)) for source in sorted(by_source))
    return [one for found in ordered for one in found[:KEPT]]


def as_set(rows: list[Told], version: str) -> MappingSet:
    """Return the mappings as a set in SSSOM."""
    metadata = {
        "mapping_set_id": "urn:skillspace:mappings:rome-4.60:esco-1.1.1:skills",
        "mapping_set_title": "ROME 4.60 competences and savoirs, and ESCO 1.1.1 skills",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "subject_source_version": "ROME 4.60",
        "object_source_version": "ESCO 1.1.1",
        "mapping_tool": "tools/make_skill_mappings.py",
        "mapping_tool_version": version,
        "other": STATEMENT,
    }
    made = tuple(
        Row(
            subject=one.pair[0],
            predicate=f"{SKOS}{one.relation}Match",
            object=one.pair[1],
            justification=f"{SEMAPV}CompositeMatching",
            confidence=one.chance,
        )
        for one in rows
    )
    return MappingSet(prefixes=PREFIXES, metadata=metadata, rows=made)


def measure(pairs: Pairs, judged: list[Judged]) -> dict[str, object]:
    """Return precision, calibration and recall, each half by what was fitted without it."""
    told: dict[tuple[str, str], Told] = {}
    for half in (0, 1):
        weighed = model(pairs, [one for one in judged if one.half != half])
        told |= {
            one.pair: one
            for one in table(weighed, pairs)
            if Judged(file="", sample="", pair=one.pair, judgement="").half == half
        }
    fresh = [one for one in judged if one.file == NEWER]
    checked = [(told[one.pair], one.judgement) for one in fresh if one.pair in told]
    groups = {"all": checked}
    for kind in NEAR:
        groups[kind] = [one for one in checked if one[0].relation == kind]
    for low, high in pairwise(BANDS):
        groups[f"confidence {low}–{min(high, 1.0)}"] = [one for one in checked if low <= one[0].chance < high]
    groups["savoirs"] = [one for one in checked if ":savoir:" in one[0].pair[0]]
    return {
        "judged": len(fresh),
        "precision": {name: precision(group) for name, group in groups.items() if group},
        "recall": recall([one for one in fresh if one.sample == "pools"], set(told)),
    }


def precision(checked: list[tuple[Told, str]]) -> dict[str, object]:
    """Return how often mappings are near at all, and of the very relation told, and how far off confidence is."""
    near = np.array([judgement in NEAR for _, judgement in checked], float)
    right = np.array([judgement == one.relation for one, judgement in checked], float)
    chances = np.array([one.chance for one, _ in checked])
    return {
        "pairs": len(checked),
        "near": round(near.mean(), 3),
        "near, 95 %": interval(near),
        "relation right": round(right.mean(), 3),
        "relation right, 95 %": interval(right),
        "mean confidence": round(chances.mean(), 3),
        "ece": calibration_error(chances, right),
        "ece by luck": least_error(chances),
    }


def recall(pools: list[Judged], told: set[tuple[str, str]]) -> dict[str, object]:
    """Return of how many random competences the table has a right skill, among those that have one in their pool."""
    by_source: dict[str, list[Judged]] = defaultdict(list)
    for one in pools:
        by_source[one.pair[0]].append(one)
    shares: dict[str, object] = {"competences": len(by_source)}
    for name, right in (("near", NEAR), ("exact or close", ("exact", "close"))):
        there = {source: [one.pair for one in found if one.judgement in right] for source, found in by_source.items()}
        hit = np.array([float(bool(told & set(found))) for found in there.values() if found])
        shares |= {f"{name}: have one": len(hit), name: round(hit.mean(), 3), f"{name}, 95 %": interval(hit)}
    return shares


if __name__ == "__main__":
    main(Path(sys.argv[1]))
