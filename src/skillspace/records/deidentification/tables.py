"""A table that leaves: each column as its rule says, then rows left out until nobody stands alone.

Two passes over the rows, so that only the sizes of groups are in memory: the first counts who is alike, the second
gives the rows of groups that are large enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from math import floor, isfinite

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.deidentification.pseudonyms import Pseudonyms
from skillspace.records.deidentification.rules import (
    Age,
    Band,
    Column,
    Day,
    Drop,
    Pseudonym,
    Region,
    Rules,
    Start,
    Text,
)
from skillspace.records.deidentification.text import deidentify_text

Row = Mapping[str, str]
Group = tuple[str, ...]
MOST_TOLD = 100


@dataclass(kw_only=True)
class Anonymity:
    """How well people hide among each other: rows alike in what may be known are a group.

    `k` is how many people are in the smallest group, `l` the fewest different values of a secret in one; both before
    and after rows were left out (0 where no row is). `alone` are the rows of people who were a group by themselves.
    """

    rows: int = 0
    left_out: int = 0
    groups: int = 0
    k_before: int = 0
    k_after: int = 0
    l_before: int = 0
    l_after: int = 0
    alone: int = 0
    alone_rows: list[int] = field(default_factory=list)
    replaced: Counter[str] = field(default_factory=Counter)
    dropped: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the report as JSON values; it holds no value of the table."""
        return {
            "rows": self.rows, "left_out": self.left_out, "groups": self.groups,
            "k": {"before": self.k_before, "after": self.k_after},
            "l": {"before": self.l_before, "after": self.l_after},
            "alone": {"rows": self.alone, "numbers": self.alone_rows},
            "replaced_in_text": dict(sorted(self.replaced.items())), "columns_dropped": list(self.dropped),
        }  # fmt: skip


def leaving_columns(rules: Rules) -> list[str]:
    """Return the columns that leave, in the order of the rules."""
    return [name for name, column in rules.columns.items() if not isinstance(column, Drop)]


def deidentify_table(
    rows: Callable[[], Iterable[Row]], rules: Rules, pseudonyms: Pseudonyms
) -> tuple[Iterator[dict[str, str]], Anonymity]:
    """Return the rows that may leave, and the report, which fills while they are read.

    `rows` gives the rows from the beginning each time it is called. Raises UnreadableFile where a column of the rules
    is missing, BadInput with the row where a value is not what its rule says.
    """
    counted = _counted(rows(), rules, pseudonyms)
    release, people = rules.release, {group: len(seen.people) for group, seen in counted.items()}
    diversity = {group: min(map(len, seen.secrets), default=0) for group, seen in counted.items()}
    kept = {
        group
        for group, size in people.items()
        if size >= release.k and (not release.secret or diversity[group] >= release.diversity)
    }
    report = Anonymity(
        rows=sum(seen.rows for seen in counted.values()),
        left_out=sum(seen.rows for group, seen in counted.items() if group not in kept),
        groups=len(kept),
        k_before=min(people.values(), default=0),
        k_after=min((people[group] for group in kept), default=0),
        l_before=min(diversity.values(), default=0),
        l_after=min((diversity[group] for group in kept), default=0),
        alone=sum(seen.rows for group, seen in counted.items() if people[group] == 1),
    )
    return _leaving(rows, rules, pseudonyms, report, {one for one, size in people.items() if size == 1}, kept), report


@dataclass(kw_only=True)
class _Seen:
    """What was seen of a group: rows, secrets, and people (each row is one where nobody says whose it is)."""

    secrets: list[set[str]]
    rows: int = 0
    people: set[int | bytes] = field(default_factory=set)


def _counted(rows: Iterable[Row], rules: Rules, pseudonyms: Pseudonyms) -> dict[Group, _Seen]:
    known, secret, person = rules.release.known, rules.release.secret, rules.release.person
    groups: dict[Group, _Seen] = {}
    for number, row in enumerate(rows, 1):
        if number == 1:
            _check_columns(rules, row)
        made = _made(row, number, {name: rules.columns[name] for name in (*known, *secret)}, rules, pseudonyms, None)
        seen = groups.setdefault(tuple(made[name] for name in known), _Seen(secrets=[set() for _ in secret]))
        seen.rows += 1
        seen.people.add(blake2b(row[person].strip().encode(), digest_size=16).digest() if person else number)
        for values, name in zip(seen.secrets, secret, strict=True):
            values.add(made[name])
    return groups


