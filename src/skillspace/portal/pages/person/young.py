"""An ask put to a child: in words for their age, with their own yes or no kept, and a grown-up asked beside them."""

from __future__ import annotations

from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.views.acting import ChildAskPage
from skillspace.portal.views.common import Place
from skillspace.trust.consent import Grant
from skillspace.trust.mandate import Capacity, Word, child_texts


def band_of(visit: Visit) -> str:
    """Return which words for children the person reads; empty for everybody else."""
    person, spaces = visit.person()
    return spaces.mandates.births.band(visit.work, person.id, visit.work.now)


def child_ask(visit: Visit, grant: Grant, band: str, place: Place, terms: tuple[tuple[str, str], ...]) -> ChildAskPage:
    """Return the ask as a child of this band reads it."""
    names, words = Names(visit), visit.words
    texts = child_texts(
        visit.language,
        band,
        recipient=place.name,
        kinds=words.listing(names.kinds(grant.kinds)),
        purpose=names.purpose(grant.purpose),
        until=words.date(grant.until),
    )
    asked, answer = texts["request"], texts["assent"]
    word = _last_word(visit, grant)
    is_yes = word is not None and word.is_yes
    return ChildAskPage(
        chrome=visit.chrome("sharing", path=f"/sharing/ask/{grant.id}"),
        id=grant.id,
        place=place,
        title=asked["title"],
        lines=tuple(asked[part] for part in ("who", "what", "why", "until", "together", "free")),
        help=asked["help"],
        yes=answer["yes"],
        no=answer["no"],
        after_yes=answer["after_yes"],
        guardians=_guardians(visit),
        said="yes" if is_yes else "",
        said_at=word.at if word is not None and is_yes else None,
        terms=terms,
    )


def assent(visit: Visit, grant: Grant) -> None:
    """Keep a child's own yes, to all that is asked; a guardian's yes then counts."""
    person, spaces = visit.person()
    spaces.mandates.mandates.say(
        visit.work,
        person.id,
        actor=person.id,
        about=grant.id,
        is_yes=True,
        purpose=grant.purpose,
        kinds=grant.kinds,
        recipient=grant.recipient,
    )


def _last_word(visit: Visit, grant: Grant) -> Word | None:
    person, spaces = visit.person()
    said = spaces.mandates.mandates.said(visit.work, person.id)
    return next((word for word in reversed(said) if word.about == grant.id), None)


def _guardians(visit: Visit) -> tuple[str, ...]:
    person, spaces = visit.person()
    return tuple(
        visit.rooms.accounts.get(visit.work, mandate.agent).name
        for mandate in spaces.mandates.mandates.of_principal(visit.work, person.id)
        if mandate.capacity is Capacity.GUARDIAN and mandate.is_in_force(visit.work.now) and ":" not in mandate.agent
    )
