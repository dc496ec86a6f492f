"""Tables that people fill in, as CSV: read strictly, so that every fault names its line and its column."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from skillspace.kernel.errors import BadInput
from skillspace.skills.taxonomy import SKILL_KINDS, Taxonomies
from skillspace.skills.taxonomy.folding import fold

Find = Callable[[str], str | None]
"""Turns what somebody wrote into the URI of a concept; None where nothing is called so."""

MOST_BYTES = 5 << 20
MOST_LINES = 50_000
LONGEST = 300
_SEPARATORS = ",;\t"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line: its number in the file, and what stands in each column, without spaces around it."""

    line: int
    cells: Mapping[str, str]

    def fault(self, column: str, what: str) -> BadInput:
        """Return the error that says what is wrong where."""
        return BadInput(f"Line {self.line}, column {column}: {what}.")

    def text(self, column: str) -> str:
        """Return what stands there; empty where nothing does."""
        return self.cells.get(column, "")

    def needed(self, column: str) -> str:
        """Return what stands there. Raises BadInput where nothing does."""
        if not self.text(column):
            raise self.fault(column, "something has to stand here")
        return self.text(column)

    def number(self, column: str, *, usual: float, least: float) -> float:
        """Return a number, ``usual`` where none stands. Raises BadInput for one below ``least`` or none at all."""
        said = self.text(column)
        if not said:
            return usual
        try:
            number = float(said.replace(",", "."))
        except ValueError as fault:
            raise self.fault(column, f"{said!r} is no number") from fault
        if not (math.isfinite(number) and number >= least):
            raise self.fault(column, f"{said!r} is too small; give {least:g} or more")
        return number

    def whole(self, column: str, least: int, most: int) -> int | None:
        """Return a whole number, None where none stands. Raises BadInput for any other."""
        said = self.text(column)
        if not said:
            return None
        if not (said.isascii() and said.isdigit() and len(said) < 10 and least <= int(said) <= most):
            raise self.fault(column, f"{said!r} is no whole number from {least} to {most}")
        return int(said)

    def concept(self, column: str, find: Find) -> str:
        """Return the concept of that name or URI. Raises BadInput where there is none."""
        said = self.needed(column)
        if (uri := find(said)) is None:
            raise self.fault(column, f"no taxonomy here has a skill called {said[:100]!r}")
        return uri


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows of a file, those without anything in them left out."""

    rows: Sequence[Row]

    @classmethod
    def read(cls, content: bytes, *, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
        """Read CSV in UTF-8, with commas, semicolons or tabs, whose first line names the columns.

        Raises BadInput for a file too large, a column that is missing, unknown or there twice, and lines with more
        cells than columns.
        """
        if len(content) > MOST_BYTES:
            raise BadInput(f"A table has at most {MOST_BYTES >> 20} MB; this one has {len(content):,} bytes.")
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            line = content.count(b"\n", 0, fault.start) + 1
            raise BadInput(f"Line {line} is not UTF-8 text; save the table as UTF-8.") from fault
        head = text.lstrip().partition("\n")[0]
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=head.count), strict=True)
        rows: list[Row] = []
        columns: list[str] | None = None
        try:
            for cells in reader:
                told = [cell.strip() for cell in cells]
                if not any(told):
                    continue
                if columns is None:
                    columns = _columns(told, required, optional)
                    continue
                rows.append(_row(reader.line_num, told, columns))
                if len(rows) > MOST_LINES:
                    raise BadInput(f"A table has at most {MOST_LINES:,} lines here.")
        except csv.Error as fault:
            raise BadInput(f"Line {reader.line_num} is not CSV ({fault}).") from fault
        if columns is None:
            raise BadInput(f"The table is empty; its first line names the columns: {', '.join(required)}.")
        return cls(rows=rows)


class Finder:
    """Finds concepts by URI, or by a name that one of the taxonomies has for a skill.

    ``languages`` are those in which names count; a taxonomy in none of them counts in its own. ``same`` leads a concept
    to the one that stands for it: an organisation's own one to what it was mapped to.
    """

    def __init__(
        self, taxonomies: Taxonomies, languages: Sequence[str] = ("en",), same: Mapping[str, str] | None = None
    ) -> None:
        self._taxonomies = taxonomies
        self._languages = languages
        self._same = same or {}
        self._names: dict[str, str] | None = None

    def __call__(self, said: str) -> str | None:
        """Return the concept. A URI that no taxonomy knows stands for itself: a list of one's own may use it."""
        uri: str | None = said
        if self._taxonomies.has(said):
            uri = self._taxonomies.concept(said).uri
        elif not said.startswith(("http://", "https://", "urn:")):
            uri = self._named().get(fold(said))
        return self._same.get(uri, uri) if uri else None

    def _named(self) -> dict[str, str]:
        """Return every name of a skill. Of two concepts the one mapped to another comes first, for it is one's own;
        then the one whose first name it is."""
        if self._names is None:
            found: dict[str, tuple[bool, bool, str]] = {}
            for pack in self._taxonomies.schemes:
                for language in set(self._languages) & set(pack.languages) or pack.languages:
                    for label, uri, is_preferred in self._taxonomies.labels(
                        language, kinds=SKILL_KINDS, scheme=pack.scheme
                    ):
                        rank, name = (uri not in self._same, not is_preferred, uri), fold(label)
                        found[name] = min(found.get(name, rank), rank)
            self._names = {name: uri for name, (_, _, uri) in found.items() if name}
        return self._names


def _columns(told: list[str], required: Sequence[str], optional: Sequence[str]) -> list[str]:
    columns = [name.casefold() for name in told]
    known = (*required, *optional)
    for place, name in enumerate(columns, 1):
        if name not in known:
            raise BadInput(f"Line 1, column {place}: {name[:60]!r} is none of {', '.join(known)}.")
        if columns.index(name) != place - 1:
            raise BadInput(f"Line 1, column {place}: {name!r} is here twice.")
    if missing := [name for name in required if name not in columns]:
        raise BadInput(f"Line 1: the column {missing[0]} is missing; there are {', '.join(known)}.")
    return columns


def _row(line: int, told: list[str], columns: list[str]) -> Row:
    if len(told) > len(columns):
        raise BadInput(f"Line {line}, column {len(columns) + 1}: the first line names only {len(columns)} columns.")
    row = Row(line=line, cells=dict(zip(columns, told, strict=False)))
    for column, cell in row.cells.items():
        if len(cell) > LONGEST or not cell.isprintable():
            raise row.fault(column, f"a cell has at most {LONGEST} letters, and nothing that cannot be printed")
    return row
