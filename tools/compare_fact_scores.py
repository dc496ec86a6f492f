"""Compares ways to tell how sure a language, a word of seniority or a place is: the table in `docs/enrichment.md`.

``python -m tools.compare_fact_scores DATA HOME``: HOME holds a compiled pack. Everything is fitted on facts of every
kind in the half of the texts that teaches (``bench/judged/finds.py``). There a way is chosen by its log loss, the
mean of that on texts left out and that on whole sources left out (what is read tomorrow comes from none of these): the
first in the list that is within a standard error of the best. The other half judges: error (ECE) with its interval,
what luck alone would show, log loss. Last, for what ships: how often luck alone would show that much, and the error
where other halves of the same texts teach and judge. One minute.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.judged.finds import Judged
from skillspace.skills.enrichment import Enricher, Fact
from skillspace.skills.enrichment.calibration import PRIOR, fact_keys, stepped
from skillspace.skills.enrichment.sections import Section
from skillspace.skills.taxonomy import Taxonomies
from tools.calibrate_enrichment import fitted, judged_again, rising
from tools.shares import calibration_error, error_interval, least_error

FOLDS, REPEATS, RESAMPLED, HALVINGS = 10, 10, 1_000, 200
KINDS = ("language", "seniority", "place")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A fact that enrichment finds, what a reader said of it, and its sort."""

    judged: Judged
    fact: Fact
    sort: str

    @property
    def kind(self) -> str:
        """What it is about; years of experience are no word of seniority."""
        return self.sort if self.sort == "experience-years" else self.fact.kind.value

    @property
    def word(self) -> str:
        """Its word, in its language."""
        return f"{self.sort}, {self.judged.language}: {self.fact.words.lower()}"

    @property
    def spoken(self) -> str:
        """Its sort in the language of its text."""
        return f"{self.sort}, {self.judged.language}"

    @property
    def section(self) -> str:
        """Its sort where a sentence is known to be about something, or is not."""
        return f"{self.sort}, {self.fact.section is Section.OTHER}"


Chance = Callable[[Seen], float]
Fit = Callable[[Sequence[Seen]], Chance]
Keys = Callable[[Seen], Sequence[str]]


def rates(keys: Keys) -> Fit:
    """Return how often facts with a key were right, each key drawn to the one before it, the first to all facts."""

    def fit(seen: Sequence[Seen]) -> Chance:
        of = Counter(key for one in seen for key in ("", *keys(one)))
        right = Counter(key for one in seen if one.judged.is_right for key in ("", *keys(one)))

        def chance(one: Seen) -> float:
            told = right[""] / of[""]
            for key in keys(one):
                told = (right[key] + PRIOR * told) / (of[key] + PRIOR)
            return told

        return chance

    return fit


def features(one: Seen) -> dict[str, float]:
    """Return what the line is learnt from."""
    said = {"": 1.0, one.sort: 1.0}
    said[f"{one.kind} in no section"] = float(one.fact.section is Section.OTHER)
    said[f"{one.kind} is needed"] = float(one.fact.insistence is not None)
    said["beginner"] = float(one.fact.value in ("seniority:junior", "seniority:intern"))
    said["language of the text"] = float(one.fact.value == f"language:{one.judged.language}")
    said["country"] = float(one.fact.kind == "place" and len(one.fact.value) == len("place:SE"))
    return said


def line(seen: Sequence[Seen]) -> Chance:
    """Return chances by a logistic line."""
    summed = _sum(seen)
    return lambda one: float(1 / (1 + np.exp(-summed(one))))


def bent(seen: Sequence[Seen]) -> Chance:
    """Return chances by an isotonic line over the sums of the logistic one."""
    summed = _sum(seen)
    steps = rising(np.array([summed(one) for one in seen]), truth(seen))
    return lambda one: stepped(summed(one), steps["edges"], steps["chances"])


def _sum(seen: Sequence[Seen]) -> Chance:
    weights = fitted([features(one) for one in seen], truth(seen))
    return lambda one: sum(weights.get(name, 0.0) * value for name, value in features(one).items())


WAYS: dict[str, Fit] = {
    "all facts": rates(lambda _: ()),
    "its kind": rates(lambda one: (one.kind,)),
    "its sort": rates(lambda one: (one.sort,)),
    "sort, section": rates(lambda one: (one.sort, one.section)),
    "sort, language of the text": rates(lambda one: (one.sort, one.spoken)),
    "sort, word": rates(lambda one: (one.sort, one.word)),
    "sort, language, word": rates(lambda one: (one.sort, one.spoken, one.word)),
    "logistic line": line,
    "the line made isotonic": bent,
    "what ships": rates(lambda one: fact_keys(one.fact, one.judged.language)),
}


def truth(seen: Sequence[Seen]) -> NDArray[np.float64]:
    """Return what is right, as ones and zeros."""
    return np.array([one.judged.is_right for one in seen], np.float64)


