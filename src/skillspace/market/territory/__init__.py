"""Places: municipality in region in country, so that offers, people and statistics speak of the same ones."""

from skillspace.market.territory.places import (
    COUNTRIES,
    Place,
    codes_within,
    is_within,
    named,
    place,
    places,
    territory_names,
    territory_parents,
)

__all__ = [
    "COUNTRIES",
    "Place",
    "codes_within",
    "is_within",
    "named",
    "place",
    "places",
    "territory_names",
    "territory_parents",
]
