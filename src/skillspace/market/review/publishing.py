"""Offers as an organisation publishes them: skills as everybody knows them, its own words for them beside.

Only words leave that it puts into an offer by this very step; its taxonomies and mappings stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from skillspace.market.courses import Course
from skillspace.market.review.mappings import SAME, Mappings
from skillspace.market.schema_org import LONGEST_WORD
from skillspace.market.vacancies import Vacancy
from skillspace.skills.taxonomy import MatchKind
from skillspace.storage.database import Work

Offer = TypeVar("Offer", Vacancy, Course)


class InOwnWords:
    """Writes own words into offers, by the mappings that hold when it is made. Read-only afterwards."""

    def __init__(self, work: Work, mappings: Mappings) -> None:
        self._opened = mappings.words.opened()
        self._schemes = mappings.words.schemes
        stated = [it for it, _ in mappings.statements(work) if self._opened.has(it.source)]
        self._meant = {it.source: it.target for it in stated if it.relation in SAME}
        self._called = {it.target: it.source for it in reversed(stated) if it.relation is MatchKind.EXACT}

    def vacancy(self, offer: Vacancy) -> tuple[Vacancy, tuple[str, ...]]:
        """Return a job with common skills and own words beside, and the own concepts nothing is said of yet."""
        known, words, unknown = self._told((uri for uri, _ in offer.skills), offer)
        needs: dict[str, bool] = {}
        for uri, is_must in offer.skills:
            if uri in known:
                needs[known[uri]] = needs.get(known[uri], False) or is_must
        return replace(offer, skills=tuple(needs.items()), words=words), unknown

    def course(self, offer: Course) -> tuple[Course, tuple[str, ...]]:
        """Return a course in the same way."""
        known, words, unknown = self._told(offer.skills, offer)
        return replace(offer, skills=tuple(dict.fromkeys(known.values())), words=words), unknown

    def _told(
        self, uris: Iterable[str], offer: Vacancy | Course
    ) -> tuple[dict[str, str], tuple[tuple[str, str], ...], tuple[str, ...]]:
        """Return what each concept is to everybody, our words for those, and which of ours are nothing to others."""
        known: dict[str, str] = {}
        words, unknown = dict(offer.words), []
        for uri in dict.fromkeys(uris):
            is_ours = self._opened.has(uri) and self._opened.concept(uri).scheme in self._schemes
            if is_ours and uri not in self._meant:
                unknown.append(uri)
                continue
            known[uri] = self._meant[uri] if is_ours else uri
            ours = uri if is_ours else self._called.get(uri)
            word = self._opened.label(ours, offer.language) if ours is not None else ""
            if 0 < len(word) <= LONGEST_WORD and word.isprintable():
                words.setdefault(known[uri], word)
        asked = dict.fromkeys(known.values())
        return known, tuple((uri, words[uri]) for uri in asked if uri in words), tuple(unknown)
