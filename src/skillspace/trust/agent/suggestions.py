"""Suggestions: organisations and apps that fit a person's goal, rarely, never twice, and never what they said no to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.agent.limits import Limits
from skillspace.trust.agent.model import ROLE, Effect, Wish
from skillspace.trust.agent.ports import AimOf, Catalogue, OnOffer, Sort
from skillspace.trust.agent.preferences import Preferences
from skillspace.trust.agent.store import settings, suggestions
from skillspace.trust.agent.suggesting import Fit, fit
from skillspace.trust.consent import Consents, Direction, Grant, GrantState

MOST = 10
#: What gives a person something for their own space, and asks for nothing.
GIVES = frozenset({Sort.TEST, Sort.APP})
SAID_NO = frozenset({GrantState.REFUSED, GrantState.REVOKED})


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """One suggestion as it was made: `content` holds what it is, what it would ask for, and each term of its score."""

    id: str
    person: str
    organisation: str
    offering: str
    content: dict[str, Any]
    made: datetime
    dismissed: datetime | None


class Suggestions:
    """Suggests at most one thing a week by itself, and more only when a person looks."""

    def __init__(
        self, *, consents: Consents, preferences: Preferences, limits: Limits, aim_of: AimOf, catalogue: Catalogue
    ) -> None:
        self._consents = consents
        self._preferences = preferences
        self._limits = limits
        self._aim_of = aim_of
        self._catalogue = catalogue

    def look(self, work: Work, person: str, *, most: int = MOST) -> list[Fit]:
        """Return what fits now, the best first, because the person wants to see it; writes nothing."""
        return list(islice(self._fits(work, person), most))

    def weekly(self, work: Work, person: str) -> Suggestion | None:
        """Suggest the best thing that was not suggested yet, unless it is too soon or the person wants none."""
        found = self.next(work, person) if self.due(work, [person]) else None
        return self.suggest(work, person, found) if found is not None else None

    def due(self, work: Work, people: Collection[str]) -> list[str]:
        """Return who of these may be told of something now: not too soon again, and nobody who wants none."""
        heard = {row["person"]: row for row in work.rows(sa.select(settings).where(settings.c.person.in_(people)))}
        wait = timedelta(days=self._limits.suggestion_every_days)

        def is_due(row: Mapping[str, Any]) -> bool:
            return row["suggests"] and not (row["suggested"] and work.now - row["suggested"] < wait)

        return [person for person in people if person not in heard or is_due(heard[person])]

    def next(self, work: Work, person: str) -> Fit | None:
        """Return what would be suggested to somebody who is due; only reads, for it may take a while."""
        known = self._known(work, person)
        return next((one for one in self._fits(work, person) if _name(one) not in known), None)

    def suggest(self, work: Work, person: str, found: Fit) -> Suggestion | None:
        """Suggest what was found, unless since then somebody else did, or the person wants none any more."""
        if not self.due(work, [person]) or _name(found) in self._known(work, person):
            return None
        work.upsert(settings, {"person": person, "suggests": True, "suggested": work.now}, on=("person",))
        return self._keep(work, person, found)

    def quiet(self, work: Work, person: str, *, is_quiet: bool) -> None:
        """Let the agent suggest nothing by itself, or again at most one thing a week."""
        row = {"person": person, "suggests": not is_quiet}
        work.upsert(settings, row, on=("person",))

    def is_quiet(self, work: Work, person: str) -> bool:
        """Tell whether the person wants no suggestions."""
        row = work.one(sa.select(settings.c.suggests).where(settings.c.person == person))
        return row is not None and not row["suggests"]

    def dismiss(self, work: Work, id: str, person: str) -> None:
        """Put a suggestion away for good. Raises NotFound."""
        mine = (suggestions.c.id == id) & (suggestions.c.person == person)
        if not work.update(suggestions, mine & suggestions.c.dismissed.is_(None), dismissed=work.now):
            raise NotFound(f"There is no suggestion {id[:100]}.")

    def of_person(self, work: Work, person: str, *, dismissed_too: bool = False) -> list[Suggestion]:
        """Return what was suggested, latest first."""
        mine = suggestions.c.person == person
        wanted = mine if dismissed_too else mine & suggestions.c.dismissed.is_(None)
        rows = work.rows(sa.select(suggestions).where(wanted).order_by(suggestions.c.made.desc()))
        return [Suggestion(**row) for row in rows]

    def erase(self, work: Work, person: str) -> int:
        """Forget all suggestions to a person and return how many there were."""
        work.delete(settings, settings.c.person == person)
        return work.delete(suggestions, suggestions.c.person == person)

    def _known(self, work: Work, person: str) -> set[tuple[str, str]]:
        mine = sa.select(suggestions.c.organisation, suggestions.c.offering).where(suggestions.c.person == person)
        return {(row["organisation"], row["offering"]) for row in work.rows(mine)}

    def _fits(self, work: Work, person: str) -> Iterator[Fit]:
        """Give what fits and may be suggested, the best first; nothing is read that nobody takes."""
        aim = self._aim_of(work, person)
        if aim is None:
            return
        is_possible = self._sieve(work, person)
        for offer in self._catalogue(work, aim):
            if is_possible(offer) and (found := fit(offer, aim)).is_worth_it:
                yield found

    def _sieve(self, work: Work, person: str) -> Callable[[OnOffer], bool]:
        """Return what leaves out whatever the person refused, forbade, dismissed, or has."""
        grants = self._consents.of_person(work, person)
        answered = [one for one in grants if one.state in SAID_NO or one.why_not(work.now) is None]
        forbidden = [one.wish for one in self._preferences.counting(work, person) if one.wish.effect is Effect.NEVER]
        away = {
            (one.organisation, one.offering)
            for one in self.of_person(work, person, dismissed_too=True)
            if one.dismissed is not None
        }

        def is_possible(offer: OnOffer) -> bool:
            return (
                (offer.organisation, offer.offering) not in away
                and not any(self._is_same(grant, offer) for grant in answered)
                and not any(self._forbids(wish, offer) for wish in forbidden)
            )

        return is_possible

    def _is_same(self, grant: Grant, offer: OnOffer) -> bool:
        if offer.sort in GIVES:  # what it would give was refused, or comes already
            return grant.provider == offer.organisation
        return grant.recipient == offer.organisation and grant.purpose == offer.purpose

    def _forbids(self, wish: Wish, offer: OnOffer) -> bool:
        """Tell whether a never is about anything an offer would ask for or give, wherever and whenever it holds."""
        named = {offer.organisation, *(f"{ROLE}{role}" for role in offer.roles)}
        if wish.organisations and named.isdisjoint(wish.organisations):
            return False
        if wish.direction is Direction.GATHER:  # what an app would give is not known by its kinds
            return offer.sort in GIVES and bool(wish.organisations or not wish.kinds)
        return (not wish.purposes or offer.purpose in wish.purposes) and (
            not offer.kinds or bool(self._limits.covered(wish.kinds, offer.kinds))
        )

    def _keep(self, work: Work, person: str, fit: Fit) -> Suggestion:
        offer = fit.offer
        made = Suggestion(
            id=new_id("suggestion"),
            person=person,
            organisation=offer.organisation,
            offering=offer.offering,
            content={
                "name": offer.name,
                "title": offer.title,
                "purpose": offer.purpose,
                "kinds": list(offer.kinds),
                "sort": offer.sort,
                "score": fit.score,
                "terms": [
                    {"points": term.points, "most": term.most, "reason": term.reason.to_json()} for term in fit.terms
                ],
            },
            made=work.now,
            dismissed=None,
        )
        work.insert(suggestions, vars(made))
        work.publish(Event(name="agent.suggested", about=made.id, content={"person": person}, at=work.now))
        return made


def _name(found: Fit) -> tuple[str, str]:
    return found.offer.organisation, found.offer.offering
