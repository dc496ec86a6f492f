"""Gendered forms of one title, learnt from names that give both ("infirmier/infirmière"), count as one word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

from skillspace.skills.taxonomy.folding import fold

SHARED = 3  # letters at which two forms of a word begin alike
LONGEST_ENDING = 6


def learn_forms(names: Iterable[str]) -> dict[str, str]:
    """Return for each folded word that has another form, as "a/b" names show, the one form that stands for all.

    >>> learn_forms(["négociateur en Bourse/négociatrice en Bourse"])
    {'negociatrice': 'negociateur'}
    """
    pairs: Counter[tuple[str, str]] = Counter()
    for name in names:
        parts = [fold(part).split() for part in name.split("/")]
        for left, right in pairwise(parts):
            if len(left) == len(right):
                pairs.update(pair for pair in zip(left, right, strict=True) if _are_forms(*pair))
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
