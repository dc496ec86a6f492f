"""The words of enrichment: which concepts a text speaks of, where, and why we think so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from skillspace.skills.taxonomy.model import ConceptKind


class How(StrEnum):
    """How a mention was found, surest first.

    LABEL: the words are a label of the concept. VARIANT: they are another form of one (inflected, small words between).
    SIMILAR: the sentence shares telling words with a label; a candidate to confirm, never a fact.
    """

    LABEL = "label"
    VARIANT = "variant"
    SIMILAR = "similar"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """One concept that the text speaks of, with the words that say so.

    ``text[start:end]`` holds those words; ``words`` are the ones that count, joined by "…" where others lie between.
    ``score`` is between 0 and 1: for a label how sure the label is, for a candidate how much of the label was met.
    """

    start: int
    end: int
    words: str
    concept: str
    label: str
    score: float
    kind: ConceptKind
    how: How


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrichment:
    """What was found in one text, in reading order. ``note`` says why where there is nothing, or not all, to show.

    ``language`` is the one the text was read in, None where it could not be told. ``version`` names method and
    taxonomy: the same text and version give the same answer.
    """

    language: str | None
    mentions: tuple[Mention, ...]
    note: str | None
    version: str
