"""Many offers against one person: a memory-mapped index that finds the best of all of them and explains each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import NotFound
from skillspace.skills.arrays import Integers, Strings, part, read_folder, rows_of, text_at, write_folder
from skillspace.skills.matching.around import Around, Where
from skillspace.skills.matching.columns import Codes, Columns
from skillspace.skills.matching.conditions import NO_WISHES, Conditions, Wishes
from skillspace.skills.matching.meaning import Look, Meaning
from skillspace.skills.matching.model import DEFAULT, Checked, Condition, Match, OfferSkills, PersonSkill, Weights
from skillspace.skills.matching.needed import Beside, Needed
from skillspace.skills.matching.postings import Postings, Scratch
from skillspace.skills.matching.proximity import Proximity
from skillspace.skills.matching.question import Question
from skillspace.skills.matching.words import Counted, Counter, Vocabulary, Words
from skillspace.skills.matching.worth import Held, Worth
from skillspace.skills.taxonomy import Taxonomies
from skillspace.skills.taxonomy.model import Need

LAYOUT = "offers-6"
LOOKED_AT = 5_000
"""So many offers just out of reach are asked what somebody misses."""

CANDIDATES = 24


class OfferIndex:
    """Offers by position: their needs, words, occupations and conditions. Read-only and safe to share by threads.

    Offers that mean nearly the same stand side by side, so that a question looks at few places in memory. ``ids`` is
    sorted; ``order`` names the position of each identifier and ``row`` the reverse.
    """

    def __init__(
        self,
        *,
        ids: Strings,
        row: Integers,
        titles: NDArray[np.uint8],
        title_starts: NDArray[np.int64],
        occupation: Codes,
        needed: Needed,
        words: Words,
        vocabulary: Vocabulary,
        conditions: Conditions,
        meaning: Meaning,
    ) -> None:
        self._ids = ids
        self._row = row
        self._order = np.argsort(row).astype(np.int32)
        self._titles = titles
        self._title_starts = title_starts
        self._occupation = occupation
        #: The positions by occupation: those of row r at starts[r] to starts[r + 1], of none before all others.
        self._by_occupation = np.argsort(occupation.rows, kind="stable").astype(np.int32)
        counts = np.bincount(occupation.rows + 1, minlength=len(occupation.table) + 1)
        self._occupied = np.cumsum(counts)
        self._needed = needed
        self._words = words
        self.vocabulary = vocabulary
        self.conditions = conditions
        self.meaning = meaning
        self.proximity = needed.proximity
        self._told = Scratch(len(ids))

    @classmethod
    def build(cls, offers: Iterable[OfferSkills], taxonomies: Taxonomies) -> OfferIndex:
        """Index offers. Raises BadInput on a repeated id, and as `Columns.checked` does."""
        columns = Columns.of(offers)
        return cls.of(columns, Proximity.build(taxonomies, columns.concepts()))

    @classmethod
    def of(
        cls,
        columns: Columns,
        proximity: Proximity,
        counted: Counted | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> OfferIndex:
        """Index offers given as columns; ``proximity`` knows every concept they name.

        ``counted`` are the words of the offers by the numbers of ``vocabulary``; both are made here when not given.
        """
        if counted is None:
            texts = [f"{title} {text}" for title, text in zip(columns.titles, columns.texts, strict=True)]
            if vocabulary is None:
                counter = Counter()
                vocabulary, counted = counter.vocabulary([counter.count(texts)])
            else:
                counted = vocabulary.counted(texts)
        assert vocabulary is not None  # noqa: S101 - counts are given with their vocabulary
        ordered, order = columns.side_by_side()
        return cls.in_order(ordered, proximity, Words.of(counted, vocabulary, order), vocabulary)

    @classmethod
    def in_order(cls, columns: Columns, proximity: Proximity, words: Words, vocabulary: Vocabulary) -> OfferIndex:
        """Index offers that stand side by side already."""
        ids, row = np.unique(columns.ids, return_inverse=True)
        encoded = [title.encode("utf-8", "replace") for title in columns.titles]
        return cls(
            ids=ids,
            row=row.astype(np.int32),
            titles=np.frombuffer(b"".join(encoded), dtype=np.uint8),
            title_starts=np.cumsum([0, *map(len, encoded)], dtype=np.int64),
            occupation=columns.occupation,
            needed=Needed.of(columns, proximity),
            words=words,
            vocabulary=vocabulary,
            conditions=Conditions.of(columns),
            meaning=Meaning.of(columns.vectors, columns.scales, columns.cell),
        )

    def save(self, folder: Path) -> None:
        """Write the index; whoever has the older one open keeps reading that."""
        arrays: dict[str, NDArray[Any]] = {
            "ids": self._ids,
            "row": self._row,
            "titles": self._titles,
            "title_starts": self._title_starts,
        }
        parts = {
            "occupation": vars(self._occupation),
            "needed": self._needed.arrays(),
            "proximity": self.proximity.arrays(),
            "words": self._words.arrays(),
            "vocabulary": vars(self.vocabulary),
            "conditions": self.conditions.arrays(),
            "meaning": self.meaning.arrays(),
        }
        for prefix, held in parts.items():
            arrays |= {f"{prefix}.{name}": array for name, array in held.items()}
        write_folder(folder, LAYOUT, arrays)

    @classmethod
    def open(cls, folder: Path) -> OfferIndex:
        """Map an index into memory. Raises UnreadableFile when there is none of this layout."""
        arrays = read_folder(folder, LAYOUT)
        needed = part(arrays, "needed")
        postings = Postings(**part(needed, "postings"))
        own = {name: array for name, array in needed.items() if "." not in name}
        proximity = Proximity(**part(arrays, "proximity"))
        return cls(
            **{name: array for name, array in arrays.items() if "." not in name},
            occupation=Codes(**part(arrays, "occupation")),
            needed=Needed(proximity=proximity, postings=postings, **own),
            words=Words(Postings(**part(arrays, "words")), len(arrays["row"])),
            vocabulary=Vocabulary(**part(arrays, "vocabulary")),
            conditions=Conditions.read(part(arrays, "conditions")),
            meaning=Meaning(**part(arrays, "meaning")),
        )

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, offer_id: object) -> bool:
        return isinstance(offer_id, str) and bool(len(self.positions([offer_id])))

    def ids(self) -> list[str]:
        """Return every offer's identifier, in the order of `scores`: sorted."""
        return [text_at(self._ids, row) for row in range(len(self))]

    def title(self, offer_id: str) -> str:
        """Return the title of an offer. Raises NotFound."""
        at = self._at(offer_id)
        return bytes(self._titles[self._title_starts[at] : self._title_starts[at + 1]]).decode()

    def places(self) -> dict[str, int]:
        """Return how many offers each place has."""
        return self.conditions.places()

    def asking_for(self, skill: str) -> int:
        """Return how many offers need a skill."""
        row = int(self.proximity.rows([skill])[0])
        return self._needed.asking_for(row) if row >= 0 else 0

    def sizes(self) -> NDArray[np.int64]:
        """Return how many skills each offer needs, in the order of `ids`."""
        return self._needed.sizes()[self._order]

    def shared(self, skills: Collection[str]) -> NDArray[np.int64]:
        """Return how many of these very skills each offer needs, in the order of `ids`."""
        rows = self.proximity.rows(dict.fromkeys(skills))
        return self._needed.shared(rows[rows >= 0])[self._order]

    def needs_of(self, offer_id: str) -> tuple[tuple[str, float, Need], ...]:
        """Return what an offer asks for, as it was stated. Raises NotFound."""
        return tuple(self._needed.stated(self._at(offer_id)))

    def scores(self, skills: Sequence[PersonSkill], weights: Weights = DEFAULT) -> NDArray[np.float64]:
        """Return the score (0 to 1) of every offer for these skills."""
        return np.round(self._needed.scores(self._order.astype(np.int64), self._worth(skills, weights), weights), 6)

    def match(
        self,
        skills: Sequence[PersonSkill],
        *,
        k: int = 50,
        places: Where | None = None,
        languages: Collection[str] | None = None,
        only: Collection[str] | None = None,
        weights: Weights = DEFAULT,
    ) -> list[Match]:
        """Return the k best offers for skills alone; see `ask`.

        ``places`` keeps offers that name one of these places, or lie in a circle (`Around`), ``languages`` those one
        can do in one of them, ``only`` those named.
        """
        wishes = Wishes(remote=False, languages=None if languages is None else frozenset(languages))
        wishes = replace(wishes, must=wishes.must | {Condition.LANGUAGE})
        if isinstance(places, Around):
            wishes = replace(wishes, near=places.near)
        elif places is not None:
            wishes = replace(wishes, places=frozenset(places))
        there = None if places is None else self.conditions.there(places)
        return self.ask(Question(skills=skills, wishes=wishes, only=only), k=k, weights=weights, alive=there)

    def ask(
        self, question: Question, *, k: int = 20, weights: Weights = DEFAULT, alive: NDArray[np.bool_] | None = None
    ) -> list[Match]:
        """Return the k best offers with their reasons, best first; equal scores in the order of identifiers.

        Offers that nothing comes near are left out, and those that ``alive`` (offers by position) shuts out.
        """
        if not len(self) or k <= 0:
            return []
        worth = self._worth(question.skills, weights)
        share, beside = self._beside(question, weights)
        found, scores = self._needed.best(
            worth, k, weights, allowed=self._allowed(question, alive), share=share, beside=beside
        )
        best = np.lexsort((self._row[found], -scores))[:k]
        return self._explained(found[best], scores[best], worth, question.wishes, weights)

    def explain(self, offer_id: str, skills: Sequence[PersonSkill], weights: Weights = DEFAULT) -> Match:
        """Return the match with one offer, whatever its score. Raises NotFound."""
        return self.explain_all([offer_id], skills, weights)[0]

    def explain_all(
        self, offer_ids: Sequence[str], skills: Sequence[PersonSkill], weights: Weights = DEFAULT
    ) -> list[Match]:
        """Return the match with each of these offers, in the order given. Raises NotFound."""
        worth = self._worth(skills, weights)
        positions = np.array([self._at(offer_id) for offer_id in offer_ids], dtype=np.int64)
        scores = np.round(self._needed.scores(positions, worth, weights), 6)
        return self._explained(positions, scores, worth, NO_WISHES, weights)

    def scores_for(
        self, question: Question, weights: Weights = DEFAULT, alive: NDArray[np.bool_] | None = None
    ) -> NDArray[np.float64]:
        """Return the exact score (offers,) by position, -1 where an offer is shut out or taken away."""
        scores = np.full(len(self), -1.0)
        allowed = self._allowed(question, alive)
        scores[slice(None) if allowed is None else allowed] = self.all_scores(question, weights, alive)
        return scores

    def rescored(
        self, question: Question, skill: str, weights: Weights, scores: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the positions whose score a skill can change, those shut out (-1) apart, and their scores now."""
        row = self.proximity.rows([skill])
        touched = Worth.of(Held.of([PersonSkill(uri=skill)], self.proximity, weights), self.proximity, weights).needs
        positions = self._needed.asking_any(touched if row[0] >= 0 else row[:0])
        positions = positions[scores[positions] >= 0]
        share, beside = self._beside(question, weights)
        worth = self._worth(question.skills, weights)
        return positions, np.round(self._needed.scores(positions, worth, weights, share=share, beside=beside), 6)

    def missing_most(
        self, question: Question, scores: NDArray[np.float64], least: float, weights: Weights
    ) -> list[str]:
        """Return the skills that offers just below a score ask for most and that nothing held comes near."""
        below = np.flatnonzero((scores > 0) & (scores < least))
        nearest = below[np.lexsort((below, -scores[below]))[:LOOKED_AT]]
        rows = self._needed.missing_most(nearest, self._worth(question.skills, weights), weights)
        return [self.proximity.uri(row) for row in rows[:CANDIDATES].tolist()]

    def all_scores(
        self, question: Question, weights: Weights = DEFAULT, alive: NDArray[np.bool_] | None = None
    ) -> NDArray[np.float64]:
        """Return the exact score of every offer that is neither shut out nor taken away, without a shortcut."""
        share, beside = self._beside(question, weights)
        allowed = self._allowed(question, alive)
        positions = np.arange(len(self)) if allowed is None else np.flatnonzero(allowed)
        worth = self._worth(question.skills, weights)
        return np.round(self._needed.scores(positions, worth, weights, share=share, beside=beside), 6)

    def why(self, offer_id: str, question: Question, weights: Weights = DEFAULT) -> Match:
        """Return how one offer stands to a question, whatever its score. Raises NotFound."""
        worth = self._worth(question.skills, weights)
        share, beside = self._beside(question, weights)
        position = np.array([self._at(offer_id)], dtype=np.int64)
        score = self._needed.scores(position, worth, weights, share=share, beside=beside)
        return self._explained(position, np.round(score, 6), worth, question.wishes, weights)[0]

    def place(self, offer_id: str, scores: NDArray[np.float64]) -> int | None:
        """Return an offer's place (from 1) by scores as `scores_for` gives them, None where it is shut out. Raises
        NotFound."""
        at = self._at(offer_id)
        before = (scores > scores[at]) | ((scores == scores[at]) & (self._row < self._row[at]))
        return int(np.count_nonzero(before)) + 1 if scores[at] >= 0 else None

    def positions(self, ids: Collection[str]) -> NDArray[np.int64]:
        """Return the positions of those identifiers that are here."""
        if not len(self):
            return np.empty(0, dtype=np.int64)
        rows = rows_of(self._ids, list(ids))
        return self._order[rows[rows >= 0]].astype(np.int64)

    def _at(self, offer_id: str) -> int:
        found = self.positions([offer_id])
        if not len(found):
            raise NotFound(f"The index has no entry {offer_id}; it may have been withdrawn since the index was built.")
        return int(found[0])

    def _worth(self, skills: Sequence[PersonSkill], weights: Weights) -> Worth:
        return Worth.of(Held.of(skills, self.proximity, weights), self.proximity, weights)

    def _beside(self, question: Question, weights: Weights) -> tuple[float, Beside | None]:
        """Return the share of skills in the score, and what words, occupations and meaning bring to offers: good until
        the same thread asks again."""
        means = question.meaning if self.meaning.is_known else None
        said = {
            "skills": float(bool(question.skills)),
            "words": weights.words * bool(question.text.strip()),
            "occupation": weights.occupation * bool(question.occupations),
            "meaning": weights.meaning * (means is not None),
        }
        total = sum(said.values())
        if total == said["skills"]:
            return 1.0, None
        shares = {name: weight / total for name, weight in said.items()}
        told = self._told.zeroed()[: len(self)]
        if shares["words"]:
            words, cosines = self.vocabulary.question(question.text)
            self._words.add(words, cosines * np.float32(shares["words"]), told)
        uris = sorted(question.occupations) if shares["occupation"] else []
        for uri, row in zip(uris, rows_of(self._occupation.table, uris).tolist(), strict=True):
            if row >= 0:
                positions = self._by_occupation[self._occupied[row] : self._occupied[row + 1]]
                told[positions] += np.float32(question.occupations[uri] * shares["occupation"])
        if means is None or not shares["meaning"]:
            return shares["skills"], Beside(spread=told, at=lambda positions: told[positions])
        share = np.float32(shares["meaning"])
        return shares["skills"], Beside(
            spread=told,
            at=lambda positions: told[positions] + self.meaning.alike(positions, means) * share,
            look=lambda allowed, scores: Look(self.meaning, means, share, allowed=allowed, scores=scores),
        )

    def _allowed(self, question: Question, alive: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
        allowed = self.conditions.allowed(question.wishes)
        if alive is not None:
            allowed = alive if allowed is None else allowed & alive
        if question.only is not None:
            named = np.zeros(len(self), dtype=bool)
            named[self.positions(question.only)] = True
            allowed = named if allowed is None else allowed & named
        return allowed

    def _explained(
        self,
        positions: NDArray[np.int64],
        scores: NDArray[np.float64],
        worth: Worth,
        wishes: Wishes,
        weights: Weights,
    ) -> list[Match]:
        told: list[tuple[Checked, ...]] = [()] * len(positions)
        if wishes.said():
            told = self.conditions.checked(positions, wishes)
        gaps = self._needed.reasons(positions, worth, weights)
        return [
            Match(
                offer_id=text_at(self._ids, row),
                score=score,
                coverage=gap.coverage,
                have=gap.have,
                close=gap.close,
                missing=gap.missing,
                conditions=conditions,
            )
            for row, score, gap, conditions in zip(
                self._row[positions].tolist(), scores.tolist(), gaps, told, strict=True
            )
        ]
