"""Skills of two frameworks laid beside each other where no official table does: ROME 4 competences and ESCO skills.

Two kinds of evidence are put together. Words: the labels both have in one language, as character n-grams and as stemmed
words, weighted by how rare they are. Work: occupations are officially mapped, so a skill of either side stands for
the occupations that need it, and two skills of one meaning are needed in the same fields of work.

Nothing here decides what is shown: pairs come with their features, and ``judging.py`` turns those into a probability.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy.sparse as sp
import snowballstemmer

from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, MatchKind, Need, Taxonomies
from skillspace.skills.taxonomy.folding import fold

ALGORITHMS = {"fr": "french", "en": "english", "de": "german", "es": "spanish", "sv": "swedish"}
GRAMS = (3, 4, 5)
CANDIDATES = 10  # kept of each skill, by likeness of words, before the rest is looked at
BLOCK = 1000
#: How much of an occupation a correspondence carries over.
CARRIED = {
    MatchKind.EXACT: 1.0,
    MatchKind.CLOSE: 0.7,
    MatchKind.NARROW: 0.7,
    MatchKind.BROAD: 0.5,
    MatchKind.RELATED: 0.2,
}
# function words of the languages labels are compared in
# fmt: off
STOP = frozenset({
    "a", "au", "aux", "avec", "ce", "ces", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les",
    "leur", "leurs", "mais", "ou", "par", "pour", "qu", "que", "qui", "sa", "se", "ses", "son", "sur", "un",
    "une", "the", "of", "and", "to", "in", "for", "on", "with", "by", "or", "der", "die", "das", "und", "von",
    "zu", "im",
})
# fmt: on


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two skills that may mean the same, and what speaks for it; every number lies between 0 and 1.

    ``letters``: cosine of character n-grams. ``covers``: how much of the source's words the target has, by weight;
    ``covered``: how much of the target's words the source has. ``work``: cosine of the fields of work that need them.
    ``same_sort``: both are something one does, or both something one knows.
    """

    source: str
    target: str
    letters: float
    covers: float
    covered: float
    work: float
    same_sort: bool


def candidates(taxonomies: Taxonomies, frm: str, to: str, language: str, limit: int = CANDIDATES) -> Iterator[Pair]:
    """Give the pairs of skills of two schemes that share words in ``language``, ``limit`` a skill, likest first."""
    ours, theirs = _Labels(taxonomies, frm, language), _Labels(taxonomies, to, language)
    letters = _gram_matrices(ours.texts, theirs.texts)
    words = _Words(ours.texts, theirs.texts, language)
    work = _Work(taxonomies, frm, to)
    for first in range(0, len(ours.texts), BLOCK):
        likeness = (letters[0][first : first + BLOCK] @ letters[1].T).tocsr()
        for offset in range(likeness.shape[0]):
            row = likeness[offset]
            yield from _best_pairs(first + offset, row, (ours, theirs), words, work, limit)


def _best_pairs(
    number: int, row: sp.csr_matrix, sides: tuple[_Labels, _Labels], words: _Words, work: _Work, limit: int
) -> Iterator[Pair]:
    ours, theirs = sides
    best: dict[str, tuple[float, int]] = {}
    for at in np.argsort(-row.data, kind="stable")[: 4 * limit].tolist():
        label, likeness = int(row.indices[at]), float(row.data[at])
        best.setdefault(theirs.uris[label], (likeness, label))
        if len(best) == limit:
            break
    source = ours.uris[number]
    for target, (likeness, label) in best.items():
        covers, covered = words.shares(number, label)
        yield Pair(
            source=source,
            target=target,
            letters=round(min(1.0, likeness), 4),
            covers=round(covers, 4),
            covered=round(covered, 4),
            work=round(work.likeness(source, target), 4),
            same_sort=work.is_knowledge(source) == work.is_knowledge(target),
        )


class _Labels:
    """All labels of a scheme's skills in one language, folded, with the concept each belongs to."""

    def __init__(self, taxonomies: Taxonomies, scheme: str, language: str) -> None:
        found = dict.fromkeys(
            (fold(label), uri) for label, uri, _ in taxonomies.labels(language, kinds=SKILL_KINDS, scheme=scheme)
        )
        self.texts = [text for text, _ in found]
        self.uris = [uri for _, uri in found]


