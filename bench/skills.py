"""Speed of skills intelligence through the program itself, each figure beside the recipe of a common extractor.

Whole English advertisements of about 360 words, two workers; what starting takes is counted apart. The peer runs on as
many cores, in the same run: `recipe`. Accuracy is measured elsewhere: `skills_accuracy`, `enrichment_accuracy`.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench import minilm
from bench.figures import DATA, Figure, Tell, figure, timed, untold
from bench.reading_ads import took, whole_ads
from bench.recipe import NAME, Recipe
from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, Taxonomies, add_pack
from tools.train_encoder.splits import questions

FULL, QUICK, PEER, STARTS, TITLES = 560, 42_000, 42, 3, 300
SKILLSPACE = [sys.executable, "-m", "skillspace.cli"]


@dataclass(frozen=True, kw_only=True)
class Speed:
    """What one program reached: advertisements and labels alone a second, starts, the largest process."""

    ads: float
    labels: float
    enrich_starts: float
    link_starts: float
    memory: float


def run(tell: Tell = untold) -> list[Figure]:
    """Measure on all of ESCO in a folder that is thrown away; nothing without the real data."""
    if not DATA.is_dir():
        return []
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        tell("compiling ESCO")
        add_pack("esco", home, DATA)
        ads = whole_ads()
        tell("preparing English, then reading advertisements")
        ours = _ours(home, ads)
        tell("linking titles")
        linking = _link_ms(home)
        theirs, their_ms = None, None
        if minilm.is_installed():
            tell("preparing the peer, then reading the same advertisements")
            theirs, their_ms = _theirs(home, ads)
        return list(_figures(ours, linking, theirs, their_ms))


def _figures(ours: Speed, linking: Sequence[float], theirs: Speed | None, their_ms: float | None) -> Iterator[Figure]:
    name = NAME if theirs else None
    many = {"workers": 2, "ads": FULL, "words": 360}
    yield figure("ads_per_s", ours.ads, "1/s", name, theirs.ads if theirs else None, 100, more=many)
    many = {"workers": 2, "ads": QUICK, "words": 360}
    yield figure("ads_per_s_gazetteer", ours.labels, "1/s", name, theirs.labels if theirs else None, 10_000, more=many)
    p95 = float(np.quantile(linking, 0.95))
    more = {"median": statistics.median(linking), "titles": len(linking)}
    yield figure("link_p95_ms", p95, "ms", name, their_ms, 5, more=more)
    starts = {"enrich": ours.enrich_starts, "link": ours.link_starts}
    yield figure(
        "cold_start_s", max(starts.values()), "s", name, theirs.enrich_starts if theirs else None, 1.5, more=starts
    )
    of = {"of": "the largest of its processes"}
    yield figure("memory_mb", ours.memory, "MB", name, theirs.memory if theirs else None, 600, more=of)


def _ours(home: Path, ads: Sequence[str]) -> Speed:
    os.environ["SKILLSPACE_HOME"] = str(home)  # of this process and those it starts
    one, full, quick = (_lines(home / f"{count}.jsonl", ads, count) for count in (1, FULL, QUICK))
    enrich = [*SKILLSPACE, "enrich", "--lang", "en"]
    link = [*SKILLSPACE, "link", "--scheme", "esco-occupation", "--lang", "en"]
    took([*enrich, str(one)])  # what is prepared once
    took([*link, str(one)])
    first = min(took([*enrich, str(one)]) for _ in range(STARTS))
    other = min(took([*link, str(one)]) for _ in range(STARTS))
    read = took([*enrich, "--workers", "2", str(full)])
    start = took([*enrich, "--gazetteer-only", str(one)])
    named = took([*enrich, "--workers", "2", "--gazetteer-only", str(quick)])
    return Speed(
        ads=FULL / (read[0] - first[0]),
        labels=QUICK / (named[0] - start[0]),
        enrich_starts=first[0],
        link_starts=other[0],
        memory=max(first[1], other[1], read[1], named[1]),
    )


def _theirs(home: Path, ads: Sequence[str]) -> tuple[Speed, float]:
    taxonomies, folder = Taxonomies.open(home), home / "peer"
    Recipe.prepare(folder, _preferred(taxonomies, SKILL_KINDS))
    one, some = (_lines(home / f"{count}.jsonl", ads, count) for count in (1, PEER))
    command = [sys.executable, "-m", "bench.recipe", str(folder)]
    first = min(took([*command, str(one)]) for _ in range(STARTS))
    read = took([*command, str(some)])
    rate = (PEER - 1) / (read[0] - first[0])
    speed = Speed(ads=rate, labels=rate, enrich_starts=first[0], link_starts=first[0], memory=max(first[1], read[1]))
    Recipe.prepare(home / "jobs", _preferred(taxonomies, {ConceptKind.OCCUPATION}))
    return speed, _p95(Recipe(home / "jobs").link, [text for text, _ in _titles()])


def _link_ms(home: Path) -> list[float]:
    """Return how long each title took to link to ESCO's occupations, in its own language."""
    linker = Linker.open(home)
    return timed(lambda one: linker.link(one[0], "esco-occupation", language=one[1]), _titles())


def _titles() -> list[tuple[str, str]]:
    """Return (title, language) of national job titles that the encoder never met."""
    asked = [one for one in questions(DATA) if one.group in {"title us en-en", "title fr fr-fr"}]
    return [(one.text, one.language) for one in asked[:TITLES]]


def _preferred(taxonomies: Taxonomies, kinds: frozenset[ConceptKind] | set[ConceptKind]) -> list[tuple[str, str]]:
    return [(label, uri) for label, uri, is_first in taxonomies.labels("en", kinds=kinds) if is_first]


def _p95(work: Callable[[str], object], texts: Sequence[str]) -> float:
    return float(np.quantile(timed(work, texts), 0.95))


def _lines(file: Path, ads: Sequence[str], count: int) -> Path:
    """Write so many advertisements, the same ones again and again: ours remembers labels alone, never whole texts."""
    if not file.exists():
        with file.open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps({"id": at, "text": ads[at % len(ads)]}) + "\n" for at in range(count))
    return file
