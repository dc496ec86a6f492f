"""Label search: exact, by prefix and fuzzy, over the trigrams a pack was compiled with."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from skillspace.skills.taxonomy.compile import KIND_MARKS
from skillspace.skills.taxonomy.folding import fold, query_grams
from skillspace.skills.taxonomy.model import ConceptKind, Hit
from skillspace.skills.taxonomy.pack import Pack

CANDIDATES = 200  # labels compared letter by letter; more costs time and changes no first place
WEAKEST = 0.4  # below this a hit shares a few letters and no sense
LONGEST = 200  # letters of a query that are looked at


def search_labels(
    pack: Pack, text: str, language: str, *, kinds: Collection[ConceptKind] | None, limit: int
) -> list[Hit]:
    """Return the best concepts of one pack for a text in one language, best first, one hit a concept."""
    query = fold(text[:LONGEST])
    if not query or language not in pack.info.languages or limit < 1:
        return []
    number = pack.info.languages.index(language)
    first, last = (int(start) for start in pack.language_starts[number : number + 2])
    shares = _shared_grams(pack, query, number, first, last)
    candidates = np.union1d(_likely(pack, shares, first, last, kinds), _prefixed(pack, query, first, last, kinds))
    scores = _scores(pack, query, candidates, shares[candidates - first])
    best: dict[int, Hit] = {}
    # a preferred label goes before another name, then the shorter one, then the alphabet
    other_name = 1 - pack.label_preferred[candidates]
    ranking = np.lexsort((candidates, pack.label_grams[candidates], other_name, -scores))
    for place in ranking.tolist():
        row, score = int(pack.label_rows[candidates[place]]), float(scores[place])
        if score < WEAKEST or len(best) == limit:
            break
        if row not in best:
            label = pack.labels[int(candidates[place])]
            best[row] = Hit(uri=pack.uris[row], label=label, language=language, score=round(score, 4))
    return list(best.values())


def _shared_grams(pack: Pack, query: str, number: int, first: int, last: int) -> NDArray[np.float64]:
    """Return for every label of the language the share of the query's trigrams it holds."""
    wanted = query_grams(query) | np.uint32(number << 24)
    places = pack.grams.searchsorted(wanted)
    places = places[places < pack.grams.size]
    places = places[np.isin(pack.grams[places], wanted)]
    found = [pack.gram_labels[pack.gram_starts[place] : pack.gram_starts[place + 1]] for place in places]
    counts = np.bincount(np.concatenate([np.empty(0, np.uint32), *found]) - first, minlength=last - first)
    return counts / max(wanted.size, 1)


def _likely(
    pack: Pack, shares: NDArray[np.float64], first: int, last: int, kinds: Collection[ConceptKind] | None
) -> NDArray[np.int64]:
    near = np.flatnonzero(shares >= max(float(shares.max(initial=0)) / 2, 0.01))
    near = near[_allowed(pack, near + first, kinds)]
    if near.size > CANDIDATES:
        length = np.sqrt(pack.label_grams[first:last][near])
        near = near[np.argpartition(-shares[near] / length, CANDIDATES)[:CANDIDATES]]
    return near + first


def _prefixed(
    pack: Pack, query: str, first: int, last: int, kinds: Collection[ConceptKind] | None
) -> NDArray[np.int64]:
    """Return labels that begin with the query: found by the sorted order, so one letter is enough."""
    start = bisect_left(range(first, last), query, key=lambda label: fold(pack.labels[label])) + first
    span = np.arange(start, min(start + CANDIDATES, last))
    return span[_allowed(pack, span, kinds)]


def _allowed(pack: Pack, labels: NDArray[np.int64], kinds: Collection[ConceptKind] | None) -> NDArray[np.bool_]:
    rows = pack.label_rows[labels]
    current = np.ones(labels.size, np.bool_) if pack.retired is None else ~pack.retired[rows]
    return current if kinds is None else current & np.isin(pack.kinds[rows], [KIND_MARKS.index(kind) for kind in kinds])


def _scores(pack: Pack, query: str, labels: NDArray[np.int64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 for the very label; otherwise shared trigrams or letters, whichever see more, plus three small pluses.

    The pluses go to labels that begin with the query, to similar length, and to preferred labels; the sum stays < 1.
    """
    folded = [fold(pack.labels[label]) for label in labels.tolist()]
    if not folded:
        return np.empty(0)
    in_order = process.cdist([query], folded, scorer=fuzz.ratio)[0]
    any_order = process.cdist([query], folded, scorer=fuzz.token_sort_ratio)[0]
    similar = np.maximum(in_order, any_order) / 100
    begins = np.array([text.startswith(query) for text in folded])
    mixed = 0.55 * np.maximum(np.where(begins, 1.0, shares), similar) + 0.2 * similar + 0.2 * begins
    mixed += 0.04 * pack.label_preferred[labels]
    return np.where(np.array([text == query for text in folded]), 1.0, mixed)
