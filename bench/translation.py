"""Speed of translation: answers from published tables, through a third scheme, and from the linker; one thread."""

from __future__ import annotations

import json
import random
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import DATA, Figure, Tell, figure, untold
from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, Taxonomies, add_pack
from skillspace.skills.translation import LinkedMappings, Translator
from skillspace.skills.translation.answers import Answerer

PACKS = ("esco", "rome", "jobtech", "crosswalks")
LINES, LEARNED, SEED = 1_500, 100, 20261122
PAIRS = {"official": ("rome", "esco"), "composed": ("rome", "jobtech")}


def run(tell: Tell = untold) -> list[Figure]:
    """Return the figures; none without the data folder."""
    if not DATA.is_dir():
        return []
    with TemporaryDirectory() as folder:
        home = Path(folder)
        for name in PACKS:
            tell(f"compiling {name}")
            add_pack(name, home, DATA)
        taxonomies = Taxonomies.open(home)
        figures = [
            figure(
                f"translate_{kind}_per_s",
                _rate(Answerer(translator=Translator(taxonomies), frm=frm, to=to, limit=50)),
                "1/s",
            )
            for kind, (frm, to) in PAIRS.items()
        ]
        tell("preparing the linker")
        return [*figures, _learned(taxonomies, home)]


def _rate(answerer: Answerer) -> float:
    taxonomies = answerer.translator.taxonomies
    concepts = taxonomies.concepts(kinds={ConceptKind.OCCUPATION}, scheme=answerer.frm)[:LINES]
    lines = [json.dumps({"id": number, "concept": uri}).encode() for number, uri in enumerate(concepts)]
    start = time.perf_counter()
    for number, line in enumerate(lines):
        answerer.answer(line, number)
    return len(lines) / (time.perf_counter() - start)


def _learned(taxonomies: Taxonomies, home: Path) -> Figure:
    """Time what the linker proposes for skills of JobTech in ESCO, once it has read what it needs."""
    learned = LinkedMappings(taxonomies, Linker(taxonomies, folder=home / "linking"))
    skills = taxonomies.concepts(kinds=SKILL_KINDS, scheme="jobtech")
    chosen = random.Random(SEED).sample(list(skills), LEARNED)  # noqa: S311 - a sample, no secret
    learned(chosen[0], "esco")
    took = []
    for uri in chosen[1:]:
        start = time.perf_counter()
        learned(uri, "esco")
        took.append(time.perf_counter() - start)
    slow = statistics.quantiles(took, n=20)[-1] * 1000
    return figure("translate_learned_ms", statistics.median(took) * 1000, "ms", more={"p95_ms": slow})
