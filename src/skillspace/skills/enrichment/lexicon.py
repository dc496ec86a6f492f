"""Every label of the loaded taxonomy in one language, prepared once for the three ways of finding them in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import joined, lines
from skillspace.skills.enrichment.gazetteer import Automaton, find_labels, fold_labels, fold_text
from skillspace.skills.enrichment.languages import Grammar, everyday_names, grammars, stemmer
from skillspace.skills.enrichment.phrases import Phrases
from skillspace.skills.enrichment.similar import PART, SimilarLabels
from skillspace.skills.enrichment.text import caseless, fold_word, words_of
from skillspace.skills.enrichment.wordforms import Forms, finnish_cases, is_form, other_forms
from skillspace.skills.taxonomy import Taxonomies
from skillspace.skills.taxonomy.model import SKILL_KINDS, ConceptKind

FOUND_KINDS = SKILL_KINDS | {ConceptKind.OCCUPATION}
KINDS = tuple(ConceptKind)
COMMON_WORD = 150
"""A word that stands in more labels than this is too common to be another name of a concept on its own."""

SHORTEST_BENT = 5
"""Letters a single word must have to be found in other forms."""

LONGEST_NAME, SHORTEST_PAIRED = 3, 3

COMPOUND_PART = 5
"""Letters of the parts that compounds are compared by, in languages that write them as one word."""

MOST_MEANINGS = 5
"""Words that are another name of more concepts than this say too little about any of them."""

MOST_REMEMBERED = 100_000

PREFERRED, STRICT, BARE = 1, 2, 4

_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
_Way = tuple[int, str, str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One way to write a concept. ``strict`` ones (acronyms, very short names) count only in the very same letters;
    ``bare`` ones are labels without the qualifier that told them from others, as in "Java (computer programming)"."""

    label: str
    words: tuple[str, ...]
    concept: str
    kind: ConceptKind
    preferred: bool
    strict: bool
    bare: bool


Named = tuple[tuple["Entry", float], ...]


