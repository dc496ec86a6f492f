"""What every index shares: identifiers, places and languages of its entries, filters over them, and the best k."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.skills.arrays import Floats, Integers, Strings, rows_of, string_table, text_at
from skillspace.skills.matching.around import Around, Where
from skillspace.skills.matching.conditions import great_circle
from skillspace.skills.matching.model import Holder

MOST_LANGUAGES = 64


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Entries in the order of their identifiers. ``place`` is a row of ``places`` or -1; ``spoken`` a set of bits.

    ``latitude`` and ``longitude`` are degrees, not a number where an entry says no position.
    """

    ids: Strings
    places: Strings
    place: Integers
    languages: Strings
    spoken: NDArray[np.uint64]
    latitude: Floats
    longitude: Floats

    @classmethod
    def of(cls, entries: Sequence[Holder]) -> Shelf:
        """Shelve entries already sorted by identifier. Raises BadInput on a repeated identifier."""
        ids = string_table(entry.id for entry in entries)
        if len(entries) != len(ids) and entries:
            repeated = next(one.id for one, other in pairwise(entries) if one.id == other.id)
            raise BadInput(f"Two entries of the index are called {repeated}; identifiers must differ.")
        places = string_table(entry.place for entry in entries if entry.place)
        languages = string_table(language for entry in entries for language in entry.languages)
        if len(languages) > MOST_LANGUAGES:
            raise BadInput(f"An index can tell {MOST_LANGUAGES} languages apart; these entries name {len(languages)}.")
        return cls(
            ids=ids if entries else ids[:0],
            places=places,
            place=rows_of(places, [entry.place or "" for entry in entries]),
            languages=languages,
            spoken=np.array([_bits(languages, entry.languages) for entry in entries], dtype=np.uint64),
            latitude=np.array([entry.where[0] if entry.where else np.nan for entry in entries], dtype=np.float32),
            longitude=np.array([entry.where[1] if entry.where else np.nan for entry in entries], dtype=np.float32),
        )

    def __len__(self) -> int:
        return len(self.ids)

    def id(self, row: int) -> str:
        """Return the identifier of a row."""
        return text_at(self.ids, row)

    def row(self, entry_id: str) -> int:
        """Return the row of an identifier; raises NotFound."""
        row = int(rows_of(self.ids, [entry_id])[0]) if len(self) else -1
        if row < 0:
            raise NotFound(f"The index has no entry {entry_id}; it may have been withdrawn since the index was built.")
        return row

    def allowed(
        self, places: Where | None, languages: Collection[str] | None, only: Collection[str] | None
    ) -> NDArray[np.bool_]:
        """Return which rows pass. A place must be named, or a position lie in a circle; an entry that names no
        language passes any."""
        passes = np.ones(len(self), dtype=bool)
        if not len(self):
            return passes
        if places is not None:
            passes &= self._there(places)
        if languages is not None:
            passes &= (self.spoken == 0) | ((self.spoken & np.uint64(_bits(self.languages, languages))) != 0)
        if only is not None:
            wanted = rows_of(self.ids, list(only))
            passes &= np.isin(np.arange(len(self)), wanted)
        return passes

    def _there(self, where: Where) -> NDArray[np.bool_]:
        codes = where.places if isinstance(where, Around) else where
        named = (self.place >= 0) & np.isin(self.place, rows_of(self.places, list(codes)))
        if not isinstance(where, Around):
            return named
        # Both sides rounded alike, as for offers: 0 km from a place is that place.
        latitude, longitude = (float(np.float32(degrees)) for degrees in where.at)
        away = great_circle(latitude, longitude, self.latitude.astype(np.float64), self.longitude.astype(np.float64))
        return np.where(np.isnan(self.latitude), named, away.astype(np.float32) <= where.km)

    def counts(self) -> dict[str, int]:
        """Return how many entries each place has."""
        found = np.bincount(self.place[self.place >= 0], minlength=len(self.places))
        return {text_at(self.places, row): int(count) for row, count in enumerate(found)}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what has to be written for `Shelf(**arrays)` to give this again."""
        return dict(vars(self))


def best(scores: NDArray[np.float64], k: int, beside: NDArray[np.integer] | None = None) -> list[int]:
    """Return the rows of the k highest scores above zero; of equal ones those with less ``beside`` come first, then by
    identifier."""
    rows = np.flatnonzero(scores > 0)
    if 0 < k < len(rows):
        floor = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
        rows = rows[scores[rows] >= floor]
    order = np.lexsort((rows, *([] if beside is None else [beside[rows]]), -scores[rows]))
    return [int(row) for row in rows[order][: max(k, 0)]]


def _bits(table: Strings, languages: Collection[str]) -> int:
    return sum(1 << int(row) for row in set(rows_of(table, list(languages)).tolist()) if row >= 0)
