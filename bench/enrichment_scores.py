"""How far the scores of occupations and facts in real texts are from what a reader said of them.

Judged on the half of the texts that no score was learnt from (``bench/judged/finds.py``), each kind apart. Beside every
error (ECE, ten bins of equal width) stands what chances exactly right would show on so few finds, by luck alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.figures import DATA, Figure, Tell, figure, untold
from bench.judged.finds import Judged, judged_finds, mentioned, texts
from skillspace.skills.enrichment import Enricher, Fact, Mention
from skillspace.skills.enrichment.calibration import calibration, fact_keys
from skillspace.skills.taxonomy import Taxonomies, add_pack
from tools.shares import calibration_error, error_interval, least_error

LIMIT = 0.05
Told = Mapping[str, list[tuple[float, bool]]]


def run(tell: Tell = untold) -> list[Figure]:
    """Return the figures; none without the data folder."""
    if not DATA.is_dir():
        return []
    with TemporaryDirectory() as folder:
        home = Path(folder)
        tell("compiling the pack")
        add_pack("esco", home, DATA)
        enricher = Enricher.build(Taxonomies.open(home), None, home / "enrichment")
        tell("reading the held texts")
        return list(of_scores(told(enricher)))


def told(enricher: Enricher) -> Told:
    """Return (score, is right) of what is still found in the held half, by kind."""
    judged = judged_finds()
    found: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for source, name, text in texts(DATA):
        its = [one for one in judged.get((source, name), ()) if one.half == "held"]
        if its:
            read = enricher.enrich(text, its[0].language, candidates=0)
            for one in its:
                if (there := mentioned(one, read)) is not None:
                    found[kind_of(there)].append(_scored(one, there))
    return found


def kind_of(there: Fact | Mention) -> str:
    """Return what a score is told of."""
    if isinstance(there, Fact):
        return "years of experience" if there.value.startswith("experience-years") else there.kind.value
    return "occupation"


def _scored(one: Judged, there: Fact | Mention) -> tuple[float, bool]:
    if isinstance(there, Fact):
        return calibration().fact_chance(fact_keys(there, one.language)), one.is_right
    return there.confidence or 0.0, one.is_right


def of_scores(found: Told) -> Iterator[Figure]:
    """Return the calibration error of each kind, with its interval, the number of finds and what luck alone shows."""
    for kind, pairs in sorted(found.items()):
        scores, right = (np.array(column, float) for column in zip(*pairs, strict=True))
        low, high = error_interval(scores, right)
        more: dict[str, float | str] = {
            "n": len(pairs),
            "low": low,
            "high": high,
            "by luck": least_error(scores),
            "right": float(right.mean()),
            "mean_score": float(scores.mean()),
        }
        name = f"held_ece_{kind.replace(' ', '_')}"
        yield figure(name, calibration_error(scores, right), "error", limit=LIMIT, more=more)
