"""The command `skillspace translate`: concepts of one framework in, those of another out, as JSON Lines or SSSOM."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillspace.cli.json_lines import answer_lines
from skillspace.kernel.errors import BadInput
from skillspace.kernel.home import home_folder

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
        Path | None, typer.Argument(help='JSON Lines {"id", "concept"}; without it, standard input.')
    ] = None,
    frm: Annotated[str, typer.Option("--from", help="The scheme of the concepts, e.g. rome.")] = "rome",
    to: Annotated[str, typer.Option(help="The scheme to translate into, e.g. esco.")] = "esco",
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that translate at once.")] = 1,
    limit: Annotated[int, typer.Option(min=1, help="How many mappings of a concept at most.")] = 50,
    form: Annotated[Format, typer.Option("--format", help="JSON Lines, or a table in SSSOM.")] = Format.JSONL,
    extra: Annotated[
        list[Path] | None, typer.Option("--with", help="A mapping set in SSSOM to use beside the packs' own tables.")
    ] = None,
    loss: Annotated[bool, typer.Option(help="Translate every concept there and back, and tell what is lost.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The loss report as JSON instead of a table.")] = False,
) -> None:
    """Translate concepts between frameworks: relation, confidence, every step; none is an answer."""
    translator = _open(extra or [])
    _check(translator, frm, to)
    if loss:
        _tell_loss(translator, frm, to, as_json)
        return
    from skillspace.skills.translation.answers import Answerer
    from skillspace.skills.translation.sssom_answers import SssomAnswerer

    answerer = Answerer(translator=translator, frm=frm, to=to, limit=limit)
    answer = answerer.answer
    if form is Format.SSSOM:
        table = SssomAnswerer(answerer)
        sys.stdout.buffer.write(table.head())
        answer = table.answer
    answer_lines(source, sys.stdout.buffer, answer, workers=workers, batch=BATCH, name="concepts")


def _open(files: list[Path]) -> Translator:
    from skillspace.skills.taxonomy import Taxonomies
    from skillspace.skills.translation import Extra, Translator
    from skillspace.skills.translation.sssom import read_mapping_set

    statements = [one for path in files for one in read_mapping_set(path).statements()]
    return Translator(Taxonomies.open(home_folder()), extra=Extra(statements))


def _check(translator: Translator, frm: str, to: str) -> None:
    known = translator.schemes()
    for scheme in (frm, to):
        if scheme not in known:
            names = ", ".join(sorted(known)) or "none yet"
            raise BadInput(f"No taxonomy or table here is called {scheme!r}; there are: {names}. Add it first.")
    if frm == to:
        raise BadInput(f"{frm} to {to} needs no translation; between its editions use “skillspace taxonomy migrate”.")


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
