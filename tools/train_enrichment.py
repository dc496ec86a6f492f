"""Learns what enrichment weighs sentences by, from sentences in which people marked skills; writes `sentences.json`.

``python tools/train_enrichment.py DATA`` takes half a minute on one core; the same data give the same file. Learnt from
SkillSpan train (MIT), judged on SkillSpan dev and on Danish sentences of Kompetencer (MIT); no test part is read.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from skillspace.skills.enrichment import sections
from skillspace.skills.enrichment.text import sentences, tokens

TARGET = Path(sections.__file__).with_name("sentences.json")
RIDGE, LEAST, SEEN = 1.0, 0.12, 3


@dataclass(frozen=True, kw_only=True)
class Marked:
    """One advertisement: its text and, for each character, whether it belongs to a marked skill."""

    text: str
    is_marked: bytearray


def skillspan(data: Path, part: str) -> list[Marked]:
    """Return the advertisements of a part of SkillSpan, a line for each sentence."""
    ads: dict[int, list[tuple[str, bool]]] = {}
    with (data / "vacancies" / "ads_skillspan_en" / f"{part}.json").open(encoding="utf-8") as source:
        for line in source:
            row = json.loads(line)
            tags = zip(row["tokens"], row["tags_skill"], row["tags_knowledge"], strict=True)
            words = [(token, "O" not in {one, other} or one != other) for token, one, other in tags]
            ads.setdefault(row["idx"], []).extend([*words, ("\n\n", False)])
    return [_marked(words) for words in ads.values()]


def kompetencer(data: Path) -> list[Marked]:
    """Return the Danish sentences of Kompetencer's train part, as one text."""
    words: list[tuple[str, bool]] = []
    for line in (data / "vacancies" / "ads_kompetencer_da_en" / "kompetencer_danish_train.conll").open(
        encoding="utf-8"
    ):
        cells = line.rstrip("\n").split("\t")
        words.append((cells[0], any(cell != "O" for cell in cells[1:])) if cells[0].strip() else ("\n\n", False))
    return [_marked(words)]


def _marked(words: Sequence[tuple[str, bool]]) -> Marked:
    text = " ".join(word for word, _ in words)
    marks = bytearray()
    for word, is_skill in words:
        marks += bytes([is_skill]) * len(word) + b"\0"
    return Marked(text=text, is_marked=marks[: len(text)])


def rows(ads: Sequence[Marked], language: str) -> Iterator[tuple[list[str], sections.Section, bool]]:
    """Give (features, section by cues, is something marked in it) of every sentence."""
    for ad in ads:
        found = list(tokens(ad.text))
        spans = list(sentences(found))
        cued = sections.by_cues(found, spans, language)
        for (first, past), (said, _, by_cue, heading) in zip(spans, cued, strict=True):
            section = by_cue or sections.Section.OTHER
            asked = any(ad.is_marked[found[first].start : found[past - 1].end])
            yield sections.features(said, section, heading), section, asked


def weights_of(learnt: Sequence[tuple[list[str], object, bool]]) -> dict[str, float]:
    """Return the weights of a logistic regression, small ones left out; "" is the constant."""
    names = sorted(name for name, count in Counter(name for row in learnt for name in row[0]).items() if count >= SEEN)
    here = matrix(learnt, {name: at for at, name in enumerate(names)})
    signs = np.array([2.0 * row[2] - 1 for row in learnt])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margin = (here @ weights[1:] + weights[0]) * signs
        slope = -signs / (1 + np.exp(margin))
        value = np.logaddexp(0, -margin).sum() + RIDGE * (weights[1:] ** 2).sum()
        return value, np.concatenate([[slope.sum()], here.T @ slope + 2 * RIDGE * weights[1:]])

    fitted = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x
    kept = {name: round(float(w), 2) for name, w in zip(names, fitted[1:], strict=True) if abs(w) >= LEAST}
    return {"": round(float(fitted[0]), 2), **kept}


def train(data: Path) -> dict[str, object]:
    """Fit weights and shares, and tell how well they do on sentences they have not seen."""
    learnt, held = list(rows(skillspan(data, "train"), "en")), list(rows(skillspan(data, "dev"), "en"))
    weights = weights_of(learnt)
    names = sorted(weights.keys() - {""})
    there = matrix(held, {name: at for at, name in enumerate(names)})
    rounded = np.array([weights[name] for name in names])
    chance = 1 / (1 + np.exp(-(there @ rounded + weights[""])))
    shares = {s: _share([row[2] for row in learnt if row[1] == s]) for s in sections.Section}
    truth = np.array([row[2] for row in held])
    by_cues = np.array([shares[row[1]] for row in held])
    danish = list(rows(kompetencer(data), "da"))
    return {
        "source": "SkillSpan train (MIT), judged on SkillSpan dev",
        "sentences": {"train": len(learnt), "dev": len(held), "danish": len(danish)},
        "judged": {
            "model": judged(truth, chance),
            "cues alone": judged(truth, by_cues),
            "cues alone, Danish": judged(np.array([r[2] for r in danish]), np.array([shares[r[1]] for r in danish])),
        },
        "shares": shares,
        "weights": {"en": weights},
    }


def matrix(listed: Sequence[tuple[list[str], object, bool]], column: dict[str, int]) -> sparse.csr_matrix:
    """Return a row of truth values for each sentence."""
    columns = [[column[name] for name in row[0] if name in column] for row in listed]
    starts = np.cumsum([0, *map(len, columns)])
    flat = [at for one in columns for at in one]
    return sparse.csr_matrix((np.ones(len(flat)), flat, starts), shape=(len(listed), len(column)))


def judged(truth: np.ndarray, chance: np.ndarray) -> dict[str, float]:
    """Return accuracy at one half, the area under the ROC curve, and the share of sentences that ask."""
    order = np.argsort(chance, kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    for value in np.unique(chance):  # ties share their rank
        ranks[chance == value] = ranks[chance == value].mean()
    yes = truth.sum()
    area = (ranks[truth].sum() - yes * (yes + 1) / 2) / (yes * (len(truth) - yes))
    return {
        "accuracy": round(float(((chance >= 0.5) == truth).mean()), 3),
        "auc": round(float(area), 3),
        "asking": round(float(truth.mean()), 3),
    }


def _share(asked: Sequence[bool]) -> float:
    return round((sum(asked) + 1) / (len(asked) + 2), 3)


if __name__ == "__main__":
    learnt = train(Path(sys.argv[1]))
    TARGET.write_text(json.dumps(learnt, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(json.dumps({name: learnt[name] for name in ("sentences", "judged", "shares")}, indent=1))
