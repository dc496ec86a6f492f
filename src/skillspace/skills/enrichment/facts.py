"""What a text says besides skills and jobs: languages and how well, certificates and licences, seniority, places.

Each is read by small tables (`facts.json`, `spoken.csv`, `places.csv`) and gets a value that means the same in every
language: "language:en" at level "C1", "driving-licence:B", "experience-years:3-5", "place:SE-0180".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from skillspace.skills.enrichment.fact_tables import FactTables, fact_tables
from skillspace.skills.enrichment.sections import ASIDE, Insistence, Section, Sentence
from skillspace.skills.enrichment.text import Token

CEFR = re.compile(r"[ABC][12]\+?")
CATEGORY = re.compile(r"AM|A[12]?|B|BE|B96|C1?E?|D1?E?|T")
NEAR, LEVEL_REACH, MOST_YEARS, DASH = 3, 6, 40, 3
_BREAKS = frozenset(",;|")


class FactKind(StrEnum):
    """What a fact is about."""

    LANGUAGE = "language"
    CERTIFICATE = "certificate"
    SENIORITY = "seniority"
    PLACE = "place"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One fact and the words ``text[start:end]`` that say it.

    ``value`` means the same in every language. ``level`` is a language's: A1 to C2 as written (CEFR), or native,
    fluent, good, basic as the words say, which is no CEFR level. A place's code is SE- or FR- and a municipality's
    number, else a NUTS 2021 code, else a country's.
    """

    start: int
    end: int
    words: str
    kind: FactKind
    value: str
    level: str | None = None
    section: Section = Section.OTHER
    insistence: Insistence | None = None
    is_denied: bool = False

    @property
    def is_aside(self) -> bool:
        """Tell whether it is denied or the employer's own; where a job is stays a fact wherever it stands."""
        return self.is_denied or (self.section in ASIDE and self.kind is not FactKind.PLACE)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    first: int
    past: int
    kind: FactKind
    value: str
    level: str | None = None


def facts(
    text: str, found: Sequence[Token], divided: Sequence[Sentence], denied: Sequence[bool], language: str
) -> tuple[Fact, ...]:
    """Return the facts of a text in reading order."""
    tables = fact_tables(language)
    listed = []
    for sentence in divided:
        said = [token.folded for token in found[sentence.first : sentence.past]]
        tokens = found[sentence.first : sentence.past]
        for one in _read(tokens, said, tables):
            start, end = tokens[one.first].start, tokens[one.past - 1].end
            listed.append(
                Fact(
                    start=start,
                    end=end,
                    words=text[start:end],
                    kind=one.kind,
                    value=one.value,
                    level=one.level,
                    section=sentence.section,
                    insistence=sentence.insistence_at(sentence.first + one.first),
                    is_denied=denied[sentence.first + one.first],
                )
            )
    return tuple(sorted(listed, key=lambda one: (one.start, one.end, one.value)))


def _read(tokens: Sequence[Token], said: Sequence[str], tables: FactTables) -> Iterator[_Found]:
    yield from _named(tokens, said, tables)
    yield from _years(said, tables)
    yield from _spoken(tokens, said, tables)
    yield from _places(tokens, said, tables)


def _named(tokens: Sequence[Token], said: Sequence[str], tables: FactTables) -> Iterator[_Found]:
    """Give certificates, licences and words of seniority."""
    at = 0
    while at < len(said):
        size, value = tables.named.longest(said, at)
        if value.startswith("seniority:"):
            yield _Found(first=at, past=at + size, kind=FactKind.SENIORITY, value=value)
        elif value.startswith("driving-licence"):
            yield from _licences(tokens, at, at + size)
        elif value:
            yield _Found(first=at, past=at + size, kind=FactKind.CERTIFICATE, value=value)
        at += max(size, 1)


def _licences(tokens: Sequence[Token], first: int, past: int) -> Iterator[_Found]:
    """Give a driving licence for each category beside the words, else one without."""
    inside = [at for at in range(first, past) if CATEGORY.fullmatch(tokens[at].surface)]
    after = [at for at in range(past, min(past + NEAR, len(tokens))) if CATEGORY.fullmatch(tokens[at].surface)]
    before = [
        at
        for at in range(max(first - NEAR, 0), first)
        if CATEGORY.fullmatch(tokens[at].surface) and tokens[at].surface != "A"  # an article
    ]
    beside = inside or after or before
    begin, end = min([first, *beside]), max([past, *(at + 1 for at in beside)])
    for category in dict.fromkeys(tokens[at].surface for at in beside):
        yield _Found(first=begin, past=end, kind=FactKind.CERTIFICATE, value=f"driving-licence:{category}")
    if not beside:
        yield _Found(first=first, past=past, kind=FactKind.CERTIFICATE, value="driving-licence")


