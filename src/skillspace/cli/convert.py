"""The command `skillspace convert`: a learning record or CV in another format, with what could not travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skillspace.cli.files import content_of, put, put_report
from skillspace.kernel.clock import now
from skillspace.kernel.errors import BadInput, NotFound, UnreadableFile
from skillspace.wire.jose import strict_json

if TYPE_CHECKING:
    from skillspace.records.credentials import KeyResolver
    from skillspace.records.formats import Format
    from skillspace.records.formats.loss import Loss
    from skillspace.records.model import Record

app = typer.Typer()


@app.command("convert")
def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="The file to convert; its format is found out.")],
    to: Annotated[str, typer.Option("--to", help="The format to write; `skillspace formats` lists them.")],
    out: Annotated[Path | None, typer.Option(help="Where it goes; without it, standard output.")] = None,
    loss: Annotated[Path | None, typer.Option(help="A file for the loss report as JSON.")] = None,
    hint: Annotated[
        str | None, typer.Option("--from", help="The format of IN, where it should not be found out.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="What the columns of a CSV mean: TOML or JSON.")] = None,
    record: Annotated[int | None, typer.Option(min=1, help="Which record, where IN holds several.")] = None,
    kind: Annotated[
        str | None, typer.Option("--as", help="What sort of record it is to be: diploma, micro_credential, transcript…")
    ] = None,
    picture: Annotated[Path | None, typer.Option(help="A PNG or SVG to bake an Open Badge into.")] = None,
    issuer: Annotated[list[Path] | None, typer.Option(help="The DID document of an issuer; may be repeated.")] = None,
) -> None:
    """Convert a record or CV from one format to another; what could not travel is told on standard error.

    A signature stays behind: what comes out is unsigned, and who issues it signs it anew.
    """
    from skillspace.records.formats import AskingFormat, WritingFormat, named, read_all
    from skillspace.records.formats.files.baking import bake
    from skillspace.records.formats.loss import unread, unwritten

    formats = known_formats(mapping)
    target = named(to, formats)
    if not isinstance(target, WritingFormat):
        able = ", ".join(each.FORMAT for each in formats if isinstance(each, WritingFormat))
        raise BadInput(f"{to} can be read and not written; to be had are {able}.")
    if picture is not None and to != "openbadges":
        raise BadInput("Only an Open Badge is baked into a picture: --to openbadges.")
    document = content_of(source)
    at, keys = now(), keys_of(issuer or ())
    hint = hint or (formats[0].FORMAT if mapping else None)
    found = read_all(document, resolve_key=keys, at=at, hint=hint, formats=formats)
    chosen = _as_kind(_chosen(found, record), kind)
    written = target.write_record(chosen)
    (again,) = read_all(written, resolve_key=keys, at=at, hint=to, formats=formats)
    losses = {"not_read": unread(document, found), "not_written": unwritten(chosen, again)}
    put(bake(content_of(picture), written) if picture else written, out)
    lacking = tuple(target.lacks(chosen)) if isinstance(target, AskingFormat) else ()
    tell_loss(chosen, to, losses, lacking)
    report = {name: [each.to_json() for each in found] for name, found in losses.items()}
    put_report({"from": chosen.format, "to": to, **report, "lacking": list(lacking)}, loss)


def known_formats(mapping: Path | None) -> Sequence[Format]:
    """Return our formats and those that installed packages bring; a `mapping` makes one more of them.

    Raises BadInput where it cannot be read.
    """
    from skillspace.records.formats import FORMATS
    from skillspace.records.formats.tables import mapped_table

    declared = (mapped_table.mapped(content_of(mapping)),) if mapping else ()
    return (*declared, *FORMATS, *brought_formats())


def brought_formats() -> Sequence[Format]:
    """Return the formats of installed packages: entry points of the group `skillspace.formats`."""
    from importlib.metadata import entry_points

    return tuple(each.load() for each in entry_points(group="skillspace.formats"))


def keys_of(issuers: Sequence[Path]) -> KeyResolver:
    """Return what finds issuers' keys in their DID documents, and in a did:key itself; nothing is fetched.

    Raises UnreadableFile where a file is no DID document.
    """
    from skillspace.trust.identity.document import read_document
    from skillspace.trust.identity.resolver import document_of_key

    documents: dict[str, Mapping[str, object]] = {}
    for file in issuers:
        try:
            parsed = strict_json(content_of(file))
        except BadInput as fault:
            raise UnreadableFile(f"{file}: {fault.message}") from None
        if not isinstance(parsed, Mapping) or not isinstance(parsed.get("id"), str):
            raise UnreadableFile(f"{file} is no DID document: it has no id.")
        documents[str(parsed["id"])] = parsed

    def key(did: str, kid: str) -> Mapping[str, object]:
        if did in documents:
            return read_document(documents[did], did).key(kid, "assertionMethod")
        if did.startswith("did:key:"):
            return document_of_key(did).key(kid, "assertionMethod")
        raise NotFound(f"It is signed by {did}, whose key is not here; give that issuer's DID document: --issuer FILE.")

    return key


def tell_loss(record: Record, to: str, losses: Mapping[str, Sequence[Loss]], lacking: Sequence[str] = ()) -> None:
    """Print what could not travel, as a table people can read, on standard error; and what is `lacking` for the record
    to be called what it is."""
    console = Console(stderr=True)
    console.print(f"[bold]{record.format} → {to}[/]  {escape(record.title)}", highlight=False)
    headings = {
        "not_read": f"What {record.format} says and a record has no room for",
        "not_written": f"What {to} has no room for",
    }
    for name, heading in headings.items():
        found = losses[name]
        if not found:
            console.print(f"{heading}: nothing.", highlight=False)
            continue
        table = Table("what", "how often", "such as", title=heading, title_justify="left", box=None)
        for each in found:
            table.add_row(escape(each.words), str(each.count), escape("; ".join(each.examples)))
        console.print(table)
    if lacking:
        kind = record.kind.replace("_", " ")
        console.print(
            f"What {to} asks of a {kind} and this record lacks: {escape('; '.join(lacking))}.", highlight=False
        )


def _as_kind(record: Record, kind: str | None) -> Record:
    """The record, called what the person says it is; a format writes it so where it holds what that sort asks for."""
    from dataclasses import replace

    from skillspace.records.model import RecordKind

    if kind is not None and kind not in list(RecordKind):
        raise BadInput(f"No record is of the sort {kind!r}; known are {', '.join(RecordKind)}.")
    return replace(record, kind=RecordKind(kind)) if kind else record


def _chosen(records: Sequence[Record], number: int | None) -> Record:
    if number is None and len(records) != 1:
        raise BadInput(f"The file holds {len(records)} records; say which one: --record 1 to {len(records)}.")
    place = (number or 1) - 1
    if place >= len(records):
        raise BadInput(f"The file holds {len(records)} records, and no number {number}.")
    return records[place]
