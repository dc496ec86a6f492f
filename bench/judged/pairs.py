"""Titles that ESCO names side by side in two forms ("infirmier/infirmière"): one job, whoever does it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from skillspace.skills.enrichment import Enricher, readable_languages
from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import ConceptKind, Taxonomies
from skillspace.skills.taxonomy.folding import fold

GENDERED = ("cs", "de", "es", "fr", "it", "nl", "pl", "pt")
"""Languages in which ESCO names jobs in two forms."""

SHARED = 3
APART = {
    "nl": (("er", "ster"), ("aar", "ares"), ("er", "eres"), ("eur", "euse"), ("eur", "rice"), ("ist", "iste")),
    "pl": (("arz", "arka"), ("", "ka"), ("y", "a"), ("owiec", "owczyni")),
}
"""Endings of the two forms where ESCO lists them apart, as labels of one concept."""


def title_pairs(taxonomies: Taxonomies, language: str) -> list[tuple[str, str]]:
    """Return (one form, other form), sorted; each form is a label of the same concept too, or stands only in "a/b"."""
    return sorted(set(_pairs(taxonomies, language)))


def sampled(pairs: list[tuple[str, str]], size: int, seed: int = 7) -> list[tuple[str, str]]:
    """Return so many of the pairs, the same ones for the same seed."""
    return sorted(random.Random(seed).sample(pairs, min(size, len(pairs))))  # noqa: S311 - a sample, no secret


def _pairs(taxonomies: Taxonomies, language: str) -> Iterator[tuple[str, str]]:
    for label, _, _ in taxonomies.labels(language, kinds={ConceptKind.OCCUPATION}):
        one, slash, other = (part.strip() for part in label.partition("/"))
        if slash and "/" not in other and len(one.split()) == len(other.split()) and _are_forms(one, other):
            yield one, other
    yield from _listed_apart(taxonomies, language)


def _listed_apart(taxonomies: Taxonomies, language: str) -> Iterator[tuple[str, str]]:
    """Give labels of one concept that differ in the ending of their first word alone."""
    names: dict[str, set[str]] = {}
    for label, uri, _ in taxonomies.labels(language, kinds={ConceptKind.OCCUPATION}):
        names.setdefault(uri, set()).add(label)
    for of_one in names.values():
        for name in of_one:
            word, gap, rest = name.partition(" ")
            for his, hers in APART.get(language, ()):
                other = f"{word.removesuffix(his)}{hers}{gap}{rest}"
                if word.endswith(his) and len(word) > SHARED and other in of_one:
                    yield name, other


def _are_forms(one: str, other: str) -> bool:
    """Tell whether words stand one for one, each like its other in how it begins, so that "a/b" are no two jobs."""
    words = list(zip(fold(one).split(), fold(other).split(), strict=False))
    return one != other and all(a[:SHARED] == b[:SHARED] for a, b in words)


def same_answers(
    pairs: Sequence[tuple[str, str]], language: str, enricher: Enricher, linker: Linker | None, asked: int
) -> Iterator[tuple[str, list[tuple[str, str]], int]]:
    """Give (what was asked, pairs whose two forms get different answers, how many pairs were asked)."""
    if language in readable_languages():
        read = [(pair, [read_title(enricher, form, language) for form in pair]) for pair in pairs]
        yield "enrich", [pair for pair, (one, other) in read if one != other], len(pairs)
    if linker is not None:
        some = sampled(list(pairs), asked)
        told = linker.link_all([form for pair in some for form in pair], "esco-occupation", language=language)
        differ = [pair for at, pair in enumerate(some) if told[2 * at] != told[2 * at + 1]]
        yield "link", differ, len(some)


def read_title(enricher: Enricher, title: str, language: str) -> frozenset[tuple[str, float | None]]:
    """Return the occupations, with their scores, that a title is read as."""
    found = enricher.enrich(title, language, candidates=0).mentions
    return frozenset((one.concept, one.confidence or one.score) for one in found if one.kind is ConceptKind.OCCUPATION)
