"""The command `skillspace taxonomy export`: a taxonomy as a CASE package, with what CASE has no room for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skillspace.cli.files import put, put_report
from skillspace.kernel.clock import now
from skillspace.kernel.home import home_folder
from skillspace.skills.taxonomy import Taxonomies


def export(
    scheme: Annotated[str, typer.Argument(help="The taxonomy, by its name; “taxonomy list” says which there are.")],
    out: Annotated[Path | None, typer.Option(help="Where it goes; without it, standard output.")] = None,
    lang: Annotated[str | None, typer.Option(help="The language of names; without it, its first.")] = None,
    creator: Annotated[str | None, typer.Option(help="Who answers for the framework.")] = None,
    loss: Annotated[Path | None, typer.Option(help="A file for what could not travel, as JSON.")] = None,
) -> None:
    """Write a taxonomy as a CASE package; what CASE has no room for is told on standard error."""
    from skillspace.skills.taxonomy.as_case import write_case

    written = write_case(Taxonomies.open(home_folder()), scheme, at=now(), language=lang, creator=creator)
    put(f"{json.dumps(written.package, ensure_ascii=False, indent=1)}\n".encode(), out)
    console = Console(stderr=True)
    if written.losses:
        table = Table("what", "how often", "such as", title="What CASE has no room for", title_justify="left", box=None)
        for each in written.losses:
            table.add_row(each.what, f"{each.count:,}", escape(", ".join(each.concepts)))
        console.print(table)
    else:
        console.print("What CASE has no room for: nothing.", highlight=False)
    put_report({"scheme": scheme, "lost": [each.to_json() for each in written.losses]}, loss)
