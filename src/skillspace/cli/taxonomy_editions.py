"""Commands for editions of a taxonomy: what changed from one to the next, and stored data carried over."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.kernel.home import home_folder
from skillspace.skills.taxonomy import Taxonomies

if TYPE_CHECKING:
    from skillspace.skills.taxonomy.diff import Diff
    from skillspace.skills.taxonomy.migration import Carried, Migration

out = Console()
note = Console(stderr=True)
LONGEST_LINE = 16 << 20  # bytes of one JSON line
TOLD = 10  # concepts of the report that are shown; all of them are in --report


class Form(StrEnum):
    """How a diff is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def show_diff(
    before: Annotated[str, typer.Argument(help="The older edition, as `taxonomy list` names it: esco-1.1.1.")],
    after: Annotated[str, typer.Argument(help="The newer edition: esco-1.2.0.")],
    form: Annotated[
        Form, typer.Option("--format", help="A table of examples, or every change as JSON or CSV.")
    ] = Form.TABLE,
    lang: Annotated[str, typer.Option("--lang", help="Language of the names shown.")] = "en",
    limit: Annotated[int, typer.Option(min=1, help="Examples of each sort in the table.")] = 5,
) -> None:
    """Say what changed between two editions of a taxonomy."""
    from skillspace.skills.taxonomy.diff import compare_packs

    editions = Taxonomies.open(home_folder()).editions
    newer = editions.named(after)
    found = compare_packs(editions.named(before), newer)

    def name_of(uri: str) -> str:
        row = newer.find(uri)
        return "" if row is None else newer.label(row, lang, "en")

    if form is Form.TABLE:
        _tell(found, name_of, limit)
        return
    rows = list(_rows(found, name_of))
    if form is Form.JSON:
        about = {"before": found.before, "after": found.after, "counts": found.counts()}
        compared = {"compared": [*found.languages, *found.relations], "not_compared": found.not_compared}
        changes = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        sys.stdout.buffer.write(orjson.dumps({**about, **compared, "changes": changes}, option=orjson.OPT_INDENT_2))
        return
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([COLUMNS, *rows])
    sys.stdout.buffer.write(text.getvalue().encode())


COLUMNS = ("change", "concept", "name", "what", "before", "after")


def _rows(found: Diff, name_of: Callable[[str], str]) -> Iterator[tuple[str, ...]]:
    for entry in found.added:
        yield "added", entry.uri, entry.name, entry.kind.value, "", ""
    for one in found.retired:
        grounds = " ".join(sorted({other.ground.value for other in one.replaced_by}))
        follows = " ".join(other.uri for other in one.replaced_by)
        yield "retired", one.entry.uri, one.entry.name, grounds, "", follows
    for change in found.changed:
        yield "changed", change.uri, name_of(change.uri), change.property, change.before or "", change.after or ""
    for move in found.moved:
        yield "moved", move.uri, name_of(move.uri), "broader", " ".join(move.before), " ".join(move.after)
    for sort, links in (("link added", found.links_added), ("link removed", found.links_removed)):
        for link in links:
            yield sort, link.source, name_of(link.source), link.relation, "", link.target


def _tell(found: Diff, name_of: Callable[[str], str], limit: int) -> None:
    out.print(f"[bold]{found.before} → {found.after}[/]", highlight=False)
    if found.not_compared:
        out.print(
            f"Only one of them has, so not compared: {' '.join(found.not_compared)}.", style="dim", highlight=False
        )
    counts = Table("change", "count")
    for sort, count in found.counts().items():
        counts.add_row(sort, f"{count:,}")
    out.print(counts)
    examples = Table("change", "concept", "what", "before", "after")
    seen: dict[str, int] = {}
    for sort, uri, name, what, before, after in _rows(found, name_of):
        key = f"{sort} {what.partition(':')[0]}" if sort == "changed" else sort
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= limit:
            examples.add_row(*(escape(text) for text in (sort, name or uri, what, before, after)))
    out.print(examples)
    out.print("Every change: --format csv or --format json.", style="dim")


