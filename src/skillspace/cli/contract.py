"""Commands for contracts: list those a node is in, write one out as evidence, check such evidence anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skillspace.cli.files import content_of
from skillspace.cli.opening import Folder, node_database
from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, NotFound, UnreadableFile
from skillspace.wire.jose import strict_json

app = typer.Typer(no_args_is_help=True, help="Contracts: list, write out as evidence, check.")
out = Console()
LARGEST = 64 * 1024 * 1024


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A contract as “skillspace contract export” writes it.")],
    did: Annotated[
        list[Path] | None, typer.Option(help="A file with the DID document of a party. Repeatable; nothing is fetched.")
    ] = None,
) -> None:
    """Check every signature of an exported contract, offline; exit code 2 where one does not hold."""
    from skillspace.trust.contract import check_contract

    report = check_contract(_read(file), _keys(did or []))
    signed = "key of its DID document" if report.is_published else "key kept in the file"
    out.print(f"{report.title}, version {report.version}", style="bold", markup=False, highlight=False)
    out.print(
        f"{report.contract}\nkept by {report.orchestrator} ({signed})", markup=False, highlight=False, soft_wrap=True
    )
    table = Table("member", "role", "version", "brings", "signed", "countersigned", "checked with")
    for party in report.parties:
        key = "key of its DID document" if party.is_published else "key the orchestrator saw"
        brought = ", ".join(party.datasets) or "–"
        times = (iso(party.signed), iso(party.countersigned))
        table.add_row(*map(escape, (party.member, party.role, str(party.version), brought, *times, key)))
    out.print(table)
    out.print(f"All signatures hold: {len(report.parties)} parties.", highlight=False)
    if not report.is_published or not all(party.is_published for party in report.parties):
        out.print(
            "Keys that came with the file show that nothing was changed since, not whose they are: name the parties'"
            " DID documents with --did.",
            highlight=False,
            style="yellow",
        )


@app.command()
def export(
    contract: Annotated[str, typer.Argument(help="The contract's identifier.")],
    folder: Folder = Path(),
) -> None:
    """Print a contract with all its signatures and keys, as JSON."""
    from skillspace.trust.contract import Contracts

    with node_database(folder) as database, database.reading() as work:
        written = Contracts(own_did="").export(work, contract)
    out.print(json.dumps(written, ensure_ascii=False, indent=1), markup=False, highlight=False, soft_wrap=True)


@app.command("list")
def listed(folder: Folder = Path()) -> None:
    """List the contracts of a node with their members."""
    from skillspace.trust.contract import Contracts

    room = Contracts(own_did="")
    table = Table("contract", "title", "kind", "state", "version", "until", "members")
    with node_database(folder) as database, database.reading() as work:
        for head in room.listed(work):
            told = [f"{one.member} ({one.role}, {one.state})" for one in room.members(work, head.id)]
            until = iso(min(filter(None, (head.ends, head.stops))))[:10]
            cells = (head.id, head.title, head.kind, head.state, str(head.version), until, "\n".join(told))
            table.add_row(*map(escape, cells))
    out.print(table)


def _keys(files: list[Path]) -> Callable[[str, str], Mapping[str, object]]:
    """A resolver that knows the given DID documents and nobody else."""
    from skillspace.trust.identity import read_document

    documents = {}
    for file in files:
        written = _read(file)
        name = str(written.get("id", "")) if isinstance(written, dict) else ""
        documents[name] = read_document(written, name)

    def key(issuer: str, kid: str) -> Mapping[str, object]:
        if issuer not in documents:
            raise NotFound(f"No DID document of {issuer} was given.")
        return documents[issuer].key(kid, "assertionMethod")

    return key


def _read(file: Path) -> object:
    content = content_of(file, LARGEST)
    try:
        return strict_json(content)
    except BadInput as fault:
        raise UnreadableFile(f"{file}: {fault.message}") from fault
