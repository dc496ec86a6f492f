"""Measures how often enrichment is right, by how it found something; writes `calibration.json`.

``python tools/calibrate_enrichment.py DATA HOME``: HOME holds the compiled pack of ESCO. Fitted on SkillSpan train and
SkillSkape train, judged on their dev parts (ECE over 15 bins of equal mass); occupations on national job titles with
published correspondences, judged on those no encoder learns from; occupations inside texts, and facts, fitted on one
half of the texts in which a reader judged what was found (``bench/judged/finds.py``), judged on the other. No test part
is read. Five minutes.
"""

from __future__ import annotations

import ast
import csv
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from bench.judged.finds import Judged, judged_finds, mentioned, texts
from skillspace.skills.enrichment import Enricher, Fact, How, Mention, calibration, sections
from skillspace.skills.enrichment.calibration import (
    JOB,
    NAMED,
    OCCUPATION,
    PRIOR,
    QUICK,
    SIMILAR,
    TOLD,
    Calibration,
    fact_keys,
    features,
)
from skillspace.skills.taxonomy import SKILL_KINDS, Taxonomies
from tools.train_encoder.reading import OCCUPATIONS, crosswalk
from tools.train_enrichment import Marked, rows, skillspan, weights_of

TARGET = Path(calibration.__file__).with_name("calibration.json")
FOLDS, BINS, FEWEST, RIDGE = 5, 12, 150, 0.01
BESIDE = 2
READ = ("de", "en", "es", "fr", "sv")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One mention in a text that people marked, and whether they would agree."""

    fold: int
    concept: str
    kind: str
    score: float
    is_variant: bool
    asks: float
    words: int
    is_right: bool


def named(enricher: Enricher, ads: Sequence[Marked]) -> list[Seen]:
    """Return every label and variant found; right where it touches what people marked."""
    seen = []
    for at, ad in enumerate(ads):
        found = enricher.enrich(ad.text, "en", candidates=0)
        for one in (*found.mentions, *found.aside):
            if one.kind in SKILL_KINDS:
                words, is_right = len(one.words.split()), any(ad.is_marked[one.start : one.end])
                seen.append(
                    Seen(
                        fold=at % FOLDS,
                        concept=one.concept,
                        kind=one.kind.value,
                        score=one.score,
                        is_variant=one.how is How.VARIANT,
                        asks=one.asks,
                        words=words,
                        is_right=is_right,
                    )
                )
    return seen


def as_unseen(enricher: Enricher, ads: Sequence[Marked]) -> list[Seen]:
    """Return what is found in texts, each fold read with sentences weighed by what the other folds teach."""
    shipped = sections.models
    seen = []
    for fold in range(FOLDS):
        others = [ad for at, ad in enumerate(ads) if at % FOLDS != fold]
        weights = weights_of(list(rows(others, "en")))
        sections.models = lambda weights=weights: {"en": weights}
        seen += [replace(one, fold=fold) for one in named(enricher, ads[fold::FOLDS])]
    sections.models = shipped
    return seen


def similar(enricher: Enricher, taxonomies: Taxonomies, file: Path) -> list[Seen]:
    """Return every candidate found in labelled sentences; right where its concept is among the labels."""
    preferred = {label.lower(): uri for label, uri, first in taxonomies.labels("en", kinds=SKILL_KINDS) if first}
    seen = []
    with file.open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            gold = {preferred.get(name.lower()) for name in ast.literal_eval(row["skills"])}
            seen += [
                Seen(
                    fold=0,
                    concept=one.concept,
                    kind=one.kind.value,
                    score=one.score,
                    is_variant=False,
                    asks=one.asks,
                    words=1,
                    is_right=one.concept in gold,
                )
                for one in enricher.enrich(row["sentence"], "en").mentions
                if one.how is How.SIMILAR
            ]
    return seen


def jobs(enricher: Enricher, data: Path) -> tuple[list[Seen], list[Seen]]:
    """Return the occupations that whole national job titles name, to learn from and held out; right where a table says
    so. Of longer titles a part names a wider job or another one: texts are not made of such titles."""
    parts: tuple[list[Seen], list[Seen]] = ([], [])
    for table in OCCUPATIONS:
        for title in crosswalk(data, table):
            found = enricher.enrich(title.text, title.language, candidates=0) if title.language in READ else None
            for one in found.mentions if found else ():
                is_whole = one.end - one.start >= len(title.text) - BESIDE
                if one.kind.value == OCCUPATION and is_whole:
                    parts[title.is_held_out].append(
                        Seen(
                            fold=0,
                            concept=one.concept,
                            kind=OCCUPATION,
                            score=one.score,
                            is_variant=one.how is How.VARIANT,
                            asks=0.5,
                            words=len(one.words.split()),
                            is_right=one.concept in title.targets,
                        )
                    )
    return parts


def judged_again(enricher: Enricher, data: Path) -> list[tuple[Judged, Fact | Mention]]:
    """Return what a reader judged and what enrichment finds there today, of all that it still finds."""
    judged = judged_finds()
    found = []
    for source, name, text in texts(data):
        if its := judged.get((source, name)):
            read = enricher.enrich(text, its[0].language, candidates=0)
            found += [(one, there) for one in its if (there := mentioned(one, read)) is not None]
    return found


def facts_of(found: Sequence[tuple[Judged, Fact | Mention]]) -> dict[str, tuple[int, int]]:
    """Return (right, of) by each of the keys of facts, of all facts by the empty one."""
    counts: dict[str, tuple[int, int]] = {}
    for one, there in found:
        for key in ("", *fact_keys(there, one.language)) if isinstance(there, Fact) else ():
            right, of = counts.get(key, (0, 0))
            counts[key] = right + one.is_right, of + 1
    return dict(sorted(counts.items()))


def jobs_of(found: Sequence[tuple[Judged, Fact | Mention]]) -> list[Seen]:
    """Return the occupations inside texts."""
    return [
        Seen(
            fold=0,
            concept=there.concept,
            kind=OCCUPATION,
            score=there.score,
            is_variant=there.how is How.VARIANT,
            asks=there.asks,
            words=len(there.words.split()),
            is_right=one.is_right,
        )
        for one, there in found
        if isinstance(there, Mention)
    ]


def counted(seen: Sequence[Seen]) -> dict[str, tuple[int, int]]:
    """Return (right, of) by concept."""
    met: dict[str, tuple[int, int]] = {}
    for one in seen:
        right, of = met.get(one.concept, (0, 0))
        met[one.concept] = right + one.is_right, of + 1
    return met


def rates(seen: Sequence[Seen], base: float) -> list[float]:
    """Return each mention's concept's rate, counted in the other folds: what it would be in a text never seen."""
    whole = counted(seen)
    folds = [counted([one for one in seen if one.fold == fold]) for fold in range(FOLDS)]
    given = []
    for one in seen:
        (right, of), (own_right, own) = whole[one.concept], folds[one.fold][one.concept]
        given.append((right - own_right + PRIOR * base) / (of - own + PRIOR))
    return given


def table(way: str, seen: Sequence[Seen], given: Sequence[float]) -> list[dict[str, float]]:
    """Return the features of mentions."""
    return [
        features(way, one.kind, one.score, one.is_variant, one.asks, one.words, rate)
        for one, rate in zip(seen, given, strict=True)
    ]


def fitted(rows: Sequence[Mapping[str, float]], right: np.ndarray) -> dict[str, float]:
    """Return the weights of a logistic regression."""
    names = sorted({name for row in rows for name in row})
    matrix = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    signs = 2.0 * right - 1

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margin = matrix @ weights * signs
        slope = -signs / (1 + np.exp(np.clip(margin, -50, 50)))
        value = np.logaddexp(0, -margin).mean() + RIDGE * (weights**2).mean()
        return value, matrix.T @ slope / len(signs) + 2 * RIDGE * weights / len(weights)

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x
    return {name: round(float(weight), 4) for name, weight in zip(names, best, strict=True)}


def rising(values: np.ndarray, right: np.ndarray) -> dict[str, list[float]]:
    """Return an isotonic line (pool adjacent violators over bins of equal mass), with counts."""
    order = np.argsort(values, kind="stable")
    parts = [part for part in np.array_split(order, min(BINS, max(2, len(order) // 60))) if len(part)]
    pools = [[float(values[part].mean()), float(right[part].sum()), float(len(part))] for part in parts]
    merged: list[list[float]] = []
    for pool in pools:
        merged.append(pool)
        while len(merged) > 1 and merged[-2][1] / merged[-2][2] >= merged[-1][1] / merged[-1][2]:
            last = merged.pop()
            total = merged[-1][2] + last[2]
            merged[-1] = [
                (merged[-1][0] * merged[-1][2] + last[0] * last[2]) / total,
                merged[-1][1] + last[1],
                total,
            ]
    return {
        "edges": [round(pool[0], 4) for pool in merged],
        "chances": [round((pool[1] + 0.5) / (pool[2] + 1), 4) for pool in merged],
        "counts": [int(pool[2]) for pool in merged],
    }


def error(chances: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Return the expected calibration error over bins of equal mass."""
    parts = np.array_split(np.argsort(chances, kind="stable"), bins)
    return float(sum(len(p) * abs(chances[p].mean() - right[p].mean()) for p in parts if len(p)) / len(chances))


