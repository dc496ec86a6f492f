"""Commands for the programs that may use GovStack's consent API at this node: let one in, list them, shut one out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skillspace.cli.opening import Folder, node_database

app = typer.Typer(no_args_is_help=True, help="GovStack's consent API: the programs that may use it.")
out = Console()


@app.command()
def client(
    name: Annotated[str, typer.Argument(help="The program's name, as people will read it in their log.")],
    scope: Annotated[list[str], typer.Option(help="org, consumer, individual or auditor; repeat for several.")],
    organisation: Annotated[str | None, typer.Option(help="The DID of the organisation a consumer speaks for.")] = None,
    folder: Folder = Path(),
) -> None:
    """Let a program in, and print its secret; it is shown this once. For people it acts only where they let it."""
    from skillspace.trust.consent.govstack import Clients

    with node_database(folder) as database, database.writing() as work:
        secret = Clients().add(work, name, scope, organisation=organisation)
    out.print(secret, markup=False, highlight=False, soft_wrap=True)


@app.command()
def clients(folder: Folder = Path()) -> None:
    """List the programs that may use the API."""
    from skillspace.trust.consent.govstack import Clients

    table = Table("name", "scopes", "organisation", "made", box=None)
    with node_database(folder) as database, database.reading() as work:
        for one in Clients().listed(work):
            cells = (one.name, ", ".join(sorted(one.scopes)), one.organisation or "–", f"{one.made:%Y-%m-%d %H:%M}")
            table.add_row(*map(escape, cells))
    out.print(table)


@app.command()
def remove(
    name: Annotated[str, typer.Argument(help="The program's name.")],
    folder: Folder = Path(),
) -> None:
    """Shut a program out at once; what people let it do ends with it."""
    from skillspace.trust.consent.govstack import Clients

    with node_database(folder) as database, database.writing() as work:
        Clients().remove(work, name)
    out.print(f"{escape(name)} is shut out.", highlight=False)
