"""Commands for the learning record store: the tools that may use it – let one in, list them, shut one out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skillspace.cli.opening import Folder, node_database

app = typer.Typer(no_args_is_help=True, help="The learning record store (xAPI).")
client = typer.Typer(no_args_is_help=True, help="The tools that may use the store.")
app.add_typer(client, name="client")
out = Console()


@client.command()
def add(
    name: Annotated[str, typer.Argument(help="The tool's name: its key, and who vouches for what it writes.")],
    scope: Annotated[
        list[str],
        typer.Option(
            help="statements/write, statements/read/mine, statements/read, state, profile, all/read or all; repeat."
        ),
    ],
    folder: Folder = Path(),
) -> None:
    """Let a tool in, and print its secret; it is shown this once."""
    from skillspace.people.statements import Clients

    with node_database(folder) as database, database.writing() as work:
        secret = Clients().add(work, name, scope)
    out.print(secret, markup=False, highlight=False, soft_wrap=True)


@client.command(name="list")
def listed(folder: Folder = Path()) -> None:
    """List the tools that may use the store."""
    from skillspace.people.statements import Clients

    table = Table("name", "scopes", "made", box=None)
    with node_database(folder) as database, database.reading() as work:
        for one in Clients().listed(work):
            table.add_row(*map(escape, (one.name, ", ".join(sorted(one.scopes)), f"{one.made:%Y-%m-%d %H:%M}")))
    out.print(table)


@client.command()
def remove(
    name: Annotated[str, typer.Argument(help="The tool's name.")],
    folder: Folder = Path(),
) -> None:
    """Shut a tool out at once; what it wrote stays."""
    from skillspace.people.statements import Clients

    with node_database(folder) as database, database.writing() as work:
        Clients().remove(work, name)
    out.print(f"{escape(name)} is shut out.", highlight=False)
