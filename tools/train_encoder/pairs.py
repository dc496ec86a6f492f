"""Draws batches of pairs to learn from: a text, and a name of the concept it speaks of."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.encoder import Pieces, pieces
from tools.train_encoder import reading
from tools.train_encoder.reading import Corpus

PHRASES = (
    "experience with {0}, {1} and {2}",
    "you will {0} and {1}",
    "strong knowledge of {0} and {1} is required",
    "ability to {0}; {1} is an advantage",
    "we are looking for a candidate who can {0}",
    "responsibilities include {0}, {1}, {2}",
    "proven ability to {0} in a fast paced environment",
    "{0} {1} {2}",
)
Numbers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Lists:
    """For each of many owners a list of texts, laid end to end."""

    items: Numbers
    starts: Numbers

    @classmethod
    def of(cls, owners: Numbers, items: Numbers, count: int) -> Lists:
        """Sort items by owner; ``count`` owners in all."""
        order = np.argsort(owners, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=count))])
        return cls(items=items[order], starts=starts)

    def draw(self, owners: Numbers, chance: np.random.Generator) -> Numbers:
        """Return a random item of each owner, -1 where it has none."""
        sizes = self.starts[owners + 1] - self.starts[owners]
        places = self.starts[owners] + (chance.random(len(owners)) * sizes).astype(np.int64)
        return np.where(sizes > 0, self.items[np.minimum(places, len(self.items) - 1)], -1)


class Pairs:
    """Everything of one kind of concept (occupations or skills) that pairs are drawn from."""

    def __init__(self, corpus: Corpus, order: dict[str, str], bits: int) -> None:
        """``order`` says where a concept stands in its hierarchy: neighbours there are hard to tell apart."""
        names = sorted(set(corpus.concepts), key=lambda uri: (order.get(uri, "~"), uri))
        number = {uri: at for at, uri in enumerate(names)}
        self.concepts = np.array([number[uri] for uri in corpus.concepts])
        self.count = len(names)
        self.cut: Pieces = pieces(corpus.texts, bits)
        roles, languages = np.array(corpus.roles), np.array(corpus.languages)
        everything = np.arange(len(roles))
        labels = roles == "label"
        english = labels & (languages == "en")
        # a language with many synonyms must not drown the others: first the language is drawn, then the label
        tongues, owners = np.unique(np.char.add(self.concepts.astype(str), languages), return_inverse=True)
        self._by_tongue = Lists.of(owners[labels], everything[labels], len(tongues))
        first = np.unique(owners[labels], return_index=True)
        tongue_concepts = self.concepts[labels][first[1]]
        self._tongues = Lists.of(tongue_concepts, first[0], self.count)
        self._english = Lists.of(self.concepts[english], everything[english], self.count)
        self._others = {role: everything[roles == role] for role in sorted(set(roles) - {"label"})}
        # one name alone has nothing to be told alike to; it is found by titles that mean the same
        self._named = np.flatnonzero(np.bincount(self.concepts[labels], minlength=self.count) > 1)

    def draw(self, mix: dict[str, int], near: bool, chance: np.random.Generator) -> tuple[Numbers, Numbers, Numbers]:
        """Return (left texts, right texts, concepts): ``mix`` says how many of each role stand on the left."""
        size = mix["label"]
        if near:  # runs of eight neighbours in the hierarchy
            begins = chance.integers(0, max(len(self._named) - 8, 1), size // 8)
            concepts = self._named[(begins[:, None] + np.arange(8)).ravel() % len(self._named)]
        else:
            concepts = chance.choice(self._named, size)
        lefts = [self._label(concepts, chance)]
        for role, texts in self._others.items():
            if mix.get(role):
                lefts.append(chance.choice(texts, mix[role]))
        left = np.concatenate(lefts)
        wanted = self.concepts[left]
        right = self._label(wanted, chance)
        english = self._english.draw(wanted, chance)
        right = np.where((chance.random(len(left)) < 0.5) & (english >= 0), english, right)
        keep = (right >= 0) & (right != left)
        return left[keep], right[keep], wanted[keep]

    def _label(self, concepts: Numbers, chance: np.random.Generator) -> Numbers:
        tongue = self._tongues.draw(concepts, chance)
        return np.where(tongue >= 0, self._by_tongue.draw(np.maximum(tongue, 0), chance), -1)


def occupations(data: Path, bits: int, without: frozenset[str], *, all_titles: bool = False) -> Pairs:
    """Return the pairs of occupations; titles of the crosswalks in ``without`` and held-out ones are not learnt."""
    corpus = reading.occupation_labels(data)
    for name in reading.OCCUPATIONS:
        if name not in without:
            for title in reading.crosswalk(data, name):
                if all_titles or not title.is_held_out:
                    for uri in sorted(title.targets):
                        corpus.add(uri, title.language, title.text, "title")
    _add_synonyms(corpus, data, without, all_titles=all_titles)
    rows = reading.table(data / "taxonomies/esco_v1.1.1_en/occupations_en.csv")
    order = {row["conceptUri"]: row["code"] for row in rows}
    return Pairs(corpus, order | {uri: uri.rsplit("/C", 1)[-1] for uri in corpus.concepts if "/isco/" in uri}, bits)


def _add_synonyms(corpus: Corpus, data: Path, without: frozenset[str], *, all_titles: bool) -> None:
    """Add what else an occupation of another framework is called: to its ESCO concept where that may be learnt."""
    for name in sorted(set(reading.SYNONYMS) - without):
        titles = reading.crosswalk(data, name)
        hidden = {title.text.lower() for title in titles if title.is_held_out and not all_titles}
        clear = {
            title.code: min(title.targets) for title in titles if title.is_clear and title.text.lower() not in hidden
        }
        for one in reading.SYNONYMS[name](data):
            concept = clear.get(one.code, f"{name}:{one.code}")
            if one.code not in clear:
                corpus.add(concept, one.language, one.title, "label")
            for text in one.others:
                if text.lower() not in hidden:
                    corpus.add(concept, one.language, text, "synonym")


def skills(data: Path, bits: int, seed: int, *, all_titles: bool = False) -> Pairs:
    """Return the pairs of skills: names, descriptions, sentences that ask for them, and composed sentences."""
    corpus = reading.skill_labels(data)
    for title in reading.crosswalk(data, "ba"):
        if all_titles or not title.is_held_out:
            for uri in sorted(title.targets):
                corpus.add(uri, title.language, title.text, "title")
    for sentence, uris in reading.skillskape(data, "train"):
        for uri in sorted(uris):
            corpus.add(uri, "en", sentence, "sentence")
    _compose(corpus, random.Random(seed))  # noqa: S311 - reproducible sentences, no secret
    table = data / "taxonomies/esco_v1.1.1_en/broaderRelationsSkillPillar.csv"
    return Pairs(corpus, {row["conceptUri"]: row["broaderUri"] for row in reading.table(table)}, bits)


def _compose(corpus: Corpus, chance: random.Random, count: int = 60_000) -> None:
    english = [at for at, role in enumerate(corpus.roles) if role == "label" and corpus.languages[at] == "en"]
    for _ in range(count):
        three = chance.sample(english, 3)
        text = chance.choice(PHRASES).format(*(corpus.texts[at] for at in three))
        for at in three:
            if corpus.texts[at] in text:
                corpus.add(corpus.concepts[at], "en", text, "composed")
