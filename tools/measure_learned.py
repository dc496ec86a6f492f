"""Fits and measures learned mappings on official ones that the encoder never saw, crosswalk by crosswalk.

    python -m tools.measure_learned HOME DATA

HOME holds the compiled packs esco, rome, jobtech, onet and crosswalks; DATA is the folder of published sources. Of each
crosswalk, 15 % of the national concepts were kept from the encoder, chosen by their code alone. They and the ESCO
concepts they are mapped to go through the linker, both ways; what the table says of a pair found is its outcome, and a
pair it does not name counts as none. Schemes that have tables and no pack get one for the measurement, made of the
names in their table. One half of the concepts, by digest, fits the model that is measured on the other half; then each
crosswalk is measured by a model fitted on the others alone. The model that the program carries is fitted on all.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import ConceptKind, Correspondence, MatchKind, Taxonomies
from skillspace.skills.taxonomy.compile import compile_pack
from skillspace.skills.taxonomy.draft import Draft
from skillspace.skills.translation.learned import METHOD
from skillspace.skills.translation.likeness import FEATURES, Likeness
from skillspace.skills.translation.relating import NONE, OUTCOMES, Model, fit_trusted
from tools.shares import calibration_error, error_interval, interval, least_error
from tools.train_encoder import reading

ROOT = Path(__file__).parents[1]
OUT = ROOT / "src/skillspace/skills/translation/learned.json"
FIGURES = ROOT / "bench/results/translation-learned.json"
MOST = {"occupation": 700, "skill": 2_000}  # concepts of a crosswalk and direction
FOLDS = 4
#: Of each crosswalk: its scheme, and what it maps.
TABLES = {
    "fr": ("rome", "occupation"),
    "de": ("ba-beruf", "occupation"),
    "at": ("ams", "occupation"),
    "es": ("co-sispe", "occupation"),
    "sv": ("jobtech", "occupation"),
    "be": ("competent", "occupation"),
    "us": ("onet", "occupation"),
    "ba": ("ba-kompetenz", "skill"),
}


@dataclass(kw_only=True)
class Cases:
    """Pairs with features and outcomes; ``draws`` (0 to 255, by concept) and ``tables`` tell where each is from."""

    rows: list[np.ndarray] = field(default_factory=list)
    outcomes: list[int] = field(default_factory=list)
    draws: list[int] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return all four as arrays."""
        return np.array(self.rows), np.array(self.outcomes), np.array(self.draws), np.array(self.tables)


