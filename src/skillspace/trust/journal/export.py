"""The journal in a file for an auditor: every entry without what it says, and all that was signed; and checking one.

JSON lines: first whose log it is, then checkpoints and acknowledgements, then the entries in order. Nothing else is
needed to check it than the signers' public keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import orjson
import sqlalchemy as sa

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Database
from skillspace.trust.journal.model import Verdict, Wrong
from skillspace.trust.journal.signatures import SignedHeads
from skillspace.trust.journal.store import acknowledgements, checkpoints, entries
from skillspace.trust.journal.verify import Progress, hold_still, pages
from skillspace.trust.journal.walk import Walk

VERSION = 1
LONGEST_LINE = 16 * 1024
_ENTRY = ("number", "at", "kind", "about", "digest", "hash")
_HASH = re.compile(r"[0-9a-f]{64}")


def export(database: Database, file: BinaryIO, *, did: str, progress: Progress | None = None) -> int:
    """Write the journal of `did` into a file, in one state of the database, and return how many entries it has."""
    with database.reading() as work:
        hold_still(work)
        count = int(work.connection.execute(sa.select(sa.func.count()).select_from(entries)).scalar_one())
        _line(file, {"journal": VERSION, "did": did, "entries": count})
        for row in work.connection.execute(sa.select(checkpoints).order_by(checkpoints.c.number)):
            _line(file, {"checkpoint": row.token})
        for row in work.connection.execute(sa.select(acknowledgements).order_by(acknowledgements.c.number)):
            _line(file, {"acknowledgement": row.token})
        written = 0
        for page in pages(work):
            for entry in page:
                _line(file, {name: entry[name] for name in _ENTRY})
            written += len(page)
            if progress is not None:
                progress(written, count)
    return count


def check_export(file: BinaryIO, resolve_key: KeyResolver, *, progress: Progress | None = None) -> Verdict:
    """Check an exported journal with nothing but the file and the signers' keys.

    What entries say and what rooms' tables hold is not in the file, so neither is looked at. Raises BadInput naming
    the line that cannot be read.
    """
    lines = _lines(file)
    first = next(lines, {})
    did, count = first.get("did"), first.get("entries")
    if first.get("journal") != VERSION or not isinstance(did, str) or not isinstance(count, int):
        raise BadInput("This file is no exported journal, or one of another version.")
    verdict = Verdict(did=did)
    heads = SignedHeads(verdict, resolve_key)
    line = next(lines, None)
    while line is not None and "number" not in line:
        _statement(heads, line)
        line = next(lines, None)
    heads.close()
    walk = Walk(verdict, heads.marks)
    while line is not None:
        walk.take(_entry(line, verdict.entries + 1))
        if progress is not None and verdict.entries % 10_000 == 0:
            progress(verdict.entries, count)
        line = next(lines, None)
    walk.end()
    if verdict.entries != count:
        text = f"the file says that it holds {count} entries, and holds {verdict.entries}"
        verdict.find(Wrong.MISSING, text)
    return verdict


def _statement(heads: SignedHeads, line: Mapping[str, Any]) -> None:
    ((name, token),) = line.items() if len(line) == 1 else (("", None),)
    if name not in ("checkpoint", "acknowledgement") or not isinstance(token, str):
        raise BadInput("Before its entries the file may hold checkpoints and acknowledgements, and nothing else.")
    if name == "checkpoint":
        heads.own(token)
    else:
        heads.acknowledged(token)


def _entry(line: Mapping[str, Any], place: int) -> Mapping[str, Any]:
    texts = all(isinstance(line.get(name), str) for name in _ENTRY[1:])
    number = line.get("number")
    if set(line) != set(_ENTRY) or not texts or not isinstance(number, int) or isinstance(number, bool):
        raise BadInput(f"What should be entry {place} of the file is none.")
    if not _HASH.fullmatch(line["hash"]):
        raise BadInput(f"Entry {place} of the file has no hash.")
    return line


def _line(file: BinaryIO, content: Mapping[str, object]) -> None:
    file.write(orjson.dumps(content) + b"\n")


def _lines(file: BinaryIO) -> Iterator[dict[str, Any]]:
    place = 0
    while raw := file.readline(LONGEST_LINE + 1):
        place += 1
        if len(raw) > LONGEST_LINE:
            raise BadInput(f"Line {place} of the file is too long.")
        try:
            content = orjson.loads(raw)
        except ValueError:
            raise BadInput(f"Line {place} of the file is not JSON.") from None
        if not isinstance(content, dict):
            raise BadInput(f"Line {place} of the file is no JSON object.")
        yield content
