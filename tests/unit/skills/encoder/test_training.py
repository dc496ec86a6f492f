"""Training: it learns, it learns the same every time, and never what is measured on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skillspace.skills.encoder import pieces
from tools.train_encoder import pairs, reading
from tools.train_encoder.descent import Learner
from tools.train_encoder.pairs import Pairs
from tools.train_encoder.reading import Corpus

WORDS = {"cook": "cuisinier", "baker": "boulanger", "nurse": "infirmier", "teacher": "enseignant"}


def small() -> Corpus:
    corpus = Corpus()
    for english, french in WORDS.items():
        corpus.add(f"urn:{english}", "en", english, "label")
        corpus.add(f"urn:{english}", "fr", french, "label")
        corpus.add(f"urn:{english}", "en", f"we look for a {english} today", "sentence")
    return corpus


def taught(seed: int) -> tuple[Learner, list[float]]:
    chance, source = np.random.default_rng(seed), Pairs(small(), {}, 12)
    learner = Learner(bits=12, width=16, rate=0.1, seed=seed)
    mix = {"label": 16, "sentence": 8}
    return learner, [learner.step(source.cut, *source.draw(mix, False, chance)) for _ in range(60)]


def test_names_of_one_concept_come_together() -> None:
    learner, losses = taught(1)
    assert losses[-1] < losses[0] / 2
    cut = pieces([*WORDS, *WORDS.values()], 12)
    sums = np.add.reduceat(learner.table[cut.buckets], cut.starts[:-1])
    units = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    assert (units[:4] @ units[4:].T).argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_the_same_seed_gives_the_same_weights() -> None:
    assert np.array_equal(taught(2)[0].table, taught(2)[0].table)


def test_a_pair_joins_two_texts_of_one_concept() -> None:
    corpus = small()
    source = Pairs(corpus, {}, 12)
    left, right, concepts = source.draw({"label": 32, "sentence": 8}, True, np.random.default_rng(4))
    assert (source.concepts[left] == concepts).all()
    assert (source.concepts[right] == concepts).all()
    assert (left != right).all()
    assert all(corpus.roles[at] == "label" for at in right.tolist())


@pytest.mark.data
def test_about_a_seventh_of_each_crosswalk_is_held_out_whole_concepts_at_a_time(real_data: Path) -> None:
    titles = reading.crosswalk(real_data, "be")
    out = {title.code for title in titles if title.is_held_out}
    assert 0.1 < len(out) / len({title.code for title in titles}) < 0.2
    assert not out & {title.code for title in titles if not title.is_held_out}


@pytest.mark.data
def test_a_held_out_title_is_not_learnt(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Corpus] = []
    monkeypatch.setattr(pairs, "Pairs", lambda corpus, *_: seen.append(corpus))
    pairs.occupations(real_data, 12, frozenset())
    learnt = {
        (corpus.concepts[at], corpus.texts[at])
        for corpus in seen
        for at, role in enumerate(corpus.roles)
        if role == "title"
    }
    held = [one for one in reading.crosswalk(real_data, "us") if one.is_held_out]
    assert held
    assert not [one.text for one in held if any((uri, one.text) in learnt for uri in one.targets)]
