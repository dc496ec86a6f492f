"""The command `skillspace enrich`: texts in, the occupations, skills and facts they speak of out, as JSON Lines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from skillspace.cli.json_lines import answer_lines
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.kernel.home import home_folder
from skillspace.skills.enrichment import Enricher, readable_languages
from skillspace.skills.enrichment.answers import LEAST, Answerer, Wanted
from skillspace.skills.taxonomy import Taxonomies

app = typer.Typer()
BATCH, BATCH_OF_LABELS = 16, 200


@app.command()
def enrich(
    source: Annotated[
        Path | None, typer.Argument(help='JSON Lines {"id", "text"}; without it, standard input.')
    ] = None,
    lang: Annotated[str | None, typer.Option(help="Language of the texts; without it, each text tells.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that read at once.")] = 1,
    gazetteer_only: Annotated[bool, typer.Option(help="Only labels as they are written: the fastest reading.")] = False,
    everything: Annotated[
        bool, typer.Option(help="Show also what is denied, and what an employer says of itself, pay and applying.")
    ] = False,
    least: Annotated[float, typer.Option(min=0, max=1, help="Leave out what scores below this.")] = LEAST,
) -> None:
    """Find occupations, skills, languages, certificates, seniority and places in texts, one JSON object a line."""
    taxonomies = Taxonomies.open(home_folder())
    if not any(pack.scheme == "esco" for pack in taxonomies.schemes):
        raise NotFound("No ESCO pack is loaded: run “skillspace taxonomy add esco” (or starter, which needs no data).")
    spoken = readable_languages()
    tag = lang.lower().replace("_", "-").partition("-")[0] if lang else None
    if tag is not None and tag not in spoken:
        raise BadInput(f"Texts in {lang!r} cannot be read; the languages are {', '.join(sorted(spoken))}.")
    enricher = Enricher.build(taxonomies, spoken, home_folder() / "enrichment")
    if tag is not None:
        enricher.warm([tag])  # before the workers begin, so that they share it
    answerer = Answerer(
        enricher, Wanted(language=tag, gazetteer_only=gazetteer_only, everything=everything, least=least)
    )
    batch = BATCH_OF_LABELS if gazetteer_only else BATCH
    answer_lines(source, sys.stdout.buffer, answerer.answer, workers=workers, batch=batch, name="texts")
