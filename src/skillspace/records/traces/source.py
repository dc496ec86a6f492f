"""What every source of traces offers, what it is told, and how its records become checked statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.records.deidentification import Pseudonyms
from skillspace.records.statements import Version, iri, read_statement
from skillspace.records.traces.door import pseudonymous
from skillspace.records.traces.pieces import Piece, as_line, as_written, runs
from skillspace.records.traces.trace import Trace

Json = Mapping[str, object]
Statement = dict[str, Any]
MAX_PATHS = 1000
"""How many different fields a report tells apart; records with a new name each time must not fill the memory."""
_TOO_DEEP = "This record is nested too deep."


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What the records do not say of themselves.

    `home` is the address of the system they come from (an IRI), in which people have their accounts; `zone` is where
    its clock stands when a time has no offset; `dates` how it writes days (the letters of `strptime`); `titles` the
    names of activities by their identifiers.
    """

    home: str
    zone: tzinfo = UTC
    dates: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        iri(self.home, "home")


@dataclass(frozen=True, kw_only=True)
class Source:
    """One kind of record. `read` gives the statements of one of them, none where nobody did anything.

    `records` turns what a file holds into records where the two are not the same: it opens envelopes, joins rows;
    `run_of` tells which rows that stand together are one record, None for one that stands alone.
    With `at_the_door` actors are pseudonyms before anybody sees them, and a key is needed.
    """

    name: str
    title: str
    read: Callable[[Trace, Origin], Iterable[Statement]]
    records: Callable[[Iterable[Json]], Iterable[Json]] = iter
    run_of: Callable[[Json], Hashable | None] | None = None
    at_the_door: bool = False


@dataclass(kw_only=True)
class Report:
    """What happened to records: how many became statements, which were refused and why, and what stayed behind.

    It tells names of fields, never values: a report is shown around, and values are about people.
    """

    records: int = 0
    statements: int = 0
    silent: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    refusals: int = 0
    lost: Counter[str] = field(default_factory=Counter)

    MOST_TOLD = 100

    def refuse(self, place: str, why: str) -> None:
        """Note what stands at a place and is no statement; the first hundred are told one by one."""
        self.refusals += 1
        if len(self.refused) < self.MOST_TOLD:
            self.refused.append((place, why))

    def lose(self, paths: Iterable[str]) -> None:
        """Note fields that did not travel."""
        for path in paths:
            known = path in self.lost or len(self.lost) < MAX_PATHS
            self.lost[path[:200] if known else "other fields"] += 1

    def to_json(self) -> dict[str, object]:
        """Return the report as JSON values."""
        return {
            "records": self.records,
            "statements": self.statements,
            "silent": self.silent,
            "refused": self.refusals,
            "refusals": [{"place": place, "why": why} for place, why in self.refused],
            "not_carried": dict(sorted(self.lost.items(), key=lambda one: (-one[1], one[0]))),
        }


def convert(
    found: Iterable[Json], source: Source, origin: Origin, report: Report, pseudonyms: Pseudonyms | None = None
) -> Iterator[Statement]:
    """Give the statements of records as `convert_pieces` does, where nobody keeps what was refused."""
    pieces = (Piece(place=f"record {number}", record=record) for number, record in enumerate(found, 1))
    return convert_pieces(pieces, source, origin, report, pseudonyms)


def convert_pieces(
    pieces: Iterable[Piece],
    source: Source,
    origin: Origin,
    report: Report,
    pseudonyms: Pseudonyms | None = None,
    reject: Callable[[bytes], object] = len,
) -> Iterator[Statement]:
    """Give the statements of a file one after the other, each checked as xAPI 2.0; `report` fills on the way.

    What cannot be read is refused by itself, with its place and the reason, and goes to `reject` as it was written; a
    record out of an envelope as a line of its own. No statement is made of it: what was given to `reject`, once it is
    mended, makes exactly what is missing. With `pseudonyms` nobody in a statement is who they were. Raises BadInput
    where the source needs a key and has none.
    """
    if source.at_the_door and pseudonyms is None:
        raise BadInput(f"People in {source.title} become pseudonyms at the door: give a key for them.")

    def refuse(place: str, why: str, written: bytes) -> None:
        report.refuse(place, why)
        reject(written)

    for run in runs(pieces, source.run_of):
        try:
            records = _records_of(run, source)
        except _RunRefused as fault:
            report.records += len(run)
            for piece in run:
                refuse(piece.place, piece.fault or str(fault), as_written(piece))
            continue
        for part, record in enumerate(records, 1):
            report.records += 1
            trace = Trace(record)
            try:
                made = [_checked(one, pseudonyms) for one in source.read(trace, origin)]
            except (BadInput, RecursionError) as fault:
                why = fault.message if isinstance(fault, BadInput) else _TOO_DEEP
                if len(records) > 1:
                    refuse(f"{run[0].place}, part {part}", why, as_line(record))
                else:
                    refuse(run[0].place, why, b"".join(map(as_written, run)))
                continue
            report.lose(trace.left())
            report.silent += not made
            report.statements += len(made)
            yield from made


class _RunRefused(Exception):
    """Nothing of this run is read; the reason."""


def _records_of(run: list[Piece], source: Source) -> list[Json]:
    if broken := next((piece for piece in run if piece.record is None), None):
        raise _RunRefused(f"What may belong to it cannot be read: {broken.place}.")
    try:
        return list(source.records([piece.record for piece in run if piece.record is not None]))
    except RecursionError:
        raise _RunRefused(_TOO_DEEP) from None


def _checked(statement: Statement, pseudonyms: Pseudonyms | None) -> Statement:
    checked = read_statement({**statement, "version": "2.0.0"}, Version.V2_0)
    # Checked again: what was replaced must still be a statement.
    return read_statement(pseudonymous(checked, pseudonyms), Version.V2_0) if pseudonyms else checked
