"""Training: it learns, it learns the same every time, and never what is measured on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skillspace.skills.encoder import pieces
from tools.train_encoder import pairs, reading, teaching
from tools.train_encoder.descent import Learner
from tools.train_encoder.pairs import Pairs
from tools.train_encoder.reading import Corpus
from tools.train_encoder.teaching import NEAREST, Lessons, Teaching

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


def test_what_a_teacher_finds_alike_comes_together() -> None:
    vectors = np.eye(4, dtype=np.float16)
    words = list(WORDS)
    lessons = Lessons(
        sentences=[f"{word} wanted" for word in words],
        names=words,
        sentence_vectors=vectors,
        name_vectors=vectors,
        nearest=np.tile(np.arange(4, dtype=np.int32)[:, None], (1, NEAREST)),
    )
    taught_by, learner = Teaching(lessons, 12), Learner(bits=12, width=16, rate=0.1, seed=3)
    chance = np.random.default_rng(3)
    losses = [learner.mimic(taught_by.cut, *taught_by.draw(4, chance)) for _ in range(60)]
    assert losses[-1] < losses[0] / 4
    assert losses[-1] >= -1e-6


def test_what_a_teacher_said_is_read_as_it_was_written(tmp_path: Path) -> None:
    vectors = np.eye(2, dtype=np.float16)
    said = Lessons(
        sentences=["café", "b"],
        names=["é", "d"],
        sentence_vectors=vectors,
        name_vectors=vectors,
        nearest=np.zeros((2, NEAREST), np.int32),
    )
    said.write(tmp_path / "said.npz")
    read = Lessons.read(tmp_path / "said.npz")
    assert (read.sentences, read.names) == (said.sentences, said.names)
    assert np.array_equal(read.nearest, said.nearest)


@pytest.mark.data
def test_a_teacher_never_reads_the_ads_that_are_measured_on(real_data: Path) -> None:
    sentences = set(teaching.english(real_data))
    measured = [sentence for sentence, _ in reading.skillskape(real_data, "dev")]
    assert len(measured) > 100
    assert sum(sentence in sentences for sentence in measured) < len(measured) / 100


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
        if role in {"title", "synonym"}
    }
    held = [one for name in ("us", "sv") for one in reading.crosswalk(real_data, name) if one.is_held_out]
    assert held
    assert not [one.text for one in held if any((uri, one.text) in learnt for uri in one.targets)]
