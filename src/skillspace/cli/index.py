"""Commands for indexes of offers: build one from a file, add offers to it or take some away, and see what is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import orjson
import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from skillspace.cli.answering import Engine, weight_of
from skillspace.engines.engine import EngineName
from skillspace.engines.engine import engine as engine_of
from skillspace.kernel.errors import BadInput
from skillspace.kernel.home import home_folder
from skillspace.skills.answering import Answers
from skillspace.skills.dossier import UNSAID, dossier, markdown, running
from skillspace.skills.matching.collection import Collection
from skillspace.skills.matching.columns import Columns
from skillspace.skills.matching.matcher import check_folder, keep_trainings
from skillspace.skills.matching.model import Weights

SHARED = 500
"""Offers that a worker reads at once."""

app = typer.Typer(no_args_is_help=True, help="Indexes of offers that people are matched with.")
Folder = Annotated[Path, typer.Option("--index", help="The folder of the index.")]
Plain = Annotated[
    bool, typer.Option(help="Do not read what offers say: their stated skills and bare words alone count.")
]
Offers = Annotated[Path, typer.Argument(help="Offers: Parquet, or JSON Lines, one offer a line.")]


@app.command()
def build(
    offers: Offers,
    folder: Folder,
    plain: Plain = False,
    shards: Annotated[int, typer.Option(min=1, max=256, help="Parts that can be asked apart from each other.")] = 1,
    workers: Annotated[int, typer.Option(min=1, max=256, help="How many workers read offers at once.")] = 1,
    engine: Engine = EngineName.PROCESSES,
) -> None:
    """Build an index from a file of offers, in the place of the one that is there."""
    check_folder(folder)
    answers = Answers(home_folder())
    taxonomies = answers.taxonomies
    columns = SpinnerColumn(), TextColumn("offers"), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("offers", total=None)
        read = _offers(offers, answers, plain) if workers == 1 else _shared_out(offers, plain, workers, engine)
        pieces = keep_trainings(folder, read, taxonomies)
        built = Collection.build(folder, pieces, taxonomies, lambda done: bars.update(bar, completed=done), shards)
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


@app.command(name="dossier")
def write_dossier(
    folder: Folder,
    out: Annotated[Path, typer.Option(help="The folder that the documents are written to.")],
    provider: Annotated[str, typer.Option(help="Name and address of who answers for the system.")] = UNSAID,
    weight: Annotated[
        list[str] | None, typer.Option(help="A weight that is used other than the usual, such as optional=0.2.")
    ] = None,
) -> None:
    """Write the documents that the EU's AI Act asks of who provides matching, as it runs: Markdown and JSON."""
    weights = Weights.changed(dict(map(weight_of, weight or ())))
    told = dossier(running(Collection(folder), Answers(home_folder()).taxonomies, weights), provider)
    out.mkdir(parents=True, exist_ok=True)
    (out / "dossier.md").write_text(markdown(told), encoding="utf-8")
    (out / "dossier.json").write_bytes(orjson.dumps(told.as_json(), option=orjson.OPT_INDENT_2))
    print(f"The documents are in {out}.")


def _offers(place: Path, answers: Answers, plain: bool) -> Iterator[Columns]:
    """Give the offers of a file with what they mean, their texts read where they state no skills."""
    reader = None if plain else answers.reader()
    for piece in read_pieces(place):
        yield reader.read_offers(piece) if reader else piece


def _shared_out(place: Path, plain: bool, workers: int, name: EngineName) -> Iterator[Columns]:
    """Give the same, read by several workers."""
    pieces = (
        piece.taken(np.arange(begin, min(begin + SHARED, len(piece))))
        for piece in read_pieces(place)
        for begin in range(0, len(piece), SHARED)
    )
    yield from engine_of(name)(partial(_begin_reading, home_folder(), plain), pieces, workers=workers)


def _begin_reading(home: Path, plain: bool) -> Callable[[Columns], Columns]:
    reader = None if plain else Answers(home).reader()
    return reader.read_offers if reader else _as_they_are


def _as_they_are(piece: Columns) -> Columns:
    return piece


def read_pieces(place: Path) -> Iterator[Columns]:
    """Give the offers of a file as they stand there, some at a time. Raises BadInput, UnreadableFile."""
    if place.suffix == ".parquet":
        from skillspace.skills.matching.offer_tables import read_offers  # pyarrow is an extra

        yield from read_offers(place)
    elif place.suffix in (".jsonl", ".ndjson", ".json"):
        from skillspace.skills.matching.offer_lines import read_offer_lines

        yield from read_offer_lines(place)
    else:
        raise BadInput(f"{place.name} is no file of offers; its name ends in .parquet or .jsonl.")
