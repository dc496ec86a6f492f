"""The command `skillspace translate`: concepts of one framework in, those of another out, line by line or as SSSOM."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillspace.cli.answering import Engine, Job, Out, Workers, answer_all
from skillspace.engines.engine import EngineName
from skillspace.kernel.home import home_folder
from skillspace.skills.answering import Answers, Translate, check_pair

if TYPE_CHECKING:
    from skillspace.skills.translation import Translator

app = typer.Typer()
BATCH = 64


class Format(StrEnum):
    """How answers are written."""

    JSONL = "jsonl"
    SSSOM = "sssom"


@app.command()
def translate(
    source: Annotated[
        Path | None,
        typer.Argument(help='JSON Lines {"id", "concept"}, or Parquet (a file, a folder); without it, standard input.'),
    ] = None,
    frm: Annotated[str, typer.Option("--from", help="The scheme of the concepts, e.g. rome.")] = "rome",
    to: Annotated[str, typer.Option(help="The scheme to translate into, e.g. esco.")] = "esco",
    workers: Workers = 1,
    limit: Annotated[int, typer.Option(min=1, help="How many mappings of a concept at most.")] = 50,
    form: Annotated[Format, typer.Option("--format", help="JSON Lines, or a table in SSSOM.")] = Format.JSONL,
    extra: Annotated[
        list[Path] | None, typer.Option("--with", help="A mapping set in SSSOM to use beside the packs' own tables.")
    ] = None,
    loss: Annotated[bool, typer.Option(help="Translate every concept there and back, and tell what is lost.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The loss report as JSON instead of a table.")] = False,
    out: Out = None,
    engine: Engine = EngineName.PROCESSES,
) -> None:
    """Translate concepts between frameworks: relation, confidence, every step; none is an answer."""
    question = Translate(frm=frm, to=to, limit=limit, mapping_sets=tuple(extra or ()), as_sssom=form is Format.SSSOM)
    if loss:
        translator = Answers(home_folder()).translator(question.mapping_sets)
        check_pair(translator, frm, to)
        _tell_loss(translator, frm, to, as_json)
        return
    answer_all(Job(question=question, workers=workers, engine=engine, batch=BATCH, name="concepts"), source, out)


def _tell_loss(translator: Translator, frm: str, to: str, as_json: bool) -> None:
    import orjson
    from rich.console import Console
    from rich.progress import Progress

    from skillspace.cli.translate_loss import tell_loss
    from skillspace.skills.translation.loss import measure_loss

    with Progress(console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("there and back", total=None)
        report = measure_loss(translator, frm, to, lambda done, of: bars.update(bar, completed=done, total=of))
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(report.as_json(), option=orjson.OPT_INDENT_2) + b"\n")
    else:
        tell_loss(report, Console())
