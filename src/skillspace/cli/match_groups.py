"""The command `skillspace match-groups`: answers and groups in; what each group is shown out, nobody in it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer

from skillspace.cli.index import read_pieces
from skillspace.kernel.home import home_folder
from skillspace.skills.fairness import exposure, properties_of, read_answers, read_groups
from skillspace.skills.fairness.exposure import FEWEST
from skillspace.skills.taxonomy import Taxonomies

app = typer.Typer()


@app.command()
def match_groups(
    answers: Annotated[Path, typer.Argument(help="What “skillspace match --batch … --out” wrote.")],
    groups: Annotated[
        Path, typer.Option(help="Who is in which group: a table (CSV) with id, group, and the day they consented.")
    ],
    offers: Annotated[Path, typer.Option(help="The offers: the file that the index was built from.")],
    fewest: Annotated[int, typer.Option(help="People that a group has at least to be told of.")] = FEWEST,
) -> None:
    """Say how much of what each group is shown first goes to which pay, level and occupations: JSON."""
    properties = properties_of(read_pieces(offers), Taxonomies.open(home_folder()))
    report = exposure(read_answers(answers), read_groups(groups), properties, fewest=fewest)
    sys.stdout.buffer.write(orjson.dumps(report.as_json(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