def measure(data: Path, home: Path) -> dict[str, object]:
    """Fit everything and judge it."""
    taxonomies = Taxonomies.open(home)
    enricher = Enricher.build(taxonomies, READ, home / "enrichment")
    titles, held_titles = jobs(enricher, data)
    again = judged_again(Enricher.build(taxonomies, None, home / "enrichment"), data)
    parts = {half: [pair for pair in again if pair[0].half == half] for half in ("dev", "held")}
    facts, told_jobs = facts_of(parts["dev"]), jobs_of(parts["dev"])
    learnt = as_unseen(enricher, skillspan(data, "train"))
    skape = data / "vacancies" / "ads_skillskape_en"
    loose = similar(enricher, taxonomies, skape / "train.csv")
    right = np.array([one.is_right for one in learnt])
    base = float(right.mean())
    met = {uri: count for uri, count in sorted(counted(learnt).items()) if count[1] >= 2}
    weights, steps = {}, {}
    for way, seen, given in (
        (NAMED, learnt, rates(learnt, base)),
        (QUICK, learnt, rates(learnt, base)),
        (SIMILAR, loose, [base] * len(loose)),
        (JOB, titles, [base] * len(titles)),
        (TOLD, told_jobs, [base] * len(told_jobs)),
    ):
        kept = [(one, rate) for one, rate in zip(seen, given, strict=True) if way != QUICK or not one.is_variant]
        told, truth = table(way, *zip(*kept, strict=True)), np.array([one.is_right for one, _ in kept])
        weights[way] = fitted(told, truth)
        if way == TOLD:
            continue
        sums = np.array([sum(weights[way].get(name, 0.0) * value for name, value in row.items()) for row in told])
        kinds = np.array([one.kind for one, _ in kept])
        steps[f"{way}.*"] = rising(sums, truth)
        for kind in sorted(set(kinds)):
            if (kinds == kind).sum() >= FEWEST:
                steps[f"{way}.{kind}"] = rising(sums[kinds == kind], truth[kinds == kind])
    kept_steps = {name: (one["edges"], one["chances"]) for name, one in steps.items()}
    judge = Calibration(weights=weights, steps=kept_steps, met=met, base=round(base, 4), facts=facts)
    return {
        "source": "SkillSpan train and SkillSkape train (MIT), judged on their dev parts",
        "judged": {
            **judged(judge, (NAMED, QUICK), named(enricher, skillspan(data, "dev"))),
            **judged(judge, (SIMILAR,), similar(enricher, taxonomies, skape / "dev.csv")),
            **judged(judge, (JOB,), held_titles, is_alone=True),
            **judged(judge, (TOLD,), jobs_of(parts["held"])),
        },
        "facts": facts,
        "base": round(base, 4),
        "weights": weights,
        "steps": steps,
        "met": met,
    }