def _leaving(
    rows: Callable[[], Iterable[Row]],
    rules: Rules,
    pseudonyms: Pseudonyms,
    report: Anonymity,
    alone: set[Group],
    kept: set[Group],
) -> Iterator[dict[str, str]]:
    columns = {name: rules.columns[name] for name in leaving_columns(rules)}
    of_groups = {name: columns[name] for name in rules.release.known}
    for number, row in enumerate(rows(), 1):
        if number == 1:
            report.dropped = tuple(name for name in row if name not in columns)
        group = tuple(_made(row, number, of_groups, rules, pseudonyms, None).values())
        if group in alone and len(report.alone_rows) < MOST_TOLD:
            report.alone_rows.append(number)
        if group in kept:
            yield _made(row, number, columns, rules, pseudonyms, report)


def _check_columns(rules: Rules, row: Row) -> None:
    wanted = {*rules.columns, *([rules.release.person] if rules.release.person else [])}
    if missing := sorted(wanted - row.keys()):
        raise UnreadableFile(f"The rules name the column {missing[0]!r}, which the table does not have.")


def _made(
    row: Row,
    number: int,
    columns: Mapping[str, Column],
    rules: Rules,
    pseudonyms: Pseudonyms,
    report: Anonymity | None,
) -> dict[str, str]:
    try:
        return {name: _value(row, name, column, rules, pseudonyms, report) for name, column in columns.items()}
    except ValueError as fault:
        raise BadInput(f"Row {number}: {fault}.") from None


def _value(row: Row, name: str, column: Column, rules: Rules, pseudonyms: Pseudonyms, report: Anonymity | None) -> str:
    said = row[name].strip()
    if not said:
        return ""
    if isinstance(column, Pseudonym):
        return pseudonyms.of(column.of, said)
    if isinstance(column, Text):
        known = [
            (other.of, row[place])
            for place, other in rules.columns.items()
            if isinstance(other, Pseudonym) and row[place]
        ]
        text, counts = deidentify_text(said, pseudonyms, known)
        if report is not None:
            report.replaced.update(counts)
        return text
    return _coarsened(said, name, column, rules)


def _coarsened(said: str, name: str, column: Column, rules: Rules) -> str:
    match column:
        case Day():
            day = _day(said, name)
            within = {"year": "", "quarter": f"-Q{(day.month + 2) // 3}", "month": f"-{day.month:02}"}
            return f"{day.year:04}{within[column.to]}"
        case Age():
            born = _day(said, name)
            years = column.on.year - born.year - ((column.on.month, column.on.day) < (born.month, born.day))
            return _band(years, column.width, None)
        case Band():
            return _band(_number(said, name), column.width, column.most)
        case Region():
            return rules.tables[column.table].get(said, column.otherwise)
        case Start():
            return said[: column.letters]
        case _:
            return said


def _band(value: float, width: float, most: float | None) -> str:
    if most is not None and value >= most:
        return f"{most:g}+"
    low = floor(value / width) * width
    whole = float(width).is_integer()
    return (
        f"{low:g}–{low + width - 1:g}" if whole and width > 1 else f"{low:g}" if whole else f"{low:g}–{low + width:g}"
    )


def _day(said: str, name: str) -> date:
    try:
        return date.fromisoformat(said[:10])
    except ValueError:
        raise ValueError(f"{name}: this is no day as 2026-03-01 is written") from None


def _number(said: str, name: str) -> float:
    try:
        value = float(said)
    except ValueError:
        raise ValueError(f"{name}: this is no number") from None
    if not isfinite(value) or abs(value) > 1e15:
        raise ValueError(f"{name}: this is no number that has a band")
    return value
