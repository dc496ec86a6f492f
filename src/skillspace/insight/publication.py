"""What a territory may read about itself: people who have a skill, open jobs that ask for it, and a sentence for each.

A number that is not shown is not explained further than that it protects people: to say which ones are small would
tell what the hiding hides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from skillspace.insight.cubes import ALL, ELSEWHERE, LEVELS, Concept, Place
from skillspace.insight.disclosure import Protected, Rule
from skillspace.kernel.errors import BadInput
from skillspace.skills.ranking import InDemand

FORMAT: Final = "skillspace-statistics-1"
LANGUAGES = ("en", "fr", "sv")


def _day(value: object) -> object:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


Day = Annotated[dt.date, BeforeValidator(_day)]
Count = Annotated[int, Field(ge=0)]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Row(_Wire):
    """One skill in one territory. ``supply`` is None where it protects people; ``gap`` is demand less supply.

    ``supply_as_of`` is the day the number was counted; ``levels`` splits it by level of validation, weakest first.
    """

    territory: str
    concept: str
    labels: dict[str, str]
    supply: Count | None
    supply_as_of: Day | None
    levels: Annotated[list[Count | None], Field(min_length=len(LEVELS), max_length=len(LEVELS))]
    demand: Count
    gap: int | None
    sentences: dict[str, str]


class Publication(_Wire):
    """A whole publication: who made it, when, under which threshold, and its rows by territory and concept."""

    format: Literal["skillspace-statistics-1"] = FORMAT
    source: str
    as_of: Day
    threshold: Count
    territories: dict[str, str]
    rows: list[Row]

    def of(self, territory: str) -> list[Row]:
        """Return the rows of one territory, most wanted first."""
        found = [row for row in self.rows if row.territory == territory]
        return sorted(found, key=lambda row: (-row.demand, -(row.supply or 0), row.concept))

    def wanted(self, territory: str) -> dict[str, float]:
        """Return what more jobs ask for in a territory than people there have, or protects to tell: concept → share of
        the most wanted one (above 0, up to 1)."""
        rows = [row for row in self.of(territory) if row.demand and (row.gap is None or row.gap > 0)]
        most = max((row.demand for row in rows), default=1)
        return {row.concept: row.demand / most for row in rows}

    def in_demand(self, home: str | None, parents: Mapping[str, str | None]) -> InDemand | None:
        """Return the list of the narrowest territory around a home that something is wanted in; None without one."""
        while home is not None:
            if wanted := self.wanted(home):
                name, source = self.territories.get(home, "").strip() or home, self.source.strip() or "–"
                return InDemand(name=name, source=source, day=self.as_of, skills=wanted)
            home = parents.get(home)
        return None


@dataclass(frozen=True, kw_only=True)
class Naming:
    """How territories and concepts are called: code → name, and (concept, language) → label."""

    territories: Mapping[str, str]
    label: Callable[[str, str], str]


def publication(
    supply: Mapping[Concept, Protected],
    demand: Mapping[tuple[Place, Concept], int],
    naming: Naming,
    *,
    as_of: dt.date,
    source: str,
    rule: Rule,
) -> Publication:
    """Return the document of a protected cube; pairs without a shown number and without a job are left out."""
    rows = []
    for concept, protected in supply.items():
        labels = {language: naming.label(concept, language) for language in LANGUAGES}
        for place in sorted({place for place, _ in protected.cells}):
            wanted = demand.get((place, concept), 0)
            if not place.endswith(ELSEWHERE) and (wanted or protected.cells[place, ALL].value is not None):
                rows.append(_row(place, concept, protected, wanted, labels, naming))
    rows.sort(key=lambda row: (row.territory, row.concept))
    named = {row.territory: naming.territories.get(row.territory, row.territory) for row in rows}
    return Publication(source=source, as_of=as_of, threshold=rule.people, territories=named, rows=rows)


def write_publication(document: Publication) -> bytes:
    """Write a publication as JSON."""
    return document.model_dump_json().encode()


def read_publication(content: bytes) -> Publication:
    """Read a publication strictly. Raises BadInput naming what is wrong with it."""
    try:
        return Publication.model_validate_json(content, strict=True)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"])) or "the document"
        raise BadInput(f"These are no statistics of this data space: {where}: {first['msg']}.") from fault


def _row(
    place: Place,
    concept: Concept,
    protected: Protected,
    demand: int,
    labels: Mapping[str, str],
    naming: Naming,
) -> Row:
    cell = protected.cells[place, ALL]
    name = naming.territories.get(place, place)
    return Row(
        territory=place,
        concept=concept,
        labels=dict(labels),
        supply=cell.value,
        supply_as_of=cell.as_of if cell.value is not None else None,
        levels=[protected.cells[place, level].value for level in LEVELS],
        demand=demand,
        gap=None if cell.value is None else demand - cell.value,
        sentences={language: _sentence(language, name, labels[language], cell.value, demand) for language in LANGUAGES},
    )


def _sentence(language: str, place: str, label: str, supply: int | None, demand: int) -> str:
    return SENTENCES[language](place, label, supply, demand)


def _in_english(place: str, label: str, supply: int | None, demand: int) -> str:
    people = "the number of people who can do this is not shown, to protect them"
    if supply is not None:
        people = "one person can do this" if supply == 1 else f"{supply} people can do this"
    jobs = {0: "no open job asks", 1: "one open job asks"}.get(demand, f"{demand} open jobs ask")
    return f"{place}, “{label}”: {people}; {jobs} for it."


def _in_french(place: str, label: str, supply: int | None, demand: int) -> str:
    people = "le nombre de personnes qui savent le faire n'est pas montré, pour les protéger"
    if supply is not None:
        people = "une personne sait le faire" if supply == 1 else f"{supply} personnes savent le faire"
    jobs = {0: "aucune offre d'emploi ne le demande", 1: "une offre d'emploi le demande"}
    return f"{place}, « {label} » : {people} ; {jobs.get(demand, f'{demand} offres d’emploi le demandent')}."


def _in_swedish(place: str, label: str, supply: int | None, demand: int) -> str:
    people = "antalet personer som kan detta visas inte, för att skydda dem"
    if supply is not None:
        people = "en person kan detta" if supply == 1 else f"{supply} personer kan detta"
    jobs = {0: "inget ledigt jobb frågar", 1: "ett ledigt jobb frågar"}.get(demand, f"{demand} lediga jobb frågar")
    return f"{place}, ”{label}”: {people}; {jobs} efter det."


SENTENCES: Mapping[str, Callable[[str, str, int | None, int], str]] = {
    "en": _in_english,
    "fr": _in_french,
    "sv": _in_swedish,
}
