"""Offers as columns: what every index is built from, whether its offers come one by one, from a file or a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import BadInput
from skillspace.skills.arrays import Floats, Integers, Strings, apart, rows_of, text_at
from skillspace.skills.matching.cells import cells_of
from skillspace.skills.matching.model import Offer, OfferSkills
from skillspace.skills.taxonomy.model import Need

EPOCH = dt.date(1970, 1, 1)
BY_NEED = ("given", "essential", "asked_level", "asked_proof")
EVER, NEVER = np.iinfo(np.int32).min, np.iinfo(np.int32).max
"""The first day of what was always open, and the last day of what does not close."""

DAYS = ((dt.date.min - EPOCH).days, (dt.date.max - EPOCH).days)
LONGEST = 1000
"""Bytes of a name. A table has one width: an endless name would make every name endless."""

HEAVIEST = 1e6


@dataclass(frozen=True, kw_only=True)
class Codes:
    """Texts that repeat: a sorted table of the distinct ones, and for each entry its row, -1 for none."""

    table: Strings
    rows: Integers

    @classmethod
    def of(cls, texts: Sequence[str | None]) -> Codes:
        """Code texts; None and the empty text are none."""
        table = table_of(text for text in texts if text)
        return cls(table=table, rows=rows_of(table, [text or "" for text in texts]))

    @classmethod
    def joined(cls, parts: Sequence[Codes]) -> Codes:
        """Put entries of several one after the other."""
        table = np.unique(np.concatenate([part.table for part in parts]))
        table = table[table != b""] if len(table) > 1 else table
        rows = [np.append(np.searchsorted(table, part.table), -1)[part.rows] for part in parts]
        return cls(table=table, rows=np.concatenate(rows).astype(np.int32))

    def at(self, entry: int) -> str | None:
        """Return the text of one entry."""
        row = int(self.rows[entry])
        return text_at(self.table, row) if row >= 0 else None

    def taken(self, entries: NDArray[np.signedinteger]) -> Codes:
        """Return some of the entries, with the whole table."""
        return Codes(table=self.table, rows=self.rows[entries])


@dataclass(frozen=True, kw_only=True)
class Groups:
    """For each entry a group of members: those of entry i stand at ``starts[i]`` to ``starts[i + 1]``."""

    starts: NDArray[np.int64]
    members: Codes

    @classmethod
    def of(cls, groups: Sequence[Sequence[str]]) -> Groups:
        """Group texts by entry."""
        return cls(
            starts=np.cumsum([0, *map(len, groups)], dtype=np.int64),
            members=Codes.of([text for group in groups for text in group]),
        )

    @classmethod
    def joined(cls, parts: Sequence[Groups]) -> Groups:
        """Put entries of several one after the other."""
        return cls(
            starts=joined_starts([part.starts for part in parts]), members=Codes.joined([p.members for p in parts])
        )

    def of_entry(self, entry: int) -> list[str]:
        """Return the members of one entry."""
        rows = self.members.rows[self.starts[entry] : self.starts[entry + 1]]
        return [text_at(self.members.table, row) for row in rows.tolist()]

    def named(self) -> Groups:
        """Return the same without members that are none."""
        there = self.members.rows >= 0
        starts = np.concatenate([[0], np.cumsum(there)])[self.starts].astype(np.int64)
        return Groups(starts=starts, members=self.members.taken(np.flatnonzero(there)))

    def taken(self, entries: NDArray[np.signedinteger]) -> Groups:
        """Return some of the entries."""
        starts, flat = picked(self.starts, entries)
        return Groups(starts=starts, members=self.members.taken(flat))


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Offers (n,), and their needs (entries,) grouped by offer.

    ``asked_level`` and ``asked_proof`` are 0 where an offer asks for none. Days count from 1970. Numbers that an offer
    does not say are not a number; ``education`` is 0 then. ``vectors`` (n, width) and their ``scales`` are what offers
    mean, of no width where nothing was encoded (`meaning.encoded`); ``cell`` is told once offers stand side by side.
    """

    ids: Strings
    titles: NDArray[np.object_]
    texts: NDArray[np.object_]
    kind: Codes
    occupation: Codes
    employer: Codes
    place: Codes
    currency: Codes
    languages: Groups
    licences: Groups
    latitude: Floats
    longitude: Floats
    remote: NDArray[np.bool_]
    education: NDArray[np.int8]
    salary_min: Floats
    salary_max: Floats
    hours: Floats
    opens: Integers
    closes: Integers
    needs: Groups
    given: Floats
    essential: NDArray[np.bool_]
    asked_level: NDArray[np.int8]
    asked_proof: NDArray[np.int8]
    vectors: NDArray[np.int8]
    scales: Floats
    cell: Integers

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, offers: Iterable[OfferSkills]) -> Columns:
        """Read offers. Raises BadInput as `checked` does."""
        all_of = [offer if isinstance(offer, Offer) else _plain(offer) for offer in offers]
        entries = [(need, dict(offer.levels), dict(offer.proofs)) for offer in all_of for need in offer.needs]
        return cls.checked(
            ids=np.array(encoded(offer.id for offer in all_of), dtype=np.bytes_),
            titles=np.array([offer.title for offer in all_of], dtype=object),
            texts=np.array([offer.text for offer in all_of], dtype=object),
            kind=Codes.of([offer.kind for offer in all_of]),
            occupation=Codes.of([offer.occupation for offer in all_of]),
            employer=Codes.of([offer.employer for offer in all_of]),
            place=Codes.of([offer.place for offer in all_of]),
            currency=Codes.of([offer.currency for offer in all_of]),
            languages=Groups.of([offer.languages for offer in all_of]),
            licences=Groups.of([offer.licences for offer in all_of]),
            latitude=_floats(offer.where[0] if offer.where else None for offer in all_of),
            longitude=_floats(offer.where[1] if offer.where else None for offer in all_of),
            remote=np.array([offer.remote for offer in all_of], dtype=bool),
            education=np.array([offer.education or 0 for offer in all_of], dtype=np.int8),
            salary_min=_floats(offer.salary_min for offer in all_of),
            salary_max=_floats(offer.salary_max for offer in all_of),
            hours=_floats(offer.hours for offer in all_of),
            opens=np.array([day_number(offer.opens, EVER) for offer in all_of], dtype=np.int32),
            closes=np.array([day_number(offer.closes, NEVER) for offer in all_of], dtype=np.int32),
            needs=Groups.of([[uri for uri, _, _ in offer.needs] for offer in all_of]),
            given=_floats(need[1] for need, _, _ in entries),
            essential=np.array([need[2] is Need.ESSENTIAL for need, _, _ in entries], dtype=bool),
            asked_level=np.array([levels.get(need[0], 0) for need, levels, _ in entries], dtype=np.int8),
            asked_proof=np.array([proofs.get(need[0], 0) for need, _, proofs in entries], dtype=np.int8),
        )

    @classmethod
    def checked(cls, **columns: Any) -> Columns:
        """Check columns that were read somewhere, and merge needs stated twice: the larger weight and demand stay.

        Raises BadInput, naming the offer, for what no offer can say.
        """
        size = len(columns["ids"])
        unread: dict[str, Any] = {
            "vectors": np.empty((size, 0), dtype=np.int8),
            "scales": np.zeros(size, dtype=np.float32),
            "cell": np.zeros(size, dtype=np.int32),
        }
        read = cls(**(unread | columns))
        for fault, offers in read._faults():
            if len(offers):
                raise BadInput(f"The offer {bytes(read.ids[offers[0]]).decode()}: {fault}.")
        named: dict[str, Any] = {"languages": read.languages.named(), "licences": read.licences.named()}
        return replace(read, **named)._merged()

    @classmethod
    def joined(cls, parts: Sequence[Columns]) -> Columns:
        """Put the offers of several one after the other."""
        if len(parts) == 1:
            return parts[0]
        return cls(**{entry.name: _joined([getattr(part, entry.name) for part in parts]) for entry in fields(cls)})

    @classmethod
    def gathered(cls, parts: list[Columns]) -> tuple[Columns, NDArray[np.int64]]:
        """Put the offers of several side by side, and return them with the order that did it (see `side_by_side`).

        Takes the parts apart one column after the other, so that a million offers are in memory once. Raises BadInput
        on an identifier that comes twice.
        """
        pieces = [dict(vars(part)) for part in parts]
        parts.clear()
        cell = cells_of(*(_joined([piece[name] for piece in pieces]) for name in ("vectors", "scales")))
        ends = np.cumsum([len(piece["cell"]) for piece in pieces])[:-1]
        for piece, found in zip(pieces, np.split(cell, ends), strict=True):
            piece["cell"] = found
        known = {name: _joined([piece[name] for piece in pieces]) for name in ("ids", "titles", "occupation")}
        order = _side_by_side(**known, cell=cell)
        del known
        starts = joined_starts([piece["needs"].starts for piece in pieces])
        whole: dict[str, Any] = {}
        for name in [entry.name for entry in fields(cls)]:
            column = _joined([piece.pop(name) for piece in pieces])
            whole[name] = _taken(name, column, order, starts)
        return cls(**whole), order

    def taken(self, entries: NDArray[np.signedinteger]) -> Columns:
        """Return some offers, in the order given."""
        taken: dict[str, Any] = {
            name: _taken(name, column, entries, self.needs.starts) for name, column in vars(self).items()
        }
        return Columns(**taken)

    def without_texts(self) -> Columns:
        """Return the same without the texts: once their words are counted, they only take memory."""
        kept: dict[str, Any] = vars(self) | {"texts": np.full(len(self), "", dtype=object)}
        return Columns(**kept)

    def apart(self) -> Columns:
        """Return the same, the columns that take the most memory in memory of their own."""
        members = replace(self.needs.members, rows=apart(self.needs.members.rows))
        kept: dict[str, Any] = {name: apart(getattr(self, name)) for name in ("vectors", "given")}
        return replace(self, needs=replace(self.needs, members=members), **kept)

    def meaning(self, vectors: NDArray[np.int8], scales: Floats) -> Columns:
        """Return the same offers with what they mean."""
        kept: dict[str, Any] = vars(self) | {"vectors": vectors, "scales": scales}
        return Columns(**kept)

    def concepts(self) -> list[str]:
        """Return every concept that an offer needs, sorted."""
        return [bytes(concept).decode() for concept in self.needs.members.table if concept]

    def side_by_side(self) -> tuple[Columns, NDArray[np.int64]]:
        """Return the offers, those side by side that mean nearly the same, and then those of one occupation and of one
        title, with the order that did it."""
        return Columns.gathered([self])

    def _faults(self) -> Iterator[tuple[str, NDArray[np.int64]]]:
        """Give what no offer can say, and the positions of the offers that say it."""
        owner = np.repeat(np.arange(len(self)), np.diff(self.needs.starts))
        no_latitude, no_longitude = np.isnan(self.latitude), np.isnan(self.longitude)
        too_far = (np.abs(self.latitude) > 90) | (np.abs(self.longitude) > 180)
        no_day = _no_day(self.opens, EVER) | _no_day(self.closes, NEVER)
        endless = np.isinf(self.salary_min) | np.isinf(self.salary_max) | np.isinf(self.hours)
        weighs = (self.given > 0) & (self.given <= HEAVIEST)
        yield "its id is empty; give it one", np.flatnonzero(self.ids == b"")
        yield (
            "it lies at no place; give a latitude and a longitude",
            np.flatnonzero(too_far | (no_latitude != no_longitude)),
        )
        yield "its education is no level from 1 to 8", np.flatnonzero(_outside(self.education, 8))
        yield "it opens or closes on a day that no calendar has", np.flatnonzero(no_day)
        yield "a salary or its hours have no end; give numbers", np.flatnonzero(endless)
        yield "a need has no concept; name it", owner[self.needs.members.rows < 0]
        yield f"a need weighs nothing; give a positive number up to {HEAVIEST:.0f}", owner[~weighs]
        yield "a level that it asks for is none from 1 to 8", owner[_outside(self.asked_level, 8)]
        yield "a proof that it asks for is none from 1 to 6", owner[_outside(self.asked_proof, 6)]

    def _merged(self) -> Columns:
        """Sort each offer's needs by concept, one entry a concept."""
        rows, starts = self.needs.members.rows, self.needs.starts
        owner = np.repeat(np.arange(len(self)), np.diff(starts))
        order = np.lexsort((rows, owner))
        first = np.ones(len(order), dtype=bool)
        first[1:] = (owner[order][1:] != owner[order][:-1]) | (rows[order][1:] != rows[order][:-1])
        begins = np.flatnonzero(first)
        kept = order[begins]
        counts = np.bincount(owner[kept], minlength=len(self))

        def most(column: NDArray[Any]) -> NDArray[Any]:
            return np.maximum.reduceat(column[order], begins) if len(begins) else column[:0]

        changed: dict[str, Any] = {
            "needs": Groups(
                starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
                members=Codes(table=self.needs.members.table, rows=rows[kept]),
            ),
            **{name: most(getattr(self, name)) for name in BY_NEED},
        }
        return Columns(**(vars(self) | changed))


