"""Commands for what people of a node said of links and mappings: take it along, and take in what others said."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from skillspace.cli.files import content_of
from skillspace.cli.opening import Folder, node_database

if TYPE_CHECKING:
    from skillspace.market.review.mappings import Mappings

LARGEST = 256 * 1024 * 1024
app = typer.Typer(no_args_is_help=True, help="What people said of links and mappings: export it, take in others'.")
out, problems = Console(), Console(stderr=True)


@app.command()
def export(
    folder: Folder = Path(),
    mappings: Annotated[
        str | None, typer.Option(help="A taxonomy of the organisation's own: its reviewed mappings, in SSSOM.")
    ] = None,
) -> None:
    """Write corrections of links as JSON Lines, for the option --corrections of link and enrich; or a mapping set."""
    from skillspace.market.review.exporting import mapping_set
    from skillspace.market.review.said import Kind, said
    from skillspace.skills.corrections import write_correction

    with node_database(folder) as database, database.reading() as work:
        if mappings is None:
            sys.stdout.buffer.writelines(write_correction(one) for _, one in said(work, kind=Kind.LINK))
            return
        ours = _mappings(folder)
        sys.stdout.write(mapping_set(work, ours, ours.words.one(work, mappings)))


@app.command()
def words(
    file: Annotated[Path, typer.Argument(help="Job ads or courses as they are published: JSON Lines of schema.org.")],
    courses: Annotated[bool, typer.Option("--courses", help="The file holds courses, not job ads.")] = False,
    folder: Folder = Path(),
) -> None:
    """Write out offers with the organisation's own words beside common skills, as far as its mappings hold."""
    from skillspace.market.courses import read_course, write_course
    from skillspace.market.lines import read_file
    from skillspace.market.review.publishing import InOwnWords
    from skillspace.market.vacancies import read_vacancy, write_vacancy

    unknown: set[str] = set()
    with node_database(folder) as database, database.reading() as work:
        ours = InOwnWords(work, _mappings(folder))
        if courses:
            told = [(write_course(offer), left) for offer, left in map(ours.course, read_file(file, read_course))]
        else:
            told = [(write_vacancy(offer), left) for offer, left in map(ours.vacancy, read_file(file, read_vacancy))]
    for line, left in told:
        sys.stdout.buffer.write(line + b"\n")
        unknown.update(left)
    for concept in sorted(unknown):
        problems.print(f"Left out, for nobody said yet what it is to others: {concept}", markup=False, highlight=False)


def _mappings(folder: Path) -> Mappings:
    """Return the reviewed mappings of a node, for reading."""
    from skillspace.market.review.mappings import Mappings
    from skillspace.market.review.words import Words
    from skillspace.node.settings import read_settings
    from skillspace.skills.taxonomy import Taxonomies

    settings = read_settings(folder)
    return Mappings(Words(settings.folder, Taxonomies.open(settings.taxonomies)), lambda: None, lambda _: None)


@app.command("import")
def take_in_file(
    file: Annotated[Path, typer.Argument(help="Corrections as JSON Lines, such as `export` writes.")],
    folder: Folder = Path(),
) -> None:
    """Keep what people of another node said of links, beside what ours said; twice is the same as once."""
    from skillspace.market.review.said import take_in
    from skillspace.skills.corrections import read_corrections

    found = list(read_corrections(content_of(file, LARGEST).splitlines(), file.name))
    with node_database(folder) as database, database.writing() as work:
        new = take_in(work, found)
    out.print(f"{new} of {len(found)} are new and kept; they count from the next indexing on.", highlight=False)
