"""Vacancies for volume: made from official occupation–skill relations and demand, always the same for the same seed.

Every one says that it is synthetic, and its employer is invented. They stand for how many jobs of which kind there
are where; they are no ads anybody wrote.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from random import Random

from skillspace.market.territory import Place
from skillspace.market.vacancies.demand import Cell, french_demand, invented_demand, language_of, swedish_demand
from skillspace.market.vacancies.model import Vacancy
from skillspace.market.vacancies.wording import WORDINGS, Wording, capitalised, joined
from skillspace.skills.taxonomy import Need, Taxonomies

FRENCH_SHARE = 0.12
ENGLISH_SHARE = 0.05
OTHER_NAME_SHARE = 0.3
MOST_ESSENTIAL = 12
MOST_OPTIONAL = 4
OPEN_DAYS = 60
HOURS = ("100 %", "100 %", "100 %", "80 %", "50 %")
WITH_DATA, WITHOUT_DATA = 20_000, 2_000


@dataclass(frozen=True, kw_only=True)
class _Trade:
    """What the generator has to know of an occupation, in one language."""

    names: tuple[str, ...]
    essential: tuple[tuple[str, str], ...]
    optional: tuple[tuple[str, str], ...]


def generated_vacancies(
    taxonomies: Taxonomies,
    *,
    data: Path | None,
    count: int | None = None,
    seed: int = 2026,
    as_of: dt.date = dt.date(2026, 11, 1),
    source: str = "Skillspace generator",
) -> Iterator[Vacancy]:
    """Give `count` vacancies; the same arguments and packs give the same ones, to the letter.

    With the folder of real data they follow Sweden's ads of 2024, and for a minority French hirings; without it they
    lie in an invented country. Raises BadInput when a pack is missing that the demand tables need.
    """
    chance = Random(seed)  # noqa: S311  repeatable on purpose, and nothing secret hangs on it
    markets = _markets(taxonomies, data)
    trades = _Trades(taxonomies)
    for number in range(count if count is not None else WITH_DATA if data else WITHOUT_DATA):
        cells, weights = markets[len(markets) > 1 and chance.random() < FRENCH_SHARE]
        cell = chance.choices(cells, cum_weights=weights)[0]
        place = chance.choice(cell.places)
        language = language_of(place)
        if language == "sv" and chance.random() < ENGLISH_SHARE:
            language = "en"
        occupation = chance.choice(cell.occupations)
        draft = _Draft(number=number, occupation=occupation, place=place, language=language)
        yield draft.vacancy(trades.of(occupation, language), chance, as_of, source)


def _markets(taxonomies: Taxonomies, data: Path | None) -> list[tuple[Sequence[Cell], list[float]]]:
    demands = (
        [invented_demand(taxonomies)]
        if data is None
        else [swedish_demand(data, taxonomies), french_demand(data, taxonomies)]
    )
    return [(cells, list(accumulate(cell.weight for cell in cells))) for cells in demands if cells]


class _Trades:
    """Occupations as the generator needs them, looked up once each."""

    def __init__(self, taxonomies: Taxonomies) -> None:
        self._taxonomies = taxonomies
        self.of = lru_cache(maxsize=None)(self._look_up)

    def _look_up(self, occupation: str, language: str) -> _Trade:
        concept = self._taxonomies.concept(occupation)
        links = self._taxonomies.skills_of(occupation)
        needed: dict[Need, list[tuple[str, str]]] = {need: [] for need in Need}
        for link in links:
            needed[link.need].append((link.uri, self._taxonomies.label(link.uri, language)))
        return _Trade(
            names=(concept.label(language), *concept.alternatives.get(language, ())),
            essential=tuple(needed[Need.ESSENTIAL]),
            optional=tuple(needed[Need.OPTIONAL]),
        )


@dataclass(frozen=True, kw_only=True)
class _Draft:
    """What was drawn for one vacancy; the rest is drawn while it is written."""

    number: int
    occupation: str
    place: Place
    language: str

    def vacancy(self, trade: _Trade, chance: Random, as_of: dt.date, source: str) -> Vacancy:
        """Return the vacancy in words."""
        wording, place = WORDINGS[self.language], self.place
        name = chance.choice(trade.names) if chance.random() < OTHER_NAME_SHARE else trade.names[0]
        essential = _some(trade.essential, chance.randint(4, MOST_ESSENTIAL), chance)
        optional = _some(trade.optional, chance.randint(0, MOST_OPTIONAL), chance)
        published = as_of - dt.timedelta(days=chance.randint(0, OPEN_DAYS))
        hours = chance.choice(HOURS)
        words = {"title": capitalised(name), "title_low": name, "place": place.name}
        return Vacancy(
            id=f"synthetic-{self.number:06d}",
            title=chance.choice(wording.titles).format(**words)[:400],
            language=self.language,
            employer=f"{chance.choice(wording.employers)} {chance.choice(wording.houses)}, {place.name}",
            place_code=place.code,
            place_name=place.name,
            region_code=place.region_code,
            region_name=place.region_name,
            country=place.country,
            occupation=self.occupation,
            skills=tuple([(uri, True) for uri, _ in essential] + [(uri, False) for uri, _ in optional]),
            published=published,
            closes=as_of + dt.timedelta(days=chance.randint(7, 45)),
            text=_text(wording, words, essential, optional, hours),
            synthetic=True,
            source=source,
            hours=hours,
        )


def _some(skills: Sequence[tuple[str, str]], most: int, chance: Random) -> list[tuple[str, str]]:
    """Return at most so many of the skills, by chance, in the order they had."""
    if len(skills) <= most:
        return list(skills)
    return [skills[position] for position in sorted(chance.sample(range(len(skills)), most))]


def _text(
    wording: Wording,
    words: dict[str, str],
    essential: Sequence[tuple[str, str]],
    optional: Sequence[tuple[str, str]],
    hours: str,
) -> str:
    lines = [wording.opening.format(**words)]
    if essential:
        lines.append(wording.needs.format(skills=joined([label for _, label in essential], wording.and_)))
    if optional:
        lines.append(wording.helps.format(skills=joined([label for _, label in optional], wording.and_)))
    return "\n".join([*lines, wording.hours.format(hours=hours), wording.disclosure])
