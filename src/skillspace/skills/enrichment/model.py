"""The words of enrichment: which concepts a text speaks of, where, and why we think so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from skillspace.skills.enrichment.calibration import NAMED, SIMILAR, calibration
from skillspace.skills.enrichment.facts import Fact
from skillspace.skills.enrichment.sections import Insistence, Section
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
    ``section`` is what its sentence is about, ``insistence`` how much it is needed, ``asks`` the chance that the
    sentence asks for anything. ``is_denied``: a negation stands before it ("no experience in …").
    ``is_measured``: the score is a chance already. ``is_alone``: these words are the whole text, as a title's are.
    """

    start: int
    end: int
    words: str
    concept: str
    label: str
    score: float
    kind: ConceptKind
    how: How
    section: Section = Section.OTHER
    insistence: Insistence | None = None
    asks: float = 0.5
    is_denied: bool = False
    is_measured: bool = False
    is_alone: bool = False

    @property
    def confidence(self) -> float | None:
        """The chance that this is right, as measured (`calibration`); None where nothing was."""
        if self.is_measured:
            return self.score
        return calibration().chance(
            SIMILAR if self.how is How.SIMILAR else NAMED,
            kind=self.kind.value,
            score=self.score,
            is_variant=self.how is How.VARIANT,
            asks=self.asks,
            words=len(self.words.split()),
            concept=self.concept,
            is_alone=self.is_alone,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrichment:
    """What was found in one text, in reading order; ``aside`` is what was found and left out: it is denied, or stands
    where an employer speaks of itself, of pay, of equality or of how to apply.

    ``facts`` are languages, certificates, seniority and places, those aside or denied too.
    ``note`` says why where there is nothing, or not all, to show.

    ``language`` is the one the text was read in, None where it could not be told. ``version`` names method and
    taxonomy: the same text and version give the same answer.
    """

    language: str | None
    mentions: tuple[Mention, ...]
    note: str | None
    version: str
    aside: tuple[Mention, ...] = ()
    facts: tuple[Fact, ...] = ()
