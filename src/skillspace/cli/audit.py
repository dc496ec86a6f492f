"""Commands for the journal: look for changes, sign it, hand it to an auditor, prove what was written, check proofs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from skillspace.cli.files import content_of, reading
from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, InvalidSignature, UnreadableFile
from skillspace.wire.jose import strict_json

if TYPE_CHECKING:
    from skillspace.storage.database import Database
    from skillspace.trust.identity import DidDocument
    from skillspace.trust.journal import JournalRoom, Verdict, WitnessAnswer

app = typer.Typer(
    no_args_is_help=True, help="The journal: find changes, hand it to an auditor, prove what was written."
)
out = Console()
LARGEST = 64 * 1024 * 1024
SHOWN = 50
Folder = Annotated[Path, typer.Argument(help="The node's own folder.")]
FolderOption = Annotated[Path, typer.Option(help="The node's own folder.")]


@app.command()
def verify(
    folder: Folder = Path(),
    witness: Annotated[
        list[str] | None, typer.Option(help="A witness to be asked: its DID, or a file with its answer. Repeatable.")
    ] = None,
) -> None:
    """Look for any change of the journal or of the rows it speaks about; exit code 1 where there is one."""
    with _room(folder) as (room, database):
        answers = [_answer(room, each) for each in witness or ()]
        with _bar("Entries") as told:
            verdict = room.verify(database, answers=answers, progress=told)
    _tell(verdict)


@app.command()
def seal(folder: Folder = Path()) -> None:
    """Sign the journal as it is now; a running node hands that to its witnesses within seconds."""
    with _room(folder) as (room, database), database.writing() as work:
        made = room.tasks.seal(work)
    text = f"Signed: {made.number} entries, {made.hash}." if made else "Nothing was written since the last checkpoint."
    out.print(text, highlight=False)


@app.command()
def export(places: Annotated[list[Path], typer.Argument(metavar="[FOLDER] FILE")]) -> None:
    """Write the journal into a file for an auditor, without what its entries say."""
    from skillspace.trust.journal import export as write

    if len(places) > 2:
        raise BadInput("Name one file, and before it the node's folder if that is not this one.")
    folder, file = (Path(), *places)[-2:]
    draft = file.with_name(f".{file.name}.draft")
    with _room(folder) as (room, database), draft.open("wb") as stream, _bar("Entries") as told:
        count = write(database, stream, did=room.journal.did, progress=told)
        stream.flush()
        os.fsync(stream.fileno())
    draft.rename(file)
    out.print(f"{count} entries are in {escape(str(file))}.", highlight=False)


@app.command()
def proof(
    about: Annotated[str, typer.Argument(help="The identifier of the thing.")],
    folder: FolderOption = Path(),
    opened: Annotated[bool, typer.Option("--open", help="Show what the entries say, too.")] = False,
) -> None:
    """Print a proof of what was written about a thing; what is not signed yet is signed before."""
    import orjson

    from skillspace.trust.journal import proof as prove

    with _room(folder) as (room, database):
        with database.writing() as work:
            room.tasks.seal(work)
        with database.reading() as work:
            document = prove(work, about, did=room.journal.did, opened=opened)
    typer.echo(orjson.dumps(document).decode())


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="An exported journal, or a proof.")],
    document: Annotated[
        list[Path], typer.Option(help="The DID document of who signed: of the node, of its witnesses. Repeatable.")
    ],
) -> None:
    """Check an exported journal or a proof with nothing but the signers' DID documents; exit code 1 on findings."""
    from skillspace.trust.journal import check_export

    resolve = _keys(document)
    with reading(file) as stream:
        is_proof = not stream.read(32).startswith(b'{"journal":')
        stream.seek(0)
        if not is_proof:
            with _bar("Entries") as told:
                verdict = check_export(stream, resolve, progress=told)
            _tell(verdict)
            return
    _proof(strict_json(content_of(file, LARGEST)), resolve)


def _proof(document: object, resolve: Callable[[str, str], Mapping[str, object]]) -> None:
    import orjson

    from skillspace.trust.journal import check_proof

    for one in check_proof(document, resolve):
        said = f"  {orjson.dumps(one.content).decode()}" if one.content is not None else ""
        out.print(f"{one.number}  {iso(one.at)}  {one.kind}{said}", markup=False, highlight=False)
        by = ", ".join((one.checkpoint.did, *one.witnesses))
        out.print(f"    signed {iso(one.checkpoint.at)} by {by}", markup=False, highlight=False, style="dim")


@contextmanager
def _room(folder: Path) -> Iterator[tuple[JournalRoom, Database]]:
    from skillspace.node.composition import compose
    from skillspace.node.settings import read_settings

    node = compose(read_settings(folder))
    try:
        yield node.journal, node.database
    finally:
        node.stop()


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda seen, total: progress.update(task, completed=seen, total=total)


def _answer(room: JournalRoom, witness: str) -> WitnessAnswer:
    from skillspace.trust.journal import read_answer

    if witness.startswith("did:"):
        return room.tasks.ask(witness)
    return read_answer(strict_json(content_of(Path(witness), LARGEST)))


def _keys(files: list[Path]) -> Callable[[str, str], Mapping[str, object]]:
    from skillspace.trust.identity import read_document

    known: dict[str, DidDocument] = {}
    for file in files:
        content = strict_json(content_of(file, LARGEST))
        did = content.get("id") if isinstance(content, dict) else None
        if not isinstance(did, str):
            raise UnreadableFile(f"{file} is no DID document.")
        known[did] = read_document(content, did)

    def resolve(did: str, kid: str) -> Mapping[str, object]:
        if did not in known:
            raise InvalidSignature(f"No DID document of {did} was given; name it with --document.")
        return known[did].key(kid, "assertionMethod")

    return resolve


def _tell(verdict: Verdict) -> None:
    for finding in verdict.findings[:SHOWN]:
        where = f"entry {finding.number}: " if finding.number is not None else ""
        about = f"  ({finding.about})" if finding.about else ""
        out.print(f"✗ {where}{finding.text}{about}", style="bold red", markup=False, highlight=False)
    more = len(verdict.findings) - SHOWN + verdict.untold
    if more > 0:
        out.print(f"… and {more} more.", style="bold red", highlight=False)
    for note in verdict.notes:
        out.print(f"! {note}", style="yellow", markup=False, highlight=False)
    rows = f", {verdict.rows} rows compared" if verdict.rows else ""
    signed = f"signed up to {verdict.proven_to}, witnessed up to {verdict.witnessed_to}"
    summary = f"{verdict.entries} entries{rows}; {signed}; head {verdict.head}"
    if verdict.is_whole:
        out.print(f"✓ Nothing was changed. {summary}.", style="green", highlight=False)
        return
    out.print(f"{len(verdict.findings) + verdict.untold} findings. {summary}.", highlight=False)
    raise typer.Exit(1)
