"""The command `skillspace match`: a person, or many, in; jobs, trainings or moves that fit out, with reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer

from skillspace.cli.answering import Engine, Job, Out, Workers, answer_all, answer_lines, weight_of
from skillspace.engines.engine import EngineName
from skillspace.kernel.errors import BadInput
from skillspace.skills.answering import MatchPeople
from skillspace.skills.matching.matcher import Kind

app = typer.Typer()
BATCH = 32


@app.command()
def match(
    folder: Annotated[Path, typer.Option("--index", help="The folder of the offers, from “skillspace index build”.")],
    person: Annotated[
        Path | None, typer.Option(help="One person or several: JSON Lines, or a text file (.txt) such as a CV.")
    ] = None,
    batch: Annotated[Path | None, typer.Option(help="Many people: Parquet or JSON Lines.")] = None,
    kind: Annotated[Kind, typer.Option(help="What is looked for.")] = Kind.JOB,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many answers a person gets.")] = 20,
    weight: Annotated[
        list[str] | None, typer.Option(help="A weight to change, such as optional=0.2; may be given several times.")
    ] = None,
    more: Annotated[
        int, typer.Option(min=0, max=5, help="Say also which so many further skills would open most jobs.")
    ] = 0,
    by_shard: Annotated[
        bool, typer.Option(help="Let each worker answer everybody from its share of the index; jobs alone.")
    ] = False,
    workers: Workers = 1,
    out: Out = None,
    engine: Engine = EngineName.PROCESSES,
) -> None:
    """Find what fits people, best first, with the reasons as data: one JSON object a person."""
    if (person is None) == (batch is None):
        raise BadInput("Give either --person or --batch.")
    question = MatchPeople(folder=folder, kind=kind.value, k=k, weights=tuple(map(weight_of, weight or ())), more=more)
    job = Job(
        question=question,
        workers=workers,
        engine=engine,
        batch=BATCH if batch else 1,
        name="people",
        by_shard=by_shard,
    )
    if person is not None and person.suffix == ".txt":
        answer_lines(job, [[(1, _text(person))]], out)
    else:
        answer_all(job, person or batch, out)


def _text(place: Path) -> bytes:
    try:
        return orjson.dumps({"id": place.stem, "text": place.read_text(encoding="utf-8")})
    except OSError as fault:
        raise BadInput(f"{place} cannot be read ({fault.strerror}).") from fault
    except UnicodeDecodeError as fault:
        raise BadInput(f"{place} is not UTF-8 text; save it as UTF-8.") from fault
