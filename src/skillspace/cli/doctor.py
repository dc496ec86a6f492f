"""The command `skillspace doctor`: is a peer in order, both ways, and what is to be mended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

app = typer.Typer()
out = Console()
_SIGNS = {"ok": "[green]✓[/]", "skip": "[dim]–[/]", "warn": "[yellow]![/]", "fail": "[bold red]✗[/]"}


@app.command()
def doctor(
    peer: Annotated[str, typer.Argument(help="Who is examined: a DID, an address, or a name from node.toml.")],
    folder: Annotated[Path, typer.Option(help="The folder of the node that looks.")] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Examine a peer: name, certificate, clocks, identity, versions, tokens and the way back. The exit code is 0 unless
    a check failed."""
    from skillspace.exchange.doctor import CHECKS, Finding, exit_code
    from skillspace.node.composition import compose
    from skillspace.node.settings import read_settings

    node = compose(read_settings(folder))
    try:
        with out.status("Looking …") as status:

            def tell(finding: Finding) -> None:
                title, _ = CHECKS[finding.check]
                out.print(f"{_SIGNS[finding.level]} [bold]{title}[/]  {escape(finding.text)}", highlight=False)
                if finding.mend:
                    out.print(f"    → {escape(finding.advice)}", highlight=False)
                following = list(CHECKS)[list(CHECKS).index(finding.check) + 1 :]
                status.update(f"{CHECKS[following[0]][0]} …" if following else "")

            found = node.rooms.examinations.doctor.examine(peer, (lambda _: None) if as_json else tell)
    finally:
        node.stop()
    if as_json:
        listed = [one.as_json() | {"text": one.text, "advice": one.advice} for one in found]
        out.print_json(json.dumps(listed, ensure_ascii=False))
    raise typer.Exit(exit_code(found))
