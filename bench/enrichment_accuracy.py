"""How well enrichment finds what people found: skills of sentences, and the words of advertisements they marked.

English sentences and advertisements that nothing of enrichment was learnt from but what `MORE` says. Intervals (95 %)
are bootstrapped over sentences, or over whole advertisements.
"""

from __future__ import annotations

import ast
import csv
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import minilm
from bench.figures import DATA, Figure, Tell, figure, untold
from bench.recipe import Recipe
from skillspace.skills.encoder import Encoder
from skillspace.skills.enrichment import Enricher, How, Mention
from skillspace.skills.enrichment.answers import LEAST
from skillspace.skills.enrichment.linked import LinkedSkills
from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import SKILL_KINDS, Taxonomies, add_pack

BINS, RESAMPLED, FIRST = 15, 1_000, 10
MORE = {
    "skillskape": "dev part: the linker's weighing of its features was learnt on it, the encoder was not",
    "skillspan": "dev part: one logistic line from chances of sentences to chances of skills was learnt on it",
}
Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Ad:
    """An advertisement, the words in it that people marked as skills, and its sentences without any."""

    text: str
    marked: list[Span]
    empty: list[Span]


def run(tell: Tell = untold) -> list[Figure]:
    """Measure on all of ESCO in a folder that is thrown away; nothing without the real data."""
    if not DATA.is_dir():
        return []
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        tell("compiling ESCO")
        add_pack("esco", home, DATA)
        taxonomies, encoder = Taxonomies.open(home), Encoder.open()
        tell("preparing English")
        similar = LinkedSkills(taxonomies, Linker(taxonomies, folder=home / "linking", encoder=encoder), encoder)
        enricher = Enricher.build(taxonomies, ("en",), home / "enrichment", similar)
        enricher.warm()
        recipe = _recipe(taxonomies, home) if minilm.is_installed() else None
        tell("reading sentences of SkillSkape")
        sentences = list(sentence_figures(enricher, skillskape(taxonomies), recipe))
        tell("reading advertisements of SkillSpan")
        return [*sentences, *span_figures(enricher, skillspan(), recipe)]


def _recipe(taxonomies: Taxonomies, home: Path) -> Recipe:
    labels = taxonomies.labels("en", kinds=SKILL_KINDS)
    Recipe.prepare(home / "peer", [(label, uri) for label, uri, is_first in labels if is_first])
    return Recipe(home / "peer")


def skillskape(taxonomies: Taxonomies) -> list[tuple[str, set[str]]]:
    """Return (sentence, labelled concepts) of the dev part; most skills in it are implied, not named."""
    preferred = {label.lower(): uri for label, uri, first in taxonomies.labels("en", kinds=SKILL_KINDS) if first}
    with (DATA / "vacancies" / "ads_skillskape_en" / "dev.csv").open(encoding="utf-8", newline="") as source:
        return [
            (row["sentence"], {preferred[name.lower()] for name in ast.literal_eval(row["skills"]) if name != "UNK"})
            for row in csv.DictReader(source)
        ]


def sentence_figures(
    enricher: Enricher, rows: Sequence[tuple[str, set[str]]], recipe: Recipe | None
) -> Iterator[Figure]:
    """Compare the concepts of mentions with those that people gave, best first and from the score shown upward."""
    read = [list(enricher.enrich(text, "en", candidates=FIRST).mentions) for text, _ in rows]
    found = [_chances(mentions) for mentions in read]
    golds = [gold for _, gold in rows]
    ours = np.array([_hits(gold, list(its)) for gold, its in zip(golds, found, strict=True) if gold])
    name, theirs = None, None
    if recipe is not None:
        ranked = recipe.rank([text for text, _ in rows])
        pairs = zip(golds, ranked, strict=True)
        name, theirs = "all-MiniLM-L6-v2, nearest labels", float(np.mean([_hits(*pair) for pair in pairs if pair[0]]))
    more = {**_interval(len(ours), lambda kept: float(ours[kept].mean())), "learnt": MORE["skillskape"]}
    yield figure("skillskape_dev_rp_at_10", float(ours.mean()), "share", name, theirs, 0.55, more)
    for least in (LEAST, 0.3, 0.5):
        counts = np.array(
            [_counts(gold, [one for one in its if its[one] >= least]) for gold, its in zip(golds, found, strict=True)]
        )
        for measure, of in (("precision", 1), ("recall", 2)):
            more = _interval(len(counts), partial(_resampled, _ratio, counts, of))
            yield figure(f"skillskape_dev_{measure}_from_{least}", _ratio(counts, of), "share", more=more)
    told = [
        (one.confidence or 0.0, one.concept in gold)
        for mentions, gold in zip(read, golds, strict=True)
        for one in mentions
        if one.how is How.SIMILAR
    ]
    yield figure("skillskape_dev_implied_ece", _error(told), "error", limit=0.05, more={"mentions": len(told)})


def _chances(mentions: Sequence[Mention]) -> dict[str, float]:
    """Return the chance of each skill a text speaks of, the likeliest first."""
    best: dict[str, float] = {}
    for one in mentions:
        if one.kind in SKILL_KINDS:
            best[one.concept] = max(best.get(one.concept, 0.0), one.confidence or 0.0)
    return dict(sorted(best.items(), key=lambda item: (-item[1], item[0])))


def _hits(gold: set[str], ranked: Sequence[str]) -> float:
    return len(gold.intersection(ranked[:FIRST])) / min(FIRST, len(gold))


def _counts(gold: set[str], found: Sequence[str]) -> tuple[int, int, int]:
    return len(gold.intersection(found)), len(found), len(gold)


