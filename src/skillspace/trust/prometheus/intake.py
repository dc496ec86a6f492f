"""The door: JSON from elsewhere, bounded in size, depth and number before anything looks at it. Nothing is fetched."""

from __future__ import annotations

import json
import math
from typing import Any

from skillspace.kernel.errors import BadInput

MAX_BYTES = 4 * 1024 * 1024
DEEPEST = 40
MOST_VALUES = 50_000
LONGEST_TEXT = 100_000
LONGEST_NAME = 200


def load(text: bytes) -> Any:
    """Return the JSON of a file, checked; raise BadInput for anything else, and for a name that stands twice."""
    if len(text) > MAX_BYTES:
        raise BadInput(f"The document is too large: at most {MAX_BYTES // 1024 // 1024} MiB are read.")
    try:
        found = json.loads(text.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as fault:
        raise BadInput(f"The document is no JSON: {str(fault)[:120]}.") from None
    check(found)
    return found


def check(document: object) -> None:
    """Raise BadInput for what is too deep, too long, too much, or no JSON; any object in memory may be given."""
    waiting: list[tuple[object, int]] = [(document, 0)]
    seen = 0
    while waiting:
        value, deep = waiting.pop()
        seen += 1
        if deep > DEEPEST or seen > MOST_VALUES:
            raise BadInput(f"The document is too deep or too long: {DEEPEST} levels, {MOST_VALUES} values at most.")
        if isinstance(value, dict):
            for name in value:
                if not isinstance(name, str) or len(name) > LONGEST_NAME:
                    raise BadInput("A name in the document is no short text.")
                _text(name)
            waiting += [(inner, deep + 1) for inner in value.values()]
        elif isinstance(value, list):
            waiting += [(inner, deep + 1) for inner in value]
        elif isinstance(value, str):
            _text(value)
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise BadInput("A number in the document is too large.")
        elif not isinstance(value, bool | int | float | None) or (
            isinstance(value, float) and not math.isfinite(value)
        ):
            raise BadInput("The document holds something that is no JSON.")


def _text(value: str) -> None:
    if len(value) > LONGEST_TEXT:
        raise BadInput(f"A text in the document is too long: at most {LONGEST_TEXT} characters are read.")
    if any("\ud800" <= letter <= "\udfff" or letter == "\x00" for letter in value):
        raise BadInput("A text in the document holds half a character or NUL.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")
