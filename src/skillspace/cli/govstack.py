"""Commands for the programs that may use GovStack's consent API at this node: let one in, list them, shut one out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skillspace.kernel.errors import NotFound

if TYPE_CHECKING:
    from skillspace.storage.database import Database

app = typer.Typer(no_args_is_help=True, help="GovStack's consent API: the programs that may use it.")
out = Console()
Folder = Annotated[Path, typer.Option("--folder", help="The node's own folder.")]


@app.command()
def client(
    name: Annotated[str, typer.Argument(help="The program's name, as people will read it in their log.")],
    scope: Annotated[list[str], typer.Option(help="org, consumer, individual or auditor; repeat for several.")],
    organisation: Annotated[str | None, typer.Option(help="The DID of the organisation a consumer speaks for.")] = None,
    folder: Folder = Path(),
) -> None:
    """Let a program in, and print its secret; it is shown this once. For people it acts only where they let it."""
    from skillspace.trust.consent.govstack import Clients

    with _database(folder) as database, database.writing() as work:
        secret = Clients().add(work, name, scope, organisation=organisation)
    out.print(secret, markup=False, highlight=False, soft_wrap=True)


@app.command()
def clients(folder: Folder = Path()) -> None:
    """List the programs that may use the API."""
    from skillspace.trust.consent.govstack import Clients

    table = Table("name", "scopes", "organisation", "made", box=None)
    with _database(folder) as database, database.reading() as work:
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

    with _database(folder) as database, database.writing() as work:
        Clients().remove(work, name)
    out.print(f"{escape(name)} is shut out.", highlight=False)


@contextmanager
def _database(folder: Path) -> Iterator[Database]:
    from skillspace.node.settings import read_settings
    from skillspace.storage.database import Database
    from skillspace.storage.migrating import migrate

    if not (folder / "node.db").exists():
        raise NotFound(f"{folder} holds no node: name its folder with --folder.")
    database = Database.in_folder(read_settings(folder).folder)
    try:
        migrate(database)
        yield database
    finally:
        database.close()