def judged(
    judge: Calibration, ways: Sequence[str], seen: Sequence[Seen], *, is_alone: bool = False
) -> dict[str, dict[str, float]]:
    """Return, for each way, how many mentions there were, how many right, and the calibration error, before and now."""
    answers = {}
    for way in ways:
        kept = [one for one in seen if way != QUICK or not one.is_variant]
        right = np.array([one.is_right for one in kept], dtype=float)
        chances = [
            judge.chance(
                way,
                kind=one.kind,
                score=one.score,
                is_variant=one.is_variant,
                asks=one.asks,
                words=one.words,
                concept=one.concept,
                is_alone=is_alone,
            )
            for one in kept
        ]
        raw = np.array([one.score for one in kept])
        now = np.array([0.0 if chance is None else chance for chance in chances])
        answers[way] = {
            "mentions": len(kept),
            "right": round(float(right.mean()), 3),
            "ece_before": round(error(raw, right), 3),
            "ece": round(error(now, right), 3),
            "right_from_half": round(float(right[now >= 0.5].mean()), 3) if (now >= 0.5).any() else 0.0,
            "share_from_half": round(float((now >= 0.5).mean()), 3),
        }
    return answers


if __name__ == "__main__":
    measured = measure(Path(sys.argv[1]), Path(sys.argv[2]))
    TARGET.write_text(json.dumps(measured, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(json.dumps(measured["judged"], indent=1))
