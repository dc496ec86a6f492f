"""How fast taxonomies compile, open (all packs in one home) and search, beside rapidfuzz scanning the same labels."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from rapidfuzz import fuzz, process

from bench.figures import DATA, Figure, Tell, figure, untold
from skillspace.skills.taxonomy import PACKS, SKILL_KINDS, Taxonomies, add_pack
from skillspace.skills.taxonomy.folding import fold

QUERIES = 200


def run(tell: Tell = untold) -> list[Figure]:
    """Return the figures; without the data folder, those of the starter pack alone."""
    with TemporaryDirectory() as folder:
        home, figures = Path(folder), []
        tell("compiling the packs")
        seconds = _seconds(lambda: add_pack("starter", home, None))
        figures.append(figure("starter_compile_s", seconds, "s", limit=1))
        if DATA.is_dir():
            figures.append(figure("esco_compile_s", _seconds(lambda: add_pack("esco", home, DATA)), "s", limit=15))
            others = [name for name in PACKS if name not in {"starter", "esco"}]
            figures += [_adding(name, home, tell) for name in others]
        tell("searching")
        before = _resident()
        opening = statistics.median(_seconds(lambda: Taxonomies.open(home)) for _ in range(5))
        figures.append(figure("taxonomy_open_ms", opening * 1000, "ms", limit=200))
        figures += _search(Taxonomies.open(home))
        figures.append(figure("taxonomy_private_mb", _resident() - before, "MB", limit=50))
    return figures


def _adding(name: str, home: Path, tell: Tell) -> Figure:
    """Time the compiling of one pack, and weigh what lies on the disk afterwards."""
    tell(f"compiling {name}")
    before = _on_disk(home)
    seconds = _seconds(lambda: add_pack(name, home, DATA))
    more = {"mb": _on_disk(home) - before}
    return figure(f"{name.replace('-', '_').replace('.', '_')}_compile_s", seconds, "s", more=more)


def _on_disk(home: Path) -> float:
    return sum(file.stat().st_size for file in home.rglob("*") if file.is_file()) / 1e6


def _search(taxonomies: Taxonomies) -> list[Figure]:
    """Time misspelt skill names against a full scan of the same labels, and count how often the skill is found."""
    labels = list(taxonomies.labels("en", kinds=SKILL_KINDS))
    taxonomies.search("warm up", "en", kinds=SKILL_KINDS)
    scanned = [fold(label) for label, _, _ in labels]
    ours, theirs, found, found_by_scan = [], [], 0, 0
    for text, uri in _misspelt(labels):
        start = time.perf_counter()
        hits = taxonomies.search(text, "en", kinds=SKILL_KINDS, limit=5)
        middle = time.perf_counter()
        scan = process.extract(fold(text), scanned, scorer=fuzz.ratio, limit=5)
        theirs.append(time.perf_counter() - middle)
        ours.append(middle - start)
        found += uri in [hit.uri for hit in hits]
        found_by_scan += uri in [labels[place][1] for _, _, place in scan]
    medians = statistics.median(ours) * 1000, statistics.median(theirs) * 1000
    return [
        figure("search_p50_ms", medians[0], "ms", peer="rapidfuzz full scan", peer_value=medians[1], limit=10),
        figure("search_p95_ms", sorted(ours)[int(len(ours) * 0.95)] * 1000, "ms", limit=30),
        figure(
            "search_typo_top5",
            found / QUERIES,
            "share",
            peer="rapidfuzz full scan",
            peer_value=found_by_scan / QUERIES,
            limit=0.9,
        ),
    ]


def _misspelt(labels: list[tuple[str, str, bool]]) -> list[tuple[str, str]]:
    chance = random.Random(7)  # noqa: S311 - a fixed choice of queries, no secret
    queries = []
    for label, uri, _ in chance.sample(sorted(label for label in labels if label[2]), QUERIES):
        place = chance.randrange(1, len(label))
        queries.append((label[:place] + label[place + 1 :], uri))
    return queries


def _resident() -> float:
    """Return this process's own memory in MB; mapped files are shared and not counted."""
    status = Path("/proc/self/status").read_text("utf-8").splitlines()
    return sum(int(line.split()[1]) for line in status if line.startswith("RssAnon")) / 1000


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
