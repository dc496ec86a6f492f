"""Learns how the linker weighs its ways of being near, on held-out links: ``python -m tools.train_encoder.fusing``."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from skillspace.skills.encoder import Encoder
from skillspace.skills.linking import Linker
from skillspace.skills.linking.fusion import FEATURES, Weighing
from skillspace.skills.taxonomy import Taxonomies
from tools.train_encoder import splits
from tools.train_encoder.splits import Question

Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One question's candidates: their features, and which of them are right; ``weight`` is what it counts for."""

    features: Floats
    right: NDArray[np.bool_]
    weight: float = 1.0


def gather(
    linker: Linker, questions: Sequence[Question], *, letters: bool = True
) -> list[tuple[Question, str, Evidence]]:
    """Ask the linker for the candidates of every question, with the kind of question it takes each for.

    Together the questions of a group count for the root of how many they are, so that no group drowns the others.
    """
    sizes = Counter(one.group for one in questions)
    found = []
    for one in questions:
        for kind, features, names in linker.evidence([one.text], one.scheme, language=one.language, letters=letters):
            right = np.array([name in one.answers for name in names], np.bool_)
            found.append((one, kind, Evidence(features=features, right=right, weight=sizes[one.group] ** -0.5)))
    return found


def learn(evidence: Sequence[Evidence], *, shrink: float = 0.005) -> Weighing:
    """Learn weights that put right answers first (softmax over a question's candidates), then a chance for each sum."""
    asked = [one for one in evidence if one.right.any()]
    rows = np.concatenate([one.features for one in asked])
    right = np.concatenate([one.right / one.right.sum() for one in asked])
    starts = np.cumsum([0, *(len(one.right) for one in asked)])[:-1]
    owner = np.repeat(np.arange(len(asked)), [len(one.right) for one in asked])
    counts = np.array([one.weight for one in asked])
    counts = (counts / counts.sum())[owner]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        sums = rows @ weights
        powers = np.exp(sums - np.maximum.reduceat(sums, starts)[owner])
        shares = powers / np.add.reduceat(powers, starts)[owner]
        value = -(counts * right * np.log(np.maximum(shares, 1e-12))).sum() + shrink * (weights @ weights) / 100
        return value, rows.T @ (counts * (shares - right)) + shrink * weights / 50

    best = minimize(loss, np.full(len(FEATURES), 2.0), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    weights = tuple(round(float(weight), 4) for weight in best.x)
    return calibrated(Weighing(weights=weights, slope=1.0, gap=0.0, base=0.0), evidence)


def calibrated(weighing: Weighing, evidence: Sequence[Evidence]) -> Weighing:
    """Fit slope, gap and base so that, of candidates given a chance of p, a share of p is right; top ten counted."""
    columns, outcomes = [], []
    for one in evidence:
        sums = weighing.sums(one.features)
        top = np.argsort(-sums)[:10]
        columns.append(np.stack([sums[top], sums[top] - sums.max(initial=-1e9), np.ones(len(top))], axis=1))
        outcomes.append(one.right[top])
    inputs, right = np.concatenate(columns).astype(np.float64), np.concatenate(outcomes)

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = np.clip(inputs @ values, -30, 30)
        chances = 1 / (1 + np.exp(-odds))
        value = np.mean(np.logaddexp(0, odds) - odds * right)
        return float(value), inputs.T @ (chances - right) / len(right)

    bounds = [(0, None), (0, None), (None, None)]  # a higher sum must never mean a lower chance
    best = minimize(loss, np.array([0.5, 0.5, -1.0]), jac=True, method="L-BFGS-B", bounds=bounds)
    slope, gap, base = (round(float(value), 5) for value in cast("list[float]", best.x))
    return Weighing(weights=weighing.weights, slope=slope, gap=gap, base=base)


def write(path: Path, weighings: dict[str, Weighing]) -> None:
    """Write what was learnt where the linker reads it."""
    entries = {
        name: {"weights": one.weights, "slope": one.slope, "gap": one.gap, "base": one.base}
        for name, one in sorted(weighings.items())
    }
    path.write_text(json.dumps({"features": FEATURES, "weighings": entries}, indent=1) + "\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> None:
    """Learn every weighing on all development questions and write them."""
    parser = argparse.ArgumentParser(prog="tools.train_encoder.fusing", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--home", type=Path, required=True, help="a home folder with the packs esco and rome")
    parser.add_argument("--weights", type=Path, help="weights of an encoder; default: those of the package")
    parser.add_argument("--sentences", type=Path, help="folder of further annotated sentences (*_dev.tsv)")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(arguments)
    encoder = Encoder.open(asked.weights) if asked.weights else None
    linker = Linker(Taxonomies.open(asked.home), encoder=encoder)
    lessons: dict[str, list[Evidence]] = {}
    questions = splits.questions(asked.data, asked.sentences)
    by_meaning = [one for one in questions if one.group.startswith("sentence")]
    for _, kind, seen in [*gather(linker, questions), *gather(linker, by_meaning, letters=False)]:
        lessons.setdefault(kind, []).append(seen)
    write(asked.out, {kind: learn(seen) for kind, seen in lessons.items()})


if __name__ == "__main__":
    main(sys.argv[1:])
