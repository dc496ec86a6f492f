"""The market's trainings as a catalogue that plans are made of, built in the background when the market changes."""

from __future__ import annotations

from collections import Counter

from skillspace.market.courses import Course
from skillspace.market.index import MarketKind, position_of, territory_of
from skillspace.portal.pages.background import PATIENCE_SECONDS, Worked
from skillspace.portal.rooms import Spaces
from skillspace.skills.planning import Ability, Catalogue, Session, Training
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database

EURO = "EUR"


class Catalogues:
    """The trainings as they are now; nothing is read before somebody plans."""

    def __init__(self, database: Database, spaces: Spaces, taxonomies: Taxonomies) -> None:
        self._database, self._spaces, self._taxonomies = database, spaces, taxonomies
        self._known: Worked[Catalogue] = Worked("catalogue of trainings", kept=1, at_once=1)

    def current(self, version: str, patience: float = PATIENCE_SECONDS) -> Catalogue | None:
        """Return the catalogue of a version of the trainings' index, or None while it is built."""
        return self._known.get(version, self._build, patience)

    def _build(self) -> Catalogue:
        with self._database.reading() as work:
            offers = self._spaces.market.open_offers(work, MarketKind.TRAINING)
            trainings = [training_of(identifier, offer) for identifier, offer in offers if isinstance(offer, Course)]
        return Catalogue.build(trainings, self._taxonomies)


def training_of(identifier: str, offer: Course) -> Training:
    """Return a course as something to plan with; what its provider does not say stays unknown."""
    is_dated = not (offer.starts and offer.ends and offer.ends < offer.starts)
    position = position_of(offer)
    session = Session(
        starts=offer.starts,
        ends=offer.ends if is_dated else None,
        place=territory_of(offer),
        at=position.at if position else None,
    )
    return Training(
        id=identifier,
        teaches=tuple(Ability(uri=uri) for uri in dict.fromkeys(offer.skills)),
        price=offer.price,
        currency=offer.currency or EURO,
        hours=offer.hours,
        sessions=(session,),
        languages=frozenset({offer.language}),
    )


def usual_currency(catalogue: Catalogue) -> str:
    """Return the currency that most of the stated prices are in."""
    counts = Counter(one.currency for one in catalogue.trainings if one.price is not None)
    return min(counts, key=lambda one: (-counts[one], one), default=EURO)
