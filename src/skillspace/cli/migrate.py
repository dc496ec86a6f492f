"""The command `skillspace migrate`: bring along what was written for another data space, and see what stays behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from skillspace.cli.files import content_of
from skillspace.kernel.errors import BadInput
from skillspace.trust.prometheus import Read, load, read_documents

app = typer.Typer(no_args_is_help=True, help="Bring along what was written for another data space.")
out = Console()
LARGEST = 4 * 1024 * 1024


@app.callback()
def _migrate() -> None:
    """Keep the name of the only command."""


@app.command("prometheus")
def prometheus(
    files: Annotated[list[Path], typer.Argument(help="JSON: self-descriptions, contracts, rules, consents, notices.")],
    folder: Annotated[Path | None, typer.Option("--out", help="A folder for the drafts, one file a document.")] = None,
    dids: Annotated[
        list[str] | None, typer.Option("--did", help="ADDRESS=DID: who a participant is here; may be given again.")
    ] = None,
    is_quiet: Annotated[bool, typer.Option("--short", help="Only the table, not each thing that was lost.")] = False,
) -> None:
    """Read documents of Prometheus-X into drafts: nothing is signed, asked or on offer. Exit code 2: some unread."""
    known = _identities(dids or [])
    read: list[tuple[Path, Read]] = []
    unread: list[tuple[Path, str]] = []
    for file in files:
        try:
            read += [(file, one) for one in read_documents(load(content_of(file, LARGEST)), known)]
        except BadInput as fault:
            unread.append((file, fault.message))
    _table(read, unread)
    if not is_quiet:
        for file, one in read:
            _losses(file, one)
    if folder is not None:
        _write(folder, read)
    if unread:
        raise typer.Exit(2)


def _table(read: list[tuple[Path, Read]], unread: list[tuple[Path, str]]) -> None:
    table = Table("file", "what it is", "carried", "lost", "corrected")
    for file, one in read:
        table.add_row(_plain(file.name), one.kind, str(_carried(one)), str(len(one.lost)), str(len(one.corrected)))
    for file, why in unread:
        table.add_row(_plain(file.name), f"not read: {_plain(why)}", "0", "–", "–")
    out.print(table, markup=False)


def _losses(file: Path, one: Read) -> None:
    if one.losses:
        out.print(f"{_plain(file.name)} · {one.kind} {_plain(one.source)}", style="bold", markup=False, highlight=False)
    for loss in one.losses:
        word = "corrected" if loss.is_correction else "lost"
        place = _plain(loss.path) or "/"
        out.print(f"  {word} {place} ({_plain(loss.what)}): {_plain(loss.why)}", markup=False, highlight=False)


def _carried(one: Read) -> int:
    """How many values came along: whatever in the draft says something."""
    waiting: list[object] = [one.content]
    count = 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif value not in (None, ""):
            count += 1
    return count


def _write(folder: Path, read: list[tuple[Path, Read]]) -> None:
    """Write each draft to a file of its own, whose name says where it came from; none is written over."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, (file, one) in enumerate(read, 1):
            target = folder / f"{number:03d}-{file.stem}-{one.kind}.json"
            with target.open("x", encoding="utf-8") as opened:
                json.dump(one.as_json(), opened, ensure_ascii=False, indent=1)
                opened.write("\n")
    except FileExistsError as fault:
        raise BadInput(f"{fault.filename} is there already; choose an empty folder.") from None
    except OSError as fault:
        raise BadInput(f"The drafts cannot be written to {folder}: {fault.strerror}.") from None
    out.print(f"{len(read)} drafts are in {folder}.", markup=False, highlight=False)


def _identities(given: list[str]) -> dict[str, str]:
    pairs = [one.rpartition("=") for one in given]
    if wrong := next((one for one in pairs if not one[0] or not one[2].startswith("did:")), None):
        raise BadInput(f"“{''.join(wrong)}” is not of the form ADDRESS=DID.")
    return {address: did for address, _, did in pairs}


def _plain(text: str) -> str:
    """Text from elsewhere without what would move the cursor or colour the screen."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)[:300]