def encoded(texts: Iterable[str]) -> list[bytes]:
    """Return names as UTF-8. Raises BadInput for one that no table can hold."""
    try:
        names = [text.encode() for text in texts]
    except UnicodeEncodeError as fault:
        raise BadInput(f"{fault.object[:40]!r} holds half a letter; write it again.") from fault
    for name in names:
        if b"\0" in name or len(name) > LONGEST:
            raise BadInput(f"{name[:40]!r} is no name: it holds a NUL or is longer than {LONGEST} bytes.")
    return names


def table_of(texts: Iterable[str]) -> Strings:
    """Return distinct names as a sorted table, as `string_table` does. Raises BadInput as `encoded` does."""
    return np.array(sorted(encoded(set(texts))) or [b""], dtype=np.bytes_)


def picked(
    starts: NDArray[np.int64], entries: NDArray[np.signedinteger]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the starts of some groups put one after the other, and the positions of their members."""
    lengths = (starts[entries + 1] - starts[entries]).astype(np.int64)
    fresh = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    flat = np.repeat(starts[entries] - fresh[:-1], lengths) + np.arange(fresh[-1])
    return fresh, flat


def joined_starts(parts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return the starts of groups put one after the other."""
    lengths = np.concatenate([np.diff(part) for part in parts])
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def day_number(day: dt.date | None, unknown: int) -> int:
    """Return a date as days since 1970, as every column of days does."""
    return unknown if day is None else (day - EPOCH).days


def _side_by_side(ids: Strings, titles: NDArray[np.object_], occupation: Codes, cell: Integers) -> NDArray[np.int64]:
    names = np.sort(ids)
    if (names[1:] == names[:-1]).any():
        repeated = names[1:][names[1:] == names[:-1]][0].decode()
        raise BadInput(f"Two entries of the index are called {repeated}; identifiers must differ.")
    rank = {title: at for at, title in enumerate(sorted(set(titles.tolist())))}
    of_title = np.array([rank[title] for title in titles.tolist()], dtype=np.int64)
    return np.lexsort((ids, of_title, occupation.rows, cell))


def _taken(name: str, column: Any, entries: NDArray[np.signedinteger], starts: NDArray[np.int64]) -> Any:
    """Return a column of some offers; ``starts`` says where the needs of each begin."""
    if name in BY_NEED:
        return column[picked(starts, entries)[1]]
    return column.taken(entries) if isinstance(column, Codes | Groups) else column[entries]


def _joined(parts: Sequence[Any]) -> Any:
    return np.concatenate(parts) if isinstance(parts[0], np.ndarray) else type(parts[0]).joined(parts)


def _floats(numbers: Iterable[float | None]) -> Floats:
    with np.errstate(over="ignore"):  # what is too large becomes endless, and is refused as that
        return np.array([np.nan if number is None else number for number in numbers], dtype=np.float32)


def _outside(levels: NDArray[np.int8], most: int) -> NDArray[np.bool_]:
    """Return which levels are none; 0 is one that is not said."""
    outside: NDArray[np.bool_] = (levels < 0) | (levels > most)
    return outside


def _no_day(days: Integers, unsaid: int) -> NDArray[np.bool_]:
    no_day: NDArray[np.bool_] = (days != unsaid) & ((days < DAYS[0]) | (days > DAYS[1]))
    return no_day


def _plain(offer: OfferSkills) -> Offer:
    return Offer(**{entry.name: getattr(offer, entry.name) for entry in fields(offer)})
