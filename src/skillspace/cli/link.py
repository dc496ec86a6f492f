"""The command `skillspace link`: texts in, concepts of a taxonomy out, best first, as JSON Lines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from skillspace.cli.json_lines import answer_lines
from skillspace.kernel.errors import BadInput
from skillspace.kernel.home import home_folder
from skillspace.skills.linking import Linker

app = typer.Typer()
BATCH = 50


@app.command()
def link(
    scheme: Annotated[
        str, typer.Option(help="esco-skill, esco-occupation, rome, or another pack, also with -skill or -occupation.")
    ],
    source: Annotated[
        Path | None, typer.Argument(help='JSON Lines {"id", "text"}; without it, standard input.')
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many candidates at most.")] = 10,
    lang: Annotated[str, typer.Option(help="Language of the texts, one of those of the pack's names.")] = "en",
    least: Annotated[float, typer.Option(min=0, max=1, help="Leave out candidates with a lower score.")] = 0.0,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that link at once.")] = 1,
) -> None:
    """Link titles, names of skills and sentences to concepts of a taxonomy, each with the chance that it is right."""
    linker = Linker.open(home_folder())
    linker.warm(scheme, lang)  # before the workers begin, so that they share it

    def answer(line: bytes, number: int) -> bytes:
        given = _read(line, number)
        candidates = linker.link(given["text"], scheme, language=lang, k=k, least=least)
        listed = [{"concept": one.concept, "score": one.score} for one in candidates]
        return orjson.dumps({"id": given["id"], "candidates": listed}, option=orjson.OPT_APPEND_NEWLINE)

    answer_lines(source, sys.stdout.buffer, answer, workers=workers, batch=BATCH, name="texts")


def _read(line: bytes, number: int) -> dict[str, Any]:
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise BadInput(f"Line {number} is not JSON ({fault}); nothing after it was linked.") from fault
    if not isinstance(given, dict) or "id" not in given or not isinstance(given.get("text"), str):
        raise BadInput(f'Line {number} is not an object {{"id", "text"}} with a text; nothing after it was linked.')
    return given
