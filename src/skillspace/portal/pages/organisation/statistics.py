"""The page of statistics: skills there and skills wanted in a territory, exactly as they were published."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from skillspace.insight.publication import Publication, Row
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation.tables import as_csv
from skillspace.portal.views.common import Choice
from skillspace.portal.views.insight import StatisticsPage, SupplyDemand

PATH = "/org/statistics"
#: The page shows the most wanted ones; the CSV file has all.
SHOWN = 20


def router(frame: Frame) -> APIRouter:
    """Return the page's route."""
    routes = frame.router("Statistics")

    @routes.get(PATH)
    def statistics(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("analyst")
            published = visit.rooms.insight.latest(visit.work)
            if published is None:
                return visit.show(_nothing_yet(visit))
            territory = _territory(published, visit.asked("territory"))
            if visit.asked("format") == "csv":
                return _csv(published, territory, visit.language)
            return visit.show(_page(visit, published, territory))

    return routes


def _page(visit: Visit, published: Publication, territory: str) -> StatisticsPage:
    choices = sorted(published.territories.items(), key=lambda pair: (len(pair[0]), pair[1].casefold()))
    return StatisticsPage(
        chrome=visit.chrome("statistics"),
        territory=published.territories.get(territory, territory),
        territories=tuple(Choice(value=code, label=name, is_chosen=code == territory) for code, name in choices),
        rows=tuple(_row(row, visit.language) for row in published.of(territory)[:SHOWN]),
        threshold=published.threshold,
        as_of=published.as_of,
        people=None,
        jobs=None,
        source=visit.words.gettext("Source: %(source)s") % {"source": published.source},
        export=f"{PATH}?{urlencode({'territory': territory, 'format': 'csv'})}",
    )


def _nothing_yet(visit: Visit) -> StatisticsPage:
    return StatisticsPage(
        chrome=visit.chrome("statistics"),
        territory=visit.rooms.data_space,
        territories=(),
        rows=(),
        threshold=visit.rooms.threshold,
        as_of=visit.work.now.date(),
        people=None,
        jobs=None,
    )


def _territory(published: Publication, asked: str) -> str:
    """Return the territory that was asked for, else the one with most open jobs."""
    if asked in published.territories:
        return asked
    wanted: Counter[str] = Counter()
    for row in published.rows:
        wanted[row.territory] += row.demand
    return max(published.territories, key=lambda code: (wanted[code], code), default="")


def _row(row: Row, language: str) -> SupplyDemand:
    return SupplyDemand(uri=row.concept, label=_label(row, language), supply=row.supply, demand=row.demand)


def _label(row: Row, language: str) -> str:
    return row.labels.get(language) or row.labels.get("en") or row.concept


def _csv(published: Publication, territory: str, language: str) -> Response:
    """Return every row of a territory; an empty cell is a number that is not shown."""
    head = ("territory", "skill", "label", "people", "jobs", "gap", "counted_on", "sentence")
    rows = (
        (row.territory, row.concept, _label(row, language), row.supply, row.demand, row.gap, row.supply_as_of,
         row.sentences.get(language, ""))
        for row in published.of(territory)
    )  # fmt: skip
    return as_csv(f"statistics-{published.as_of.isoformat()}", head, rows)
