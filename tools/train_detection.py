"""Learns to tell languages apart; writes `detection.npz`. ``python tools/train_detection.py DATA``, under a minute."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from skillspace.skills.enrichment import detection
from skillspace.skills.enrichment.detection import BUCKETS, STEP, pieces
from skillspace.skills.enrichment.languages import grammars

TARGET = Path(detection.__file__).with_name("detection.npz")
SMOOTHING = 0.5
SMALL_WORDS = 0.5
"""Share of a language's pieces that come from its small words; labels have hardly any."""


def labels(data: Path) -> Iterator[tuple[str, str]]:
    """Give (language, label) of occupations in 22 languages and skills in seven."""
    derived = data / "taxonomies" / "esco_derived"
    for line in (derived / "occupation_surface_forms_22_languages.tsv").open(encoding="utf-8"):
        cells = line.rstrip("\n").split("\t")
        if len(cells) == 3 and len(cells[1]) == 2:
            yield cells[1], cells[2]
    with (derived / "skill_preflabels_multilang.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            yield from ((tag, row[tag]) for tag in ("en", "de", "fr", "sv", "fi", "es", "nl") if row.get(tag))


def held_out(label: str) -> bool:
    """Tell whether a label is kept for judging: one in ten."""
    return hashlib.sha256(label.encode()).digest()[0] % 10 == 0


def train(data: Path) -> tuple[list[str], np.ndarray]:
    """Return the languages and, for each bucket and language, the weight in sixteenths of a nat."""
    texts: dict[str, list[str]] = {}
    for tag, label in labels(data):
        if not held_out(label):
            texts.setdefault(tag, []).append(label)
    tags = sorted(texts)
    chances = np.zeros((BUCKETS, len(tags)))
    for at, tag in enumerate(tags):
        counts = counted(texts[tag])
        share = counts / counts.sum()
        if tag in grammars():
            small = counted(sorted(grammars()[tag].accented))
            share = (1 - SMALL_WORDS) * share + SMALL_WORDS * small / small.sum()
        chances[:, at] = (share * 1e6 + SMOOTHING) / (1e6 + SMOOTHING * BUCKETS)
    logs = np.log(chances * BUCKETS)
    return tags, np.clip(np.round(logs * STEP), -127, 127).astype(np.int8)


def counted(texts: list[str]) -> np.ndarray:
    """Return how often each bucket is met in texts."""
    counts = np.zeros(BUCKETS)
    for begin in range(0, len(texts), 50):  # a piece of text is read up to a length
        counts += np.bincount(pieces(" ".join(texts[begin : begin + 50])), minlength=BUCKETS)
    return counts


if __name__ == "__main__":
    tags, weights = train(Path(sys.argv[1]))
    np.savez_compressed(TARGET, tags=np.array(tags), weights=weights)
    print(json.dumps({"languages": tags, "bytes": TARGET.stat().st_size}))