def _gram_matrices(ours: Sequence[str], theirs: Sequence[str]) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """Return both sides as rows of unit length over character n-grams weighted by their rarity."""
    vocabulary: dict[str, int] = {}
    rows, columns = [], []
    for number, text in enumerate([*ours, *theirs]):
        padded = f" {text} "
        for size in GRAMS:
            for start in range(max(0, len(padded) - size + 1)):
                rows.append(number)
                columns.append(vocabulary.setdefault(padded[start : start + size], len(vocabulary)))
    shape = (len(ours) + len(theirs), max(1, len(vocabulary)))
    counts = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    counts.sum_duplicates()
    seen = np.bincount(counts.indices, minlength=shape[1])
    rarity = np.log((1 + shape[0]) / (1 + seen)).astype(np.float32) + 1
    counts.data = (1 + np.log(counts.data)) * rarity[counts.indices]
    unit = _unit_rows(counts)
    return unit[: len(ours)], unit[len(ours) :]


def _unit_rows(matrix: sp.csr_matrix) -> sp.csr_matrix:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sp.diags((1 / np.maximum(lengths, 1e-9)).astype(np.float32)) @ matrix


class _Words:
    """The stemmed words of labels, weighted by rarity; function words left out."""

    def __init__(self, ours: Sequence[str], theirs: Sequence[str], language: str) -> None:
        self._ours = [_stems(text, language) for text in ours]
        self._theirs = [_stems(text, language) for text in theirs]
        seen: dict[str, int] = {}
        for stems in (*self._ours, *self._theirs):
            for stem in stems:
                seen[stem] = seen.get(stem, 0) + 1
        total = 1 + len(self._ours) + len(self._theirs)
        self._weight = {stem: float(np.log(total / count)) for stem, count in seen.items()}

    def shares(self, our: int, their: int) -> tuple[float, float]:
        """Return how much of our words they have, and of theirs we have, by weight."""
        first, second = self._ours[our], self._theirs[their]
        common = sum(self._weight[stem] for stem in first & second)
        return (
            common / max(sum(self._weight[stem] for stem in first), 1e-9),
            common / max(sum(self._weight[stem] for stem in second), 1e-9),
        )


def _stems(text: str, language: str) -> frozenset[str]:
    return frozenset(_stem(word, language) for word in text.split() if word not in STOP)


@cache
def _stem(word: str, language: str) -> str:
    return str(_stemmer(language).stemWord(word))


@cache
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(ALGORITHMS[language])


class _Work:
    """Skills of both schemes as unit rows over the fields of work of the second scheme: where they are needed."""

    def __init__(self, taxonomies: Taxonomies, frm: str, to: str) -> None:
        self._taxonomies = taxonomies
        self._rows: dict[str, dict[str, float]] = {}
        occupations = taxonomies.concepts(kinds={ConceptKind.OCCUPATION}, scheme=to)
        fields = {uri: _field(taxonomies, uri) for uri in occupations}
        for scheme in (frm, to):
            self._add(scheme, to, fields)

    def _add(self, scheme: str, to: str, fields: dict[str, str]) -> None:
        skills: dict[str, dict[str, float]] = {}
        for occupation in self._taxonomies.concepts(kinds={ConceptKind.OCCUPATION}, scheme=scheme):
            carried = _carried(self._taxonomies, occupation, scheme, to, fields)
            for link in self._taxonomies.skills_of(occupation):
                profile = skills.setdefault(link.uri, {})
                for field, share in carried.items():
                    profile[field] = profile.get(field, 0.0) + share * (1.0 if link.need is Need.ESSENTIAL else 0.6)
        for uri, profile in skills.items():
            length = sum(amount * amount for amount in profile.values()) ** 0.5
            self._rows[uri] = {field: amount / length for field, amount in profile.items() if length}

    def likeness(self, source: str, target: str) -> float:
        """Return the cosine of two skills' fields of work, 0 where one has none."""
        ours, theirs = self._rows.get(source, {}), self._rows.get(target, {})
        return sum(amount * theirs[field] for field, amount in ours.items() if field in theirs)

    def is_knowledge(self, uri: str) -> bool:
        """Tell whether a skill is something one knows rather than something one does."""
        return self._taxonomies.kind(uri) in {ConceptKind.KNOWLEDGE, ConceptKind.LANGUAGE}


def _field(taxonomies: Taxonomies, occupation: str) -> str:
    """Return the group above an occupation's own group: ISCO's minor group, of three digits, in ESCO."""
    above = occupation
    while taxonomies.kind(above) is ConceptKind.OCCUPATION and (broader := taxonomies.broader(above)):
        above = broader[0]
    return next(iter(taxonomies.broader(above)), above)


def _carried(taxonomies: Taxonomies, occupation: str, scheme: str, to: str, fields: dict[str, str]) -> dict[str, float]:
    if scheme == to:
        return {fields[occupation]: 1.0}
    found: dict[str, float] = {}
    for one in taxonomies.correspondences(occupation, to):
        if one.target in fields:
            field = fields[one.target]
            found[field] = max(found.get(field, 0.0), CARRIED[one.relation])
    return found
