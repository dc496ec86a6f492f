"""Commands for indexes of offers: build one from a file, add offers to it or take some away, and see what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from skillspace.kernel.errors import BadInput
from skillspace.kernel.home import home_folder
from skillspace.skills.answering import Answers
from skillspace.skills.matching.collection import Collection
from skillspace.skills.matching.columns import Columns
from skillspace.skills.matching.matcher import check_folder, keep_trainings

app = typer.Typer(no_args_is_help=True, help="Indexes of offers that people are matched with.")
Folder = Annotated[Path, typer.Option("--index", help="The folder of the index.")]
Plain = Annotated[
    bool, typer.Option(help="Do not read what offers say: their stated skills and bare words alone count.")
]
Offers = Annotated[Path, typer.Argument(help="Offers: Parquet, or JSON Lines, one offer a line.")]


@app.command()
def build(offers: Offers, folder: Folder, plain: Plain = False) -> None:
    """Build an index from a file of offers, in the place of the one that is there."""
    check_folder(folder)
    answers = Answers(home_folder())
    taxonomies = answers.taxonomies
    columns = SpinnerColumn(), TextColumn("offers"), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("offers", total=None)
        pieces = keep_trainings(folder, _offers(offers, answers, plain), taxonomies)
        built = Collection.build(folder, pieces, taxonomies, lambda done: bars.update(bar, completed=done))
    print(f"{len(built)} jobs are in {folder}.")


@app.command()
def add(offers: Offers, folder: Folder, plain: Plain = False) -> None:
    """Add offers; one with an identifier that is there already takes its place."""
    collection, answers = Collection(folder), Answers(home_folder())
    print(f"{sum(collection.add(piece) for piece in _offers(offers, answers, plain))} offers were added to {folder}.")


@app.command()
def remove(
    folder: Folder, ids: Annotated[list[str], typer.Argument(help="Identifiers of the offers to take away.")]
) -> None:
    """Take offers away."""
    print(f"{Collection(folder).remove(ids)} offers were taken out of {folder}.")


@app.command()
def info(folder: Folder) -> None:
    """Show what an index holds."""
    for name, value in Collection(folder).info().items():
        print(f"{name:10} {value}")


def _offers(place: Path, answers: Answers, plain: bool) -> Iterator[Columns]:
    """Give the offers of a file with what they mean, their texts read where they state no skills."""
    reader = None if plain else answers.reader()
    for piece in _read(place):
        yield reader.read_offers(piece) if reader else piece


def _read(place: Path) -> Iterator[Columns]:
    if place.suffix == ".parquet":
        from skillspace.skills.matching.offer_tables import read_offers  # pyarrow is an extra

        yield from read_offers(place)
    elif place.suffix in (".jsonl", ".ndjson", ".json"):
        from skillspace.skills.matching.offer_lines import read_offer_lines

        yield from read_offer_lines(place)
    else:
        raise BadInput(f"{place.name} is no file of offers; its name ends in .parquet or .jsonl.")
