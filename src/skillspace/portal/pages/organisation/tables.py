"""Long tables: what a request asks of one (words, order, page), the part it gets, and the same as CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Response

from skillspace.exchange.ledger import Cut
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.organisation.wording import Names
from skillspace.portal.render import SECURITY_HEADERS
from skillspace.portal.views.common import Listing

PAGE = 50
MOST_WORDS = 100
#: A CSV file holds this many lines at most.
MOST_LINES = 20_000
#: A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a request wants of a table; `page` counts from 1. A CSV file holds all pages in one."""

    path: str
    words: str
    sort: str
    is_down: bool
    page: int
    is_csv: bool
    size: int = PAGE

    @property
    def limit(self) -> int:
        """How many lines are wanted."""
        return MOST_LINES if self.is_csv else self.size

    @property
    def offset(self) -> int:
        """How many lines come before those wanted."""
        return 0 if self.is_csv else (self.page - 1) * self.size

    def listing(self, total: int, *, kept: tuple[tuple[str, str], ...] = (), export: bool = False) -> Listing:
        """Return what the page says about the table: `export` offers it as CSV."""
        here = Listing(
            path=self.path,
            total=total,
            page=self.page,
            pages=max(1, math.ceil(total / self.size)),
            sort=self.sort,
            is_down=self.is_down,
            query=self.words,
            kept=kept,
        )
        if not export or not total:
            return here
        plain = here.href()
        return Listing(**{**vars(here), "export": f"{plain}{'&' if '?' in plain else '?'}format=csv"})


def wanted(
    visit: Visit, path: str, sorts: Collection[str], *, sort: str, is_down: bool = False, size: int = PAGE
) -> Wanted:
    """Read what is wanted from the query string; what cannot be is the default: the column `sort`, the first page."""
    asked = visit.asked("sort")
    chosen = asked if asked in sorts else ""
    page = visit.asked("page")
    return Wanted(
        path=path,
        words=" ".join(visit.asked("q").split())[:MOST_WORDS],
        sort=chosen or sort,
        is_down=visit.asked("down") == "1" if chosen else is_down,
        page=min(int(page), 100_000) if page.isascii() and page.isdigit() and int(page) else 1,
        is_csv=visit.asked("format") == "csv",
        size=size,
    )


def part_of(
    rows: Iterable[Row], asked: Wanted, *, keys: Mapping[str, Callable[[Row], Any]], text: Callable[[Row], str]
) -> tuple[int, Sequence[Row]]:
    """Return how many rows have the words in their `text`, and those wanted, for tables that are short as a whole."""
    words = asked.words.casefold()
    fitting = [row for row in rows if words in text(row).casefold()]
    ordered = sorted(fitting, key=keys[asked.sort], reverse=asked.is_down)
    return len(ordered), ordered[asked.offset : asked.offset + asked.limit]


def cut_of(asked: Wanted, names: Names, columns: Mapping[str, str]) -> Cut:
    """Return what is wanted in the words of the exchange's ledger; `columns` says what each head sorts by."""
    return Cut(
        words=asked.words,
        names=names.names,
        titles=names.titles,
        sort=columns[asked.sort],
        is_down=asked.is_down,
        offset=asked.offset,
        limit=asked.limit,
    )


def as_csv(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a CSV file (RFC 4180, UTF-8); a cell that a spreadsheet would run as a formula is kept from it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_cell(value) for value in head])
    writer.writerows([_cell(value) for value in row] for row in rows)
    headers = SECURITY_HEADERS | {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
