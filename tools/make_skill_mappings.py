"""Makes the table of ROME 4 competences and savoirs beside ESCO skills, which no office has published, and judges it.

    python tools/make_skill_mappings.py make HOME      write the table that the program carries
    python tools/make_skill_mappings.py judge          how right it is, on pairs it was not made from

HOME holds the compiled packs esco, rome and crosswalks. ``bench/judged/rome_esco_competences.csv`` holds pairs judged
by the authors, in three random samples: ``nearest`` (150 competences, each with its nearest skill) and ``likely`` (100
pairs an earlier model took for one) made the model; ``held-out`` (80 pairs of the finished table, drawn with SEED) only
measures it. The same packs and judgements give the same table.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from skillspace.skills.taxonomy import ConceptKind, MatchKind, Taxonomies
from skillspace.skills.translation.competences import Pair, candidates
from skillspace.skills.translation.judging import fit, probability, relation
from skillspace.skills.translation.sssom import SEMAPV, SKOS, MappingSet, Row, read_mapping_set, write_mapping_set

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "src/skillspace/skills/translation/rome_esco_skills.sssom.tsv"
JUDGED = ROOT / "bench/judged/rome_esco_competences.csv"
CANDIDATES, KEPT, LEAST = 5, 3, 0.5
SEED, SAMPLE = 20261124, 80
NEAR = frozenset({"exact", "close", "broad", "narrow"})
PREFIXES = {"esco": "http://data.europa.eu/esco/", "rome": "urn:rome:"}
STATEMENT = (
    "Made from ROME 4.60 (France Travail, Licence Ouverte 2.0) and ESCO 1.1.1 (European Union, CC BY 4.0); "
    "no official table. This service uses the ESCO classification of the European Commission."
)


def make(home: Path) -> None:
    """Fit the model on the judged pairs, write the table, and name the pairs of the held-out sample."""
    taxonomies = Taxonomies.open(home)
    certificates = {
        uri
        for uri in taxonomies.concepts(kinds={ConceptKind.KNOWLEDGE}, scheme="rome")
        if any("certifications" in group for group in taxonomies.broader(uri))
    }  # diplomas name a subject without being the knowledge of it
    found = [one for one in candidates(taxonomies, "rome", "esco", "fr", CANDIDATES) if one.source not in certificates]
    known = {(one.source, one.target): one for one in found}
    judged = [row for row in judgements() if row["sample"] != "held-out" and (row["competence"], row["skill"]) in known]
    pairs = [known[row["competence"], row["skill"]] for row in judged]
    weights = fit(pairs, [row["judgement"] in NEAR for row in judged])
    said = relation_shares((relation(pair), row["judgement"]) for pair, row in zip(pairs, judged, strict=True))
    by_source: dict[str, list[tuple[float, Pair]]] = defaultdict(list)
    for one in found:
        if one.same_sort and (share := probability(one, weights)) >= LEAST:
            by_source[one.source].append((share, one))
    rows = [
        _row(one, share * said[relation(one)])
        for source in sorted(by_source)
        for share, one in sorted(by_source[source], key=lambda rated: (-rated[0], rated[1].target))[:KEPT]
    ]
    metadata = {
        "mapping_set_id": "urn:skillspace:mappings:rome-4.60:esco-1.1.1:skills",
        "mapping_set_title": "ROME 4.60 competences and savoirs, and ESCO 1.1.1 skills",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "subject_source_version": "ROME 4.60",
        "object_source_version": "ESCO 1.1.1",
        "mapping_tool": "tools/make_skill_mappings.py",
        "other": STATEMENT,
    }
    TABLE.write_text(write_mapping_set(MappingSet(prefixes=PREFIXES, metadata=metadata, rows=tuple(rows))), "utf-8")
    print(f"{len(rows)} mappings of {len(by_source)} concepts; weights {weights}; relations {said}")
    sampled = random.Random(SEED).sample(rows, SAMPLE)  # noqa: S311 - a sample, no secret
    for row in sampled:
        labels = taxonomies.label(row.subject, "fr"), taxonomies.label(row.object, "fr")
        print("held-out", row.subject, labels[0], row.object, labels[1], row.predicate.rpartition("#")[2], sep=",")


def _row(pair: Pair, confidence: float) -> Row:
    return Row(
        subject=pair.source,
        predicate=f"{SKOS}{relation(pair).value}Match",
        object=pair.target,
        justification=f"{SEMAPV}CompositeMatching",
        confidence=round(confidence, 3),
    )


def judgements() -> list[dict[str, str]]:
    """Return the judged pairs."""
    with JUDGED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def relation_shares(said: Iterable[tuple[MatchKind, str]]) -> dict[MatchKind, float]:
    """Return how often each relation is the right one among pairs that are near at all (Laplace)."""
    right: Counter[MatchKind] = Counter()
    seen: Counter[MatchKind] = Counter()
    for guessed, judged in said:
        if judged in NEAR:
            seen[guessed] += 1
            right[guessed] += judged == guessed.value
    return {kind: round((right[kind] + 1) / (seen[kind] + 2), 3) for kind in MatchKind}


def judge() -> None:
    """Print how right the table is on the held-out sample: near at all, and with the relation it says."""
    table = {(row.subject, row.object): row for row in read_mapping_set(TABLE).rows}
    held = [row for row in judgements() if row["sample"] == "held-out"]
    groups: dict[str, list[tuple[bool, bool, float]]] = defaultdict(list)
    for row in held:
        found = table.get((row["competence"], row["skill"]))
        if found is None or found.relation is None:
            continue
        outcome = row["judgement"] in NEAR, row["judgement"] == found.relation.value, found.confidence or 0.0
        for group in ("all", found.relation.value, row["competence"].split(":")[2]):
            groups[group].append(outcome)
    for group, outcomes in sorted(groups.items()):
        near, right = sum(one[0] for one in outcomes), sum(one[1] for one in outcomes)
        mean = sum(one[2] for one in outcomes) / len(outcomes)
        shares = f"near {interval(near, len(outcomes))}, relation as stated {interval(right, len(outcomes))}"
        print(f"{group}: {len(outcomes)} pairs, {shares}, mean confidence {mean:.2f}")


def interval(count: int, total: int) -> str:
    """Return a share with its 95 % interval (Wilson)."""
    z, share = 1.96, count / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * ((share * (1 - share) / total + z * z / (4 * total * total)) ** 0.5) / (1 + z * z / total)
    return f"{share:.2f} [{middle - half:.2f}, {middle + half:.2f}]"


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(Path(sys.argv[2]))
    else:
        judge()
