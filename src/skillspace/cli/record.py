"""Commands for the organisation's record: what it does with people's data, why and for how long."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from skillspace.cli.files import content_of
from skillspace.node.settings import read_settings
from skillspace.storage.database import Database
from skillspace.storage.migrating import migrate
from skillspace.trust.register import Contact, Own, Record, read_record

app = typer.Typer(no_args_is_help=True, help="The record of processing: show it, write a new version.")
out = Console()
Folder = Annotated[Path, typer.Option("--folder", help="The node's folder.")]


@app.command()
def show(folder: Folder = Path()) -> None:
    """Print the record in force, as JSON that `write` takes."""
    registers, database = _open(folder)
    with database.reading() as work:
        version, record = registers.own(work)
    sys.stdout.write(json.dumps(record.to_json(), indent=2, ensure_ascii=False) + "\n")
    Console(stderr=True).print(f"Version {version}." if version else "Nothing is written yet; this is what stands.")


@app.command()
def write(
    file: Annotated[Path, typer.Argument(help="A JSON file with the whole record.")],
    folder: Folder = Path(),
    by: Annotated[str, typer.Option(help="Who changes it.")] = "operator",
) -> None:
    """Put a new version in force; people are asked again where the change matters to them."""
    record = read_record(content_of(file))
    registers, database = _open(folder)
    with database.writing() as work:
        version = registers.write(work, record, by=by)
    out.print(f"Version {version} is in force: {_summary(record)}.", highlight=False)


@app.command()
def versions(folder: Folder = Path()) -> None:
    """List every version that was written."""
    registers, database = _open(folder)
    table = Table("version", "made", "by", "processings", box=None)
    with database.reading() as work:
        for row in registers.versions(work):
            count = len(row["content"]["processings"])
            table.add_row(str(row["version"]), f"{row['made']:%Y-%m-%d %H:%M}", row["by"], str(count))
    out.print(table)


def _open(folder: Path) -> tuple[Own, Database]:
    settings = read_settings(folder)
    database = Database.in_folder(settings.folder)
    migrate(database)
    fallback = Record(name=settings.name, country=settings.country, contact=Contact(website=settings.address))
    return Own(own_did=settings.did, fallback=fallback), database


def _summary(record: Record) -> str:
    officer = "a data protection officer" if record.dpo else "no data protection officer"
    return f"{len(record.processings)} processings, {len(record.duties)} duties to keep, {officer}"
