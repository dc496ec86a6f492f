"""The command `skillspace import-records`: a folder or an archive of mixed documents, read by several workers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from skillspace.cli.convert import keys_of, known_formats
from skillspace.cli.files import content_of, put
from skillspace.engines.engine import EngineName, engine
from skillspace.kernel.clock import now
from skillspace.kernel.errors import BadInput, SkillspaceError, UnreadableFile

app = typer.Typer()
err = Console(stderr=True)
BATCH = 50
LARGEST_ARCHIVE = 200 * 1024 * 1024
#: A file's name may be no UTF-8; what of it no line can hold is written as JSON spells it, and read again as it was.
ESCAPED = "backslashreplace"
#: How each line of what was imported begins.
BEGINS = b'{"document": '


class Piece(NamedTuple):
    """A document on its way: its name, and where it lies or what it holds."""

    name: str
    place: Path | None
    document: bytes | None
    fault: str | None = None


class Outcome(NamedTuple):
    """What became of a document: its records as lines, or why there are none."""

    name: str
    lines: tuple[str, ...]
    code: str | None = None
    message: str | None = None


@app.command("import-records")
def import_records(
    source: Annotated[Path, typer.Argument(help="A folder, a ZIP of documents, or a rejects file to try again.")],
    out: Annotated[
        Path, typer.Option(help="Where records go, as JSON Lines; those that are in it are not read again.")
    ],
    rejects: Annotated[
        Path | None, typer.Option(help="Where what could not be read goes; by default beside --out.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="What the columns of CSV files mean: TOML or JSON.")] = None,
    issuer: Annotated[list[Path] | None, typer.Option(help="The DID document of an issuer; may be repeated.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=256, help="How many workers read at once.")] = 2,
) -> None:
    """Read every document of a folder or archive; one that cannot be read stops no other. Exit code 2: some were not.

    May be run again: what was imported is skipped, and a rejects file takes the place of the folder.
    """
    refused = rejects or out.with_name(f"{out.stem}.rejects.jsonl")
    done = _done(out)
    pieces = [piece for piece in _pieces(source) if piece.name not in done]
    worker = partial(_begin, mapping, tuple(issuer or ()))
    read, failed, count = 0, [], 0
    columns = TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    try:
        bars = Progress(*columns, console=err, transient=True)
        with out.open("a", encoding="utf-8", errors=ESCAPED) as sink, bars:
            bar = bars.add_task("reading", total=len(pieces))
            for outcomes in engine(EngineName.PROCESSES)(worker, _batches(pieces), workers=workers):
                for outcome in outcomes:
                    # All of a document's records are written at once, so that none is half imported.
                    sink.write("".join(outcome.lines))
                    read, count = read + bool(outcome.lines), count + len(outcome.lines)
                    if outcome.message is not None:
                        failed.append(outcome)
                sink.flush()
                bars.advance(bar, len(outcomes))
    except OSError as fault:
        raise BadInput(f"{out} cannot be written: {fault.strerror}.") from None
    _write_rejects(refused, failed, source)
    skipped = f", {len(done):,} were there before" if done else ""
    err.print(f"{read:,} documents, {count:,} records{skipped}; {len(failed):,} not read.", highlight=False)
    if failed:
        err.print(f"Why, and to try again: {refused}", highlight=False)
        raise typer.Exit(2)


def _begin(mapping: Path | None, issuers: tuple[Path, ...]) -> Callable[[list[Piece]], list[Outcome]]:
    from skillspace.records.formats import read_all

    formats, keys, at = known_formats(mapping), keys_of(issuers), now()

    def outcome(piece: Piece) -> Outcome:
        try:
            if piece.fault is not None:
                raise UnreadableFile(piece.fault)
            document = piece.document if piece.document is not None else content_of(piece.place or Path(piece.name))
            records = read_all(document, resolve_key=keys, at=at, formats=formats)
            if not records:
                raise UnreadableFile("There is no record in it.")
        except SkillspaceError as fault:
            return Outcome(piece.name, (), fault.code, fault.message)
        whole = ({"document": piece.name, "of": len(records), "record": record.to_json()} for record in records)
        return Outcome(piece.name, tuple(json.dumps(each, ensure_ascii=False) + "\n" for each in whole))

    return lambda batch: [outcome(piece) for piece in batch]


def _pieces(source: Path) -> Iterator[Piece]:
    if source.is_dir():
        for file in sorted(source.rglob("*")):
            if file.is_file() and not file.is_symlink():
                yield Piece(str(file), file, None)
    elif source.suffix == ".jsonl":
        yield from _again(source)
    else:
        yield from _of_archive(source)


def _of_archive(source: Path, only: frozenset[str] | None = None) -> Iterator[Piece]:
    from skillspace.records.formats.files.archive import Archive
    from skillspace.records.formats.files.opening import MAX_BYTES

    archive = Archive(content_of(source, LARGEST_ARCHIVE), largest=MAX_BYTES)
    for name, found in archive.documents():
        whole = f"{source}!{name}"
        if only is None or whole in only:
            is_read = isinstance(found, bytes)
            yield Piece(whole, None, found if isinstance(found, bytes) else None, None if is_read else str(found))


def _again(rejects: Path) -> Iterator[Piece]:
    """The documents that a rejects file names: files, and members of archives (``archive.zip!member``)."""
    names = [str(row.get("document", "")) for row in _rows(rejects)]
    inside: dict[str, set[str]] = {}
    for name in names:
        archive, _, member = name.partition("!")
        if member:
            inside.setdefault(archive, set()).add(name)
        else:
            yield Piece(name, Path(name), None)
    for archive, members in inside.items():
        yield from _of_archive(Path(archive), frozenset(members))


def _done(out: Path) -> set[str]:
    """The documents whose records are all there; half a document at the end of a file that broke off is cut away."""
    if not out.exists():
        return set()
    seen: dict[str, int] = {}
    whole: set[str] = set()
    kept = 0
    with out.open("rb") as lines:
        place = 0
        for line in lines:
            place += len(line)
            try:
                row = json.loads(line)
                name, total = str(row["document"]), int(row["of"])
            except (ValueError, KeyError, TypeError):
                # Nothing but what this command began to write is ever cut away.
                if line.endswith(b"\n") or not line.startswith(BEGINS[: len(line)]):
                    raise BadInput(f"{out} holds something else than imported records; name another file.") from None
                break
            if not line.endswith(b"\n"):
                break
            seen[name] = seen.get(name, 0) + 1
            if seen[name] == total:
                whole.add(name)
                kept = place
    if kept < out.stat().st_size:
        with out.open("r+b") as file:
            file.truncate(kept)
    return whole


def _rows(file: Path) -> Iterator[Mapping[str, object]]:
    try:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            row = json.loads(line)
            if not isinstance(row, dict) or "document" not in row:
                raise BadInput(f"{file}, line {number}: a rejects file names a document on each line.")
            yield row
    except (OSError, ValueError) as fault:
        raise UnreadableFile(f"{file} is no rejects file: {fault}.") from None


def _write_rejects(file: Path, failed: list[Outcome], source: Path) -> None:
    """A rejects file always tells of the last run: what was read this time is in it no more."""
    if not failed and not file.exists() and source != file:
        return
    lines = (
        json.dumps({"document": each.name, "code": each.code, "message": each.message}, ensure_ascii=False) + "\n"
        for each in failed
    )
    put("".join(lines).encode(errors=ESCAPED), file)


def _batches(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    remaining = iter(pieces)
    while batch := list(islice(remaining, BATCH)):
        yield batch
