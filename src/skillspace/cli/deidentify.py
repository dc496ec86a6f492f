"""The command `skillspace deidentify`: a table or a text that may leave, and how well people hide in it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from skillspace.cli.files import content_of, put_report, reading, writing
from skillspace.kernel.errors import UnreadableFile

if TYPE_CHECKING:
    from skillspace.records.deidentification import Pseudonyms

app = typer.Typer()


@app.command("deidentify")
def deidentify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV (with --rules), or a text in UTF-8.")],
    key_file: Annotated[Path, typer.Option(help="A file with the key of the pseudonyms: 32 bytes or more.")],
    out: Annotated[Path, typer.Option(help="Where what may leave goes.")],
    rules: Annotated[Path | None, typer.Option(help="What becomes of each column: TOML or JSON.")] = None,
    report: Annotated[Path | None, typer.Option(help="A file for the report as JSON; it holds no values.")] = None,
) -> None:
    """Take out who people are: pseudonyms under your key, coarser values, and nobody who stands alone.

    Keep the key apart from what you give away: with it, pseudonyms can be tried out; without it they cannot.
    """
    from skillspace.records.deidentification import Pseudonyms, read_key

    pseudonyms = Pseudonyms(read_key(key_file))
    told = _table(file, rules, pseudonyms, out) if rules else _text(file, pseudonyms, out)
    put_report(told, report)


def _table(file: Path, rules: Path, pseudonyms: Pseudonyms, out: Path) -> dict[str, object]:
    from skillspace.records.deidentification.rules import read_rules
    from skillspace.records.deidentification.tables import deidentify_table, leaving_columns
    from skillspace.records.traces import records

    declared = read_rules(content_of(rules))

    def rows() -> Iterable[Mapping[str, str]]:
        with reading(file) as content:
            yield from ({name: str(value) for name, value in row.items()} for row in records(content))

    leaving, report = deidentify_table(rows, declared, pseudonyms)
    with writing(out) as written:
        lines = csv.DictWriter(written, leaving_columns(declared))
        lines.writeheader()
        lines.writerows(leaving)
    console = Console(stderr=True, highlight=False)
    console.print(f"{report.rows:,} rows; {report.left_out:,} left out, so that nobody who leaves stands alone.")
    console.print(f"Fewest alike: {report.k_before} before, {report.k_after} after. Rows alone: {report.alone:,}.")
    if declared.release.secret:
        console.print(f"Fewest values of a secret among those: {report.l_before} before, {report.l_after} after.")
    if report.dropped:
        console.print(f"Columns that do not leave: {', '.join(report.dropped)}.", markup=False)
    return report.to_json()


def _text(file: Path, pseudonyms: Pseudonyms, out: Path) -> dict[str, object]:
    from skillspace.records.deidentification.text import deidentify_text

    try:
        text = content_of(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile(f"{file} is not in UTF-8; save it so and try again.") from None
    made, counts = deidentify_text(text, pseudonyms)
    with writing(out) as written:
        written.write(made)
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "nothing"
    Console(stderr=True, highlight=False).print(f"Replaced: {told}. Names are found by reading: look the text over.")
    return {"replaced_in_text": counts}
