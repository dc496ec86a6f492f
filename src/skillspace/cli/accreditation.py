"""Commands for accreditation lists: take in what others signed, sign one of your own, see and remove them."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skillspace.cli.opening import Folder, node_database

if TYPE_CHECKING:
    from skillspace.records.credentials import KeyResolver
    from skillspace.trust.issuers.accreditation import Accreditation

app = typer.Typer(no_args_is_help=True, help="Accreditation lists: what issuers are accredited for, by whose word.")
out = Console()


@app.command(name="import")
def take(
    file: Annotated[Path, typer.Argument(help="A signed accreditation list.")],
    did_document: Annotated[
        Path | None, typer.Option(help="The signer's DID document: nothing is asked of any network then.")
    ] = None,
    folder: Folder = Path(),
) -> None:
    """Take in a list that an accreditor signed whom node.toml names; it replaces that signer's list of this name."""
    from skillspace.cli.files import content_of
    from skillspace.kernel.clock import now
    from skillspace.node.settings import read_settings
    from skillspace.node.verifying import lists_in
    from skillspace.records.formats.files.opening import decode
    from skillspace.trust.issuers.lists import MAX_LIST_BYTES, read_list, signer_of

    settings = read_settings(folder)
    lists, token = lists_in(settings), decode(content_of(file, MAX_LIST_BYTES))
    lists.check_signer(signer_of(token))  # before anybody's key is asked for
    found = read_list(token, _keys(folder, did_document), now())
    with node_database(folder) as database, database.writing() as work:
        lists.take(work, found)
    told = f"{len(found.accreditations):,} accreditations, until {found.until:%Y-%m-%d}"
    out.print(f"“{escape(found.name)}” of {escape(found.signer)}: {told}.", highlight=False)


@app.command()
def sign(
    file: Annotated[Path, typer.Argument(help="Accreditations: the EU's XML (elm:Accreditation), or a JSON array.")],
    name: Annotated[str, typer.Option(help="The list's name; a later list of this name replaces it.")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day on which the list ends.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The signed list.")],
    folder: Folder = Path(),
) -> None:
    """Sign accreditations in this organisation's name, for nodes that count on it; the file is written whole."""
    from skillspace.cli.files import content_of, put
    from skillspace.kernel.clock import now
    from skillspace.node.keys import read_key
    from skillspace.node.settings import read_settings
    from skillspace.trust.issuers.lists import MAX_LIST_BYTES, write_list

    settings = read_settings(folder)
    accreditations = _accreditations(content_of(file, MAX_LIST_BYTES))
    end = datetime.combine(until.date(), time(), UTC)
    key = read_key(settings.folder)
    token = write_list(accreditations, name=name, signer=settings.did, key=key, at=now(), until=end)
    put(f"{token}\n".encode(), output)
    out.print(f"{len(accreditations):,} accreditations signed by {escape(settings.did)}.", highlight=False)


@app.command(name="list")
def listed(folder: Folder = Path()) -> None:
    """List what this node took in, and whether its signer counts now."""
    from skillspace.node.settings import read_settings
    from skillspace.node.verifying import lists_in

    table = Table("list", "signer", "accreditations", "issued", "until", "counts", box=None)
    with node_database(folder) as database, database.reading() as work:
        for one in lists_in(read_settings(folder)).kept(work):
            counts = "yes" if one.counts and one.until > work.now else "no"
            days = f"{one.issued:%Y-%m-%d}", f"{one.until:%Y-%m-%d}"
            table.add_row(*map(escape, (one.name, one.signer_name or one.signer, f"{one.number:,}", *days, counts)))
    out.print(table)


@app.command()
def remove(
    signer: Annotated[str, typer.Argument(help="The signer's DID.")],
    name: Annotated[str, typer.Argument(help="The list's name.")],
    folder: Folder = Path(),
) -> None:
    """Forget a list and all that it says."""
    from skillspace.node.settings import read_settings
    from skillspace.node.verifying import lists_in

    with node_database(folder) as database, database.writing() as work:
        lists_in(read_settings(folder)).remove(work, signer, name, must_be=True)
    out.print(f"“{escape(name)}” is forgotten.", highlight=False)


def _accreditations(content: bytes) -> tuple[Accreditation, ...]:
    from skillspace.trust.issuers.elm_list import read_elm
    from skillspace.trust.issuers.lists import accreditations_of
    from skillspace.wire.jose import strict_json

    return read_elm(content) if content.lstrip()[:1] == b"<" else accreditations_of(strict_json(content))


def _keys(folder: Path, did_document: Path | None) -> KeyResolver:
    """Whose keys they are: this node's own from its folder, a signer's from the file, or from its address."""
    from skillspace.cli.files import content_of
    from skillspace.node.keys import read_key
    from skillspace.node.settings import read_settings
    from skillspace.trust.identity import DidResolver
    from skillspace.trust.identity import did_document as document_of
    from skillspace.trust.identity.document import read_document
    from skillspace.wire.jose import strict_json
    from skillspace.wire.outbound import Outbound

    settings = read_settings(folder)
    if did_document is not None:
        written = strict_json(content_of(did_document))
        return lambda signer, kid: read_document(written, signer).key(kid, "assertionMethod")
    own = read_document(document_of(settings.did, [read_key(settings.folder)], {}), settings.did)
    return DidResolver(Outbound(loopback=settings.loopback), loopback=settings.loopback, own=own).key
