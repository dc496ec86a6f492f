"""How well texts are linked to concepts: titles, names of skills and sentences that nothing was learnt from.

``SKILLSPACE_ENCODER`` names weights other than the package's; ``SKILLSPACE_SENTENCES`` a folder of further annotated
sentences (``<name>_dev.tsv``: sentence, then names of ESCO skills, tab between). Every weighing is learnt on one half
of the questions and measured on the other.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from bench.figures import DATA, Figure, Tell, figure, untold
from skillspace.skills.encoder import Encoder
from skillspace.skills.linking import Linker
from skillspace.skills.linking.fusion import Weighing
from skillspace.skills.taxonomy import Taxonomies, add_pack
from tools.train_encoder import splits
from tools.train_encoder.fusing import Evidence, gather, learn
from tools.train_encoder.splits import Question

TOP = 10
BINS = 15
RESAMPLED = 1_000
#: What is to be reached, by the beginning of a group's name, and the published figure it is held against.
AIMS = {
    "title fr fr-fr": ("mrr", 0.88, "commercial embedding API (MELO)", 0.872),
    "title us en-en": ("mrr", 0.69, "commercial embedding API (MELO)", 0.684),
    "sentence skillskape": ("rp10", 0.55, "untrained hybrid", 0.45),
    "sentence tech": ("rp10", 0.72, "ConTeXT-match, 110M parameters", 0.74),
    "sentence house": ("rp10", 0.61, "CurriculumMatch, 110M parameters", 0.615),
    "skill ba de-de": ("hit1", 0.75, None, None),
    "skill ba de-en": ("hit1", 0.75, None, None),
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one question went: reciprocal rank (ties shared), first place, hits among ten, and the chances told."""

    question: Question
    kind: str
    rank: float
    is_first: bool
    found: float
    chances: NDArray[np.float32]
    right: NDArray[np.bool_]


def run(tell: Tell = untold) -> list[Figure]:
    """Return the figures; none without the data folder."""
    if not DATA.is_dir():
        return []
    with TemporaryDirectory() as folder:
        home = Path(folder)
        tell("compiling the packs")
        add_pack("esco", home, DATA)
        weights, sentences = os.environ.get("SKILLSPACE_ENCODER"), os.environ.get("SKILLSPACE_SENTENCES")
        linker = Linker(Taxonomies.open(home), encoder=Encoder.open(Path(weights) if weights else None))
        tell("linking held-out titles and sentences")
        asked = splits.questions(DATA, Path(sentences) if sentences else None)
        outcomes = _measured(linker, asked)
    return [*_by_group(outcomes), *_means(outcomes), *_calibration(outcomes)]


def _measured(linker: Linker, asked: Sequence[Question]) -> list[Outcome]:
    """Ask everything once, then weigh each half with what the other half taught."""
    rows = gather(linker, asked)
    taught: dict[tuple[int, str], Weighing] = {}
    for half in (0, 1):
        for kind in {kind for _, kind, _ in rows}:
            lesson = [seen for one, its, seen in rows if its == kind and one.half != half]
            taught[half, kind] = learn(lesson)
    return [_outcome(one, kind, seen, taught[one.half, kind]) for one, kind, seen in rows]


def _outcome(one: Question, kind: str, seen: Evidence, weighing: Weighing) -> Outcome:
    sums = weighing.sums(seen.features)
    best = sums[seen.right].max(initial=-np.inf)
    ahead, level = int((sums > best).sum()), int((sums == best).sum())
    top = np.argsort(-sums, kind="stable")[:TOP]
    return Outcome(
        question=one,
        kind=kind,
        rank=1 / (ahead + (level + 1) / 2) if seen.right.any() else 0.0,
        is_first=bool(seen.right.any() and ahead == 0),
        found=float(seen.right[top].sum()) / min(TOP, len(one.answers)),
        chances=weighing.chances(sums)[top],
        right=seen.right[top],
    )


def _values(outcomes: Sequence[Outcome], measure: str) -> NDArray[np.float64]:
    pick = attrgetter({"mrr": "rank", "hit1": "is_first", "rp10": "found"}[measure])
    return np.array([pick(one) for one in outcomes], np.float64)


def _interval(values: NDArray[np.float64]) -> Mapping[str, float | str]:
    """Return the bootstrap interval (95 %) of a mean over questions."""
    chance = np.random.default_rng(7)
    means = [float(values[chance.integers(0, len(values), len(values))].mean()) for _ in range(RESAMPLED)]
    return {"low": float(np.quantile(means, 0.025)), "high": float(np.quantile(means, 0.975)), "n": len(values)}


def _grouped(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = {}
    for one in outcomes:
        groups.setdefault(one.question.group, []).append(one)
    return groups


def _by_group(outcomes: Sequence[Outcome]) -> list[Figure]:
    figures = []
    for group, members in _grouped(outcomes).items():
        measure, aim, peer, peer_value = AIMS.get(group, ("mrr", None, None, None))
        values = _values(members, measure)
        name = f"{group.replace(' ', '_').replace('-', '_')}_{measure}"
        others = {other: float(_values(members, other).mean()) for other in ("mrr", "hit1", "rp10") if other != measure}
        more = {**_interval(values), **others}
        figures.append(figure(name, float(values.mean()), "share", peer, peer_value, limit=aim, more=more))
    return figures


def _means(outcomes: Sequence[Outcome]) -> list[Figure]:
    """Return the mean over the crosswalks: names in the title's own language, and across into English."""
    titles = {group: one for group, one in _grouped(outcomes).items() if group.startswith("title ")}
    figures = []
    for name, across, aim, api in (
        ("titles_own_language", False, 0.69, 0.64),
        ("titles_into_english", True, 0.62, 0.47),
    ):
        chosen = [one for group, one in titles.items() if _is_across(group) is across]
        if chosen:
            value = float(np.mean([_values(one, "mrr").mean() for one in chosen]))
            figures.append(figure(f"{name}_mrr", value, "share", "commercial embedding API (MELO)", api, limit=aim))
    return figures


def _is_across(group: str) -> bool:
    text, _, names = group.rpartition(" ")[2].partition("-")
    return text != names


def _calibration(outcomes: Sequence[Outcome]) -> list[Figure]:
    """Return how far told chances are from what came true (ECE, bins of equal size), by kind of question."""
    figures = []
    for kind in sorted({one.kind for one in outcomes}):
        told = np.concatenate([one.chances for one in outcomes if one.kind == kind])
        right = np.concatenate([one.right for one in outcomes if one.kind == kind])
        bins = [places for places in np.array_split(np.argsort(told, kind="stable"), BINS) if len(places)]
        off = sum(len(places) * abs(float(told[places].mean()) - float(right[places].mean())) for places in bins)
        more: Mapping[str, float | str] = {"n": len(told)}
        figures.append(
            figure(f"ece_{kind.replace(' ', '_')}", off / max(len(told), 1), "difference", limit=0.05, more=more)
        )
    return figures
