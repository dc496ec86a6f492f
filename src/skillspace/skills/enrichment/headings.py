"""Lines that stand above others and say what those are about: in an advertisement, and in a CV."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib import resources

HEADING_WORDS = 7
BESIDE = 3
"""Words a heading may have besides the phrase it is known by."""


class Section(StrEnum):
    """What a sentence is about: the first ones in an advertisement, the last ones in a CV. OTHER: nothing tells."""

    REQUIREMENT = "requirement"
    TASK = "task"
    COMPANY = "company"
    BENEFITS = "benefits"
    EQUALITY = "equality"
    CONTACT = "contact"
    EXPERIENCE = "experience"
    EDUCATION = "education"
    SKILLS = "skills"
    HOBBIES = "hobbies"
    OTHER = "other"


OF_A_CV = frozenset({Section.EXPERIENCE, Section.EDUCATION, Section.SKILLS, Section.HOBBIES})
FEWEST_OF_A_CV = 2
"""So many different headings of a CV make a text one; one alone ("Experience") stands in advertisements too."""


def heading_of(said: Sequence[str], language: str) -> Section | None:
    """Return what a short line of folded words announces: by the longest phrase it begins or ends with."""
    if not 0 < len(said) <= HEADING_WORDS:
        return None
    known = phrases_of(language)
    for size in range(len(said), max(len(said) - BESIDE, 1) - 1, -1):
        found = known.get(tuple(said[:size])) or known.get(tuple(said[-size:]))
        if found is not None:
            return found
    return None


def is_cv(heads: Sequence[Section | None]) -> bool:
    """Tell whether headings are those of a CV and none of an advertisement."""
    met = {head for head in heads if head is not None}
    return len(met & OF_A_CV) >= FEWEST_OF_A_CV and met <= OF_A_CV


def as_in_ad(head: Section | None) -> Section | None:
    """Return what a heading announces in an advertisement: "Education" there is what is asked."""
    if head is Section.HOBBIES:
        return None
    return Section.REQUIREMENT if head in OF_A_CV else head


@cache
def phrases_of(language: str) -> Mapping[tuple[str, ...], Section]:
    """Return what each heading of a language, as folded words, announces."""
    file = resources.files("skillspace.skills.enrichment").joinpath("headings.json")
    entry = json.loads(file.read_text(encoding="utf-8"))[language]
    return {tuple(phrase.split()): Section(kind) for kind, listed in entry.items() for phrase in listed}
