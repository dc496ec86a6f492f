"""Commands for what people of a node said of links and mappings: take it along, and take in what others said."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from skillspace.cli.opening import Folder, node_database
from skillspace.kernel.errors import UnreadableFile

app = typer.Typer(no_args_is_help=True, help="What people said of links and mappings: export it, take in others'.")
out = Console()


@app.command()
def export(
    folder: Folder = Path(),
    mappings: Annotated[
        str | None, typer.Option(help="A taxonomy of the organisation's own: its reviewed mappings, in SSSOM.")
    ] = None,
) -> None:
    """Write corrections of links as JSON Lines, for the option --corrections of link and enrich; or a mapping set."""
    from skillspace.market.review.exporting import mapping_set
    from skillspace.market.review.mappings import Mappings
    from skillspace.market.review.said import Kind, said
    from skillspace.market.review.words import Words
    from skillspace.node.settings import read_settings
    from skillspace.skills.corrections import write_correction
    from skillspace.skills.taxonomy import Taxonomies

    with node_database(folder) as database, database.reading() as work:
        if mappings is None:
            sys.stdout.buffer.writelines(write_correction(one) for _, one in said(work, kind=Kind.LINK))
            return
        settings = read_settings(folder)
        words = Words(settings.folder, Taxonomies.open(settings.taxonomies))
        sys.stdout.write(mapping_set(work, Mappings(words, lambda: None, lambda _: None), words.one(work, mappings)))


@app.command("import")
def take_in_file(
    file: Annotated[Path, typer.Argument(help="Corrections as JSON Lines, such as `export` writes.")],
    folder: Folder = Path(),
) -> None:
    """Keep what people of another node said of links, beside what ours said; twice is the same as once."""
    from skillspace.market.review.said import take_in
    from skillspace.skills.corrections import read_corrections

    try:
        content = file.read_bytes()
    except OSError as fault:
        raise UnreadableFile(f"{file}: {fault.strerror}.") from None
    found = list(read_corrections(content.splitlines(), file.name))
    with node_database(folder) as database, database.writing() as work:
        new = take_in(work, found)
    out.print(f"{new} of {len(found)} are new and kept; they count from the next indexing on.", highlight=False)