class Lexicon:
    """The labels of one language: ``labels`` finds them as written, ``variants`` by stems, ``similar`` loosely."""

    def __init__(self, language: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take the arrays that `prepare` made."""
        self.words = Words(language)
        self._label = lines(arrays["label"])
        self._written = lines(arrays["written"])
        self._concepts = lines(arrays["concepts"])
        self._kind = arrays["kind"]
        self._concept = arrays["concept"]
        self._marks = arrays["marks"]
        self.labels = Phrases(**_part(arrays, "labels."))
        self._phrases = arrays["labels.phrases"]
        self._named: dict[tuple[int, str], Named] = {}
        self.variants = Phrases(**_part(arrays, "variants."))
        self.similar = SimilarLabels(**_part(arrays, "similar."))

    def entry(self, at: int) -> Entry:
        """Return one entry, by the number that phrase books and similar labels give it."""
        concept, marks = int(self._concept[at]), int(self._marks[at])
        return Entry(
            label=self._label[at],
            words=tuple(self._written[at].split(" ")),
            concept=self._concepts[concept],
            kind=KINDS[int(self._kind[concept])],
            preferred=bool(marks & PREFERRED),
            strict=bool(marks & STRICT),
            bare=bool(marks & BARE),
        )

    @cached_property
    def automaton(self) -> Automaton:
        """The labels once more, for `named` where ``many`` texts are read."""
        return Automaton(self._phrases)

    def named(self, text: str, *, many: bool = False) -> Iterator[tuple[int, int, Named]]:
        """Give (start, end, what the words stand for and how well) of every label a text names; they may overlap."""
        folded = fold_text(text)
        for start, end, phrase in self.automaton.find(folded) if many else find_labels(self.labels, folded):
            key = phrase, text[start:end]
            meant = self._named.get(key)
            if meant is None:
                if len(self._named) >= MOST_REMEMBERED:
                    self._named.clear()
                said = words_of(key[1])
                entries = map(self.entry, self.labels.entries(phrase))
                scored = [(entry, as_written(said, entry)) for entry in entries]
                meant = self._named[key] = tuple(meanings([one for one in scored if one[1] > 0]))
            if meant:
                yield start, end, meant


def as_written(said: Sequence[str], entry: Entry) -> float:
    """Return how well words are the entry's: other letters or other accents make other words, 0.

    Accents that someone left out altogether are forgiven.
    """
    if entry.strict:
        return 1.0 if tuple(said) == entry.words else 0.0
    certain = 0.9 if entry.bare else 1.0
    plain = [caseless(word) for word in said]
    if plain == [caseless(word) for word in entry.words]:
        return certain
    return 0.9 * certain if all(word.isascii() for word in plain) else 0.0


def meanings(entries: Iterable[tuple[Entry, float]]) -> list[tuple[Entry, float]]:
    """Return which entries words stand for: those they are the preferred label of, else all, sharing the doubt."""
    best: dict[str, tuple[Entry, float]] = {}
    for entry, score in sorted(entries, key=lambda one: (-one[1], not one[0].preferred, one[0].label)):
        best.setdefault(entry.concept, (entry, score))
    preferred = [(entry, score) for entry, score in best.values() if entry.preferred and not entry.bare]
    if preferred:
        return preferred
    return [(entry, 0.95 * score / len(best)) for entry, score in best.values()] if len(best) <= MOST_MEANINGS else []


class Words:
    """What one language makes of words: stems, and the features by which words are alike."""

    def __init__(self, language: str) -> None:
        self.grammar: Grammar = grammars()[language]
        self.stem = stemmer(self.grammar.stemmer)

    def meaning(self, word: str) -> str | None:
        """Return the stem of a word as written, None for one without a meaning of its own."""
        return None if fold_word(word) in self.grammar.function else self.stem(word)

    def features(self, word: str) -> tuple[str, ...]:
        """Return a word's stem and, where compounds are one word, its parts; nothing for words that tell nothing."""
        folded = fold_word(word)
        if folded in self.grammar.function or folded in self.grammar.generic:
            return ()
        parts = range(len(folded) - COMPOUND_PART + 1) if self.grammar.compounds else ()
        return (self.stem(word), *(f"{PART}{folded[at : at + COMPOUND_PART]}" for at in parts))


def prepare(language: str, taxonomies: Taxonomies, scheme: str = "esco") -> dict[str, NDArray[Any]]:
    """Read every label of a scheme's skills and occupations and lay out a lexicon, in columns over distinct words."""
    words = Words(language)
    of_kind = {kind: taxonomies.concepts(kinds={kind}, scheme=scheme) for kind in KINDS if kind in FOUND_KINDS}
    kinds = {uri: kind for kind, uris in of_kind.items() for uri in uris}
    concepts = sorted(kinds)
    ways = list(_ways(_labels(language, taxonomies, scheme), concepts, kinds, language))
    ways += _under_other_forms(ways, concepts, kinds, words.grammar.forms)
    written = [words_of(way[1]) for way in ways]
    number = {word: at for at, word in enumerate(dict.fromkeys(word for one in written for word in one))}
    folded = [fold_word(word) for word in number]
    numbers = [[number[word] for word in one] for one in written]
    counts = np.bincount(np.array([word for one in numbers for word in one], dtype=np.int64), minlength=len(folded))
    judged = [
        _mark(way[3], one, folded[at[0]], int(counts[at[0]]), words.grammar) if at else None
        for way, one, at in zip(ways, written, numbers, strict=True)
    ]
    usable = [at for at, marks in enumerate(judged) if marks is not None]
    features = [words.features(word) for word in number]
    has_cases = bool(words.grammar.cases)
    bent = [at for at in usable if _bends(written[at], judged[at] or 0, kinds[concepts[ways[at][0]]], has_cases)]
    loose = [
        at
        for at in usable
        if not (judged[at] or 0) & (STRICT | BARE)
        and kinds[concepts[ways[at][0]]] in SKILL_KINDS
        and (len(numbers[at]) == 1 or sum(bool(features[word]) for word in numbers[at]) > 1)
    ]  # of "make bookings" only "bookings" tells anything: as a loose match it would answer every mention of a book
    similar = SimilarLabels.arrange(
        concepts=[ways[at][0] for at in loose],
        entries=loose,
        words=[numbers[at] for at in loose],
        features=features,
    )
    return {
        "label": joined(way[2] for way in ways),
        "written": joined(" ".join(one) for one in written),
        "concepts": joined(concepts),
        "kind": np.array([KINDS.index(kinds[uri]) for uri in concepts], dtype=np.int8),
        "concept": np.array([way[0] for way in ways], dtype=np.int32),
        "marks": np.array([marks or 0 for marks in judged], dtype=np.int8),
        **_prefixed(
            "labels.", Phrases.arrange(list(zip(fold_labels([ways[at][1] for at in usable]), usable, strict=True)))
        ),
        **_prefixed("variants.", _book([words.meaning(word) for word in number], numbers, bent)),
        **_prefixed("similar.", similar),
    }


def _labels(language: str, taxonomies: Taxonomies, scheme: str) -> Iterator[tuple[str, str, bool]]:
    """Give every label of a language; where skills have none, English names that are names everywhere ("Python").

    ESCO begins nothing else with a capital.
    """
    yield from taxonomies.labels(language, kinds=FOUND_KINDS, scheme=scheme)
    known = set(taxonomies.concepts(kinds=FOUND_KINDS, scheme=scheme))
    for concept, names, are_first in everyday_names(language):
        if concept in known:
            yield from ((name, concept, are_first) for name in names)
    if next(taxonomies.labels(language, kinds=SKILL_KINDS, scheme=scheme), None) is None:
        english = taxonomies.labels("en", kinds={ConceptKind.KNOWLEDGE, ConceptKind.SKILL}, scheme=scheme)
        for label, uri, is_preferred in english:
            if label[:1].isupper() and len(words_of(_BRACKETS.sub("", label))) <= LONGEST_NAME:
                yield label, uri, is_preferred


def _bends(written: Sequence[str], marks: int, kind: ConceptKind, has_cases: bool) -> bool:
    """Tell whether other forms of a label's words are the concept too; a single word says enough only of a job, or in
    a language whose nouns have cases or end in their article.

    "Nurses" are nurses; "accounts" are not accounting, though their stem is one. Which forms: see `wordforms`.
    """
    if marks & STRICT or len(written) > 1:
        return not marks & STRICT
    return (has_cases or kind is ConceptKind.OCCUPATION) and len(written[0]) >= SHORTEST_BENT


def _ways(
    labels: Iterable[tuple[str, str, bool]],
    concepts: Sequence[str],
    kinds: Mapping[str, ConceptKind],
    language: str,
) -> Iterator[_Way]:
    """Give (concept, as written, label, marks), concept by concept, its preferred label first; names of one word in
    their cases too, where the language has them.

    The other gender of a preferred title is preferred as well: which of the two ESCO lists first says nothing.
    """
    grammar = grammars()[language]
    row = {uri: at for at, uri in enumerate(concepts)}
    preferred: dict[int, list[list[str]]] = {}
    for concept, alternative, label in sorted({(row[uri], not first, label) for label, uri, first in labels}):
        name = " ".join(label.split())
        its = preferred.setdefault(concept, [])
        if not alternative:
            its.append(name.split())
        is_job = kinds[concepts[concept]] is ConceptKind.OCCUPATION
        is_other = alternative and is_job and any(_are_forms(name.split(), one, grammar.forms) for one in its)
        marks = PREFERRED if is_other or not alternative else 0
        yield concept, name, name, marks
        if " " not in name and len(name) >= SHORTEST_BENT:
            endings = grammar.forms if is_job else grammar.cases
            bent = finnish_cases(name) if language == "fi" else other_forms(name, endings) if grammar.cases else ()
            yield from ((concept, form, name, marks) for form in bent)
        first, slash, second = name.partition("/")
        is_pair = slash and min(len(first), len(second)) >= SHORTEST_PAIRED  # not the "m/w" of German titles
        if is_pair and len(words_of(first)) == len(words_of(second)):
            yield concept, first, name, marks
            yield concept, second, name, marks
        bare = _BRACKETS.sub("", name) if name.endswith(")") else name
        if "," in bare and is_job and language == "sv":
            bare = bare.partition(",")[0]  # titles carry their field so there: "undersköterska, hemtjänst"
        if bare != name:
            yield concept, bare, name, marks | BARE


def _under_other_forms(
    ways: Sequence[_Way], concepts: Sequence[str], kinds: Mapping[str, ConceptKind], forms: Forms
) -> list[_Way]:
    """Give each of two forms of a title what only the other one stands for: "księgowa" is what "księgowy" is."""
    jobs: dict[str, dict[int, _Way]] = {}
    for way in ways:
        if kinds[concepts[way[0]]] is ConceptKind.OCCUPATION:
            jobs.setdefault(way[1], {}).setdefault(way[0], way)
    added = []
    for name, its in jobs.items():
        first, gap, rest = name.partition(" ")
        for other in {f"{form}{gap}{rest}" for form in other_forms(first, forms)} & jobs.keys():
            for one, those in ((name, jobs[other]), (other, its)):
                own = jobs[one]
                added += [
                    (at, one, way[2], way[3])
                    for at, way in those.items()
                    if at not in own or (way[3] & PREFERRED and not own[at][3] & PREFERRED)
                ]
    return sorted(set(added))


def _are_forms(said: Sequence[str], name: Sequence[str], forms: Forms) -> bool:
    """Tell whether two titles are one in two forms, word for word."""
    return len(said) == len(name) and all(
        one == other or is_form(one, other, forms) or is_form(other, one, forms)
        for one, other in zip(said, name, strict=True)
    )


def _mark(marks: int, written: list[str], folded: str, common: int, grammar: Grammar) -> int | None:
    """Return an entry's marks, None where it may not be used: a small word, or a common one as another name."""
    if len(written) != 1:
        return marks
    acronym = written[0].isupper() and 1 < len(written[0]) <= 4
    if folded in grammar.function and not acronym:
        return None
    if common > COMMON_WORD and not (marks & PREFERRED or acronym):
        return None
    return marks | STRICT if acronym or len(written[0]) <= 2 else marks


def _book(word: Sequence[str | None], numbers: Sequence[list[int]], usable: Sequence[int]) -> dict[str, NDArray[Any]]:
    """Arrange the entries that keep two words, or have but one; None stands for a word left out."""
    phrases: list[tuple[str, int]] = []
    for at in usable:
        kept = [one for number in numbers[at] if (one := word[number]) is not None]
        if len(kept) > 1 or len(numbers[at]) == 1:  # of "make bookings" one word tells too little
            phrases.append((" ".join(kept), at))
    return Phrases.arrange(phrases)


def _part(arrays: Mapping[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def _prefixed(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {prefix + name: array for name, array in arrays.items()}
