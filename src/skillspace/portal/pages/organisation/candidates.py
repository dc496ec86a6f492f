"""Candidates: for each vacancy of ours, who of those that said yes fits it best, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skillspace.market.vacancies import Vacancy
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.organisation.fitting import Circle, Someone
from skillspace.portal.pages.organisation.showing import Labels, match_view
from skillspace.portal.pages.organisation.wording import pseudonym
from skillspace.portal.views.insight import FitGroup, PersonFit
from skillspace.portal.words import CERTIFIED
from skillspace.skills.matching import HolderMatch
from skillspace.skills.taxonomy import Need, Taxonomies

#: So many people are shown for a vacancy; so many vacancies are put in the order of their best fit, more by title.
PEOPLE, RANKED = 10, 300


class Candidates:
    """Matches of one circle with one edition of our vacancies, kept until either is another."""

    def __init__(self, taxonomies: Taxonomies) -> None:
        self._taxonomies = taxonomies
        self._kept: tuple[object, dict[str, list[HolderMatch]]] = (None, {})

    def forget(self) -> None:
        """Let go of every match."""
        self._kept = (None, {})

    def ranked(self, circle: Circle, etag: str, vacancies: Sequence[Vacancy]) -> list[Vacancy]:
        """Return the vacancies, those somebody fits best first."""
        by_title = sorted(vacancies, key=lambda one: (one.title.casefold(), one.id))
        if len(vacancies) > RANKED or not circle.people:
            return by_title
        best = {one.id: max((fit.score for fit in self._fits(circle, etag, one)), default=0.0) for one in by_title}
        return sorted(by_title, key=lambda one: -best[one.id])

    def group(
        self, circle: Circle, etag: str, vacancy: Vacancy, words: Translator, house: Mapping[str, str]
    ) -> FitGroup:
        """Return one vacancy with the people who fit it, best first."""
        musts = frozenset(uri for uri, is_must in vacancy.skills if is_must)
        labels = Labels(self._taxonomies, words.language, house=house)
        fits = [
            _fit(circle.people[found.holder_id], found, musts, labels, words)
            for found in self._fits(circle, etag, vacancy)
        ]
        where = [name for name in (vacancy.place_name, vacancy.region_name) if name]
        return FitGroup(
            id=vacancy.id,
            title=vacancy.title,
            where=", ".join(dict.fromkeys(where)),
            people=tuple(fits),
            is_synthetic=vacancy.synthetic,
        )

    def _fits(self, circle: Circle, etag: str, vacancy: Vacancy) -> list[HolderMatch]:
        key, fits = self._kept
        if key != (circle.mark, etag):
            fits = {}
            self._kept = ((circle.mark, etag), fits)
        if vacancy.id not in fits:
            needs = [(uri, 1.0, Need.ESSENTIAL if is_must else Need.OPTIONAL) for uri, is_must in vacancy.skills]
            fits[vacancy.id] = circle.index.match(needs, k=PEOPLE)
        return fits[vacancy.id]


def _fit(someone: Someone, found: HolderMatch, musts: frozenset[str], shared: Labels, words: Translator) -> PersonFit:
    labels = shared.with_words_of(someone.labels)
    return PersonFit(
        grant_id=someone.grant_id,
        name=someone.name or pseudonym(someone.subject, words),
        match=match_view(found, musts, labels),
        until=someone.until.date(),
        reasons=tuple(_reasons(found, musts, labels, words)),
    )


def _reasons(found: HolderMatch, musts: frozenset[str], labels: Labels, words: Translator) -> list[str]:
    has = [one for one in found.have if one.need_uri in musts]
    reasons = []
    if musts:
        text = words.ngettext(
            "Has %(have)s of the %(num)d skill you insist on.",
            "Has %(have)s of the %(num)d skills you insist on.",
            len(musts),
        )
        reasons.append(text % {"have": words.number(len(has)), "num": len(musts)})
    if proven := sum(one.validation >= CERTIFIED for one in found.have):
        text = words.ngettext(
            "%(num)d of the skills asked for is certified or recognised by law.",
            "%(num)d of the skills asked for are certified or recognised by law.",
            proven,
        )
        reasons.append(text % {"num": proven})
    if near := [labels.of(one.need_uri) for one in found.close if one.need_uri in musts][:3]:
        reasons.append(words.gettext("Comes close to: %(skills)s.") % {"skills": words.listing(near)})
    if lacking := [labels.of(one.need_uri) for one in found.missing if one.need_uri in musts][:3]:
        reasons.append(words.gettext("Does not show yet: %(skills)s.") % {"skills": words.listing(lacking)})
    return reasons
