"""The command `skillspace serve-skills`: skills intelligence over HTTP on this machine, without a node."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from skillspace.kernel.home import home_folder

app = typer.Typer()


@app.command("serve-skills")
def serve_skills(
    host: Annotated[str, typer.Option(help="Where to listen; beyond this machine only with a token.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 7300,
    token_file: Annotated[
        Path | None,
        typer.Option(help="A file with the token that callers must show; else SKILLSPACE_TOKEN, if it is set."),
    ] = None,
    index: Annotated[
        Path | None, typer.Option(help="An index of offers, from “skillspace index build”; people are matched with it.")
    ] = None,
) -> None:
    """Answer enrich, link, translate, match and taxonomies over HTTP until stopped; /openapi.json says how to ask."""
    from skillspace.node.intelligence.serving import serve, token_of
    from skillspace.skills.answering import Answers

    def tell(address: str) -> None:
        Console(stderr=True).print(f"Skills intelligence answers at {address}; Ctrl-C stops it.", highlight=False)

    answers = Answers(home_folder())
    if index is not None:
        answers.matcher(index)
    serve(answers, host=host, port=port, token=token_of(token_file), tell=tell, offers=index)
