"""Corrections as JSON Lines: one object a line, read strictly, so that they travel between nodes and programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import orjson

from skillspace.kernel.errors import BadInput
from skillspace.skills.corrections.model import Correction
from skillspace.skills.taxonomy.model import MatchKind

TEXTS = ("text", "language", "scheme", "concept", "who", "version", "origin")
NEEDED = frozenset({"text", "language", "scheme", "concept", "says", "who", "when"})
MEMBERS = NEEDED | {"relation", "version", "score", "origin"}
SAYS = {"yes": True, "no": False}
LONGEST_LINE = 20_000


def write_correction(one: Correction) -> bytes:
    """Return a correction as one line, with its line break."""
    written = {
        "text": one.text,
        "language": one.language,
        "scheme": one.scheme,
        "concept": one.concept,
        "says": "yes" if one.is_right else "no",
        "relation": one.relation.value,
        "who": one.who,
        "when": one.when.isoformat(),
        "version": one.version,
        "score": one.score,
        "origin": one.origin,
    }
    return orjson.dumps({name: value for name, value in written.items() if value not in ("", None)}) + b"\n"


def read_corrections(lines: Iterable[bytes], name: str = "corrections") -> Iterator[Correction]:
    """Give the corrections of a file, empty lines apart. Raises BadInput, naming the line, for whatever is no such."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _read(line, f"{name}, line {number}")


def _read(line: bytes, where: str) -> Correction:
    try:
        found = orjson.loads(line) if len(line) <= LONGEST_LINE else None
    except orjson.JSONDecodeError as fault:
        raise BadInput(f"{where}: this is not JSON ({fault}).") from fault
    if not isinstance(found, dict) or not found.keys() >= NEEDED or found.keys() - MEMBERS:
        raise BadInput(f"{where}: a correction has {', '.join(sorted(NEEDED))}, and may have {_optional()}.")
    for member in TEXTS:
        if not isinstance(found.get(member, ""), str):
            raise BadInput(f"{where}: {member!r} must be a text.")
    score = found.get("score")
    if score is not None and (isinstance(score, bool) or not isinstance(score, int | float)):
        raise BadInput(f"{where}: the score must be a number from 0 to 1.")
    try:
        return Correction(
            **{member: found.get(member, "") for member in TEXTS},
            is_right=_one_of(SAYS, found["says"]),
            relation=_one_of({kind.value: kind for kind in MatchKind}, found.get("relation", "exact")),
            when=_moment(found["when"]),
            score=None if score is None else float(score),
        )
    except BadInput as fault:
        raise BadInput(f"{where}: {fault.message}") from fault


def _one_of(known: dict[str, Any], value: object) -> Any:
    if not isinstance(value, str) or value not in known:
        raise BadInput(f"{str(value)[:40]!r} is none of {', '.join(known)}.")
    return known[value]


def _moment(value: object) -> datetime:
    try:
        return datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as fault:
        raise BadInput(f"{str(value)[:40]!r} is no moment such as 2026-11-22T08:00:00+00:00.") from fault


def _optional() -> str:
    return ", ".join(sorted(MEMBERS - NEEDED))
