"""How much people's words improve links without any training: reviewers who are simulated on the held-out questions.

Half of a group's questions is reviewed: somebody looks at the three best candidates and says no until one is right.
Measured is the mean reciprocal rank before and after, of that half and of the half nobody looked at. How near a text
must be (NEAR), how much it moves (PUSH) and at most (CAPPED) were chosen on the groups of CHOSEN_ON, the first 600
sentences of SkillSkape among them; the figures of the other groups owe nothing to that choice.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.figures import DATA, Figure, Tell, figure, untold
from skillspace.skills.corrections import Correction, Corrections
from skillspace.skills.corrections.model import MOST_TEXT
from skillspace.skills.encoder import Encoder
from skillspace.skills.linking import Candidate, Linker
from skillspace.skills.taxonomy import Taxonomies, add_pack
from tools.train_encoder import splits
from tools.train_encoder.splits import Question

CHOSEN_ON = frozenset({"title de de-de", "title es es-es", "skill ba de-de"})
MEASURED = ("title fr fr-fr", "title sv sv-sv", "title us en-en", "title at de-de", "sentence skillskape")
POOL, LOOKED_AT, SENTENCES_CHOSEN_ON = 50, 3, 600
WRONG = 0.2
RESAMPLED = 1_000
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question with the candidates the linker gives, best first."""

    question: Question
    candidates: list[Candidate]


def run(tell: Tell = untold) -> list[Figure]:
    """Return the figures; none without the data folder."""
    if not DATA.is_dir():
        return []
    with TemporaryDirectory() as folder:
        home = Path(folder)
        tell("compiling the packs")
        add_pack("esco", home, DATA)
        linker = Linker(Taxonomies.open(home))
        tell("linking held-out titles and sentences")
        found = [
            Asked(question=one, candidates=linker.link(one.text, one.scheme, language=one.language, k=POOL))
            for one in _measured(splits.questions(DATA, most=1500))
        ]
    tell("reviewing half of them")
    encoder = Encoder.open()
    return [
        it for group in MEASURED for it in _group(group, [one for one in found if one.question.group == group], encoder)
    ]


def _measured(every: Iterable[Question]) -> list[Question]:
    listed = [one for one in every if one.group in MEASURED and len(one.text) < MOST_TEXT]
    sentences = [one for one in listed if one.group.startswith("sentence")]
    return [one for one in listed if not one.group.startswith("sentence")] + sentences[SENTENCES_CHOSEN_ON:]


def _group(group: str, found: Sequence[Asked], encoder: Encoder) -> list[Figure]:
    halves = [[one for one in found if one.question.half == half] for half in (0, 1)]
    draw = random.Random(20_260)  # noqa: S311 - simulated mistakes, the same each time
    careful = Corrections.of(_words(halves[0]), encoder)
    careless = Corrections.of(_words(halves[0], draw), encoder)
    three = [*_words(halves[0], who="a"), *_words(halves[0], who="b"), *_words(halves[0], draw, who="c")]
    figures = []
    for name, half in (("reviewed", halves[0]), ("not reviewed", halves[1])):
        before, after = _ranks(half), _ranks(half, careful)
        low, high = _interval(after - before)
        more: dict[str, float | str] = {
            "questions": float(len(half)),
            "gain": float((after - before).mean()),
            "gain_low": low,
            "gain_high": high,
            "after_one_reviewer_with_one_word_in_five_wrong": float(_ranks(half, careless).mean()),
            "after_that_one_and_two_careful_ones": float(_ranks(half, Corrections.of(three, encoder)).mean()),
        }
        figures.append(
            figure(
                f"{group}, {name}: MRR", float(after.mean()), "share", "without people", float(before.mean()), more=more
            )
        )
    return figures


def _words(half: Sequence[Asked], draw: random.Random | None = None, who: str = "reviewer") -> list[Correction]:
    """Return what a reviewer says; with ``draw`` each word is wrong with the chance WRONG."""
    said = []
    for one in half:
        for candidate in one.candidates[:LOOKED_AT]:
            is_right = candidate.concept in one.question.answers
            if draw is not None and draw.random() < WRONG:
                is_right = not is_right
            said.append(
                Correction(
                    text=one.question.text,
                    language=one.question.language,
                    scheme=one.question.scheme,
                    concept=candidate.concept,
                    is_right=is_right,
                    who=who,
                    when=NOW,
                    score=candidate.score,
                )
            )
            if is_right:
                break
    return said


def _ranks(half: Sequence[Asked], heard: Corrections | None = None) -> np.ndarray:
    """Return the reciprocal rank of the best right answer of each question; 0 where none is among the candidates."""
    ranks = []
    for one in half:
        asked = one.question
        ranked = [it.concept for it in one.candidates]
        if heard is not None:
            ranked = [it.concept for it in heard.corrected(one.candidates, asked.text, asked.scheme, asked.language)]
        places = [place for place, concept in enumerate(ranked, 1) if concept in asked.answers]
        ranks.append(1 / places[0] if places else 0.0)
    return np.array(ranks)


def _interval(gains: np.ndarray) -> tuple[float, float]:
    """Return the middle 95 % of the mean over resampled questions (bootstrap)."""
    if not len(gains):
        return 0.0, 0.0
    drawn = np.random.default_rng(1).choice(gains, (RESAMPLED, len(gains))).mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)