def losses(chances: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log loss of each chance."""
    kept = np.clip(chances, 1e-4, 1 - 1e-4)
    return -np.log(np.where(right > 0, kept, 1 - kept))


def left_out(fit: Fit, seen: Sequence[Seen], parts: Sequence[int]) -> NDArray[np.float64]:
    """Return chances, each fitted on the other parts."""
    chances = np.zeros(len(seen))
    for part in set(parts):
        chance = fit([one for one, its in zip(seen, parts, strict=True) if its != part])
        chances[[its == part for its in parts]] = [
            chance(one) for one, its in zip(seen, parts, strict=True) if its == part
        ]
    return chances


def named(one: Seen) -> tuple[str, str]:
    """Return what names its text."""
    return one.judged.source, one.judged.name


def folds(seen: Sequence[Seen]) -> Iterator[list[int]]:
    """Give the folds of texts, drawn again and again."""
    texts = [named(one) for one in seen]
    there = sorted(set(texts))
    for seed in range(REPEATS):
        fold = dict(zip(there, (np.random.default_rng(seed).permutation(len(there)) % FOLDS).tolist(), strict=True))
        yield [fold[text] for text in texts]


def compared(data: Path, home: Path) -> Iterator[str]:
    """Give the lines of the table."""
    enricher = Enricher.build(Taxonomies.open(home), None, home / "enrichment")
    found = [
        Seen(judged=one, fact=there, sort=(*fact_keys(there, None), there.kind.value)[0])
        for one, there in judged_again(enricher, data)
        if isinstance(there, Fact)
    ]
    dev = [one for one in found if one.judged.half == "dev"]
    held = [one for one in found if one.judged.half == "held"]
    sources = sorted({one.judged.source for one in dev})
    by_source = [sources.index(one.judged.source) for one in dev]
    shuffled, right = list(folds(dev)), truth(dev)
    texts = {
        name: np.mean([losses(left_out(fit, dev, parts), right) for parts in shuffled], axis=0)
        for name, fit in WAYS.items()
    }
    far = {name: losses(left_out(fit, dev, by_source), right) for name, fit in WAYS.items()}
    yield "| chances by | texts left out | sources left out | mean over best | held ECE | by luck | held log loss |"
    for kind in KINDS:
        taught = [at for at, one in enumerate(dev) if one.kind == kind]
        means = {name: (texts[name] + far[name])[taught] / 2 for name in WAYS}
        best = min(means.values(), key=lambda its: float(its.mean()))
        its = [one for one in held if one.kind == kind]
        for name, fit in WAYS.items():
            chance = fit(dev)
            told = np.array([chance(one) for one in its])
            low, high = error_interval(told, truth(its))
            over = means[name] - best
            yield " | ".join(
                (
                    f"| {kind}: {name}",
                    f"{texts[name][taught].mean():.3f}",
                    f"{far[name][taught].mean():.3f}",
                    f"{over.mean():.3f} ± {standard_error(over, [named(dev[at]) for at in taught]):.3f}",
                    f"{calibration_error(told, truth(its)):.3f} [{low:.2f}, {high:.2f}]",
                    f"{least_error(told):.3f}",
                    f"{losses(told, truth(its)).mean():.3f} |",
                )
            )

        share = by_luck(told, calibration_error(told, truth(its)))
        mean, low, high = halved(WAYS["what ships"], found, kind)
        yield f"{kind}: by luck {share:.2f} show as much; of other halves {mean:.3f} [{low:.2f}, {high:.2f}]"


def by_luck(chances: NDArray[np.float64], error: float) -> float:
    """Return how often chances that are right show at least an error."""
    drawn = np.random.default_rng(0).random((RESAMPLED, len(chances))) < chances
    return float(np.mean([calibration_error(chances, one.astype(np.float64)) >= error for one in drawn]))


def halved(fit: Fit, seen: Sequence[Seen], kind: str) -> tuple[float, float, float]:
    """Return the error of a kind and where 95 % of its values lie, as halves of the texts are drawn again."""
    texts = [named(one) for one in seen]
    there, errors = sorted(set(texts)), []
    for seed in range(HALVINGS):
        drawn = np.random.default_rng(seed).permutation(len(there)) % 2 == 1
        taught = {text for text, is_in in zip(there, drawn, strict=True) if is_in}
        chance = fit([one for one in seen if named(one) in taught])
        its = [one for one in seen if one.kind == kind and named(one) not in taught]
        errors.append(calibration_error(np.array([chance(one) for one in its]), truth(its)))
    low, high = np.percentile(errors, [2.5, 97.5])
    return float(np.mean(errors)), float(low), float(high)


def standard_error(values: NDArray[np.float64], texts: Sequence[tuple[str, str]]) -> float:
    """Return the standard error of a mean, whole texts drawn again."""
    numbers = np.unique([" ".join(text) for text in texts], return_inverse=True)[1]
    sums, sizes = np.bincount(numbers, values), np.bincount(numbers)
    drawn = np.random.default_rng(0).integers(0, len(sums), (RESAMPLED, len(sums)))
    return float(np.std(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)))


if __name__ == "__main__":
    for row in compared(Path(sys.argv[1]), Path(sys.argv[2])):
        print(row)