def main(home: Path, data: Path) -> None:
    """Gather the cases, measure, fit on all, and write model and figures."""
    with TemporaryDirectory() as folder:
        for pack in (home / "taxonomies").iterdir():
            (Path(folder) / "taxonomies").mkdir(exist_ok=True)
            (Path(folder) / "taxonomies" / pack.name).symlink_to(pack.resolve())
        for table, (scheme, sort) in TABLES.items():
            if not any((home / "taxonomies").glob(f"{scheme}-*")):
                compile_pack(named_pack(data, table, scheme, sort), Path(folder))
        taxonomies = Taxonomies.open(Path(folder))
        linker = Linker(taxonomies, folder=home / "linking")
        cases: dict[str, Cases] = {"occupation": Cases(), "skill": Cases()}
        for table, (scheme, sort) in TABLES.items():
            held = Crosswalk(table=table, scheme=scheme, held_out=held_out(taxonomies, data, table, scheme))
            gather(cases[sort], Likeness(taxonomies, linker), held, MOST[sort])
            print(table, len(cases[sort].rows), flush=True)
    figures = {sort: measure(found) for sort, found in cases.items()}
    models = {sort: model(found, np.ones(len(found.rows), bool)).as_json() for sort, found in cases.items()}
    about = {
        "what": "weights that tell the relation of two concepts from how the linker and their names put them together",
        "made_by": "tools/measure_learned.py",
        "version": f"{METHOD}+{linker.version}",
    }
    OUT.write_text(json.dumps({**about, "models": models}) + "\n", "utf-8")
    FIGURES.write_text(json.dumps({**about, "figures": figures}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    tell(figures)


def named_pack(data: Path, table: str, scheme: str, sort: str) -> Draft:
    """Return a pack of the names in a crosswalk's table, for a scheme that has published none."""
    draft = Draft(scheme=scheme, version="0", licence="", statement="")
    layout = (reading.OCCUPATIONS | reading.SKILLS)[table]
    folder = data / "crosswalks/crosswalks_national_esco"
    seen: set[str] = set()
    for row in reading._below_header(folder / layout.file, layout):
        code = row[layout.code].strip()
        uri = f"urn:{scheme}:{code.replace(' ', '_')}"
        if not code or uri in seen:
            continue
        seen.add(uri)
        draft.concept(uri, ConceptKind.SKILL if sort == "skill" else ConceptKind.OCCUPATION, code=code)
        for language, column in layout.titles:
            if text := " ".join(row[column].split()):
                draft.label(uri, language, text, preferred=True)
    return draft


def gather(cases: Cases, likeness: Likeness, crosswalk: Crosswalk, most: int) -> None:
    """Add the pairs of a crosswalk's held-out concepts, from both ends, at most so many concepts of each."""
    taxonomies, scheme = likeness.taxonomies, crosswalk.scheme
    stated: dict[str, dict[str, MatchKind]] = defaultdict(dict)
    for uri in crosswalk.held_out:
        for one in relations(taxonomies, uri):
            stated[uri][one.target] = one.relation
    ends = sorted({target for found in stated.values() for target in found if taxonomies.has(target)})
    for uri in sorted(stated, key=_draw)[:most]:
        add(cases, likeness, crosswalk.table, (uri, "esco"), stated[uri])
    for uri in sorted(ends, key=_draw)[:most]:
        known = {one.target: one.relation for one in relations(taxonomies, uri, scheme)}
        add(cases, likeness, crosswalk.table, (uri, scheme), known, only=crosswalk.held_out)


@dataclass(frozen=True, kw_only=True)
class Crosswalk:
    """A crosswalk's table and scheme, and those national concepts that the encoder was not taught."""

    table: str
    scheme: str
    held_out: frozenset[str]


def held_out(taxonomies: Taxonomies, data: Path, table: str, scheme: str) -> frozenset[str]:
    """Return the national concepts of a crosswalk the encoder was not taught, of those that have a name here."""
    titles = (one for one in reading.crosswalk(data, table) if one.is_held_out)
    names = {one.code if one.code.startswith("http") else f"{scheme}:{one.code}" for one in titles}
    if scheme == "rome":  # the table speaks of appellations, which stand for their métier
        names = {f"urn:rome:appellation:{name.removeprefix('rome:')}" for name in names}
    return frozenset(taxonomies.concept(name).uri for name in names if taxonomies.has(name))


def relations(taxonomies: Taxonomies, uri: str, to: str = "esco") -> list[Correspondence]:
    """Return the official statements, weakest first, so that the strongest is what is kept."""
    return taxonomies.correspondences(uri, to)[::-1]


def add(
    cases: Cases,
    likeness: Likeness,
    table: str,
    asked: tuple[str, str],
    stated: dict[str, MatchKind],
    only: frozenset[str] | None = None,
) -> None:
    """Add what the linker finds for one concept, each with what the table says of it."""
    targets, rows = likeness.beside(*asked)
    for target, row in zip(targets, rows, strict=True):
        if only is not None and target not in only:
            continue
        relation = stated.get(target)
        cases.rows.append(row)
        cases.outcomes.append(NONE if relation is None else list(MatchKind).index(relation))
        cases.draws.append(_draw(asked[0])[0])
        cases.tables.append(table)


def _draw(text: str) -> bytes:
    return hashlib.sha256(f"learned:{text}".encode()).digest()


def model(found: Cases, chosen: np.ndarray) -> Model:
    """Return the model fitted on the chosen cases; its trust comes from a quarter of the concepts at a time."""
    rows, outcomes, draws, _ = found.arrays()
    return fit_trusted(FEATURES, rows[chosen], outcomes[chosen], draws[chosen] // 2 % FOLDS)


def measure(found: Cases) -> dict[str, object]:
    """Return the figures of each half by the other, and of every crosswalk by what was learnt from the others."""
    _, _, draws, tables = found.arrays()
    halves = [judged(model(found, draws % 2 != half), found, draws % 2 == half) for half in (0, 1)]
    apart = {}
    for table in sorted(set(tables.tolist())):
        if (tables != table).any():
            apart[table] = summary(judged(model(found, tables != table), found, tables == table))
    return {"pairs": len(draws), "other half": summary([*halves[0], *halves[1]]), "by other crosswalks": apart}


Said = tuple[str, float, str, float]  # relation told or none, its chance, the table's word, chance of any relation


def judged(weighed: Model, found: Cases, chosen: np.ndarray) -> list[Said]:
    """Return what a model says of the chosen pairs, beside what the table says."""
    rows, outcomes, _, _ = found.arrays()
    any_at_all = 1 - weighed.chances(rows[chosen])[:, NONE]
    return [
        ("none" if said is None else said[0].value, 0.0 if said is None else said[1], OUTCOMES[outcome], chance)
        for said, outcome, chance in zip(weighed.told(rows[chosen]), outcomes[chosen], any_at_all, strict=True)
    ]


def summary(said: list[Said]) -> dict[str, object]:
    """Return confusion, precision with interval, and calibration, by the relation told."""
    confusion: dict[str, Counter[str]] = {}
    for relation, _, truth, _ in said:
        confusion.setdefault(relation, Counter())[truth] += 1
    kinds = {}
    for kind in OUTCOMES[:NONE]:
        ours = [(chance, relation == truth) for relation, chance, truth, _ in said if relation == kind]
        if ours:
            chances, right = (np.array(column, float) for column in zip(*ours, strict=True))
            kinds[kind] = {
                "told": len(ours),
                "right": round(right.mean(), 3),
                "interval": interval(right),
                "confidence": round(chances.mean(), 3),
                "ece": calibration_error(chances, right),
                "ece, 95 %": error_interval(chances, right),
                "ece by luck": least_error(chances),
            }
    any_at_all = np.array([one[3] for one in said])
    stated = np.array([one[2] != "none" for one in said], float)
    return {
        "pairs": len(said),
        "confusion (told → stated)": {kind: dict(row.most_common()) for kind, row in sorted(confusion.items())},
        "relations": kinds,
        "ece of any relation": calibration_error(any_at_all, stated),
        "near at all, of those told": round(
            float(np.mean([truth != "none" for relation, _, truth, _ in said if relation != "none"] or [False])), 3
        ),
    }


def tell(figures: dict[str, dict[str, object]]) -> None:
    """Print the figures."""
    print(json.dumps(figures, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
