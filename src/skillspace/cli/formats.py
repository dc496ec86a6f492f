"""The command `skillspace formats`: which formats of records are read and written here, by their kind."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skillspace.cli.convert import brought_formats

app = typer.Typer()


@app.command("formats")
def formats() -> None:
    """List the formats of records that are read and written here, by their kind."""
    from skillspace.records.formats import KINDS, WritingFormat

    table = Table("format", "what it is", "written", box=None)
    for kind, found in {**KINDS, "From packages installed here": brought_formats()}.items():
        for place, each in enumerate(found):
            if place == 0:
                table.add_row(f"[bold]{kind}[/]")
            table.add_row(each.FORMAT, escape(each.TITLE), "yes" if isinstance(each, WritingFormat) else "–")
    Console().print(table)
