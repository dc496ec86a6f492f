"""The command `skillspace enrich`: texts in, the occupations, skills and facts they speak of out, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillspace.cli.answering import Corrections, Engine, Job, Out, Workers, answer_all
from skillspace.engines.engine import EngineName
from skillspace.skills.answering import Enrich
from skillspace.skills.enrichment.answers import LEAST

app = typer.Typer()
BATCH, BATCH_OF_LABELS = 16, 200


@app.command()
def enrich(
    source: Annotated[
        Path | None,
        typer.Argument(help='JSON Lines {"id", "text"}, or Parquet (a file, a folder); without it, standard input.'),
    ] = None,
    lang: Annotated[str | None, typer.Option(help="Language of the texts; without it, each text tells.")] = None,
    corrections: Corrections = None,
    scheme: Annotated[str, typer.Option(help="Whose concepts: esco, rome, … or a taxonomy of your own.")] = "esco",
    workers: Workers = 1,
    gazetteer_only: Annotated[bool, typer.Option(help="Only labels as they are written: the fastest reading.")] = False,
    everything: Annotated[
        bool, typer.Option(help="Show also what is denied, and what an employer says of itself, pay and applying.")
    ] = False,
    least: Annotated[float, typer.Option(min=0, max=1, help="Leave out what scores below this.")] = LEAST,
    out: Out = None,
    engine: Engine = EngineName.PROCESSES,
) -> None:
    """Find occupations, skills, languages, certificates, seniority and places in texts, one JSON object a line."""
    question = Enrich(
        scheme=scheme,
        language=lang,
        gazetteer_only=gazetteer_only,
        everything=everything,
        least=least,
        corrections=tuple(corrections or ()),
    )
    batch = BATCH_OF_LABELS if gazetteer_only else BATCH
    answer_all(Job(question=question, workers=workers, engine=engine, batch=batch, name="texts"), source, out)
