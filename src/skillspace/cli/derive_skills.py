"""The command `skillspace derive-skills`: what statements of learning prove, by declared rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from skillspace.cli.files import content_of, statements_in, writing

app = typer.Typer()


@app.command("derive-skills")
def derive_skills(
    file: Annotated[Path, typer.Argument(metavar="IN", help="Statements of xAPI: JSON, or one a line.")],
    rules: Annotated[Path, typer.Option(help="Which statements prove which skills: TOML or JSON.")],
    out: Annotated[Path, typer.Option(help="Where the skills go, one a line, each with its statements.")],
) -> None:
    """Derive skills from statements by declared rules; each names the statements it rests on."""
    from skillspace.records.derivation import derive, read_rules

    found = derive(statements_in(file), read_rules(content_of(rules)))
    with writing(out) as lines:
        for one in found:
            told = {"person": one.person, "rule": one.rule, "statements": one.statements, **one.assertion.to_json()}
            lines.write(json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n")
    people = len({one.person for one in found})
    Console(stderr=True, highlight=False).print(f"{len(found):,} skills of {people:,} people.")
