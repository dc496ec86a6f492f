"""Learns when a sentence asks for something, in languages without a model of sentences; prints ``ASKED_BY_CUES``.

``python -m tools.train_implied DATA HOME``: HOME holds the compiled pack of ESCO. Learnt from the sentences of
SkillSpan train (MIT) as if English had no such model; judged on its dev part, and on Danish sentences of Kompetencer
(MIT), which nothing is learnt from, against the same without the skills a sentence names. Minutes on one core; the same
data give the same numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from skillspace.skills.encoder import Encoder
from skillspace.skills.enrichment import Enricher, sections
from skillspace.skills.enrichment.implied import Considered, considered
from skillspace.skills.enrichment.linked import LinkedSkills
from skillspace.skills.enrichment.text import sentences, tokens
from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import Taxonomies
from tools.train_enrichment import Marked, judged, kompetencer, skillspan

RIDGE, RESAMPLED = 1.0, 200
Seen = tuple[np.ndarray, np.ndarray]
"""Evidence (sentences, 4), and whether people marked anything in each."""


def seen(enricher: Enricher, similar: LinkedSkills, ads: Sequence[Marked], language: str) -> Seen:
    """Return what is known of every sentence that is read, and the truth."""
    rows = [
        (one.evidence, any(ad.is_marked[one.start : one.end]))
        for ad in ads
        for one in _read(enricher, similar, ad, language)
    ]
    return np.array([row[0] for row in rows]), np.array([row[1] for row in rows])


def _read(enricher: Enricher, similar: LinkedSkills, ad: Marked, language: str) -> Iterator[Considered]:
    found = list(tokens(ad.text))
    divided = sections.divide(found, list(sentences(found)), language)
    named = enricher.enrich(ad.text, language, candidates=0).mentions
    yield from considered(ad.text, found, divided, named, similar, language)


def fitted(known: Seen) -> np.ndarray:
    """Return the weights of a logistic regression, the constant last."""
    rows, signs = known[0], 2.0 * known[1] - 1
    held = np.array([1.0] * (rows.shape[1] - 1) + [0.0])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margin = rows @ weights * signs
        slope = -signs / (1 + np.exp(margin))
        return np.logaddexp(0, -margin).sum() + RIDGE * (
            held * weights**2
        ).sum(), rows.T @ slope + 2 * RIDGE * held * weights

    return minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x


def compared(name: str, known: Seen, *ways: np.ndarray) -> None:
    """Print how well weights tell asking from not asking, and how much better the last does than the first."""
    rows, truth = known
    chances = [1 / (1 + np.exp(-rows @ weights)) for weights in ways]
    losses = [float(-np.log(np.where(truth, one, 1 - one)).mean()) for one in chances]
    areas = [judged(truth, one)["auc"] for one in chances]
    chance = np.random.default_rng(7)
    drawn = [chance.integers(0, len(truth), len(truth)) for _ in range(RESAMPLED)]
    gains = [
        judged(truth[at], chances[-1][at])["auc"] - judged(truth[at], chances[0][at])["auc"]
        for at in drawn
        if truth[at].any()
    ]
    low, high = np.quantile(gains, (0.025, 0.975))
    print(f"{name}: n {len(truth)}, area {areas}, loss {np.round(losses, 3).tolist()}, gain [{low:.3f}, {high:.3f}]")


def main(data: Path, home: Path) -> None:
    """Fit and judge."""
    taxonomies, encoder = Taxonomies.open(home), Encoder.open()
    similar = LinkedSkills(taxonomies, Linker(taxonomies, folder=home / "linking", encoder=encoder), encoder)
    enricher = Enricher.build(taxonomies, ("en", "da"), home / "enrichment")
    shipped, sections.models = sections.models, dict
    learnt, dev = (seen(enricher, similar, skillspan(data, part), "en") for part in ("train", "dev"))
    sections.models = shipped
    weights = np.round(fitted(learnt), 2)
    print("ASKED_BY_CUES", weights.tolist())
    without = fitted((learnt[0] * [1, 1, 0, 1], learnt[1]))
    compared("SkillSpan dev", dev, without, weights)
    compared("Danish", seen(enricher, similar, kompetencer(data), "da"), without, weights)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
