"""The program `skillspace`: make a node, join a data space, serve it; taxonomies and the demo."""

from __future__ import annotations

import sys
from importlib import import_module

import typer
from rich.console import Console

from skillspace.kernel.errors import SkillspaceError

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="A skills data space that runs.")
_console = Console(stderr=True)


def run() -> None:
    """Run the program; a fault of ours is one clear line and its own exit code, never a traceback."""
    for name, module in (
        ("", "skillspace.cli.node"),
        ("", "skillspace.cli.demo"),
        ("taxonomy", "skillspace.cli.taxonomy"),
    ):
        group = import_module(module).app
        if name:
            app.add_typer(group, name=name)
        else:
            app.registered_commands += group.registered_commands
    try:
        app()
    except SkillspaceError as fault:
        _console.print(f"[bold red]{fault.code}[/]: {fault.message}", highlight=False)
        sys.exit(fault.exit_code)
