"""Reading people's and offers' texts: which skills and occupations they speak of, where nobody stated them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from skillspace.skills.arrays import Floats
from skillspace.skills.enrichment.sections import Insistence
from skillspace.skills.matching.columns import BY_NEED, Codes, Columns, Groups
from skillspace.skills.matching.impersonal import impersonal
from skillspace.skills.matching.meaning import asked, encoded
from skillspace.skills.matching.model import PersonSkill
from skillspace.skills.matching.people import Person
from skillspace.skills.matching.work_words import NO_WORDS, WorkWords
from skillspace.skills.taxonomy.model import ConceptKind

if TYPE_CHECKING:
    from skillspace.skills.encoder import Encoder
    from skillspace.skills.enrichment import Enricher
    from skillspace.skills.enrichment.model import Mention
    from skillspace.skills.linking import Linker

OCCUPATIONS = 3
NEIGHBOURS = 30
NEAR = 0.5
"""Two occupations whose names are less alike than this (cosine) are not near."""

SURE = 0.3
"""A title is linked to an occupation from this chance on."""


@dataclass(frozen=True, kw_only=True)
class Understood:
    """A person as matching sees them: ``occupations`` with how near each is (0 to 1), ``inferred`` what was read, and
    the vector of what their text means. ``text`` is theirs without who they are."""

    skills: tuple[PersonSkill, ...]
    occupations: dict[str, float]
    inferred: frozenset[str]
    meaning: Floats | None = None
    text: str = ""


class Reader:
    """Reads texts. Safe to share by threads; the same text gives the same answer."""

    def __init__(self, enricher: Enricher, linker: Linker, encoder: Encoder, work: WorkWords = NO_WORDS) -> None:
        self._enricher = enricher
        self._linker = linker
        self._encoder = encoder
        self._work = work

    def understood(self, person: Person) -> Understood:
        """Return what a person says, and what their text says beside it; what is stated goes before what is read.

        Of the text only what says nothing of who they are is read (`impersonal`).
        """
        text = impersonal(person.text, self._work)
        stated = {skill.uri for skill in person.skills}
        read: dict[str, PersonSkill] = {}
        occupations = dict.fromkeys(person.occupations, 1.0)
        for mention in self._mentions(text):
            if mention.kind is not ConceptKind.OCCUPATION and mention.concept not in stated:
                read[mention.concept] = PersonSkill(uri=mention.concept)
            elif mention.kind is ConceptKind.OCCUPATION and not person.occupations:
                occupations[mention.concept] = max(occupations.get(mention.concept, 0.0), mention.confidence or 0.0)
        return Understood(
            skills=(*person.skills, *read.values()),
            occupations=self._near(dict(Counter(occupations).most_common(OCCUPATIONS))),
            inferred=frozenset(read),
            meaning=asked(text, self._encoder),
            text=text,
        )

    def read_offers(self, columns: Columns) -> Columns:
        """Return the offers with what they mean, and with the needs and occupations that the texts of those speak of
        who state none."""
        return self._spoken(columns).meaning(*encoded(columns, self._encoder))

    def _spoken(self, columns: Columns) -> Columns:
        is_silent = (np.diff(columns.needs.starts) == 0) & np.array(
            [bool(f"{title}{text}".strip()) for title, text in zip(columns.titles, columns.texts, strict=True)], bool
        )
        if not is_silent.any():
            return columns
        occupations = [columns.occupation.at(at) for at in range(len(columns))]
        needs = [columns.needs.of_entry(at) for at in range(len(columns))]
        numbers = {name: np.split(getattr(columns, name), columns.needs.starts[1:-1]) for name in BY_NEED}
        for at in np.flatnonzero(is_silent).tolist():
            found = self._needs(columns.titles[at], columns.texts[at])
            needs[at] = list(found)
            numbers["given"][at] = np.array([chance for chance, _ in found.values()], dtype=np.float32)
            numbers["essential"][at] = np.array([essential for _, essential in found.values()], dtype=bool)
            for name in ("asked_level", "asked_proof"):
                numbers[name][at] = np.zeros(len(found), dtype=np.int8)
            occupations[at] = occupations[at] or self._occupation(columns.titles[at])
        read: dict[str, Any] = {name: np.concatenate(parts) for name, parts in numbers.items()}
        read |= {"needs": Groups.of(needs), "occupation": Codes.of(occupations)}
        return Columns.checked(**(vars(columns) | read))

    def _needs(self, title: str, text: str) -> dict[str, tuple[float, bool]]:
        """Return the skills a text asks for, with the chance that it does and whether it insists."""
        found: dict[str, tuple[float, bool]] = {}
        for mention in self._mentions(f"{title}\n{text}"):
            if mention.kind is not ConceptKind.OCCUPATION:
                chance, before = mention.confidence or 0.5, found.get(mention.concept, (0.0, False))
                essential = mention.insistence is not Insistence.NICE
                found[mention.concept] = (max(chance, before[0], 0.01), essential or before[1])
        return found

    def _occupation(self, title: str) -> str | None:
        found = self._linker.link(title, "esco-occupation", k=1, least=SURE) if title.strip() else []
        return found[0].concept if found else None

    def _mentions(self, text: str) -> tuple[Mention, ...]:
        return self._enricher.enrich(text).mentions if text.strip() else ()

    def _near(self, occupations: dict[str, float]) -> dict[str, float]:
        """Return these occupations and those near them, each with how near it is (0 to 1)."""
        found: dict[str, float] = {}
        for occupation, share in occupations.items():
            for near in self._linker.near(occupation, "esco-occupation", k=NEIGHBOURS):
                nearness = round((near.score - NEAR) / (1 - NEAR) * share, 4)
                found[near.concept] = max(found.get(near.concept, 0.0), nearness)
            found[occupation] = max(found.get(occupation, 0.0), share)
        return {uri: nearness for uri, nearness in found.items() if nearness > 0}
