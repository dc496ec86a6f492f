"""How commands open what a node keeps: its folder and its database, brought to the newest form first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillspace.kernel.errors import NotFound

if TYPE_CHECKING:
    from skillspace.storage.database import Database

#: The option of every command about one node.
Folder = Annotated[Path, typer.Option("--folder", help="The node's own folder.")]


@contextmanager
def node_database(folder: Path) -> Iterator[Database]:
    """Open the database of the node in `folder`; raise NotFound where there is none."""
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
