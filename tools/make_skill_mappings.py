"""Makes the table of ROME 4 competences and savoirs beside ESCO skills, which no office has published, and judges it.

    python -m tools.make_skill_mappings HOME

HOME holds the compiled packs esco, rome and crosswalks. Every competence goes through the linker to ESCO and back; what
that, the names and the fields of work say is weighed by a model fitted on pairs that the authors judged, blind to any
score (``bench/judged``, see the README there). In the table stands what is near at all with a chance above a bar. Of
what that model says further pairs were drawn and judged, which it was not fitted on: one half of them, by competence,
chose the bar, and precision is of the other half alone. Recall is of older judgements, each half by a model fitted
without it. The same packs, encoder and judgements give the same table.
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
from skillspace.skills.translation.relating import OUTCOMES, Model, fit
from skillspace.skills.translation.sssom import SEMAPV, SKOS, MappingSet, Row, write_mapping_set
from tools.shares import calibration_error, error_interval, interval, least_error
from tools.skill_evidence import EVIDENCE, FrenchWords, Work, evidence

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "src/skillspace/skills/translation/rome_esco_skills.sssom.tsv"
FIGURES = ROOT / "bench/results/translation-rome-esco.json"
JUDGED = ROOT / "bench/judged"
FILES = ("rome_esco_competences.csv", "rome_esco_skills_2026-11-22.csv", "rome_esco_likely_2026-11-22.csv")
CHECK = "rome_esco_table_2026-11-22.csv"
WORKERS, CHUNK, KEPT = 2, 400, 3
SEEN = (*FEATURES, *EVIDENCE)
PULL = 30.0  # few pairs are judged, so weights are held back more than elsewhere
NEAR = tuple(kind.value for kind in MatchKind if kind is not MatchKind.RELATED)
BANDS = (0.0, 0.4, 0.5, 0.6, 1.01)
GOOD = 0.8  # the share of mappings that is to be near at all
BARS = (0.75, 0.8, 0.85, 0.9, 0.95)  # below them too little was judged
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
        return half_of(self.pair[0])


def half_of(competence: str) -> int:
    """Return 0 or 1 for a competence."""
    return hashlib.sha256(competence.encode()).digest()[0] % 2


@dataclass(frozen=True, kw_only=True)
class Told:
    """A mapping: the relation likeliest of the near ones with its chance, and the chance that it is near at all."""

    pair: tuple[str, str]
    relation: str
    chance: float
    near: float


def main(home: Path) -> None:
    """Fit, measure, and write table and figures."""
    taxonomies = Taxonomies.open(home)
    linker = Linker(taxonomies, folder=home / "linking")
    pairs = beside(taxonomies, linker)
    judged = judgements(*FILES)
    weighed = model(pairs, judged)
    bar, precise = checked(weighed, pairs, judgements(CHECK))
    figures = {
        "encoder": linker.version,
        "judged": len(judged),
        "bar": bar,
        "precision": precise,
        "recall": recall(pairs, judged, bar),
    }
    rows = table(weighed, pairs, bar)
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


def judgements(*names: str) -> list[Judged]:
    """Return the judged pairs of files, of two judgements of one pair the later."""
    found: dict[tuple[str, str], Judged] = {}
    for name in names:
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


def table(weighed: Model, pairs: Pairs, bar: float) -> list[Told]:
    """Return the mappings whose chance to be near at all reaches the bar, at most KEPT of a competence, in order."""
    keys = list(pairs)
    chances = weighed.chances(np.array([pairs[key] for key in keys]))[:, : len(NEAR)]
    by_source: dict[str, list[Told]] = defaultdict(list)
    for key, each in zip(keys, chances, strict=True):
        near = float(each.sum())
        if near >= bar:
            relation, chance = NEAR[int(each.argmax())], round(float(each.max()), 3)
            by_source[key[0]].append(Told(pair=key, relation=relation, chance=chance, near=near))
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


def checked(weighed: Model, pairs: Pairs, fresh: list[Judged]) -> tuple[float, dict[str, object]]:
    """Return the bar that one half of freshly judged pairs chooses, and precision and calibration on the other half."""
    bar = good_bar(weighed, pairs, [one for one in fresh if one.half == 0 and one.pair in pairs])
    told = {one.pair: one for one in table(weighed, pairs, bar)}
    found = [(told[one.pair], one) for one in fresh if one.half == 1 and one.pair in told]
    groups = {"all": found}
    for kind in NEAR:
        groups[kind] = [pair for pair in found if pair[0].relation == kind]
    for low, high in pairwise(BANDS):
        groups[f"confidence {low}–{min(high, 1.0)}"] = [pair for pair in found if low <= pair[0].chance < high]
    groups["savoirs"] = [pair for pair in found if ":savoir:" in pair[0].pair[0]]
    return bar, {name: precision(group) for name, group in groups.items() if group}


def good_bar(weighed: Model, pairs: Pairs, fresh: list[Judged]) -> float:
    """Return the least of BARS from which on judged pairs are near often enough."""
    chances = weighed.chances(np.array([pairs[one.pair] for one in fresh]))[:, : len(NEAR)].sum(axis=1)
    near = np.array([one.judgement in NEAR for one in fresh], float)
    good = (bar for bar in BARS if (chances >= bar).any() and near[chances >= bar].mean() >= GOOD)
    return next(good, BARS[-1])


def precision(found: list[tuple[Told, Judged]]) -> dict[str, object]:
    """Return how often mappings are near at all, and of the very relation told, and how far off chances are."""
    near = np.array([one.judgement in NEAR for _, one in found], float)
    right = np.array([one.judgement == told.relation for told, one in found], float)
    chances, nears = np.array([told.chance for told, _ in found]), np.array([told.near for told, _ in found])
    return {
        "pairs": len(found),
        "near": round(near.mean(), 3),
        "near, 95 %": interval(near),
        "relation right": round(right.mean(), 3),
        "relation right, 95 %": interval(right),
        "mean confidence": round(chances.mean(), 3),
        "ece": calibration_error(chances, right),
        "ece, 95 %": error_interval(chances, right),
        "ece by luck": least_error(chances),
        "ece of near": calibration_error(nears, near),
        "ece of near by luck": least_error(nears),
    }


def recall(pairs: Pairs, judged: list[Judged], bar: float) -> dict[str, object]:
    """Return of how many random competences the table has a right skill, among those that have one in their pool."""
    told: set[tuple[str, str]] = set()
    for half in (0, 1):
        without = model(pairs, [one for one in judged if one.half != half])
        told |= {one.pair for one in table(without, pairs, bar) if half_of(one.pair[0]) == half}
    by_source: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        if one.sample == "pools":
            by_source[one.pair[0]].append(one)
    shares: dict[str, object] = {"competences": len(by_source)}
    for name, right in (("near", NEAR), ("exact or close", ("exact", "close"))):
        there = {source: [one.pair for one in found if one.judgement in right] for source, found in by_source.items()}
        hit = np.array([float(bool(told & set(found))) for found in there.values() if found])
        shares |= {f"{name}: have one": len(hit), name: round(float(hit.mean()), 3), f"{name}, 95 %": interval(hit)}
    return shares


if __name__ == "__main__":
    main(Path(sys.argv[1]))
