"""Commands for what stands behind a node's open offerings: files, an API, a database, an S3 store; and secrets."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from skillspace.cli.files import content_of
from skillspace.kernel.errors import BadInput
from skillspace.node.settings import read_settings

if TYPE_CHECKING:
    from skillspace.node.composition import Node

app = typer.Typer(no_args_is_help=True, help="What stands behind a node's open offerings.")
out = Console()
Folder = Annotated[Path, typer.Argument(help="The node's own folder.")]
Dataset = Annotated[str, typer.Argument(help="The offering's identifier.")]


@contextmanager
def _node(folder: Path) -> Iterator[Node]:
    from skillspace.node.composition import compose  # the whole node is only loaded when it is needed

    node = compose(read_settings(folder))
    try:
        yield node
    finally:
        node.stop()


@app.command("set")
def write(
    folder: Folder,
    dataset: Dataset,
    kind: Annotated[str, typer.Argument(help="file, folder, rest, sql or s3")],
    settings: Annotated[Path, typer.Option(help="A JSON file with the settings of that kind; no secret in it.")],
    secret: Annotated[str | None, typer.Option(help="The name of the secret the source needs.")] = None,
) -> None:
    """Let a source answer for an offering from now on; a running node notices at once."""
    content = _json(content_of(settings), str(settings))
    with _node(folder) as node, node.database.writing() as work:
        node.exchange.data_sources.write(work, dataset, kind, content, secret)
    out.print(f"{escape(dataset)} is answered from {escape(kind)} now.")


@app.command()
def remove(folder: Folder, dataset: Dataset) -> None:
    """Let a source answer no longer."""
    with _node(folder) as node, node.database.writing() as work:
        node.exchange.data_sources.remove(work, dataset)
    out.print(f"Nothing written down stands behind {escape(dataset)} any more.")


@app.command("list")
def listed(folder: Folder) -> None:
    """List the sources that are written down, and the names of their secrets."""
    with _node(folder) as node, node.database.reading() as work:
        rows = node.exchange.data_sources.listed(work)
    for row in rows:
        secret = f"  secret {row.secret}" if row.secret else ""
        out.print(escape(f"{row.dataset}  {row.kind}{secret}"))
    if not rows:
        out.print("No source is written down; open offerings are answered from the folder of feeds.")


@app.command()
def secret(folder: Folder, name: Annotated[str, typer.Argument(help="Small letters, digits, - and _.")]) -> None:
    """Keep a secret: a JSON object of texts, read from standard input so that no command line shows it."""
    from skillspace.exchange.dataplane.secrets import Secrets

    if not (parts := _json(sys.stdin.buffer.read(), "standard input")) or not all(
        isinstance(part, str) for part in parts.values()
    ):
        raise BadInput('Write a JSON object of texts, such as {"token": "…"}.')
    Secrets(read_settings(folder).folder / "secrets").keep(name, parts)
    out.print(f"The secret {escape(name)} is kept where only its owner reads it.")


def _json(text: bytes, place: str) -> dict[str, Any]:
    """Read an object; a fault names the place and never what is there."""
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise BadInput(f"A JSON object was expected in {place}.")
    return content
