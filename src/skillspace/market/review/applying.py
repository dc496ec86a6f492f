"""Offers as people would have them: what they confirmed of the words in an offer is in it, what they refused is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from ahocorasick_rs import AhoCorasick

from skillspace.market.courses import Course
from skillspace.market.review.mappings import Mappings
from skillspace.market.review.said import Kind, count, said
from skillspace.market.vacancies import Vacancy
from skillspace.skills.corrections import Correction, Standing
from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, Taxonomies
from skillspace.skills.taxonomy.folding import fold
from skillspace.storage.database import Work

Offer = TypeVar("Offer", Vacancy, Course, Vacancy | Course)
Words = dict[str, dict[str, int]]
"""Folded words → concept → how many more people say yes than no."""


class Corrector:
    """Corrects offers by everything people said so far. Read-only; made anew for each indexing."""

    def __init__(self, spoken: Iterable[Correction], taxonomies: Taxonomies) -> None:
        found: dict[tuple[str, str, str], list[Correction]] = {}
        for one in spoken:
            if one.family == "esco" and taxonomies.has(one.concept):
                found.setdefault((one.language, one.folded, one.concept), []).append(one)
        self._skills: dict[str, Words] = {}
        self._jobs: dict[str, Words] = {}
        self._finders: dict[str, AhoCorasick] = {}
        for (language, folded, concept), ones in found.items():
            kind = taxonomies.kind(concept)
            if kind in SKILL_KINDS or kind is ConceptKind.OCCUPATION:
                words = (self._skills if kind in SKILL_KINDS else self._jobs).setdefault(language, {})
                words.setdefault(folded, {})[concept] = Standing.of(ones).net

    def vacancy(self, offer: Vacancy) -> Vacancy:
        """Return a job with its occupation and skills corrected; what nobody spoke of stays as the provider says."""
        nets = self._jobs.get(offer.language, {}).get(fold(offer.title), {})
        agreed = sorted((-net, concept) for concept, net in nets.items() if net > 0)
        occupation = offer.occupation
        if agreed:
            occupation = agreed[0][1]
        elif occupation is not None and nets.get(occupation, 0) < 0:
            occupation = None
        confirmed, refused = self._heard(offer.text or "", offer.language)
        known = {uri for uri, _ in offer.skills}
        kept = [one for one in offer.skills if one[0] not in refused]
        skills = (*kept, *((uri, False) for uri in confirmed if uri not in known))
        return replace(offer, occupation=occupation, skills=tuple(skills))

    def course(self, offer: Course) -> Course:
        """Return a course with its skills corrected."""
        confirmed, refused = self._heard(offer.description or "", offer.language)
        kept = dict.fromkeys([*(uri for uri in offer.skills if uri not in refused), *confirmed])
        return replace(offer, skills=tuple(kept))

    def __call__(self, offer: Offer) -> Offer:
        """Return either, corrected."""
        return self.vacancy(offer) if isinstance(offer, Vacancy) else self.course(offer)

    def _heard(self, text: str, language: str) -> tuple[list[str], set[str]]:
        """Return the concepts confirmed and refused of words that stand in a text; a yes outweighs another's no."""
        words = self._skills.get(language, {})
        if not words or not text:
            return [], set()
        if language not in self._finders:  # one pass over a text, however many words people spoke of
            self._finders[language] = AhoCorasick([f" {phrase} " for phrase in words], store_patterns=False)
        phrases = list(words.values())
        together: dict[str, int] = {}
        matches = self._finders[language].find_matches_as_indexes(f" {fold(text)} ", overlapping=True)
        for at in {at for at, _, _ in matches}:
            for concept, net in phrases[at].items():
                together[concept] = max(together.get(concept, net), net)
        confirmed = sorted(concept for concept, net in together.items() if net > 0)
        return confirmed, {concept for concept, net in together.items() if net < 0}


class Heard:
    """What people said at one node, of links and in its own words: as it counts wherever offers or texts are read."""

    def __init__(self, taxonomies: Taxonomies, mappings: Mappings) -> None:
        """The organisation's own words are heard as what they were mapped to."""
        self._taxonomies = taxonomies
        self._mappings = mappings

    def version(self, work: Work) -> str:
        """Return a name of everything that was said so far; empty before the first word."""
        number = count(work)
        return f"people-{number}+{self._mappings.version(work)}" if number else ""

    def spoken(self, work: Work) -> Iterator[Correction]:
        """Give everything that was said so far, the organisation's own names for what they were mapped to as well."""
        yield from (it for _, it in said(work, kind=Kind.LINK))
        yield from self._mappings.spoken(work)

    def corrector(self, work: Work) -> Corrector:
        """Return what corrects offers by everything that was said so far."""
        return Corrector(self.spoken(work), self._taxonomies)