def _ratio(counts: NDArray[np.float64] | NDArray[np.int64], of: int) -> float:
    return float(counts[:, 0].sum() / max(counts[:, of].sum(), 1))


def _resampled(
    measure: Callable[[NDArray[Any], Any], float], counts: NDArray[Any], of: Any, kept: NDArray[np.int64]
) -> float:
    return measure(counts[kept], of)


def _interval(count: int, value: Callable[[NDArray[np.int64]], float]) -> dict[str, float | str]:
    chance = np.random.default_rng(7)
    values = [value(chance.integers(0, count, count)) for _ in range(RESAMPLED)]
    return {"low": float(np.quantile(values, 0.025)), "high": float(np.quantile(values, 0.975)), "n": count}


def _error(told: Sequence[tuple[float, bool]]) -> float:
    """Return the expected calibration error over bins of equal mass."""
    chances, right = (np.array(column, np.float64) for column in zip(*told, strict=True))
    parts = np.array_split(np.argsort(chances, kind="stable"), BINS)
    return float(sum(len(one) * abs(chances[one].mean() - right[one].mean()) for one in parts) / len(chances))


def skillspan() -> list[Ad]:
    """Return the advertisements of the dev part, an empty line after each sentence."""
    ads: dict[int, list[dict[str, list[str]]]] = {}
    with (DATA / "vacancies" / "ads_skillspan_en" / "dev.json").open(encoding="utf-8") as source:
        for line in source:
            row = json.loads(line)
            ads.setdefault(row["idx"], []).append(row)
    return [_ad(rows) for rows in ads.values()]


def _ad(rows: Sequence[dict[str, list[str]]]) -> Ad:
    text, marked, empty = "", list[Span](), list[Span]()
    for row in rows:
        ends = len(text) + np.cumsum([len(token) + 1 for token in row["tokens"]]) - 1
        begins = ends - [len(token) for token in row["tokens"]]
        spans = [*_spans(row["tags_skill"]), *_spans(row["tags_knowledge"])]
        marked += [(int(begins[first]), int(ends[last])) for first, last in spans]
        if not spans:
            empty.append((int(begins[0]), int(ends[-1])))
        text += " ".join(row["tokens"]) + "\n\n"
    return Ad(text=text, marked=sorted(set(marked)), empty=empty)


def _spans(tags: Sequence[str]) -> Iterator[Span]:
    """Give (first, last) token of each run of B and I."""
    begin: int | None = None
    for at, tag in enumerate([*tags, "O"]):
        if begin is not None and tag != "I":
            yield begin, at - 1
            begin = None
        if tag == "B" or (tag == "I" and begin is None):
            begin = at


def span_figures(enricher: Enricher, ads: Sequence[Ad], recipe: Recipe | None) -> Iterator[Figure]:
    """Hold the words of mentions against those marked: whole, in part (half a hit each), or at all (a whole one)."""
    read = [list(enricher.enrich(ad.text, "en", candidates=FIRST).mentions) for ad in ads]
    shown = [[one for one in its if one.kind in SKILL_KINDS and (one.confidence or 0) >= LEAST] for its in read]
    ours = np.array([_met([(one.start, one.end) for one in its], ad) for its, ad in zip(shown, ads, strict=True)])
    name, theirs = None, dict[str, float]()
    if recipe is not None:
        met = np.array([_met([span[:2] for span in recipe.enrich(ad.text)], ad) for ad in ads])
        name, theirs = "the common recipe", {part: _f1(met, part) for part in ("half", "whole")}
    for part, what in (("half", "spans_partial_f1"), ("whole", "spans_overlap_f1")):
        more = {
            **_interval(len(ours), partial(_resampled, _f1, ours, part)),
            "precision": _credit(ours, part) / max(ours[:, 2].sum(), 1),
            "recall": _credit(ours, part) / max(ours[:, 3].sum(), 1),
            "learnt": MORE["skillspan"],
        }
        yield figure(f"skillspan_dev_{what}", _f1(ours, part), "share", name, theirs.get(part), more=more)
    implied = [(one, ad) for its, ad in zip(shown, ads, strict=True) for one in its if one.how is How.SIMILAR]
    astray = sum(any(begin <= one.start < end for begin, end in ad.empty) for one, ad in implied)
    yield figure(
        "skillspan_dev_implied_astray", astray / max(len(implied), 1), "share of wrong", more={"mentions": len(implied)}
    )


def _met(spans: Sequence[Span], ad: Ad) -> tuple[int, int, int, int]:
    """Return (met whole, met in part, found, marked); each marked span is met by one found at most, the best fit."""
    found = sorted(set(spans))
    pairs = sorted(
        ((-_overlap(one, other), at, by) for at, one in enumerate(found) for by, other in enumerate(ad.marked)),
    )
    used: tuple[set[int], set[int]] = set(), set()
    whole = part = 0
    for share, at, by in pairs:
        if share < 0 and at not in used[0] and by not in used[1]:
            used[0].add(at)
            used[1].add(by)
            whole, part = whole + (share == -1), part + (share > -1)
    return whole, part, len(found), len(ad.marked)


def _overlap(one: Span, other: Span) -> float:
    return max(0, min(one[1], other[1]) - max(one[0], other[0])) / (max(one[1], other[1]) - min(one[0], other[0]))


def _credit(counts: NDArray[np.int64], part: str) -> float:
    return float(counts[:, 0].sum() + counts[:, 1].sum() * {"half": 0.5, "whole": 1.0}[part])


def _f1(counts: NDArray[np.int64], part: str) -> float:
    return 2 * _credit(counts, part) / max(float(counts[:, 2:].sum()), 1.0)