def migrate(
    source: Annotated[
        Path | None, typer.Argument(help="JSON Lines, or with --document one JSON file; else stdin.")
    ] = None,
    *,
    before: Annotated[str, typer.Option("--from", help="The edition the data was written with: esco-1.1.1.")],
    after: Annotated[str, typer.Option("--to", help="The edition it shall speak: esco-1.2.0.")],
    field: Annotated[
        str, typer.Option(help="The member that holds a concept, or a list of them, at any depth.")
    ] = "concept",
    document: Annotated[bool, typer.Option("--document", help="The input is one JSON document.")] = False,
    accept: Annotated[
        list[str] | None, typer.Option(help="Also take over by this ground: other-name (a hint that needs eyes).")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write what became of every concept here, as JSON Lines.")] = None,
) -> None:
    """Carry stored data from one edition of a taxonomy to the next, and say what could not be carried."""
    from skillspace.skills.taxonomy.migration import SURE, Migration
    from skillspace.skills.taxonomy.model import Ground

    unknown = set(accept or ()) - set(Ground)
    if unknown:
        raise BadInput(f"--accept {unknown.pop()!r} is no ground; use one of {', '.join(Ground)}.")
    editions = Taxonomies.open(home_folder()).editions
    grounds = SURE | {Ground(word) for word in accept or ()}
    way = Migration(editions.named(before), editions.named(after), grounds=grounds)
    try:
        with source.open("rb") if source else sys.stdin.buffer as file:
            carried = list(_document(file, field, way) if document else _lines(file, field, way))
    except OSError as error:
        raise UnreadableFile(f"{source} cannot be read: {error.strerror}.") from error
    _account(carried, report)


def _document(file: BinaryIO, field: str, way: Migration) -> Iterable[Carried]:
    from skillspace.skills.taxonomy.migration import migrate as migrated

    value, carried = migrated(_json(file.read(), "the document"), field, way)
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n")
    return carried


def _lines(file: BinaryIO, field: str, way: Migration) -> Iterator[Carried]:
    from skillspace.skills.taxonomy.migration import Outcome
    from skillspace.skills.taxonomy.migration import migrate as migrated

    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise BadInput(f"line {number} has more than {LONGEST_LINE} bytes; use --document for one large document.")
        if not line.strip():
            continue
        try:
            value, carried = migrated(_json(line, f"line {number}"), field, way)
        except BadInput as error:
            raise BadInput(
                error.message if error.message.startswith("line") else f"line {number}: {error.message}."
            ) from error
        changes = [_fact(one) for one in carried if one.outcome is not Outcome.KEPT]
        if changes and isinstance(value, dict):
            value = {**value, "migrated": changes}
        sys.stdout.buffer.write(orjson.dumps(value) + b"\n")
        yield from carried


def _json(text: bytes, where: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"{where} is not JSON ({error.msg}, line {error.lineno}, column {error.colno}).") from error


def _fact(one: Carried) -> dict[str, Any]:
    return {
        "from": one.concept,
        "to": one.target,
        "outcome": one.outcome.value,
        "reason": one.reason,
        **({"candidates": one.candidates} if one.candidates else {}),
    }


def _account(carried: list[Carried], report: Path | None) -> None:
    from skillspace.skills.taxonomy.migration import Outcome, summary

    if report:
        report.write_bytes(b"".join(orjson.dumps(_fact(one)) + b"\n" for one in carried))
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in summary(carried).items())
    note.print(f"{len(carried):,} concepts: {counts}.", highlight=False)
    lost = list(dict.fromkeys((one.concept, one.reason) for one in carried if one.outcome is Outcome.LOST))
    for concept, reason in lost[:TOLD]:
        note.print(f"  not carried: {concept} ({reason})", style="yellow", highlight=False, soft_wrap=True)
    if len(lost) > TOLD:
        note.print(f"  and {len(lost) - TOLD} more; --report keeps them all", style="yellow", highlight=False)
