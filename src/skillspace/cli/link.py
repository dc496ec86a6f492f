"""The command `skillspace link`: texts in, concepts of a taxonomy out, best first, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillspace.cli.answering import Corrections, Engine, Job, Out, Workers, answer_all
from skillspace.engines.engine import EngineName
from skillspace.skills.answering import Link

app = typer.Typer()
BATCH = 50


@app.command()
def link(
    scheme: Annotated[
        str, typer.Option(help="esco-skill, esco-occupation, rome, or another pack, also with -skill or -occupation.")
    ],
    source: Annotated[
        Path | None,
        typer.Argument(help='JSON Lines {"id", "text"}, or Parquet (a file, a folder); without it, standard input.'),
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many candidates at most.")] = 10,
    lang: Annotated[str, typer.Option(help="Language of the texts, one of those of the pack's names.")] = "en",
    least: Annotated[float, typer.Option(min=0, max=1, help="Leave out candidates with a lower score.")] = 0.0,
    corrections: Corrections = None,
    workers: Workers = 1,
    out: Out = None,
    engine: Engine = EngineName.PROCESSES,
) -> None:
    """Link titles, names of skills and sentences to concepts of a taxonomy, each with the chance that it is right."""
    question = Link(scheme=scheme, language=lang, k=k, least=least, corrections=tuple(corrections or ()))
    answer_all(Job(question=question, workers=workers, engine=engine, batch=BATCH, name="texts"), source, out)
