"""Files of offers, one JSON object a line: written whole or not at all, read strictly or line by line."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from skillspace.kernel.errors import BadInput, UnreadableFile

LONGEST_LINE = 200_000
"""Bytes; a longer line is refused unread, so that one line cannot fill the memory."""

Offer = TypeVar("Offer")
Wire = TypeVar("Wire", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class BrokenLine:
    """A line that could not be read: its number, counted from 1, and why."""

    number: int
    reason: str


def read_lines(lines: Iterable[bytes], parse: Callable[[bytes], Offer]) -> Iterator[Offer | BrokenLine]:
    """Give each line's offer, or what is wrong with it; empty lines count but give nothing."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            if len(line) > LONGEST_LINE:
                raise BadInput(f"it is longer than {LONGEST_LINE} bytes")
            yield parse(line)
        except BadInput as fault:
            yield BrokenLine(number=number, reason=fault.message)


def read_file(path: Path, parse: Callable[[bytes], Offer]) -> list[Offer]:
    """Read a whole file of offers. Raises UnreadableFile naming the file and the first line that is wrong."""
    offers: list[Offer] = []
    try:
        with path.open("rb") as lines:
            for entry in read_lines(lines, parse):
                if isinstance(entry, BrokenLine):
                    raise UnreadableFile(f"{path.name}, line {entry.number}: {entry.reason}; correct the line.")
                offers.append(entry)
    except OSError as fault:
        raise UnreadableFile(f"{path.name} cannot be read: {fault.strerror}.") from fault
    return offers


def write_file(path: Path, lines: Iterable[bytes]) -> int:
    """Write lines beside the file, then put it in its place; return how many. A crash leaves the old file, or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    count = 0
    try:
        with fresh.open("wb") as out:
            for line in lines:
                out.write(line + b"\n")
                count += 1
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return count


def parse_line(line: bytes, model: type[Wire]) -> Wire:
    """Read one line strictly. Raises BadInput naming the field and what is wrong with it."""
    with naming_the_term():
        return model.model_validate_json(line, strict=True)


@contextmanager
def naming_the_term() -> Iterator[None]:
    """Turn a model's refusal into BadInput that names the first term and never repeats the value."""
    try:
        yield
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the line"
        raise BadInput(f"{where}: {first['msg']}") from fault


def fingerprint(content: bytes) -> str:
    """Return a short name of exactly this content (BLAKE2b, 128 bits, hexadecimal)."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()
