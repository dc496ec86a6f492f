"""The command `skillspace convert-traces`: logs of other systems in, xAPI 2.0 statements out, line by line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer
from rich.console import Console
from rich.markup import escape

from skillspace.cli.files import content_of, put_report, reading, whole
from skillspace.kernel.errors import BadInput

if TYPE_CHECKING:
    from datetime import tzinfo

    from skillspace.records.traces import Report, Source

app = typer.Typer()
_TOLD = 12
_LINES = (".jsonl", ".ndjson")


@app.command("convert-traces")
def convert_traces(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="The file: JSON, JSON Lines or CSV; or a rejects file to try again.")
    ],
    kind: Annotated[
        str, typer.Option("--from", help="caliper, cmi5, csv (with --mapping), matomo, moodle, scorm, vr or xapi.")
    ],
    home: Annotated[str, typer.Option(help="The address of the system it comes from, where people have accounts.")],
    out: Annotated[
        Path, typer.Option(help="Where the statements go, one a line; those of its rejects file are added to it.")
    ],
    rejects: Annotated[
        Path | None, typer.Option(help="Where what could not be read goes, as it was; by default beside --out.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="What the columns of a CSV mean: TOML or JSON.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="imsmanifest.xml or cmi5.xml of the course, for names.")] = None,
    key_file: Annotated[
        Path | None, typer.Option(help="A file with a key: people become pseudonyms under it. vr needs one.")
    ] = None,
    zone: Annotated[str, typer.Option(help="Where the system's clock stands, such as Europe/Stockholm.")] = "UTC",
    dates: Annotated[str | None, typer.Option(help="How it writes days, such as %d/%m/%y, %H:%M.")] = None,
    loss: Annotated[Path | None, typer.Option(help="A file for the report as JSON.")] = None,
) -> None:
    """Turn records of learning into xAPI 2.0 statements; what stayed behind is told on standard error.

    A line, row or record that cannot be read stops no other. It is told with its place and the reason, and goes to a
    rejects file as it was: mend it there, and give that file in place of the first. Exit code 2: some were not read.
    """
    from skillspace.records.deidentification import Pseudonyms, read_key
    from skillspace.records.traces import Origin, Report, convert_pieces, opened
    from skillspace.records.traces.packages import titles

    found = _source(kind, mapping)
    names = titles(content_of(manifest)) if manifest else {}
    origin = Origin(home=home, zone=_zone(zone), dates=dates, titles=names)
    pseudonyms = Pseudonyms(read_key(key_file)) if key_file else None
    report = Report()
    with reading(source) as file, TemporaryFile() as refused:
        content = opened(file, has_lines=source.suffix.lower() in _LINES)
        # A pipe has no place beside it.
        near = out if out.is_file() or not out.exists() else source
        sink = rejects or near.with_name(f"{near.stem}.rejects{'.jsonl' if content.head is None else '.csv'}")
        is_again = sink.exists() and source.samefile(sink)
        refused.write(content.head or b"")
        with whole(out) as lines:
            if is_again and out.is_file():
                with reading(out) as before:
                    copyfileobj(before, lines)
            for one in convert_pieces(content.pieces, found, origin, report, pseudonyms, refused.write):
                lines.write(json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            _tell(report)
            if report.refusals and not report.statements:
                place, why = report.refused[0]
                raise BadInput(f"None of the {report.records:,} records became a statement; the first, {place}: {why}")
        if report.refusals or sink.exists():
            _put_rejects(refused, sink)
    put_report(report.to_json(), loss)
    if report.refusals:
        Console(stderr=True, highlight=False).print(f"To mend and try again: {escape(str(sink))}", soft_wrap=True)
        raise typer.Exit(2)


def _put_rejects(refused: BinaryIO, file: Path) -> None:
    """A rejects file always tells of the last run: what was read this time is in it no more."""
    refused.seek(0)
    with whole(file) as opened:
        copyfileobj(refused, opened)


def _source(kind: str, mapping: Path | None) -> Source:
    from skillspace.records.traces import SOURCES, mapped

    if (kind == "csv") != (mapping is not None):
        raise BadInput("A mapping goes with --from csv, and --from csv with a mapping.")
    if mapping is not None:
        return mapped(content_of(mapping))
    if kind not in SOURCES:
        raise BadInput(f"No source is called {kind!r}; known are csv, {', '.join(SOURCES)}.")
    return SOURCES[kind]


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise BadInput(f"No zone is called {name!r}; one is Europe/Stockholm.") from None


def _tell(report: Report) -> None:
    console = Console(stderr=True, highlight=False)
    console.print(f"{report.records:,} records, {report.statements:,} statements, {report.silent:,} that tell no deed.")
    for place, why in report.refused[:_TOLD]:
        console.print(f"{place}: {escape(why)}")
    if report.refusals > _TOLD:
        console.print(f"… and {report.refusals - _TOLD:,} more records refused.")
    lost: Mapping[str, int] = dict(report.lost.most_common(_TOLD))
    if lost:
        console.print("Not carried: " + escape(", ".join(f"{path} ({count:,})" for path, count in lost.items())))
    if len(report.lost) > _TOLD:
        console.print(f"… and {len(report.lost) - _TOLD:,} more fields; --loss FILE has them all.")
