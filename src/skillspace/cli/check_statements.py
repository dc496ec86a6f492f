"""The command `skillspace check-statements`: xAPI statements held to a profile, offline, with a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from skillspace.cli.files import content_of, put_report, statements_in

app = typer.Typer()
_TOLD = 12


@app.command("check-statements")
def check_statements(
    file: Annotated[Path, typer.Argument(metavar="IN", help="Statements of xAPI: JSON, or one a line.")],
    profile: Annotated[str, typer.Option(help="platform, forum, assessment, or a profile's file (JSON-LD).")],
    report: Annotated[Path | None, typer.Option(help="A file for the report as JSON.")] = None,
) -> None:
    """Hold statements to an xAPI profile, offline; exit code 2 where one breaks its rules."""
    from skillspace.records.profiles import FIELD, check, field_profile, read_profile

    held = field_profile(profile) if profile in FIELD else read_profile(content_of(Path(profile)))
    found = check(statements_in(file), held)
    console = Console(stderr=True, highlight=False)
    console.print(
        f"{escape(held.title)}: {found.statements:,} statements, {found.conforming:,} keep to it, "
        f"{found.breaking:,} break it, {found.outside:,} are none of its kind."
    )
    for (template, rule, why), count in found.broken.most_common(_TOLD):
        console.print(f"{count:,}× {escape(template)}: {escape(rule)}: {why}.")
    if found.registrations:
        console.print(f"In order: {found.in_order:,} of {found.registrations:,} registrations.")
    put_report(found.to_json(), report)
    if found.breaking:
        raise typer.Exit(2)