def _years(said: Sequence[str], tables: FactTables) -> Iterator[_Found]:
    """Give years of experience; of other years (of age, since founding) a sentence without experience speaks."""
    if not tables.experience.intersection(said):
        return
    for at, word in enumerate(said):
        if word not in tables.years:
            continue
        numbers = [back for back in range(max(at - 4, 0), at) if tables.number(said[back]) is not None]
        if not numbers or at - numbers[-1] > 2:
            continue
        values = [tables.number(said[back]) or 0 for back in numbers[-2:]]
        if len(values) == 2 and not (values[0] < values[1] and numbers[-1] - numbers[-2] <= 2):
            values = values[-1:]
        if 0 < values[-1] <= MOST_YEARS:
            value = f"experience-years:{'-'.join(map(str, values))}"
            yield _Found(first=numbers[-len(values)], past=at + 1, kind=FactKind.SENIORITY, value=value)


def _spoken(tokens: Sequence[Token], said: Sequence[str], tables: FactTables) -> Iterator[_Found]:
    """Give languages, where a sentence speaks of knowing them: "English" alone may be a breakfast."""
    graded = {at: (at, token.surface.rstrip("+")) for at, token in enumerate(tokens) if CEFR.fullmatch(token.surface)}
    exact = frozenset(graded)
    for at in range(len(said)):
        size, grade = tables.levels.longest(said, at)
        if size:
            graded.setdefault(at, (at + size - 1, grade))
    if not graded and not tables.speaks.intersection(said) and not any(map(tables.tells_language, said)):
        return
    named = {at: code for at, word in enumerate(said) if (code := tables.language(tokens[at].surface, word))}
    pauses = [at for at, token in enumerate(tokens) if token.surface in _BREAKS]
    for at, code in named.items():
        level = _level(at, graded, exact, pauses)
        yield _Found(first=at, past=at + 1, kind=FactKind.LANGUAGE, value=f"language:{code}", level=level)


def _level(at: int, graded: Mapping[int, tuple[int, str]], exact: frozenset[int], pauses: Sequence[int]) -> str | None:
    """Return the level nearest to a word; one in letters right behind it, as in "fluent English (C1)", comes first.

    In a list ("Danish: good, Dutch: basic") a level on the same side of the commas comes before one beyond them.
    """
    part = bisect_left(pauses, at)
    best: tuple[bool, float, str] | None = None
    for first, (last, level) in graded.items():
        away = float(min(abs(first - at), abs(last - at)))
        if first in exact and 0 < first - at <= 2:
            away -= 1.5
        candidate = (bisect_left(pauses, first) != part, away, level)
        if away <= LEVEL_REACH and (best is None or candidate[:2] < best[:2]):
            best = candidate
    return None if best is None else best[2]


def _places(tokens: Sequence[Token], said: Sequence[str], tables: FactTables) -> Iterator[_Found]:
    """Give places that a word such as "in", or their own case, leads to; those listed after one; and the one a line
    ends with after a dash, as titles of advertisements do."""
    at, last = 0, -NEAR
    while at < len(said):
        is_name = tokens[at].surface[:1].isupper()
        size, code = tables.places.longest(said, at) if is_name else (0, "")
        located, its = tables.located.longest(said, at) if is_name else (0, "")
        led = at > 0 and (said[at - 1] in tables.at or at - last <= 1 or _after_dash(tokens, at, size))
        if located > size or (located and not led):
            size, code, led = located, its, not tables.at or (at > 0 and said[at - 1] in tables.at)
        if size and led and all(one.surface[:1].isupper() for one in (tokens[at], tokens[at + size - 1])):
            yield _Found(first=at, past=at + size, kind=FactKind.PLACE, value=f"place:{code}")
            last = at + size
        at += max(size, 1)


def _after_dash(tokens: Sequence[Token], at: int, size: int) -> bool:
    """Tell whether words end a line after a dash with a space on either side."""
    return tokens[at].start - tokens[at - 1].end == DASH and at + size == len(tokens)
