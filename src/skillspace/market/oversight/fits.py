"""For each vacancy of ours, who of those that said yes fits it by matching, and in which order people have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from skillspace.market.oversight.circle import Circle
from skillspace.market.oversight.decisions import Decision
from skillspace.market.oversight.machine import Standing
from skillspace.market.vacancies import Vacancy
from skillspace.skills.matching import Gap, HolderMatch, gap
from skillspace.skills.matching.needs import Stated
from skillspace.skills.taxonomy import Need

#: Matching shows so many people for a vacancy; so many vacancies are put in the order of their best fit, more by title.
PEOPLE, RANKED = 10, 300


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Somebody at one vacancy: where matching has them (None: after those it shows), and what was decided, last one
    last."""

    grant_id: str
    found: Gap
    place: int | None
    decided: tuple[Decision, ...] = ()

    @property
    def standing(self) -> Standing:
        """Where they stand now."""
        return self.decided[-1].state if self.decided else Standing.MATCHED


class Fits:
    """Matches of one circle with one edition of our vacancies, kept until either is another."""

    def __init__(self) -> None:
        self._kept: tuple[object, dict[str, list[HolderMatch]]] = (None, {})

    def forget(self) -> None:
        """Let go of every match."""
        self._kept = (None, {})

    def ranked(self, circle: Circle, etag: str, vacancies: Sequence[Vacancy]) -> list[Vacancy]:
        """Return the vacancies, those somebody fits best first."""
        by_title = sorted(vacancies, key=lambda one: (one.title.casefold(), one.id))
        if len(vacancies) > RANKED or not circle.people:
            return by_title
        best = {one.id: max((fit.score for fit in self.of(circle, etag, one)), default=0.0) for one in by_title}
        return sorted(by_title, key=lambda one: -best[one.id])

    def of(self, circle: Circle, etag: str, vacancy: Vacancy) -> list[HolderMatch]:
        """Return the best for a vacancy by matching alone, best first."""
        key, fits = self._kept
        if key != (circle.mark, etag):
            fits = {}
            self._kept = ((circle.mark, etag), fits)
        if vacancy.id not in fits:
            fits[vacancy.id] = _ranked(circle, vacancy)
        return fits[vacancy.id]

    def placed(
        self, circle: Circle, etag: str, vacancy: Vacancy, decided: Mapping[str, Sequence[Decision]]
    ) -> list[Placed]:
        """Return those to be shown for a vacancy, as people here have them (see `in_order`)."""

        def found_of(grant_id: str) -> Gap:
            needs = circle.policy.needs(needs_of(vacancy))
            return gap(circle.people[grant_id].skills, needs, circle.index.proximity, circle.policy.weights)

        here = {grant_id: said for grant_id, said in decided.items() if grant_id in circle.people}
        return in_order(self.of(circle, etag, vacancy), here, found_of)


def _ranked(circle: Circle, vacancy: Vacancy) -> list[HolderMatch]:
    policy, musts = circle.policy, [uri for uri, is_must in vacancy.skills if is_must]
    k = len(circle.people) if policy.is_must else PEOPLE
    found = circle.index.match(policy.needs(needs_of(vacancy)), k=k, weights=policy.weights) if k else []
    return sorted(found, key=lambda one: policy.lacks(one, musts))[:PEOPLE]


def needs_of(vacancy: Vacancy) -> list[Stated]:
    """Return what a vacancy asks for, as matching takes it."""
    return [(uri, 1.0, Need.ESSENTIAL if is_must else Need.OPTIONAL) for uri, is_must in vacancy.skills]


def in_order(
    matched: Sequence[HolderMatch], decided: Mapping[str, Sequence[Decision]], found_of: Callable[[str], Gap]
) -> list[Placed]:
    """Return everybody matching shows or somebody decided on: moved up first, then as matched, set aside last.

    Within each of the three matching's order holds; who is beyond it comes after, first decided first. `found_of`
    says where such a one stands.
    """
    shown = {one.holder_id: one for one in matched}
    placed = [
        Placed(grant_id=id, found=one, place=number, decided=tuple(decided.get(id, ())))
        for number, (id, one) in enumerate(shown.items(), start=1)
    ]
    beyond = [(id, tuple(said)) for id, said in decided.items() if id not in shown]
    placed += [Placed(grant_id=id, found=found_of(id), place=None, decided=said) for id, said in beyond]
    rank = {Standing.UP: 0, Standing.MATCHED: 1, Standing.ASIDE: 2}
    is_shown = [one for one in placed if one.place is not None or one.standing is not Standing.MATCHED]
    return sorted(is_shown, key=lambda one: rank[one.standing])
