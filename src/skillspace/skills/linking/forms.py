"""Gendered forms of one title count as one word, learnt from names that give both ("infirmier/infirmière").

Where a taxonomy lists them apart, as two names of one concept, they are known by their endings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations, pairwise

from skillspace.skills.taxonomy.folding import fold

SHARED = 3  # letters at which two forms of a word begin alike
LONGEST_ENDING = 6
#: Endings of the two forms, by the languages in which ESCO lists them apart.
ENDINGS = {
    "nl": (
        ("er", "ster"),
        ("er", "eres"),
        ("aar", "ares"),
        ("aar", "aarster"),
        ("eur", "euse"),
        ("eur", "rice"),
        ("or", "rice"),
        ("ist", "iste"),
        ("ent", "ente"),
        ("ant", "ante"),
        ("us", "a"),
    ),
    "pl": (("", "ka"), ("arz", "arka"), ("y", "a"), ("i", "a"), ("owiec", "owczyni"), ("ca", "czyni"), ("og", "ozka")),
}


def learn_forms(
    names: Iterable[str], concepts: Iterable[Collection[str]] = (), language: str | None = None
) -> dict[str, str]:
    """Return for each folded word that has another form, as "a/b" names show, the one form that stands for all.

    ``concepts`` are the names of each concept; in a ``language`` with ENDINGS two of them may differ by those alone.

    >>> learn_forms(["négociateur en Bourse/négociatrice en Bourse"])
    {'negociatrice': 'negociateur'}
    """
    pairs: Counter[tuple[str, str]] = Counter()
    for name in names:
        parts = [fold(part).split() for part in name.split("/")]
        for left, right in pairwise(parts):
            if len(left) == len(right):
                pairs.update(pair for pair in zip(left, right, strict=True) if _are_forms(*pair))
    for several in concepts if language in ENDINGS else ():
        pairs.update(_listed_apart(several, ENDINGS[str(language)]))
    often: Counter[str] = Counter()
    for (one, other), count in pairs.items():
        often.update({one: count, other: count})
    forms: dict[str, str] = {}
    for (one, other), _ in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        root, end = _root(forms, one), _root(forms, other)
        if often[end] > often[root]:  # a misspelt form must not stand for the others
            root, end = end, root
        if root != end:
            forms[end] = root
    return {word: _root(forms, word) for word in forms}


def _listed_apart(names: Collection[str], endings: Collection[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    words = sorted({tuple(fold(name).split()) for name in names if "/" not in name})
    for one, other in combinations(words, 2):
        apart = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
        if len(one) == len(other) and all(_end_apart(*pair, endings) for pair in apart):
            yield from apart


def _end_apart(one: str, other: str, endings: Collection[tuple[str, str]]) -> bool:
    for his, hers in endings:
        for a, b in ((one, other), (other, one)):
            root = a.removesuffix(his)
            if len(root) >= SHARED and a.endswith(his) and b == root + hers:
                return True
    return False


def _are_forms(one: str, other: str) -> bool:
    same = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        same += 1
    return one != other and same >= SHARED and max(len(one), len(other)) - same <= LONGEST_ENDING


def _root(forms: Mapping[str, str], word: str) -> str:
    while word in forms:
        word = forms[word]
    return word


def with_one_form(folded: str, forms: Mapping[str, str]) -> str:
    """Return a folded text in which every word stands in the form that stands for all."""
    return " ".join(forms.get(word, word) for word in folded.split()) if forms else folded
